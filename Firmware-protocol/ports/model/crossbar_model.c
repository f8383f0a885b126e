#include "crossbar_model.h"

static int32_t next_noise(crossbar_model *model) {
  model->noise = model->noise * 1664525u + 1013904223u;
  return (int32_t)(model->noise >> 24) - 128;
}

/* A step of 1/500 at the middle, smaller the nearer the bound: the symmetric points differ by cell. */
static void pulse_cell(crossbar_model *model, uint32_t place, bool is_up) {
  model_cell *it = &model->cells[place];
  int32_t one = 1 << 20, skew = (int32_t)(place % 7) - 3;
  int32_t room = is_up ? one - it->weight : one + it->weight;
  int32_t step = room / (is_up ? 500 + 20 * skew : 500 - 20 * skew) + next_noise(model);
  it->weight += is_up ? step : -step;
  if (it->weight > one) it->weight = one;
  if (it->weight < -one) it->weight = -one;
  if (is_up) it->up++;
  else it->down++;
}

static bool is_set(tare_lines lines, uint32_t line) { return lines[line / 8] >> (line % 8) & 1u; }

bool model_pulse(void *port, const tare_shape *shape, uint8_t scheme, uint8_t tile, tare_lines rows,
                 tare_lines columns, bool is_up, uint32_t count, uint64_t *energy) {
  crossbar_model *model = port;
  (void)shape;
  (void)scheme;
  for (uint32_t row = 0; row < MODEL_ROWS; row++) {
    if (!is_set(rows, row)) continue;
    uint32_t first = tile * MODEL_CELLS + row * MODEL_COLUMNS;
    for (uint32_t column = 0; column < MODEL_COLUMNS; column++) {
      if (!is_set(columns, column)) continue;
      for (uint32_t n = 0; n < count; n++) pulse_cell(model, first + column, is_up);
    }
    /* What happened to the cells has happened, whatever happens to the power. */
    if (!model->keep(model, first * sizeof(model_cell), &model->cells[first],
                     MODEL_COLUMNS * sizeof(model_cell))) {
      return false;
    }
  }
  *energy = TARE_UNKNOWN_ENERGY;
  return true;
}

bool model_read(void *port, uint8_t tile, uint16_t row, uint16_t column, uint16_t columns,
                uint32_t averages, uint32_t amplitude, uint32_t *sums, uint32_t *saturated,
                uint64_t *duration) {
  crossbar_model *model = port;
  (void)amplitude;
  for (uint32_t n = 0; n < columns; n++) {
    int32_t weight = model->cells[tile * MODEL_CELLS + row * MODEL_COLUMNS + column + n].weight;
    sums[n] = 0;
    for (uint32_t sample = 0; sample < averages; sample++) {
      /* 12 bits from -1.024 to 1.0235, in steps of 2^-11. */
      int32_t code = (weight + 2 * next_noise(model) + (1 << 20) + 25166 + 256) >> 9;
      if (code <= 0 || code >= 4095) *saturated += sample == 0;
      sums[n] += (uint32_t)(code < 0 ? 0 : code > 4095 ? 4095 : code);
    }
  }
  *duration += 10000u * (uint64_t)averages;
  return true;
}

/* The periphery adds up exactly; that of a real board has converters of its own. */
bool model_multiply(void *port, const tare_multiply *asked, uint16_t number, const int16_t *input,
                    int64_t *sum) {
  crossbar_model *model = port;
  uint32_t place = asked->tile * MODEL_CELLS + asked->row * MODEL_COLUMNS + asked->column;
  uint32_t stride = asked->is_transposed ? MODEL_COLUMNS : 1;
  uint32_t count = asked->is_transposed ? asked->rows : asked->columns;
  place += number * (asked->is_transposed ? 1 : MODEL_COLUMNS);
  int64_t total = 0; /* of inputs in 1/32767 and weights in 2^-20 */
  for (uint32_t n = 0; n < count; n++, place += stride) {
    total += (int64_t)input[n] * model->cells[place].weight;
  }
  *sum = total * 1000 / 32767 * 1000000 / (1 << 20);
  return true;
}

void model_describe(tare_setup *setup) {
  tare_capabilities *can = &setup->capabilities;
  can->tiles = MODEL_TILES;
  can->rows = MODEL_ROWS;
  can->columns = MODEL_COLUMNS;
  can->kinds = 31;
  can->schemes = 15;
  can->longest_train = 1000000;
  can->longest_line = 64;
  can->least_amplitude = can->most_amplitude = can->nominal_amplitude = 1200000;
  can->step_amplitude = 10000;
  can->least_width = can->most_width = can->nominal_width = 100000;
  can->least_edge = can->most_edge = can->nominal_rise = can->nominal_fall = 10000;
  can->step_width = can->step_edge = can->step_period = 10000;
  can->least_period = 100000;
  can->most_period = 1000000000000u;
  can->nominal_period = 1000000;
  can->enforcer = TARE_ENFORCER_NOBODY;
  can->least_weight = -1024000000;
  can->step_weight = 488281250;
  can->bits = 12;
  can->noise = 244000000;
  can->parallel_columns = MODEL_COLUMNS;
  can->sample_time = 10000000;
  can->most_averages = 65536;
  can->least_read_amplitude = 50000;
  can->most_read_amplitude = 300000;
  can->step_read_amplitude = 10000;
  can->conductance_at_zero = 50000000000000u;
  can->conductance_per_unit = 25000000000000u;
  setup->limits.amplitude = setup->limits.forming_amplitude = 1200000;
  setup->limits.most_width = UINT64_MAX;
  setup->limits.volt_seconds = UINT64_MAX;
  setup->limits.steps = setup->limits.odometer = UINT32_MAX;
  setup->durability = TARE_DURABILITY_EVERY_PULSE;
  setup->group = 16;
  setup->journal_slots = 64;
  setup->memory_bytes = MODEL_MEMORY;
}
