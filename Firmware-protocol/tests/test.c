/* Tests of the board's core on simulated hardware. `test [SEED]`; exits with 1 if anything failed.
 */
#include "simulated.h"

static int failures;
static const char *test_name = "";
#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition) && failures++ < 40)                                                           \
      printf("%s:%d: %s: not so: %s\n", __FILE__, __LINE__, test_name, #condition);                \
  } while (0)
#define EXPECT_EQUAL(a, b)                                                                         \
  do {                                                                                             \
    unsigned long long left = (unsigned long long)(a), right = (unsigned long long)(b);            \
    if (left != right && failures++ < 40)                                                          \
      printf("%s:%d: %s: %s is %llu, %s is %llu\n", __FILE__, __LINE__, test_name, #a, left, #b,   \
             right);                                                                               \
  } while (0)

static uint64_t seed = 1;
static uint32_t chance(uint32_t below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return below == 0 ? 0 : (uint32_t)(seed >> 33) % below;
}

/* ---- A host ---- */

typedef struct {
  uint8_t type;
  uint16_t session, sequence, acknowledged;
  uint32_t size;
  uint8_t payload[512];
} message;

enum { LOG = 4096, SENT = 4096 };

typedef struct {
  simulated *it;
  uint16_t session, sequence, expected, envelope;
  uint32_t parsed, count;
  message log[LOG];
  uint64_t next; /* number of the next train */
  bool is_ack_needed;
  uint32_t starts;
  /* Frames that can be sent again. */
  struct {
    uint8_t type;
    uint32_t size;
    uint8_t payload[512];
  } kept[SENT];
} host;

static uint64_t number_at(const uint8_t *bytes, int size) {
  uint64_t number = 0;
  while (size-- > 0) number = number << 8 | bytes[size];
  return number;
}

/* Writes numbers of so many bytes each, the lowest byte first. */
static uint32_t put(uint8_t *bytes, uint32_t at, uint64_t number, int size) {
  for (int byte = 0; byte < size; byte++) bytes[at++] = (uint8_t)(number >> (8 * byte));
  return at;
}

static void give(simulated *it, const uint8_t *bytes, size_t count) {
  for (size_t place = 0; place < count;) {
    uint32_t part = 1 + chance(40);
    if (part > count - place) part = (uint32_t)(count - place);
    tare_receive(&it->board, bytes + place, part);
    place += part;
  }
}

static void send_as(host *h, uint8_t type, uint16_t sequence, const void *payload, size_t size) {
  static uint8_t encoded[8192];
  size_t length = plain_frame(type, type < 0x10 ? 0 : h->session, sequence, h->expected, payload,
                              size, encoded);
  give(h->it, encoded, length);
}

static void send_message(host *h, uint8_t type, const void *payload, size_t size) {
  send_as(h, type, h->sequence, payload, size);
  if (type >= 0x20) {
    h->kept[h->sequence % SENT].type = type;
    h->kept[h->sequence % SENT].size = (uint32_t)size;
    if (size > 0) memcpy(h->kept[h->sequence % SENT].payload, payload, size);
    h->sequence++;
  }
}

static void ping(host *h, bool is_gap, uint32_t tag) {
  uint8_t payload[5];
  put(payload, put(payload, 0, is_gap, 1), tag, 4);
  send_message(h, TARE_PING, payload, 5);
}

/* Reads what the board has sent. */
static void parse(host *h) {
  simulated *it = h->it;
  if (h->starts != it->starts) h->parsed = 0;
  h->starts = it->starts;
  while (h->parsed < it->sent_count) {
    static uint8_t bytes[4096];
    uint8_t *end = memchr(it->sent + h->parsed, 0, it->sent_count - h->parsed);
    size_t length;
    message *m;
    if (end == NULL) return;
    length = plain_decode(it->sent + h->parsed, (size_t)(end - it->sent) - h->parsed, bytes);
    h->parsed = (uint32_t)(end - it->sent) + 1;
    EXPECT(length > 0);
    if (length == 0 || h->count == LOG) continue;
    EXPECT(length <= it->setup.most_frame);
    m = &h->log[h->count];
    m->type = bytes[1];
    m->session = (uint16_t)number_at(bytes + 2, 2);
    m->sequence = (uint16_t)number_at(bytes + 4, 2);
    m->acknowledged = (uint16_t)number_at(bytes + 6, 2);
    m->size = (uint32_t)length - 12;
    memcpy(m->payload, bytes + 8, m->size);
    if (m->type >= 0x80) {
      if (m->session != h->session || m->sequence != h->expected) continue;
      h->expected++;
      h->is_ack_needed = true;
    }
    h->count++;
  }
  /* What was read is not needed any more. */
  if (it->sent_count > LINE / 2) it->sent_count = h->parsed = 0;
}

/* Lets the board work until it has nothing to do. */
static void run(host *h) {
  for (int idle = 0; idle < 3;) {
    if (tare_poll(&h->it->board))
      idle = 0;
    else
      idle++;
    parse(h);
    if (idle > 0 && h->is_ack_needed) {
      h->is_ack_needed = false;
      ping(h, false, 0);
      idle = 0;
    }
  }
}

static message *last(host *h, uint8_t type) {
  static message none;
  for (uint32_t place = h->count; place > 0; place--) {
    if (h->log[place - 1].type == type) return &h->log[place - 1];
  }
  memset(&none, 0, sizeof none);
  return &none;
}

static uint32_t count_of(host *h, uint8_t type) {
  uint32_t count = 0;
  for (uint32_t place = 0; place < h->count; place++) count += h->log[place].type == type;
  return count;
}

/* Fields of the last HELLO_ACK. */
static uint64_t ack_taken(host *h) { return number_at(last(h, TARE_HELLO_ACK)->payload + 44, 8); }
static uint64_t ack_up(host *h) { return number_at(last(h, TARE_HELLO_ACK)->payload + 60, 8); }
static uint64_t ack_epoch(host *h) { return number_at(last(h, TARE_HELLO_ACK)->payload + 32, 8); }

static void say_hello(host *h, uint32_t nonce, bool is_dry) {
  uint8_t payload[16];
  uint32_t size = put(payload, put(payload, put(payload, 0, nonce, 4), 0, 2), is_dry, 1);
  size = put(payload, put(payload, size, 4, 1), 0x74736574, 4);
  send_message(h, TARE_HELLO, payload, size);
  run(h);
  h->session = (uint16_t)number_at(last(h, TARE_HELLO_ACK)->payload + 4, 2);
  h->sequence = h->expected = 0;
  h->is_ack_needed = false;
  h->next = ack_taken(h) + 1;
}

static void set_profile(host *h, uint8_t profile, uint32_t amplitude, uint64_t width,
                        uint64_t period) {
  uint8_t payload[41];
  uint32_t size = put(payload, put(payload, 0, profile, 1), amplitude, 4);
  size = put(payload, put(payload, put(payload, size, width, 8), 10000, 8), 10000, 8);
  size = put(payload, put(payload, size, period, 8), 1000, 4);
  send_message(h, TARE_PROFILE, payload, size);
  run(h);
}

static void ask_envelope(host *h, uint32_t amplitude, uint32_t steps, uint32_t odometer) {
  uint8_t payload[52];
  uint32_t size = put(payload, put(payload, 0, amplitude, 4), 2000000, 4);
  size = put(payload, put(payload, size, 0, 8), 1000000000000, 8);
  size = put(payload, put(payload, size, 1500000000, 8), 0, 8);
  size = put(payload, put(payload, put(payload, size, 0, 4), steps, 4), odometer, 4);
  send_message(h, TARE_SET_ENVELOPE, payload, size);
  run(h);
  h->envelope = (uint16_t)number_at(last(h, TARE_ENVELOPE)->payload, 2);
}

static bool arm(host *h, uint32_t lease, bool for_forming) {
  uint8_t payload[7];
  put(payload, put(payload, put(payload, 0, h->envelope, 2), lease, 4), for_forming, 1);
  send_message(h, TARE_ARM, payload, 7);
  run(h);
  return last(h, TARE_ARMED)->payload[0] == 1;
}

/* A session that is ready to fire. */
static void open_host(host *h, simulated *it, uint32_t nonce, bool is_dry) {
  memset(h, 0, offsetof(host, kept));
  h->it = it;
  say_hello(h, nonce, is_dry);
  ask_envelope(h, 1500000, 100000, 1000000);
  set_profile(h, 0, 1000000, 100000, 1000000);
  EXPECT(arm(h, 60000, false));
}

/* ---- Trains ---- */

typedef struct {
  tare_train train;
  uint8_t pattern[512];
} plan;

static plan make_plan(uint8_t kind, uint8_t tile, uint16_t row, uint16_t rows, uint16_t column,
                      uint16_t columns, uint32_t count, uint32_t read_every) {
  plan p;
  memset(&p, 0, sizeof p);
  p.train.kind = kind;
  p.train.scheme = 1;
  p.train.tile = tile;
  p.train.row = row;
  p.train.rows = rows;
  p.train.column = column;
  p.train.columns = columns;
  p.train.count = count;
  p.train.read_every = read_every;
  p.train.averages = 2;
  p.train.digest = chance(0xFFFFFFFF);
  return p;
}

/* Signed counts of at most so many pulses, in so many bits. */
static plan make_map(uint8_t tile, uint16_t row, uint16_t rows, uint16_t column, uint16_t columns,
                     int most, uint8_t bits, uint32_t read_every) {
  plan p = make_plan(TARE_TRAIN_KIND_COUNTS, tile, row, rows, column, columns, 0, read_every);
  uint32_t stride = (columns * bits + 7u) / 8;
  p.pattern[0] = bits;
  p.train.pattern_bytes = 1 + rows * stride;
  for (uint32_t r = 0; r < rows; r++) {
    for (uint32_t c = 0; c < columns; c++) {
      int count = (int)chance((uint32_t)(2 * most + 1)) - most;
      uint32_t field, bit = c * bits;
      if (bits == 1) count = count < 0 ? -1 : 1;
      if (r == 0 && c == 0) count = bits == 1 ? 1 : -most;
      if ((uint32_t)abs(count) > p.train.count) p.train.count = (uint32_t)abs(count);
      field = bits == 1 ? count < 0 : (uint32_t)count & ((1u << bits) - 1);
      for (uint32_t place = 0; place < bits; place++, bit++) {
        p.pattern[1 + r * stride + bit / 8] |= (uint8_t)((field >> place & 1) << (bit % 8));
      }
    }
  }
  return p;
}

