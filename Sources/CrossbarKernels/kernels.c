#include "CrossbarKernels.h"

#include "vectors.h"

// The loops below are compiled once for each generation of x86-64 and chosen when the program starts.
// No generation contracts multiplications and additions, so that all give the same bits.
#if defined(__x86_64__) && defined(__linux__)
#define EVERY_PROCESSOR __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EVERY_PROCESSOR
#endif

enum { PULSE_NOISE = 0, WRITE_NOISE = 1, READ_NOISE = 2 };

INLINE i16 lane_numbers(void) {
  return (i16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

/// The address of the random numbers of sixteen cells of a row.
INLINE u16 addresses(int32_t row, int32_t column) {
  return (u16)lane_numbers() + ((uint32_t)row << 16) + (uint32_t)column;
}

/// Four random words for each cell, shared by its numbers 4 g ... 4 g + 3.
INLINE void words(const crossbar_cells *cells, uint32_t purpose, uint32_t epoch, u16 address, u16 group,
                  u16 out[4]) {
  out[0] = address;
  out[1] = group;
  out[2] = (u16)((cells->tile << 8) | purpose);
  out[3] = (u16)epoch;
  philox(out, cells->key0, cells->key1);
}

/// One standard normal number for each cell, each cell at its own place in its sequence.
INLINE f16 gaussian_at(const crossbar_cells *cells, uint32_t purpose, uint32_t epoch, u16 address,
                       u16 ordinal) {
  u16 w[4];
  words(cells, purpose, epoch, address, ordinal >> 2, w);
  i16 second_pair = (i16)(ordinal << 30) >> 31;
  f16 first, second;
  box_muller(choose_bits(second_pair, w[2], w[0]), choose_bits(second_pair, w[3], w[1]), &first,
             &second);
  return choose((i16)(ordinal << 31) >> 31, second, first);
}

/// Cells from anywhere in a tile, side by side: where few cells of each vector take part, those of many share one.
typedef struct {
  /// Cells that are there; the lanes behind them repeat the first.
  int32_t count;
  int32_t row[CROSSBAR_LANES], column[CROSSBAR_LANES];
  int64_t at[CROSSBAR_LANES];
} gathering;

INLINE u16 addresses_of(const gathering *gathered) {
  u16 address;
  for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
    address[lane] = ((uint32_t)gathered->row[lane] << 16) + (uint32_t)gathered->column[lane];
  }
  return address;
}

/// Numbers of sixteen cells: of those from `at` on, or of gathered ones.
INLINE f16 floats(const float *numbers, int64_t at, const gathering *gathered) {
  if (!gathered) return LOAD(f16, numbers + at);
  f16 out;
  for (int lane = 0; lane < CROSSBAR_LANES; lane++) out[lane] = numbers[gathered->at[lane]];
  return out;
}

INLINE u16 counts(const uint32_t *numbers, int64_t at, const gathering *gathered) {
  if (!gathered) return LOAD(u16, numbers + at);
  u16 out;
  for (int lane = 0; lane < CROSSBAR_LANES; lane++) out[lane] = numbers[gathered->at[lane]];
  return out;
}

/// The parameters of one pulse direction.
typedef struct {
  f16 sign, step, shape, bound, exp_a, exp_gamma;
} direction;

INLINE direction direction_up(const crossbar_cells *cells, int64_t at, const gathering *gathered) {
  direction d;
  d.sign = (f16)1.0f;
  d.step = floats(cells->step_up, at, gathered);
  d.shape = cells->shape_up ? floats(cells->shape_up, at, gathered) : (f16)0.0f;
  d.bound = floats(cells->max_bound, at, gathered);
  d.exp_a = (f16)cells->exp_a_up;
  d.exp_gamma = (f16)cells->exp_gamma_up;
  return d;
}

INLINE direction direction_down(const crossbar_cells *cells, int64_t at,
                                const gathering *gathered) {
  direction d;
  d.sign = (f16)-1.0f;
  d.step = floats(cells->step_down, at, gathered);
  d.shape = cells->shape_down ? floats(cells->shape_down, at, gathered) : (f16)0.0f;
  d.bound = floats(cells->min_bound, at, gathered);
  d.exp_a = (f16)cells->exp_a_down;
  d.exp_gamma = (f16)-cells->exp_gamma_down;
  return d;
}

INLINE direction choose_direction(i16 up, direction a, direction b) {
  direction d;
  d.sign = choose(up, a.sign, b.sign);
  d.step = choose(up, a.step, b.step);
  d.shape = choose(up, a.shape, b.shape);
  d.bound = choose(up, a.bound, b.bound);
  d.exp_a = choose(up, a.exp_a, b.exp_a);
  d.exp_gamma = choose(up, a.exp_gamma, b.exp_gamma);
  return d;
}

/// Constants of a direction that need a division, so that the loop has none.
INLINE void prepare(crossbar_response response, direction *d, f16 range) {
  switch (response) {
  case CROSSBAR_SOFT_BOUNDS_REFERENCE: {
    i16 none = d->bound == 0.0f;
    d->step = choose(none, (f16)0.0f, d->step);
    d->shape = 1.0f / choose(none, (f16)1.0f, d->bound);
    break;
  }
  case CROSSBAR_EXPONENTIAL:
  case CROSSBAR_POWER:
    // A cell that is stuck holds still.
    d->step = choose(range > 0.0f, d->step, (f16)0.0f);
    break;
  default:
    break;
  }
}

INLINE f16 table_at(const crossbar_cells *cells, f16 place, f16 sign) {
  f16 out;
  for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
    const float *table = sign[lane] > 0 ? cells->table_up : cells->table_down;
    if (cells->nodes < 2) {
      out[lane] = table[0];
      continue;
    }
    int32_t node = (int32_t)place[lane];
    if (node > cells->nodes - 2) node = cells->nodes - 2;
    float part = place[lane] - (float)node;
    if (part > 1.0f) part = 1.0f;
    out[lane] = (1.0f - part) * table[node] + part * table[node + 1];
  }
  return out;
}

