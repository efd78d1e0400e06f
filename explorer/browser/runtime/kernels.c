/*
 * The inner loops of the page's networks, for WebAssembly with fixed 128-bit SIMD.
 *
 * A spatial activation is stored with its channels innermost: element (y, x, c) lies at (y * row_pitch + x * step + c)
 * floats. `step` is the channel count rounded up to a multiple of 4. Around the image there may be a margin of zeros,
 * so that no loop tests for borders; pointers passed here point at the first pixel that is read or written.
 * All distances are in floats, all pointers are 16-byte aligned unless said otherwise.
 */
#include "elementary.h"
#include "kernels.h"

/*
 * `pixels` neighbouring output pixels by 4 * `vectors` output channels, with the sums in registers. A kernel row is one
 * contiguous run of `run` floats in the input, since kernel columns are neighbouring pixels there.
 */
INLINE void tile(const float *input, int pixel_distance, int row_distance, int kernel_rows, int run,
                 const float *weights, const float *bias, float *output, int output_distance, v128_t slope,
                 const int pixels, const int vectors) {
  v128_t sums[8];
  UNROLL for (int i = 0; i < pixels * vectors; i++) sums[i] = wasm_v128_load(bias + 4 * (i % vectors));
  for (int row = 0; row < kernel_rows; row++) {
    const float *source = input + row * row_distance;
    for (int i = 0; i < run; i++) {
      v128_t factors[8];
      UNROLL for (int v = 0; v < vectors; v++) factors[v] = wasm_v128_load(weights + 4 * v);
      UNROLL for (int p = 0; p < pixels; p++) {
        v128_t value = wasm_v128_load32_splat(source + p * pixel_distance + i);
        UNROLL for (int v = 0; v < vectors; v++)
          sums[p * vectors + v] = wasm_f32x4_add(sums[p * vectors + v], wasm_f32x4_mul(value, factors[v]));
      }
      weights += 4 * vectors;
    }
  }
  UNROLL for (int p = 0; p < pixels; p++) UNROLL for (int v = 0; v < vectors; v++)
    wasm_v128_store(output + p * output_distance + 4 * v, rectified(sums[p * vectors + v], slope));
}

/* The whole output map for 4 * `vectors` output channels, `pixels` at a time along each row. */
INLINE void map(const float *input, int rows, int columns, int vertical_distance, int pixel_distance, int row_distance,
                int kernel_rows, int run, const float *weights, const float *bias, float *output, int output_pitch,
                int output_distance, v128_t slope, const int pixels, const int vectors) {
  for (int y = 0; y < rows; y++) {
    const float *source = input + y * vertical_distance;
    float *target = output + y * output_pitch;
    int x = 0;
    if (columns >= pixels) {
      /* The last tile overlaps the one before it rather than leave single pixels, which are slower. */
      for (; x < columns; x += pixels) {
        int start = x + pixels <= columns ? x : columns - pixels;
        tile(source + start * pixel_distance, pixel_distance, row_distance, kernel_rows, run, weights, bias,
             target + start * output_distance, output_distance, slope, pixels, vectors);
      }
    } else {
      for (; x < columns; x++)
        tile(source + x * pixel_distance, pixel_distance, row_distance, kernel_rows, run, weights, bias,
             target + x * output_distance, output_distance, slope, 1, vectors);
    }
  }
}

/*
 * Cross-correlation of a margined input. Weights are packed in blocks of 8 output channels (the last block has 4 where
 * the number of `vectors` of 4 is odd), in the order [block][kernel row][kernel column][input channel][output].
 * `vertical_distance` and `pixel_distance` lie between the inputs of vertically and horizontally neighbouring outputs,
 * `row_distance` between kernel rows.
 */
