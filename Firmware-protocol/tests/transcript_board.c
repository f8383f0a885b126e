/* A board whose clock stands still but for its pulses, to play transcripts to: the same steps give the same
   bytes wherever the core runs. SPECIFICATION.md, "Vectors", says what it is built of. Commands come a line
   each, and each is answered by lines that end with "done":

     blank              memory that was never written
     memory AT BYTES    what memory holds from there on
     start              power on
     in BYTES           bytes of the host
     run                works until there is nothing to do
     clock NS           sets the clock
     stop               the button of the emergency stop
     cut-pulse N COUNT  power fails within the Nth call from now that fires, after COUNT pulses
     cut-write N COUNT  power fails within the Nth write from now, after COUNT bytes
     digest             checksum of the memory
     dump               the memory, 32 bytes a line

   "out BYTES" is what the board sent, "pulse TILE ROWS COLUMNS POLARITY COUNT" what it fired, lines in hex.
   Once power has failed nothing happens any more until "start".

   Natively it speaks over its standard input and output, on QEMU's lm3s6965evb over the UART. */
#include <string.h>

#include "../reference/tare_board.h"
#include "plain_io.h"

enum { TILES = 2, ROWS = 4, COLUMNS = 6, GROUP = 4, MEMORY = 8192, LINE = 4096 };

static tare_board board;
static tare_setup setup;
static uint8_t frame[2 * (TARE_LEAST_FRAME + 4)], queue[512], answers[2048], pattern[64];
static tare_shape profiles[2];
static uint8_t store_bytes[MEMORY];
static uint64_t clock_now;
static bool has_power, are_on;
static uint32_t cut_pulse, cut_write, cut_count;
static uint8_t sent[8192];
static uint32_t sent_count;

/* ---- Words of a line ---- */

static void put_text(const char *text) {
  while (*text != 0) put((uint8_t)*text++);
}

static void put_hex(const uint8_t *bytes, uint32_t count) {
  static const char digits[] = "0123456789abcdef";
  for (uint32_t n = 0; n < count; n++) {
    put((uint8_t)digits[bytes[n] >> 4]);
    put((uint8_t)digits[bytes[n] & 15]);
  }
}

static void put_number(uint32_t number) {
  if (number >= 10) put_number(number / 10);
  put((uint8_t)('0' + number % 10));
}

static uint64_t take_number(const char **text) {
  uint64_t number = 0;
  while (**text == ' ') ++*text;
  while (**text >= '0' && **text <= '9') number = 10 * number + (uint64_t)(*(*text)++ - '0');
  return number;
}

static uint32_t digit(char c) { return (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10); }

static uint32_t take_bytes(const char **text, uint8_t *bytes) {
  uint32_t count = 0;
  while (**text == ' ') ++*text;
  for (; (*text)[0] > ' ' && (*text)[1] > ' '; *text += 2)
    bytes[count++] = (uint8_t)(digit((*text)[0]) << 4 | digit((*text)[1]));
  return count;
}

/* ---- Hardware ---- */

static uint64_t get_clock(void *port) {
  (void)port;
  return clock_now;
}

static uint32_t send(void *port, const uint8_t *bytes, uint32_t count) {
  (void)port;
  if (!has_power) return count;
  if (count > sizeof sent - sent_count) count = (uint32_t)sizeof sent - sent_count;
  memcpy(sent + sent_count, bytes, count);
  sent_count += count;
  return count;
}

static bool memory(void *port, uint32_t address, void *bytes, uint32_t count, bool is_write) {
  (void)port;
  if (address > MEMORY || count > MEMORY - address) return false;
  if (!is_write) {
    memcpy(bytes, store_bytes + address, count);
    return true;
  }
  if (!has_power) return true;
  if (cut_write > 0 && --cut_write == 0) {
    has_power = false;
    count = cut_count < count ? cut_count : count;
  }
  memcpy(store_bytes + address, bytes, count);
  return true;
}

static bool outputs(void *port, bool on) {
  (void)port;
  are_on = on;
  return true;
}

static bool pulse(void *port, const tare_shape *shape, uint8_t scheme, uint8_t tile, tare_lines rows,
                  tare_lines columns, bool is_up, uint32_t count, uint64_t *energy) {
  (void)port;
  (void)scheme;
  if (!has_power) return true;
  if (cut_pulse > 0 && --cut_pulse == 0) {
    has_power = false;
    count = cut_count < count ? cut_count : count;
  }
  if (count > 0) {
    /* What is fired while outputs are off is no transcript's. */
    put_text(are_on ? "pulse " : "pulse-while-off ");
    put_number(tile);
    put(' ');
    put_hex(rows, 1);
    put(' ');
    put_hex(columns, 1);
    put_text(is_up ? " up " : " down ");
    put_number(count);
    put('\n');
  }
  clock_now += count * (shape->period / 1000u);
  *energy = TARE_UNKNOWN_ENERGY;
  return true;
}

static bool read(void *port, uint8_t tile, uint16_t row, uint16_t column, uint16_t columns,
                 uint32_t averages, uint32_t amplitude, uint32_t *sums, uint32_t *saturated,
                 uint64_t *duration) {
  (void)port;
  (void)amplitude;
  (void)saturated;
  /* A code that says which cell it is. */
  for (uint32_t n = 0; n < columns; n++)
    sums[n] = averages * (100u * tile + 10u * row + column + n);
  *duration += 1000u * (uint64_t)averages;
  return true;
}

