/* Core of a crossbar board that speaks the Tare board protocol (SPECIFICATION.md).

   To make a board of a microcontroller: put tare_board.c and tare_board.h into its firmware, fill in the six
   functions of tare_hardware and the tables of tare_setup, and call tare_start() once, then tare_receive() with
   what has come over the line and tare_poll() as often as possible. Nothing is allocated, and nothing of a C
   library is used but memcpy and memset. ports/README.md says how fast each function must be. */
#ifndef TARE_BOARD_H
#define TARE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Generated from messages.json: begin */
#define TARE_MAJOR 1
#define TARE_MINOR 0
#define TARE_SCHEMA 0xB94DE52E71013F45ull

/* bytes of a frame that are not payload, before COBS: header 8, checksum 4 */
#define TARE_FRAME_OVERHEAD 12u
/* bytes of a decoded frame that every board takes, header and checksum included */
#define TARE_LEAST_FRAME 512u
/* cells of an odometer block, row-major over the tile */
#define TARE_CELLS_PER_BLOCK 64u
/* energy of a train whose board cannot know it */
#define TARE_UNKNOWN_ENERGY 18446744073709551615ull

/* What a train does to its cells. */
enum tare_train_kind {
  TARE_TRAIN_KIND_UP = 1,
  TARE_TRAIN_KIND_DOWN = 2,
  TARE_TRAIN_KIND_ALTERNATING = 3,
  TARE_TRAIN_KIND_COUNTS = 4,
  TARE_TRAIN_KIND_OUTER_PRODUCT = 5,
};

/* What idle lines are held at. */
enum tare_scheme {
  TARE_SCHEME_HALF_VOLTAGE = 1,
  TARE_SCHEME_THIRD_VOLTAGE = 2,
  TARE_SCHEME_FLOATING = 3,
  TARE_SCHEME_ISOLATED = 4,
};

/* How a train ended. */
enum tare_train_status {
  TARE_TRAIN_STATUS_FIRED = 1,
  TARE_TRAIN_STATUS_INTERRUPTED = 2,
  TARE_TRAIN_STATUS_UNCERTAIN = 3,
  TARE_TRAIN_STATUS_REJECTED = 4,
};

/* Why a train was rejected, stopped, or a request refused. */
enum tare_reason {
  TARE_REASON_NONE = 0,
  TARE_REASON_NOT_ARMED = 1,
  TARE_REASON_ENVELOPE = 2,
  TARE_REASON_GEOMETRY = 3,
  TARE_REASON_PATTERN = 4,
  TARE_REASON_PROFILE = 5,
  TARE_REASON_EXPIRED = 6,
  TARE_REASON_STOPPED = 7,
  TARE_REASON_LEASE = 8,
  TARE_REASON_EMERGENCY_STOP = 9,
  TARE_REASON_POWER = 10,
  TARE_REASON_COUNTER_FULL = 11,
  TARE_REASON_UNSUPPORTED = 12,
  TARE_REASON_GAP = 13,
  TARE_REASON_CONFLICT = 14,
  TARE_REASON_MALFORMED = 15,
  TARE_REASON_MEMORY = 16,
  TARE_REASON_FORMING = 17,
  TARE_REASON_FAULT = 18,
  TARE_REASON_RECONNECTED = 19,
  TARE_REASON_CHAINED = 20,
};

/* Who limits the current. */
enum tare_enforcer {
  TARE_ENFORCER_HARDWARE = 1,
  TARE_ENFORCER_FIRMWARE = 2,
  TARE_ENFORCER_NOBODY = 3,
};

/* What a power failure does to the counters. */
enum tare_durability {
  TARE_DURABILITY_VOLATILE = 0,
  TARE_DURABILITY_CHECKPOINTED = 1,
  TARE_DURABILITY_EVERY_PULSE = 2,
};