EXPORT(convolve)(const float *input, const float *weights, const float *bias, float *output, int rows, int columns,
                 int vertical_distance, int pixel_distance, int row_distance, int kernel_rows, int run, int vectors,
                 int output_pitch, int output_distance, float slope) {
  v128_t slopes = wasm_f32x4_splat(slope);
  int v = 0;
  for (; v + 2 <= vectors; v += 2) {
    map(input, rows, columns, vertical_distance, pixel_distance, row_distance, kernel_rows, run, weights, bias + 4 * v,
        output + 4 * v, output_pitch, output_distance, slopes, 4, 2);
    weights += 8 * kernel_rows * run;
  }
  if (v < vectors)
    map(input, rows, columns, vertical_distance, pixel_distance, row_distance, kernel_rows, run, weights, bias + 4 * v,
        output + 4 * v, output_pitch, output_distance, slopes, 8, 1);
}

/*
 * Matrix times vector. Weights are packed in blocks of 32 output rows, then at most one each of 16, 8 and 4, in the
 * order [block][input][output].
 */
EXPORT(affine)(const float *input, const float *weights, const float *bias, float *output, int inputs, int vectors,
               float slope) {
  v128_t slopes = wasm_f32x4_splat(slope);
  for (; vectors >= 8; vectors -= 8, weights += 32 * inputs, bias += 32, output += 32)
    tile(input, 0, 0, 1, inputs, weights, bias, output, 0, slopes, 1, 8);
  if (vectors & 4) {
    tile(input, 0, 0, 1, inputs, weights, bias, output, 0, slopes, 1, 4);
    weights += 16 * inputs, bias += 16, output += 16;
  }
  if (vectors & 2) {
    tile(input, 0, 0, 1, inputs, weights, bias, output, 0, slopes, 1, 2);
    weights += 8 * inputs, bias += 8, output += 8;
  }
  if (vectors & 1) tile(input, 0, 0, 1, inputs, weights, bias, output, 0, slopes, 1, 1);
}

/* Elementwise functions from rows of `length` floats (a multiple of 4) to rows at another pitch. */
#define ELEMENTWISE(name, expression)                                                                                  \
  EXPORT(name)(const float *input, int input_pitch, float *output, int output_pitch, int rows, int length) {           \
    for (int y = 0; y < rows; y++)                                                                                     \
      for (int i = 0; i < length; i += 4) {                                                                            \
        v128_t x = wasm_v128_load(input + y * input_pitch + i);                                                        \
        wasm_v128_store(output + y * output_pitch + i, expression);                                                    \
      }                                                                                                                \
  }

ELEMENTWISE(sigmoid, logistic(x))
ELEMENTWISE(tanh, hyperbolic_tangent(x))
ELEMENTWISE(silu, wasm_f32x4_mul(x, logistic(x)))

/* Leaky rectification alone, where no layer before it can do it on the way. */
EXPORT(rectify)(const float *input, int input_pitch, float *output, int output_pitch, int rows, int length,
                float slope) {
  for (int y = 0; y < rows; y++)
    for (int i = 0; i < length; i += 4)
      wasm_v128_store(output + y * output_pitch + i,
                      rectified(wasm_v128_load(input + y * input_pitch + i), wasm_f32x4_splat(slope)));
}

/* Sum of two maps, then leaky rectification. */
EXPORT(add)(const float *first, int first_pitch, const float *second, int second_pitch, float *output,
            int output_pitch, int rows, int length, float slope) {
  for (int y = 0; y < rows; y++)
    for (int i = 0; i < length; i += 4) {
      v128_t sum = wasm_f32x4_add(wasm_v128_load(first + y * first_pitch + i), wasm_v128_load(second + y * second_pitch + i));
      wasm_v128_store(output + y * output_pitch + i, rectified(sum, wasm_f32x4_splat(slope)));
    }
}

/* Per channel: input * scale + shift, then leaky rectification. */
EXPORT(scale_shift)(const float *input, int input_pitch, float *output, int output_pitch, int rows, int columns,
                    int step, const float *scale, const float *shift, float slope) {
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < columns; x++)
      for (int c = 0; c < step; c += 4) {
        v128_t value = wasm_v128_load(input + y * input_pitch + x * step + c);
        value = wasm_f32x4_add(wasm_f32x4_mul(value, wasm_v128_load(scale + c)), wasm_v128_load(shift + c));
        wasm_v128_store(output + y * output_pitch + x * step + c, rectified(value, wasm_f32x4_splat(slope)));
      }
}

