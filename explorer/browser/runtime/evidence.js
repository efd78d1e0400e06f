/** Bounds of ln p(x) from samples of the posterior, and ln p(x) itself where it is known; nats, in float64. */
import { STREAMS } from "./numbers.js";
import { normals } from "./philox.js";
import { quantile } from "./statistics.js";

const LOG_TWO_PI = Math.log(2 * Math.PI);
/** Layers that draw straight lines in their input. */
const AFFINE = Object.freeze(["linear", "conv2d", "conv_transpose2d", "reshape"]);

/**
 * ε of one of many draws; the first one is the ε of the posterior sample that the page shows.
 * @param {number} seed integer in [0, 2⁵³)
 * @param {number} latentSize L
 * @param {number} draw integer in [0, 2³²)
 * @returns {Float64Array} (L) standard normals
 */
export function drawEpsilon(seed, latentSize, draw) {
  return normals(seed, STREAMS.epsilon, latentSize, draw);
}

/**
 * ln p(x, z) − ln q(z|x) at z = μ + σ·ε (Burda et al. 2016, eq. 7). Its mean over ε is the ELBO.
 * @param {import("./model.js").Model} model whose decoder is loaded and runs in the page
 * @param {ArrayLike<number>} x (C·H·W), unit range
 * @param {{mean: ArrayLike<number>, logVariance: ArrayLike<number>}} posterior (L) each
 * @param {ArrayLike<number>} epsilon (L)
 * @returns {{logWeight: number, reconstruction: number}} reconstruction is ln p(x|z)
 */
export function weigh(model, x, posterior, epsilon) {
  const { mean, logVariance } = posterior;
  const z = Float32Array.from(mean, (mu, i) => mu + Math.exp(logVariance[i] / 2) * epsilon[i]);
  const { reconstruction } = model.evidenceHere(x, posterior, z);
  let ratio = 0; // ln p(z) − ln q(z|x); the terms in 2π cancel, and (z − μ)/σ is ε
  for (let i = 0; i < z.length; i++) ratio += 0.5 * (epsilon[i] ** 2 + logVariance[i] - z[i] ** 2);
  return { logWeight: reconstruction + ratio, reconstruction };
}

/**
 * @typedef {object} Spread of a term of the bound over draws of ε
 * @property {number} mean
 * @property {number} error of the mean: the draws' standard deviation over √N
 * @property {number} low the 5th percentile of the draws
 * @property {number} high the 95th percentile
 */

/**
 * What some draws say of the term's mean, and where a single draw may fall.
 * @param {ArrayLike<number>} values (N) N ≥ 2
 * @returns {Spread}
 */
export function spreadOf(values) {
  const each = Float64Array.from(values);
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
  const squares = each.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (each.length - 1) / each.length);
  return { mean, error, low: quantile(each, 0.05), high: quantile(each, 0.95) };
}

/**
 * @typedef {object} Bound the importance-weighted bound for one number of samples
 * @property {number} count K
 * @property {number} repeats how many times it was estimated, each time from samples of its own
 * @property {number} mean over the repeats
 * @property {number} low the 10th percentile of the repeats
 * @property {number} high the 90th percentile
 */

/**
 * ln (1/K) Σ w_k (Burda et al. 2016, eq. 8) for K = 1, 2, 4, … up to the number of draws. For each K the draws are cut
 * into stretches of K that share none, so that every stretch is an independent repeat.
 * @param {ArrayLike<number>} logWeights (N) N ≥ 1
 * @param {number} most the largest K
 * @returns {Bound[]}
 */
export function tighten(logWeights, most) {
  const bounds = [];
  let level = Float64Array.from(logWeights);
  for (let count = 1; count <= most && level.length > 0; count *= 2) {
    bounds.push({ count, repeats: level.length, ...repeatsOf(level) });
    level = Float64Array.from({ length: level.length >> 1 }, (_, i) => logMean(level[2 * i], level[2 * i + 1]));
  }
  return bounds;
}

/** ln ((eᵃ + eᵇ)/2), without overflow. */
function logMean(/** @type {number} */ a, /** @type {number} */ b) {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))) - Math.LN2;
}

