/* Fuzzing of the board's core: bytes as they are, and frames with a right checksum made of bytes,
   so that what lies behind checksum, session, arming and numbers is reached as well. In the end the
   odometer must hold all pulses. */
#define LINE 8192u
#include "simulated.h"

typedef struct {
  const uint8_t *bytes;
  size_t left;
} source;

static uint8_t next(source *from) {
  if (from->left == 0) return 0;
  from->left--;
  return *from->bytes++;
}

static uint32_t next_word(source *from) { return next(from) | (uint32_t)next(from) << 8; }

static simulated *it;

/* How far the inputs got, told at the end: inputs that fire nothing try next to nothing. */
static uint64_t inputs, trains[TARE_TRAIN_KIND_OUTER_PRODUCT + 1], reads, losses, stops;

static void tell(void) {
  printf("fuzz: %llu inputs; calls that fired: up %llu, down %llu, alternating %llu, counts %llu, "
         "outer product %llu; reads %llu, power failures %llu, emergency stops %llu\n",
         (unsigned long long)inputs, (unsigned long long)trains[1], (unsigned long long)trains[2],
         (unsigned long long)trains[3], (unsigned long long)trains[4], (unsigned long long)trains[5],
         (unsigned long long)reads, (unsigned long long)losses, (unsigned long long)stops);
  for (int kind = 1; kind <= TARE_TRAIN_KIND_OUTER_PRODUCT; kind++) {
    if (inputs >= 10000 && trains[kind] == 0) {
      printf("fuzz: FAILED: no train of kind %d was ever fired\n", kind);
      fflush(stdout);
      _Exit(1);
    }
  }
  fflush(stdout);
}

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerInitialize(int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  return atexit(tell);
}

static bool counted_pulse(void *port, const tare_shape *shape, uint8_t scheme, uint8_t tile,
                          tare_lines rows, tare_lines columns, bool is_up, uint32_t count,
                          uint64_t *energy) {
  trains[it->board.train.kind % (TARE_TRAIN_KIND_OUTER_PRODUCT + 1)]++;
  stops += it->pulses + 1 == it->stop_pulse;
  return simulated_pulse(port, shape, scheme, tile, rows, columns, is_up, count, energy);
}

static bool counted_read(void *port, uint8_t tile, uint16_t row, uint16_t column, uint16_t columns,
                         uint32_t averages, uint32_t amplitude, uint32_t *sums,
                         uint32_t *saturated, uint64_t *duration) {
  reads++;
  return simulated_read(port, tile, row, column, columns, averages, amplitude, sums, saturated,
                        duration);
}

/* A frame of the session that the board takes as the next one, unless the source wants it
   otherwise. */
static void give_frame(source *from, uint8_t type, const void *payload, size_t count,
                       bool is_exact) {
  static uint8_t encoded[2048];
  const tare_board *board = &it->board;
  uint8_t twist = is_exact ? 0 : next(from);
  uint16_t acknowledged =
      (uint16_t)(board->first_answer + (twist & 1 ? next(from) : board->answers_reached));
  uint16_t sequence = (uint16_t)(board->expected + (twist & 2 ? next(from) - 8 : 0));
  uint16_t session = type < 0x10 ? 0 : (uint16_t)(board->session + (twist >= 250));
  size_t length = plain_frame(type, session, sequence, acknowledged, payload, count, encoded);
  tare_receive(&it->board, encoded, (uint32_t)length);
}

static uint32_t put(uint8_t *bytes, uint32_t at, uint64_t number, int size) {
  for (int byte = 0; byte < size; byte++) bytes[at++] = (uint8_t)(number >> (8 * byte));
  return at;
}

static void poll(uint32_t count) {
  for (uint32_t idle = 0; count-- > 0 && idle < 3;) {
    idle = tare_poll(&it->board) ? 0 : idle + 1;
    if (it->sent_count > LINE / 2) it->sent_count = 0;
  }
}

