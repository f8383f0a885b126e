/* umockdev tells each program that listens for devices over a socket of its own, and aborts where that program ends in the
   moment in which it is told. Here such a program has been told. These stand for the functions of the C library, in this
   program and in the libraries that it is linked with. */
#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_local(const struct sockaddr *address) { return address != NULL && address->sa_family == AF_UNIX; }

/* umockdev passes over those that refuse, and not over those whose socket has been removed. */
int connect(int socket, const struct sockaddr *address, socklen_t length) {
  int result = (int)syscall(SYS_connect, socket, address, length);
  if (result < 0 && errno == ENOENT && is_local(address)) errno = ECONNREFUSED;
  return result;
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
  ssize_t sent = syscall(SYS_sendmsg, socket, message, flags);
  if (sent >= 0 || !is_local(message->msg_name)) return sent;
  sent = 0;
  for (size_t n = 0; n < message->msg_iovlen; n++) sent += (ssize_t)message->msg_iov[n].iov_len;
  return sent;
}
