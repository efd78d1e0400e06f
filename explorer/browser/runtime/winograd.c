/*
 * Convolutions of 2×2 and 3×3 kernels with fewer multiplications: F(2×2, r×r) of Lavin & Gray 2016, "Fast algorithms for
 * convolutional neural networks". Each tile of 2×2 outputs needs r + 1 = 3 or 4 points a side, so 9 products instead of
 * 16, or 16 instead of 36. Memory is laid out as kernels.c says.
 */
#include "kernels.h"

/* One side of Bᵀ d B, in place, for vectors `distance` apart. */
INLINE void transform_input(v128_t *d, int distance, const int points) {
  v128_t *d0 = d, *d1 = d + distance, *d2 = d + 2 * distance, *d3 = d + 3 * distance;
  if (points == 3) {
    *d0 = wasm_f32x4_sub(*d0, *d1);
    *d2 = wasm_f32x4_sub(*d2, *d1);
  } else {
    v128_t middle = *d1;
    *d0 = wasm_f32x4_sub(*d0, *d2);
    *d1 = wasm_f32x4_add(middle, *d2);
    *d2 = wasm_f32x4_sub(*d2, middle);
    *d3 = wasm_f32x4_sub(middle, *d3);
  }
}

/* One side of Aᵀ m A: `points` vectors `distance` apart → the first two of them. */
INLINE void transform_output(v128_t *m, int distance, const int points) {
  v128_t *m0 = m, *m1 = m + distance, *m2 = m + 2 * distance, *m3 = m + 3 * distance;
  v128_t middle = *m1;
  if (points == 3) {
    *m0 = wasm_f32x4_add(*m0, middle);
    *m1 = wasm_f32x4_add(middle, *m2);
  } else {
    *m0 = wasm_f32x4_add(*m0, wasm_f32x4_add(middle, *m2));
    *m1 = wasm_f32x4_sub(middle, wasm_f32x4_add(*m2, *m3));
  }
}

/* Four channels of one tile's inputs → its points, `plane` floats apart. */
INLINE void scatter(const float *input, int row_distance, int pixel_distance, float *target, int plane,
                    const int points) {
  v128_t d[16];
  UNROLL for (int i = 0; i < points; i++) UNROLL for (int j = 0; j < points; j++)
    d[i * points + j] = wasm_v128_load(input + i * row_distance + j * pixel_distance);
  UNROLL for (int i = 0; i < points; i++) transform_input(d + i * points, 1, points);
  UNROLL for (int j = 0; j < points; j++) transform_input(d + j, points, points);
  UNROLL for (int i = 0; i < points * points; i++) wasm_v128_store(target + i * plane, d[i]);
}

/* Four channels of one tile's products → its 2×2 outputs. */
INLINE void gather(const float *products, int plane, float *output, int output_pitch, int output_distance, v128_t slope,
                   const int points) {
  v128_t m[16];
  UNROLL for (int i = 0; i < points * points; i++) m[i] = wasm_v128_load(products + i * plane);
  UNROLL for (int j = 0; j < points; j++) transform_output(m + j, points, points);
  UNROLL for (int i = 0; i < 2; i++) {
    transform_output(m + i * points, 1, points);
    UNROLL for (int j = 0; j < 2; j++)
      wasm_v128_store(output + i * output_pitch + j * output_distance, rectified(m[i * points + j], slope));
  }
}

INLINE void fast_convolution(const float *input, const float *weights, const float *bias, float *output, float *scratch,
                             int tile_rows, int tile_columns, int band, int lattice, int step, int pitch, int vectors,
                             int output_pitch, int output_distance, float slope, const int points) {
  int channels = lattice * lattice * step, outputs = 4 * vectors;
  const float *zeros = bias + outputs;
  float *products = scratch + points * points * band * tile_columns * channels;
  for (int top = 0; top < tile_rows; top += band) {
    int rows = tile_rows - top < band ? tile_rows - top : band, tiles = rows * tile_columns;
    for (int tile = 0; tile < tiles; tile++) {
      int y = 2 * lattice * (top + tile / tile_columns), x = 2 * lattice * (tile % tile_columns);
      float *target = scratch + tile * channels;
      for (int p = 0; p < lattice; p++)
        for (int q = 0; q < lattice; q++)
          for (int c = 0; c < step; c += 4, target += 4)
            scatter(input + (y + p) * pitch + (x + q) * step + c, lattice * pitch, lattice * step, target,
                    tiles * channels, points);
    }
    /* The product at (1, 1) enters each of the four outputs once: there the bias is added. */
    for (int i = 0; i < points * points; i++)
      convolve(scratch + i * tiles * channels, weights + i * channels * outputs, i == points + 1 ? bias : zeros,
               products + i * tiles * outputs, 1, tiles, 0, channels, 0, 1, channels, vectors, 0, outputs, 1);
    for (int tile = 0; tile < tiles; tile++) {
      float *target = output + 2 * (top + tile / tile_columns) * output_pitch + 2 * (tile % tile_columns) * output_distance;
      for (int c = 0; c < outputs; c += 4)
        gather(products + tile * outputs + c, tiles * outputs, target + c, output_pitch, output_distance,
               wasm_f32x4_splat(slope), points);
    }
  }
}

/*
 * Like `convolve`, for outputs of even height and width and kernels of points - 1 rows and columns. With `lattice` 2 the
 * convolution has stride 2 and a kernel of twice that size: the input's four sub-lattices of every second row and column
 * are then so many more channels of a convolution of stride 1. Weights: [point][block][channel][output] with blocks as in `convolve`;
 * `bias` is followed by as many zeros; `scratch` has room for points² · band · tile_columns · (channels + outputs), where
 * `band` is how many rows of tiles are worked on at a time.
 */
EXPORT(winograd)(const float *input, const float *weights, const float *bias, float *output, float *scratch, int points,
                 int tile_rows, int tile_columns, int band, int lattice, int step, int pitch, int vectors,
                 int output_pitch, int output_distance, float slope) {
  if (points == 3)
    fast_convolution(input, weights, bias, output, scratch, tile_rows, tile_columns, band, lattice, step, pitch,
                     vectors, output_pitch, output_distance, slope, 3);
  else
    fast_convolution(input, weights, bias, output, scratch, tile_rows, tile_columns, band, lattice, step, pitch,
                     vectors, output_pitch, output_distance, slope, 4);
}