/* Types of messages. */
enum tare_message {
  TARE_HELLO = 0x01,
  TARE_HELLO_ACK = 0x02,
  TARE_EMERGENCY_STOP = 0x03,
  TARE_EMERGENCY_CLEAR = 0x04,
  TARE_EMERGENCY_STATE = 0x05,
  TARE_ERROR = 0x06,
  TARE_STALE = 0x07,
  TARE_PING = 0x10,
  TARE_STATUS = 0x11,
  TARE_STOP = 0x12,
  TARE_DESCRIBE = 0x20,
  TARE_SET_ENVELOPE = 0x21,
  TARE_ARM = 0x22,
  TARE_DISARM = 0x23,
  TARE_PROFILE = 0x24,
  TARE_PATTERN = 0x25,
  TARE_TRAINS = 0x26,
  TARE_CELLS = 0x27,
  TARE_READ = 0x28,
  TARE_COUNTS = 0x29,
  TARE_OUTCOMES = 0x2A,
  TARE_MULTIPLY = 0x2B,
  TARE_CAPABILITIES = 0x80,
  TARE_ENVELOPE = 0x81,
  TARE_ARMED = 0x82,
  TARE_PROFILE_SET = 0x84,
  TARE_READING = 0x85,
  TARE_OUTCOME = 0x86,
  TARE_FIRED = 0x87,
  TARE_DIGESTS = 0x88,
  TARE_COUNT_BLOCK = 0x89,
  TARE_NOT_KEPT = 0x8A,
  TARE_PRODUCT = 0x8B,
  TARE_REFUSED = 0x8C,
};

/* Structures and payloads. In a layout each field is its number of bytes, or 0x80 and the number where
   it is bytes in a row; texts, bytes and lists are not part of it. */

typedef struct {
  uint8_t kind; /* enum tare_train_kind */
  uint8_t profile;
  uint8_t scheme; /* enum tare_scheme */
  uint8_t tile;
  uint16_t row;
  uint16_t rows;
  uint16_t column;
  uint16_t columns;
  uint32_t count;
  uint32_t read_every;
  uint32_t averages;
  uint32_t pattern_bytes;
  uint32_t digest;
} tare_train;
#define TARE_TRAIN_LAYOUT {1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 0}
#define TARE_TRAIN_BYTES 32u

typedef struct {
  uint16_t row;
  uint16_t column;
  int16_t count;
  uint32_t digest;
} tare_cell_pulses;
#define TARE_CELL_PULSES_LAYOUT {2, 2, 2, 4, 0}
#define TARE_CELL_PULSES_BYTES 10u

typedef struct {
  uint8_t status; /* enum tare_train_status */
  uint8_t reason; /* enum tare_reason */
  uint32_t digest;
  uint32_t steps;
  uint32_t uncertain_steps;
  uint64_t up;
  uint64_t down;
  uint64_t uncertain;
  uint64_t duration; /* ns */
  uint64_t energy; /* fJ */
} tare_train_outcome;
#define TARE_TRAIN_OUTCOME_LAYOUT {1, 1, 4, 4, 4, 8, 8, 8, 8, 8, 0}
#define TARE_TRAIN_OUTCOME_BYTES 54u

typedef struct {
  uint32_t current; /* nA */
} tare_set_point;
#define TARE_SET_POINT_LAYOUT {4, 0}
#define TARE_SET_POINT_BYTES 4u

typedef struct {
  uint32_t up;
  uint32_t down;
} tare_cell_counts;
#define TARE_CELL_COUNTS_LAYOUT {4, 4, 0}
#define TARE_CELL_COUNTS_BYTES 8u

typedef struct {
  uint32_t nonce;
  uint8_t least_minor;
  uint8_t most_minor;
  uint8_t is_dry;
  /* besides: program (text) */
} tare_hello;
#define TARE_HELLO_LAYOUT {4, 1, 1, 1, 0}
#define TARE_HELLO_BYTES 7u

typedef struct {
  uint32_t nonce;
  uint16_t session;
  uint8_t least_minor;
  uint8_t most_minor;
  uint64_t schema;
  uint8_t board[16];
  uint64_t epoch;
  uint32_t boots;
  uint64_t taken;
  uint64_t oldest_kept;
  uint64_t up;
  uint64_t down;
  uint64_t clock; /* ns */
  uint8_t emergency_stop;
  uint8_t fault; /* enum tare_reason */
  uint32_t clear_code;
  uint8_t is_dry;
  uint8_t durability; /* enum tare_durability */
  uint16_t most_frame;
  uint32_t queue_bytes;
  uint32_t pattern_bytes;
  uint8_t profiles;
  uint16_t journal_slots;
  uint32_t group;
} tare_hello_ack;
#define TARE_HELLO_ACK_LAYOUT {4, 2, 1, 1, 8, 144, 8, 4, 8, 8, 8, 8, 8, 1, 1, 4, 1, 1, 2, 4, 4, 1, 2, 4, 0}
#define TARE_HELLO_ACK_BYTES 109u

