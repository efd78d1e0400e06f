/* What training planar networks takes besides the networks: losses, optimisers, random numbers. */
#include "planar.h"

/* Terms of the losses, as functions of D's raw output x; the numbers are those of planar/losses.js. */
enum { SOFTPLUS, SOFTPLUS_NEGATIVE, MINUS_SOFTPLUS, HALF_SQUARE, HALF_SQUARE_FROM_ONE, HINGE, HINGE_NEGATIVE, RAW, MINUS_RAW };

INLINE v128_t term(int kind, v128_t x, v128_t *derivative) {
  v128_t zero = wasm_f32x4_const_splat(0), one = wasm_f32x4_const_splat(1), half = wasm_f32x4_const_splat(0.5f), shifted;
  switch (kind) {
  case SOFTPLUS:
    *derivative = logistic(x);
    return softplus(x);
  case SOFTPLUS_NEGATIVE:
    *derivative = wasm_f32x4_neg(logistic(wasm_f32x4_neg(x)));
    return softplus(wasm_f32x4_neg(x));
  case MINUS_SOFTPLUS:
    *derivative = wasm_f32x4_neg(logistic(x));
    return wasm_f32x4_neg(softplus(x));
  case HALF_SQUARE:
    *derivative = x;
    return wasm_f32x4_mul(half, wasm_f32x4_mul(x, x));
  case HALF_SQUARE_FROM_ONE:
    *derivative = shifted = wasm_f32x4_sub(x, one);
    return wasm_f32x4_mul(half, wasm_f32x4_mul(shifted, shifted));
  case HINGE:
    shifted = wasm_f32x4_add(one, x);
    *derivative = wasm_v128_and(wasm_f32x4_gt(shifted, zero), one);
    return wasm_f32x4_max(shifted, zero);
  case HINGE_NEGATIVE:
    shifted = wasm_f32x4_sub(one, x);
    *derivative = wasm_v128_and(wasm_f32x4_gt(shifted, zero), wasm_f32x4_neg(one));
    return wasm_f32x4_max(shifted, zero);
  case RAW:
    *derivative = one;
    return x;
  default:
    *derivative = wasm_f32x4_neg(one);
    return wasm_f32x4_neg(x);
  }
}

/*
 * The mean over the batch of a term of D's outputs, and its gradient. `results` receives the mean term, then the mean of
 * what is called D(x): the outputs' sigmoids where they are logits, else the outputs.
 */
EXPORT(planar_loss)(int kind, int logits, const float *outputs, float *gradient, int count, int batch, float *results) {
  v128_t terms = wasm_f32x4_const_splat(0), shown = terms, share = wasm_f32x4_splat(1.0f / count);
  for (int b = 0; b < batch; b += 4) {
    v128_t x = wasm_v128_load(outputs + b), valid = lanes_below(b, count), derivative;
    terms = wasm_f32x4_add(terms, wasm_v128_and(term(kind, x, &derivative), valid));
    shown = wasm_f32x4_add(shown, wasm_v128_and(logits ? logistic(x) : x, valid));
    wasm_v128_store(gradient + b, wasm_v128_and(wasm_f32x4_mul(derivative, share), valid));
  }
  results[0] = horizontal_sum(terms) / count;
  results[1] = horizontal_sum(shown) / count;
}

/* Derivatives of a term at each of `batch` outputs, not averaged. */
EXPORT(planar_term_gradient)(int kind, const float *outputs, float *gradient, int batch) {
  for (int b = 0; b < batch; b += 4) {
    v128_t derivative;
    term(kind, wasm_v128_load(outputs + b), &derivative);
    wasm_v128_store(gradient + b, derivative);
  }
}

/* Optimisers. `length` is a multiple of 4; the formulas and constants are torch's. */

EXPORT(planar_sgd)(float *parameters, const float *gradient, int length, float rate) {
  for (int i = 0; i < length; i += 4) {
    v128_t step = wasm_f32x4_mul(wasm_f32x4_splat(rate), wasm_v128_load(gradient + i));
    wasm_v128_store(parameters + i, wasm_f32x4_sub(wasm_v128_load(parameters + i), step));
  }
}

EXPORT(planar_momentum)(float *parameters, const float *gradient, float *buffer, int length, float rate, float momentum) {
  for (int i = 0; i < length; i += 4) {
    v128_t kept = wasm_f32x4_mul(wasm_f32x4_splat(momentum), wasm_v128_load(buffer + i));
    wasm_v128_store(buffer + i, wasm_f32x4_add(kept, wasm_v128_load(gradient + i)));
  }
  planar_sgd(parameters, buffer, length, rate);
}

