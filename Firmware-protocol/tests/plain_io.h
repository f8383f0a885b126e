/* Bytes in and out of a test program: standard input and output natively, the UART on QEMU's lm3s6965evb. */
#ifndef PLAIN_IO_H
#define PLAIN_IO_H

#ifdef __arm__
#include "../ports/qemu-lm3s6965evb/uart.h"
static int get(void) { return get_byte(); }
static void put(uint8_t byte) { put_byte(byte); }
static void flush(void) {}
static void open_io(void) { start_uart(); }
#else
#include <stdio.h>
static int get(void) { return getchar(); }
static void put(uint8_t byte) { putchar(byte); }
static void flush(void) { fflush(stdout); }
static void open_io(void) {}
#endif

#endif