function repeatsOf(/** @type {Float64Array} */ values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: quantile(values, 0.1), high: quantile(values, 0.9) };
}

/**
 * The share of the whole that the heaviest of some weights has: 1/N where all are equal, 1 where one is all.
 * @param {ArrayLike<number>} logWeights (N)
 */
export function heaviestShare(logWeights) {
  let heaviest = -Infinity;
  for (let i = 0; i < logWeights.length; i++) heaviest = Math.max(heaviest, logWeights[i]);
  let sum = 0;
  for (let i = 0; i < logWeights.length; i++) sum += Math.exp(logWeights[i] - heaviest);
  return 1 / sum;
}

/**
 * ln p(x) under a standard normal prior, exactly, for a model that offers it: one that decodes in the page, whose
 * decoder
 * draws straight lines and whose likelihood is Gaussian.
 * @param {import("./model.js").Model} model whose decoder is loaded
 * @returns {((x: ArrayLike<number>) => number) | null} of a picture (C·H·W); null where it can only be bounded
 */
export function exactLogEvidence(model) {
  const { likelihood } = model.config;
  const straight = model.graphs.decoder.layers.every(({ op }) => AFFINE.includes(String(op)));
  if (!straight || model.remote || model.classes > 0 || likelihood?.kind !== "gaussian") return null;
  return (x) => linearLogEvidence((z) => model.decodeHere(z), model.latentSize, x, likelihood.scale);
}

/**
 * ln p(x) of a linear decoder with Gaussian noise, exactly: x ~ N(b, W Wᵀ + σ²I) through the matrix inversion lemma
 * (Tipping & Bishop 1999, eq. 4). W and b are read off the decoder itself: b = f(0), W's column i = f(eᵢ) − b.
 * @param {(z: Float32Array) => ArrayLike<number>} decode a linear decoder, f(z) = W z + b, (L) → (D)
 * @param {number} latentSize L
 * @param {ArrayLike<number>} x (D)
 * @param {number} scale σ > 0
 */
export function linearLogEvidence(decode, latentSize, x, scale) {
  const offset = decode(new Float32Array(latentSize));
  const columns = Array.from({ length: latentSize }, (_, i) => {
    const unit = new Float32Array(latentSize);
    unit[i] = 1;
    return Float64Array.from(decode(unit), (value, pixel) => value - offset[pixel]);
  });
  const centred = Float64Array.from(x, (value, pixel) => value - offset[pixel]);
  const inner = columns.map((a, i) => columns.map((b, j) => dot(a, b) + (i === j ? scale ** 2 : 0)));
  const { factor, logDeterminant } = cholesky(inner);
  const solved = forwardSolve(
    factor,
    columns.map((column) => dot(column, centred)),
  );
  const quadratic = (dot(centred, centred) - dot(solved, solved)) / scale ** 2;
  const volume = 2 * (x.length - latentSize) * Math.log(scale) + logDeterminant;
  return -0.5 * (x.length * LOG_TWO_PI + volume + quadratic);
}

function dot(/** @type {ArrayLike<number>} */ a, /** @type {ArrayLike<number>} */ b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Lower triangular L with L·Lᵀ = the matrix, which is symmetric and positive definite. */
function cholesky(/** @type {number[][]} */ matrix) {
  const factor = matrix.map((row) => row.map(() => 0));
  let logDeterminant = 0;
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = matrix[i][j] - dot(factor[i].slice(0, j), factor[j].slice(0, j));
      factor[i][j] = i === j ? Math.sqrt(rest) : rest / factor[j][j];
    }
    logDeterminant += 2 * Math.log(factor[i][i]);
  }
  return { factor, logDeterminant };
}

function forwardSolve(/** @type {number[][]} */ factor, /** @type {number[]} */ right) {
  const solution = new Array(right.length).fill(0);
  for (let i = 0; i < right.length; i++) solution[i] = (right[i] - dot(factor[i].slice(0, i), solution)) / factor[i][i];
  return solution;
}