/// The mean step of a pulse, positive in its direction. `x` is the weight, or weight plus reference.
INLINE f16 mean_step(const crossbar_cells *cells, crossbar_response response, const direction *d, f16 x,
                     f16 minimum, f16 maximum, f16 inverse_range) {
  switch (response) {
  case CROSSBAR_LINEAR:
    return d->shape * x + d->step;
  case CROSSBAR_SOFT_BOUNDS_REFERENCE:
    return d->step * (1.0f - x * d->shape);
  case CROSSBAR_EXPONENTIAL: {
    f16 z = 2.0f * cells->exp_a * x * inverse_range + cells->exp_b;
    f16 y = 1.0f - d->exp_a * exponential(d->exp_gamma * z);
    return d->step * higher(y, (f16)0.0f);
  }
  case CROSSBAR_POWER:
    return d->step * power(higher((d->bound - x) * d->sign, (f16)0.0f) * inverse_range, d->shape);
  case CROSSBAR_PIECEWISE: {
    f16 place = (x - minimum) * inverse_range * (float)(cells->nodes - 1);
    return d->step * table_at(cells, higher(place, (f16)0.0f), d->sign);
  }
  }
}

/// Whether the cells that take part are at the same place in their groups of four random numbers.
INLINE int in_step(u16 ordinal, i16 taking_part, uint32_t *phase) {
  int found = 0;
  for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
    if (!taking_part[lane]) continue;
    if (found && (ordinal[lane] & 3u) != *phase) return 0;
    *phase = ordinal[lane] & 3u;
    found = 1;
  }
  return found;
}

INLINE double sum_of(f16 values) {
  double sum = 0;
  for (int lane = 0; lane < CROSSBAR_LANES; lane++) sum += (double)values[lane];
  return sum;
}

INLINE int any(i16 mask) { return __builtin_reduce_or(mask) != 0; }

