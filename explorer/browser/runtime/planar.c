/*
 * Small fully connected networks on batches of points, forward and backward, and their training.
 *
 * Activations and their gradients are feature-major: row f holds feature f of every point of the batch, `pitch` floats
 * behind row f - 1. `batch` is the number of points rounded up to a multiple of 16, `count` the number itself where it
 * matters: gradients of the points between them are zero, so that they count for nothing.
 * Weights are torch's, (outputs, inputs) row by row, at any address.
 */
#include "elementary.h"

#define EXPORT_VALUE(type, name) __attribute__((export_name(#name))) type name

/* A tanh, or a rectifier with a slope below zero. */
INLINE v128_t activated(v128_t x, int tangent, v128_t slope) { return tangent ? hyperbolic_tangent(x) : rectified(x, slope); }

/* The gradient before an activation, from the gradient behind it and the activation's value. */
INLINE v128_t before_activation(v128_t gradient, v128_t value, int tangent, v128_t slope) {
  if (tangent)
    return wasm_f32x4_mul(gradient, wasm_f32x4_sub(wasm_f32x4_const_splat(1), wasm_f32x4_mul(value, value)));
  v128_t positive = wasm_f32x4_gt(value, wasm_f32x4_const_splat(0));
  return wasm_v128_bitselect(gradient, wasm_f32x4_mul(gradient, slope), positive);
}

INLINE float horizontal_sum(v128_t x) {
  return (wasm_f32x4_extract_lane(x, 0) + wasm_f32x4_extract_lane(x, 1)) +
         (wasm_f32x4_extract_lane(x, 2) + wasm_f32x4_extract_lane(x, 3));
}

/* All ones in the lanes b .. b + 3 that are below `count`. */
INLINE v128_t lanes_below(int b, int count) {
  return wasm_i32x4_lt(wasm_i32x4_add(wasm_i32x4_splat(b), wasm_i32x4_const(0, 1, 2, 3)), wasm_i32x4_splat(count));
}

/* `rows` rows of a matrix times 4 * `vectors` points, added to the sums. Neighbouring rows and columns of the matrix lie
 * `row_distance` and `column_distance` apart. */
INLINE void multiply(const float *matrix, int row_distance, int column_distance, const float *input, int columns, int pitch,
                     v128_t *sums, const int rows, const int vectors) {
  for (int c = 0; c < columns; c++) {
    v128_t values[4];
    UNROLL for (int v = 0; v < vectors; v++) values[v] = wasm_v128_load(input + c * pitch + 4 * v);
    UNROLL for (int r = 0; r < rows; r++) {
      v128_t factor = wasm_v128_load32_splat(matrix + r * row_distance + c * column_distance);
      UNROLL for (int v = 0; v < vectors; v++)
        sums[r * vectors + v] = wasm_f32x4_add(sums[r * vectors + v], wasm_f32x4_mul(factor, values[v]));
    }
  }
}

INLINE void forward_rows(const float *weight, const float *bias, const float *input, float *output, int inputs, int pitch,
                         int tangent, v128_t slope, const int rows, const int vectors) {
  v128_t sums[8];
  UNROLL for (int i = 0; i < rows * vectors; i++) sums[i] = wasm_v128_load32_splat(bias + i / vectors);
  multiply(weight, inputs, 1, input, inputs, pitch, sums, rows, vectors);
  UNROLL for (int i = 0; i < rows * vectors; i++)
    wasm_v128_store(output + i / vectors * pitch + 4 * (i % vectors), activated(sums[i], tangent, slope));
}

/* A linear layer, then its activation. */
EXPORT(planar_forward)(const float *weight, const float *bias, const float *input, float *output, int inputs, int outputs,
                       int batch, int pitch, int tangent, float slope) {
  v128_t slopes = wasm_f32x4_splat(slope);
  for (int b = 0; b < batch; b += 16) {
    int o = 0;
    for (; o + 4 <= outputs; o += 4)
      for (int half = b; half < b + 16; half += 8)
        forward_rows(weight + o * inputs, bias + o, input + half, output + o * pitch + half, inputs, pitch, tangent, slopes, 4, 2);
    for (; o < outputs; o++)
      forward_rows(weight + o * inputs, bias + o, input + b, output + o * pitch + b, inputs, pitch, tangent, slopes, 1, 4);
  }
}

INLINE void backward_rows(const float *weight, const float *gradient, const float *values, float *output, int inputs,
                          int outputs, int pitch, int tangent, v128_t slope, const int rows, const int vectors) {
  v128_t sums[8];
  UNROLL for (int i = 0; i < rows * vectors; i++) sums[i] = wasm_f32x4_const_splat(0);
  multiply(weight, 1, inputs, gradient, outputs, pitch, sums, rows, vectors);
  UNROLL for (int i = 0; i < rows * vectors; i++) {
    int place = i / vectors * pitch + 4 * (i % vectors);
    wasm_v128_store(output + place, before_activation(sums[i], wasm_v128_load(values + place), tangent, slope));
  }
}