typedef struct {
  uint32_t clear_code;
} tare_emergency_clear;
#define TARE_EMERGENCY_CLEAR_LAYOUT {4, 0}
#define TARE_EMERGENCY_CLEAR_BYTES 4u

typedef struct {
  uint8_t is_latched;
  uint32_t clear_code;
  uint64_t clock; /* ns */
} tare_emergency_state;
#define TARE_EMERGENCY_STATE_LAYOUT {1, 4, 8, 0}
#define TARE_EMERGENCY_STATE_BYTES 13u

typedef struct {
  uint8_t reason; /* enum tare_reason */
  uint8_t type;
  uint64_t number;
} tare_error;
#define TARE_ERROR_LAYOUT {1, 1, 8, 0}
#define TARE_ERROR_BYTES 10u

typedef struct {
  uint16_t session;
} tare_stale;
#define TARE_STALE_LAYOUT {2, 0}
#define TARE_STALE_BYTES 2u

typedef struct {
  uint8_t is_gap;
  uint32_t tag;
} tare_ping;
#define TARE_PING_LAYOUT {1, 4, 0}
#define TARE_PING_BYTES 5u

typedef struct {
  uint32_t tag;
  uint8_t is_gap;
  uint8_t is_armed;
  uint8_t reason; /* enum tare_reason */
  uint32_t credit_bytes;
  uint32_t credit_pattern;
  uint64_t done;
  uint64_t clock; /* ns */
} tare_status;
#define TARE_STATUS_LAYOUT {4, 1, 1, 1, 4, 4, 8, 8, 0}
#define TARE_STATUS_BYTES 31u

typedef struct {
  uint32_t amplitude; /* uV */
  uint32_t forming_amplitude; /* uV */
  uint64_t least_width; /* ps */
  uint64_t most_width; /* ps */
  uint64_t volt_seconds; /* uV ns */
  uint64_t least_period; /* ps */
  uint32_t compliance; /* nA */
  uint32_t steps;
  uint32_t odometer;
} tare_set_envelope;
#define TARE_SET_ENVELOPE_LAYOUT {4, 4, 8, 8, 8, 8, 4, 4, 4, 0}
#define TARE_SET_ENVELOPE_BYTES 52u

typedef struct {
  uint16_t envelope;
  uint32_t lease; /* ms */
  uint8_t for_forming;
} tare_arm;
#define TARE_ARM_LAYOUT {2, 4, 1, 0}
#define TARE_ARM_BYTES 7u

typedef struct {
  uint8_t profile;
  uint32_t amplitude; /* uV */
  uint64_t width; /* ps */
  uint64_t rise; /* ps */
  uint64_t fall; /* ps */
  uint64_t period; /* ps */
  uint32_t compliance; /* nA */
} tare_profile;
#define TARE_PROFILE_LAYOUT {1, 4, 8, 8, 8, 8, 4, 0}
#define TARE_PROFILE_BYTES 41u

typedef struct {
  uint32_t offset;
  /* besides: data (bytes) */
} tare_pattern;
#define TARE_PATTERN_LAYOUT {4, 0}
#define TARE_PATTERN_BYTES 4u

typedef struct {
  uint64_t first;
  uint64_t not_after; /* ns */
  uint16_t envelope;
  uint8_t is_chained;
  /* besides: trains ([train]) */
} tare_trains;
#define TARE_TRAINS_LAYOUT {8, 8, 2, 1, 0}
#define TARE_TRAINS_BYTES 19u

typedef struct {
  uint64_t first;
  uint64_t not_after; /* ns */
  uint16_t envelope;
  uint8_t is_chained;
  uint8_t profile;
  uint8_t scheme; /* enum tare_scheme */
  uint8_t tile;
  /* besides: cells ([cell pulses]) */
} tare_cells;
#define TARE_CELLS_LAYOUT {8, 8, 2, 1, 1, 1, 1, 0}
#define TARE_CELLS_BYTES 22u

