// What the C library has and does not show to Swift: pseudo-terminals, modem lines, wake-ups and threads.
// Every function returns what the system call does, and leaves errno as the call left it.
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Makes a pseudo-terminal whose line is raw. Returns the descriptor of the board's side, which does not
// block, and writes the path of the host's side; or returns -1.
int posix_make_pseudo_terminal(char *path, size_t size);

// Whether a device number is the host's side of a pseudo-terminal.
bool posix_is_pseudo_terminal(dev_t device);

// Sets a terminal to pass bytes as they are: 8N1, no echo, no flow control. Its speed stays.
int posix_set_raw(int descriptor);

// Has the modem lines stay as they are when the port is closed (clears HUPCL): a falling DTR resets many
// boards.
int posix_keep_modem_lines(int descriptor);

// Forbids (or allows again) further opening of a terminal by anybody without CAP_SYS_ADMIN.
int posix_set_exclusive(int descriptor, bool is_exclusive);

// Asks the driver to hand bytes over as they come. Returns 0 if it will.
int posix_set_low_latency(int descriptor);

// A descriptor that becomes readable whenever a file is opened (inotify), or -1.
int posix_watch_opening(const char *path);

// A descriptor to wake poll with (eventfd), or -1.
int posix_make_wake(void);

// poll(2) with a time in nanoseconds; forever where it is negative.
int posix_poll(struct pollfd *descriptors, size_t count, int64_t nanoseconds);

// Starts a thread that nobody joins and that takes no signals. Returns 0 or an error number.
int posix_start_thread(const char *name, void (*body)(void *context), void *context);

// A number that differs between all threads that run, and is never 0.
uintptr_t posix_thread_mark(void);