static plan make_product(uint8_t tile, uint16_t row, uint16_t rows, uint16_t column,
                         uint16_t columns, uint32_t slots, uint32_t read_every) {
  plan p =
      make_plan(TARE_TRAIN_KIND_OUTER_PRODUCT, tile, row, rows, column, columns, slots, read_every);
  p.train.pattern_bytes =
      (rows + (uint32_t)columns) * ((slots + 7) / 8) + (rows + 7u) / 8 + (columns + 7u) / 8;
  for (uint32_t byte = 0; byte < p.train.pattern_bytes; byte++)
    p.pattern[byte] = (uint8_t)chance(256);
  return p;
}

static int map_value(const plan *p, uint32_t row, uint32_t column) {
  uint32_t bits = p->pattern[0], stride = (p->train.columns * bits + 7u) / 8, field = 0;
  for (uint32_t place = 0; place < bits; place++) {
    uint32_t bit = column * bits + place;
    field |= (p->pattern[1 + row * stride + bit / 8] >> (bit % 8) & 1u) << place;
  }
  if (bits == 1) return field ? -1 : 1;
  return field >> (bits - 1) ? (int)field - (1 << bits) : (int)field;
}

/* Pulses that a cell of the region gets in the first steps. */
static void plan_cell(const plan *p, uint32_t row, uint32_t column, uint32_t steps, uint64_t *up,
                      uint64_t *down) {
  const tare_train *t = &p->train;
  uint32_t stride = (t->count + 7) / 8, count = 0;
  *up = *down = 0;
  switch (t->kind) {
  case TARE_TRAIN_KIND_UP: *up = steps; break;
  case TARE_TRAIN_KIND_DOWN: *down = steps; break;
  case TARE_TRAIN_KIND_ALTERNATING:
    *up = (steps + 1) / 2;
    *down = steps / 2;
    break;
  case TARE_TRAIN_KIND_COUNTS: {
    int value = map_value(p, row, column);
    uint32_t size = (uint32_t)abs(value);
    *(value < 0 ? down : up) = size < steps ? size : steps;
    break;
  }
  default: {
    const uint8_t *lines = p->pattern, *signs = lines + (t->rows + t->columns) * stride;
    bool is_negative = (signs[row / 8] >> (row % 8) & 1)
                       != (signs[(t->rows + 7) / 8 + column / 8] >> (column % 8) & 1);
    for (uint32_t slot = 0; slot < steps; slot++) {
      count += (uint32_t)(lines[row * stride + slot / 8] >> (slot % 8)
                          & lines[(t->rows + column) * stride + slot / 8] >> (slot % 8) & 1);
    }
    *(is_negative ? down : up) = count;
  }
  }
}

static uint32_t plan_steps(const plan *p) {
  return p->train.kind == TARE_TRAIN_KIND_ALTERNATING ? 2 * p->train.count : p->train.count;
}

static void plan_totals(const plan *p, uint32_t steps, uint64_t *up, uint64_t *down) {
  *up = *down = 0;
  for (uint32_t row = 0; row < p->train.rows; row++) {
    for (uint32_t column = 0; column < p->train.columns; column++) {
      uint64_t u, d;
      plan_cell(p, row, column, steps, &u, &d);
      *up += u;
      *down += d;
    }
  }
}

static uint32_t put_train(uint8_t *bytes, uint32_t at, const tare_train *t) {
  at = put(bytes, at, t->kind, 1);
  at = put(bytes, at, t->profile, 1);
  at = put(bytes, at, t->scheme, 1);
  at = put(bytes, at, t->tile, 1);
  at = put(bytes, at, t->row, 2);
  at = put(bytes, at, t->rows, 2);
  at = put(bytes, at, t->column, 2);
  at = put(bytes, at, t->columns, 2);
  at = put(bytes, at, t->count, 4);
  at = put(bytes, at, t->read_every, 4);
  at = put(bytes, at, t->averages, 4);
  at = put(bytes, at, t->pattern_bytes, 4);
  return put(bytes, at, t->digest, 4);
}

static void send_pattern(host *h, const plan *p) {
  for (uint32_t at = 0; at < p->train.pattern_bytes; at += 100) {
    uint8_t bytes[128];
    uint32_t count = p->train.pattern_bytes - at < 100 ? p->train.pattern_bytes - at : 100;
    put(bytes, 0, at, 4);
    memcpy(bytes + 4, p->pattern + at, count);
    send_message(h, TARE_PATTERN, bytes, count + 4);
  }
}

/* Sends a train under a number; `run` is left to the caller. */
static void send_train_as(host *h, const plan *p, uint64_t number, uint64_t not_after) {
  uint8_t bytes[64];
  uint32_t at = put(bytes, put(bytes, put(bytes, 0, number, 8), not_after, 8), h->envelope, 2);
  at = put(bytes, at, 0, 1); /* no chain */
  send_pattern(h, p);
  at = put_train(bytes, put(bytes, at, 1, 1), &p->train);
  send_message(h, TARE_TRAINS, bytes, at);
}

static void send_train(host *h, const plan *p) { send_train_as(h, p, h->next++, 0); }

typedef struct {
  bool is_known;
  uint8_t status, reason;
  uint32_t digest, steps, uncertain_steps;
  uint64_t up, down, uncertain, duration, energy;
} result;

/* What became of a train: from the frames that came since an entry of the log. A FIRED says it
   without details. */
static result result_of(host *h, uint64_t number) {
  result r;
  memset(&r, 0, sizeof r);
  for (uint32_t place = h->count; place > 0 && !r.is_known; place--) {
    message *m = &h->log[place - 1];
    uint64_t first = number_at(m->payload, 8);
    if (m->type == TARE_FIRED && number >= first && number < first + number_at(m->payload + 8, 2)) {
      r.is_known = true;
      r.status = TARE_TRAIN_STATUS_FIRED;
      r.steps = UINT32_MAX;
      r.energy = TARE_UNKNOWN_ENERGY;
    }
    if (m->type == TARE_OUTCOME && number >= first && number < first + m->payload[32]) {
      const uint8_t *o = m->payload + 33 + 54 * (number - first);
      r.is_known = true;
      r.status = o[0];
      r.reason = o[1];
      r.digest = (uint32_t)number_at(o + 2, 4);
      r.steps = (uint32_t)number_at(o + 6, 4);
      r.uncertain_steps = (uint32_t)number_at(o + 10, 4);
      r.up = number_at(o + 14, 8);
      r.down = number_at(o + 22, 8);
      r.uncertain = number_at(o + 30, 8);
      r.duration = number_at(o + 38, 8);
      r.energy = number_at(o + 46, 8);
    }
  }
  return r;
}

static void ask_outcomes(host *h, uint64_t first, uint16_t count) {
  uint8_t payload[10];
  put(payload, put(payload, 0, first, 8), count, 2);
  send_message(h, TARE_OUTCOMES, payload, 10);
  run(h);
}

/* The odometer as COUNTS tells it. */
static void ask_counts(host *h, uint8_t tile, uint32_t *up, uint32_t *down) {
  uint8_t payload[10];
  uint32_t from = h->count, cells = 0;
  put(payload, put(payload, put(payload, put(payload, 0, tile, 1), 0, 4), (CELLS + 63) / 64, 4), 0,
      1);
  send_message(h, TARE_COUNTS, payload, 10);
  run(h);
  for (; from < h->count; from++) {
    message *m = &h->log[from];
    uint32_t cell = (uint32_t)number_at(m->payload + 1, 4);
    if (m->type != TARE_COUNT_BLOCK) continue;
    for (uint32_t place = 0; place < m->payload[5]; place++, cells++) {
      up[cell + place] = (uint32_t)number_at(m->payload + 6 + 8 * place, 4);
      down[cell + place] = (uint32_t)number_at(m->payload + 10 + 8 * place, 4);
    }
  }
  EXPECT_EQUAL(cells, CELLS);
}

/* Whether odometer, sums and physics agree, where nothing is uncertain. */
static void expect_exact(host *h) {
  uint64_t up = 0, down = 0;
  for (uint8_t tile = 0; tile < TILES; tile++) {
    uint32_t ups[CELLS], downs[CELLS];
    ask_counts(h, tile, ups, downs);
    for (uint32_t cell = 0; cell < CELLS; cell++) {
      EXPECT_EQUAL(ups[cell], h->it->up[tile][cell]);
      EXPECT_EQUAL(downs[cell], h->it->down[tile][cell]);
      up += ups[cell];
      down += downs[cell];
    }
  }
  EXPECT_EQUAL(h->it->board.head.sums[0], up);
  EXPECT_EQUAL(h->it->board.head.sums[1], down);
  EXPECT_EQUAL(h->it->wrong_pulses, 0);
}

/* ---- Tests ---- */

static simulated *it;
static host *h;

static void begin(const char *name, uint32_t group) {
  test_name = name;
  simulated_make(it, group, 512);
  simulated_start(it);
  open_host(h, it, 1 + chance(1000), false);
}

