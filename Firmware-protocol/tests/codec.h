/* The core's own codec as a function of bytes, so that it can be held against the vectors and against
   other codecs. The core takes only what hosts send, and only ever writes what boards send: what it has
   no use for, which is reading the latter, stands here, over the layouts of its header. */
#ifndef CODEC_H
#define CODEC_H

#include "../reference/tare_board.c"

enum { CODEC_MOST_FRAME = TARE_LEAST_FRAME };
#define CODEC_BOUND (CODEC_MOST_FRAME + CODEC_MOST_FRAME / 254u + 1u)

/* Why a frame is not taken, in the order of the list in frames.json; 0 where it is. */
enum {
  CODEC_TAKEN,
  CODEC_ENCODING,
  CODEC_LONG,
  CODEC_SHORT,
  CODEC_CHECKSUM,
  CODEC_VERSION,
  CODEC_FLAGS,
  CODEC_UNKNOWN,
  CODEC_MALFORMED
};

/* What ends a message, behind fields of fixed size. */
enum { TAIL_NONE = 0, TAIL_TEXT = 1, TAIL_BYTES = 0xFF };

typedef struct {
  uint8_t type;
  uint8_t texts; /* that stand before the fields of fixed size */
  uint8_t tail;  /* TAIL_..., or bytes of an entry of a list */
  uint8_t layout[48];
  uint8_t entry_layout[16];
} codec_message;

static const codec_message codec_messages[] = {
    {TARE_HELLO, 0, TAIL_TEXT, TARE_HELLO_LAYOUT, {0}},
    {TARE_HELLO_ACK, 0, TAIL_NONE, TARE_HELLO_ACK_LAYOUT, {0}},
    {TARE_EMERGENCY_STOP, 0, TAIL_NONE, {0}, {0}},
    {TARE_EMERGENCY_CLEAR, 0, TAIL_NONE, TARE_EMERGENCY_CLEAR_LAYOUT, {0}},
    {TARE_EMERGENCY_STATE, 0, TAIL_NONE, TARE_EMERGENCY_STATE_LAYOUT, {0}},
    {TARE_ERROR, 0, TAIL_NONE, TARE_ERROR_LAYOUT, {0}},
    {TARE_STALE, 0, TAIL_NONE, TARE_STALE_LAYOUT, {0}},
    {TARE_PING, 0, TAIL_NONE, TARE_PING_LAYOUT, {0}},
    {TARE_STATUS, 0, TAIL_NONE, TARE_STATUS_LAYOUT, {0}},
    {TARE_STOP, 0, TAIL_NONE, {0}, {0}},
    {TARE_DESCRIBE, 0, TAIL_NONE, {0}, {0}},
    {TARE_SET_ENVELOPE, 0, TAIL_NONE, TARE_SET_ENVELOPE_LAYOUT, {0}},
    {TARE_ARM, 0, TAIL_NONE, TARE_ARM_LAYOUT, {0}},
    {TARE_DISARM, 0, TAIL_NONE, {0}, {0}},
    {TARE_PROFILE, 0, TAIL_NONE, TARE_PROFILE_LAYOUT, {0}},
    {TARE_PATTERN, 0, TAIL_BYTES, TARE_PATTERN_LAYOUT, {0}},
    {TARE_TRAINS, 0, TARE_TRAIN_BYTES, TARE_TRAINS_LAYOUT, TARE_TRAIN_LAYOUT},
    {TARE_CELLS, 0, TARE_CELL_PULSES_BYTES, TARE_CELLS_LAYOUT, TARE_CELL_PULSES_LAYOUT},
    {TARE_READ, 0, TAIL_NONE, TARE_READ_LAYOUT, {0}},
    {TARE_COUNTS, 0, TAIL_NONE, TARE_COUNTS_LAYOUT, {0}},
    {TARE_OUTCOMES, 0, TAIL_NONE, TARE_OUTCOMES_LAYOUT, {0}},
    {TARE_MULTIPLY, 0, TAIL_BYTES, TARE_MULTIPLY_LAYOUT, {0}},
    {TARE_CAPABILITIES, 3, TARE_SET_POINT_BYTES, TARE_CAPABILITIES_LAYOUT, TARE_SET_POINT_LAYOUT},
    {TARE_ENVELOPE, 0, TAIL_NONE, TARE_ENVELOPE_LAYOUT, {0}},
    {TARE_ARMED, 0, TAIL_NONE, TARE_ARMED_LAYOUT, {0}},
    {TARE_PROFILE_SET, 0, TAIL_NONE, TARE_PROFILE_SET_LAYOUT, {0}},
    {TARE_READING, 0, TAIL_BYTES, TARE_READING_LAYOUT, {0}},
    {TARE_OUTCOME, 0, TARE_TRAIN_OUTCOME_BYTES, TARE_OUTCOME_LAYOUT, TARE_TRAIN_OUTCOME_LAYOUT},
    {TARE_FIRED, 0, TAIL_NONE, TARE_FIRED_LAYOUT, {0}},
    {TARE_DIGESTS, 0, TAIL_BYTES, TARE_DIGESTS_LAYOUT, {0}},
    {TARE_COUNT_BLOCK, 0, TARE_CELL_COUNTS_BYTES, TARE_COUNT_BLOCK_LAYOUT,
     TARE_CELL_COUNTS_LAYOUT},
    {TARE_NOT_KEPT, 0, TAIL_NONE, TARE_NOT_KEPT_LAYOUT, {0}},
    {TARE_PRODUCT, 0, TAIL_BYTES, TARE_PRODUCT_LAYOUT, {0}},
    {TARE_REFUSED, 0, TAIL_NONE, TARE_REFUSED_LAYOUT, {0}},
};

