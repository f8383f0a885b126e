/* A board on QEMU's lm3s6965evb: the core, a UART, and the crossbars of ../model.

   What must outlive the power is in files of the host, reached by semihosting: "board.memory" is the
   durable memory of the core, "cells.state" is what the pulses did to the cells, as a real array would
   keep it. */
#include "../model/crossbar_model.h"
#include "semihosting.h"
#include "uart.h"

/* ---- Time: SysTick counts down at 12 MHz, and begins anew every 10 ms ---- */

enum { PERIOD = 120000 };
static uint64_t ticks;
static uint32_t last_tick;

static void start_clock(void) {
  REGISTER(0xE000E014u) = PERIOD - 1;
  REGISTER(0xE000E018u) = 0;
  REGISTER(0xE000E010u) = 7; /* its interrupt ends the sleep */
}

/* Slow where nobody asks for longer than a period, which does no harm. */
static uint64_t clock_ns(void *port) {
  (void)port;
  uint32_t tick = REGISTER(0xE000E018u) & 0xFFFFFFu;
  ticks += last_tick >= tick ? last_tick - tick : last_tick + PERIOD - tick;
  last_tick = tick;
  /* 1000 / 12 ns each. */
  return ticks * 250u / 3u;
}

/* Sleeps until a byte comes or the time has gone on. Interrupts stay off: they only wake. */
static void sleep(void) {
  __asm__ volatile("wfi");
  REGISTER(0xE000E280u) = 1u << 5;
  REGISTER(0xE000ED04u) = 1u << 25;
}

/* ---- Durable memory, and the cells ---- */

static crossbar_model model;
static int32_t memory_file, cells_file;

static bool keep(crossbar_model *cells, uint32_t place, const void *bytes, uint32_t count) {
  (void)cells;
  return seek_file(cells_file, place) && write_file(cells_file, bytes, count) == 0;
}

static bool outputs(void *port, bool are_on) {
  (void)port;
  (void)are_on;
  return true;
}

static bool memory(void *port, uint32_t address, void *bytes, uint32_t count, bool is_write) {
  (void)port;
  if (address + count > MODEL_MEMORY || !seek_file(memory_file, address)) return false;
  return (is_write ? write_file(memory_file, bytes, count) : read_file(memory_file, bytes, count)) == 0;
}

static uint32_t send(void *port, const uint8_t *bytes, uint32_t count) {
  (void)port;
  uint32_t sent = 0;
  while (sent < count && !(UART_FLAGS & TRANSMIT_FULL)) UART_DATA = bytes[sent++];
  return sent;
}

static const tare_hardware hardware = {clock_ns,    send,       memory,        outputs,
                                       model_pulse, model_read, model_multiply};

/* ---- The board ---- */

enum { FRAME = 1024 };
static uint8_t frame[2 * (FRAME + FRAME / 254 + 2)], queue[8192], answers[8192], pattern[4096];
static tare_shape profiles[4];
static tare_setup setup;
static tare_board board;

static void describe(void) {
  model_describe(&setup);
  setup.model = "crossbar model on QEMU lm3s6965evb";
  setup.serial_number = "QEMU-1";
  setup.firmware = "1";
  for (uint32_t n = 0; n < 16; n++) setup.board[n] = (uint8_t)"tare-qemu-lm3s-1"[n];
  setup.most_frame = FRAME;
  setup.frame = frame;
  setup.queue = queue;
  setup.queue_bytes = sizeof queue;
  setup.answers = answers;
  setup.answer_bytes = sizeof answers;
  setup.pattern = pattern;
  setup.pattern_bytes = sizeof pattern;
  setup.profiles = profiles;
  setup.profile_count = 4;
}

/* A file that is shorter than the memory is filled with what memory that was never written holds. */
static void fill_memory(void) {
  static uint8_t blank[256];
  for (uint32_t n = 0; n < sizeof blank; n++) blank[n] = 0xFF;
  uint8_t byte;
  if (seek_file(memory_file, MODEL_MEMORY - 1) && read_file(memory_file, &byte, 1) == 0) return;
  for (uint32_t place = 0; place < MODEL_MEMORY; place += sizeof blank) {
    (void)(seek_file(memory_file, place) && write_file(memory_file, blank, sizeof blank) == 0);
  }
}

int main(void) {
  uint8_t bytes[64];
  __asm__ volatile("cpsid i");
  start_uart();
  REGISTER(0xE000E100u) = 1u << 5; /* the interrupt of the UART ends the sleep */
  start_clock();
  memory_file = open_file("board.memory");
  cells_file = open_file("cells.state");
  fill_memory();
  model.noise = 1;
  model.keep = keep;
  (void)(seek_file(cells_file, 0) && read_file(cells_file, model.cells, sizeof model.cells) == 0);
  describe();
  tare_start(&board, &setup, &hardware, &model);
  for (;;) {
    uint32_t count = 0;
    while (count < sizeof bytes && !(UART_FLAGS & RECEIVE_EMPTY)) bytes[count++] = (uint8_t)UART_DATA;
    if (count > 0) tare_receive(&board, bytes, count);
    if (!tare_poll(&board) && (UART_FLAGS & RECEIVE_EMPTY)) sleep();
  }
}
