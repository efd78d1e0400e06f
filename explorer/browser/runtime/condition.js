/** Labels of conditional models: K weights of classes, none negative, that sum to one. A class alone is one-hot. */
import { ModelError } from "./errors.js";
import { STREAMS, firstBeyond } from "./numbers.js";
import { uniforms } from "./philox.js";

const TOLERANCE = 1e-4;

/**
 * @param {number} index from 0 to classes − 1
 * @param {number} classes K
 * @returns {Float32Array} (K)
 */
export function oneHot(index, classes) {
  return Float32Array.from({ length: classes }, (_, each) => (each === index ? 1 : 0));
}

/**
 * The class that a seed stands for where none is chosen: classes come up as often as in the training set.
 * @param {number} seed integer in [0, 2⁵³)
 * @param {number[]} shares (K) of the training set
 * @returns {number} its index
 */
export function drawClass(seed, shares) {
  return firstBeyond(shares, uniforms(seed, STREAMS.label, 1)[0]);
}

/**
 * A convex combination of labels.
 * @param {ArrayLike<number>[]} labels (K) each, at least one
 * @param {number[]} weights none negative, sum one
 * @returns {Float32Array} (K)
 */
export function mixLabels(labels, weights) {
  const sum = new Float64Array(labels[0].length);
  labels.forEach((label, i) => {
    for (let k = 0; k < sum.length; k++) sum[k] += weights[i] * label[k];
  });
  return Float32Array.from(sum);
}

/**
 * @param {ArrayLike<number> | null | undefined} label
 * @param {number} classes K
 * @returns {number[]} the label itself
 * @throws {ModelError} unless it is K weights that sum to one
 */
export function checkLabel(label, classes) {
  const weights = Array.from(label ?? []);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const proper = weights.length === classes && weights.every((weight) => weight >= 0) && Math.abs(sum - 1) <= TOLERANCE;
  if (!proper) throw new ModelError("runtime.label", { expected: classes, found: weights });
  return weights;
}