typedef struct {
  uint32_t request;
  uint8_t tile;
  uint16_t row;
  uint16_t rows;
  uint16_t column;
  uint16_t columns;
  uint32_t averages;
  uint32_t amplitude; /* uV */
} tare_read;
#define TARE_READ_LAYOUT {4, 1, 2, 2, 2, 2, 4, 4, 0}
#define TARE_READ_BYTES 21u

typedef struct {
  uint8_t tile;
  uint32_t block;
  uint32_t blocks;
  uint8_t only_digests;
} tare_counts;
#define TARE_COUNTS_LAYOUT {1, 4, 4, 1, 0}
#define TARE_COUNTS_BYTES 10u

typedef struct {
  uint64_t first;
  uint16_t count;
} tare_outcomes;
#define TARE_OUTCOMES_LAYOUT {8, 2, 0}
#define TARE_OUTCOMES_BYTES 10u

typedef struct {
  uint32_t request;
  uint8_t tile;
  uint16_t row;
  uint16_t rows;
  uint16_t column;
  uint16_t columns;
  uint8_t is_transposed;
  /* besides: input (bytes) */
} tare_multiply;
#define TARE_MULTIPLY_LAYOUT {4, 1, 2, 2, 2, 2, 1, 0}
#define TARE_MULTIPLY_BYTES 14u

typedef struct {
  uint8_t tiles;
  uint16_t rows;
  uint16_t columns;
  uint8_t kinds;
  uint8_t schemes;
  uint8_t can_form;
  uint8_t can_multiply;
  uint8_t has_dry_run;
  uint32_t longest_train;
  uint32_t longest_line;
  uint32_t least_amplitude; /* uV */
  uint32_t most_amplitude; /* uV */
  uint32_t step_amplitude; /* uV */
  uint64_t least_width; /* ps */
  uint64_t most_width; /* ps */
  uint64_t step_width; /* ps */
  uint64_t least_edge; /* ps */
  uint64_t most_edge; /* ps */
  uint64_t step_edge; /* ps */
  uint64_t least_period; /* ps */
  uint64_t most_period; /* ps */
  uint64_t step_period; /* ps */
  uint8_t enforcer; /* enum tare_enforcer */
  int64_t least_weight; /* 1e-9 */
  uint64_t step_weight; /* 1e-12 */
  uint8_t bits;
  uint64_t noise; /* 1e-12 */
  uint16_t parallel_columns;
  uint64_t sample_time; /* ps */
  uint32_t most_averages;
  uint32_t least_read_amplitude; /* uV */
  uint32_t most_read_amplitude; /* uV */
  uint32_t step_read_amplitude; /* uV */
  uint64_t shortest_measurable; /* ps */
  uint64_t conductance_at_zero; /* aS */
  uint64_t conductance_per_unit; /* aS */
  uint32_t nominal_amplitude; /* uV */
  uint64_t nominal_width; /* ps */
  uint64_t nominal_rise; /* ps */
  uint64_t nominal_fall; /* ps */
  uint64_t nominal_period; /* ps */
  uint32_t nominal_compliance; /* nA */
  /* besides: model (text), serialNumber (text), firmware (text), setPoints ([set point]) */
} tare_capabilities;
#define TARE_CAPABILITIES_LAYOUT {1, 2, 2, 1, 1, 1, 1, 1, 4, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8, 1, 8, 8, 1, 8, 2, 8, 4, 4, 4, 4, 8, 8, 8, 4, 8, 8, 8, 8, 4, 0}
#define TARE_CAPABILITIES_BYTES 218u

typedef struct {
  uint16_t envelope;
  uint32_t amplitude; /* uV */
  uint32_t forming_amplitude; /* uV */
  uint64_t least_width; /* ps */
  uint64_t most_width; /* ps */
  uint64_t volt_seconds; /* uV ns */
  uint64_t least_period; /* ps */
  uint32_t compliance; /* nA */
  uint32_t steps;
  uint32_t odometer;
} tare_envelope;
#define TARE_ENVELOPE_LAYOUT {2, 4, 4, 8, 8, 8, 8, 4, 4, 4, 0}
#define TARE_ENVELOPE_BYTES 54u

typedef struct {
  uint8_t is_armed;
  uint8_t reason; /* enum tare_reason */
  uint16_t envelope;
  uint32_t lease; /* ms */
} tare_armed;
#define TARE_ARMED_LAYOUT {1, 1, 2, 4, 0}
#define TARE_ARMED_BYTES 8u

