/** The numbers about a model's latents and evidence, in float64; nats throughout. */
import { normals, uniforms } from "./philox.js";

/** Streams of the seeded generator. */
export const STREAMS = Object.freeze({ noise: 0, component: 1, epsilon: 2, label: 4 });

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * Whether no value is NaN or infinite.
 * @param {ArrayLike<number>} values
 */
export function allFinite(values) {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return false;
  }
  return true;
}

/**
 * KL(N(μ, σ²) ‖ N(0, 1)) per dimension (Kingma & Welling 2014, appendix B).
 * @param {{mean: ArrayLike<number>, logVariance: ArrayLike<number>}} posterior
 * @returns {Float64Array}
 */
export function klPerDimension({ mean, logVariance }) {
  return Float64Array.from(mean, (mu, i) => 0.5 * (mu * mu + Math.exp(logVariance[i]) - 1 - logVariance[i]));
}

/**
 * ln p(x|z), summed over pixels.
 *
 * Bernoulli: Σ x·l − ln(1 + eˡ) from the logits l, written so that nothing overflows. Gaussian: with mean and scale σ.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} parameter logits, or the Gaussian's mean
 * @param {{kind: "bernoulli"} | {kind: "gaussian", scale: number}} likelihood
 */
export function logLikelihood(x, parameter, likelihood) {
  let sum = 0;
  if (likelihood.kind === "bernoulli") {
    for (let i = 0; i < x.length; i++) {
      const logit = parameter[i];
      sum += x[i] * logit - Math.max(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
    }
    return sum;
  }
  for (let i = 0; i < x.length; i++) sum += ((x[i] - parameter[i]) / likelihood.scale) ** 2;
  return -0.5 * (sum + x.length * (LOG_TWO_PI + 2 * Math.log(likelihood.scale)));
}

/**
 * A mixture of Gaussians with full covariances.
 * @typedef {object} Mixture
 * @property {Float32Array} weights (K)
 * @property {Float32Array} means (K, L)
 * @property {Float32Array} cholesky (K, L, L), lower triangular
 */

/**
 * The latent that a prior gives for a seed.
 * @param {number} seed
 * @param {number} latentSize
 * @param {Mixture | null} mixture null for N(0, I)
 * @param {number} scale factor on the prior's standard deviations (within a component, for a mixture)
 * @returns {Float32Array} (L)
 */
export function sampleLatent(seed, latentSize, mixture, scale) {
  const noise = normals(seed, STREAMS.noise, latentSize).map((value) => scale * value);
  if (mixture === null) return Float32Array.from(noise);
  const component = firstBeyond(mixture.weights, uniforms(seed, STREAMS.component, 1)[0]);
  return Float32Array.from({ length: latentSize }, (_, row) => {
    let sum = mixture.means[component * latentSize + row];
    for (let i = 0; i <= row; i++) sum += mixture.cholesky[(component * latentSize + row) * latentSize + i] * noise[i];
    return sum;
  });
}

/**
 * The index of the first weight whose cumulated sum exceeds the uniform's share of the whole.
 * @param {ArrayLike<number>} weights none negative, one positive
 * @param {number} uniform in (0, 1)
 */
export function firstBeyond(weights, uniform) {
  const cumulated = new Float64Array(weights.length);
  for (let i = 0; i < weights.length; i++) cumulated[i] = weights[i] + (i > 0 ? cumulated[i - 1] : 0);
  return cumulated.findIndex((value) => value > uniform * cumulated[weights.length - 1]);
}

/**
 * The four integer seeds around a position in seed space and their bilinear weights.
 * @param {number} x seeds grow by 1 along x
 * @param {number} y seeds grow by 100 along y
 * @returns {{seeds: number[], weights: number[]}} itself, right, lower, lower right; the weights sum to one
 */
export function seedNeighbours(x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [across, down] = [x - left, y - top];
  const seed = left + 100 * top;
  return {
    seeds: [seed, seed + 1, seed + 100, seed + 101],
    weights: [(1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down],
  };
}

/**
 * The k rows of `points` (N, D) nearest to `query` in Euclidean distance, nearest first.
 *
 * A row is given up as soon as its partial sum exceeds the kth best distance.
 * @param {ArrayLike<number>} points
 * @param {ArrayLike<number>} query (D)
 * @param {number} k
 * @returns {Array<{index: number, squared: number}>}
 */
export function nearestRows(points, query, k) {
  const dimensions = query.length;
  /** @type {Array<{index: number, squared: number}>} */
  const best = [];
  for (let index = 0; index < points.length / dimensions && k > 0; index++) {
    const limit = best.length < k ? Infinity : best[best.length - 1].squared;
    let squared = 0;
    for (let i = 0, offset = index * dimensions; i < dimensions && squared < limit; i++, offset++) {
      const difference = points[offset] - query[i];
      squared += difference * difference;
    }
    if (squared >= limit) continue;
    const place = best.findIndex((each) => each.squared > squared);
    best.splice(place < 0 ? best.length : place, 0, { index, squared });
    if (best.length > k) best.pop();
  }
  return best;
}
