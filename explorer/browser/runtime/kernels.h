/* What the kernels' sources share. */
#pragma once
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name))) void name
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/* Leaky rectification; slope 0 is ReLU and slope 1 the identity. */
INLINE v128_t rectified(v128_t x, v128_t slope) {
  return wasm_v128_bitselect(x, wasm_f32x4_mul(x, slope), wasm_f32x4_gt(x, wasm_f32x4_const_splat(0)));
}

/* Cross-correlation of a margined input; see kernels.c. */
void convolve(const float *input, const float *weights, const float *bias, float *output, int rows, int columns,
              int vertical_distance, int pixel_distance, int row_distance, int kernel_rows, int run, int vectors,
              int output_pitch, int output_distance, float slope);