static void test_frames(void) {
  static uint8_t encoded[4096], other[4096];
  uint8_t payload[300] = {0};
  size_t length;
  uint32_t before;
  begin("frames", 8);
  EXPECT_EQUAL(plain_crc((const uint8_t *)"123456789", 9), 0xE3069283u);
  length = plain_frame(TARE_PING, h->session, h->sequence, h->expected, payload, 5, encoded);
  /* Any damage of one byte, and any cut, is dropped without an answer. */
  before = h->count;
  for (size_t place = 0; place + 1 < length; place++) {
    for (int bit = 0; bit < 8; bit++) {
      memcpy(other, encoded, length);
      other[place] ^= (uint8_t)(1 << bit);
      give(it, other, length);
    }
    give(it, encoded, place);
    give(it, (const uint8_t *)"", 1);
  }
  run(h);
  EXPECT_EQUAL(h->count, before);
  /* Other versions, flags, and frames that are too short or too long. */
  for (uint8_t version = 0; version < 255; version++) {
    uint8_t bytes[64];
    uint32_t crc;
    size_t count = plain_decode(encoded, length - 1, bytes);
    if (version == 0x10) continue;
    bytes[0] = version;
    crc = plain_crc(bytes, count - 4);
    memcpy(bytes + count - 4, &crc, 4);
    give(it, other, plain_encode(bytes, count, other));
    give(it, (const uint8_t *)"", 1);
  }
  for (size_t count = 0; count < 12; count++) {
    uint8_t bytes[12] = {0x10, TARE_PING};
    uint32_t crc = plain_crc(bytes, count < 4 ? 0 : count - 4);
    if (count >= 4) memcpy(bytes + count - 4, &crc, 4);
    give(it, other, plain_encode(bytes, count, other));
    give(it, (const uint8_t *)"\0", 2);
  }
  length =
      plain_frame(TARE_PATTERN, h->session, h->sequence, h->expected, payload, 256 - 12 + 1, other);
  give(it, other, length);
  memset(other, 7, sizeof other);
  give(it, other, sizeof other);
  give(it, (const uint8_t *)"", 1);
  run(h);
  EXPECT_EQUAL(h->count, before);
  /* A full block and then an empty one: not the encoding of anything. */
  for (uint32_t fill = 0; fill < 300; fill++) {
    uint8_t bytes[256];
    memset(bytes, 1, sizeof bytes);
    payload[0] = (uint8_t)fill;
    memset(payload + 4, 1 + (int)fill % 250, 296);
    length = plain_frame(TARE_PATTERN, h->session, (uint16_t)(h->sequence + 1), 0x0101, payload,
                         243, other);
    if (other[0] != 0xFF) continue;
    other[length - 1] = 1;
    other[length] = 0;
    give(it, other, length + 1);
  }
  run(h);
  EXPECT_EQUAL(h->count, before);
  /* The longest frame is taken, and after all of this a PING is answered. */
  memset(payload, 0x55, sizeof payload);
  put(payload, 0, 0, 4);
  send_message(h, TARE_PATTERN, payload, 244);
  ping(h, false, 99);
  run(h);
  EXPECT_EQUAL(number_at(last(h, TARE_STATUS)->payload, 4), 99);
  EXPECT_EQUAL(last(h, TARE_STATUS)->acknowledged, h->sequence);
  /* Payloads of a wrong size are refused, and a numbered one uses its number up. */
  for (uint8_t type = 1; type < 0x80; type++) {
    uint32_t errors = count_of(h, TARE_ERROR);
    bool is_known =
        type == 1 || type == 3 || type == 4 || type == 0x10 || type == 0x12 || type >= 0x20;
    send_message(h, type, payload, 240);
    run(h);
    if (type == TARE_PATTERN || type == TARE_MULTIPLY) continue;
    EXPECT_EQUAL(count_of(h, TARE_ERROR), errors + is_known);
    if (!is_known) continue;
    EXPECT_EQUAL(last(h, TARE_ERROR)->payload[0],
                 type <= 0x2B ? TARE_REASON_MALFORMED : TARE_REASON_UNSUPPORTED);
    EXPECT_EQUAL(last(h, TARE_ERROR)->payload[1], type);
  }
  /* An echo of the board's own frames is never answered. */
  before = it->sent_count;
  memcpy(other, it->sent, sizeof other);
  give(it, other, before < sizeof other ? before : sizeof other);
  parse(h);
  before = h->count;
  run(h);
  EXPECT_EQUAL(h->count, before);
  expect_exact(h);
}

static void test_requests(void) {
  uint8_t payload[128];
  uint32_t size, before;
  message *m;
  begin("requests", 8);
  EXPECT_EQUAL(last(h, TARE_HELLO_ACK)->size, TARE_HELLO_ACK_BYTES);
  EXPECT_EQUAL(number_at(last(h, TARE_HELLO_ACK)->payload + 8, 8), TARE_SCHEMA);
  EXPECT(ack_epoch(h) != 0);
  send_message(h, TARE_DESCRIBE, NULL, 0);
  run(h);
  m = last(h, TARE_CAPABILITIES);
  EXPECT_EQUAL(m->size, 3 + 3 + 1 + 3 + 218 + 1 + 8);
  EXPECT(memcmp(m->payload,
                "\3SIM\1"
                "7\0031.0",
                10)
         == 0);
  EXPECT_EQUAL(m->payload[10], TILES);
  EXPECT_EQUAL(number_at(m->payload + m->size - 4, 4), 2000);
  /* A pulse is set as it was asked for; what lies outside or between two steps is refused, and
     nothing is left of the one before. */
  set_profile(h, 1, 1000000, 110000, 1010000);
  m = last(h, TARE_PROFILE_SET);
  EXPECT_EQUAL(number_at(m->payload + 1, 4), 1000000);
  EXPECT_EQUAL(number_at(m->payload + 5, 8), 110000);
  EXPECT_EQUAL(number_at(m->payload + 29, 8), 1010000);
  set_profile(h, 1, 1000499, 110000, 1010000);
  EXPECT_EQUAL(it->profiles[1].period, 0);
  set_profile(h, 1, 1000000, 104999, 1010000);
  set_profile(h, 1, 1000000, 110000, 1005000);
  EXPECT_EQUAL(count_of(h, TARE_REFUSED), 3);
  set_profile(h, 1, 100000, 10000, 20000);
  EXPECT_EQUAL(number_at(last(h, TARE_PROFILE_SET)->payload + 1, 4), 100000);
  EXPECT_EQUAL(number_at(last(h, TARE_PROFILE_SET)->payload + 29, 8), 20000);
  set_profile(h, 1, 99999, 100000, 1000000);
  EXPECT_EQUAL(last(h, TARE_REFUSED)->payload[0], TARE_PROFILE);
  EXPECT_EQUAL(it->profiles[1].period, 0);
  set_profile(h, 1, 3000001, 100000, 1000000);
  set_profile(h, 1, 1000000, 100000, 50000);
  set_profile(h, 9, 1000000, 100000, 1000000);
  EXPECT_EQUAL(count_of(h, TARE_REFUSED), 7);
  /* The board's own limits hold where the host's are wider. */
  before = h->envelope;
  ask_envelope(h, 9000000, 7, 0xFFFFFFFF);
  m = last(h, TARE_ENVELOPE);
  EXPECT_EQUAL(h->envelope, before + 1);
  EXPECT_EQUAL(number_at(m->payload + 2, 4), 1500000);
  EXPECT_EQUAL(number_at(m->payload + 6, 4), 2000000);
  EXPECT_EQUAL(number_at(m->payload + 34, 8), 20000);
  EXPECT_EQUAL(number_at(m->payload + 46, 4), 7);
  EXPECT_EQUAL(number_at(m->payload + 50, 4), 1000000);
  EXPECT(!it->are_outputs_on);
  /* Reads come row by row, and so do products. */
  for (uint32_t columns = 1; columns <= COLUMNS; columns += 19) {
    uint32_t from = h->count, cells = 0;
    size = put(payload, put(payload, put(payload, 0, 5, 4), 1, 1), 0, 2);
    size = put(payload, put(payload, put(payload, size, ROWS, 2), 0, 2), columns, 2);
    size = put(payload, put(payload, size, columns == 1 ? 3 : 100, 4), 0, 4);
    send_message(h, TARE_READ, payload, size);
    run(h);
    for (; from < h->count; from++) {
      m = &h->log[from];
      if (m->type != TARE_READING) continue;
      EXPECT_EQUAL(number_at(m->payload + 16, 4), cells);
      EXPECT_EQUAL(m->payload[40], columns == 1 ? 2 : 4);
      EXPECT_EQUAL(number_at(m->payload + 41, m->payload[40]), columns == 1 ? 300 : 10000);
      cells += (m->size - 41) / m->payload[40];
    }
    EXPECT_EQUAL(cells, ROWS * columns);
  }
  size = put(payload, put(payload, put(payload, 0, 6, 4), 0, 1), 1, 2);
  size = put(payload, put(payload, put(payload, size, 4, 2), 2, 2), 3, 2);
  size = put(payload, put(payload, size, 0, 1), 1, 2);
  size = put(payload, put(payload, size, 2, 2), 0xFFFF, 2);
  send_message(h, TARE_MULTIPLY, payload, size);
  run(h);
  m = last(h, TARE_PRODUCT);
  EXPECT_EQUAL(m->size, 8 + 32);
  EXPECT_EQUAL(number_at(m->payload + 6, 2), 4);
  /* 1, 2 and -1 times the columns 3, 4 and 5. */
  for (uint32_t row = 0; row < 4; row++)
    EXPECT_EQUAL(number_at(m->payload + 8 + 8 * row, 8), 2 * 100 * (row + 2) + 3 + 2 * 4 - 5);
  /* The same region, transposed: 1, 2, -1 and 3 times the rows 2 to 5. */
  put(payload, 13, 1, 1);
  size = put(payload, size, 3, 2);
  send_message(h, TARE_MULTIPLY, payload, size);
  run(h);
  m = last(h, TARE_PRODUCT);
  EXPECT_EQUAL(m->size, 8 + 24);
  EXPECT_EQUAL(number_at(m->payload + 6, 2), 3);
  for (uint32_t column = 0; column < 3; column++)
    EXPECT_EQUAL(number_at(m->payload + 8 + 8 * column, 8), 100 * (2 + 2 * 3 - 4 + 3 * 5) + 5 * (column + 3));
  /* A number too few, and a direction that is none. */
  before = count_of(h, TARE_REFUSED);
  send_message(h, TARE_MULTIPLY, payload, size - 2);
  put(payload, 13, 2, 1);
  send_message(h, TARE_MULTIPLY, payload, size);
  run(h);
  EXPECT_EQUAL(count_of(h, TARE_REFUSED), before + 2);
  /* Digests are those of the counts. */
  {
    plan p = make_plan(TARE_TRAIN_KIND_UP, 1, 0, ROWS, 0, COLUMNS, 3, 0);
    uint8_t block[512];
    EXPECT(arm(h, 60000, false));
    send_train(h, &p);
    run(h);
    for (uint32_t cell = 0; cell < 64; cell++) put(block, put(block, 8 * cell, 3, 4), 0, 4);
    put(payload, put(payload, put(payload, put(payload, 0, 1, 1), 0, 4), 3, 4), 1, 1);
    send_message(h, TARE_COUNTS, payload, 10);
    run(h);
    m = last(h, TARE_DIGESTS);
    EXPECT_EQUAL(m->size, 5 + 12);
    EXPECT_EQUAL(number_at(m->payload + 5, 4), plain_crc(block, 512));
    EXPECT_EQUAL(number_at(m->payload + 13, 4), plain_crc(block, 8 * (CELLS - 128)));
  }
  /* Requests beyond the array are refused. */
  before = count_of(h, TARE_REFUSED);
  put(payload, put(payload, put(payload, put(payload, 0, 1, 1), 1, 4), 3, 4), 1, 1);
  send_message(h, TARE_COUNTS, payload, 10);
  size = put(payload, put(payload, put(payload, 0, 5, 4), 1, 1), 1, 2);
  size = put(payload, put(payload, put(payload, size, ROWS, 2), 0, 2), 1, 2);
  put(payload, put(payload, size, 1, 4), 0, 4);
  send_message(h, TARE_READ, payload, 21);
  send_message(h, TARE_MULTIPLY, payload, 14);
  run(h);
  EXPECT_EQUAL(count_of(h, TARE_REFUSED), before + 3);
  expect_exact(h);
}