/* Fields that must have a value of their enumeration. The core looks at them when a train's turn has
   come, since a train that it cannot do uses its number up; a codec that reads all fields looks at once.
   Places are those of SPECIFICATION.md: in the message, in the fields behind texts, or in an entry. */
static const struct {
  uint8_t type;
  bool is_in_entry;
  uint8_t place, first, last;
} codec_enumerations[] = {
    {TARE_HELLO_ACK, false, 85, TARE_REASON_NONE, TARE_REASON_CHAINED},
    {TARE_HELLO_ACK, false, 91, TARE_DURABILITY_VOLATILE, TARE_DURABILITY_EVERY_PULSE},
    {TARE_ERROR, false, 0, TARE_REASON_NONE, TARE_REASON_CHAINED},
    {TARE_STATUS, false, 6, TARE_REASON_NONE, TARE_REASON_CHAINED},
    {TARE_TRAINS, true, 0, TARE_TRAIN_KIND_UP, TARE_TRAIN_KIND_OUTER_PRODUCT},
    {TARE_TRAINS, true, 2, TARE_SCHEME_HALF_VOLTAGE, TARE_SCHEME_ISOLATED},
    {TARE_CELLS, false, 20, TARE_SCHEME_HALF_VOLTAGE, TARE_SCHEME_ISOLATED},
    {TARE_CAPABILITIES, false, 102, TARE_ENFORCER_HARDWARE, TARE_ENFORCER_NOBODY},
    {TARE_ARMED, false, 1, TARE_REASON_NONE, TARE_REASON_CHAINED},
    {TARE_OUTCOME, true, 0, TARE_TRAIN_STATUS_FIRED, TARE_TRAIN_STATUS_REJECTED},
    {TARE_OUTCOME, true, 1, TARE_REASON_NONE, TARE_REASON_CHAINED},
    {TARE_REFUSED, false, 5, TARE_REASON_NONE, TARE_REASON_CHAINED},
};

static bool codec_has_values(uint8_t type, bool is_in_entry, const uint8_t *fields) {
  for (size_t n = 0; n < sizeof codec_enumerations / sizeof *codec_enumerations; n++) {
    uint8_t place = codec_enumerations[n].place;
    if (codec_enumerations[n].type != type || codec_enumerations[n].is_in_entry != is_in_entry)
      continue;
    if (fields[place] < codec_enumerations[n].first || fields[place] > codec_enumerations[n].last)
      return false;
  }
  return true;
}