typedef struct {
  uint8_t profile;
  uint32_t amplitude; /* uV */
  uint64_t width; /* ps */
  uint64_t rise; /* ps */
  uint64_t fall; /* ps */
  uint64_t period; /* ps */
  uint32_t compliance; /* nA */
} tare_profile_set;
#define TARE_PROFILE_SET_LAYOUT {1, 4, 8, 8, 8, 8, 4, 0}
#define TARE_PROFILE_SET_BYTES 41u

typedef struct {
  uint64_t train;
  uint32_t request;
  uint32_t after_steps;
  uint32_t first;
  uint32_t cells;
  uint32_t averages;
  uint32_t saturated;
  uint64_t duration; /* ns */
  uint8_t width;
  /* besides: sums (bytes) */
} tare_reading;
#define TARE_READING_LAYOUT {8, 4, 4, 4, 4, 4, 4, 8, 1, 0}
#define TARE_READING_BYTES 41u

typedef struct {
  uint64_t first;
  uint64_t up;
  uint64_t down;
  uint64_t clock; /* ns */
  /* besides: outcomes ([train outcome]) */
} tare_outcome;
#define TARE_OUTCOME_LAYOUT {8, 8, 8, 8, 0}
#define TARE_OUTCOME_BYTES 32u

typedef struct {
  uint64_t first;
  uint16_t count;
  uint64_t up;
  uint64_t down;
  uint64_t clock; /* ns */
} tare_fired;
#define TARE_FIRED_LAYOUT {8, 2, 8, 8, 8, 0}
#define TARE_FIRED_BYTES 34u

typedef struct {
  uint8_t tile;
  uint32_t block;
  /* besides: digests (bytes) */
} tare_digests;
#define TARE_DIGESTS_LAYOUT {1, 4, 0}
#define TARE_DIGESTS_BYTES 5u

typedef struct {
  uint8_t tile;
  uint32_t cell;
  /* besides: counts ([cell counts]) */
} tare_count_block;
#define TARE_COUNT_BLOCK_LAYOUT {1, 4, 0}
#define TARE_COUNT_BLOCK_BYTES 5u

typedef struct {
  uint64_t first;
  uint16_t count;
} tare_not_kept;
#define TARE_NOT_KEPT_LAYOUT {8, 2, 0}
#define TARE_NOT_KEPT_BYTES 10u

typedef struct {
  uint32_t request;
  uint16_t first;
  uint16_t lines;
  /* besides: sums (bytes) */
} tare_product;
#define TARE_PRODUCT_LAYOUT {4, 2, 2, 0}
#define TARE_PRODUCT_BYTES 8u

typedef struct {
  uint8_t type;
  uint32_t request;
  uint8_t reason; /* enum tare_reason */
} tare_refused;
#define TARE_REFUSED_LAYOUT {1, 4, 1, 0}
#define TARE_REFUSED_BYTES 6u
/* Generated from messages.json: end */

/* A set of lines: bit n of byte n / 8 is line n of the tile. */
typedef const uint8_t *tare_lines;

/* A pulse, as a profile describes it. */
typedef tare_profile_set tare_shape;

/* What the hardware does. All functions return false if it failed; the board then parks and latches a fault. */
typedef struct {
  /* Nanoseconds since the start, never backwards. */
  uint64_t (*clock)(void *port);
  /* Takes bytes for the host; returns how many, 0 if none now. Never waits. */
  uint32_t (*send)(void *port, const uint8_t *bytes, uint32_t count);
  /* Reads or writes durable memory. A write has happened when the call returns, whatever happens to the power
     then; calls that were made before it as well. */
  bool (*memory)(void *port, uint32_t address, void *bytes, uint32_t count, bool is_write);
  /* Lets pulses pass or not. Off means every line at a potential at which no cell can switch. */
  bool (*outputs)(void *port, bool are_on);
  /* Fires pulses of one polarity on every cell at a crossing of a row and a column, all at once, one period
     apart. Adds the energy in the cells in femtojoules to that of the train so far, or sets it to
     TARE_UNKNOWN_ENERGY; a board does always the same of both. */
  bool (*pulse)(void *port, const tare_shape *shape, uint8_t scheme, uint8_t tile, tare_lines rows,
                tare_lines columns, bool is_up, uint32_t count, uint64_t *energy);
  /* Reads cells of one row: each sum is that of the codes of all samples. Adds the cells that lay at an end of
     the range, and the time that it took in nanoseconds. An amplitude of 0 stands for the board's own. */
  bool (*read)(void *port, uint8_t tile, uint16_t row, uint16_t column, uint16_t columns, uint32_t averages,
               uint32_t amplitude, uint32_t *sums, uint32_t *saturated, uint64_t *duration);
  /* One sum of a matrix-vector product, in units of 1e-9: of the region's row of that number, counted from 0, over its
     columns; where it is transposed of its column of that number, over its rows. NULL on boards that cannot. */
  bool (*multiply)(void *port, const tare_multiply *asked, uint16_t number, const int16_t *input,
                   int64_t *sum);
} tare_hardware;

