/* Files of the host by semihosting: the durable memory of a board that has none. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdbool.h>
#include <stdint.h>

enum { SEMIHOSTING_OPEN = 1, SEMIHOSTING_WRITE = 5, SEMIHOSTING_READ = 6, SEMIHOSTING_SEEK = 10 };

static inline int32_t semihosting(uint32_t operation, const void *arguments) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return (int32_t)r0;
}

/* Opens a file for reading and writing, and makes it if it is not there; negative if that fails. */
static inline int32_t open_file(const char *name) {
  uint32_t length = 0;
  while (name[length] != 0) length++;
  /* Mode 3 is "r+b", mode 7 "w+b". */
  uint32_t arguments[3] = {(uint32_t)name, 3, length};
  int32_t file = semihosting(SEMIHOSTING_OPEN, arguments);
  if (file >= 0) return file;
  arguments[1] = 7;
  return semihosting(SEMIHOSTING_OPEN, arguments);
}

static inline bool seek_file(int32_t file, uint32_t place) {
  uint32_t arguments[2] = {(uint32_t)file, place};
  return semihosting(SEMIHOSTING_SEEK, arguments) == 0;
}

/* Both return how many bytes were not moved. */
static inline int32_t write_file(int32_t file, const void *bytes, uint32_t count) {
  uint32_t arguments[3] = {(uint32_t)file, (uint32_t)bytes, count};
  return semihosting(SEMIHOSTING_WRITE, arguments);
}

static inline int32_t read_file(int32_t file, void *bytes, uint32_t count) {
  uint32_t arguments[3] = {(uint32_t)file, (uint32_t)bytes, count};
  return semihosting(SEMIHOSTING_READ, arguments);
}

#endif