/* From the gradient behind a linear layer to the one before the activation, whose `values` are the layer's input. */
EXPORT(planar_backward)(const float *weight, const float *gradient, const float *values, float *output, int inputs,
                        int outputs, int batch, int pitch, int tangent, float slope) {
  v128_t slopes = wasm_f32x4_splat(slope);
  for (int b = 0; b < batch; b += 16) {
    int i = 0;
    for (; i + 4 <= inputs; i += 4)
      for (int half = b; half < b + 16; half += 8)
        backward_rows(weight + i, gradient + half, values + i * pitch + half, output + i * pitch + half, inputs, outputs, pitch,
                      tangent, slopes, 4, 2);
    for (; i < inputs; i++)
      backward_rows(weight + i, gradient + b, values + i * pitch + b, output + i * pitch + b, inputs, outputs, pitch, tangent,
                    slopes, 1, 4);
  }
}

INLINE void weight_tile(const float *gradient, const float *input, float *sum, int inputs, int batch, int pitch,
                        const int rows, const int columns) {
  v128_t sums[8];
  UNROLL for (int i = 0; i < rows * columns; i++) sums[i] = wasm_f32x4_const_splat(0);
  for (int b = 0; b < batch; b += 4) {
    v128_t values[4];
    UNROLL for (int c = 0; c < columns; c++) values[c] = wasm_v128_load(input + c * pitch + b);
    UNROLL for (int r = 0; r < rows; r++) {
      v128_t factor = wasm_v128_load(gradient + r * pitch + b);
      UNROLL for (int c = 0; c < columns; c++)
        sums[r * columns + c] = wasm_f32x4_add(sums[r * columns + c], wasm_f32x4_mul(factor, values[c]));
    }
  }
  UNROLL for (int i = 0; i < rows * columns; i++) sum[i / columns * inputs + i % columns] += horizontal_sum(sums[i]);
}

INLINE void weight_rows(const float *gradient, const float *input, float *sum, int inputs, int batch, int pitch,
                        const int rows) {
  int i = 0;
  for (; i + 4 <= inputs; i += 4) weight_tile(gradient, input + i * pitch, sum + i, inputs, batch, pitch, rows, 4);
  for (; i < inputs; i++) weight_tile(gradient, input + i * pitch, sum + i, inputs, batch, pitch, rows, 1);
}

/* Add a linear layer's gradients, summed over the batch, to those of its weight and of the bias behind it. */
EXPORT(planar_weight_gradient)(const float *gradient, const float *input, float *weight_sum, int inputs, int outputs,
                               int batch, int pitch) {
  int o = 0;
  for (; o + 2 <= outputs; o += 2)
    weight_rows(gradient + o * pitch, input, weight_sum + o * inputs, inputs, batch, pitch, 2);
  if (o < outputs) weight_rows(gradient + o * pitch, input, weight_sum + o * inputs, inputs, batch, pitch, 1);
  float *bias_sum = weight_sum + inputs * outputs;
  for (o = 0; o < outputs; o++) {
    v128_t sum = wasm_f32x4_const_splat(0);
    for (int b = 0; b < batch; b += 4) sum = wasm_f32x4_add(sum, wasm_v128_load(gradient + o * pitch + b));
    bias_sum[o] += horizontal_sum(sum);
  }
}

/*
 * Batch normalisation in training mode (Ioffe & Szegedy 2015, algorithm 1), then the activation. `values` become the
 * normalised values; the reciprocal standard deviations are kept for the way back. Running variances are unbiased.
 */
EXPORT(planar_batch_norm)(float *values, float *output, const float *scale, const float *shift, float *mean, float *variance,
                          float *reciprocals, int features, int count, int batch, int pitch, float momentum, float epsilon,
                          int tangent, float slope) {
  v128_t slopes = wasm_f32x4_splat(slope);
  for (int f = 0; f < features; f++, values += pitch, output += pitch) {
    v128_t sum = wasm_f32x4_const_splat(0), squares = sum;
    for (int b = 0; b < count; b += 4)
      sum = wasm_f32x4_add(sum, wasm_v128_and(wasm_v128_load(values + b), lanes_below(b, count)));
    float average = horizontal_sum(sum) / count;
    v128_t averages = wasm_f32x4_splat(average);
    for (int b = 0; b < count; b += 4) {
      v128_t centred = wasm_v128_and(wasm_f32x4_sub(wasm_v128_load(values + b), averages), lanes_below(b, count));
      squares = wasm_f32x4_add(squares, wasm_f32x4_mul(centred, centred));
    }
    float spread = horizontal_sum(squares);
    mean[f] += momentum * (average - mean[f]);
    variance[f] += momentum * (spread / (count - 1) - variance[f]);
    reciprocals[f] = 1 / __builtin_sqrtf(spread / count + epsilon);
    v128_t factors = wasm_f32x4_splat(reciprocals[f]), scales = wasm_f32x4_splat(scale[f]), shifts = wasm_f32x4_splat(shift[f]);
    for (int b = 0; b < batch; b += 4) {
      v128_t normalised = wasm_f32x4_mul(wasm_f32x4_sub(wasm_v128_load(values + b), averages), factors);
      wasm_v128_store(values + b, normalised);
      wasm_v128_store(output + b, activated(wasm_f32x4_add(wasm_f32x4_mul(normalised, scales), shifts), tangent, slopes));
    }
  }
}