/* What the board is, and the memory that the core works in. */
typedef struct {
  const char *model, *serial_number, *firmware;
  /* The fields of CAPABILITIES; those that say what the core can do are filled in by the core. */
  tare_capabilities capabilities;
  const uint32_t *set_points; /* nA */
  uint8_t set_point_count;
  uint8_t board[16];
  /* Limits that no host can widen. */
  tare_envelope limits;
  uint8_t durability;
  /* Steps counted together before they are fired, at least 2: a group must take less than the emergency stop may. */
  uint32_t group;
  /* Decoded frames, at least TARE_LEAST_FRAME; queue, answers and pattern as the RAM allows. */
  uint16_t most_frame;
  uint8_t *frame;     /* 2 x (most_frame + most_frame / 254 + 2) bytes: one that comes, one that goes */
  uint8_t *queue;     uint32_t queue_bytes;
  uint8_t *answers;   uint32_t answer_bytes; /* at least four frames */
  uint8_t *pattern;   uint32_t pattern_bytes;
  tare_shape *profiles; uint8_t profile_count;
  uint16_t journal_slots; /* at least 16 */
  /* Bytes of durable memory; tare_memory_needed() says how many there must be. */
  uint32_t memory_bytes;
  /* Whether there is room for a second set of books, for dry sessions. */
  bool has_dry_run;
} tare_setup;

/* Most word lines and most bit lines of a tile; a port with larger ones raises it. */
#ifndef TARE_MOST_LINES
#define TARE_MOST_LINES 256u
#endif

/* Bytes that are taken in the order in which they were put. */
typedef struct {
  uint8_t *bytes;
  uint32_t size, head, used;
} tare_ring;

/* Records of the durable memory. None has padding, and all but the intent begin with checksum and sequence
   number: they have two places that are written in turn. */

/* What belongs to the board, whichever books are open. */
typedef struct {
  uint32_t crc, sequence;
  uint32_t layout; /* checksum of what the places in memory follow from */
  uint32_t boots;
  uint16_t session;
  uint8_t is_latched; /* the emergency stop */
  uint8_t unused;
} tare_board_record;

/* Where a set of books stands. */
typedef struct {
  uint32_t crc, sequence;
  uint64_t epoch, taken;
  uint64_t sums[2]; /* all up and all down pulses */
  uint32_t sure, begun; /* steps of train `taken` */
  uint32_t most;        /* no cell has counted more pulses of either polarity */
  uint16_t slot;        /* of train `taken` in the journal */
  uint8_t stage;        /* of its books */
  uint8_t unused;
} tare_head_record;

/* The train that is fired, with its pattern behind it. */
typedef struct {
  uint32_t crc, pattern_crc;
  uint64_t number;
  tare_train train;
} tare_intent_record;

/* An outcome in the journal: behind the checksum as OUTCOME carries it. */
typedef struct {
  uint32_t crc, unused;
  tare_outcome told;
  uint8_t count, outcome[TARE_TRAIN_OUTCOME_BYTES], unused_too;
} tare_journal_record;

/* New counts of cells of one odometer block, written before the cells themselves are. */
typedef struct {
  uint32_t crc, first, count, unused;
  uint64_t number;
  uint32_t counts[TARE_CELLS_PER_BLOCK][2]; /* up and down */
} tare_redo_record;

/* Where a set of books lies. */
typedef struct {
  uint32_t head, redo, journal, intent, pattern, cells;
} tare_places;

