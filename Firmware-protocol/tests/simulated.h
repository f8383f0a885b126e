/* A board without hardware: cells are counters, durable memory is an array whose power can fail at
   any write or pulse, the clock stands still unless it is moved, and what is sent is kept. */
#ifndef SIMULATED_H
#define SIMULATED_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../reference/tare_board.h"
#include "plain.h"

/* Bytes of what was sent that are kept. */
#ifndef LINE
#define LINE (1u << 20)
#endif

enum { TILES = 2, ROWS = 9, COLUMNS = 20, CELLS = ROWS * COLUMNS, MEMORY = 20000 };

typedef struct {
  tare_board board;
  tare_setup setup;
  tare_hardware hardware;
  uint8_t frame[2 * (512 + 4)], queue[1024], answers[2048], pattern[512];
  tare_shape profiles[4];
  uint32_t set_points[2];

  uint8_t memory[MEMORY];
  uint32_t starts;
  uint32_t writes, pulses; /* since the start */
  uint32_t cut_write,
      cut_bytes; /* power fails within this write, after so many bytes of it; from 1 */
  uint32_t cut_pulse, cut_count; /* power fails within this call, after so many pulses */
  uint32_t stop_pulse;           /* an emergency stop comes within this call */
  uint32_t bad_pulse;            /* this call fails */
  bool is_memory_bad, is_energy_known;
  jmp_buf power;

  uint64_t clock;
  bool are_outputs_on;
  uint32_t wrong_pulses; /* while outputs were off */
  uint32_t largest_call; /* most pulses of a call */
  uint64_t up[TILES][CELLS], down[TILES][CELLS];

  uint8_t sent[LINE];
  uint32_t sent_count, line_room;
} simulated;

static uint64_t simulated_clock(void *port) { return ((simulated *)port)->clock += 100; }

static uint32_t simulated_send(void *port, const uint8_t *bytes, uint32_t count) {
  simulated *it = port;
  if (it->line_room > 0 && count > it->line_room) count = it->line_room;
  if (it->sent_count + count > LINE) return 0;
  memcpy(it->sent + it->sent_count, bytes, count);
  it->sent_count += count;
  return count;
}

static bool simulated_memory(void *port, uint32_t address, void *bytes, uint32_t count,
                             bool is_write) {
  simulated *it = port;
  if (address > it->setup.memory_bytes || count > it->setup.memory_bytes - address) abort();
  if (it->is_memory_bad) return false;
  if (!is_write) {
    memcpy(bytes, it->memory + address, count);
    return true;
  }
  if (++it->writes == it->cut_write) {
    memcpy(it->memory + address, bytes, count < it->cut_bytes ? count : it->cut_bytes);
    longjmp(it->power, 1);
  }
  memcpy(it->memory + address, bytes, count);
  return true;
}

static bool simulated_outputs(void *port, bool are_on) {
  ((simulated *)port)->are_outputs_on = are_on;
  return true;
}

static bool has_line(tare_lines lines, uint32_t line) { return lines[line / 8] >> (line % 8) & 1; }

static bool simulated_pulse(void *port, const tare_shape *shape, uint8_t scheme, uint8_t tile,
                            tare_lines rows, tare_lines columns, bool is_up, uint32_t count,
                            uint64_t *energy) {
  simulated *it = port;
  uint32_t fired = count;
  bool is_cut = ++it->pulses == it->cut_pulse;
  if (tile >= TILES || scheme < 1 || scheme > 4 || shape->period == 0 || count == 0) abort();
  if (!it->are_outputs_on) it->wrong_pulses++;
  if (count > it->largest_call) it->largest_call = count;
  if (is_cut && it->cut_count < count) fired = it->cut_count;
  if (it->pulses == it->stop_pulse) {
    tare_emergency_stop(&it->board);
    fired = count / 2;
  }
  if (it->pulses == it->bad_pulse) fired = 0;
  /* No line beyond the array. */
  for (uint32_t line = ROWS; line < COLUMNS + 8; line++) {
    if (has_line(rows, line) || (line >= COLUMNS && has_line(columns, line))) abort();
  }
  for (uint32_t row = 0; row < ROWS; row++) {
    if (!has_line(rows, row)) continue;
    for (uint32_t column = 0; column < COLUMNS; column++) {
      if (has_line(columns, column))
        (*(is_up ? &it->up : &it->down))[tile][row * COLUMNS + column] += fired;
    }
  }
  if (is_cut) longjmp(it->power, 1);
  if (it->is_energy_known)
    *energy += 7u * count;
  else
    *energy = TARE_UNKNOWN_ENERGY;
  return it->pulses != it->bad_pulse;
}

