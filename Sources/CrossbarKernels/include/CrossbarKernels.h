#pragma once

// The inner loops of the simulated crossbar, over sixteen cells at a time.
//
// They are C because vector code in Swift 6.3 either becomes scalar (square roots, conversions) or needs
// compiler flags that a package used by others may not set; see docs/decisions. Every arithmetic step is
// written out and never contracted, so that all processors give the same bits.

#include <stdint.h>

#include "ChipFile.h"

#if defined(__cplusplus)
extern "C" {
#endif

/// How many cells a vector holds; rows are padded to a multiple of it.
#define CROSSBAR_LANES 16

/// The shape of the mean step; `ResponseModels` documents the equations.
typedef enum {
  CROSSBAR_LINEAR = 0,
  CROSSBAR_SOFT_BOUNDS_REFERENCE = 1,
  CROSSBAR_EXPONENTIAL = 2,
  CROSSBAR_POWER = 3,
  CROSSBAR_PIECEWISE = 4,
} crossbar_response;

/// The cells of one tile, a structure of arrays. Arrays have `stride` entries a row.
typedef struct {
  crossbar_response response;
  /// Cycle-to-cycle noise relative to the step; 0 draws no random number.
  float noise;
  /// Weights of the three parts of the noise: the step at hand, the step at weight 0, and the part of
  /// the exponential response that does not scale with the step.
  float noise_of_step, noise_of_nominal, noise_of_weight;
  float std_add, std_slope;
  /// ExpStep.
  float exp_a_up, exp_a_down, exp_gamma_up, exp_gamma_down, exp_a, exp_b;
  /// PiecewiseStep: `nodes` entries each.
  const float *table_up, *table_down;
  int32_t nodes;
  /// The key of the random numbers, and what tells this tile's from another's.
  uint32_t key0, key1, tile;
  int32_t stride;
  /// The weights that pulses move.
  float *weights;
  const float *max_bound, *min_bound, *step_up, *step_down;
  /// LinearStep: slopes. PowStep: exponents. NULL for the others.
  const float *shape_up, *shape_down;
  /// NULL where cells have no reference.
  const float *reference;
  /// Conductance of a cell: at_zero + per_unit * weight, not below 0.
  float conductance_at_zero, conductance_per_unit;
  /// The odometer: pulses of each polarity since the cell exists.
  uint32_t *fired_up, *fired_down;
  /// Pulses after which a cell no longer moves, or NULL where cells do not wear.
  const uint32_t *life;
} crossbar_cells;

/// Which pulses the cells of a region get.
typedef enum {
  CROSSBAR_UNIFORM = 0,
  CROSSBAR_ALTERNATING = 1,
  CROSSBAR_COUNTS = 2,
  CROSSBAR_OUTER_PRODUCT = 3,
} crossbar_pattern;

/// A part of a train: slots `first_slot ..< last_slot` of its pattern.
typedef struct {
  crossbar_pattern pattern;
  /// Uniform: 1 for up.
  int32_t up;
  int32_t first_slot, last_slot;
  int32_t first_row, first_column, last_column;
  /// Counts: row-major over the region. A cell takes part in slot t while t < |count|.
  const int16_t *counts;
  /// Outer product: bytes [slot][row of the region] and [slot][column of the region], 1 where it fires.
  const uint8_t *row_fires, *column_fires;
  int32_t rows;
  /// Outer product: 1 where the line carries a negative number.
  const uint8_t *row_negative, *column_negative;
} crossbar_pulses;

/// Fires the pulses on rows `first_row ..< last_row` of the tile and counts them in the odometer.
///
/// `conductance_sums`, one entry a row of the region, receives the conductances of the cells at their
/// pulses, summed over the pulses: times V^2 and the width they are the energy.
void crossbar_apply(const crossbar_cells *cells, const crossbar_pulses *pulses, int32_t first_row,
                int32_t last_row, double *conductance_sums);

/// Counts the lines that fire in a slot of a train: 1 in `row_up` or `row_down` for each slot in time in which a row
/// is selected for pulses of that polarity, and in `column_up` and `column_down` as many as there are of a column.
///
/// Arrays have an entry for each line of the tile, and are 0 before. `all` receives the slots in time of each polarity,
/// up first.
void crossbar_count_lines(const crossbar_pulses *pulses, int32_t slot, int32_t *row_up,
                          int32_t *row_down, int32_t *column_up, int32_t *column_down,
                          int32_t all[2]);

/// What the cells of a tile feel in a slot besides their own pulses.
typedef struct {
  /// What half-selected cells move by, as a part of a full pulse: those that share a selected line, by the polarity
  /// of the pulse, and all others, by the opposite one.
  float line, elsewhere;
  /// The part of the distance to the state of rest that time takes away.
  float fade;
  /// The state of rest of each cell.
  const float *rest;
  /// What a weight is more than its single precision holds: single exposures are less than that.
  float *remainders;
  /// From `crossbar_count_lines`.
  const int32_t *row_up, *row_down, *column_up, *column_down;
  int32_t all_up, all_down;
} crossbar_surroundings;

/// Moves the cells of rows `first_row ..< last_row` of the tile by what they felt in a slot; its own pulses a cell
/// does not feel twice.
void crossbar_settle(const crossbar_cells *cells, const crossbar_pulses *pulses, int32_t slot,
                     const crossbar_surroundings *around, int32_t first_row, int32_t last_row);

/// The weights that a read sees, without read noise: the state plus the write noise that the cell's
/// last pulse left.
void crossbar_visible(const crossbar_cells *cells, float write_noise, uint32_t epoch, int32_t row,
                  int32_t first_column, int32_t last_column, float *out);

/// The same for cells below each other: those of a column, each `step` places behind the last in `out`.
void crossbar_visible_below(const crossbar_cells *cells, float write_noise, uint32_t epoch,
                            int32_t column, int32_t first_row, int32_t last_row, int32_t step,
                            float *out);

/// A converter: `noise` is the standard deviation of one sample, `step` 0 where it does not quantise.
typedef struct {
  float noise, lowest, highest, step;
  int32_t averages;
} crossbar_converter;

/// Averages samples of `values`, in place; a converter with steps gives the sum of the codes of all samples
/// instead, in `sums`. `samples` counts the samples that each cell has given so far.
///
/// Returns the number of cells with a sample at an end of the range.
int32_t crossbar_convert(const crossbar_cells *cells, const crossbar_converter *converter, int32_t row,
                     int32_t first_column, int32_t last_column, uint32_t *samples, float *values,
                     uint32_t *sums);

/// The same for cells below each other: those of a column, each `step` places behind the last in `values` and `sums`.
int32_t crossbar_convert_below(const crossbar_cells *cells, const crossbar_converter *converter,
                               int32_t column, int32_t first_row, int32_t last_row, int32_t step,
                               uint32_t *samples, float *values, uint32_t *sums);

/// Standard normal number `ordinal` of a cell, as the kernels draw it; `purpose` 0 is the noise of a
/// pulse, 1 write noise, 2 read noise. For tests.
float crossbar_gaussian(uint32_t key0, uint32_t key1, uint32_t tile, uint32_t purpose, uint32_t row,
                    uint32_t column, uint32_t ordinal, uint32_t epoch);

#if defined(__cplusplus)
}
#endif