/* The core of a board; its fields are its own. They stand where a Cortex-M0+ takes the least
   code to reach them: small ones first, then those that are used often. */
typedef struct tare_board {
  uint8_t fault, pending; /* latched fault; messages without a number that wait */
  bool is_dry, is_dry_next;
  uint16_t session, envelopes; /* envelopes that were ever set */
  uint16_t payload_room;

  /* From here to `setup`: what is forgotten when a session begins. */
  bool is_gap, is_gap_told;    /* to be told to the host, told already */
  uint8_t disarm_reason, mark; /* why the board was disarmed, why trains that wait are not to be fired */
  bool is_opening, is_armed, for_forming, is_reading, is_pattern_bad;
  /* The running train: what happens to it, why it stops, its pattern, the next place of new counts, steps that
     belong to the one before them. */
  uint8_t phase, stop, bits, sign_pairs, redo, pair;
  uint8_t answer_type; /* of the answer that is put together */
  bool is_short;  /* can be told by FIRED */
  bool was_whole; /* the train that was begun or rejected last ran whole */
  uint8_t read_tile;
  uint16_t expected; /* number of the next frame */
  uint16_t read_region[4];
  uint32_t moved_bytes, moved_pattern; /* taken or done since the last STATUS */
  /* Answers: the number of the first, how many there are, how many of them have been sent, now and ever. */
  uint16_t first_answer, answer_count, answers_sent, answers_reached;
  uint32_t steps, done, unsure, next_read, slots, cell;
  uint32_t untold; /* trains that ran whole and have not been told */
  uint32_t answers_sent_bytes;
  uint32_t tag;    /* of the last PING */
  uint32_t marked; /* bytes of the queue whose trains are not to be fired */
  /* The frame at the head of the queue: what of it has been done, and the pattern before it. */
  uint32_t progress, collected;

  const tare_setup *setup;
  uint8_t *output;
  const tare_hardware *hardware;
  void *port;

  const tare_shape *shape;
  uint64_t heard; /* when a frame of the session came last */
  uint64_t number, energy, read_time;
  uint64_t asked_number; /* of the train that the queue is at */
  uint64_t untold_first;
  tare_train train;

  /* Durable memory, and emergency stops that have been dealt with. */
  tare_head_record head;
  uint32_t emergencies_seen;
  uint32_t answer_start;
  tare_board_record record;

  uint32_t read_amplitude;
  uint32_t input_length;
  uint32_t clear_code;
  uint32_t output_length, output_sent, output_code, output_crc;
  volatile uint32_t emergencies; /* all emergency stops */
  uint32_t nonce;
  uint32_t lease; /* ms */
  tare_ring pattern, queue, answers;
  tare_error error;
  tare_reading part; /* the next part of the read that is under way */

  uint8_t rows[(TARE_MOST_LINES + 7) / 8], columns[(TARE_MOST_LINES + 7) / 8];
  tare_places places; /* of the books that are open */
  tare_envelope envelope;
  union {
    tare_redo_record redo;
    tare_journal_record journal;
    uint32_t sums[sizeof(tare_redo_record) / 4];
    uint8_t bytes[sizeof(tare_redo_record)];
    int16_t input[TARE_MOST_LINES];
  } scratch;
} tare_board;

/* Bytes of a struct tare_board as the core was built; for callers that were built with other macros. */
uint32_t tare_board_bytes(void);

/* Bytes of durable memory that a board of this setup needs. */
uint32_t tare_memory_needed(const tare_setup *setup);

/* Reads the durable memory, or makes it if it was never written; finishes the books of a train that power took;
   outputs go off. The setup and the hardware must stay where they are. */
void tare_start(tare_board *board, const tare_setup *setup, const tare_hardware *hardware, void *port);

/* Takes bytes that came over the line: any number, at any time but not from within another call. */
void tare_receive(tare_board *board, const uint8_t *bytes, uint32_t count);

/* Does a little: sends, goes on with the running train for at most a group of steps, watches the lease. Returns
   whether there is more to do at once. */
bool tare_poll(tare_board *board);

/* Outputs off and latched. The one function that may be called from an interrupt: a break on the line, a button, a
   USB request. */
void tare_emergency_stop(tare_board *board);

#endif