/* A session that is ready to fire. */
static void give_session(source *from, bool is_dry) {
  uint8_t bytes[64];
  put(bytes, put(bytes, put(bytes, 0, next_word(from), 4), 0, 2), is_dry, 2);
  give_frame(from, TARE_HELLO, bytes, 8, true);
  poll(60);
  memset(bytes, 0xFF, sizeof bytes);
  memset(bytes + 8, 0, 8);
  /* No period is too short, and no limit of the current is needed: the profile has none. */
  memset(bytes + 32, 0, 12);
  put(bytes, 44, 1000 + next_word(from), 4);
  put(bytes, 48, 500, 4);
  give_frame(from, TARE_SET_ENVELOPE, bytes, 52, true);
  poll(5);
  memset(bytes, 0, sizeof bytes);
  put(bytes, put(bytes, put(bytes, put(bytes, 1, 1000000, 4), 100000, 8), 10000, 8), 10000, 8);
  put(bytes, 29, 1000000, 8);
  give_frame(from, TARE_PROFILE, bytes, 41, true);
  poll(5);
  put(bytes, put(bytes, 0, it->board.envelope.envelope, 2), 1000, 4);
  bytes[6] = 0;
  give_frame(from, TARE_ARM, bytes, 7, true);
  poll(5);
}

/* A train that is nearly right, with its pattern. */
static void give_train(source *from) {
  uint8_t bytes[256], kind = (uint8_t)(1 + next(from) % 5);
  uint32_t row = next(from) % ROWS, column = next(from) % COLUMNS, at;
  uint32_t rows = 1 + next(from) % (ROWS - row), columns = 1 + next(from) % (COLUMNS - column);
  uint32_t count = next(from) % 40, size = 0, bits = 1u << next(from) % 5, twist = next(from);
  uint64_t number = it->board.head.taken + 1;
  if (kind == TARE_TRAIN_KIND_COUNTS) {
    size = 1 + rows * ((columns * bits + 7) / 8);
    count = 1;
  } else if (kind == TARE_TRAIN_KIND_OUTER_PRODUCT) {
    size = (rows + columns) * ((count + 7) / 8) + (rows + 7) / 8 + (columns + 7) / 8;
  }
  for (uint32_t offset = 0; offset < size;) {
    uint32_t part = size - offset < 200 ? size - offset : 200;
    put(bytes, 0, offset, 4);
    for (uint32_t byte = 0; byte < part; byte++) {
      uint8_t filled =
          kind == TARE_TRAIN_KIND_COUNTS ? (bits == 1 ? next(from) : 0x11) : next(from);
      if (kind == TARE_TRAIN_KIND_COUNTS && bits == 2) filled = 0x4D;
      if (kind == TARE_TRAIN_KIND_COUNTS && bits > 4) filled = offset + byte == 1 ? 1 : 0;
      bytes[4 + byte] = filled;
    }
    if (kind == TARE_TRAIN_KIND_COUNTS && offset == 0) bytes[4] = (uint8_t)bits;
    give_frame(from, TARE_PATTERN, bytes, part + 4, true);
    offset += part;
  }
  if (twist > 240) number += next(from) - 2u;
  at = put(bytes, put(bytes, put(bytes, 0, number, 8), twist == 200 ? 1 : 0, 8),
           it->board.envelope.envelope, 2);
  at = put(bytes, at, twist & 1, 1);
  at = put(bytes, at, 1, 1);
  at = put(bytes, put(bytes, put(bytes, put(bytes, at, kind, 1), 0, 1), 1 + twist % 4, 1),
           twist & 1, 1);
  at = put(bytes, put(bytes, put(bytes, put(bytes, at, row, 2), rows, 2), column, 2), columns, 2);
  at = put(bytes, put(bytes, at, count, 4), twist % 3 == 0 ? 1 + twist % 7 : 0, 4);
  at = put(bytes, put(bytes, put(bytes, at, 1 + twist % 100, 4), size, 4), 7 + twist % 2, 4);
  give_frame(from, TARE_TRAINS, bytes, at, twist < 230);
}