static bool simulated_read(void *port, uint8_t tile, uint16_t row, uint16_t column,
                           uint16_t columns, uint32_t averages, uint32_t amplitude, uint32_t *sums,
                           uint32_t *saturated, uint64_t *duration) {
  simulated *it = port;
  (void)amplitude;
  if (tile >= TILES || row >= ROWS || column + columns > COLUMNS || columns == 0) abort();
  for (uint32_t cell = 0; cell < columns; cell++) {
    uint32_t place = row * COLUMNS + column + cell;
    uint64_t code = 100 + it->up[tile][place] - it->down[tile][place];
    sums[cell] = (uint32_t)(code & 0x3FF) * averages;
  }
  *saturated += 1;
  *duration += 500;
  return true;
}

/* The weight of a cell is its row and a hundredth of its column, both counted from 1. */
static bool simulated_multiply(void *port, const tare_multiply *asked, uint16_t number,
                               const int16_t *input, int64_t *sum) {
  bool is_transposed = asked->is_transposed;
  (void)port;
  if (asked->tile >= TILES || asked->row + asked->rows > ROWS
      || asked->column + asked->columns > COLUMNS
      || number >= (is_transposed ? asked->columns : asked->rows)) {
    abort();
  }
  for (uint32_t place = 0; place < (is_transposed ? asked->rows : asked->columns); place++) {
    uint32_t row = asked->row + (is_transposed ? place : number);
    uint32_t column = asked->column + (is_transposed ? number : place);
    *sum += (int64_t)input[place] * (100 * (row + 1) + column + 1);
  }
  return true;
}

/* Puts a new board together; its memory is blank. */
static void simulated_make(simulated *it, uint32_t group, uint16_t most_frame) {
  tare_capabilities *can;
  memset(it, 0, sizeof *it);
  can = &it->setup.capabilities;
  it->hardware.clock = simulated_clock;
  it->hardware.send = simulated_send;
  it->hardware.memory = simulated_memory;
  it->hardware.outputs = simulated_outputs;
  it->hardware.pulse = simulated_pulse;
  it->hardware.read = simulated_read;
  it->hardware.multiply = simulated_multiply;
  it->setup.model = "SIM";
  it->setup.serial_number = "7";
  it->setup.firmware = "1.0";
  memcpy(it->setup.board, "sixteen bytes id", 16);
  can->tiles = TILES;
  can->rows = ROWS;
  can->columns = COLUMNS;
  can->kinds = 31;
  can->schemes = 15;
  can->can_form = 1;
  can->longest_train = 1000000;
  can->longest_line = 1000;
  can->least_amplitude = 100000;
  can->most_amplitude = 3000000;
  can->step_amplitude = 1000;
  can->least_width = 10000;
  can->most_width = 1000000000000;
  can->step_width = 10000;
  can->least_edge = 1000;
  can->most_edge = 100000;
  can->step_edge = 1000;
  can->least_period = 20000;
  can->most_period = 2000000000000;
  can->step_period = 10000;
  can->enforcer = TARE_ENFORCER_HARDWARE;
  can->bits = 10;
  can->most_averages = 1000;
  can->least_read_amplitude = 10000;
  can->most_read_amplitude = 200000;
  can->step_read_amplitude = 1000;
  it->set_points[0] = 1000;
  it->set_points[1] = 2000;
  it->setup.set_points = it->set_points;
  it->setup.set_point_count = 2;
  it->setup.limits.amplitude = 1500000;
  it->setup.limits.forming_amplitude = 2500000;
  it->setup.limits.most_width = 1000000000000;
  it->setup.limits.volt_seconds = 1500000000;
  it->setup.limits.least_period = 20000;
  it->setup.limits.steps = 100000;
  it->setup.limits.odometer = 1000000;
  it->setup.durability = TARE_DURABILITY_EVERY_PULSE;
  it->setup.group = group;
  it->setup.most_frame = most_frame;
  it->setup.frame = it->frame;
  it->setup.queue = it->queue;
  it->setup.queue_bytes = sizeof it->queue;
  it->setup.answers = it->answers;
  it->setup.answer_bytes = sizeof it->answers;
  it->setup.pattern = it->pattern;
  it->setup.pattern_bytes = sizeof it->pattern;
  it->setup.profiles = it->profiles;
  it->setup.profile_count = 4;
  it->setup.journal_slots = 16;
  it->setup.memory_bytes = MEMORY;
  it->setup.has_dry_run = true;
}

/* Power comes back: what is in RAM is lost, and what is durable stays. */
static void simulated_start(simulated *it) {
  it->starts++;
  it->sent_count = 0;
  it->writes = it->pulses = 0;
  it->are_outputs_on = true;
  memset(&it->board, 0xA5, sizeof it->board);
  memset(it->frame, 0xA5, sizeof it->frame);
  memset(it->queue, 0xA5, sizeof it->queue);
  memset(it->answers, 0xA5, sizeof it->answers);
  memset(it->pattern, 0xA5, sizeof it->pattern);
  memset(it->profiles, 0xA5, sizeof it->profiles);
  tare_start(&it->board, &it->setup, &it->hardware, it);
}

#endif