/* A train of each kind. */
static plan any_plan(uint32_t which) {
  switch (which % 8) {
  case 0: return make_plan(TARE_TRAIN_KIND_UP, 0, 0, ROWS, 0, COLUMNS, 7, 0);
  case 1: return make_plan(TARE_TRAIN_KIND_ALTERNATING, 1, 2, 3, 5, 9, 5, 3);
  case 2: return make_map(0, 1, 8, 3, 11, 6, 4, 0);
  case 3: return make_product(1, 0, 9, 0, 20, 13, 5);
  case 4: return make_plan(TARE_TRAIN_KIND_DOWN, 1, 4, 1, 7, 1, 9, 4);
  case 5: return make_map(1, 0, 9, 0, 20, 1, 1, 1);
  case 6: return make_plan(TARE_TRAIN_KIND_ALTERNATING, 0, 8, 1, 0, 20, 4, 0);
  default: return make_map(1, 3, 2, 1, 5, 12, 16, 7);
  }
}

/* Cells under consecutive numbers: what each gets follows from its number, and some get no pulse.
 */
static uint32_t send_cells(host *h, uint64_t first, uint32_t count, int16_t pulses) {
  uint8_t bytes[256];
  uint32_t at = put(bytes, put(bytes, put(bytes, 0, first, 8), 0, 8), h->envelope, 2);
  at = put(bytes, at, 0, 1);
  at = put(bytes, put(bytes, put(bytes, at, 0, 1), 1, 1), 1, 1);
  at = put(bytes, at, count, 1);
  for (uint64_t number = first; number < first + count; number++) {
    at = put(bytes, put(bytes, at, number % ROWS, 2), 3 * number % COLUMNS, 2);
    at = put(bytes, at, (uint16_t)(number % 11 == 0 ? 0 : number % 2 ? -pulses : pulses), 2);
    at = put(bytes, at, 0x1000 + number, 4);
  }
  send_message(h, TARE_CELLS, bytes, at);
  return count;
}

static void test_trains(void) {
  for (uint32_t group = 2; group < 9; group += 3) {
    for (int is_known = 0; is_known < 2; is_known++) {
      begin("trains", group);
      it->is_energy_known = is_known;
      for (uint32_t which = 0; which < 24; which++) {
        plan p = any_plan(which);
        uint64_t up, down;
        result r;
        uint32_t from = h->count, cells = 0, reads = 0;
        send_train(h, &p);
        run(h);
        r = result_of(h, h->next - 1);
        EXPECT_EQUAL(r.status, TARE_TRAIN_STATUS_FIRED);
        EXPECT_EQUAL(it->board.head.taken, h->next - 1);
        if (r.steps == UINT32_MAX) {
          EXPECT(p.train.read_every == 0 && !is_known);
          ask_outcomes(h, h->next - 1, 1);
          r = result_of(h, h->next - 1);
        }
        plan_totals(&p, plan_steps(&p), &up, &down);
        EXPECT_EQUAL(r.digest, p.train.digest);
        EXPECT_EQUAL(r.steps, plan_steps(&p));
        EXPECT_EQUAL(r.up, up);
        EXPECT_EQUAL(r.down, down);
        EXPECT_EQUAL(r.uncertain, 0);
        EXPECT(is_known ? r.energy != TARE_UNKNOWN_ENERGY : r.energy == TARE_UNKNOWN_ENERGY);
        for (; from < h->count; from++) {
          if (h->log[from].type != TARE_READING) continue;
          EXPECT_EQUAL(number_at(h->log[from].payload, 8), h->next - 1);
          cells += (h->log[from].size - 41) / h->log[from].payload[40];
          reads += number_at(h->log[from].payload + 16, 4) == 0;
        }
        if (p.train.read_every > 0) {
          uint32_t expected = (plan_steps(&p) + p.train.read_every - 1) / p.train.read_every;
          EXPECT_EQUAL(reads, expected);
          EXPECT_EQUAL(cells, expected * p.train.rows * p.train.columns);
        } else {
          EXPECT_EQUAL(reads, 0);
          if (p.train.kind <= 2) EXPECT_EQUAL(r.duration, p.train.count * 1000);
        }
      }
      h->next += send_cells(h, h->next, 20, 5);
      run(h);
      EXPECT_EQUAL(result_of(h, h->next - 1).status, TARE_TRAIN_STATUS_FIRED);
      EXPECT_EQUAL(it->board.head.taken, h->next - 1);
      EXPECT(it->largest_call <= group);
      expect_exact(h);
      /* Nothing of it is lost when the board starts again, and the epoch stays. */
      {
        uint64_t epoch = ack_epoch(h), next = h->next, up = it->board.head.sums[0];
        simulated_start(it);
        EXPECT(!it->are_outputs_on);
        open_host(h, it, 77, false);
        EXPECT_EQUAL(ack_epoch(h), epoch);
        EXPECT_EQUAL(h->next, next);
        EXPECT_EQUAL(ack_up(h), up);
        EXPECT_EQUAL(number_at(last(h, TARE_HELLO_ACK)->payload + 40, 4), 2);
        expect_exact(h);
      }
    }
  }
}

static void expect_rejected(const plan *p, uint64_t not_after, uint8_t reason) {
  uint32_t pulses = it->pulses;
  result r;
  send_train_as(h, p, h->next, not_after);
  run(h);
  r = result_of(h, h->next);
  EXPECT(r.is_known);
  EXPECT_EQUAL(r.status, TARE_TRAIN_STATUS_REJECTED);
  EXPECT_EQUAL(r.reason, reason);
  EXPECT_EQUAL(r.digest, p->train.digest);
  EXPECT_EQUAL(r.up + r.down + r.uncertain + r.steps, 0);
  EXPECT_EQUAL(it->pulses, pulses);
  EXPECT_EQUAL(it->board.head.taken, h->next);
  h->next++;
}

static void test_rejections(void) {
  plan good = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 2, 0, 2, 3, 0), p;
  begin("rejections", 8);
  for (uint32_t which = 0; which < 7; which++) {
    p = good;
    if (which == 0) p.train.tile = TILES;
    if (which == 1) p.train.row = ROWS - 1;
    if (which == 2) p.train.column = 0xFFFF;
    if (which == 3) p.train.rows = 0;
    if (which == 4) p.train.columns = 0;
    if (which == 5) p.train.rows = 0xFFFF;
    if (which == 6) p.train.column = COLUMNS;
    expect_rejected(&p, 0, TARE_REASON_GEOMETRY);
  }
  p = good;
  p.train.kind = 6;
  expect_rejected(&p, 0, TARE_REASON_UNSUPPORTED);
  p.train.kind = 0;
  expect_rejected(&p, 0, TARE_REASON_UNSUPPORTED);
  p = good;
  p.train.scheme = 5;
  expect_rejected(&p, 0, TARE_REASON_UNSUPPORTED);
  p = good;
  p.train.read_every = 1;
  p.train.averages = 0;
  expect_rejected(&p, 0, TARE_REASON_UNSUPPORTED);
  p = good;
  p.train.kind = TARE_TRAIN_KIND_ALTERNATING;
  p.train.count = 0x80000000u;
  expect_rejected(&p, 0, TARE_REASON_UNSUPPORTED);
  p = good;
  p.train.profile = 3;
  expect_rejected(&p, 0, TARE_REASON_PROFILE);
  p.train.profile = 200;
  expect_rejected(&p, 0, TARE_REASON_PROFILE);
  p = good;
  p.train.pattern_bytes = 3;
  expect_rejected(&p, 0, TARE_REASON_PATTERN);
  for (uint32_t which = 0; which < 5; which++) {
    p = make_map(0, 0, 4, 0, 4, 5, 4, 0);
    if (which == 0) p.train.count++;
    if (which == 1) p.train.pattern_bytes++;
    if (which == 2) p.train.pattern_bytes--;
    if (which == 3) p.pattern[0] = 3;
    if (which == 4) p.train.rows++;
    expect_rejected(&p, 0, TARE_REASON_PATTERN);
  }
  p = make_product(0, 0, 4, 0, 4, 9, 0);
  p.train.count = 17;
  expect_rejected(&p, 0, TARE_REASON_PATTERN);
  /* A pattern that comes out of order or is too large. */
  p = make_product(0, 0, 4, 0, 4, 9, 0);
  {
    uint8_t bytes[10];
    put(bytes, put(bytes, 0, 0, 4), 0, 2);
    send_message(h, TARE_PATTERN, bytes, 6);
    put(bytes, 0, 3, 4);
    send_message(h, TARE_PATTERN, bytes, 6);
    put(bytes, 0, 0x7FFFFFFF, 4);
    send_message(h, TARE_PATTERN, bytes, 6);
    p.train.pattern_bytes = 4;
    send_message(h, TARE_PATTERN, bytes, 4);
    run(h);
  }
  p = make_product(0, 0, 4, 0, 4, 9, 0);
  send_train(h, &p);
  run(h);
  EXPECT_EQUAL(result_of(h, h->next - 1).status, TARE_TRAIN_STATUS_FIRED);
  expect_rejected(&good, it->clock, TARE_REASON_EXPIRED);
  h->envelope--;
  expect_rejected(&good, 0, TARE_REASON_ENVELOPE);
  h->envelope++;
  /* Amplitude, width, product of both, rate, limit of the current, steps. */
  p = good;
  p.train.profile = 1;
  set_profile(h, 1, 1501000, 100000, 1000000);
  expect_rejected(&p, 0, TARE_REASON_FORMING);
  set_profile(h, 1, 2001000, 100000, 1000000);
  expect_rejected(&p, 0, TARE_REASON_ENVELOPE);
  set_profile(h, 1, 1500000, 1000000, 2000000);
  send_train(h, &p);
  run(h);
  EXPECT_EQUAL(result_of(h, h->next - 1).status, TARE_TRAIN_STATUS_FIRED);
  set_profile(h, 1, 1500000, 1010000, 2000000);
  expect_rejected(&p, 0, TARE_REASON_ENVELOPE);
  p = good;
  p.train.count = 100001;
  expect_rejected(&p, 0, TARE_REASON_ENVELOPE);
  EXPECT(arm(h, 60000, true));
  set_profile(h, 1, 1501000, 100000, 1000000);
  p = good;
  p.train.profile = 1;
  send_train(h, &p);
  run(h);
  EXPECT_EQUAL(result_of(h, h->next - 1).status, TARE_TRAIN_STATUS_FIRED);
  send_message(h, TARE_DISARM, NULL, 0);
  run(h);
  EXPECT(!it->are_outputs_on);
  expect_rejected(&good, 0, TARE_REASON_NOT_ARMED);
  expect_exact(h);
}

