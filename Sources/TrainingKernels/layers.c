#include <math.h>

#include "TrainingKernels.h"

#pragma STDC FP_CONTRACT OFF

// Exponentials are taken in double precision and rounded: libraries that differ in the last place of a double
// then almost never differ in the float. Comparisons are such that no NaN gets lost on its way to the loss.

void training_activate(int32_t kind, int64_t count, float *values) {
  for (int64_t i = 0; i < count; i++) {
    float x = values[i];
    switch (kind) {
    case TRAINING_SIGMOID: values[i] = (float)(1.0 / (1.0 + exp(-(double)x))); break;
    case TRAINING_TANH: values[i] = (float)tanh((double)x); break;
    default: values[i] = x <= 0.0f ? 0.0f : x;
    }
  }
}

void training_activation_back(int32_t kind, int64_t count, const float *outputs, float *deltas) {
  for (int64_t i = 0; i < count; i++) {
    float y = outputs[i];
    switch (kind) {
    case TRAINING_SIGMOID: deltas[i] *= y * (1.0f - y); break;
    case TRAINING_TANH: deltas[i] *= 1.0f - y * y; break;
    default: if (y <= 0.0f) deltas[i] = 0.0f;
    }
  }
}

void training_transpose(const float *values, int64_t blocks, int32_t rows, int32_t columns, float *out) {
  for (int64_t block = 0; block < blocks; block++) {
    for (int32_t row = 0; row < rows; row++)
      for (int32_t column = 0; column < columns; column++)
        out[(int64_t)column * rows + row] = values[(int64_t)row * columns + column];
    values += (int64_t)rows * columns;
    out += (int64_t)rows * columns;
  }
}

void training_add_to_columns(int64_t rows, int32_t columns, const float *numbers, float *values) {
  for (int64_t row = 0; row < rows; row++, values += columns)
    for (int32_t column = 0; column < columns; column++) values[column] += numbers[column];
}

void training_step(int64_t count, float rate, const float *slope, float *weights) {
  for (int64_t i = 0; i < count; i++) weights[i] -= rate * slope[i];
}

void training_patches(const float *images, int32_t samples, training_window w, float *patches) {
  for (int32_t sample = 0; sample < samples; sample++) {
    for (int32_t y = 0; y < w.out_height; y++)
      for (int32_t x = 0; x < w.out_width; x++) {
        int32_t left = x * w.stride - w.padding;
        for (int32_t channel = 0; channel < w.channels; channel++)
          for (int32_t i = 0; i < w.size; i++) {
            int32_t row = y * w.stride - w.padding + i;
            int within = row >= 0 && row < w.height;
            const float *line = images + ((int64_t)channel * w.height + (within ? row : 0)) * w.width;
            for (int32_t j = 0; j < w.size; j++) {
              int32_t column = left + j;
              *patches++ = within && column >= 0 && column < w.width ? line[column] : 0.0f;
            }
          }
      }
    images += (int64_t)w.channels * w.height * w.width;
  }
}

void training_sum_patches(const float *patches, int32_t samples, training_window w, float *images) {
  for (int32_t sample = 0; sample < samples; sample++) {
    for (int32_t y = 0; y < w.out_height; y++)
      for (int32_t x = 0; x < w.out_width; x++) {
        int32_t left = x * w.stride - w.padding;
        for (int32_t channel = 0; channel < w.channels; channel++)
          for (int32_t i = 0; i < w.size; i++, patches += w.size) {
            int32_t row = y * w.stride - w.padding + i;
            if (row < 0 || row >= w.height) continue;
            float *line = images + ((int64_t)channel * w.height + row) * w.width;
            for (int32_t j = 0; j < w.size; j++) {
              int32_t column = left + j;
              if (column >= 0 && column < w.width) line[column] += patches[j];
            }
          }
      }
    images += (int64_t)w.channels * w.height * w.width;
  }
}

void training_pool(const float *images, int32_t samples, training_window w, float *out,
                   int32_t *places) {
  for (int32_t sample = 0; sample < samples; sample++) {
    for (int32_t channel = 0; channel < w.channels; channel++)
      for (int32_t y = 0; y < w.out_height; y++)
        for (int32_t x = 0; x < w.out_width; x++) {
          int32_t best = (channel * w.height + y * w.stride) * w.width + x * w.stride;
          for (int32_t i = 0; i < w.size; i++)
            for (int32_t j = 0; j < w.size; j++) {
              int32_t place = (channel * w.height + y * w.stride + i) * w.width + x * w.stride + j;
              if (images[place] > images[best] || images[place] != images[place]) best = place;
            }
          *out++ = images[best];
          *places++ = best;
        }
    images += (int64_t)w.channels * w.height * w.width;
  }
}

void training_unpool(const float *deltas, const int32_t *places, int32_t samples, training_window w,
                     float *images) {
  int64_t count = (int64_t)w.channels * w.out_height * w.out_width;
  for (int32_t sample = 0; sample < samples; sample++) {
    for (int64_t i = 0; i < count; i++) images[*places++] += *deltas++;
    images += (int64_t)w.channels * w.height * w.width;
  }
}
