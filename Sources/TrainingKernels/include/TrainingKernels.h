#pragma once

// The inner loops of training on the host: products of matrices, over sixteen numbers at a time.
//
// They are C for the reasons of the crossbar's kernels (docs/decisions/0001-kernels-in-c.md), and sum in an
// order of their own, so that all processors give the same bits.

#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

/// out[s][r] = sum over c of weights[r][c] * inputs[s][c].
void training_forward(const float *weights, int32_t rows, int32_t columns, const float *inputs,
                      int32_t samples, float *out);

/// out[s][c] = sum over r of weights[r][c] * inputs[s][r]; `out` is 0 before.
void training_backward(const float *weights, int32_t rows, int32_t columns, const float *inputs,
                       int32_t samples, float *out);

enum { TRAINING_SIGMOID, TRAINING_TANH, TRAINING_RELU };

/// The function of each value, in its place.
void training_activate(int32_t kind, int64_t count, float *values);

/// Multiplies each delta by the derivative, which follows from the function's value.
void training_activation_back(int32_t kind, int64_t count, const float *outputs, float *deltas);

/// Blocks of rows x columns, one after the other, each transposed.
void training_transpose(const float *values, int64_t blocks, int32_t rows, int32_t columns, float *out);

/// values[r][c] += numbers[c].
void training_add_to_columns(int64_t rows, int32_t columns, const float *numbers, float *values);

/// weights[i] -= rate * slope[i].
void training_step(int64_t count, float rate, const float *slope, float *weights);

/// A square of size x size that goes over an image: channel after channel, in each row after row.
typedef struct {
  int32_t channels, height, width;
  int32_t size, padding, stride;
  int32_t out_height, out_width;
} training_window;

/// One row a position of each image, as the values stand in it; 0 outside of the image.
void training_patches(const float *images, int32_t samples, training_window window, float *patches);

/// The reverse: each pixel's sum over all patches; `images` is 0 before.
void training_sum_patches(const float *patches, int32_t samples, training_window window, float *images);

/// The largest value of each square (the first of equal ones, a NaN before all), and its place in the image.
/// There is no padding.
void training_pool(const float *images, int32_t samples, training_window window, float *out,
                   int32_t *places);

/// Adds each delta where the largest value stood; `images` is 0 before.
void training_unpool(const float *deltas, const int32_t *places, int32_t samples, training_window window,
                     float *images);

#if defined(__cplusplus)
}
#endif