/// All slots of a part of a train on sixteen cells. The first four arguments are constants where this is
/// called, so that each combination becomes a loop of its own.
///
/// - gathered: the cells of an outer product where they are not side by side; NULL for those of a row from `column` on.
/// - each: receives the conductances of each gathered cell at its pulses, summed over the pulses.
///
/// Returns the same, summed over the cells.
INLINE double run(crossbar_response response, int noisy, int alternating, int outer,
                const crossbar_cells *cells, const crossbar_pulses *pulses, int32_t row, int32_t column,
                const gathering *gathered, f16 *each) {
  int64_t at = (int64_t)row * cells->stride + column;
  i16 number = lane_numbers() + column;
  i16 inside = (number >= pulses->first_column) & (number < pulses->last_column);
  if (gathered) inside = lane_numbers() < gathered->count;
  int32_t width = pulses->last_column - pulses->first_column;
  int32_t region_row = row - pulses->first_row;

  f16 weight = floats(cells->weights, at, gathered);
  f16 maximum = floats(cells->max_bound, at, gathered);
  f16 minimum = floats(cells->min_bound, at, gathered);
  f16 range = maximum - minimum;
  f16 inverse_range = choose(range > 0.0f, 1.0f / choose(range > 0.0f, range, (f16)1.0f), (f16)0.0f);
  f16 reference = cells->reference ? floats(cells->reference, at, gathered) : (f16)0.0f;
  u16 fired_up = counts(cells->fired_up, at, gathered);
  u16 fired_down = counts(cells->fired_down, at, gathered);
  u16 ordinal = fired_up + fired_down;
  u16 life = cells->life ? counts(cells->life, at, gathered) : (u16)0xffffffffu;
  u16 address = gathered ? addresses_of(gathered) : addresses(row, column);

  direction up = direction_up(cells, at, gathered), down = direction_down(cells, at, gathered);
  prepare(response, &up, range);
  prepare(response, &down, range);

  // What each lane does: its direction, and up to which slot it takes part.
  i16 upward = pulses->up ? (i16)-1 : (i16)0;
  i16 until = (i16)pulses->last_slot;
  if (pulses->pattern == CROSSBAR_COUNTS || outer) {
    for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
      int32_t offset = (gathered ? gathered->column[lane] : column + lane) - pulses->first_column;
      if (!inside[lane]) continue;
      if (outer) {
        int32_t line = gathered ? gathered->row[lane] - pulses->first_row : region_row;
        upward[lane] = pulses->row_negative[line] == pulses->column_negative[offset] ? -1 : 0;
      } else {
        int32_t count = pulses->counts[(int64_t)region_row * width + offset];
        upward[lane] = count > 0 ? -1 : 0;
        int32_t size = count < 0 ? -count : count;
        until[lane] = size < pulses->last_slot ? size : pulses->last_slot;
      }
    }
  }
  direction steady = choose_direction(upward, up, down);

  f16 conductance = (f16)0.0f;
  double sum = 0;
  f16 drawn[4];
  uint32_t phase = 0;
  int together = noisy && !outer && in_step(ordinal, inside, &phase);
  int have = 0;

  for (int32_t slot = pulses->first_slot; slot < pulses->last_slot; slot++) {
    i16 active = inside & (slot < until);
    if (gathered) {
      const uint8_t *row_fires = pulses->row_fires + (int64_t)slot * pulses->rows;
      const uint8_t *fires = pulses->column_fires + (int64_t)slot * width;
      for (int lane = 0; lane < gathered->count; lane++) {
        if (!row_fires[gathered->row[lane] - pulses->first_row]
            || !fires[gathered->column[lane] - pulses->first_column]) {
          active[lane] = 0;
        }
      }
    } else if (outer) {
      if (!pulses->row_fires[(int64_t)slot * pulses->rows + region_row]) continue;
      const uint8_t *fires = pulses->column_fires + (int64_t)slot * width;
      for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
        int32_t offset = column + lane - pulses->first_column;
        if (active[lane] && !fires[offset]) active[lane] = 0;
      }
    }
    if (!any(active)) {
      if (outer) continue;
      break;
    }
    const direction *d = alternating ? ((slot & 1) ? &down : &up) : &steady;
    f16 x = cells->reference ? weight + reference : weight;
    f16 step = mean_step(cells, response, d, x, minimum, maximum, inverse_range);
    f16 change = d->sign * step;
    if (noisy) {
      f16 g;
      if (together) {
        if (!have || phase == 0) {
          u16 w[4];
          words(cells, PULSE_NOISE, 0, address, ordinal >> 2, w);
          box_muller(w[0], w[1], &drawn[0], &drawn[1]);
          box_muller(w[2], w[3], &drawn[2], &drawn[3]);
          have = 1;
        }
        g = drawn[phase];
        phase = (phase + 1) & 3u;
      } else {
        g = gaussian_at(cells, PULSE_NOISE, 0, address, ordinal);
      }
      f16 size = cells->noise_of_step * step + cells->noise_of_nominal * d->step;
      if (response == CROSSBAR_EXPONENTIAL && cells->noise_of_weight != 0.0f) {
        size = magnitude(step) + cells->std_add + cells->std_slope * magnitude(weight);
        change = change + cells->noise * size * g;
      } else {
        change = change + d->sign * (cells->noise * size * g);
      }
    }
    f16 seen = higher(weight * cells->conductance_per_unit + cells->conductance_at_zero, (f16)0.0f);
    conductance = conductance + choose(active, seen, (f16)0.0f);
    // A long sum in single precision would lose the small terms.
    if ((slot & 1023) == 1023) {
      sum += sum_of(conductance);
      conductance = (f16)0.0f;
    }
    f16 next = lower(higher(x + change, minimum), maximum);
    if (cells->reference) next = next - reference;
    weight = choose(active & (ordinal < life), next, weight);
    ordinal = ordinal - (u16)active;
    if (alternating) {
      if (slot & 1) fired_down = fired_down - (u16)active;
      else fired_up = fired_up - (u16)active;
    } else {
      fired_up = fired_up - (u16)(active & upward);
      fired_down = fired_down - (u16)(active & ~upward);
    }
  }
  if (gathered) {
    for (int lane = 0; lane < gathered->count; lane++) {
      cells->weights[gathered->at[lane]] = weight[lane];
      cells->fired_up[gathered->at[lane]] = fired_up[lane];
      cells->fired_down[gathered->at[lane]] = fired_down[lane];
    }
    *each = conductance;
    return 0;
  }
  STORE(cells->weights + at, weight);
  STORE(cells->fired_up + at, fired_up);
  STORE(cells->fired_down + at, fired_down);
  return sum + sum_of(conductance);
}