static void test_counter_full(void) {
  plan p = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 1, 0, 1, 90, 0), q;
  begin("counter full", 50);
  ask_envelope(h, 1500000, 100000, 100);
  EXPECT(arm(h, 60000, false));
  send_train(h, &p);
  run(h);
  EXPECT_EQUAL(result_of(h, 1).status, TARE_TRAIN_STATUS_FIRED);
  p.train.count = 11;
  h->next = 2;
  expect_rejected(&p, 0, TARE_REASON_COUNTER_FULL);
  /* Another polarity and other cells have room. */
  p.train.kind = TARE_TRAIN_KIND_DOWN;
  send_train(h, &p);
  q = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 1, 1, 19, 100, 0);
  send_train(h, &q);
  run(h);
  EXPECT_EQUAL(it->board.head.most, 100);
  q = make_plan(TARE_TRAIN_KIND_ALTERNATING, 0, 0, ROWS, 0, 1, 11, 0);
  expect_rejected(&q, 0, TARE_REASON_COUNTER_FULL);
  q.train.count = 10;
  send_train(h, &q);
  run(h);
  EXPECT_EQUAL(result_of(h, h->next - 1).status, TARE_TRAIN_STATUS_FIRED);
  expect_exact(h);
}

static void test_numbers(void) {
  plan p = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 1, 0, 1, 2, 0);
  uint32_t pulses;
  begin("numbers", 8);
  for (uint32_t train = 0; train < 40; train++) send_cells(h, h->next++, 1, 1), run(h);
  EXPECT_EQUAL(it->board.head.taken, 40);
  /* Too high: an error with the number that must follow. */
  send_train_as(h, &p, 42, 0);
  run(h);
  EXPECT_EQUAL(last(h, TARE_ERROR)->payload[0], TARE_REASON_GAP);
  EXPECT_EQUAL(number_at(last(h, TARE_ERROR)->payload + 2, 8), 41);
  pulses = it->pulses;
  send_train_as(h, &p, UINT64_MAX, 0);
  send_train_as(h, &p, 41, 0);
  run(h);
  EXPECT_EQUAL(it->pulses, ++pulses);
  /* The same again: the outcome again, and no pulse; too old: not kept. */
  send_train_as(h, &p, 41, 0);
  run(h);
  EXPECT_EQUAL(result_of(h, 41).digest, p.train.digest);
  EXPECT_EQUAL(result_of(h, 41).up, 2);
  send_cells(h, 24, 18, 1);
  run(h);
  EXPECT_EQUAL(number_at(last(h, TARE_NOT_KEPT)->payload, 8), 25);
  EXPECT_EQUAL(last(h, TARE_ERROR)->payload[0], TARE_REASON_CONFLICT);
  EXPECT_EQUAL(it->pulses, pulses);
  /* A conflict lasts until the board is powered again. */
  EXPECT(!it->are_outputs_on);
  EXPECT(!arm(h, 1000, false));
  EXPECT_EQUAL(last(h, TARE_ARMED)->payload[1], TARE_REASON_CONFLICT);
  say_hello(h, 5555, false);
  EXPECT_EQUAL(last(h, TARE_HELLO_ACK)->payload[85], TARE_REASON_CONFLICT);
  EXPECT_EQUAL(number_at(last(h, TARE_HELLO_ACK)->payload + 52, 8), 26);
  simulated_start(it);
  open_host(h, it, 3, false);
  /* Outcomes of the journal, and what is not in it. */
  ask_outcomes(h, 20, 30);
  EXPECT_EQUAL(number_at(last(h, TARE_NOT_KEPT)->payload, 8), 42);
  EXPECT_EQUAL(number_at(last(h, TARE_NOT_KEPT)->payload + 8, 2), 8);
  EXPECT_EQUAL(count_of(h, TARE_NOT_KEPT), 2);
  for (uint64_t number = 26; number <= 41; number++) EXPECT(result_of(h, number).is_known);
  EXPECT(!result_of(h, 25).is_known);
  ask_outcomes(h, 0, 65535);
  ask_outcomes(h, UINT64_MAX - 2, 65535);
  expect_exact(h);
}

/* Lets the board fire so many calls. */
static void poll_until(uint32_t pulses) {
  for (int polls = 0; polls < 10000 && it->pulses < pulses; polls++) tare_poll(&it->board);
}

static void test_stops(void) {
  for (uint32_t which = 0; which < 6; which++) {
    for (uint32_t kind = 0; kind < 8; kind++) {
      plan p = any_plan(kind), waiting = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 1, 0, 1, 1, 0);
      uint64_t up, down, number;
      uint32_t pulses;
      bool is_taken = which == 0 || which == 3 || which == 4;
      result r;
      /* One step is whole before anything can stop it. */
      if (plan_steps(&p) == 1) continue;
      static const uint8_t reasons[6] = {TARE_REASON_STOPPED,        TARE_REASON_LEASE,
                                         TARE_REASON_RECONNECTED,    TARE_REASON_EMERGENCY_STOP,
                                         TARE_REASON_EMERGENCY_STOP, TARE_REASON_RECONNECTED};
      begin("stops", 2);
      EXPECT(arm(h, 1000, false));
      send_train(h, &p);
      send_train(h, &waiting);
      send_cells(h, h->next, 2, 1);
      h->next += 2;
      poll_until(2);
      number = 1;
      pulses = it->pulses;
      switch (which) {
      case 0: send_message(h, TARE_STOP, NULL, 0); break;
      case 1: it->clock += 1100000000; break;
      case 2: say_hello(h, 9999, false); break;
      case 3:
        send_message(h, TARE_EMERGENCY_STOP, NULL, 0);
        EXPECT(!it->are_outputs_on);
        break;
      case 4:
        tare_emergency_stop(&it->board);
        EXPECT(!it->are_outputs_on);
        break;
      default: say_hello(h, 9999, true);
      }
      run(h);
      EXPECT(it->pulses <= pulses + 1);
      EXPECT(which == 0 || !it->are_outputs_on);
      if (which == 2) EXPECT_EQUAL(ack_taken(h), 1);
      if (which == 5) {
        EXPECT_EQUAL(ack_taken(h), 0);
        say_hello(h, 9998, false);
        EXPECT_EQUAL(ack_taken(h), 1);
      }
      ask_outcomes(h, 1, 1);
      r = result_of(h, number);
      EXPECT(r.is_known);
      if (r.status != TARE_TRAIN_STATUS_UNCERTAIN) {
        EXPECT_EQUAL(r.status, TARE_TRAIN_STATUS_INTERRUPTED);
        EXPECT_EQUAL(r.uncertain_steps, 0);
        plan_totals(&p, r.steps, &up, &down);
        EXPECT_EQUAL(r.up, up);
        EXPECT_EQUAL(r.down, down);
        EXPECT_EQUAL(r.uncertain, 0);
        expect_exact(h);
      } else {
        /* Outputs went off between an up pulse and its down pulse. */
        EXPECT(which == 3 || which == 4);
        EXPECT_EQUAL(p.train.kind, TARE_TRAIN_KIND_ALTERNATING);
        EXPECT_EQUAL(r.uncertain_steps, 2);
      }
      EXPECT_EQUAL(r.reason, reasons[which]);
      /* Trains that waited are rejected by number, or dropped and use none up. */
      EXPECT_EQUAL(it->board.head.taken, is_taken ? 4 : 1);
      for (number = 2; is_taken && number <= 4; number++) {
        EXPECT_EQUAL(result_of(h, number).status, TARE_TRAIN_STATUS_REJECTED);
        EXPECT_EQUAL(result_of(h, number).reason, reasons[which]);
      }
      EXPECT_EQUAL(it->wrong_pulses, 0);
    }
  }
}

