/* Start-up of the LM3S6965, and what compilers call without being asked. */
#include <stddef.h>
#include <stdint.h>

extern uint32_t _stack, _data_from, _data_start, _data_end, _bss_start, _bss_end;

int main(void);

void *memcpy(void *to, const void *from, size_t count) {
  uint8_t *a = to;
  const uint8_t *b = from;
  while (count-- > 0) *a++ = *b++;
  return to;
}

void *memset(void *to, int byte, size_t count) {
  uint8_t *a = to;
  while (count-- > 0) *a++ = (uint8_t)byte;
  return to;
}

void reset(void);
void reset(void) {
  uint32_t *from = &_data_from;
  for (uint32_t *to = &_data_start; to < &_data_end;) *to++ = *from++;
  for (uint32_t *to = &_bss_start; to < &_bss_end;) *to++ = 0;
  main();
}

static void fault(void) {
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &_stack, (const void *)reset, (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault};