/* values := values + share (target - values) */
INLINE v128_t blended(v128_t values, v128_t target, float share) {
  return wasm_f32x4_add(values, wasm_f32x4_mul(wasm_f32x4_splat(share), wasm_f32x4_sub(target, values)));
}

/* values := decay values + (1 - decay) gradient² */
INLINE v128_t mean_square(v128_t values, v128_t gradient, float decay, float rest) {
  v128_t square = wasm_f32x4_mul(wasm_f32x4_splat(rest), wasm_f32x4_mul(gradient, gradient));
  return wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_splat(decay), values), square);
}

EXPORT(planar_rmsprop)(float *parameters, const float *gradient, float *squares, int length, float rate, float decay,
                       float rest, float epsilon) {
  for (int i = 0; i < length; i += 4) {
    v128_t slope = wasm_v128_load(gradient + i), square = mean_square(wasm_v128_load(squares + i), slope, decay, rest);
    v128_t divisor = wasm_f32x4_add(wasm_f32x4_sqrt(square), wasm_f32x4_splat(epsilon));
    v128_t step = wasm_f32x4_mul(wasm_f32x4_splat(rate), wasm_f32x4_div(slope, divisor));
    wasm_v128_store(squares + i, square);
    wasm_v128_store(parameters + i, wasm_f32x4_sub(wasm_v128_load(parameters + i), step));
  }
}

/* Adam (Kingma & Ba 2015, algorithm 1): `rate` = learning rate / (1 - beta1^t), `root` = sqrt(1 - beta2^t). */
EXPORT(planar_adam)(float *parameters, const float *gradient, float *first, float *second, int length, float rate, float rest1,
                    float beta2, float rest2, float root, float epsilon) {
  for (int i = 0; i < length; i += 4) {
    v128_t slope = wasm_v128_load(gradient + i), mean = blended(wasm_v128_load(first + i), slope, rest1);
    v128_t square = mean_square(wasm_v128_load(second + i), slope, beta2, rest2);
    v128_t divisor = wasm_f32x4_add(wasm_f32x4_div(wasm_f32x4_sqrt(square), wasm_f32x4_splat(root)), wasm_f32x4_splat(epsilon));
    v128_t step = wasm_f32x4_mul(wasm_f32x4_splat(rate), wasm_f32x4_div(mean, divisor));
    wasm_v128_store(first + i, mean);
    wasm_v128_store(second + i, square);
    wasm_v128_store(parameters + i, wasm_f32x4_sub(wasm_v128_load(parameters + i), step));
  }
}

/* Hold every value within [-limit, limit]; NaN stays. */
EXPORT(planar_clip)(float *values, int length, float limit) {
  for (int i = 0; i < length; i++) values[i] = values[i] > limit ? limit : values[i] < -limit ? -limit : values[i];
}

/* Sum of squares; not finite where any value is not. */
EXPORT_VALUE(double, planar_squares)(const float *values, int length) {
  double sum = 0;
  for (int i = 0; i < length; i++) sum += (double)values[i] * values[i];
  return sum;
}

/* `blocks` times four uniforms (word + 1/2) 2^-32 from Philox4x32-10 (Salmon et al. 2011), as philox.js makes them. */
EXPORT(planar_uniforms)(double *output, int blocks, unsigned key0, unsigned key1, unsigned stream, unsigned index) {
  for (int block = 0; block < blocks; block++, output += 4) {
    unsigned c0 = block, c1 = 0, c2 = stream, c3 = index, k0 = key0, k1 = key1;
    for (int round = 0; round < 10; round++, k0 += 0x9e3779b9u, k1 += 0xbb67ae85u) {
      unsigned long long first = 0xd2511f53ull * c0, second = 0xcd9e8d57ull * c2;
      c0 = (unsigned)(second >> 32) ^ c1 ^ k0;
      c1 = (unsigned)second;
      c2 = (unsigned)(first >> 32) ^ c3 ^ k1;
      c3 = (unsigned)first;
    }
    output[0] = (c0 + 0.5) * 0x1p-32;
    output[1] = (c1 + 0.5) * 0x1p-32;
    output[2] = (c2 + 0.5) * 0x1p-32;
    output[3] = (c3 + 0.5) * 0x1p-32;
  }
}