static void test_emergency(void) {
  plan p = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 2, 0, 2, 40, 0);
  uint8_t code[4];
  result r;
  begin("emergency", 10);
  /* Within a call that fires: what it fired cannot be known. */
  it->stop_pulse = 2;
  send_train(h, &p);
  run(h);
  r = result_of(h, 1);
  EXPECT_EQUAL(r.status, TARE_TRAIN_STATUS_UNCERTAIN);
  EXPECT_EQUAL(r.reason, TARE_REASON_EMERGENCY_STOP);
  EXPECT_EQUAL(r.steps, 10);
  EXPECT_EQUAL(r.uncertain_steps, 10);
  EXPECT_EQUAL(r.uncertain, 40);
  EXPECT_EQUAL(it->board.head.sums[0], 80);
  EXPECT(!arm(h, 1000, false));
  EXPECT_EQUAL(last(h, TARE_ARMED)->payload[1], TARE_REASON_EMERGENCY_STOP);
  EXPECT_EQUAL(last(h, TARE_EMERGENCY_STATE)->payload[0], 1);
  /* Latched also after a start, and cleared by its code alone. */
  simulated_start(it);
  memset(h, 0, offsetof(host, kept));
  h->it = it;
  say_hello(h, 2, false);
  EXPECT_EQUAL(last(h, TARE_HELLO_ACK)->payload[84], 1);
  EXPECT(!arm(h, 1000, false));
  memcpy(code, last(h, TARE_HELLO_ACK)->payload + 86, 4);
  code[2] ^= 1;
  send_message(h, TARE_EMERGENCY_CLEAR, code, 4);
  run(h);
  EXPECT_EQUAL(last(h, TARE_EMERGENCY_STATE)->payload[0], 1);
  memcpy(code, last(h, TARE_EMERGENCY_STATE)->payload + 1, 4);
  send_message(h, TARE_EMERGENCY_CLEAR, code, 4);
  run(h);
  EXPECT_EQUAL(last(h, TARE_EMERGENCY_STATE)->payload[0], 0);
  EXPECT(arm(h, 1000, false));
  /* From nobody in particular: outside of any session. */
  h->session = 0;
  send_message(h, TARE_EMERGENCY_STOP, NULL, 0);
  EXPECT(!it->are_outputs_on);
  run(h);
  EXPECT_EQUAL(last(h, TARE_EMERGENCY_STATE)->payload[0], 1);
}

/* An emergency stop between an up pulse and its down pulse, cleared before the board did anything else: no other way out
   may fire the down pulse with outputs off. */
static void test_cleared_within_a_pair(void) {
  for (uint32_t which = 0; which < 3; which++) {
    plan p = make_plan(TARE_TRAIN_KIND_ALTERNATING, 0, 0, 2, 0, 2, 40, 1);
    uint8_t code[4];
    uint32_t pulses;
    begin("cleared within a pair", 10);
    EXPECT(arm(h, 1000, false));
    send_train(h, &p);
    poll_until(1);
    EXPECT_EQUAL(it->pulses, 1);
    pulses = it->pulses;
    send_message(h, TARE_EMERGENCY_STOP, NULL, 0);
    memcpy(code, &it->board.clear_code, 4);
    send_message(h, TARE_EMERGENCY_CLEAR, code, 4);
    switch (which) {
    case 0: send_message(h, TARE_STOP, NULL, 0); break;
    case 1: it->clock += 1100000000; break;
    default: say_hello(h, 9999, false);
    }
    run(h);
    EXPECT_EQUAL(it->pulses, pulses);
    EXPECT_EQUAL(it->wrong_pulses, 0);
    EXPECT(!it->are_outputs_on);
  }
}

static void test_faults(void) {
  plan p = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 2, 0, 2, 40, 0);
  result r;
  begin("faults", 10);
  it->bad_pulse = 3;
  send_train(h, &p);
  run(h);
  r = result_of(h, 1);
  EXPECT_EQUAL(r.status, TARE_TRAIN_STATUS_UNCERTAIN);
  EXPECT_EQUAL(r.reason, TARE_REASON_FAULT);
  EXPECT_EQUAL(r.steps, 20);
  EXPECT_EQUAL(r.uncertain_steps, 10);
  EXPECT(!it->are_outputs_on);
  EXPECT(!arm(h, 1000, false));
  EXPECT_EQUAL(last(h, TARE_ARMED)->payload[1], TARE_REASON_FAULT);
  simulated_start(it);
  open_host(h, it, 3, false);
  /* Without memory nothing is fired, and no number is used up. */
  it->is_memory_bad = true;
  send_train(h, &p);
  run(h);
  EXPECT_EQUAL(it->pulses, 0);
  EXPECT(!it->are_outputs_on);
  send_train(h, &p);
  run(h);
  EXPECT_EQUAL(last(h, TARE_ERROR)->payload[0], TARE_REASON_MEMORY);
  EXPECT_EQUAL(count_of(h, TARE_OUTCOME) + count_of(h, TARE_FIRED), 0);
  simulated_start(it);
  say_hello(h, 8, false);
  EXPECT_EQUAL(last(h, TARE_HELLO_ACK)->payload[85], TARE_REASON_MEMORY);
  h->envelope = 0;
  EXPECT(!arm(h, 1000, false));
  it->is_memory_bad = false;
  /* Memory of another setup is left alone. */
  it->setup.journal_slots++;
  simulated_start(it);
  say_hello(h, 9, false);
  EXPECT_EQUAL(last(h, TARE_HELLO_ACK)->payload[85], TARE_REASON_MEMORY);
  it->setup.journal_slots--;
  simulated_start(it);
  open_host(h, it, 10, false);
  EXPECT_EQUAL(ack_taken(h), 1);
  /* Blank memory is another life. */
  {
    uint64_t epoch = ack_epoch(h);
    memset(it->memory, 0xFF, MEMORY);
    simulated_start(it);
    open_host(h, it, 11, false);
    EXPECT_EQUAL(ack_taken(h), 0);
    EXPECT(ack_epoch(h) != epoch && ack_epoch(h) != 0);
  }
}

static void test_sessions(void) {
  plan p = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 2, 0, 2, 4, 0);
  uint16_t session;
  uint32_t acks;
  begin("sessions", 10);
  session = h->session;
  acks = count_of(h, TARE_HELLO_ACK);
  send_train(h, &p);
  run(h);
  /* The host that had the board is told so, and changes nothing. */
  {
    uint8_t hello[8] = {1, 2, 3, 4, 0, 0, 0, 0};
    send_message(h, TARE_HELLO, hello, 8);
    send_message(h, TARE_HELLO, hello, 8);
    run(h);
    EXPECT_EQUAL(count_of(h, TARE_HELLO_ACK), acks + 1);
    send_message(h, TARE_HELLO, hello, 8);
    run(h);
    EXPECT_EQUAL(count_of(h, TARE_HELLO_ACK), acks + 2);
    EXPECT(number_at(last(h, TARE_HELLO_ACK)->payload + 4, 2) != session);
  }
  send_train(h, &p);
  ping(h, false, 1);
  run(h);
  EXPECT(count_of(h, TARE_STALE) > 0);
  EXPECT_EQUAL(it->board.head.taken, 1);
  EXPECT(!it->are_outputs_on);
  EXPECT_EQUAL(it->profiles[0].period, 0);
  /* After a start there is no session; the next one is not the last one. */
  session = it->board.session;
  simulated_start(it);
  h->session = session;
  acks = count_of(h, TARE_STALE);
  send_train(h, &p);
  run(h);
  EXPECT_EQUAL(count_of(h, TARE_STALE), acks + 1);
  say_hello(h, 0x04030201, false);
  EXPECT(h->session != session);
  EXPECT_EQUAL(h->next, 2);
}

static void test_dry(void) {
  plan p;
  uint64_t epoch, dry_epoch;
  begin("dry", 10);
  epoch = ack_epoch(h);
  p = any_plan(2);
  send_train(h, &p);
  run(h);
  for (uint32_t round = 0; round < 3; round++) {
    uint32_t pulses = it->pulses;
    open_host(h, it, 100 + 2 * round, true);
    EXPECT_EQUAL(ack_taken(h), 0);
    EXPECT_EQUAL(ack_up(h), 0);
    EXPECT_EQUAL(last(h, TARE_HELLO_ACK)->payload[90], 1);
    EXPECT(ack_epoch(h) != epoch && (round == 0 || ack_epoch(h) != dry_epoch));
    dry_epoch = ack_epoch(h);
    for (uint32_t which = 0; which < 8; which++) {
      uint64_t up, down;
      uint32_t ups[CELLS], downs[CELLS], before_up = 0, sum_up = 0;
      ask_counts(h, any_plan(which).train.tile, ups, downs);
      for (uint32_t cell = 0; cell < CELLS; cell++) before_up += ups[cell];
      p = any_plan(which);
      send_train(h, &p);
      run(h);
      EXPECT_EQUAL(result_of(h, h->next - 1).status, TARE_TRAIN_STATUS_FIRED);
      plan_totals(&p, plan_steps(&p), &up, &down);
      ask_counts(h, p.train.tile, ups, downs);
      for (uint32_t cell = 0; cell < CELLS; cell++) sum_up += ups[cell];
      EXPECT_EQUAL(sum_up, before_up + up);
      EXPECT(!it->are_outputs_on);
    }
    EXPECT_EQUAL(it->pulses, pulses);
    /* Power in between changes nothing for the real books. */
    if (round == 1) simulated_start(it);
    open_host(h, it, 101 + 2 * round, false);
    EXPECT_EQUAL(ack_epoch(h), epoch);
    EXPECT_EQUAL(ack_taken(h), 1 + round);
    p = any_plan(round);
    send_train(h, &p);
    run(h);
    expect_exact(h);
  }
  it->setup.has_dry_run = false;
  memset(it->memory, 0, MEMORY);
  simulated_start(it);
  memset(h, 0, offsetof(host, kept));
  h->it = it;
  {
    uint8_t hello[8] = {1, 2, 3, 4, 0, 0, 1, 0};
    send_message(h, TARE_HELLO, hello, 8);
    run(h);
    EXPECT_EQUAL(last(h, TARE_ERROR)->payload[0], TARE_REASON_UNSUPPORTED);
    EXPECT_EQUAL(count_of(h, TARE_HELLO_ACK), 0);
  }
}

