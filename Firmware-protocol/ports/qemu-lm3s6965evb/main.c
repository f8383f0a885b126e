/* A board on QEMU's lm3s6965evb: the core, a UART, and two small crossbars of cells with soft bounds.

   What must outlive the power is in files of the host, reached by semihosting: "board.memory" is the
   durable memory of the core, "cells.state" is what the pulses did to the cells, as a real array would
   keep it. */
#include "../../reference/tare_board.h"
#include "semihosting.h"
#include "uart.h"

enum { TILES = 2, ROWS = 16, COLUMNS = 16, CELLS = ROWS * COLUMNS, MEMORY = 32 * 1024 };

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

/* ---- The crossbars: weights in units of 2^-20, between -1 and 1 ---- */

typedef struct {
  int32_t weight;
  uint32_t up, down; /* what the physics has seen */
} cell;

static cell cells[TILES * CELLS];
static int32_t memory_file, cells_file;
static uint32_t noise = 1;

static int32_t next_noise(void) {
  noise = noise * 1664525u + 1013904223u;
  return (int32_t)(noise >> 24) - 128;
}

/* A step of 1/500 at the middle, smaller the nearer the bound: the symmetric points differ by cell. */
static void pulse_cell(uint32_t place, bool is_up) {
  cell *it = &cells[place];
  int32_t one = 1 << 20, skew = (int32_t)(place % 7) - 3;
  int32_t room = is_up ? one - it->weight : one + it->weight;
  int32_t step = room / (is_up ? 500 + 20 * skew : 500 - 20 * skew) + next_noise();
  it->weight += is_up ? step : -step;
  if (it->weight > one) it->weight = one;
  if (it->weight < -one) it->weight = -one;
  if (is_up) it->up++;
  else it->down++;
}

static bool is_set(tare_lines lines, uint32_t line) { return lines[line / 8] >> (line % 8) & 1u; }

static bool pulse(void *port, const tare_shape *shape, uint8_t scheme, uint8_t tile, tare_lines rows,
                  tare_lines columns, bool is_up, uint32_t count, uint64_t *energy) {
  (void)port;
  (void)shape;
  (void)scheme;
  for (uint32_t row = 0; row < ROWS; row++) {
    if (!is_set(rows, row)) continue;
    uint32_t first = tile * CELLS + row * COLUMNS;
    for (uint32_t column = 0; column < COLUMNS; column++) {
      if (!is_set(columns, column)) continue;
      for (uint32_t n = 0; n < count; n++) pulse_cell(first + column, is_up);
    }
    /* What happened to the cells has happened, whatever happens to the power. */
    if (!seek_file(cells_file, first * sizeof(cell))
        || write_file(cells_file, &cells[first], COLUMNS * sizeof(cell)) != 0) {
      return false;
    }
  }
  *energy = TARE_UNKNOWN_ENERGY;
  return true;
}

static bool read(void *port, uint8_t tile, uint16_t row, uint16_t column, uint16_t columns,
                 uint32_t averages, uint32_t amplitude, uint32_t *sums, uint32_t *saturated,
                 uint64_t *duration) {
  (void)port;
  (void)amplitude;
  for (uint32_t n = 0; n < columns; n++) {
    int32_t weight = cells[tile * CELLS + row * COLUMNS + column + n].weight;
    sums[n] = 0;
    for (uint32_t sample = 0; sample < averages; sample++) {
      /* 12 bits from -1.024 to 1.0235, in steps of 2^-11. */
      int32_t code = (weight + 2 * next_noise() + (1 << 20) + 25166 + 256) >> 9;
      if (code <= 0 || code >= 4095) *saturated += sample == 0;
      sums[n] += (uint32_t)(code < 0 ? 0 : code > 4095 ? 4095 : code);
    }
  }
  *duration += 10000u * (uint64_t)averages;
  return true;
}

/* The periphery adds up exactly; that of a real board has converters of its own. */
static bool multiply(void *port, const tare_multiply *asked, uint16_t number, const int16_t *input,
                     int64_t *sum) {
  (void)port;
  uint32_t place = asked->tile * CELLS + asked->row * COLUMNS + asked->column;
  uint32_t stride = asked->is_transposed ? COLUMNS : 1;
  uint32_t count = asked->is_transposed ? asked->rows : asked->columns;
  place += number * (asked->is_transposed ? 1 : COLUMNS);
  int64_t total = 0; /* of inputs in 1/32767 and weights in 2^-20 */
  for (uint32_t n = 0; n < count; n++, place += stride) {
    total += (int64_t)input[n] * cells[place].weight;
  }
  *sum = total * 1000 / 32767 * 1000000 / (1 << 20);
  return true;
}