/* The way back through it, in place; adds the gradients of scale and shift. */
EXPORT(planar_batch_norm_backward)(float *gradient, const float *normalised, const float *scale, const float *reciprocals,
                                   float *scale_sum, float *shift_sum, int features, int count, int batch, int pitch) {
  for (int f = 0; f < features; f++, gradient += pitch, normalised += pitch) {
    v128_t sum = wasm_f32x4_const_splat(0), products = sum;
    for (int b = 0; b < batch; b += 4) {
      v128_t value = wasm_v128_load(gradient + b);
      sum = wasm_f32x4_add(sum, value);
      products = wasm_f32x4_add(products, wasm_f32x4_mul(value, wasm_v128_load(normalised + b)));
    }
    float total = horizontal_sum(sum), product = horizontal_sum(products);
    scale_sum[f] += product;
    shift_sum[f] += total;
    v128_t means = wasm_f32x4_splat(total / count), slopes = wasm_f32x4_splat(product / count);
    v128_t factors = wasm_f32x4_splat(scale[f] * reciprocals[f]);
    for (int b = 0; b < batch; b += 4) {
      v128_t centred = wasm_f32x4_sub(wasm_v128_load(gradient + b), means);
      v128_t result = wasm_f32x4_sub(centred, wasm_f32x4_mul(slopes, wasm_v128_load(normalised + b)));
      wasm_v128_store(gradient + b, wasm_v128_and(wasm_f32x4_mul(factors, result), lanes_below(b, count)));
    }
  }
}

/* Divide by the length, or by 1e-12 if that is larger, as torch does. */
static void normalise(float *vector, int length) {
  double squares = 0;
  for (int i = 0; i < length; i++) squares += (double)vector[i] * vector[i];
  double norm = __builtin_sqrt(squares);
  if (norm < 1e-12) norm = 1e-12;
  for (int i = 0; i < length; i++) vector[i] = vector[i] / norm;
}

/* Matrix (outputs, inputs) times v; one row. */
static double row_product(const float *row, const float *v, int inputs) {
  double sum = 0;
  for (int i = 0; i < inputs; i++) sum += (double)row[i] * v[i];
  return sum;
}

/*
 * Spectral normalisation in training mode (Miyato et al. 2018, algorithm 1): one power iteration on u and v, then the weight
 * divided by sigma = u W v, which is returned. `columns` is room for `inputs` doubles.
 */
EXPORT_VALUE(float, planar_spectral_norm)(const float *weight, float *u, float *v, float *normalised, double *columns,
                                          int inputs, int outputs) {
  for (int o = 0; o < outputs; o++) u[o] = row_product(weight + o * inputs, v, inputs);
  normalise(u, outputs);
  for (int i = 0; i < inputs; i++) columns[i] = 0;
  for (int o = 0; o < outputs; o++)
    for (int i = 0; i < inputs; i++) columns[i] += (double)weight[o * inputs + i] * u[o];
  for (int i = 0; i < inputs; i++) v[i] = columns[i];
  normalise(v, inputs);
  double sigma = 0;
  for (int o = 0; o < outputs; o++) sigma += u[o] * row_product(weight + o * inputs, v, inputs);
  for (int i = 0; i < inputs * outputs; i++) normalised[i] = weight[i] / sigma;
  return sigma;
}

/* Add the weight's gradient, from that of the normalised weight: (G - <G, W / sigma> u v') / sigma, u and v held fixed. */
EXPORT(planar_spectral_gradient)(const float *gradient, const float *normalised, const float *u, const float *v, float sigma,
                                 float *weight_sum, int inputs, int outputs) {
  double product = 0;
  for (int i = 0; i < inputs * outputs; i++) product += (double)gradient[i] * normalised[i];
  float factor = product;
  for (int o = 0; o < outputs; o++)
    for (int i = 0; i < inputs; i++)
      weight_sum[o * inputs + i] += (gradient[o * inputs + i] - factor * u[o] * v[i]) / sigma;
}

/* Terms of the losses, as functions of D's raw output x; the numbers are known to network.js. */
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
