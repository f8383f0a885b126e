/* UART0 of the LM3S6965, a PL011. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART 0x4000C000u
#define UART_DATA REGISTER(UART)
#define UART_FLAGS REGISTER(UART + 0x18)
enum { RECEIVE_EMPTY = 0x10, TRANSMIT_FULL = 0x20 };

static inline void start_uart(void) {
  REGISTER(UART + 0x30) = 0;
  REGISTER(UART + 0x24) = 1;
  REGISTER(UART + 0x2C) = 0x70; /* 8 bits, queues on */
  REGISTER(UART + 0x38) = 0x50;
  REGISTER(UART + 0x30) = 0x301;
}

/* Both wait: for boards that have nothing else to do. */
static inline uint8_t get_byte(void) {
  while (UART_FLAGS & RECEIVE_EMPTY) {
  }
  return (uint8_t)UART_DATA;
}

static inline void put_byte(uint8_t byte) {
  while (UART_FLAGS & TRANSMIT_FULL) {
  }
  UART_DATA = byte;
}

#endif