#define RUN(response, noisy) \
  do { \
    if (pulses->pattern == CROSSBAR_ALTERNATING) \
      sum += run(response, noisy, 1, 0, cells, pulses, row, column, 0, 0); \
    else if (pulses->pattern == CROSSBAR_OUTER_PRODUCT) \
      sum += run(response, noisy, 0, 1, cells, pulses, row, column, 0, 0); \
    else sum += run(response, noisy, 0, 0, cells, pulses, row, column, 0, 0); \
  } while (0)

/// What fires in the slots of an outer product.
typedef struct {
  /// The vectors in which a column fires, by their first columns.
  int32_t vectors;
  int32_t starts[4096 / CROSSBAR_LANES + 1];
  /// The columns that fire, where they are so few that vectors would be mostly idle; else 0.
  int32_t columns;
  int32_t column[4 * (4096 / CROSSBAR_LANES + 1)];
} firing_lines;

/// Returns 0 where there are more vectors than can be listed: then all are taken.
static int list_firing(const crossbar_pulses *pulses, firing_lines *firing) {
  int32_t start = pulses->first_column / CROSSBAR_LANES * CROSSBAR_LANES;
  int32_t width = pulses->last_column - pulses->first_column;
  if ((pulses->last_column - start + CROSSBAR_LANES - 1) / CROSSBAR_LANES
      > (int32_t)(sizeof firing->starts / sizeof *firing->starts)) {
    return 0;
  }
  int32_t most = (int32_t)(sizeof firing->column / sizeof *firing->column);
  int32_t columns = 0;
  firing->vectors = 0;
  for (int32_t column = start; column < pulses->last_column; column += CROSSBAR_LANES) {
    int32_t first = column < pulses->first_column ? 0 : column - pulses->first_column;
    int32_t last = column + CROSSBAR_LANES - pulses->first_column;
    if (last > width) last = width;
    uint8_t fires[CROSSBAR_LANES] = {0};
    for (int32_t slot = pulses->first_slot; slot < pulses->last_slot; slot++) {
      const uint8_t *line = pulses->column_fires + (int64_t)slot * width;
      for (int32_t offset = first; offset < last; offset++) fires[offset - first] |= line[offset];
    }
    int any_fires = 0;
    for (int32_t offset = first; offset < last; offset++) {
      if (!fires[offset - first]) continue;
      any_fires = 1;
      if (columns < most) firing->column[columns] = pulses->first_column + offset;
      columns++;
    }
    if (any_fires) firing->starts[firing->vectors++] = column;
  }
  // Sums of conductances are cut there, vector by vector.
  int is_cut = (pulses->first_slot ^ pulses->last_slot) >> 10 != 0;
  firing->columns = columns <= most && columns <= 4 * firing->vectors && !is_cut ? columns : 0;
  return 1;
}

/// Whether a row of the region fires in the slots of an outer product.
INLINE int row_fires(const crossbar_pulses *pulses, int32_t region_row) {
  for (int32_t slot = pulses->first_slot; slot < pulses->last_slot; slot++) {
    if (pulses->row_fires[(int64_t)slot * pulses->rows + region_row]) return 1;
  }
  return 0;
}

/// Fires gathered cells, and adds their conductances to the sums of their rows: in the order and the groups in which
/// whole vectors do.
INLINE void run_gathered(crossbar_response response, const crossbar_cells *cells,
                         const crossbar_pulses *pulses, gathering *gathered, double *sums) {
  if (gathered->count == 0) return;
  for (int lane = gathered->count; lane < CROSSBAR_LANES; lane++) {
    gathered->row[lane] = gathered->row[0];
    gathered->column[lane] = gathered->column[0];
    gathered->at[lane] = gathered->at[0];
  }
  f16 each;
  if (cells->noise != 0.0f) run(response, 1, 0, 1, cells, pulses, 0, 0, gathered, &each);
  else run(response, 0, 0, 1, cells, pulses, 0, 0, gathered, &each);
  double sum = 0;
  for (int lane = 0; lane < gathered->count; lane++) {
    sum += (double)each[lane];
    int is_last = lane + 1 == gathered->count
                  || gathered->row[lane + 1] != gathered->row[lane]
                  || gathered->column[lane + 1] / CROSSBAR_LANES
                         != gathered->column[lane] / CROSSBAR_LANES;
    if (!is_last) continue;
    sums[gathered->row[lane] - pulses->first_row] += sum;
    sum = 0;
  }
  gathered->count = 0;
}

/// The cells of an outer product of which few columns fire.
INLINE void run_few(crossbar_response response, const crossbar_cells *cells,
                    const crossbar_pulses *pulses, const firing_lines *firing, int32_t first_row,
                    int32_t last_row, double *sums) {
  gathering gathered = {.count = 0};
  for (int32_t row = first_row; row < last_row; row++) {
    sums[row - pulses->first_row] = 0;
    if (!row_fires(pulses, row - pulses->first_row)) continue;
    for (int32_t place = 0; place < firing->columns; place++) {
      int32_t column = firing->column[place];
      // The cells of a vector stay together, so that their sum does.
      int is_first = place == 0
                     || firing->column[place - 1] / CROSSBAR_LANES != column / CROSSBAR_LANES;
      if (is_first) {
        int32_t more = 1;
        while (place + more < firing->columns
               && firing->column[place + more] / CROSSBAR_LANES == column / CROSSBAR_LANES) {
          more++;
        }
        if (gathered.count + more > CROSSBAR_LANES) {
          run_gathered(response, cells, pulses, &gathered, sums);
        }
      }
      gathered.row[gathered.count] = row;
      gathered.column[gathered.count] = column;
      gathered.at[gathered.count] = (int64_t)row * cells->stride + column;
      gathered.count++;
    }
  }
  run_gathered(response, cells, pulses, &gathered, sums);
}

