/* What Embedded Swift asks of a C library, for a board that has none: memory, and where to end.

   Memory is a list of free blocks in the order of their addresses; neighbours are joined when one of them
   becomes free, so that what a frame took is whole again for the next one. */
#include <stddef.h>
#include <stdint.h>

#define ALIGNMENT 8u

typedef struct block {
  size_t size; /* with this header */
  struct block *next;
} block;

static _Alignas(ALIGNMENT) uint8_t heap[40 * 1024];
static block *first;

int posix_memalign(void **memory, size_t alignment, size_t size);
int posix_memalign(void **memory, size_t alignment, size_t size) {
  static char is_ready;
  if (!is_ready) {
    is_ready = 1;
    first = (block *)heap;
    first->size = sizeof heap;
    first->next = NULL;
  }
  if (alignment > ALIGNMENT) return 22;
  size = (size + sizeof(block) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  for (block **place = &first; *place != NULL; place = &(*place)->next) {
    block *found = *place;
    if (found->size < size) continue;
    if (found->size - size >= sizeof(block) + ALIGNMENT) {
      block *rest = (block *)((uint8_t *)found + size);
      rest->size = found->size - size;
      rest->next = found->next;
      found->size = size;
      *place = rest;
    } else {
      *place = found->next;
    }
    *memory = found + 1;
    return 0;
  }
  return 12;
}

void free(void *memory);
void free(void *memory) {
  block *freed = (block *)memory - 1, *before = NULL, *after = first;
  if (memory == NULL) return;
  while (after != NULL && after < freed) {
    before = after;
    after = after->next;
  }
  freed->next = after;
  if (before != NULL) before->next = freed;
  else first = freed;
  if (after != NULL && (uint8_t *)freed + freed->size == (uint8_t *)after) {
    freed->size += after->size;
    freed->next = after->next;
  }
  if (before != NULL && (uint8_t *)before + before->size == (uint8_t *)freed) {
    before->size += freed->size;
    before->next = freed->next;
  }
}

void *memmove(void *to, const void *from, size_t count) {
  uint8_t *a = to;
  const uint8_t *b = from;
  if (a <= b) while (count-- > 0) *a++ = *b++;
  else while (count-- > 0) a[count] = b[count];
  return to;
}

/* The names by which the ABI of the processor calls them; those that say an alignment may do without. */
void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
#define ALIAS(other) __attribute__((alias(other))) void
void __aeabi_memcpy(void *to, const void *from, size_t count);
void __aeabi_memcpy(void *to, const void *from, size_t count) { memcpy(to, from, count); }
ALIAS("__aeabi_memcpy") __aeabi_memcpy4(void *, const void *, size_t);
ALIAS("__aeabi_memcpy") __aeabi_memcpy8(void *, const void *, size_t);
void __aeabi_memmove(void *to, const void *from, size_t count);
void __aeabi_memmove(void *to, const void *from, size_t count) { memmove(to, from, count); }
ALIAS("__aeabi_memmove") __aeabi_memmove4(void *, const void *, size_t);
ALIAS("__aeabi_memmove") __aeabi_memmove8(void *, const void *, size_t);
/* Not the order of memset. */
void __aeabi_memset(void *to, size_t count, int byte);
void __aeabi_memset(void *to, size_t count, int byte) { memset(to, byte, count); }
ALIAS("__aeabi_memset") __aeabi_memset4(void *, size_t, int);
ALIAS("__aeabi_memset") __aeabi_memset8(void *, size_t, int);
void __aeabi_memclr(void *to, size_t count);
void __aeabi_memclr(void *to, size_t count) { memset(to, 0, count); }
ALIAS("__aeabi_memclr") __aeabi_memclr4(void *, size_t);
ALIAS("__aeabi_memclr") __aeabi_memclr8(void *, size_t);

/* The seed of hashes, which nothing here is looked up by. */
void arc4random_buf(void *bytes, size_t count);
void arc4random_buf(void *bytes, size_t count) {
  uint8_t *byte = bytes;
  while (count-- > 0) *byte++ = 0;
}

uintptr_t __stack_chk_guard = 0x0A00FF0Du;
void __stack_chk_fail(void);
void __stack_chk_fail(void) {
  for (;;) {
  }
}
