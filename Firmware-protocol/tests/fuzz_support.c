#include "fuzz_support.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plain.h"

/* ---- Allocations, by the hooks of the sanitizer ---- */

int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
                                              void (*)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *);
size_t LLVMFuzzerMutate(uint8_t *, size_t, size_t);

static bool is_watching;
static size_t largest, alive, most_alive, largest_ever, most_alive_ever;
static uint64_t inputs, frames_seen, messages_seen;

static void on_malloc(const volatile void *memory, size_t size) {
  (void)memory;
  if (!is_watching) return;
  alive += size;
  if (size > largest) largest = size;
  if (alive > most_alive) most_alive = alive;
}

static void on_free(const volatile void *memory) {
  if (!is_watching || memory == NULL) return;
  size_t size = __sanitizer_get_allocated_size(memory);
  /* What was allocated before is freed at times. */
  alive -= size < alive ? size : alive;
}

void watch_begin(void) {
  largest = alive = most_alive = 0;
  is_watching = true;
}

void watch_end(size_t allowed_at_once, size_t allowed_alive) {
  is_watching = false;
  if (largest > largest_ever) largest_ever = largest;
  if (most_alive > most_alive_ever) most_alive_ever = most_alive;
  if (largest <= allowed_at_once && most_alive <= allowed_alive) return;
  fprintf(stderr, "allocated %zu bytes at once, %zu alive; allowed are %zu and %zu\n", largest,
          most_alive, allowed_at_once, allowed_alive);
  abort();
}

void fuzz_count(uint32_t frames, uint32_t messages) {
  inputs++;
  frames_seen += frames;
  messages_seen += messages;
}

static void tell(void) {
  printf("fuzz: %llu inputs, %llu frames, %llu messages; largest allocation %zu bytes, most alive "
         "%zu\n",
         (unsigned long long)inputs, (unsigned long long)frames_seen,
         (unsigned long long)messages_seen, largest_ever, most_alive_ever);
  fflush(stdout);
  if (inputs >= 100000 && messages_seen < inputs / 100) {
    printf("fuzz: FAILED: too few inputs got beyond the checksum\n");
    fflush(stdout);
    _Exit(1);
  }
}

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerInitialize(int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  return atexit(tell);
}

/* ---- Inputs: no mutation of bytes finds a checksum, so that most are made into frames again ---- */

/* Bit by bit a checksum takes longer than what is fuzzed. */
static uint32_t quick_crc(const uint8_t *bytes, size_t count) {
  static uint32_t table[256];
  uint32_t crc = ~0u;
  if (table[1] == 0) {
    for (uint32_t byte = 0; byte < 256; byte++) {
      uint32_t rest = byte;
      for (int bit = 0; bit < 8; bit++) rest = rest >> 1 ^ (0x82F63B78u & (0u - (rest & 1u)));
      table[byte] = rest;
    }
  }
  while (count-- > 0) crc = crc >> 8 ^ table[(crc ^ *bytes++) & 0xFFu];
  return ~crc;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed) {
  static const uint8_t types[] = {
      0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11, 0x12, 0x20, 0x21,
      0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x80, 0x81,
      0x82, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C};
  static uint8_t plain[4096], encoded[8192];
  uint8_t *end = memchr(data, 0, size);
  size_t length, first = end != NULL ? (size_t)(end - data) : size;
  uint32_t crc;
  if (seed % 4 == 0 || room < 64 || room > 2048 || first > 2048)
    return LLVMFuzzerMutate(data, size, room);
  length = plain_unstuff(data, first, plain);
  if (length < 12) {
    memset(plain, 0, 12);
    plain[0] = 0x10;
    length = 12;
  }
  length = LLVMFuzzerMutate(plain, length - 4, room - room / 254 - 8);
  while (length < 8) plain[length++] = 0;
  if (seed % 16 != 1) plain[0] = 0x10;
  if (seed % 8 == 2) plain[1] = types[(seed >> 8) % sizeof types];
  crc = quick_crc(plain, length);
  memcpy(plain + length, &crc, 4);
  length = plain_encode(plain, length + 4, encoded);
  encoded[length++] = 0;
  /* What stood behind the frame stays, where there is room for it. */
  if (end != NULL && seed % 3 == 0 && length + size - first - 1 <= room) {
    memcpy(encoded + length, end + 1, size - first - 1);
    length += size - first - 1;
  }
  if (length > room) length = room;
  memcpy(data, encoded, length);
  return length;
}
