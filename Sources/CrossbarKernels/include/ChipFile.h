#pragma once

// The file in which a simulated chip lives: a memory map of the structures below, in the byte order of
// the machine. docs/decisions/0008-simulated-chip-in-a-file.md says why a killed process leaves it exact.

#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

/// The first page of the file.
typedef struct {
  /// "TARECHIP", and a number that shows the byte order.
  uint64_t magic;
  uint32_t version, byte_order;
  /// Bytes of the whole file, and of the text of the settings on the second page and after it.
  uint64_t length, settings_bytes;
  /// CRC-32C of that text; the serial number of the chip; what changes when its memory is lost.
  uint32_t settings_digest, serial;
  uint64_t epoch;
  /// CRC-32C of everything above.
  uint32_t checksum, reserved;
  /// The number of the last train: stored after the journal's entry for it, so that it is never ahead.
  uint64_t last_number;
} crossbar_chip_header;

/// Sums over the life of the chip.
typedef struct {
  uint64_t up, down;
  /// Seconds.
  double clock;
} crossbar_chip_books;

/// A place of the journal.
typedef struct {
  uint64_t number;
  uint32_t digest, reserved;
  uint64_t steps, up, down;
  double clock;
} crossbar_chip_outcome;

/// What a tile remembers besides its cells.
typedef struct {
  /// Counts what redraws the write noise of all cells; whether drift has ever been called.
  uint32_t epoch, has_drifted;
  /// Seconds that drift has been called for.
  double drift_time;
} crossbar_chip_tile;

/// Bytes that are about to change: `rows` pieces of `row_bytes`, each `stride` bytes after the last.
typedef struct {
  uint64_t offset, row_bytes, stride, rows;
} crossbar_chip_block;

/// Stores a number that says that everything stored before it is there, and before everything after it.
///
/// A killed thread stops between two of its instructions, so that what matters is the order of the
/// instructions; the fences hold the compiler to it, and other threads' stores with it.
static inline void crossbar_publish(uint64_t *place, uint64_t value) {
  __atomic_store_n(place, value, __ATOMIC_RELEASE);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#if defined(__cplusplus)
}
#endif
