#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/serial.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/sysmacros.h>
#endif

static int close_and_fail(int descriptor) {
  int reason = errno;
  close(descriptor);
  errno = reason;
  return -1;
}

int posix_make_pseudo_terminal(char *path, size_t size) {
#ifdef __linux__
  int board = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (board < 0) return -1;
  if (grantpt(board) != 0 || unlockpt(board) != 0) return close_and_fail(board);
  int reason = ptsname_r(board, path, size);
  if (reason != 0) {
    errno = reason;
    return close_and_fail(board);
  }
  // Opened and closed once, the terminal says from now on whether a host has it open.
  int host = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (host < 0) return close_and_fail(board);
  if (posix_set_raw(host) != 0) {
    close_and_fail(host);
    return close_and_fail(board);
  }
  close(host);
  return board;
#else
  errno = ENOTSUP;
  return -1;
#endif
}

bool posix_is_pseudo_terminal(dev_t device) {
#ifdef __linux__
  // Documentation/admin-guide/devices.txt of Linux: 136 to 143 are the Unix98 pseudo-terminals.
  return major(device) >= 136 && major(device) <= 143;
#else
  return false;
#endif
}

int posix_set_raw(int descriptor) {
  struct termios line;
  if (tcgetattr(descriptor, &line) != 0) return -1;
  cfmakeraw(&line);
  line.c_cflag |= CLOCAL | CREAD;
  line.c_cflag &= ~(tcflag_t)(HUPCL | CSTOPB | CRTSCTS);
  line.c_iflag &= ~(tcflag_t)(IXOFF | IXANY);
  // A read takes what is there; without a byte it fails with EAGAIN, so that 0 can only mean the end.
  line.c_cc[VMIN] = 1;
  line.c_cc[VTIME] = 0;
  return tcsetattr(descriptor, TCSANOW, &line);
}

int posix_keep_modem_lines(int descriptor) {
  struct termios line;
  if (tcgetattr(descriptor, &line) != 0) return -1;
  line.c_cflag &= ~(tcflag_t)HUPCL;
  return tcsetattr(descriptor, TCSANOW, &line);
}

int posix_set_exclusive(int descriptor, bool is_exclusive) {
  return ioctl(descriptor, is_exclusive ? TIOCEXCL : TIOCNXCL);
}

int posix_set_low_latency(int descriptor) {
#ifdef __linux__
  struct serial_struct driver;
  if (ioctl(descriptor, TIOCGSERIAL, &driver) != 0) return -1;
  driver.flags |= ASYNC_LOW_LATENCY;
  return ioctl(descriptor, TIOCSSERIAL, &driver);
#else
  errno = ENOTSUP;
  return -1;
#endif
}

int posix_watch_opening(const char *path) {
#ifdef __linux__
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch < 0) return -1;
  return inotify_add_watch(watch, path, IN_OPEN) < 0 ? close_and_fail(watch) : watch;
#else
  errno = ENOTSUP;
  return -1;
#endif
}

int posix_make_wake(void) {
#ifdef __linux__
  return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
#else
  errno = ENOTSUP;
  return -1;
#endif
}

int posix_poll(struct pollfd *descriptors, size_t count, int64_t nanoseconds) {
#ifdef __linux__
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return ppoll(descriptors, count, nanoseconds < 0 ? NULL : &time, NULL);
#else
  int64_t milliseconds = (nanoseconds + 999999) / 1000000;
  return poll(descriptors, (nfds_t)count,
              nanoseconds < 0 ? -1 : milliseconds > 1000000 ? 1000000 : (int)milliseconds);
#endif
}

struct start {
  void (*body)(void *);
  void *context;
  char name[16];
};

static void *run(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
#ifdef __linux__
  pthread_setname_np(pthread_self(), start.name);
#else
  pthread_setname_np(start.name);
#endif
  start.body(start.context);
  return NULL;
}

int posix_start_thread(const char *name, void (*body)(void *), void *context) {
  struct start *start = calloc(1, sizeof *start);
  if (start == NULL) return ENOMEM;
  start->body = body;
  start->context = context;
  strncpy(start->name, name, sizeof start->name - 1);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // Signals are for the threads that wait for them, except those that a thread raises by its own faults. A new
  // thread inherits the mask of its maker.
  static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
  sigset_t blocked, before;
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  pthread_t thread;
  int reason = pthread_create(&thread, &attributes, run, start);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (reason != 0) free(start);
  return reason;
}

uintptr_t posix_thread_mark(void) {
  static _Thread_local char mark;
  return (uintptr_t)&mark;
}