/* One thing that happens to a board. */
static void happen(source *from) {
  uint8_t bytes[600], what = next(from);
  uint32_t count = 0;
  switch (what % 16) {
  case 0:
  case 1:
    count = next(from);
    for (uint32_t byte = 0; byte < count; byte++) bytes[byte] = next(from);
    tare_receive(&it->board, bytes, count);
    break;
  case 2:
  case 3: poll(1 + next(from) % 64); break;
  case 4:
  case 5: {
    static const uint8_t types[] = {1,    3,    4,    0x10, 0x12, 0x20, 0x21,
                                    0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
                                    0x29, 0x2A, 0x2B, 0x2C, 0x7F, 0x80, 0x11};
    static const uint8_t sizes[] = {8,  0,  4,  5,  0,  0,  52, 7, 0, 41, 30,
                                    51, 32, 21, 10, 10, 21, 3,  3, 3, 31};
    uint32_t which = next(from) % sizeof types;
    count = what & 64 ? next(from) : sizes[which];
    for (uint32_t byte = 0; byte < count; byte++) bytes[byte] = next(from);
    if (types[which] == TARE_TRAINS && count == 51)
      put(bytes, 0, it->board.head.taken + 1, 8), bytes[18] = 1;
    if (types[which] == TARE_CELLS && count == 32)
      put(bytes, 0, it->board.head.taken + 1, 8), bytes[21] = 1;
    give_frame(from, types[which], bytes, count, false);
    break;
  }
  case 6: give_session(from, what & 64); break;
  case 7:
  case 8:
  case 9: give_train(from); break;
  case 10:
    put(bytes, put(bytes, 0, what & 64 ? 1 : 0, 1), 0, 4);
    give_frame(from, TARE_PING, bytes, 5, true);
    break;
  case 11: simulated_start(it); break;
  case 12: it->clock += (uint64_t)next(from) << 24; break;
  case 13:
    if (what & 64)
      tare_emergency_stop(&it->board);
    else
      it->stop_pulse = it->pulses + 1 + next(from) % 8;
    break;
  case 14:
    put(bytes, 0, it->board.clear_code, 4);
    give_frame(from, TARE_EMERGENCY_CLEAR, bytes, 4, true);
    break;
  default:
    /* Power fails soon: within a write or within a call that fires. */
    if (what & 64) {
      it->cut_write = it->writes + 1 + next(from) % 16;
      it->cut_bytes = next(from);
    } else {
      it->cut_pulse = it->pulses + 1 + next(from) % 8;
      it->cut_count = next(from) % 4;
    }
  }
  if (it->sent_count > LINE / 2) it->sent_count = 0;
}

/* No pulse is uncounted, whatever has happened. */
static void check_counts(void) {
  uint64_t up = 0, down = 0;
  tare_places places;
  poll(3000);
  if (it->board.fault == TARE_REASON_MEMORY) abort();
  it->cut_write = it->cut_pulse = it->stop_pulse = 0;
  simulated_start(it);
  if (it->board.fault != TARE_REASON_NONE || it->are_outputs_on) abort();
  places = it->board.places;
  for (uint32_t tile = 0; tile < TILES; tile++) {
    for (uint32_t cell = 0; cell < CELLS; cell++) {
      uint32_t counts[2];
      memcpy(counts, it->memory + places.cells + 8 * (tile * CELLS + cell), 8);
      if (counts[0] < it->up[tile][cell] || counts[1] < it->down[tile][cell]) abort();
      up += counts[0];
      down += counts[1];
    }
  }
  if (up != it->board.head.sums[0] || down != it->board.head.sums[1] || it->wrong_pulses != 0)
    abort();
}

/* A board in one of many setups, with a session that is ready to fire or none. Each is made once
   and kept. */
static void prepare(uint8_t how) {
  static simulated *kept[256];
  source nothing = {NULL, 0};
  if (it == NULL) it = malloc(sizeof *it);
  if (it == NULL) abort();
  if (kept[how] != NULL) {
    memcpy(it, kept[how], sizeof *it);
    return;
  }
  simulated_make(it, 2 + how % 5, 512);
  it->hardware.pulse = counted_pulse;
  it->hardware.read = counted_read;
  it->setup.has_dry_run = !(how & 16);
  it->is_energy_known = how & 32;
  if (how & 64) it->hardware.multiply = NULL;
  it->line_room = how & 128 ? 7 : 0;
  simulated_start(it);
  if (how % 5 != 0) give_session(&nothing, false);
  kept[how] = malloc(sizeof *it);
  if (kept[how] != NULL) memcpy(kept[how], it, sizeof *it);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  /* What is changed between setjmp and longjmp must not live in a register. */
  static source from;
  static uint8_t how;
  from.bytes = bytes;
  from.left = count;
  how = next(&from);
  inputs++;
  prepare(how);
  if (setjmp(it->power) != 0) {
    it->cut_write = it->cut_pulse = 0;
    losses++;
    simulated_start(it);
  } else if (how % 5 == 0) {
    /* Nothing but bytes: no session, and so no pulse. */
    tare_receive(&it->board, from.bytes, (uint32_t)from.left);
    poll(20);
    from.left = 0;
    if (it->pulses > 0) abort();
  }
  while (from.left > 0) happen(&from);
  it->cut_write = it->cut_pulse = 0;
  check_counts();
  return 0;
}