// Of an outer product most cells may get no pulse: what does not fire is left before anything of it is loaded.
#define KERNEL(name, response) \
  EVERY_PROCESSOR static void name(const crossbar_cells *cells, const crossbar_pulses *pulses, \
                                   const firing_lines *firing, int32_t first_row, \
                                   int32_t last_row, double *sums) { \
    int32_t start = pulses->first_column / CROSSBAR_LANES * CROSSBAR_LANES; \
    if (firing && firing->columns > 0) { \
      run_few(response, cells, pulses, firing, first_row, last_row, sums); \
      return; \
    } \
    for (int32_t row = first_row; row < last_row; row++) { \
      double sum = 0; \
      sums[row - pulses->first_row] = 0; \
      if (firing && !row_fires(pulses, row - pulses->first_row)) continue; \
      int32_t vectors = firing ? firing->vectors \
                               : (pulses->last_column - start + CROSSBAR_LANES - 1) / CROSSBAR_LANES; \
      for (int32_t vector = 0; vector < vectors; vector++) { \
        int32_t column = firing ? firing->starts[vector] : start + vector * CROSSBAR_LANES; \
        if (cells->noise != 0.0f) RUN(response, 1); \
        else RUN(response, 0); \
      } \
      sums[row - pulses->first_row] = sum; \
    } \
  }

KERNEL(apply_linear, CROSSBAR_LINEAR)
KERNEL(apply_soft_bounds_reference, CROSSBAR_SOFT_BOUNDS_REFERENCE)
KERNEL(apply_exponential, CROSSBAR_EXPONENTIAL)
KERNEL(apply_power, CROSSBAR_POWER)
KERNEL(apply_piecewise, CROSSBAR_PIECEWISE)

void crossbar_apply(const crossbar_cells *cells, const crossbar_pulses *pulses, int32_t first_row,
                int32_t last_row, double *conductance_sums) {
  firing_lines listed;
  int is_outer = pulses->pattern == CROSSBAR_OUTER_PRODUCT;
  const firing_lines *firing = is_outer && list_firing(pulses, &listed) ? &listed : 0;
  switch (cells->response) {
  case CROSSBAR_LINEAR:
    apply_linear(cells, pulses, firing, first_row, last_row, conductance_sums);
    break;
  case CROSSBAR_SOFT_BOUNDS_REFERENCE:
    apply_soft_bounds_reference(cells, pulses, firing, first_row, last_row, conductance_sums);
    break;
  case CROSSBAR_EXPONENTIAL:
    apply_exponential(cells, pulses, firing, first_row, last_row, conductance_sums);
    break;
  case CROSSBAR_POWER:
    apply_power(cells, pulses, firing, first_row, last_row, conductance_sums);
    break;
  case CROSSBAR_PIECEWISE:
    apply_piecewise(cells, pulses, firing, first_row, last_row, conductance_sums);
    break;
  }
}

void crossbar_count_lines(const crossbar_pulses *pulses, int32_t slot, int32_t *row_up,
                          int32_t *row_down, int32_t *column_up, int32_t *column_down,
                          int32_t all[2]) {
  int32_t width = pulses->last_column - pulses->first_column;
  row_up += pulses->first_row;
  row_down += pulses->first_row;
  column_up += pulses->first_column;
  column_down += pulses->first_column;
  all[0] = all[1] = 0;
  switch (pulses->pattern) {
  case CROSSBAR_UNIFORM:
  case CROSSBAR_ALTERNATING: {
    int up = pulses->pattern == CROSSBAR_UNIFORM ? pulses->up != 0 : !(slot & 1);
    for (int32_t row = 0; row < pulses->rows; row++) (up ? row_up : row_down)[row] = 1;
    for (int32_t column = 0; column < width; column++) (up ? column_up : column_down)[column] = 1;
    all[up ? 0 : 1] = 1;
    break;
  }
  case CROSSBAR_COUNTS:
    for (int32_t row = 0; row < pulses->rows; row++) {
      const int16_t *counts = pulses->counts + (int64_t)row * width;
      for (int32_t column = 0; column < width; column++) {
        if (counts[column] > slot) row_up[row] = 1, column_up[column]++;
        else if (-counts[column] > slot) row_down[row] = 1, column_down[column]++;
      }
      all[0] += row_up[row];
      all[1] += row_down[row];
    }
    break;
  case CROSSBAR_OUTER_PRODUCT: {
    // A line fires once for each sign among the lines that cross it.
    int rows_of[2] = {0, 0}, columns_of[2] = {0, 0};
    for (int32_t row = 0; row < pulses->rows; row++) rows_of[pulses->row_negative[row] != 0] = 1;
    for (int32_t column = 0; column < width; column++) {
      columns_of[pulses->column_negative[column] != 0] = 1;
    }
    for (int32_t row = 0; row < pulses->rows; row++) {
      if (!pulses->row_fires[(int64_t)slot * pulses->rows + row]) continue;
      int sign = pulses->row_negative[row] != 0;
      row_up[row] = columns_of[sign];
      row_down[row] = columns_of[!sign];
    }
    for (int32_t column = 0; column < width; column++) {
      if (!pulses->column_fires[(int64_t)slot * width + column]) continue;
      int sign = pulses->column_negative[column] != 0;
      column_up[column] = rows_of[sign];
      column_down[column] = rows_of[!sign];
    }
    all[0] = rows_of[0] * columns_of[0] + rows_of[1] * columns_of[1];
    all[1] = rows_of[0] * columns_of[1] + rows_of[1] * columns_of[0];
    break;
  }
  }
}