/* Bytes of the fields of a layout. */
static uint32_t codec_bytes(const uint8_t *layout) {
  uint32_t bytes = 0;
  for (; *layout != 0; layout++) bytes += *layout & 0x7Fu;
  return bytes;
}

/* Writes fields by way of the structure of the core: what it would read, and write again. */
static void codec_copy(tare_board *to, const uint8_t *layout, const uint8_t *fields) {
  union {
    tare_capabilities largest;
    uint64_t words[40];
  } structure;
  uint8_t unpacked[256], packed[256];
  uint32_t bytes = codec_bytes(layout);
  memcpy(unpacked, fields, bytes);
  memset(&structure, 0xA5, sizeof structure);
  copy_fields(&structure, layout, unpacked, false);
  send_bytes(to, packed, copy_fields(&structure, layout, packed, true));
}

/* Reads a payload and writes it again; false if it does not fit its message. */
static bool codec_payload(tare_board *to, const codec_message *message, const uint8_t *payload,
                          uint32_t count) {
  uint32_t place = 0, fixed = codec_bytes(message->layout), entries;
  for (uint32_t text = 0; text < message->texts; text++) {
    if (place >= count || count - place - 1 < payload[place]) return false;
    place += 1u + payload[place];
  }
  send_bytes(to, payload, place);
  payload += place;
  count -= place;
  if (is_known(message->type)) {
    if (!is_well_formed(message->type, payload, count)) return false;
  } else if (message->tail == TAIL_NONE ? count != fixed
             : message->tail == TAIL_BYTES
                 ? count < fixed
                 : count <= fixed || count != fixed + 1 + payload[fixed] * message->tail) {
    return false;
  }
  if (!codec_has_values(message->type, false, payload)) return false;
  codec_copy(to, message->layout, payload);
  if (message->tail <= TAIL_TEXT || message->tail == TAIL_BYTES) {
    send_bytes(to, payload + fixed, count - fixed);
    return true;
  }
  entries = payload[fixed++];
  send_bytes(to, payload + fixed - 1, 1);
  for (; entries > 0; entries--, fixed += message->tail) {
    if (!codec_has_values(message->type, true, payload + fixed)) return false;
    codec_copy(to, message->entry_layout, payload + fixed);
  }
  return true;
}

/* Takes what stood between two zeros, in place. Where it is a frame, the answer is the frame that its
   fields make, without the zero at its end. */
static uint8_t codec_frame(uint8_t *bytes, uint32_t count, uint8_t *answer, uint32_t *length) {
  static tare_board to;
  uint32_t had = count;
  const codec_message *message = NULL;
  *length = 0;
  if (count > CODEC_BOUND) return CODEC_LONG;
  count = decode(bytes, count);
  /* The core need not tell nothing from what is no encoding. */
  if (count == 0 && !(had == 1 && bytes[0] == 1)) return CODEC_ENCODING;
  if (count > CODEC_MOST_FRAME) return CODEC_LONG;
  if (count < TARE_FRAME_OVERHEAD) return CODEC_SHORT;
  if (!is_number(bytes + count - 4, crc_of(bytes, count - 4))) return CODEC_CHECKSUM;
  if (bytes[0] >> 4 != TARE_MAJOR) return CODEC_VERSION;
  if (bytes[0] != TARE_MAJOR << 4) return CODEC_FLAGS;
  for (size_t n = 0; n < sizeof codec_messages / sizeof *codec_messages; n++) {
    if (codec_messages[n].type == bytes[1]) message = &codec_messages[n];
  }
  if (message == NULL) return CODEC_UNKNOWN;
  to.output = answer;
  to.output_length = 0;
  to.output_crc = ~0u;
  begin_block(&to);
  send_bytes(&to, bytes, 8);
  if (!codec_payload(&to, message, bytes + 8, count - TARE_FRAME_OVERHEAD)) return CODEC_MALFORMED;
  end_frame(&to);
  *length = to.output_length - 1;
  return CODEC_TAKEN;
}

#endif