static void test_noise(void) {
  static const char *probes[] = {
      "AT\r\n",     "ATZ\r",        "+++",         "ATE1 E0\r", "\x7E\x00\x78\xF0\x7E",
      "$GPTXT\r\n", "\xFF\xFF\xFF", "\x00\xAF\x00"};
  begin("noise", 10);
  for (uint32_t round = 0; round < 30000; round++) {
    uint8_t bytes[64];
    uint32_t count = 1 + chance(64);
    if (round % 8 == 0) {
      give(it, (const uint8_t *)probes[round / 8 % 8], strlen(probes[round / 8 % 8]) + 1);
      continue;
    }
    for (uint32_t byte = 0; byte < count; byte++)
      bytes[byte] = (uint8_t)(chance(6) ? chance(256) : chance(3));
    give(it, bytes, count);
    tare_poll(&it->board);
  }
  EXPECT_EQUAL(it->pulses, 0);
  EXPECT_EQUAL(it->board.head.taken, 0);
  give(it, (const uint8_t *)"", 1);
  {
    plan p = any_plan(2);
    send_train(h, &p);
    run(h);
    EXPECT_EQUAL(result_of(h, 1).status, TARE_TRAIN_STATUS_FIRED);
  }
  expect_exact(h);
}

/* What waits when the answers have no room: nothing new is fired, and nothing is lost. */
static void test_no_room(void) {
  uint8_t payload[21] = {0};
  uint32_t from;
  plan p = make_plan(TARE_TRAIN_KIND_UP, 0, 0, 1, 0, 1, 1, 0);
  begin("no room", 10);
  payload[7 - 2] = 0;
  put(payload, put(payload, put(payload, put(payload, 5, 0, 2), ROWS, 2), 0, 2), COLUMNS, 2);
  put(payload, 13, 1, 4);
  from = h->count;
  for (int request = 0; request < 5; request++) send_message(h, TARE_READ, payload, 21);
  send_train(h, &p);
  for (int polls = 0; polls < 3000; polls++) tare_poll(&it->board);
  EXPECT_EQUAL(it->pulses, 0);
  EXPECT(it->board.answers.used <= sizeof it->answers);
  run(h);
  EXPECT_EQUAL(it->pulses, 1);
  {
    uint32_t cells = 0;
    for (; from < h->count; from++) {
      if (h->log[from].type == TARE_READING) cells += (h->log[from].size - 41) / 2;
    }
    EXPECT_EQUAL(cells, 5 * CELLS);
  }
  expect_exact(h);
}

/* ---- A line that loses, changes and repeats bytes ---- */

typedef struct {
  uint32_t rate; /* one byte of so many is hit; 0 for none */
} line;

/* Carries bytes over the line. */
static size_t carry(const line *l, const uint8_t *bytes, size_t count, uint8_t *out) {
  size_t length = 0;
  for (size_t place = 0; place < count; place++) {
    uint32_t what = l->rate > 0 && chance(l->rate) == 0 ? 1 + chance(3) : 0;
    if (what == 1) continue;
    out[length++] = (uint8_t)(what == 2 ? bytes[place] ^ 1u << chance(8) : bytes[place]);
    if (what == 3) out[length++] = bytes[place];
  }
  return length;
}

/* A host that sends again what got lost, over a bad line; it keeps to the credit that it was given.
 */
static void test_link(uint32_t rate) {
  static uint8_t encoded[4096], carried[8192];
  static uint8_t heard[LINE];
  const line l = {rate};
  uint16_t base = 0, next = 0, total, told_gap = 0xFFFF;
  uint32_t heard_count = 0, idle = 0, rounds = 0, parsed = 0, goes = 0;
  uint64_t trains = 0;
  begin("link", 4);
  base = next = h->sequence;
  /* All frames are made first, and then sent by the rules. */
  for (uint32_t which = 0; which < 60; which++) {
    plan p = any_plan(which);
    uint16_t sequence = h->sequence;
    uint8_t bytes[64];
    uint32_t at;
    for (at = 0; at < p.train.pattern_bytes; at += 100) {
      uint32_t count = p.train.pattern_bytes - at < 100 ? p.train.pattern_bytes - at : 100;
      h->kept[sequence % SENT].type = TARE_PATTERN;
      h->kept[sequence % SENT].size = count + 4;
      put(h->kept[sequence % SENT].payload, 0, at, 4);
      memcpy(h->kept[sequence % SENT].payload + 4, p.pattern + at, count);
      sequence++;
    }
    at = put(bytes, put(bytes, put(bytes, 0, h->next++, 8), 0, 8), h->envelope, 2);
    at = put(bytes, at, 0, 1);
    at = put_train(bytes, put(bytes, at, 1, 1), &p.train);
    h->kept[sequence % SENT].type = TARE_TRAINS;
    h->kept[sequence % SENT].size = at;
    memcpy(h->kept[sequence % SENT].payload, bytes, at);
    h->sequence = (uint16_t)(sequence + 1);
    trains++;
  }
  total = h->sequence;
  it->sent_count = h->parsed = 0;
  for (rounds = 0; rounds < 400000; rounds++) {
    uint64_t told = 0;
    for (uint32_t place = 0; place < h->count; place++) told += h->log[place].type >= TARE_OUTCOME;
    /* Send one frame of the window. */
    if (next != total && (uint16_t)(next - base) < 4) {
      size_t length = plain_frame(h->kept[next % SENT].type, h->session, next, h->expected,
                                  h->kept[next % SENT].payload, h->kept[next % SENT].size, encoded);
      tare_receive(&it->board, carried, (uint32_t)carry(&l, encoded, length, carried));
      next++;
    }
    for (int polls = 0; polls < 4; polls++) tare_poll(&it->board);
    /* What came. */
    {
      size_t length = carry(&l, it->sent, it->sent_count, carried);
      it->sent_count = 0;
      if (heard_count + length > sizeof heard) heard_count = parsed = 0;
      memcpy(heard + heard_count, carried, length);
      heard_count += (uint32_t)length;
    }
    idle++;
    while (parsed < heard_count) {
      uint8_t bytes[1024], *end = memchr(heard + parsed, 0, heard_count - parsed);
      size_t length;
      uint16_t sequence, acknowledged;
      if (end == NULL) break;
      length = (size_t)(end - heard) - parsed;
      length = length < 600 ? plain_decode(heard + parsed, length, bytes) : 0;
      parsed = (uint32_t)(end - heard) + 1;
      if (length == 0) continue;
      sequence = (uint16_t)number_at(bytes + 4, 2);
      acknowledged = (uint16_t)number_at(bytes + 6, 2);
      if ((uint16_t)(acknowledged - base) <= (uint16_t)(total - base)) {
        if (acknowledged != base) idle = 0;
        base = acknowledged;
        if ((uint16_t)(next - base) > 0x8000) next = base;
      }
      if (bytes[1] == TARE_STATUS && bytes[8 + 4] && told_gap != base) {
        told_gap = base;
        next = base;
        goes++;
      }
      if (bytes[1] >= 0x80 && sequence == h->expected) {
        h->expected++;
        idle = 0;
        h->log[h->count % LOG].type = bytes[1];
        memcpy(h->log[h->count % LOG].payload, bytes + 8, length - 12);
        h->log[h->count % LOG].size = (uint32_t)length - 12;
        h->count++;
      }
    }
    if (it->board.head.taken == trains && it->board.answer_count == 0 && it->board.phase == 0
        && it->board.untold == 0 && it->board.queue.used == 0) {
      break;
    }
    if (idle > 8) {
      uint8_t payload[5] = {1, 0, 0, 0, 0};
      size_t length = plain_frame(TARE_PING, h->session, next, h->expected, payload, 5, encoded);
      tare_receive(&it->board, carried, (uint32_t)carry(&l, encoded, length, carried));
      if (idle % 40 == 39) next = base;
    } else if (rounds % 4 == 0) {
      uint8_t payload[5] = {0, 0, 0, 0, 0};
      size_t length = plain_frame(TARE_PING, h->session, next, h->expected, payload, 5, encoded);
      tare_receive(&it->board, carried, (uint32_t)carry(&l, encoded, length, carried));
    }
    (void)told;
  }
  EXPECT_EQUAL(it->board.head.taken, trains);
  EXPECT_EQUAL(it->board.answer_count, 0);
  for (uint64_t number = 1; number <= trains; number++)
    EXPECT_EQUAL(result_of(h, number).status, 1);
  printf("  line with one bad byte in %u: %llu trains, %u rounds, went back %u times\n", rate,
         (unsigned long long)trains, rounds, goes);
  h->sequence = total;
  it->sent_count = h->parsed = 0;
  say_hello(h, 4242, false);
  expect_exact(h);
}

/* Go-back-N in detail. */
static void test_sequence(void) {
  uint8_t nothing = 0;
  uint32_t answers, statuses;
  uint16_t expected;
  begin("sequence", 4);
  /* Later numbers are dropped, and the gap is told once. */
  statuses = count_of(h, TARE_STATUS);
  for (int frame = 1; frame < 5; frame++)
    send_as(h, TARE_DESCRIBE, (uint16_t)(h->sequence + frame), NULL, 0);
  run(h);
  EXPECT_EQUAL(count_of(h, TARE_STATUS), statuses + 1);
  EXPECT_EQUAL(last(h, TARE_STATUS)->payload[4], 1);
  EXPECT_EQUAL(last(h, TARE_STATUS)->acknowledged, h->sequence);
  EXPECT_EQUAL(count_of(h, TARE_CAPABILITIES), 0);
  /* The next one is taken; the same again is dropped and answered with STATUS. */
  send_message(h, TARE_DESCRIBE, NULL, 0);
  run(h);
  statuses = count_of(h, TARE_STATUS);
  send_as(h, TARE_DESCRIBE, (uint16_t)(h->sequence - 1), NULL, 0);
  run(h);
  EXPECT_EQUAL(count_of(h, TARE_CAPABILITIES), 1);
  EXPECT_EQUAL(count_of(h, TARE_STATUS), statuses + 1);
  EXPECT_EQUAL(last(h, TARE_STATUS)->payload[4], 0);
  /* Answers are kept until they are acknowledged, and come again when they are asked for. */
  expected = h->expected;
  for (int frame = 0; frame < 3; frame++) {
    send_message(h, TARE_DESCRIBE, NULL, 0);
    for (int polls = 0; polls < 20; polls++) tare_poll(&it->board);
  }
  EXPECT_EQUAL(it->board.answer_count, 3);
  it->sent_count = h->parsed = 0;
  ping(h, true, 3);
  for (int polls = 0; polls < 20; polls++) tare_poll(&it->board);
  answers = count_of(h, TARE_CAPABILITIES);
  parse(h);
  EXPECT_EQUAL(count_of(h, TARE_CAPABILITIES), answers + 3);
  EXPECT_EQUAL(h->expected, expected + 3);
  ping(h, false, 3);
  EXPECT_EQUAL(it->board.answer_count, 0);
  /* What was never sent cannot be acknowledged. */
  h->expected = (uint16_t)(h->expected + 5);
  ping(h, false, 3);
  h->expected = (uint16_t)(h->expected - 5);
  run(h);
  EXPECT_EQUAL(it->board.first_answer, h->expected);
  /* Frames that find no room are dropped as if they had been lost. */
  for (int frame = 0; frame < 700; frame++) send_message(h, TARE_DESCRIBE, NULL, 0);
  EXPECT(it->board.queue.used <= sizeof it->queue);
  run(h);
  EXPECT_EQUAL(last(h, TARE_STATUS)->acknowledged, it->board.expected);
  EXPECT((uint16_t)(h->sequence - it->board.expected) == 700 - sizeof it->queue / 2);
  (void)nothing;
}