/* Four vectors as the rows of a 4×4 matrix → its columns. */
INLINE void transpose(v128_t *rows) {
  v128_t a = wasm_i32x4_shuffle(rows[0], rows[1], 0, 4, 1, 5), b = wasm_i32x4_shuffle(rows[2], rows[3], 0, 4, 1, 5);
  v128_t c = wasm_i32x4_shuffle(rows[0], rows[1], 2, 6, 3, 7), d = wasm_i32x4_shuffle(rows[2], rows[3], 2, 6, 3, 7);
  rows[0] = wasm_i64x2_shuffle(a, b, 0, 2);
  rows[1] = wasm_i64x2_shuffle(a, b, 1, 3);
  rows[2] = wasm_i64x2_shuffle(c, d, 0, 2);
  rows[3] = wasm_i64x2_shuffle(c, d, 1, 3);
}

/* Columns that are handled four at a time: none where pixels are not whole vectors. */
INLINE int vector_columns(int columns, int step) { return step % 4 == 0 ? columns & ~3 : 0; }

/* Channels first (C, H, W), contiguous, unaligned → channels last. */
EXPORT(pack)(const float *input, float *output, int channels, int step, int rows, int columns, int pitch) {
  int whole = vector_columns(columns, step), plane = rows * columns;
  for (int y = 0; y < rows; y++, input += columns, output += pitch) {
    for (int c = 0; c < channels; c += 4)
      for (int x = 0; x < whole; x += 4) {
        v128_t block[4];
        UNROLL for (int i = 0; i < 4; i++)
          block[i] = c + i < channels ? wasm_v128_load(input + (c + i) * plane + x) : wasm_f32x4_const_splat(0);
        transpose(block);
        UNROLL for (int i = 0; i < 4; i++) wasm_v128_store(output + (x + i) * step + c, block[i]);
      }
    for (int c = 0; c < channels; c++)
      for (int x = whole; x < columns; x++) output[x * step + c] = input[c * plane + x];
  }
}

/* Channels last → channels first (C, H, W), contiguous, unaligned. */
EXPORT(unpack)(const float *input, float *output, int channels, int step, int rows, int columns, int pitch) {
  int whole = vector_columns(columns, step), plane = rows * columns;
  for (int y = 0; y < rows; y++, input += pitch, output += columns) {
    for (int c = 0; c < channels; c += 4)
      for (int x = 0; x < whole; x += 4) {
        v128_t block[4];
        UNROLL for (int i = 0; i < 4; i++) block[i] = wasm_v128_load(input + (x + i) * step + c);
        transpose(block);
        UNROLL for (int i = 0; i < 4; i++)
          if (c + i < channels) wasm_v128_store(output + (c + i) * plane + x, block[i]);
      }
    for (int c = 0; c < channels; c++)
      for (int x = whole; x < columns; x++) output[c * plane + x] = input[x * step + c];
  }
}

/* Output (y, x, c) = input (y / factor, x / factor, c * factor² + (y % factor) * factor + x % factor). */
EXPORT(pixel_shuffle)(const float *input, int input_pitch, int input_step, float *output, int output_pitch,
                      int output_step, int channels, int rows, int columns, int factor) {
  for (int y = 0; y < rows; y++)
    for (int i = 0; i < factor; i++)
      for (int x = 0; x < columns; x++)
        for (int j = 0; j < factor; j++) {
          const float *source = input + y * input_pitch + x * input_step + i * factor + j;
          float *target = output + (y * factor + i) * output_pitch + (x * factor + j) * output_step;
          for (int c = 0; c < channels; c++) target[c] = source[c * factor * factor];
        }
}

/* Output (y, x, c) = input (y / factor, x / factor, c). */
EXPORT(upsample_nearest)(const float *input, int input_pitch, float *output, int output_pitch, int step, int rows,
                         int columns, int factor) {
  for (int y = 0; y < rows * factor; y++)
    for (int x = 0; x < columns * factor; x++)
      for (int c = 0; c < step; c += 4)
        wasm_v128_store(output + y * output_pitch + x * step + c,
                        wasm_v128_load(input + y / factor * input_pitch + x / factor * step + c));
}