/// Whether a cell of the region fires in a slot: 1 for up, 2 for down, 0 for not.
INLINE int fires(const crossbar_pulses *pulses, int32_t slot, int32_t region_row, int32_t offset) {
  int32_t width = pulses->last_column - pulses->first_column;
  switch (pulses->pattern) {
  case CROSSBAR_UNIFORM: return pulses->up ? 1 : 2;
  case CROSSBAR_ALTERNATING: return slot & 1 ? 2 : 1;
  case CROSSBAR_COUNTS: {
    int32_t count = pulses->counts[(int64_t)region_row * width + offset];
    return count > slot ? 1 : -count > slot ? 2 : 0;
  }
  case CROSSBAR_OUTER_PRODUCT:
    if (!pulses->row_fires[(int64_t)slot * pulses->rows + region_row]
        || !pulses->column_fires[(int64_t)slot * width + offset]) {
      return 0;
    }
    return pulses->row_negative[region_row] == pulses->column_negative[offset] ? 1 : 2;
  }
  return 0;
}

/// What sixteen cells felt in a slot besides their own pulses.
INLINE void settle(crossbar_response response, const crossbar_cells *cells,
                   const crossbar_pulses *pulses, int32_t slot, const crossbar_surroundings *around,
                   int32_t row, int32_t column) {
  i16 own_up = (i16)0, own_down = (i16)0;
  int32_t region_row = row - pulses->first_row;
  if (region_row >= 0 && region_row < pulses->rows) {
    for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
      int32_t offset = column + lane - pulses->first_column;
      if (offset < 0 || column + lane >= pulses->last_column) continue;
      int fired = fires(pulses, slot, region_row, offset);
      own_up[lane] = fired == 1;
      own_down[lane] = fired == 2;
    }
  }
  // A cell that fires is on two selected lines, and half-selected by neither.
  i16 up = LOAD(i16, around->column_up + column) + around->row_up[row] - 2 * own_up;
  i16 down = LOAD(i16, around->column_down + column) + around->row_down[row] - 2 * own_down;
  if (around->fade == 0.0f && around->elsewhere == 0.0f && !any(up | down)) return;
  // The others felt whatever was fired elsewhere.
  i16 other_up = around->all_up - own_up - up, other_down = around->all_down - own_down - down;

  int64_t at = (int64_t)row * cells->stride + column;
  f16 weight = LOAD(f16, cells->weights + at), remainder = LOAD(f16, around->remainders + at);
  f16 maximum = LOAD(f16, cells->max_bound + at), minimum = LOAD(f16, cells->min_bound + at);
  f16 range = maximum - minimum;
  f16 inverse_range = choose(range > 0.0f, 1.0f / choose(range > 0.0f, range, (f16)1.0f), (f16)0.0f);
  f16 reference = cells->reference ? LOAD(f16, cells->reference + at) : (f16)0.0f;
  f16 x = cells->reference ? weight + reference : weight;
  direction d = direction_up(cells, at, 0);
  prepare(response, &d, range);
  f16 upward = mean_step(cells, response, &d, x, minimum, maximum, inverse_range);
  d = direction_down(cells, at, 0);
  prepare(response, &d, range);
  f16 downward = mean_step(cells, response, &d, x, minimum, maximum, inverse_range);

#define NUMBERS(counts) __builtin_convertvector((counts), f16)
  f16 change = around->line * (NUMBERS(up) * upward - NUMBERS(down) * downward);
  change = change + around->elsewhere * (NUMBERS(other_down) * upward - NUMBERS(other_up) * downward);
