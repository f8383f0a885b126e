#define _GNU_SOURCE
#include "PortShim.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char entries[] = "/sys/class/tty/pts/";
static _Atomic(const char *) usb_folder;
static atomic_int modem_calls;
// The lines of a pseudo-terminal, by its number.
static atomic_int lines[4096];

void port_shim_set_usb_folder(const char *folder) { atomic_store(&usb_folder, folder); }
int port_shim_modem_calls(void) { return atomic_load(&modem_calls); }
int port_shim_set_file_user(int user) { return setfsuid((uid_t)user); }

static int is_entry(const char *path) { return strncmp(path, entries, sizeof entries - 1) == 0; }

static int fake_link(struct stat *status) {
  memset(status, 0, sizeof *status);
  status->st_mode = S_IFLNK | 0777;
  return 0;
}

int lstat(const char *restrict path, struct stat *restrict status) {
  static int (*next)(const char *, struct stat *);
  if (is_entry(path)) return fake_link(status);
  if (!next) next = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "lstat");
  return next(path, status);
}

int __lxstat(int version, const char *path, struct stat *status) {
  static int (*next)(int, const char *, struct stat *);
  if (is_entry(path)) return fake_link(status);
  if (!next) next = (int (*)(int, const char *, struct stat *))dlsym(RTLD_NEXT, "__lxstat");
  return next(version, path, status);
}

ssize_t readlink(const char *restrict path, char *restrict buffer, size_t size) {
  static ssize_t (*next)(const char *, char *, size_t);
  if (!is_entry(path)) {
    if (!next) next = (ssize_t (*)(const char *, char *, size_t))dlsym(RTLD_NEXT, "readlink");
    return next(path, buffer, size);
  }
  const char *target = atomic_load(&usb_folder) ? "../../devices/pci0/usb1/1-1/1-1:1.0/tty/tty"
                                                : "../../devices/platform/tty";
  size_t length = strlen(target);
  if (length > size) length = size;
  memcpy(buffer, target, length);
  return (ssize_t)length;
}

// What the library reads of a USB device: /sys/class/tty/NAME/device/../ATTRIBUTE.
FILE *fopen(const char *restrict path, const char *restrict mode) {
  static FILE *(*next)(const char *, const char *);
  if (!next) next = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
  const char *folder = atomic_load(&usb_folder);
  if (!is_entry(path) || !folder) return next(path, mode);
  char real[PATH_MAX];
  snprintf(real, sizeof real, "%s/%s", folder, strrchr(path, '/') + 1);
  return next(real, mode);
}

static atomic_int *lines_of(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !S_ISCHR(status.st_mode)) return NULL;
  if (major(status.st_rdev) < 136 || major(status.st_rdev) > 143) return NULL;
  return &lines[((major(status.st_rdev) - 136) * 256 + minor(status.st_rdev)) % 4096];
}

int ioctl(int descriptor, unsigned long request, ...) {
  static int (*next)(int, unsigned long, ...);
  if (!next) next = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  int result = next(descriptor, request, argument);
  if (result == 0 || (errno != ENOTTY && errno != EINVAL)) return result;
  int reason = errno;
  atomic_int *held = lines_of(descriptor);
  errno = reason;
  if (!held) return result;
  switch (request) {
    case TIOCMGET: *(int *)argument = atomic_load(held) | TIOCM_CTS | TIOCM_DSR | TIOCM_CAR; break;
    case TIOCMSET: atomic_store(held, *(int *)argument); break;
    case TIOCMBIS: atomic_fetch_or(held, *(int *)argument); break;
    case TIOCMBIC: atomic_fetch_and(held, ~*(int *)argument); break;
    default: return result;
  }
  atomic_fetch_add(&modem_calls, 1);
  errno = 0;
  return 0;
}
