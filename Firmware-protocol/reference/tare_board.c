/* Core of a crossbar board; tare_board.h says how to use it, SPECIFICATION.md what it must do.

   From top to bottom: bytes and checksums, durable memory, outputs, answers, reads, patterns, the
   running train and its books, requests, frames that come and go. What is called stands above what
   calls it. */
#include "tare_board.h"

#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Fields are copied as they lie in memory: the lowest byte must come first."
#endif

/* Functions that compilers would otherwise copy to where they are called, also where that makes the
   code larger. */
#if defined(__GNUC__)
#define ONE_COPY __attribute__((noinline))
#else
#define ONE_COPY
#endif

/* The layouts suppose that every field lies at a multiple of its size. */
#define CHECK(name, condition) typedef char tare_check_##name[(condition) ? 1 : -1]
CHECK(alignment_of_4, offsetof(tare_ping, tag) == 4);
CHECK(alignment_of_8, offsetof(tare_error, number) == 8);
CHECK(region_of_train, offsetof(tare_train, columns) == offsetof(tare_train, row) + 6);
CHECK(region_of_read, offsetof(tare_read, columns) == offsetof(tare_read, row) + 6);
CHECK(envelope, TARE_ENVELOPE_BYTES == TARE_SET_ENVELOPE_BYTES + 2u);
CHECK(times, offsetof(tare_profile_set, period) == offsetof(tare_profile_set, width) + 24);
CHECK(ranges,
      offsetof(tare_capabilities, least_period) == offsetof(tare_capabilities, least_width) + 48);
CHECK(range,
      offsetof(tare_capabilities, step_width) == offsetof(tare_capabilities, least_width) + 16);
CHECK(trains, offsetof(tare_trains, not_after) == 8 && offsetof(tare_trains, envelope) == 16);
CHECK(cells, TARE_MOST_LINES <= 4096);
CHECK(train, sizeof(tare_train) == TARE_TRAIN_BYTES);
CHECK(board_record, sizeof(tare_board_record) == 20);
CHECK(head_record, sizeof(tare_head_record) == 56);
CHECK(intent_record, sizeof(tare_intent_record) == 16 + TARE_TRAIN_BYTES);
CHECK(outcome, sizeof(tare_outcome) == TARE_OUTCOME_BYTES);
CHECK(journal_record, sizeof(tare_journal_record) == 96);
CHECK(fired_pulses, offsetof(tare_train_outcome, down) == offsetof(tare_train_outcome, up) + 8);
CHECK(fired, TARE_FIRED_BYTES == TARE_OUTCOME_BYTES + 2u);
CHECK(redo_record, sizeof(tare_redo_record) == 24 + 8 * TARE_CELLS_PER_BLOCK);

/* Stages of the books of a train, in the durable head. */
enum { STAGE_CLOSED, STAGE_FIRING, STAGE_BOOKING };

/* Phases of the running train. */
enum { PHASE_NONE, PHASE_FIRING, PHASE_BOOKING, PHASE_TELLING };

/* Messages without a number that wait to be sent, the most urgent one first. */
enum {
  PENDING_HELLO_ACK = 1,
  PENDING_EMERGENCY = 2,
  PENDING_STALE = 4,
  PENDING_ERROR = 8,
  PENDING_STATUS = 16
};

/* Entries of queue and answers begin with two bytes: length of the payload, and above it the lower
   four bits of the type. */
#define MOST_PAYLOAD 4095u

static const uint64_t no_number = 0;

static const uint8_t train_outcome_layout[] = TARE_TRAIN_OUTCOME_LAYOUT;
static const uint8_t hello_ack_layout[] = TARE_HELLO_ACK_LAYOUT;
static const uint8_t emergency_state_layout[] = TARE_EMERGENCY_STATE_LAYOUT;
static const uint8_t error_layout[] = TARE_ERROR_LAYOUT;
static const uint8_t status_layout[] = TARE_STATUS_LAYOUT;
static const uint8_t set_envelope_layout[] = TARE_SET_ENVELOPE_LAYOUT;
static const uint8_t arm_layout[] = TARE_ARM_LAYOUT;
static const uint8_t profile_layout[] = TARE_PROFILE_LAYOUT;
static const uint8_t cell_pulses_layout[] = TARE_CELL_PULSES_LAYOUT;
static const uint8_t trains_layout[] = TARE_TRAINS_LAYOUT;
static const uint8_t outcomes_layout[] = TARE_OUTCOMES_LAYOUT;
static const uint8_t read_layout[] = TARE_READ_LAYOUT;
static const uint8_t counts_layout[] = TARE_COUNTS_LAYOUT;
static const uint8_t multiply_layout[] = TARE_MULTIPLY_LAYOUT;
static const uint8_t capabilities_layout[] = TARE_CAPABILITIES_LAYOUT;
static const uint8_t envelope_layout[] = TARE_ENVELOPE_LAYOUT;
static const uint8_t armed_layout[] = TARE_ARMED_LAYOUT;
static const uint8_t reading_layout[] = TARE_READING_LAYOUT;
static const uint8_t digests_layout[] = TARE_DIGESTS_LAYOUT;
static const uint8_t not_kept_layout[] = TARE_NOT_KEPT_LAYOUT;
static const uint8_t product_layout[] = TARE_PRODUCT_LAYOUT;
static const uint8_t refused_layout[] = TARE_REFUSED_LAYOUT;

/* ---- Bytes and checksums ---- */

/* Goes on with a CRC-32C; it begins with ~0 and ends inverted. Half a byte at a time: 64 bytes of
   table. */
static uint32_t crc_add(uint32_t crc, const void *bytes, uint32_t count) {
  static const uint32_t table[16] = {
      0x00000000u, 0x105EC76Fu, 0x20BD8EDEu, 0x30E349B1u, 0x417B1DBCu, 0x5125DAD3u,
      0x61C69362u, 0x7198540Du, 0x82F63B78u, 0x92A8FC17u, 0xA24BB5A6u, 0xB21572C9u,
      0xC38D26C4u, 0xD3D3E1ABu, 0xE330A81Au, 0xF36E6F75u,
  };
  const uint8_t *byte = bytes;
  for (; count > 0; count--) {
    crc ^= *byte++;
    crc = table[crc & 15u] ^ crc >> 4;
    crc = table[crc & 15u] ^ crc >> 4;
  }
  return crc;
}

/* CRC-32C of bytes. */
static uint32_t crc_of(const void *bytes, uint32_t count) { return ~crc_add(~0u, bytes, count); }

/* Copies the fields of a structure to where they lie without gaps, or back. Returns how many bytes
   these are. */
static uint32_t copy_fields(void *structure, const uint8_t *layout, uint8_t *packed,
                            bool is_packing) {
  uint8_t *field = structure;
  uint32_t offset = 0, place = 0;
  for (; *layout != 0; layout++) {
    uint32_t size = *layout & 0x7Fu;
    if (*layout == size) offset = (offset + size - 1) & ~(size - 1);
    if (is_packing)
      memcpy(packed + place, field + offset, size);
    else
      memcpy(field + offset, packed + place, size);
    offset += size;
    place += size;
  }
  return place;
}

/* Quotient and rest, bit by bit: divisions are rare, and not every processor can do them. */
static uint64_t divide(uint64_t number, uint64_t by, uint64_t *rest) {
  uint64_t left = 0;
  for (uint32_t bit = 0; bit < 64; bit++) {
    left = left << 1 | number >> 63;
    number <<= 1;
    if (left < by) continue;
    left -= by;
    number |= 1;
  }
  *rest = left;
  return number;
}

