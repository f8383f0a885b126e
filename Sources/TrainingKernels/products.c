#include "TrainingKernels.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpsabi"

// Compiled once for each generation of x86-64, chosen when the program starts; none contracts.
#if defined(__x86_64__) && defined(__linux__)
#define EVERY_PROCESSOR __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EVERY_PROCESSOR
#endif

enum { LANES = 16 };
typedef float f16 __attribute__((ext_vector_type(16)));

#define LOAD(from) \
  ({ \
    f16 value_; \
    memcpy(&value_, (from), sizeof value_); \
    value_; \
  })

static inline __attribute__((always_inline)) float sum_of(f16 v) {
  float sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += v[lane];
  return sum;
}

EVERY_PROCESSOR void training_forward(const float *weights, int32_t rows, int32_t columns,
                                      const float *inputs, int32_t samples, float *out) {
  int32_t whole = columns / LANES * LANES;
  for (int32_t row = 0; row < rows; row++) {
    const float *line = weights + (int64_t)row * columns;
    int32_t sample = 0;
    // Four samples at a time share the loads of the weights; each sum is that of one sample alone.
    for (; sample + 4 <= samples; sample += 4) {
      const float *x = inputs + (int64_t)sample * columns;
      f16 a = (f16)0.0f, b = (f16)0.0f, c = (f16)0.0f, d = (f16)0.0f;
      for (int32_t column = 0; column < whole; column += LANES) {
        f16 w = LOAD(line + column);
        a = a + w * LOAD(x + column);
        b = b + w * LOAD(x + columns + column);
        c = c + w * LOAD(x + 2 * (int64_t)columns + column);
        d = d + w * LOAD(x + 3 * (int64_t)columns + column);
      }
      float sums[4] = {sum_of(a), sum_of(b), sum_of(c), sum_of(d)};
      for (int place = 0; place < 4; place++) {
        for (int32_t column = whole; column < columns; column++)
          sums[place] += line[column] * x[place * (int64_t)columns + column];
        out[(int64_t)(sample + place) * rows + row] = sums[place];
      }
    }
    for (; sample < samples; sample++) {
      const float *x = inputs + (int64_t)sample * columns;
      f16 a = (f16)0.0f;
      for (int32_t column = 0; column < whole; column += LANES) a = a + LOAD(line + column) * LOAD(x + column);
      float sum = sum_of(a);
      for (int32_t column = whole; column < columns; column++) sum += line[column] * x[column];
      out[(int64_t)sample * rows + row] = sum;
    }
  }
}

EVERY_PROCESSOR void training_backward(const float *weights, int32_t rows, int32_t columns,
                                       const float *inputs, int32_t samples, float *out) {
  int32_t whole = columns / LANES * LANES;
  for (int32_t row = 0; row < rows; row++) {
    const float *line = weights + (int64_t)row * columns;
    for (int32_t sample = 0; sample < samples; sample++) {
      float d = inputs[(int64_t)sample * rows + row];
      if (d == 0.0f) continue;
      float *sum = out + (int64_t)sample * columns;
      for (int32_t column = 0; column < whole; column += LANES) {
        f16 next = LOAD(sum + column) + d * LOAD(line + column);
        memcpy(sum + column, &next, sizeof next);
      }
      for (int32_t column = whole; column < columns; column++) sum[column] += d * line[column];
    }
  }
}
