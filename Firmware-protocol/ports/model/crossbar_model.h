/* Two small crossbars of cells with soft bounds, for ports to machines that have none. */
#ifndef CROSSBAR_MODEL_H
#define CROSSBAR_MODEL_H

#include "../../reference/tare_board.h"

enum {
  MODEL_TILES = 2,
  MODEL_ROWS = 16,
  MODEL_COLUMNS = 16,
  MODEL_CELLS = MODEL_ROWS * MODEL_COLUMNS,
  /* Durable memory of the core. */
  MODEL_MEMORY = 32 * 1024
};

/* The weight is in units of 2^-20, between -1 and 1. */
typedef struct {
  int32_t weight;
  uint32_t up, down; /* what the physics has seen */
} model_cell;

/* A port whose pulses this model fires hands a struct that begins with it to tare_start. */
typedef struct crossbar_model {
  model_cell cells[MODEL_TILES * MODEL_CELLS];
  uint32_t noise;
  /* Keeps bytes of `cells` from that place on, as a real array would keep its state without power. */
  bool (*keep)(struct crossbar_model *model, uint32_t place, const void *bytes, uint32_t count);
} crossbar_model;

/* What is the same for all boards of this model: capabilities, limits and durability. The port adds who the board
   is, and the memory that the core works in. */
void model_describe(tare_setup *setup);

/* Functions of a tare_hardware, which get the model as their port. */
bool model_pulse(void *port, const tare_shape *shape, uint8_t scheme, uint8_t tile, tare_lines rows,
                 tare_lines columns, bool is_up, uint32_t count, uint64_t *energy);
bool model_read(void *port, uint8_t tile, uint16_t row, uint16_t column, uint16_t columns,
                uint32_t averages, uint32_t amplitude, uint32_t *sums, uint32_t *saturated,
                uint64_t *duration);
bool model_multiply(void *port, const tare_multiply *asked, uint16_t number, const int16_t *input,
                    int64_t *sum);

#endif
