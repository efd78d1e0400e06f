/*
 * Small fully connected networks on batches of points, forward and backward.
 *
 * Activations and their gradients are feature-major: row f holds feature f of every point of the batch, `pitch` floats
 * behind row f - 1. `batch` is the number of points rounded up to a multiple of 16, `count` the number itself where it
 * matters: gradients of the points between them are zero, so that they count for nothing.
 * Weights are torch's, (outputs, inputs) row by row, at any address.
 */
#include "planar.h"

/* The gradient before an activation, from the gradient behind it and the activation's value. */
INLINE v128_t before_activation(v128_t gradient, v128_t value, int tangent, v128_t slope) {
  if (tangent)
    return wasm_f32x4_mul(gradient, wasm_f32x4_sub(wasm_f32x4_const_splat(1), wasm_f32x4_mul(value, value)));
  v128_t positive = wasm_f32x4_gt(value, wasm_f32x4_const_splat(0));
  return wasm_v128_bitselect(gradient, wasm_f32x4_mul(gradient, slope), positive);
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

/* tanh of rows in place: apart from the loops above, which would otherwise hold it many times over. */
static __attribute__((noinline)) void take_tangents(float *rows, int count, int batch, int pitch) {
  for (int r = 0; r < count; r++)
    for (int b = 0; b < batch; b += 4)
      wasm_v128_store(rows + r * pitch + b, hyperbolic_tangent(wasm_v128_load(rows + r * pitch + b)));
}

INLINE void forward_rows(const float *weight, const float *bias, const float *input, float *output, int inputs, int pitch,
                         v128_t slope, const int rows, const int vectors) {
  v128_t sums[8];
  UNROLL for (int i = 0; i < rows * vectors; i++) sums[i] = wasm_v128_load32_splat(bias + i / vectors);
  multiply(weight, inputs, 1, input, inputs, pitch, sums, rows, vectors);
  UNROLL for (int i = 0; i < rows * vectors; i++)
    wasm_v128_store(output + i / vectors * pitch + 4 * (i % vectors), rectified(sums[i], slope));
}

/* A linear layer, then its activation: tanh, or a rectifier with a slope below zero, 1 being none. */
EXPORT(planar_forward)(const float *weight, const float *bias, const float *input, float *output, int inputs, int outputs,
                       int batch, int pitch, int tangent, float slope) {
  v128_t slopes = wasm_f32x4_splat(tangent ? 1 : slope);
  for (int b = 0; b < batch; b += 16) {
    int o = 0;
    for (; o + 4 <= outputs; o += 4)
      for (int half = b; half < b + 16; half += 8)
        forward_rows(weight + o * inputs, bias + o, input + half, output + o * pitch + half, inputs, pitch, slopes, 4, 2);
    for (; o < outputs; o++)
      forward_rows(weight + o * inputs, bias + o, input + b, output + o * pitch + b, inputs, pitch, slopes, 1, 4);
  }
  if (tangent) take_tangents(output, outputs, batch, pitch);
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
  v128_t slopes = wasm_f32x4_splat(tangent ? 1 : slope);
  float *start = output;
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
      wasm_v128_store(output + b, rectified(wasm_f32x4_add(wasm_f32x4_mul(normalised, scales), shifts), slopes));
    }
  }
  if (tangent) take_tangents(start, features, batch, pitch);
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