#undef NUMBERS
  change = change - around->fade * (weight - LOAD(f16, around->rest + at));
  // Of the sum of two numbers nothing is lost (Knuth).
  f16 small = remainder + change;
  f16 next = weight + small;
  f16 taken = next - weight;
  remainder = (weight - (next - taken)) + (small - taken);
  x = cells->reference ? next + reference : next;
  f16 held = lower(higher(x, minimum), maximum);
  i16 beyond = held != x;
  next = choose(beyond, cells->reference ? held - reference : held, next);
  remainder = choose(beyond, (f16)0.0f, remainder);
  i16 alive = (i16)-1;
  if (cells->life) {
    u16 fired = LOAD(u16, cells->fired_up + at) + LOAD(u16, cells->fired_down + at);
    alive = fired < LOAD(u16, cells->life + at);
  }
  STORE(cells->weights + at, choose(alive, next, LOAD(f16, cells->weights + at)));
  STORE(around->remainders + at, choose(alive, remainder, LOAD(f16, around->remainders + at)));
}

#define SETTLE(name, response) \
  EVERY_PROCESSOR static void name(const crossbar_cells *cells, const crossbar_pulses *pulses, \
                                   int32_t slot, const crossbar_surroundings *around, \
                                   int32_t first_row, int32_t last_row) { \
    for (int32_t row = first_row; row < last_row; row++) { \
      for (int32_t column = 0; column < cells->stride; column += CROSSBAR_LANES) { \
        settle(response, cells, pulses, slot, around, row, column); \
      } \
    } \
  }

SETTLE(settle_linear, CROSSBAR_LINEAR)
SETTLE(settle_soft_bounds_reference, CROSSBAR_SOFT_BOUNDS_REFERENCE)
SETTLE(settle_exponential, CROSSBAR_EXPONENTIAL)
SETTLE(settle_power, CROSSBAR_POWER)
SETTLE(settle_piecewise, CROSSBAR_PIECEWISE)

void crossbar_settle(const crossbar_cells *cells, const crossbar_pulses *pulses, int32_t slot,
                     const crossbar_surroundings *around, int32_t first_row, int32_t last_row) {
  switch (cells->response) {
  case CROSSBAR_LINEAR: settle_linear(cells, pulses, slot, around, first_row, last_row); break;
  case CROSSBAR_SOFT_BOUNDS_REFERENCE:
    settle_soft_bounds_reference(cells, pulses, slot, around, first_row, last_row);
    break;
  case CROSSBAR_EXPONENTIAL:
    settle_exponential(cells, pulses, slot, around, first_row, last_row);
    break;
  case CROSSBAR_POWER: settle_power(cells, pulses, slot, around, first_row, last_row); break;
  case CROSSBAR_PIECEWISE:
    settle_piecewise(cells, pulses, slot, around, first_row, last_row);
    break;
  }
}

/// What a read sees of sixteen cells, without its own noise.
INLINE f16 visible(const crossbar_cells *cells, float write_noise, uint32_t epoch, f16 weight,
                   u16 fired, u16 address) {
  if (write_noise == 0.0f) return weight;
  f16 g = gaussian_at(cells, WRITE_NOISE, epoch, address, fired);
  // A cell that no pulse has touched and nobody has set shows its state.
  i16 written = epoch != 0 ? (i16)-1 : fired != 0u;
  return choose(written, weight + write_noise * g, weight);
}

EVERY_PROCESSOR void crossbar_visible(const crossbar_cells *cells, float write_noise, uint32_t epoch,
                                  int32_t row, int32_t first_column, int32_t last_column,
                                  float *out) {
  int32_t start = first_column / CROSSBAR_LANES * CROSSBAR_LANES;
  for (int32_t column = start; column < last_column; column += CROSSBAR_LANES) {
    int64_t at = (int64_t)row * cells->stride + column;
    u16 fired = LOAD(u16, cells->fired_up + at) + LOAD(u16, cells->fired_down + at);
    f16 weight = visible(cells, write_noise, epoch, LOAD(f16, cells->weights + at), fired,
                         addresses(row, column));
    for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
      int32_t offset = column + lane - first_column;
      if (offset >= 0 && column + lane < last_column) out[offset] = weight[lane];
    }
  }
}

/// Up to sixteen cells of a column, from a row on; the lanes behind the last repeat the first.
INLINE gathering below_each_other(const crossbar_cells *cells, int32_t row, int32_t last_row,
                                  int32_t column) {
  gathering gathered;
  gathered.count = last_row - row < CROSSBAR_LANES ? last_row - row : CROSSBAR_LANES;
  for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
    gathered.row[lane] = row + (lane < gathered.count ? lane : 0);
    gathered.column[lane] = column;
    gathered.at[lane] = (int64_t)gathered.row[lane] * cells->stride + column;
  }
  return gathered;
}

