/* Elementary functions of four floats at once. */
#pragma once
#include "kernels.h"

/*
 * exp(x): x = n ln 2 + r with |r| <= ln 2 / 2 in two parts (Cody & Waite 1980), then the Taylor polynomial of degree 7,
 * whose remainder is below 1e-8 there. Arguments are held within the range of normal float32 results.
 */
INLINE v128_t exponential(v128_t x) {
  x = wasm_f32x4_max(wasm_f32x4_min(x, wasm_f32x4_const_splat(88.0f)), wasm_f32x4_const_splat(-87.0f));
  v128_t n = wasm_f32x4_nearest(wasm_f32x4_mul(x, wasm_f32x4_const_splat(1.44269504f)));
  v128_t r = wasm_f32x4_sub(x, wasm_f32x4_mul(n, wasm_f32x4_const_splat(0.693359375f)));
  r = wasm_f32x4_sub(r, wasm_f32x4_mul(n, wasm_f32x4_const_splat(-2.12194440e-4f)));
  static const float coefficients[8] = {1.0f / 5040, 1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  v128_t sum = wasm_f32x4_splat(coefficients[0]);
  UNROLL for (int i = 1; i < 8; i++)
    sum = wasm_f32x4_add(wasm_f32x4_mul(sum, r), wasm_f32x4_splat(coefficients[i]));
  v128_t exponent = wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_const_splat(127));
  return wasm_f32x4_mul(sum, wasm_i32x4_shl(exponent, 23));
}

INLINE v128_t logistic(v128_t x) {
  v128_t one = wasm_f32x4_const_splat(1);
  return wasm_f32x4_div(one, wasm_f32x4_add(one, exponential(wasm_f32x4_neg(x))));
}

/* tanh(x) = 1 - 2 / (exp(2x) + 1), but its odd Taylor polynomial near 0, where the difference would lose digits. */
INLINE v128_t hyperbolic_tangent(v128_t x) {
  v128_t one = wasm_f32x4_const_splat(1), two = wasm_f32x4_const_splat(2);
  v128_t far = wasm_f32x4_sub(one, wasm_f32x4_div(two, wasm_f32x4_add(exponential(wasm_f32x4_mul(x, two)), one)));
  v128_t square = wasm_f32x4_mul(x, x);
  v128_t near = wasm_f32x4_const_splat(-17.0f / 315);
  near = wasm_f32x4_add(wasm_f32x4_mul(near, square), wasm_f32x4_const_splat(2.0f / 15));
  near = wasm_f32x4_add(wasm_f32x4_mul(near, square), wasm_f32x4_const_splat(-1.0f / 3));
  near = wasm_f32x4_add(x, wasm_f32x4_mul(wasm_f32x4_mul(near, square), x));
  return wasm_v128_bitselect(near, far, wasm_f32x4_lt(wasm_f32x4_abs(x), wasm_f32x4_const_splat(0.15f)));
}

/*
 * ln(1 + exp(x)) = max(x, 0) + ln(1 + e), e = exp(-|x|) in (0, 1]. With s = e / (2 + e) the logarithm is 2 artanh(s), whose
 * series, cut behind s^15, leaves less than 1e-8 of it where s <= 1/3.
 */
INLINE v128_t softplus(v128_t x) {
  v128_t e = exponential(wasm_f32x4_neg(wasm_f32x4_abs(x)));
  v128_t s = wasm_f32x4_div(e, wasm_f32x4_add(wasm_f32x4_const_splat(2), e)), square = wasm_f32x4_mul(s, s);
  v128_t sum = wasm_f32x4_const_splat(1.0f / 15);
  UNROLL for (int i = 13; i > 0; i -= 2)
    sum = wasm_f32x4_add(wasm_f32x4_mul(sum, square), wasm_f32x4_splat(1.0f / i));
  sum = wasm_f32x4_mul(wasm_f32x4_add(s, s), sum);
  return wasm_f32x4_add(wasm_f32x4_max(x, wasm_f32x4_const_splat(0)), sum);
}