static bool outputs(void *port, bool are_on) {
  (void)port;
  (void)are_on;
  return true;
}

static bool memory(void *port, uint32_t address, void *bytes, uint32_t count, bool is_write) {
  (void)port;
  if (address + count > MEMORY || !seek_file(memory_file, address)) return false;
  return (is_write ? write_file(memory_file, bytes, count) : read_file(memory_file, bytes, count)) == 0;
}

static uint32_t send(void *port, const uint8_t *bytes, uint32_t count) {
  (void)port;
  uint32_t sent = 0;
  while (sent < count && !(UART_FLAGS & TRANSMIT_FULL)) UART_DATA = bytes[sent++];
  return sent;
}

static const tare_hardware hardware = {clock_ns, send, memory, outputs, pulse, read, multiply};

/* ---- The board ---- */

enum { FRAME = 1024 };
static uint8_t frame[2 * (FRAME + FRAME / 254 + 2)], queue[8192], answers[8192], pattern[4096];
static tare_shape profiles[4];
static tare_setup setup;
static tare_board board;

static void describe(void) {
  tare_capabilities *can = &setup.capabilities;
  setup.model = "crossbar model on QEMU lm3s6965evb";
  setup.serial_number = "QEMU-1";
  setup.firmware = "1";
  can->tiles = TILES;
  can->rows = ROWS;
  can->columns = COLUMNS;
  can->kinds = 31;
  can->schemes = 15;
  can->longest_train = 1000000;
  can->longest_line = 64;
  can->least_amplitude = can->most_amplitude = can->nominal_amplitude = 1200000;
  can->step_amplitude = 10000;
  can->least_width = can->most_width = can->nominal_width = 100000;
  can->least_edge = can->most_edge = can->nominal_rise = can->nominal_fall = 10000;
  can->step_width = can->step_edge = can->step_period = 10000;
  can->least_period = 100000;
  can->most_period = 1000000000000u;
  can->nominal_period = 1000000;
  can->enforcer = TARE_ENFORCER_NOBODY;
  can->least_weight = -1024000000;
  can->step_weight = 488281250;
  can->bits = 12;
  can->noise = 244000000;
  can->parallel_columns = COLUMNS;
  can->sample_time = 10000000;
  can->most_averages = 65536;
  can->least_read_amplitude = 50000;
  can->most_read_amplitude = 300000;
  can->step_read_amplitude = 10000;
  can->conductance_at_zero = 50000000000000u;
  can->conductance_per_unit = 25000000000000u;
  for (uint32_t n = 0; n < 16; n++) setup.board[n] = (uint8_t)"tare-qemu-lm3s-1"[n];
  setup.limits.amplitude = setup.limits.forming_amplitude = 1200000;
  setup.limits.most_width = UINT64_MAX;
  setup.limits.volt_seconds = UINT64_MAX;
  setup.limits.steps = setup.limits.odometer = UINT32_MAX;
  setup.durability = TARE_DURABILITY_EVERY_PULSE;
  setup.group = 16;
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
  setup.journal_slots = 64;
  setup.memory_bytes = MEMORY;
}

/* A file that is shorter than the memory is filled with what memory that was never written holds. */
static void fill_memory(void) {
  static uint8_t blank[256];
  for (uint32_t n = 0; n < sizeof blank; n++) blank[n] = 0xFF;
  uint8_t byte;
  if (seek_file(memory_file, MEMORY - 1) && read_file(memory_file, &byte, 1) == 0) return;
  for (uint32_t place = 0; place < MEMORY; place += sizeof blank) {
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
  (void)(seek_file(cells_file, 0) && read_file(cells_file, cells, sizeof cells) == 0);
  describe();
  tare_start(&board, &setup, &hardware, NULL);
  for (;;) {
    uint32_t count = 0;
    while (count < sizeof bytes && !(UART_FLAGS & RECEIVE_EMPTY)) bytes[count++] = (uint8_t)UART_DATA;
    if (count > 0) tare_receive(&board, bytes, count);
    if (!tare_poll(&board) && (UART_FLAGS & RECEIVE_EMPTY)) sleep();
  }
}