/* ---- Power ---- */

enum { MIX = 11 };

/* Sends the trains of the mix from the next number on, and lets the board work. */
static void run_mix(const plan *mix) {
  while (h->next <= MIX) {
    uint64_t number = h->next;
    if (mix[number].train.kind == 0) {
      uint32_t cells = 3;
      if (number + cells > MIX + 1) cells = (uint32_t)(MIX + 1 - number);
      send_cells(h, number, cells, 4);
      h->next += cells;
    } else {
      send_train(h, &mix[number]);
    }
    if (h->next % 2 == 0) run(h);
  }
  run(h);
}

/* What `send_cells` sends under a number, as a train. */
static plan cell_plan(uint64_t number, int16_t pulses) {
  uint8_t kind = number % 11 == 0 || number % 2 == 0 ? TARE_TRAIN_KIND_UP : TARE_TRAIN_KIND_DOWN;
  return make_plan(kind, 1, (uint16_t)(number % ROWS), 1, (uint16_t)(3 * number % COLUMNS), 1,
                   number % 11 == 0 ? 0 : (uint32_t)pulses, 0);
}

static struct {
  uint32_t cuts, uncertain, interrupted, resent;
  uint32_t most_uncertain;
} power;

/* Cuts the power once or twice, and then finishes the mix. Compares all counts with the outcomes.
 */
static void one_power_loss(const plan *mix, uint32_t group, uint32_t write, uint32_t bytes,
                           uint32_t pulse, uint32_t fired, uint32_t second_write) {
  static uint64_t cells[4][TILES][CELLS];
  uint64_t sure[2] = {0, 0}, unsure = 0, up = 0, down = 0;
  volatile uint32_t losses = 0;
  result results[MIX + 1];
  simulated_make(it, group, 512);
  simulated_start(it);
  open_host(h, it, 1, false);
  it->writes = it->pulses = 0;
  it->cut_write = write;
  it->cut_bytes = bytes;
  it->cut_pulse = pulse;
  it->cut_count = fired;
  if (setjmp(it->power) != 0) {
    /* Power is back; where asked for it fails once more, in the middle of what a start does. */
    it->cut_write = losses == 0 ? second_write : 0;
    it->cut_bytes = bytes;
    it->cut_pulse = 0;
    losses++;
    power.cuts++;
    simulated_start(it);
    it->cut_write = 0;
    open_host(h, it, 2 + losses, false);
    EXPECT_EQUAL(last(h, TARE_HELLO_ACK)->payload[85], 0);
    power.resent += (uint32_t)(MIX + 1 - h->next);
  }
  run_mix(mix);
  it->cut_write = it->cut_pulse = 0;
  EXPECT_EQUAL(it->board.head.taken, MIX);
  ask_outcomes(h, 1, MIX);
  memset(cells, 0, sizeof cells);
  for (uint64_t number = 1; number <= MIX; number++) {
    plan p = mix[number];
    result r = results[number] = result_of(h, number);
    uint64_t totals[2], more[2];
    if (p.train.kind == 0) p = cell_plan(number, 4);
    EXPECT(r.is_known && r.status != TARE_TRAIN_STATUS_REJECTED);
    if (r.steps == UINT32_MAX) ask_outcomes(h, number, 1), r = result_of(h, number);
    if (r.status == TARE_TRAIN_STATUS_FIRED) EXPECT_EQUAL(r.steps, plan_steps(&p));
    if (r.status != TARE_TRAIN_STATUS_FIRED) {
      EXPECT_EQUAL(losses > 0, 1);
      EXPECT_EQUAL(r.reason, TARE_REASON_POWER);
      power.uncertain += r.status == TARE_TRAIN_STATUS_UNCERTAIN;
      power.interrupted += r.status == TARE_TRAIN_STATUS_INTERRUPTED;
    }
    if (r.uncertain_steps > power.most_uncertain) power.most_uncertain = r.uncertain_steps;
    EXPECT(r.uncertain_steps <= group);
    plan_totals(&p, r.steps, &totals[0], &totals[1]);
    plan_totals(&p, r.steps + r.uncertain_steps, &more[0], &more[1]);
    EXPECT_EQUAL(r.up, totals[0]);
    EXPECT_EQUAL(r.down, totals[1]);
    EXPECT_EQUAL(r.uncertain, more[0] + more[1] - totals[0] - totals[1]);
    sure[0] += r.up;
    sure[1] += r.down;
    unsure += r.uncertain;
    for (uint32_t row = 0; row < p.train.rows; row++) {
      for (uint32_t column = 0; column < p.train.columns; column++) {
        uint32_t cell = (p.train.row + row) * COLUMNS + p.train.column + column;
        uint64_t u, d;
        plan_cell(&p, row, column, r.steps, &u, &d);
        cells[0][p.train.tile][cell] += u;
        cells[1][p.train.tile][cell] += d;
        plan_cell(&p, row, column, r.steps + r.uncertain_steps, &u, &d);
        cells[2][p.train.tile][cell] += u;
        cells[3][p.train.tile][cell] += d;
      }
    }
  }
  for (uint8_t tile = 0; tile < TILES; tile++) {
    uint32_t ups[CELLS], downs[CELLS];
    ask_counts(h, tile, ups, downs);
    for (uint32_t cell = 0; cell < CELLS; cell++) {
      /* The odometer counts what may have been fired; the cells lie between the bounds. */
      EXPECT_EQUAL(ups[cell], cells[2][tile][cell]);
      EXPECT_EQUAL(downs[cell], cells[3][tile][cell]);
      EXPECT(it->up[tile][cell] >= cells[0][tile][cell]
             && it->up[tile][cell] <= cells[2][tile][cell]);
      EXPECT(it->down[tile][cell] >= cells[1][tile][cell]
             && it->down[tile][cell] <= cells[3][tile][cell]);
      up += ups[cell];
      down += downs[cell];
      EXPECT(it->board.head.most >= ups[cell] && it->board.head.most >= downs[cell]);
    }
  }
  EXPECT_EQUAL(it->board.head.sums[0], up);
  EXPECT_EQUAL(it->board.head.sums[1], down);
  EXPECT_EQUAL(up + down, sure[0] + sure[1] + unsure);
  EXPECT_EQUAL(it->wrong_pulses, 0);
}

static void test_power(uint32_t group) {
  static plan mix[MIX + 1];
  uint32_t writes, pulses;
  static const uint32_t torn[] = {0, 1, 4, 30, 57, 100, 10000};
  test_name = "power";
  memset(&power, 0, sizeof power);
  memset(mix, 0, sizeof mix);
  for (uint32_t number = 1; number <= 8; number++) mix[number] = any_plan(number - 1);
  /* How much there is to cut. */
  simulated_make(it, group, 512);
  simulated_start(it);
  open_host(h, it, 1, false);
  it->writes = it->pulses = 0;
  run_mix(mix);
  writes = it->writes;
  pulses = it->pulses;
  for (uint32_t write = 1; write <= writes && failures < 20; write++) {
    for (uint32_t way = 0; way < sizeof torn / sizeof *torn; way++) {
      one_power_loss(mix, group, write, torn[way], 0, 0, chance(2) ? 1 + chance(12) : 0);
    }
  }
  for (uint32_t pulse = 1; pulse <= pulses && failures < 20; pulse++) {
    for (uint32_t fired = 0; fired < 3; fired++) {
      one_power_loss(mix, group, 0, chance(60), pulse, fired == 2 ? 1000 : fired,
                     chance(2) ? 1 + chance(12) : 0);
    }
  }
  printf("  power, groups of %u: %u writes, %u pulse calls, %u losses; %u trains uncertain, %u "
         "interrupted, "
         "at most %u steps\n",
         group, writes, pulses, power.cuts, power.uncertain, power.interrupted,
         power.most_uncertain);
}

int main(int count, char **arguments) {
  if (count > 1) seed = strtoull(arguments[1], NULL, 10);
  printf("seed %llu\n", (unsigned long long)seed);
  it = malloc(sizeof *it);
  h = malloc(sizeof *h);
  if (it == NULL || h == NULL) return 1;
  test_frames();
  test_requests();
  test_trains();
  test_rejections();
  test_counter_full();
  test_numbers();
  test_stops();
  test_emergency();
  test_cleared_within_a_pair();
  test_faults();
  test_sessions();
  test_dry();
  test_noise();
  test_no_room();
  test_sequence();
  test_link(0);
  test_link(5000);
  test_link(700);
  test_power(2);
  test_power(3);
  test_power(8);
  free(it);
  free(h);
  printf("%s: %d failures\n", failures == 0 ? "passed" : "FAILED", failures);
  return failures != 0;
}
