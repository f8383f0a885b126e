#pragma once

// Sixteen lanes of 32 bits, and the elementary functions that the kernels need on them.
// Polynomials: minimax forms of the Cephes library's logf, expf and sinf/cosf (Moshier, public domain).

#include <stdint.h>
#include <string.h>

#include "CrossbarKernels.h"

#pragma STDC FP_CONTRACT OFF
// Vectors are passed by value only to functions that are inlined, so no calling convention is at stake.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

typedef float f16 __attribute__((ext_vector_type(16)));
typedef int32_t i16 __attribute__((ext_vector_type(16)));
typedef uint32_t u16 __attribute__((ext_vector_type(16)));
typedef uint64_t u8x64 __attribute__((ext_vector_type(8)));
typedef int16_t s16 __attribute__((ext_vector_type(16)));
typedef uint8_t b16 __attribute__((ext_vector_type(16)));

#define LOAD(type, from) \
  ({ \
    type value_; \
    memcpy(&value_, (from), sizeof value_); \
    value_; \
  })
#define STORE(to, value) \
  do { \
    __typeof__(value) value_ = (value); \
    memcpy((to), &value_, sizeof value_); \
  } while (0)

INLINE f16 choose(i16 mask, f16 yes, f16 no) {
  return (f16)(((i16)yes & mask) | ((i16)no & ~mask));
}
INLINE u16 choose_bits(i16 mask, u16 yes, u16 no) {
  return (yes & (u16)mask) | (no & ~(u16)mask);
}
INLINE f16 lower(f16 a, f16 b) { return choose(a < b, a, b); }
INLINE f16 higher(f16 a, f16 b) { return choose(a > b, a, b); }
INLINE f16 magnitude(f16 a) { return (f16)((i16)a & 0x7fffffff); }

/// Natural logarithm of positive normal numbers; one or two units in the last place.
INLINE f16 natural_log(f16 x) {
  u16 bits = (u16)x;
  i16 exponent = (i16)(bits >> 23) - 126;
  f16 m = (f16)((bits & 0x007fffffu) | 0x3f000000u);
  i16 small = m < 0.707106781186547524f;
  exponent += small;  // the mask is -1
  m = choose(small, m + m, m) - 1.0f;
  f16 z = m * m;
  f16 y = (f16)7.0376836292e-2f;
  y = y * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * z;
  f16 e = __builtin_convertvector(exponent, f16);
  y = y + e * -2.12194440e-4f;
  y = y - 0.5f * z;
  return m + y + e * 0.693359375f;
}

/// Exponential; arguments beyond the range of the result saturate.
INLINE f16 exponential(f16 x) {
  x = lower(higher(x, (f16)-87.3f), (f16)88.3f);
  f16 scaled = x * 1.44269504088896341f;
  // Rounds to the nearest whole number: conversion truncates, so half is added with the sign.
  f16 half = choose(scaled < 0.0f, (f16)-0.5f, (f16)0.5f);
  i16 n = __builtin_convertvector(scaled + half, i16);
  f16 k = __builtin_convertvector(n, f16);
  f16 r = x - k * 0.693359375f;
  r = r - k * -2.12194440e-4f;
  f16 y = (f16)1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * (r * r) + r + 1.0f;
  return y * (f16)((u16)(n + 127) << 23);
}

/// x to the power g for x >= 0; 0 for x = 0.
INLINE f16 power(f16 x, f16 g) {
  i16 positive = x > 1.2e-38f;
  f16 result = exponential(g * natural_log(choose(positive, x, (f16)1.0f)));
  return choose(positive, result, (f16)0.0f);
}

/// Philox4x32-10; see `ReproducibleNoise`.
INLINE void multiply_wide(u16 x, uint32_t factor, u16 *high, u16 *low) {
  u8x64 pairs;
  memcpy(&pairs, &x, sizeof pairs);
  u8x64 even = (pairs & 0xffffffffull) * (uint64_t)factor;
  u8x64 odd = (pairs >> 32) * (uint64_t)factor;
  u8x64 h = (even >> 32) | (odd & 0xffffffff00000000ull);
  u8x64 l = (even & 0xffffffffull) | (odd << 32);
  memcpy(high, &h, sizeof h);
  memcpy(low, &l, sizeof l);
}

INLINE void philox(u16 c[4], uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    u16 h0, l0, h1, l1;
    multiply_wide(c[0], 0xD2511F53u, &h0, &l0);
    multiply_wide(c[2], 0xCD9E8D57u, &h1, &l1);
    u16 c1 = c[1], c3 = c[3];
    c[0] = h1 ^ c1 ^ k0;
    c[1] = l1;
    c[2] = h0 ^ c3 ^ k1;
    c[3] = l0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

/// Two standard normal numbers from two random words (Box-Muller), tails to 6.6 standard deviations.
INLINE void box_muller(u16 a, u16 b, f16 *first, f16 *second) {
  f16 u = (__builtin_convertvector((i16)(a >> 1), f16) + 0.5f) * 0x1p-31f;
  f16 radius = __builtin_elementwise_sqrt(-2.0f * natural_log(u));
  // The two highest bits choose the quadrant, the next 24 the angle from its middle.
  f16 part = __builtin_convertvector((i16)((b >> 6) & 0xffffffu), f16) * 0x1p-24f - 0.5f;
  f16 angle = part * 1.57079632679489661923f;
  f16 z = angle * angle;
  f16 s = (f16)-1.9515295891e-4f;
  s = s * z + 8.3321608736e-3f;
  s = s * z - 1.6666654611e-1f;
  s = s * z * angle + angle;
  f16 c = (f16)2.443315711809948e-5f;
  c = c * z - 1.388731625493765e-3f;
  c = c * z + 4.166664568298827e-2f;
  c = c * z * z - 0.5f * z + 1.0f;
  i16 swap = (i16)(b << 1) >> 31;
  f16 x = choose(swap, s, c), y = choose(swap, c, s);
  // Quadrants 1 and 2 have a negative first number, 2 and 3 a negative second.
  u16 minus_x = ((b >> 31) ^ ((b >> 30) & 1u)) << 31;
  u16 minus_y = (b >> 31) << 31;
  *first = (f16)((u16)(radius * x) ^ minus_x);
  *second = (f16)((u16)(radius * y) ^ minus_y);
}