EVERY_PROCESSOR void crossbar_visible_below(const crossbar_cells *cells, float write_noise,
                                            uint32_t epoch, int32_t column, int32_t first_row,
                                            int32_t last_row, int32_t step, float *out) {
  for (int32_t row = first_row; row < last_row; row += CROSSBAR_LANES) {
    gathering gathered = below_each_other(cells, row, last_row, column);
    u16 fired = counts(cells->fired_up, 0, &gathered) + counts(cells->fired_down, 0, &gathered);
    f16 weight = visible(cells, write_noise, epoch, floats(cells->weights, 0, &gathered), fired,
                         addresses_of(&gathered));
    for (int lane = 0; lane < gathered.count; lane++) {
      out[(int64_t)(row - first_row + lane) * step] = weight[lane];
    }
  }
}

/// What a converter makes of sixteen values.
typedef struct {
  /// The sum of the samples, or of their codes.
  f16 sum;
  u16 codes;
  /// The samples that the cells have given by now, and whether one was at an end of the range.
  u16 taken;
  i16 at_end;
} conversion;

INLINE conversion convert(const crossbar_cells *cells, const crossbar_converter *converter, f16 value,
                          u16 taken, u16 address) {
  conversion done = {.sum = (f16)0.0f, .codes = (u16)0u, .taken = taken, .at_end = (i16)0};
  f16 lowest = (f16)converter->lowest, highest = (f16)converter->highest;
  for (int32_t sample = 0; sample < converter->averages; sample++) {
    f16 x = value;
    if (converter->noise != 0.0f) {
      x = x + converter->noise * gaussian_at(cells, READ_NOISE, 0, address, done.taken);
    }
    done.taken = done.taken + 1u;
    done.at_end |= (x < lowest) | (x > highest);
    x = lower(higher(x, lowest), highest);
    if (converter->step != 0.0f) {
      // Within the range the number of steps is not negative, so truncation after + 0.5 rounds.
      i16 code = __builtin_convertvector((x - lowest) / converter->step + 0.5f, i16);
      done.codes = done.codes + (u16)code;
    } else {
      done.sum = done.sum + x;
    }
  }
  return done;
}

EVERY_PROCESSOR int32_t crossbar_convert(const crossbar_cells *cells, const crossbar_converter *converter,
                                     int32_t row, int32_t first_column, int32_t last_column,
                                     uint32_t *samples, float *values, uint32_t *sums) {
  int32_t saturated = 0;
  int32_t start = first_column / CROSSBAR_LANES * CROSSBAR_LANES;
  for (int32_t column = start; column < last_column; column += CROSSBAR_LANES) {
    int64_t at = (int64_t)row * cells->stride + column;
    f16 value = (f16)0.0f;
    i16 inside = (i16)0;
    for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
      int32_t offset = column + lane - first_column;
      if (offset >= 0 && column + lane < last_column) {
        value[lane] = values[offset];
        inside[lane] = -1;
      }
    }
    u16 taken = LOAD(u16, samples + at);
    conversion done = convert(cells, converter, value, taken, addresses(row, column));
    value = done.sum / (float)converter->averages;
    STORE(samples + at, choose_bits(inside, done.taken, taken));
    for (int lane = 0; lane < CROSSBAR_LANES; lane++) {
      if (!inside[lane]) continue;
      if (converter->step != 0.0f) {
        sums[column + lane - first_column] = done.codes[lane];
      } else {
        values[column + lane - first_column] = value[lane];
      }
      saturated += done.at_end[lane] ? 1 : 0;
    }
  }
  return saturated;
}

EVERY_PROCESSOR int32_t crossbar_convert_below(const crossbar_cells *cells,
                                               const crossbar_converter *converter, int32_t column,
                                               int32_t first_row, int32_t last_row, int32_t step,
                                               uint32_t *samples, float *values, uint32_t *sums) {
  int32_t saturated = 0;
  for (int32_t row = first_row; row < last_row; row += CROSSBAR_LANES) {
    gathering gathered = below_each_other(cells, row, last_row, column);
    int64_t place = (int64_t)(row - first_row) * step;
    f16 value = (f16)0.0f;
    for (int lane = 0; lane < gathered.count; lane++) value[lane] = values[place + lane * step];
    conversion done = convert(cells, converter, value, counts(samples, 0, &gathered),
                              addresses_of(&gathered));
    value = done.sum / (float)converter->averages;
    for (int lane = 0; lane < gathered.count; lane++) {
      samples[gathered.at[lane]] = done.taken[lane];
      if (converter->step != 0.0f) sums[place + lane * step] = done.codes[lane];
      else values[place + lane * step] = value[lane];
      saturated += done.at_end[lane] ? 1 : 0;
    }
  }
  return saturated;
}

float crossbar_gaussian(uint32_t key0, uint32_t key1, uint32_t tile, uint32_t purpose, uint32_t row,
                    uint32_t column, uint32_t ordinal, uint32_t epoch) {
  crossbar_cells cells = {.key0 = key0, .key1 = key1, .tile = tile};
  u16 address = addresses((int32_t)row, (int32_t)column);
  return gaussian_at(&cells, purpose, epoch, address, (u16)ordinal)[0];
}