static const tare_hardware hardware = {get_clock, send, memory, outputs, pulse, read, NULL};

static void describe(void) {
  tare_capabilities *can = &setup.capabilities;
  setup.model = "transcript";
  setup.serial_number = "1";
  setup.firmware = "1";
  can->tiles = TILES;
  can->rows = ROWS;
  can->columns = COLUMNS;
  can->kinds = 31;
  can->schemes = 15;
  can->longest_train = 1000000;
  can->longest_line = 64;
  can->least_amplitude = 100000;
  can->most_amplitude = can->nominal_amplitude = 2000000;
  can->step_amplitude = 1000;
  can->least_width = can->nominal_width = 100000;
  can->most_width = 1000000000;
  can->step_width = can->step_edge = can->step_period = 1000;
  can->least_edge = can->nominal_rise = can->nominal_fall = 10000;
  can->most_edge = 100000;
  can->least_period = 100000;
  can->most_period = 1000000000000;
  can->nominal_period = 1000000;
  can->enforcer = TARE_ENFORCER_NOBODY;
  can->bits = 12;
  can->most_averages = 1000;
  can->parallel_columns = 1;
  for (uint32_t n = 0; n < 16; n++) setup.board[n] = (uint8_t)"transcript board"[n];
  setup.limits.amplitude = 1500000;
  setup.limits.most_width = UINT64_MAX;
  setup.limits.volt_seconds = UINT64_MAX;
  setup.limits.steps = setup.limits.odometer = UINT32_MAX;
  setup.durability = TARE_DURABILITY_EVERY_PULSE;
  setup.group = GROUP;
  setup.most_frame = TARE_LEAST_FRAME;
  setup.frame = frame;
  setup.queue = queue;
  setup.queue_bytes = sizeof queue;
  setup.answers = answers;
  setup.answer_bytes = sizeof answers;
  setup.pattern = pattern;
  setup.pattern_bytes = sizeof pattern;
  setup.profiles = profiles;
  setup.profile_count = 2;
  setup.journal_slots = 16;
  setup.memory_bytes = MEMORY;
  setup.has_dry_run = true;
}

/* ---- Commands ---- */

static uint32_t crc32c(const uint8_t *bytes, uint32_t count) {
  uint32_t crc = ~0u;
  while (count-- > 0) {
    crc ^= *bytes++;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static void run(void) {
  for (uint32_t idle = 0, polls = 0; has_power && idle < 3 && polls < 100000; polls++)
    idle = tare_poll(&board) ? 0 : idle + 1;
  if (sent_count > 0) {
    put_text("out ");
    put_hex(sent, sent_count);
    put('\n');
  }
  if (!has_power) put_text("off\n");
  sent_count = 0;
}

static bool is_command(const char **line, const char *command) {
  const char *rest = *line;
  for (; *command != 0; command++, rest++) {
    if (*rest != *command) return false;
  }
  if (*rest > ' ') return false;
  *line = rest;
  return true;
}

static void obey(const char *line) {
  static uint8_t bytes[LINE / 2];
  if (is_command(&line, "blank")) {
    memset(store_bytes, 0xFF, sizeof store_bytes);
  } else if (is_command(&line, "memory")) {
    uint32_t at = (uint32_t)take_number(&line), count = take_bytes(&line, bytes);
    for (uint32_t n = 0; n < count && at + n < MEMORY; n++) store_bytes[at + n] = bytes[n];
  } else if (is_command(&line, "start")) {
    has_power = are_on = true;
    cut_pulse = cut_write = sent_count = 0;
    tare_start(&board, &setup, &hardware, NULL);
  } else if (is_command(&line, "in")) {
    uint32_t count = take_bytes(&line, bytes);
    tare_receive(&board, bytes, count);
  } else if (is_command(&line, "run")) {
    run();
  } else if (is_command(&line, "clock")) {
    clock_now = take_number(&line);
  } else if (is_command(&line, "stop")) {
    tare_emergency_stop(&board);
  } else if (is_command(&line, "cut-pulse")) {
    cut_pulse = (uint32_t)take_number(&line);
    cut_count = (uint32_t)take_number(&line);
  } else if (is_command(&line, "cut-write")) {
    cut_write = (uint32_t)take_number(&line);
    cut_count = (uint32_t)take_number(&line);
  } else if (is_command(&line, "digest")) {
    put_text("digest ");
    put_number(crc32c(store_bytes, MEMORY));
    put('\n');
  } else if (is_command(&line, "dump")) {
    for (uint32_t at = 0; at < MEMORY; at += 32) {
      put_text("memory ");
      put_hex(store_bytes + at, 32);
      put('\n');
    }
  } else {
    put_text("unknown command\n");
  }
  put_text("done\n");
  flush();
}

int main(void) {
  static char line[LINE];
  uint32_t count = 0;
  open_io();
  describe();
  for (;;) {
    int c = get();
    if (c < 0) return 0;
    if (c != '\n') {
      if (count < LINE - 1) line[count++] = (char)c;
      continue;
    }
    line[count] = 0;
    count = 0;
    obey(line);
  }
}
