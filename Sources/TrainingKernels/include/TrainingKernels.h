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

#if defined(__cplusplus)
}
#endif
