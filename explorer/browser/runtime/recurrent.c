/*
 * The loops of recurrent character models. A layer of H units is handled as `pitch` floats, H rounded up to a multiple of 4.
 * Every quantity of a step is written at its place (in the order of docs/format.md), `pitch` floats each; where `mask` has all
 * bits set, `held` replaces it as soon as it is computed, so that what follows in the step uses the replacement.
 */
#include "elementary.h"

INLINE v128_t amended(v128_t computed, const float *mask, const float *held, float *target) {
  v128_t value = wasm_v128_bitselect(wasm_v128_load(held), computed, wasm_v128_load(mask));
  wasm_v128_store(target, value);
  return value;
}

/* h = tanh(row). */
EXPORT(rnn_gates)(const float *rows, const float *mask, const float *held, float *quantities, int pitch) {
  for (int i = 0; i < pitch; i += 4)
    amended(hyperbolic_tangent(wasm_v128_load(rows + i)), mask + i, held + i, quantities + i);
}

/* Rows r, z, n from input and from hidden state; quantities reset, update, candidate, hidden, whose old values are h'. */
EXPORT(gru_gates)(const float *from_input, const float *from_hidden, const float *mask, const float *held,
                  float *quantities, int pitch) {
  for (int i = 0; i < pitch; i += 4) {
    int z = pitch + i, n = 2 * pitch + i, h = 3 * pitch + i;
    v128_t row = wasm_f32x4_add(wasm_v128_load(from_input + i), wasm_v128_load(from_hidden + i));
    v128_t reset = amended(logistic(row), mask + i, held + i, quantities + i);
    row = wasm_f32x4_add(wasm_v128_load(from_input + z), wasm_v128_load(from_hidden + z));
    v128_t update = amended(logistic(row), mask + z, held + z, quantities + z);
    row = wasm_f32x4_add(wasm_v128_load(from_input + n), wasm_f32x4_mul(reset, wasm_v128_load(from_hidden + n)));
    v128_t candidate = amended(hyperbolic_tangent(row), mask + n, held + n, quantities + n);
    v128_t fresh = wasm_f32x4_mul(wasm_f32x4_sub(wasm_f32x4_const_splat(1), update), candidate);
    v128_t kept = wasm_f32x4_mul(update, wasm_v128_load(quantities + h));
    amended(wasm_f32x4_add(fresh, kept), mask + h, held + h, quantities + h);
  }
}

/* Rows i, f, g, o; quantities input, forget, output, candidate, cell, hidden, whose old cell is c'. */
EXPORT(lstm_gates)(const float *rows, const float *mask, const float *held, float *quantities, int pitch) {
  for (int i = 0; i < pitch; i += 4) {
    int f = pitch + i, o = 2 * pitch + i, g = 3 * pitch + i, c = 4 * pitch + i, h = 5 * pitch + i;
    const float *row_candidate = rows + 2 * pitch + i, *row_output = rows + 3 * pitch + i;
    v128_t input = amended(logistic(wasm_v128_load(rows + i)), mask + i, held + i, quantities + i);
    v128_t forget = amended(logistic(wasm_v128_load(rows + f)), mask + f, held + f, quantities + f);
    v128_t output = amended(logistic(wasm_v128_load(row_output)), mask + o, held + o, quantities + o);
    v128_t candidate = amended(hyperbolic_tangent(wasm_v128_load(row_candidate)), mask + g, held + g, quantities + g);
    v128_t cell = wasm_f32x4_add(wasm_f32x4_mul(forget, wasm_v128_load(quantities + c)), wasm_f32x4_mul(input, candidate));
    cell = amended(cell, mask + c, held + c, quantities + c);
    amended(wasm_f32x4_mul(output, hyperbolic_tangent(cell)), mask + h, held + h, quantities + h);
  }
}

/* Of each row of `length` logits (a multiple of 4): the largest, and the sum of exp(logit - largest), summed in float64. */
EXPORT(softmax_terms)(const float *logits, int rows, int length, float *largest, float *sums) {
  for (int row = 0; row < rows; row++, logits += length) {
    v128_t most = wasm_v128_load(logits);
    for (int i = 4; i < length; i += 4) most = wasm_f32x4_max(most, wasm_v128_load(logits + i));
    most = wasm_f32x4_max(most, wasm_i32x4_shuffle(most, most, 2, 3, 0, 1));
    most = wasm_f32x4_max(most, wasm_i32x4_shuffle(most, most, 1, 0, 3, 2));
    v128_t sum = wasm_f64x2_const_splat(0);
    for (int i = 0; i < length; i += 4) {
      v128_t weight = exponential(wasm_f32x4_sub(wasm_v128_load(logits + i), most));
      sum = wasm_f64x2_add(sum, wasm_f64x2_promote_low_f32x4(weight));
      sum = wasm_f64x2_add(sum, wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle(weight, weight, 2, 3, 0, 1)));
    }
    largest[row] = wasm_f32x4_extract_lane(most, 0);
    sums[row] = (float)(wasm_f64x2_extract_lane(sum, 0) + wasm_f64x2_extract_lane(sum, 1));
  }
}

/* sums[j] += sum over rows r of factors[r] * matrix[r * columns + j], in float64; columns a multiple of 4. */
EXPORT(accumulate_rows)(const float *matrix, const double *factors, double *sums, int rows, int columns) {
  for (int r = 0; r < rows; r += 4) {
    int count = rows - r < 4 ? rows - r : 4;
    for (int j = 0; j < columns; j += 4) {
      v128_t low = wasm_v128_load(sums + j), high = wasm_v128_load(sums + j + 2);
      for (int i = 0; i < count; i++) {
        v128_t factor = wasm_v128_load64_splat(factors + r + i), values = wasm_v128_load(matrix + (r + i) * columns + j);
        low = wasm_f64x2_add(low, wasm_f64x2_mul(factor, wasm_f64x2_promote_low_f32x4(values)));
        values = wasm_i32x4_shuffle(values, values, 2, 3, 0, 1);
        high = wasm_f64x2_add(high, wasm_f64x2_mul(factor, wasm_f64x2_promote_low_f32x4(values)));
      }
      wasm_v128_store(sums + j, low);
      wasm_v128_store(sums + j + 2, high);
    }
  }
}