/* Whether bytes are those of a number, lowest byte first. */
static ONE_COPY bool is_number(const uint8_t *bytes, uint32_t number) {
  uint32_t read;
  memcpy(&read, bytes, 4);
  return read == number;
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Reads or writes bytes of a ring, counted from its head. */
static void ring_copy(const tare_ring *ring, uint32_t offset, void *bytes, uint32_t count,
                      bool is_write) {
  uint8_t *byte = bytes;
  uint32_t place = ring->head + offset;
  for (; count > 0; count--, byte++, place++) {
    if (place >= ring->size) place -= ring->size;
    if (is_write)
      ring->bytes[place] = *byte;
    else
      *byte = ring->bytes[place];
  }
}

/* Adds bytes to a ring that has room for them. */
static void ring_put(tare_ring *ring, const void *bytes, uint32_t count) {
  /* The bytes are only read. */
  union {
    const void *read;
    void *copied;
  } source = {bytes};
  ring_copy(ring, ring->used, source.copied, count, true);
  ring->used += count;
}

/* Takes bytes away from the head of a ring. */
static void ring_drop(tare_ring *ring, uint32_t count) {
  ring->head += count;
  if (ring->head >= ring->size) ring->head -= ring->size;
  ring->used -= count;
}

/* The first two bytes of an entry. */
static ONE_COPY uint32_t ring_entry(const tare_ring *ring, uint32_t offset) {
  uint16_t entry;
  ring_copy(ring, offset, &entry, 2, false);
  return entry;
}

/* ---- Outputs ---- */

static uint64_t now(const tare_board *board) { return board->hardware->clock(board->port); }

static bool is_stopped(const tare_board *board) {
  return board->record.is_latched || board->emergencies != board->emergencies_seen;
}

static bool park(tare_board *board);

/* Latches a fault until the board is powered again, and parks. */
static void latch_fault(tare_board *board, uint8_t reason) {
  if (board->fault == TARE_REASON_NONE) board->fault = reason;
  board->is_armed = false;
  board->disarm_reason = board->fault;
  if (board->stop == TARE_REASON_NONE) board->stop = board->fault;
  (void)park(board);
}

/* Outputs off. */
static bool park(tare_board *board) {
  if (board->hardware->outputs(board->port, false)) return true;
  if (board->fault == TARE_REASON_NONE) board->fault = TARE_REASON_FAULT;
  return false;
}

/* ---- Durable memory ---- */

/* Reads or writes, and latches a fault where that fails. */
static bool move(tare_board *board, uint32_t address, void *bytes, uint32_t count, bool is_write) {
  if (board->hardware->memory(board->port, address, bytes, count, is_write)) return true;
  latch_fault(board, TARE_REASON_MEMORY);
  return false;
}

static ONE_COPY bool store(tare_board *board, uint32_t address, void *bytes, uint32_t count) {
  return move(board, address, bytes, count, true);
}

static ONE_COPY bool fetch(tare_board *board, uint32_t address, void *bytes, uint32_t count) {
  return move(board, address, bytes, count, false);
}

/* Checksum of a record, which stands at its beginning. */
static uint32_t record_crc(const void *record, uint32_t size) {
  return crc_of((const uint8_t *)record + 4, size - 4);
}

/* Writes a record, its checksum included. */
static bool store_record(tare_board *board, uint32_t address, void *record, uint32_t size) {
  uint32_t *crc = record;
  *crc = record_crc(record, size);
  return store(board, address, record, size);
}

/* Reads a record; false if it is not a valid one. */
static bool fetch_record(tare_board *board, uint32_t address, void *record, uint32_t size) {
  const uint32_t *crc = record;
  return fetch(board, address, record, size) && *crc == record_crc(record, size);
}

/* Writes a record that has two places into the one that does not hold its last version: the power
   may fail within any write, and then the last version is still there. */
static bool save(tare_board *board, uint32_t address, void *record, uint32_t size) {
  uint32_t *sequence = (uint32_t *)record + 1;
  ++*sequence;
  return store_record(board, address + (*sequence & 1u) * size, record, size);
}

/* Reads the later one of the valid versions of a record; false if there is none. */
static bool load(tare_board *board, uint32_t address, void *record, uint32_t size) {
  bool is_found = false;
  uint32_t sequence = 0;
  for (uint32_t place = 0; place < 2; place++) {
    uint32_t *words = board->scratch.sums;
    if (!fetch_record(board, address + place * size, words, size)) continue;
    if (is_found && (int32_t)(words[1] - sequence) < 0) continue;
    memcpy(record, words, size);
    sequence = words[1];
    is_found = true;
  }
  return is_found;
}

static bool save_head(tare_board *board) {
  return save(board, board->places.head, &board->head, sizeof board->head);
}

/* Cells of a tile. */
static uint32_t tile_cells(const tare_setup *setup) {
  return (uint32_t)setup->capabilities.rows * setup->capabilities.columns;
}

/* Outcomes in the journal: one more than are promised, so that the oldest survives a torn write of
   the next. */
static uint32_t journal_places(const tare_setup *setup) { return setup->journal_slots + 1u; }

/* Lays out a set of books; returns where it ends. */
static ONE_COPY uint32_t lay_out(const tare_setup *setup, uint32_t address, tare_places *places) {
  places->head = address;
  places->redo = places->head + 2u * (uint32_t)sizeof(tare_head_record);
  places->journal = places->redo + 2u * (uint32_t)sizeof(tare_redo_record);
  places->intent = places->journal + journal_places(setup) * (uint32_t)sizeof(tare_journal_record);
  places->pattern = places->intent + (uint32_t)sizeof(tare_intent_record);
  places->cells = places->pattern + setup->pattern_bytes;
  return places->cells + setup->capabilities.tiles * tile_cells(setup) * TARE_CELL_COUNTS_BYTES;
}

/* Where the real books or those of dry sessions lie; returns where they end. */
static uint32_t lay_out_books(const tare_setup *setup, bool is_dry, tare_places *places) {
  uint32_t end = lay_out(setup, 2u * (uint32_t)sizeof(tare_board_record), places);
  return is_dry ? lay_out(setup, end, places) : end;
}

uint32_t tare_board_bytes(void) { return (uint32_t)sizeof(tare_board); }

uint32_t tare_memory_needed(const tare_setup *setup) {
  tare_places places;
  return lay_out_books(setup, setup->has_dry_run, &places);
}

/* Checksum of what the places in memory follow from: books of another board or another setup are
   not read. */
static uint32_t layout_mark(const tare_setup *setup) {
  tare_places places;
  uint32_t crc = crc_add(~0u, setup->board, sizeof setup->board);
  /* The second set of books lies behind the first one, and its places follow from both. */
  lay_out_books(setup, setup->has_dry_run, &places);
  crc = crc_add(crc, &places, sizeof places);
  crc = crc_add(crc, &setup->capabilities.tiles, 1);
  return ~crc_add(crc, &setup->capabilities.columns, 2);
}

/* Reads or writes the counts of cells of a tile, one after the other. */
static bool move_counts(tare_board *board, uint8_t tile, uint32_t first, uint32_t count,
                        void *counts, bool is_write) {
  uint32_t address =
      board->places.cells + (tile * tile_cells(board->setup) + first) * TARE_CELL_COUNTS_BYTES;
  return move(board, address, counts, count * TARE_CELL_COUNTS_BYTES, is_write);
}

/* A number that is not 0 and hardly comes twice, made of what differs from time to time and from
   board to board: the mark in the record follows from its identity. */
static uint32_t unlike(const tare_board *board, uint32_t salt) {
  uint64_t clock = now(board);
  uint32_t crc = crc_add(salt, &clock, sizeof clock);
  crc = crc_add(crc, &board->nonce, sizeof board->nonce);
  crc = crc_add(crc, &board->record, sizeof board->record);
  return crc != 0 ? crc : 1u;
}

/* Opens empty books: no numbers, no outcomes, no counts. Their epoch is given when a session
   begins, since that is when a host has added its nonce to what the clock says. */
static void clear_books(tare_board *board, bool is_dry) {
  uint32_t address, end = lay_out_books(board->setup, is_dry, &board->places);
  memset(&board->scratch, 0, sizeof board->scratch);
  memset(&board->head, 0, sizeof board->head);
  for (address = board->places.head; address < end;) {
    uint32_t count = least(end - address, sizeof board->scratch);
    if (!store(board, address, board->scratch.bytes, count)) return;
    address += count;
  }
}

/* Gives an epoch to books that have none. */
static void begin_epoch(tare_board *board) {
  if (board->head.epoch != 0) return;
  board->head.epoch = (uint64_t)unlike(board, 1) << 32 | unlike(board, 2);
  save_head(board);
}

/* The lowest number whose outcome is kept. */
static ONE_COPY uint64_t oldest_kept(const tare_board *board) {
  uint64_t slots = board->setup->journal_slots;
  return board->head.taken > slots ? board->head.taken - slots + 1 : 1;
}

/* Numbers whose outcome is not durable yet: that of the train that runs. */
static uint32_t open_numbers(const tare_board *board) {
  return board->phase == PHASE_FIRING || board->phase == PHASE_BOOKING;
}

/* Whether the outcome of a number lies in the journal. */
static ONE_COPY bool is_kept(const tare_board *board, uint64_t number) {
  uint32_t open = open_numbers(board);
  return board->head.taken - open - number < board->setup->journal_slots - open;
}

/* Goes to the next number and its place in the journal. */
static ONE_COPY void take_number(tare_board *board) {
  board->head.taken++;
  board->head.slot = (uint16_t)(board->head.slot + 1u);
  if (board->head.slot >= journal_places(board->setup)) board->head.slot = 0;
  board->head.sure = board->head.begun = 0;
}

/* Writes the outcome of the last number into the journal. */
static bool write_outcome(tare_board *board, tare_train_outcome *outcome) {
  tare_journal_record *journal = &board->scratch.journal;
  journal->told.first = board->head.taken;
  journal->told.up = board->head.sums[0];
  journal->told.down = board->head.sums[1];
  journal->told.clock = now(board);
  journal->count = 1;
  copy_fields(outcome, train_outcome_layout, journal->outcome, true);
  return store_record(board, board->places.journal + board->head.slot * sizeof *journal, journal,
                      sizeof *journal);
}

/* Reads an outcome from the journal to the scratch; false if it is not kept. */
static bool read_outcome(tare_board *board, uint64_t number) {
  tare_journal_record *journal = &board->scratch.journal;
  uint32_t back, slot;
  if (!is_kept(board, number)) return false;
  back = (uint32_t)(board->head.taken - number);
  slot = board->head.slot;
  if (slot < back) slot += journal_places(board->setup);
  return fetch_record(board, board->places.journal + (slot - back) * sizeof *journal, journal,
                      sizeof *journal)
         && journal->told.first == number;
}

/* ---- Answers ---- */

/* Whether any answer finds room. Nothing that leads to one is begun before. */
static ONE_COPY bool has_room(const tare_board *board) {
  return board->answers.size - board->answers.used >= board->payload_room + 2u;
}

/* Begins an answer; its parts are put after it. */
static ONE_COPY void begin_answer(tare_board *board, uint8_t type) {
  board->answer_type = type;
  board->answer_start = board->answers.used;
  board->answers.used += 2;
}

static ONE_COPY void put_bytes(tare_board *board, const void *bytes, uint32_t count) {
  ring_put(&board->answers, bytes, count);
}

static void put_fields(tare_board *board, void *structure, const uint8_t *layout) {
  uint8_t bytes[TARE_CAPABILITIES_BYTES];
  put_bytes(board, bytes, copy_fields(structure, layout, bytes, true));
}

/* Ends an answer: from now on it is sent, and sent again until it is acknowledged. */
static void end_answer(tare_board *board) {
  uint32_t length = board->answers.used - board->answer_start - 2u;
  uint16_t entry = (uint16_t)(length | (uint32_t)board->answer_type << 12);
  ring_copy(&board->answers, board->answer_start, &entry, 2, true);
  board->answer_count++;
}

/* An answer that has no more than a structure. */
static void answer(tare_board *board, uint8_t type, void *structure, const uint8_t *layout) {
  begin_answer(board, type);
  put_fields(board, structure, layout);
  end_answer(board);
}

static void refuse(tare_board *board, uint8_t type, uint32_t request, uint8_t reason) {
  tare_refused refused = {type, request, reason};
  answer(board, TARE_REFUSED, &refused, refused_layout);
}

/* Says what cannot be obeyed, one thing after the other. */
static void send_error(tare_board *board, uint8_t reason, uint8_t type, const uint64_t *number) {
  if (board->pending & PENDING_ERROR) return;
  board->error.reason = reason;
  board->error.type = type;
  board->error.number = *number;
  board->pending |= PENDING_ERROR;
}

/* Says that outcomes are not kept. */
static ONE_COPY void answer_not_kept(tare_board *board, uint64_t first, uint32_t count) {
  tare_not_kept not_kept = {first, (uint16_t)count};
  answer(board, TARE_NOT_KEPT, &not_kept, not_kept_layout);
}

/* Answers with what became of a train, or that it is not kept. */
static void answer_outcome(tare_board *board, uint64_t number) {
  if (!read_outcome(board, number)) {
    answer_not_kept(board, number, 1);
    return;
  }
  begin_answer(board, TARE_OUTCOME);
  put_bytes(board, &board->scratch.journal.told,
            TARE_OUTCOME_BYTES + 1 + TARE_TRAIN_OUTCOME_BYTES);
  end_answer(board);
}

/* Tells of the trains that ran whole, in the short form: first number, how many, and the sums and
   the clock after the last one. Returns whether another answer finds room then. */
static bool tell_fired(tare_board *board) {
  if (!has_room(board)) return false;
  if (board->untold == 0) return true;
  if (!read_outcome(board, board->untold_first + board->untold - 1)) {
    answer_not_kept(board, board->untold_first, board->untold);
  } else {
    begin_answer(board, TARE_FIRED);
    put_bytes(board, &board->untold_first, 8);
    put_bytes(board, &board->untold, 2);
    put_bytes(board, &board->scratch.journal.told.up, TARE_OUTCOME_BYTES - 8);
    end_answer(board);
  }
  board->untold = 0;
  return has_room(board);
}

/* ---- Reads ---- */

/* A region is four fields that stand together wherever there is one. */
enum { ROW, ROWS, COLUMN, COLUMNS, REGION_BYTES = 8 };

/* Whether a region lies in the array and holds a cell. */
static bool is_region(const tare_board *board, uint8_t tile, const uint16_t *region) {
  const tare_capabilities *can = &board->setup->capabilities;
  return tile < can->tiles && region[ROWS] > 0 && region[COLUMNS] > 0
         && (uint32_t)region[ROW] + region[ROWS] <= can->rows
         && (uint32_t)region[COLUMN] + region[COLUMNS] <= can->columns;
}

/* Begins a read; `part` says of what, and how many samples. */
static void begin_read(tare_board *board, uint8_t tile, const uint16_t *region) {
  uint32_t bits = least(board->setup->capabilities.bits, 17);
  memcpy(board->read_region, region, REGION_BYTES);
  board->read_tile = tile;
  board->part.cells = (uint32_t)region[ROWS] * region[COLUMNS];
  /* Two bytes a sum where the largest one needs no more. */
  board->part.width = board->part.averages > 0x10000u >> bits ? 4 : 2;
  board->part.first = 0;
  board->is_reading = true;
}

/* Goes on with a read: cells of one row, as many as any answer holds. Returns false where it must
   wait. */
static bool poll_read(tare_board *board) {
  enum { MOST = (TARE_LEAST_FRAME - TARE_FRAME_OVERHEAD - TARE_READING_BYTES) / sizeof(uint32_t) };
  tare_reading *part = &board->part;
  uint32_t *sums = board->scratch.sums;
  uint32_t columns = board->read_region[COLUMNS];
  uint32_t row = part->first / columns, column = part->first % columns;
  uint32_t count = least(columns - column, MOST);
  if (!has_room(board)) return false;
  part->saturated = 0;
  part->duration = 0;
  if (!board->hardware->read(board->port, board->read_tile,
                             (uint16_t)(board->read_region[ROW] + row),
                             (uint16_t)(board->read_region[COLUMN] + column), (uint16_t)count,
                             part->averages, board->read_amplitude, sums, &part->saturated,
                             &part->duration)) {
    latch_fault(board, TARE_REASON_FAULT);
    board->is_reading = false;
    return true;
  }
  begin_answer(board, TARE_READING);
  put_fields(board, part, reading_layout);
  board->read_time += part->duration;
  part->first += count;
  for (; count > 0; count--) put_bytes(board, sums++, part->width);
  end_answer(board);
  board->is_reading = part->first < part->cells;
  return true;
}

/* ---- Patterns ---- */

static uint32_t pattern_byte(const tare_board *board, uint32_t place) {
  place += board->pattern.head;
  return board->pattern.bytes[place < board->pattern.size ? place : place - board->pattern.size];
}

/* The count of a cell of a count map. */
static int32_t map_count(const tare_board *board, uint32_t row, uint32_t column) {
  uint32_t bits = board->bits, bit = column * bits, sign = 1u << (bits - 1);
  uint32_t place = 1 + row * ((board->train.columns * bits + 7) >> 3) + (bit >> 3);
  uint32_t count = pattern_byte(board, place);
  if (bits == 16) count |= pattern_byte(board, place + 1) << 8;
  count = count >> (bit & 7) & (2 * sign - 1);
  if (bits == 1) return count != 0 ? -1 : 1;
  return (int32_t)(count ^ sign) - (int32_t)sign;
}

static uint32_t magnitude(int32_t count) { return (uint32_t)(count < 0 ? -count : count); }

/* Whether a row or column line of an outer product is negative. */
static bool is_negative(const tare_board *board, bool is_column, uint32_t line) {
  const tare_train *train = &board->train;
  uint32_t place =
      ((uint32_t)train->rows + train->columns) * ((train->count + 7) >> 3) + (line >> 3);
  if (is_column) place += (train->rows + 7u) >> 3;
  return pattern_byte(board, place) >> (line & 7) & 1u;
}

/* Eight slots of a row or column line of an outer product. */
static ONE_COPY uint32_t line_slots(const tare_board *board, bool is_column, uint32_t line,
                                    uint32_t place) {
  if (is_column) line += board->train.rows;
  return pattern_byte(board, line * ((board->train.count + 7) >> 3) + place);
}

/* Sets lines that lie side by side. */
static void set_lines(uint8_t *lines, uint32_t first, uint32_t count) {
  for (; count > 0; count--, first++)
    lines[first >> 3] = (uint8_t)(lines[first >> 3] | 1u << (first & 7));
}

/* The same, and no others. */
static void set_only(uint8_t *lines, uint32_t first, uint32_t count) {
  memset(lines, 0, (TARE_MOST_LINES + 7) / 8);
  set_lines(lines, first, count);
}

/* Counts the lines of one sign that fire in a slot, and sets them. */
static uint32_t fire_lines(tare_board *board, bool is_column, bool of_negative, uint32_t slot) {
  const tare_train *train = &board->train;
  uint8_t *lines = is_column ? board->columns : board->rows;
  uint32_t first = is_column ? train->column : train->row, count = 0;
  uint32_t end = is_column ? train->columns : train->rows;
  set_only(lines, 0, 0);
  for (uint32_t line = 0; line < end; line++) {
    if (!(line_slots(board, is_column, line, slot >> 3) >> (slot & 7) & 1u)) continue;
    if (is_negative(board, is_column, line) != of_negative) continue;
    set_lines(lines, first + line, 1);
    count++;
  }
  return count;
}

/* The four pairs of signs of lines; where both are the same, up pulses are fired. */
static bool is_up_pair(uint32_t pair) { return pair == 0 || pair == 3; }

/* Sets the lines of a pair of signs that fire in a slot, and counts the cells at which they cross.
 */
static uint32_t fire_pair(tare_board *board, uint32_t pair, uint32_t slot) {
  return fire_lines(board, false, pair >> 1, slot) * fire_lines(board, true, pair & 1, slot);
}

/* Pulses of one cell of the region in the first steps of the running train: up, then down. */
static void cell_pulses(const tare_board *board, uint32_t row, uint32_t column, uint32_t steps,
                        uint32_t *pulses) {
  uint32_t count = 0, is_down;
  int32_t mapped;
  pulses[0] = pulses[1] = 0;
  switch (board->train.kind) {
  case TARE_TRAIN_KIND_ALTERNATING: pulses[0] = pulses[1] = steps >> 1; return;
  case TARE_TRAIN_KIND_COUNTS:
    mapped = map_count(board, row, column);
    is_down = mapped < 0;
    count = least(magnitude(mapped), steps);
    break;
  case TARE_TRAIN_KIND_OUTER_PRODUCT:
    for (uint32_t place = 0; place < (steps + 7) >> 3; place++) {
      uint32_t both = line_slots(board, false, row, place) & line_slots(board, true, column, place);
      if (steps - 8 * place < 8) both &= (1u << (steps & 7)) - 1;
      for (; both != 0; both &= both - 1) count++;
    }
    is_down = is_negative(board, false, row) != is_negative(board, true, column);
    break;
  default: is_down = board->train.kind == TARE_TRAIN_KIND_DOWN; count = steps;
  }
  pulses[is_down] = count;
}

/* Adds pulses of all cells from one step to another one, up and down; an alternating train has
   whole pairs between them. */
static void add_total(tare_board *board, uint32_t from, uint32_t to, uint64_t *sums) {
  const tare_train *train = &board->train;
  uint32_t rows = 1, columns = 1, cells = 1;
  if (train->kind == TARE_TRAIN_KIND_OUTER_PRODUCT) {
    for (uint32_t slot = 4 * from; slot < 4 * to; slot++) {
      uint32_t count = fire_pair(board, slot & 3, slot >> 2);
      sums[!is_up_pair(slot & 3)] += count;
    }
    return;
  }
  /* Of a count map each cell is looked at, else one stands for all. */
  if (train->kind == TARE_TRAIN_KIND_COUNTS)
    rows = train->rows, columns = train->columns;
  else
    cells = (uint32_t)train->rows * train->columns;
  for (uint32_t row = 0; row < rows; row++) {
    for (uint32_t column = 0; column < columns; column++) {
      uint32_t more[2], less[2];
      cell_pulses(board, row, column, to, more);
      cell_pulses(board, row, column, from, less);
      for (uint32_t side = 0; side < 2; side++)
        sums[side] += (uint64_t)cells * (more[side] - less[side]);
    }
  }
}

/* ---- The running train ---- */

/* Notes whether steps come in pairs. */
static ONE_COPY void set_pair(tare_board *board) {
  board->pair = board->train.kind == TARE_TRAIN_KIND_ALTERNATING;
}

/* Steps after which a train can stop: those of a pair belong together. */
static uint32_t whole_steps(const tare_board *board, uint32_t steps) {
  return steps & ~(uint32_t)board->pair;
}

/* Fires pulses of one polarity where the lines that are set cross. False if it cannot be known what
   was fired. */
static bool fire(tare_board *board, bool is_up, uint32_t count) {
  if (is_stopped(board)) return false;
  board->slots += count;
  if (board->is_dry) {
    board->energy = TARE_UNKNOWN_ENERGY;
  } else if (!board->hardware->pulse(board->port, board->shape, board->train.scheme,
                                     board->train.tile, board->rows, board->columns, is_up, count,
                                     &board->energy)) {
    latch_fault(board, TARE_REASON_FAULT);
    return false;
  }
  return !is_stopped(board);
}

/* One step of a count map: row by row the cells with pulses left, first up, then down. */
static bool fire_map(tare_board *board, uint32_t step) {
  const tare_train *train = &board->train;
  for (uint32_t line = 0; line < 2u * train->rows; line++) {
    uint32_t row = line >> 1, count = 0;
    bool is_up = !(line & 1u);
    set_only(board->columns, 0, 0);
    for (uint32_t column = 0; column < train->columns; column++) {
      int32_t mapped = map_count(board, row, column);
      if ((mapped > 0) != is_up || magnitude(mapped) <= step) continue;
      set_lines(board->columns, train->column + column, 1);
      count++;
    }
    if (count == 0) continue;
    set_only(board->rows, train->row + row, 1);
    if (!fire(board, is_up, 1)) return false;
  }
  return true;
}

/* One slot of an outer product: a phase for each pair of signs. */
static bool fire_slot(tare_board *board, uint32_t slot) {
  uint32_t slots = board->slots + board->sign_pairs;
  for (uint32_t pair = 0; pair < 4; pair++) {
    if (fire_pair(board, pair, slot) > 0 && !fire(board, is_up_pair(pair), 1)) return false;
  }
  /* A phase takes its time also where nothing fires in it. */
  board->slots = slots;
  return true;
}

/* Fires up to a step. Stops where it must, and notes the steps of which nobody knows whether they
   were fired. */
static void fire_steps(tare_board *board, uint32_t end) {
  const tare_train *train = &board->train;
  /* Where each cell gets its own pulses, the lines are set for each step. */
  set_only(board->rows, train->row, train->rows);
  set_only(board->columns, train->column, train->columns);
  while (board->done < end && !is_stopped(board)) {
    uint32_t count = 1;
    bool is_sure;
    switch (board->train.kind) {
    case TARE_TRAIN_KIND_ALTERNATING: is_sure = fire(board, !(board->done & 1u), 1); break;
    case TARE_TRAIN_KIND_COUNTS: is_sure = fire_map(board, board->done); break;
    case TARE_TRAIN_KIND_OUTER_PRODUCT: is_sure = fire_slot(board, board->done); break;
    default:
      count = end - board->done;
      is_sure = fire(board, board->train.kind == TARE_TRAIN_KIND_UP, count);
    }
    if (!is_sure) {
      board->unsure = count;
      return;
    }
    board->done += count;
  }
}

/* Ends the pulses of a train: corrects the sums to what was fired, and writes the outcome. */
static void end_train(tare_board *board) {
  tare_train_outcome outcome;
  uint32_t sure = whole_steps(board, board->done);
  uint32_t until = board->done + board->unsure;
  uint64_t unfired[2] = {0, 0}, unsure[2] = {0, 0}, rest;
  memset(&outcome, 0, sizeof outcome);
  until = whole_steps(board, until + board->pair);
  add_total(board, until, board->head.begun, unfired);
  add_total(board, sure, until, unsure);
  add_total(board, 0, sure, &outcome.up);
  for (uint32_t side = 0; side < 2; side++) board->head.sums[side] -= unfired[side];
  board->head.sure = sure;
  board->head.begun = until;
  board->head.stage = STAGE_BOOKING;
  outcome.digest = board->train.digest;
  outcome.steps = sure;
  outcome.uncertain_steps = until - sure;
  outcome.uncertain = unsure[0] + unsure[1];
  outcome.energy = board->energy;
  if (board->shape != NULL) {
    outcome.duration = board->read_time + divide(board->slots * board->shape->period, 1000, &rest);
  }
  outcome.status = TARE_TRAIN_STATUS_FIRED;
  if (sure < board->steps) {
    outcome.status = until > sure ? TARE_TRAIN_STATUS_UNCERTAIN : TARE_TRAIN_STATUS_INTERRUPTED;
    outcome.reason = board->stop;
  }
  board->was_whole = outcome.status == TARE_TRAIN_STATUS_FIRED;
  board->is_short = board->was_whole && board->train.read_every == 0
                    && outcome.energy == TARE_UNKNOWN_ENERGY;
  board->phase = PHASE_NONE;
  if (!write_outcome(board, &outcome) || !save_head(board)) return;
  board->phase = PHASE_BOOKING;
  board->cell = 0;
}

/* Within a pair fires its down pulse, so that a train stops between pairs; once outputs are off,
   nothing may. */
static void end_pair(tare_board *board) {
  if (!board->is_armed || board->phase != PHASE_FIRING) return;
  if (board->done == whole_steps(board, board->done)) return;
  if (board->fault == TARE_REASON_NONE && board->unsure == 0) fire_steps(board, board->done + 1);
}

/* Outputs off; a train that runs stops, and trains are rejected until ARM comes. */
static void disarm(tare_board *board, uint8_t reason) {
  end_pair(board);
  board->is_armed = false;
  board->disarm_reason = reason;
  if (board->stop == TARE_REASON_NONE) board->stop = reason;
  if (!park(board)) latch_fault(board, TARE_REASON_FAULT);
}

/* Begins to read the region of the running train. */
static void begin_train_read(tare_board *board) {
  board->read_amplitude = 0;
  board->part.train = board->number;
  board->part.request = 0;
  board->part.after_steps = board->done;
  board->part.averages = board->train.averages;
  begin_read(board, board->train.tile, &board->train.row);
}

/* Fires the next steps: at most a group, and not beyond the next read. They are counted before
   that. */
static void fire_group(tare_board *board) {
  uint32_t sure = whole_steps(board, board->done), counted;
  uint32_t end = sure + least(board->steps - sure, whole_steps(board, board->setup->group));
  bool is_read = board->train.read_every != 0;
  if (is_read) end = least(end, board->next_read);
  /* Both pulses of a pair are counted before its first one. */
  counted = whole_steps(board, end + board->pair);
  if (counted > board->head.begun) {
    add_total(board, board->head.begun, counted, board->head.sums);
    board->head.sure = sure;
    board->head.begun = counted;
    if (!save_head(board)) {
      /* Nothing was fired, and nobody can be told: the board needs a person. */
      board->phase = PHASE_NONE;
      return;
    }
  }
  fire_steps(board, end);
  if (is_read && board->done == board->next_read && board->unsure == 0) {
    uint32_t left = board->steps - board->done;
    board->next_read += least(left, board->train.read_every);
    begin_train_read(board);
  }
}

/* Reads the counts of cells of the region in the next block of the odometer, and adds the pulses of
   the first steps of the train to them. Says what the largest changed count is, 0 if none. Returns
   false at the end of the region, or where the memory failed. */
static ONE_COPY bool add_pulses(tare_board *board, uint32_t steps, uint32_t *largest) {
  const tare_train *train = &board->train;
  tare_redo_record *redo = &board->scratch.redo;
  uint32_t columns = board->setup->capabilities.columns,
           first = train->row * columns + train->column;
  uint32_t end = first + (train->rows - 1u) * columns + train->columns;
  *largest = 0;
  if (board->cell > first) first = board->cell;
  if (first >= end) return false;
  end = least(end, (first | (TARE_CELLS_PER_BLOCK - 1)) + 1);
  board->cell = end;
  redo->first = first;
  redo->count = end - first;
  if (!move_counts(board, train->tile, first, end - first, redo->counts, false)) return false;
  for (uint32_t *counts = redo->counts[0]; first < end; first++, counts += 2) {
    uint32_t row = first / columns - train->row, column = first % columns - train->column;
    uint32_t pulses[2];
    if (row >= train->rows || column >= train->columns) continue;
    cell_pulses(board, row, column, steps, pulses);
    for (uint32_t side = 0; side < 2; side++) {
      if (pulses[side] == 0) continue;
      counts[side] += least(pulses[side], UINT32_MAX - counts[side]);
      if (counts[side] > *largest) *largest = counts[side];
    }
  }
  return true;
}

/* Goes on with the books: adds what was fired to the odometer, one block after the other, and after
   the last one ends them. The new counts are first written beside the old ones, into two places in
   turn, so that a start after a power failure finds the last ones that were complete. */
static void poll_books(tare_board *board) {
  tare_redo_record *redo = &board->scratch.redo;
  uint32_t largest;
  if (add_pulses(board, board->head.begun, &largest)) {
    if (largest > board->head.most) board->head.most = largest;
    redo->number = board->number;
    if (largest > 0
        && store_record(board, board->places.redo + board->redo * sizeof *redo, redo,
                        24 + redo->count * TARE_CELL_COUNTS_BYTES)) {
      board->redo ^= 1u;
      move_counts(board, board->train.tile, redo->first, redo->count, redo->counts, true);
    }
  } else if (board->fault != TARE_REASON_MEMORY) {
    board->head.stage = STAGE_CLOSED;
    if (save_head(board)) board->phase = PHASE_TELLING;
  }
  if (board->fault == TARE_REASON_MEMORY) board->phase = PHASE_NONE;
}

/* Goes on with the running train. Returns false where it must wait. */
static ONE_COPY bool poll_train(tare_board *board) {
  switch (board->phase) {
  case PHASE_FIRING:
    if (board->stop != TARE_REASON_NONE) {
      board->is_reading = false;
      end_pair(board);
      end_train(board);
    } else if (board->is_reading) {
      return poll_read(board);
    } else if (board->done == board->steps) {
      end_train(board);
    } else {
      fire_group(board);
    }
    return true;
  case PHASE_BOOKING: poll_books(board); return true;
  default:
    /* A train that ran whole is told with those that follow it, as long as the line is busy. */
    if (board->is_short) {
      if (board->untold++ == 0) board->untold_first = board->number;
    } else {
      if (!tell_fired(board)) return false;
      answer_outcome(board, board->number);
    }
    board->phase = PHASE_NONE;
    return true;
  }
}

/* ---- Checks of a train ---- */

/* Whether amplitude times width, in microvolts and picoseconds, is at most so many microvolts times
   nanoseconds. */
static bool is_area_within(uint32_t amplitude, uint64_t width, uint64_t area) {
  uint64_t picoseconds, left, nanoseconds = divide(width, 1000, &picoseconds);
  uint64_t most = divide(area, amplitude, &left);
  return nanoseconds != most ? nanoseconds < most : picoseconds * amplitude <= left * 1000;
}

/* How many different signs the row or column lines of an outer product have. */
static ONE_COPY uint32_t count_signs(const tare_board *board, bool is_column) {
  uint32_t lines = is_column ? board->train.columns : board->train.rows, seen = 0;
  while (lines-- > 0) seen |= 1u << is_negative(board, is_column, lines);
  return (seen + 1) >> 1;
}

/* Slots of a count map: for each row its largest up and its largest down count. 0 if the largest of
   all is not the one that the train names. */
static uint32_t map_slots(const tare_board *board) {
  uint32_t slots = 0, most = 0;
  for (uint32_t row = 0; row < board->train.rows; row++) {
    uint32_t largest[2] = {0, 0};
    for (uint32_t column = 0; column < board->train.columns; column++) {
      int32_t mapped = map_count(board, row, column);
      uint32_t *side = &largest[mapped < 0], count = magnitude(mapped);
      if (count > *side) *side = count;
      if (count > most) most = count;
    }
    slots += largest[0] + largest[1];
  }
  return most == board->train.count ? slots : 0;
}

/* Checks the pattern of the train, and finds out how many slots it takes. */
static uint8_t check_pattern(tare_board *board, uint32_t *slots) {
  const tare_train *train = &board->train;
  uint32_t size = 0, bits, rows = train->rows, columns = train->columns;
  *slots = train->count;
  if (train->pattern_bytes != 0
      && (board->is_pattern_bad || train->pattern_bytes != board->collected)) {
    return TARE_REASON_PATTERN;
  }
  switch (train->kind) {
  case TARE_TRAIN_KIND_ALTERNATING: *slots = least(*slots, 0x7FFFFFFFu) << 1; break;
  case TARE_TRAIN_KIND_COUNTS:
    if (board->collected == 0) return TARE_REASON_PATTERN;
    bits = pattern_byte(board, 0);
    if (bits == 0 || bits > 16 || (bits & (bits - 1)) != 0) return TARE_REASON_PATTERN;
    board->bits = (uint8_t)bits;
    size = 1 + rows * ((columns * bits + 7) >> 3);
    break;
  case TARE_TRAIN_KIND_OUTER_PRODUCT:
    if (train->count > board->setup->capabilities.longest_line) return TARE_REASON_UNSUPPORTED;
    /* No larger than what the sum of sizes below can hold. */
    if (train->count >> 3 > train->pattern_bytes) return TARE_REASON_PATTERN;
    size = (rows + columns) * ((train->count + 7) >> 3) + ((rows + 7) >> 3) + ((columns + 7) >> 3);
    break;
  default: break;
  }
  if (train->pattern_bytes != size) return TARE_REASON_PATTERN;
  if (train->kind == TARE_TRAIN_KIND_COUNTS) {
    *slots = map_slots(board);
    if (*slots == 0 && train->count != 0) return TARE_REASON_PATTERN;
  }
  if (train->kind == TARE_TRAIN_KIND_OUTER_PRODUCT) {
    board->sign_pairs = (uint8_t)(count_signs(board, false) * count_signs(board, true));
    *slots = least(*slots, UINT32_MAX >> 2) * board->sign_pairs;
  }
  return TARE_REASON_NONE;
}

/* Whether the pulse of the train and its steps lie in the envelope. */
static ONE_COPY uint8_t check_envelope(const tare_board *board) {
  const tare_envelope *envelope = &board->envelope;
  const tare_shape *shape = board->shape;
  uint32_t amplitude = envelope->amplitude;
  if (shape->amplitude > amplitude) {
    if (envelope->forming_amplitude > amplitude) amplitude = envelope->forming_amplitude;
    if (shape->amplitude > amplitude) return TARE_REASON_ENVELOPE;
    if (!board->for_forming) return TARE_REASON_FORMING;
  }
  if (shape->width < envelope->least_width || shape->width > envelope->most_width
      || shape->period < envelope->least_period || board->steps > envelope->steps) {
    return TARE_REASON_ENVELOPE;
  }
  /* A limit of 0 stands for none, and so does a pulse of 0. */
  if (envelope->compliance != 0
      && (shape->compliance == 0 || shape->compliance > envelope->compliance)) {
    return TARE_REASON_ENVELOPE;
  }
  return is_area_within(shape->amplitude, shape->width, envelope->volt_seconds)
             ? TARE_REASON_NONE
             : TARE_REASON_ENVELOPE;
}

/* Whether the counter of every cell has room. The odometer is only read where the fullest cell
   might have none. */
static bool has_counter_room(tare_board *board) {
  /* A counter that would overflow stays at its highest value, which is beyond any limit. */
  uint32_t limit = least(board->envelope.odometer, UINT32_MAX - 1), largest;
  if (board->head.most <= limit && board->train.count <= limit - board->head.most) return true;
  board->cell = 0;
  while (add_pulses(board, board->steps, &largest)) {
    if (largest > limit) return false;
  }
  return board->fault == TARE_REASON_NONE;
}

/* Whether a kind or scheme is one of those that the bits of a mask stand for; the lowest stands
   for 1. */
static bool is_one_of(uint32_t mask, uint32_t value) {
  return value <= TARE_TRAIN_KIND_OUTER_PRODUCT && mask << 1 >> value & 1u;
}

/* Whether the train may be fired now; the reason why not otherwise. */
static uint8_t check_train(tare_board *board, const tare_trains *frame) {
  const tare_capabilities *can = &board->setup->capabilities;
  const tare_train *train = &board->train;
  uint32_t slots;
  uint8_t reason;
  if (is_stopped(board)) return TARE_REASON_EMERGENCY_STOP;
  if (!board->is_armed)
    return board->fault != TARE_REASON_NONE ? board->fault : TARE_REASON_NOT_ARMED;
  if (frame->envelope != board->envelope.envelope) return TARE_REASON_ENVELOPE;
  if (!is_region(board, train->tile, &train->row)) return TARE_REASON_GEOMETRY;
  if (!is_one_of(can->kinds, train->kind) || !is_one_of(can->schemes, train->scheme))
    return TARE_REASON_UNSUPPORTED;
  if (train->read_every != 0 && (train->averages == 0 || train->averages > can->most_averages)) {
    return TARE_REASON_UNSUPPORTED;
  }
  reason = check_pattern(board, &slots);
  if (reason != TARE_REASON_NONE) return reason;
  if (slots > can->longest_train) return TARE_REASON_UNSUPPORTED;
  board->steps = train->kind == TARE_TRAIN_KIND_ALTERNATING ? slots : train->count;
  if (train->profile >= board->setup->profile_count) return TARE_REASON_PROFILE;
  board->shape = &board->setup->profiles[train->profile];
  if (board->shape->period == 0) return TARE_REASON_PROFILE;
  reason = check_envelope(board);
  if (reason != TARE_REASON_NONE) return reason;
  if (frame->not_after != 0 && now(board) > frame->not_after) return TARE_REASON_EXPIRED;
  return has_counter_room(board) ? TARE_REASON_NONE : TARE_REASON_COUNTER_FULL;
}

/* Uses up the number of a train without firing it. */
static void reject_train(tare_board *board, uint8_t reason) {
  tare_train_outcome outcome;
  memset(&outcome, 0, sizeof outcome);
  outcome.status = TARE_TRAIN_STATUS_REJECTED;
  outcome.reason = reason;
  outcome.digest = board->train.digest;
  board->was_whole = false;
  take_number(board);
  board->is_short = false;
  if (write_outcome(board, &outcome) && save_head(board)) board->phase = PHASE_TELLING;
}

/* Begins a train: what it is becomes durable. Its number does with the first group of steps, in one
   write. */
static void begin_train(tare_board *board) {
  tare_intent_record intent;
  uint32_t size = board->train.pattern_bytes,
           first = least(size, board->pattern.size - board->pattern.head);
  uint8_t *bytes = board->pattern.bytes;
  intent.number = board->number;
  intent.train = board->train;
  intent.pattern_crc =
      ~crc_add(crc_add(~0u, bytes + board->pattern.head, first), bytes, size - first);
  if (!store_record(board, board->places.intent, &intent, sizeof intent)) return;
  if (first > 0 && !store(board, board->places.pattern, bytes + board->pattern.head, first)) return;
  if (size > first && !store(board, board->places.pattern + first, bytes, size - first)) return;
  take_number(board);
  board->head.stage = STAGE_FIRING;
  set_pair(board);
  board->phase = PHASE_FIRING;
  board->done = board->unsure = board->slots = 0;
  board->energy = board->read_time = 0;
  board->next_read = least(board->steps, board->train.read_every);
  board->stop = TARE_REASON_NONE;
}

/* ---- Requests ---- */

/* What the fields of a numbered frame say. */
typedef union {
  tare_arm arm;
  tare_profile_set profile;
  tare_trains trains;
  tare_read read;
  tare_counts counts;
  tare_outcomes outcomes;
  tare_multiply multiply;
} tare_asked;

/* Reads fields of the frame at the head of the queue. */
static void take_fields(const tare_board *board, uint32_t offset, void *structure,
                        const uint8_t *layout) {
  uint8_t bytes[64];
  uint32_t size = least(sizeof bytes, board->queue.used - offset);
  ring_copy(&board->queue, offset, bytes, size, false);
  copy_fields(structure, layout, bytes, false);
}

static void answer_capabilities(tare_board *board) {
  const tare_setup *setup = board->setup;
  const char *const texts[3] = {setup->model, setup->serial_number, setup->firmware};
  tare_capabilities can = setup->capabilities;
  uint32_t room = board->payload_room - TARE_CAPABILITIES_BYTES - 4u;
  uint8_t points;
  can.can_multiply = board->hardware->multiply != NULL;
  can.has_dry_run = setup->has_dry_run;
  begin_answer(board, TARE_CAPABILITIES);
  for (uint32_t text = 0; text < 3; text++) {
    /* As far as there is room. */
    uint8_t length = 0;
    while (length < least(room, 255) && texts[text][length] != 0) length++;
    put_bytes(board, &length, 1);
    put_bytes(board, texts[text], length);
    room -= length;
  }
  put_fields(board, &can, capabilities_layout);
  points = (uint8_t)least(setup->set_point_count, room / 4);
  put_bytes(board, &points, 1);
  for (uint32_t point = 0; point < points; point++) put_bytes(board, &setup->set_points[point], 4);
  end_answer(board);
}

/* Whether a number is below another one of the same size. */
static bool is_below(const uint8_t *number, const uint8_t *other, uint32_t size) {
  while (--size > 0 && number[size] == other[size]) continue;
  return number[size] < other[size];
}

/* Limits the host's envelope to what the board was built with. */
static void set_envelope(tare_board *board) {
  /* Fields that are lower limits. */
  enum { LOWER = 1 << 2 | 1 << 5 };
  uint8_t asked[TARE_SET_ENVELOPE_BYTES], bytes[TARE_ENVELOPE_BYTES], *held = bytes + 2;
  tare_envelope *envelope = &board->envelope;
  uint32_t place = 0, compliance;
  /* Arming was for the envelope before. */
  disarm(board, TARE_REASON_ENVELOPE);
  if (++board->envelopes == 0) board->envelopes = 1;
  *envelope = board->setup->limits;
  copy_fields(envelope, envelope_layout, bytes, true);
  ring_copy(&board->queue, 2, asked, sizeof asked, false);
  for (uint32_t field = 0; set_envelope_layout[field] != 0; field++) {
    uint32_t size = set_envelope_layout[field];
    bool is_lower = LOWER >> field & 1;
    if (is_below(asked + place, held + place, size) != is_lower)
      memcpy(held + place, asked + place, size);
    place += size;
  }
  copy_fields(envelope, envelope_layout, bytes, false);
  envelope->envelope = board->envelopes;
  /* A limit of 0 stands for none. */
  compliance = board->setup->limits.compliance;
  memcpy(&envelope->compliance, asked + TARE_SET_ENVELOPE_BYTES - 12, 4);
  if (envelope->compliance - 1 > compliance - 1) envelope->compliance = compliance;
  answer(board, TARE_ENVELOPE, envelope, envelope_layout);
}

/* Why the board cannot be armed as asked, or none. */
static uint8_t check_arming(const tare_board *board, const tare_arm *arm) {
  if (is_stopped(board)) return TARE_REASON_EMERGENCY_STOP;
  if (board->fault != TARE_REASON_NONE) return board->fault;
  if (arm->envelope != board->envelope.envelope) return TARE_REASON_ENVELOPE;
  if (arm->for_forming && !board->setup->capabilities.can_form) return TARE_REASON_UNSUPPORTED;
  return TARE_REASON_NONE;
}

static void answer_armed(tare_board *board, uint8_t reason) {
  tare_armed armed = {board->is_armed, reason, board->envelope.envelope,
                      board->is_armed ? board->lease : 0};
  answer(board, TARE_ARMED, &armed, armed_layout);
}

static void arm(tare_board *board, const tare_arm *asked) {
  uint8_t reason = check_arming(board, asked);
  if (reason == TARE_REASON_NONE && !board->is_dry
      && !board->hardware->outputs(board->port, true)) {
    reason = TARE_REASON_FAULT;
    latch_fault(board, reason);
  }
  /* An interrupt may have come between the check and the outputs. */
  if (reason == TARE_REASON_NONE && is_stopped(board)) reason = TARE_REASON_EMERGENCY_STOP;
  if (reason == TARE_REASON_NONE) {
    board->is_armed = true;
    board->for_forming = asked->for_forming != 0;
    board->lease = asked->lease < 100 ? 100 : least(asked->lease, 60000);
    board->disarm_reason = TARE_REASON_NONE;
  } else {
    disarm(board, reason);
  }
  answer_armed(board, reason);
}

/* Whether a value can be set: one of a range with its lowest, highest and step. */
static bool is_on_grid(uint64_t value, const uint64_t *range) {
  uint64_t rest;
  if (value < range[0] || value > range[1]) return false;
  divide(value - range[0], range[2], &rest);
  return rest == 0;
}

/* The same for an amplitude. */
static bool is_amplitude(uint32_t value, const uint32_t *range) {
  uint64_t wide_range[3] = {range[0], range[1], range[2]};
  return is_on_grid(value, wide_range);
}

/* Whether the board can fire a pulse just as it is asked for. */
static bool is_shape(const tare_setup *setup, const tare_shape *shape) {
  const tare_capabilities *can = &setup->capabilities;
  bool is_limit = shape->compliance == 0;
  for (uint32_t point = 0; point < setup->set_point_count; point++) {
    if (setup->set_points[point] == shape->compliance) is_limit = true;
  }
  if (!is_limit || !is_amplitude(shape->amplitude, &can->least_amplitude)) return false;
  /* Width, rise, fall and period; rise and fall have one range. */
  for (uint32_t time = 0; time < 4; time++) {
    if (!is_on_grid((&shape->width)[time], &can->least_width + 3 * ((time + 1) >> 1))) return false;
  }
  return shape->period > 0 && shape->period >= shape->width;
}

static void set_profile(tare_board *board, const tare_shape *asked) {
  uint8_t reason = TARE_REASON_PROFILE;
  if (asked->profile < board->setup->profile_count) {
    tare_shape *held = &board->setup->profiles[asked->profile];
    if (is_shape(board->setup, asked)) {
      *held = *asked;
      answer(board, TARE_PROFILE_SET, held, profile_layout);
      return;
    }
    /* What cannot be set leaves nothing behind: no train may be fired with the pulse before it. */
    memset(held, 0, sizeof *held);
    reason = TARE_REASON_UNSUPPORTED;
  }
  refuse(board, TARE_PROFILE, asked->profile, reason);
}

/* Forgets the pattern bytes before the frame at the head of the queue. */
static void drop_pattern(tare_board *board) {
  board->moved_pattern += board->collected;
  ring_drop(&board->pattern, board->collected);
  board->collected = 0;
  board->is_pattern_bad = false;
}

/* Adds the bytes of a PATTERN frame to the pattern of the next train. */
static void collect_pattern(tare_board *board, uint32_t count) {
  uint32_t offset;
  ring_copy(&board->queue, 2, &offset, 4, false);
  if (offset == 0) drop_pattern(board);
  if (offset != board->collected) board->is_pattern_bad = true;
  board->collected += count;
}

/* What a train that comes again is answered: its outcome where it is the same, else the board needs
   a person. Returns whether the frame goes on. */
static bool repeat_train(tare_board *board, uint8_t type) {
  uint64_t number = board->asked_number;
  if (read_outcome(board, number)
      && !is_number(board->scratch.journal.outcome + 2, board->train.digest)) {
    latch_fault(board, TARE_REASON_CONFLICT);
    send_error(board, TARE_REASON_CONFLICT, type, &board->asked_number);
    return false;
  }
  if (tell_fired(board)) {
    answer_outcome(board, number);
    board->progress++;
  }
  return true;
}

/* Reads the next train of the frame at the head of the queue; its bytes lie as they do in memory.
 */
static void take_train(tare_board *board, bool is_cells) {
  tare_train *train = &board->train;
  tare_cell_pulses cell;
  uint32_t place = 2 + TARE_TRAINS_BYTES + 1 + board->progress * TARE_TRAIN_BYTES;
  if (!is_cells) {
    ring_copy(&board->queue, place, train, TARE_TRAIN_BYTES, false);
    return;
  }
  place = 2 + TARE_CELLS_BYTES + 1 + board->progress * TARE_CELL_PULSES_BYTES;
  take_fields(board, place, &cell, cell_pulses_layout);
  memset(train, 0, sizeof *train);
  ring_copy(&board->queue, 2 + TARE_TRAINS_BYTES, &train->profile, 3, false);
  train->row = cell.row;
  train->column = cell.column;
  train->rows = train->columns = 1;
  train->kind = cell.count < 0 ? TARE_TRAIN_KIND_DOWN : TARE_TRAIN_KIND_UP;
  train->count = magnitude(cell.count);
  train->digest = cell.digest;
}

/* Goes on with TRAINS or CELLS: begins, rejects or answers the next train. Returns whether the
   frame is done. */
static bool poll_trains(tare_board *board, const tare_trains *frame, uint8_t type) {
  bool is_cells = type == TARE_CELLS;
  uint8_t count, reason = TARE_REASON_NONE;
  uint64_t number;
  ring_copy(&board->queue, 2u + (is_cells ? TARE_CELLS_BYTES : TARE_TRAINS_BYTES), &count, 1,
            false);
  if (board->marked > 0) reason = board->mark;
  if (reason == TARE_REASON_LEASE) count = 0;
  if (board->untold > 0
      && (board->progress >= count || board->answers_sent == board->answer_count)) {
    (void)tell_fired(board);
    return false;
  }
  if (board->progress >= count) return true;
  number = board->asked_number = frame->first + board->progress;
  take_train(board, is_cells);
  if (board->fault == TARE_REASON_MEMORY) {
    /* No number can be used up. */
    send_error(board, TARE_REASON_MEMORY, type, &board->asked_number);
    return true;
  }
  if (number <= board->head.taken) return !repeat_train(board, type);
  number = board->head.taken + 1;
  if (number != board->asked_number) {
    send_error(board, TARE_REASON_GAP, type, &number);
    return true;
  }
  board->progress++;
  board->number = number;
  if (reason == TARE_REASON_NONE) reason = check_train(board, frame);
  if (reason == TARE_REASON_NONE && !board->was_whole
      && (frame->is_chained != 0 || board->progress > 1)) {
    reason = TARE_REASON_CHAINED;
  }
  if (reason == TARE_REASON_NONE)
    begin_train(board);
  else if (board->fault != TARE_REASON_MEMORY)
    reject_train(board, reason);
  return false;
}

/* Why a region cannot be read now, or none. */
static uint8_t check_read(const tare_board *board, uint8_t tile, const uint16_t *region) {
  if (is_stopped(board)) return TARE_REASON_EMERGENCY_STOP;
  if (!is_region(board, tile, region)) return TARE_REASON_GEOMETRY;
  return board->fault == TARE_REASON_FAULT ? TARE_REASON_FAULT : TARE_REASON_NONE;
}

static void begin_requested_read(tare_board *board, const tare_read *asked) {
  const tare_capabilities *can = &board->setup->capabilities;
  uint8_t reason = check_read(board, asked->tile, &asked->row);
  if (asked->averages == 0 || asked->averages > can->most_averages
      || (asked->amplitude != 0 && !is_amplitude(asked->amplitude, &can->least_read_amplitude))) {
    reason = TARE_REASON_UNSUPPORTED;
  }
  if (reason != TARE_REASON_NONE) {
    refuse(board, TARE_READ, asked->request, reason);
    return;
  }
  board->read_amplitude = asked->amplitude;
  board->part.train = 0;
  board->part.request = asked->request;
  board->part.after_steps = 0;
  board->part.averages = asked->averages;
  begin_read(board, asked->tile, &asked->row);
}

/* Answers with a part of the odometer. Returns whether it was the last one. */
static bool poll_counts(tare_board *board, const tare_counts *asked) {
  /* Cells of a part that any frame holds. */
  enum { MOST = (TARE_LEAST_FRAME - TARE_FRAME_OVERHEAD - TARE_COUNT_BLOCK_BYTES - 1) / 8 };
  tare_digests part;
  uint32_t cells = tile_cells(board->setup), blocks, end, cell, count = 0, digests[8];
  uint8_t *bytes = board->scratch.bytes;
  blocks = (cells + TARE_CELLS_PER_BLOCK - 1) / TARE_CELLS_PER_BLOCK;
  if (asked->tile >= board->setup->capabilities.tiles || asked->blocks == 0
      || asked->block >= blocks || asked->blocks > blocks - asked->block
      || board->fault == TARE_REASON_MEMORY) {
    refuse(board, TARE_COUNTS, 0,
           board->fault == TARE_REASON_MEMORY ? TARE_REASON_MEMORY : TARE_REASON_GEOMETRY);
    return true;
  }
  end = least((asked->block + asked->blocks) * TARE_CELLS_PER_BLOCK, cells);
  cell = asked->block * TARE_CELLS_PER_BLOCK + board->progress;
  part.tile = asked->tile;
  part.block = asked->only_digests ? cell / TARE_CELLS_PER_BLOCK : cell;
  /* Few cells at a time, so that a stop does not wait for many checksums. */
  for (blocks = 0; blocks < 8 && cell < end;) {
    count = least(end - cell, asked->only_digests ? TARE_CELLS_PER_BLOCK : MOST);
    /* The next call refuses the request. */
    if (!move_counts(board, asked->tile, cell, count, bytes, false)) return false;
    cell += count;
    if (!asked->only_digests) break;
    digests[blocks++] = crc_of(bytes, count << 3);
  }
  begin_answer(board, asked->only_digests ? TARE_DIGESTS : TARE_COUNT_BLOCK);
  put_fields(board, &part, digests_layout);
  if (asked->only_digests) {
    put_bytes(board, digests, blocks << 2);
  } else {
    put_bytes(board, &count, 1);
    put_bytes(board, bytes, count << 3);
  }
  end_answer(board);
  board->progress = cell - asked->block * TARE_CELLS_PER_BLOCK;
  return cell >= end;
}

/* Answers with some of the outcomes that are asked for. Returns whether these were the last ones.
 */
static bool poll_outcomes(tare_board *board, const tare_outcomes *asked) {
  uint32_t left = asked->count - board->progress, count = 0;
  uint64_t first = asked->first + board->progress;
  if (left == 0) return true;
  while (count < least(left, 256) && !is_kept(board, first + count)) count++;
  if (count > 0) {
    answer_not_kept(board, first, count);
  } else {
    answer_outcome(board, first);
    count = 1;
  }
  board->progress += count;
  return left == count;
}

/* Answers with some sums of a product. Returns whether these were the last ones. */
static bool poll_product(tare_board *board, const tare_multiply *asked, uint32_t size) {
  tare_product part;
  uint32_t room = (TARE_LEAST_FRAME - TARE_FRAME_OVERHEAD - TARE_PRODUCT_BYTES) / 8;
  uint32_t lines = asked->is_transposed ? asked->columns : asked->rows;
  uint32_t inputs = asked->is_transposed ? asked->rows : asked->columns;
  uint8_t reason = check_read(board, asked->tile, &asked->row);
  if (board->hardware->multiply == NULL)
    reason = TARE_REASON_UNSUPPORTED;
  else if (asked->is_transposed > 1 || size != TARE_MULTIPLY_BYTES + 2u * inputs)
    reason = TARE_REASON_MALFORMED;
  if (reason != TARE_REASON_NONE) {
    refuse(board, TARE_MULTIPLY, asked->request, reason);
    return true;
  }
  ring_copy(&board->queue, 2 + TARE_MULTIPLY_BYTES, board->scratch.input, 2u * inputs, false);
  part.request = asked->request;
  part.first = (uint16_t)board->progress;
  part.lines = (uint16_t)lines;
  begin_answer(board, TARE_PRODUCT);
  put_fields(board, &part, product_layout);
  for (; room > 0 && board->progress < lines; room--, board->progress++) {
    int64_t sum = 0;
    if (!board->hardware->multiply(board->port, asked, (uint16_t)board->progress,
                                   board->scratch.input, &sum)) {
      /* The part is taken back; the next call refuses the request. */
      latch_fault(board, TARE_REASON_FAULT);
      board->answers.used = board->answer_start;
      return false;
    }
    put_bytes(board, &sum, 8);
  }
  end_answer(board);
  return board->progress == lines;
}

/* Goes on with the frame at the head of the queue. Returns false where there is nothing to do, or
   no room. */
static bool poll_queue(tare_board *board) {
  /* From DESCRIBE on; of frames that are read otherwise, no fields. */
  static const uint8_t no_layout[] = {0};
  static const uint8_t *const layouts[16] = {
      no_layout,     no_layout,     arm_layout,  no_layout,     profile_layout,  no_layout,
      trains_layout, trains_layout, read_layout, counts_layout, outcomes_layout, multiply_layout,
      no_layout,     no_layout,     no_layout,   no_layout,
  };
  uint32_t head, size;
  uint8_t type;
  bool is_done = true;
  tare_asked asked;
  if (board->queue.used == 0) return false;
  /* Errors are told one after the other. */
  if (!has_room(board) || (board->pending & PENDING_ERROR)) return false;
  head = ring_entry(&board->queue, 0);
  size = head & MOST_PAYLOAD;
  type = (uint8_t)(TARE_DESCRIBE | head >> 12);
  take_fields(board, 2, &asked, layouts[type - TARE_DESCRIBE]);
  switch (type) {
  case TARE_DESCRIBE: answer_capabilities(board); break;
  case TARE_SET_ENVELOPE: set_envelope(board); break;
  case TARE_ARM: arm(board, &asked.arm); break;
  case TARE_DISARM:
    disarm(board, TARE_REASON_NONE);
    answer_armed(board, TARE_REASON_NONE);
    break;
  case TARE_PROFILE: set_profile(board, &asked.profile); break;
  case TARE_PATTERN:
    collect_pattern(board, size);
    size = TARE_PATTERN_BYTES;
    break;
  case TARE_READ: begin_requested_read(board, &asked.read); break;
  case TARE_COUNTS: is_done = poll_counts(board, &asked.counts); break;
  case TARE_OUTCOMES: is_done = poll_outcomes(board, &asked.outcomes); break;
  case TARE_MULTIPLY: is_done = poll_product(board, &asked.multiply, size); break;
  default: is_done = poll_trains(board, &asked.trains, type); break;
  }
  if (!is_done) return true;
  if (type == TARE_TRAINS) drop_pattern(board);
  board->progress = 0;
  size += 2;
  board->marked -= least(board->marked, size);
  board->moved_bytes += size;
  ring_drop(&board->queue, size);
  return true;
}

/* Marks the trains that wait: they are rejected by number, or dropped and use none up. */
static void mark_trains(tare_board *board, uint8_t mark) {
  /* What was dropped stays so. */
  if (mark == TARE_REASON_STOPPED && board->marked > 0 && board->mark == TARE_REASON_LEASE) return;
  board->marked = board->queue.used;
  board->mark = mark;
}

/* ---- Sessions ---- */

/* Empties the rings. */
static ONE_COPY void clear_rings(tare_board *board) {
  const tare_setup *setup = board->setup;
  tare_ring queue = {setup->queue, setup->queue_bytes, 0, 0};
  tare_ring answers = {setup->answers, setup->answer_bytes, 0, 0};
  tare_ring pattern = {setup->pattern, setup->pattern_bytes, 0, 0};
  board->queue = queue;
  board->answers = answers;
  board->pattern = pattern;
}

/* Forgets all that belongs to a session, and opens its books. */
static void open_session(tare_board *board) {
  const tare_setup *setup = board->setup;
  bool was_dry = board->is_dry;
  board->is_dry = board->is_dry_next;
  memset(setup->profiles, 0, setup->profile_count * sizeof *setup->profiles);
  memset((uint8_t *)board + offsetof(tare_board, is_gap), 0,
         offsetof(tare_board, setup) - offsetof(tare_board, is_gap));
  clear_rings(board);
  board->envelope = setup->limits;
  board->envelope.envelope = 0;
  if (board->is_dry) {
    clear_books(board, true);
  } else if (was_dry) {
    lay_out_books(setup, false, &board->places);
    if (!load(board, board->places.head, &board->head, sizeof board->head))
      latch_fault(board, TARE_REASON_MEMORY);
  }
  begin_epoch(board);
  board->pending = PENDING_HELLO_ACK | (board->pending & PENDING_EMERGENCY);
}

static void answer_hello(tare_board *board, tare_hello_ack *ack) {
  const tare_setup *setup = board->setup;
  ack->nonce = board->nonce;
  ack->session = board->session;
  ack->least_minor = ack->most_minor = TARE_MINOR;
  ack->schema = TARE_SCHEMA;
  memcpy(ack->board, setup->board, sizeof ack->board);
  ack->epoch = board->head.epoch;
  ack->boots = board->record.boots;
  ack->taken = board->head.taken;
  ack->oldest_kept = oldest_kept(board);
  ack->up = board->head.sums[0];
  ack->down = board->head.sums[1];
  ack->clock = now(board);
  ack->emergency_stop = is_stopped(board);
  ack->fault = board->fault;
  ack->clear_code = board->clear_code;
  ack->is_dry = board->is_dry;
  ack->durability = setup->durability;
  ack->most_frame = (uint16_t)(board->payload_room + TARE_FRAME_OVERHEAD);
  ack->queue_bytes = setup->queue_bytes;
  ack->pattern_bytes = setup->pattern_bytes;
  ack->profiles = setup->profile_count;
  ack->journal_slots = setup->journal_slots;
  ack->group = board->setup->group;
}

/* Begins a session, as soon as the train that runs has ended. */
static void take_hello(tare_board *board, const uint8_t *payload) {
  bool is_dry = payload[6] != 0;
  if (board->session != 0 && is_number(payload, board->nonce)) {
    if (!board->is_opening) board->pending |= PENDING_HELLO_ACK;
    return;
  }
  if (is_dry && !board->setup->has_dry_run) {
    send_error(board, TARE_REASON_UNSUPPORTED, TARE_HELLO, &no_number);
    return;
  }
  memcpy(&board->nonce, payload, 4);
  if (++board->record.session == 0) board->record.session = 1;
  board->session = board->record.session;
  board->is_dry_next = is_dry;
  save(board, 0, &board->record, sizeof board->record);
  board->is_opening = true;
  disarm(board, TARE_REASON_RECONNECTED);
}

/* ---- Emergency stop ---- */

void tare_emergency_stop(tare_board *board) {
  board->emergencies++;
  (void)board->hardware->outputs(board->port, false);
}

/* Makes an emergency stop durable, wherever it came from. */
static void latch_emergency(tare_board *board) {
  uint32_t seen = board->emergencies;
  if (seen == board->emergencies_seen) return;
  board->record.is_latched = 1;
  board->emergencies_seen = seen;
  board->clear_code = unlike(board, 3);
  disarm(board, TARE_REASON_EMERGENCY_STOP);
  save(board, 0, &board->record, sizeof board->record);
  board->pending |= PENDING_EMERGENCY;
}

static void clear_emergency(tare_board *board, const uint8_t *payload) {
  board->pending |= PENDING_EMERGENCY;
  if (!is_number(payload, board->clear_code) || !board->record.is_latched) return;
  board->record.is_latched = 0;
  board->clear_code = unlike(board, 4);
  save(board, 0, &board->record, sizeof board->record);
}

/* ---- Frames that go ---- */

/* Begins a block of COBS: its first byte says later how long it is. */
static void begin_block(tare_board *board) { board->output_code = board->output_length++; }

/* Ends a block of COBS. */
static void end_block(tare_board *board, uint8_t *frame) {
  frame[board->output_code] = (uint8_t)(board->output_length - board->output_code);
}

/* Adds bytes to the frame that goes, without zeros. */
static void send_bytes(tare_board *board, const void *bytes, uint32_t count) {
  uint8_t *frame = board->output;
  const uint8_t *byte = bytes;
  board->output_crc = crc_add(board->output_crc, bytes, count);
  for (; count > 0; count--, byte++) {
    /* A full block is followed by another one only if there are bytes for it. */
    bool is_full = board->output_length - board->output_code == 0xFF;
    if (is_full) {
      end_block(board, frame);
      begin_block(board);
    }
    if (*byte == 0) {
      end_block(board, frame);
      begin_block(board);
    } else {
      frame[board->output_length++] = *byte;
    }
  }
}

/* Begins a frame. */
static void begin_frame(tare_board *board, uint8_t type, uint16_t sequence) {
  bool is_in_session = type >= TARE_PING;
  uint16_t numbers[3] = {is_in_session ? board->session : 0u, sequence, board->expected};
  uint8_t version[2] = {TARE_MAJOR << 4, type};
  board->output_length = board->output_sent = 0;
  board->output_crc = ~0u;
  begin_block(board);
  send_bytes(board, version, 2);
  send_bytes(board, numbers, 6);
}

/* Ends a frame; it leaves with the next calls of `send`. */
static void end_frame(tare_board *board) {
  uint8_t *frame = board->output;
  uint32_t crc = ~board->output_crc;
  send_bytes(board, &crc, 4);
  end_block(board, frame);
  frame[board->output_length++] = 0;
}

/* Makes the next numbered answer into a frame. */
static bool frame_answer(tare_board *board) {
  uint32_t offset = board->answers_sent_bytes, head, size, place;
  if (board->answers_sent == board->answer_count) return false;
  head = ring_entry(&board->answers, offset);
  size = head & MOST_PAYLOAD;
  begin_frame(board, (uint8_t)(0x80u | head >> 12),
              (uint16_t)(board->first_answer + board->answers_sent));
  for (place = 0; place < size; place++) {
    uint8_t byte;
    ring_copy(&board->answers, offset + 2 + place, &byte, 1, false);
    send_bytes(board, &byte, 1);
  }
  end_frame(board);
  board->answers_sent_bytes += size + 2;
  board->answers_sent++;
  if (board->answers_sent > board->answers_reached) board->answers_reached = board->answers_sent;
  return true;
}

/* What STATUS says now. */
static void tell_status(tare_board *board, tare_status *status) {
  status->tag = board->tag;
  status->is_gap = board->is_gap;
  status->is_armed = board->is_armed;
  status->reason = board->disarm_reason;
  status->credit_bytes = board->queue.size - board->queue.used;
  status->credit_pattern = board->pattern.size - board->pattern.used;
  board->moved_bytes = board->moved_pattern = 0;
  status->done = board->head.taken - open_numbers(board);
  status->clock = now(board);
  board->is_gap = false;
}

/* Makes the most urgent message without a number into a frame. */
static bool frame_pending(tare_board *board) {
  union {
    tare_hello_ack hello_ack;
    tare_emergency_state emergency;
    tare_stale stale;
    tare_error error;
    tare_status status;
  } what;
  static const uint8_t stale_layout[] = TARE_STALE_LAYOUT;
  static const struct {
    const uint8_t *layout;
    uint8_t type;
  } messages[] = {
      {hello_ack_layout, TARE_HELLO_ACK}, {emergency_state_layout, TARE_EMERGENCY_STATE},
      {stale_layout, TARE_STALE},         {error_layout, TARE_ERROR},
      {status_layout, TARE_STATUS},
  };
  uint8_t bytes[TARE_HELLO_ACK_BYTES];
  uint32_t message = 0;
  if (board->pending == 0) return false;
  while (!(board->pending >> message & 1)) message++;
  board->pending &= (uint8_t)(board->pending - 1u);
  switch (messages[message].type) {
  case TARE_HELLO_ACK: answer_hello(board, &what.hello_ack); break;
  case TARE_EMERGENCY_STATE:
    what.emergency.is_latched = is_stopped(board);
    what.emergency.clear_code = board->clear_code;
    what.emergency.clock = now(board);
    break;
  case TARE_STALE: what.stale.session = board->session; break;
  case TARE_ERROR: what.error = board->error; break;
  default: tell_status(board, &what.status); break;
  }
  begin_frame(board, messages[message].type,
              (uint16_t)(board->first_answer + board->answers_sent));
  send_bytes(board, bytes, copy_fields(&what, messages[message].layout, bytes, true));
  end_frame(board);
  return true;
}

/* Hands a frame, or what is left of one, to the line. Returns whether the line took some of it. */
static bool poll_output(tare_board *board) {
  uint32_t count;
  /* Answers of the session before are of no use to the next one. */
  if (board->output_sent == board->output_length && !frame_pending(board)
      && (board->is_opening || !frame_answer(board))) {
    return false;
  }
  count = board->hardware->send(board->port, board->output + board->output_sent,
                                board->output_length - board->output_sent);
  board->output_sent += least(count, board->output_length - board->output_sent);
  return count > 0;
}

/* ---- Frames that come ---- */

/* Drops answers that have arrived. */
static void take_acknowledged(tare_board *board, uint16_t acknowledged) {
  uint16_t count = (uint16_t)(acknowledged - board->first_answer);
  if (count > board->answers_reached) return;
  for (; count > 0; count--) {
    uint32_t size = 2 + (ring_entry(&board->answers, 0) & MOST_PAYLOAD);
    ring_drop(&board->answers, size);
    board->first_answer++;
    board->answer_count--;
    board->answers_reached--;
    if (board->answers_sent > 0) {
      board->answers_sent--;
      board->answers_sent_bytes -= size;
    }
  }
}

static void take_ping(tare_board *board, const uint8_t *payload, uint16_t sequence) {
  memcpy(&board->tag, payload + 1, 4);
  if (board->tag != 0) board->pending |= PENDING_STATUS;
  /* While answers are being sent again, asking for them once more changes nothing, unless a time
     has passed on the host in which they must have come. */
  if (payload[0] != 0 && (board->tag != 0 || board->answers_sent == board->answers_reached)) {
    board->answers_sent = 0;
    board->answers_sent_bytes = 0;
  }
  /* The host has sent numbers that did not arrive. */
  if (sequence != board->expected) {
    board->is_gap = true;
    board->pending |= PENDING_STATUS;
  }
}

/* Puts a numbered frame into the queue, and the bytes of a pattern into theirs; false if there is
   no room. */
static bool enqueue(tare_board *board, uint8_t type, const uint8_t *payload, uint32_t count) {
  uint32_t kept = count, data = 0;
  uint16_t entry;
  if (type == TARE_PATTERN) {
    uint32_t offset;
    memcpy(&offset, payload, 4);
    kept = TARE_PATTERN_BYTES;
    data = count - kept;
    /* A pattern that never found its train must not be in the way of the next one. */
    if (offset == 0 && board->queue.used == 0 && board->phase == PHASE_NONE) drop_pattern(board);
    if (data > board->pattern.size || offset > board->pattern.size - data) data = 0;
    if (data > board->pattern.size - board->pattern.used) return false;
  }
  if (kept + 2 > board->queue.size - board->queue.used) return false;
  entry = (uint16_t)((type == TARE_PATTERN ? data : kept) | (uint32_t)type << 12);
  ring_put(&board->queue, &entry, 2);
  ring_put(&board->queue, payload, kept);
  if (data > 0) ring_put(&board->pattern, payload + kept, data);
  board->moved_bytes += kept + 2;
  board->moved_pattern += data;
  return true;
}

/* Takes a numbered frame if it is the next one and there is room for it. */
static void take_numbered(tare_board *board, uint8_t type, uint16_t sequence,
                          const uint8_t *payload, uint32_t count, uint8_t fault) {
  uint16_t ahead = (uint16_t)(sequence - board->expected);
  if (ahead == 0) {
    if (fault != TARE_REASON_NONE)
      send_error(board, fault, type, &no_number);
    else if (!enqueue(board, type, payload, count))
      return;
    board->expected++;
    board->is_gap_told = false;
  } else if (ahead >= 0x8000u) {
    board->pending |= PENDING_STATUS;
  } else if (!board->is_gap_told) {
    board->is_gap = board->is_gap_told = true;
    board->pending |= PENDING_STATUS;
  }
}

/* Of each message that a board takes: one more than its fixed bytes, and the bytes of each entry of
   a list: 0 where there is none, 0xFF for bytes of any number. */
static const uint8_t sizes[TARE_MULTIPLY + 1][2] = {
    [TARE_HELLO] = {1 + TARE_HELLO_BYTES, 1},
    [TARE_EMERGENCY_STOP] = {1, 0},
    [TARE_EMERGENCY_CLEAR] = {1 + TARE_EMERGENCY_CLEAR_BYTES, 0},
    [TARE_PING] = {1 + TARE_PING_BYTES, 0},
    [TARE_STOP] = {1, 0},
    [TARE_DESCRIBE] = {1, 0},
    [TARE_SET_ENVELOPE] = {1 + TARE_SET_ENVELOPE_BYTES, 0},
    [TARE_ARM] = {1 + TARE_ARM_BYTES, 0},
    [TARE_DISARM] = {1, 0},
    [TARE_PROFILE] = {1 + TARE_PROFILE_BYTES, 0},
    [TARE_PATTERN] = {1 + TARE_PATTERN_BYTES, 0xFF},
    [TARE_TRAINS] = {1 + TARE_TRAINS_BYTES, TARE_TRAIN_BYTES},
    [TARE_CELLS] = {1 + TARE_CELLS_BYTES, TARE_CELL_PULSES_BYTES},
    [TARE_READ] = {1 + TARE_READ_BYTES, 0},
    [TARE_COUNTS] = {1 + TARE_COUNTS_BYTES, 0},
    [TARE_OUTCOMES] = {1 + TARE_OUTCOMES_BYTES, 0},
    [TARE_MULTIPLY] = {1 + TARE_MULTIPLY_BYTES, 0xFF},
};

/* Whether it is a message that a board takes. */
static bool is_known(uint8_t type) { return type <= TARE_MULTIPLY && sizes[type][0] != 0; }

/* Whether a payload has the size that its message has. */
static bool is_well_formed(uint8_t type, const uint8_t *payload, uint32_t count) {
  uint32_t fixed = sizes[type][0] - 1u, entry = sizes[type][1];
  if (entry == 0) return count == fixed;
  if (entry == 0xFF) return count >= fixed;
  return count > fixed && count == fixed + 1 + payload[fixed] * entry;
}

/* Obeys a message that needs no session. */
static void take_free(tare_board *board, uint8_t type, const uint8_t *payload) {
  if (type == TARE_HELLO) {
    take_hello(board, payload);
  } else if (type == TARE_EMERGENCY_CLEAR) {
    clear_emergency(board, payload);
  } else {
    tare_emergency_stop(board);
    latch_emergency(board);
  }
}

/* Takes a frame whose checksum is right. */
static void take_frame(tare_board *board, const uint8_t *frame, uint32_t count) {
  uint8_t type = frame[1], fault = TARE_REASON_NONE;
  uint16_t numbers[3];
  const uint8_t *payload = frame + 8;
  bool is_numbered = type >= TARE_DESCRIBE && type < 0x80;
  memcpy(numbers, frame + 2, sizeof numbers);
  if (!is_known(type)) {
    /* What only boards say is an echo of the line, and is never answered. */
    if (!is_numbered) return;
    fault = TARE_REASON_UNSUPPORTED;
  } else if (!is_well_formed(type, payload, count - TARE_FRAME_OVERHEAD)) {
    fault = TARE_REASON_MALFORMED;
  }
  if (type >= TARE_PING) {
    if (board->session == 0 || numbers[0] != board->session) {
      board->pending |= PENDING_STALE;
      return;
    }
    if (board->is_opening) return;
    board->heard = now(board);
    take_acknowledged(board, numbers[2]);
  }
  if (is_numbered) {
    take_numbered(board, type, numbers[1], payload, count - TARE_FRAME_OVERHEAD, fault);
  } else if (fault != TARE_REASON_NONE) {
    send_error(board, fault, type, &no_number);
  } else if (type < TARE_PING) {
    take_free(board, type, payload);
  } else if (type == TARE_PING) {
    take_ping(board, payload, numbers[1]);
  } else {
    if (board->stop == TARE_REASON_NONE) board->stop = TARE_REASON_STOPPED;
    mark_trains(board, TARE_REASON_STOPPED);
  }
}

/* Undoes COBS where the bytes lie. Returns how many are left, or 0 if these are no canonical
   encoding. */
static uint32_t decode(uint8_t *bytes, uint32_t count) {
  uint32_t from = 0, to = 0, before = 0, end;
  while (from < count) {
    uint32_t code = bytes[from++];
    if (code - 1 > count - from) return 0;
    for (end = from + code - 1; from < end;) bytes[to++] = bytes[from++];
    if (from < count) {
      if (code < 0xFF) bytes[to++] = 0;
    } else if (code == 1 && before == 0xFF) {
      /* Nothing after a full block stands for nothing. */
      return 0;
    }
    before = code;
  }
  return to;
}

/* Takes what stood between two zeros, if it is a frame. */
static void take_encoded(tare_board *board, uint8_t *bytes, uint32_t count) {
  uint32_t crc;
  count = decode(bytes, count);
  if (count < TARE_FRAME_OVERHEAD || count > board->payload_room + TARE_FRAME_OVERHEAD) return;
  crc = crc_of(bytes, count - 4);
  if (!is_number(bytes + count - 4, crc) || bytes[0] != TARE_MAJOR << 4) return;
  take_frame(board, bytes, count);
}

void tare_receive(tare_board *board, const uint8_t *bytes, uint32_t count) {
  uint8_t *frame = board->setup->frame;
  uint32_t most = (uint32_t)(board->output - frame);
  for (; count > 0; count--, bytes++) {
    if (*bytes == 0) {
      if (board->input_length <= most) take_encoded(board, frame, board->input_length);
      board->input_length = 0;
    } else if (board->input_length < most) {
      frame[board->input_length++] = *bytes;
    } else {
      /* Too long: skipped up to the next zero. */
      board->input_length = UINT32_MAX;
    }
  }
}

/* ---- Polling ---- */

/* Sends STATUS where so much was taken, or done, that the host should know. */
static void watch_credit(tare_board *board) {
  if (board->moved_bytes > board->queue.size / 2
      || board->moved_pattern > board->pattern.size / 2) {
    board->pending |= PENDING_STATUS;
  }
}

/* Disarms where nothing was heard of the host for longer than it said. */
static void watch_lease(tare_board *board) {
  if (!board->is_armed) return;
  if (now(board) - board->heard <= (uint64_t)board->lease * 1000000u) return;
  mark_trains(board, TARE_REASON_LEASE);
  disarm(board, TARE_REASON_LEASE);
  board->pending |= PENDING_STATUS;
}

bool tare_poll(tare_board *board) {
  bool is_busy;
  latch_emergency(board);
  watch_lease(board);
  if (board->session != 0 && !board->is_opening) watch_credit(board);
  is_busy = poll_output(board);
  if (board->phase != PHASE_NONE) return poll_train(board) || is_busy;
  if (board->is_opening) {
    open_session(board);
    return true;
  }
  if (board->is_reading) return poll_read(board) || is_busy;
  return poll_queue(board) || is_busy;
}

/* ---- Start ---- */

/* Whether the setup is one that the core can work with. */
static bool is_sound(const tare_setup *setup) {
  const tare_capabilities *can = &setup->capabilities;
  return can->rows <= TARE_MOST_LINES && can->columns <= TARE_MOST_LINES
         && setup->group > 1 && setup->most_frame >= TARE_LEAST_FRAME
         && setup->queue_bytes >= setup->most_frame && setup->answer_bytes >= 4u * setup->most_frame
         && setup->journal_slots >= 16 && setup->pattern_bytes < UINT32_MAX / (2 * TARE_MOST_LINES)
         && (TARE_MOST_LINES < 1024 || can->tiles * tile_cells(setup) < 0x10000000u)
         && tare_memory_needed(setup) <= setup->memory_bytes;
}

/* Finds the last cells whose new counts were written beside the old ones, and writes them where
   they belong. */
static void redo_cells(tare_board *board) {
  tare_redo_record *redo = &board->scratch.redo;
  for (uint32_t place = 0; place < 2; place++) {
    if (!fetch(board, board->places.redo + place * (uint32_t)sizeof *redo, redo, sizeof *redo))
      return;
    if (redo->count > TARE_CELLS_PER_BLOCK || redo->number != board->number
        || redo->first < board->cell
        || redo->crc != record_crc(redo, 24 + redo->count * TARE_CELL_COUNTS_BYTES)) {
      continue;
    }
    move_counts(board, board->train.tile, redo->first, redo->count, redo->counts, true);
    board->cell = redo->first + redo->count;
    board->redo = (uint8_t)(place ^ 1u);
  }
}

/* Finishes the books of the train that power took. */
static void recover(tare_board *board) {
  tare_intent_record intent;
  uint32_t size;
  if (board->head.stage == STAGE_CLOSED) return;
  if (!fetch(board, board->places.intent, &intent, sizeof intent)) return;
  board->train = intent.train;
  board->number = intent.number;
  size = intent.train.pattern_bytes;
  if (intent.crc != record_crc(&intent, sizeof intent) || intent.number != board->head.taken)
    size = UINT32_MAX;
  if (size > board->pattern.size || !fetch(board, board->places.pattern, board->pattern.bytes, size)
      || crc_of(board->pattern.bytes, size) != intent.pattern_crc) {
    latch_fault(board, TARE_REASON_MEMORY);
    return;
  }
  if (size > 0) board->bits = board->pattern.bytes[0];
  /* What was booked before the power failed is not read again. */
  board->head.most += least(board->head.begun, UINT32_MAX - board->head.most);
  set_pair(board);
  board->phase = PHASE_BOOKING;
  board->cell = 0;
  if (board->head.stage == STAGE_FIRING) {
    board->steps = UINT32_MAX;
    board->done = board->head.sure;
    board->unsure = board->head.begun - board->head.sure;
    board->stop = TARE_REASON_POWER;
    board->energy = TARE_UNKNOWN_ENERGY;
    end_train(board);
  } else {
    redo_cells(board);
  }
  while (board->phase == PHASE_BOOKING) poll_books(board);
  board->phase = PHASE_NONE;
}

void tare_start(tare_board *board, const tare_setup *setup, const tare_hardware *hardware,
                void *port) {
  memset(board, 0, sizeof *board);
  board->setup = setup;
  board->hardware = hardware;
  board->port = port;
  clear_rings(board);
  board->payload_room = (uint16_t)least(setup->most_frame - TARE_FRAME_OVERHEAD, MOST_PAYLOAD);
  board->output = setup->frame + setup->most_frame + setup->most_frame / 254u + 2;
  (void)park(board);
  if (!is_sound(setup)) {
    latch_fault(board, TARE_REASON_FAULT);
    return;
  }
  if (!load(board, 0, &board->record, sizeof board->record)) {
    /* Blank, or lost: the board begins a new life. */
    if (board->fault == TARE_REASON_NONE) clear_books(board, false);
    if (board->fault == TARE_REASON_NONE) save_head(board);
    board->record.layout = layout_mark(setup);
  } else {
    lay_out_books(setup, false, &board->places);
    if (board->record.layout != layout_mark(setup)
        || !load(board, board->places.head, &board->head, sizeof board->head)) {
      latch_fault(board, TARE_REASON_MEMORY);
    }
  }
  if (board->fault == TARE_REASON_NONE) {
    recover(board);
    board->record.boots++;
    save(board, 0, &board->record, sizeof board->record);
  }
  board->clear_code = unlike(board, 5);
}
