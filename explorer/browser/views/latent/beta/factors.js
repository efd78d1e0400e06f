/**
 * Which latent dimension goes with which true factor: rank correlations over the browse set, and what chance alone
 * gives. No DOM.
 */
import { uniforms } from "../../../runtime/philox.js";

export const PERMUTATIONS = 200;
export const FLOOR_SHARE = 0.95;
const STREAM = 0; // of the generator, for the order of a permutation

/**
 * @typedef {object} Factor an attribute of the browse set
 * @property {string} name
 * @property {"categorical" | "continuous"} kind
 * @property {ArrayLike<number>} data (N) codes from 0, or numbers
 */

/**
 * @typedef {object} Correlations of one factor with every dimension
 * @property {string} name
 * @property {"categorical" | "continuous"} kind
 * @property {Float64Array} each (L) for numbers Spearman's ρ, in [−1, 1]; for classes the correlation ratio η of the
 *   dimension's ranks, in [0, 1]; 0 where a dimension or the factor never changes
 * @property {number} floor with the factor's values shuffled, the largest size of all dimensions is at most this in 95
 *   % of shuffles
 */

/**
 * Ranks from 1; values that are equal share the mean of their ranks.
 * @param {ArrayLike<number>} values (N)
 * @returns {Float64Array}
 */
export function ranks(values) {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const found = new Float64Array(order.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]] === values[order[start]]) end++;
    for (let i = start; i <= end; i++) found[order[i]] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return found;
}

/**
 * How strongly each dimension goes with each factor, with what shuffled factors get.
 * @param {ArrayLike<number>} mean (N, L) posterior means
 * @param {number} latentSize L
 * @param {Factor[]} factors
 * @param {number} [permutations] seeded: permutation p is the order of the uniforms of the seed p
 * @returns {Correlations[]}
 */
export function correlate(mean, latentSize, factors, permutations = PERMUTATIONS) {
  const count = mean.length / latentSize;
  const columns = Array.from({ length: latentSize }, (_, dimension) =>
    standardised(ranks(Array.from({ length: count }, (_unused, row) => mean[row * latentSize + dimension]))),
  );
  const orders = Array.from({ length: permutations }, (_, seed) => shuffled(seed, count));
  return factors.map(({ name, kind, data }) => {
    const values = kind === "continuous" ? standardised(ranks(data)) : Float64Array.from(data);
    const strength = kind === "continuous" ? dot : correlationRatio;
    const chance = orders.map((order) => {
      const moved = Float64Array.from(order, (row) => values[row]);
      return columns.reduce((most, column) => Math.max(most, Math.abs(strength(column, moved))), 0);
    });
    return {
      name,
      kind,
      each: Float64Array.from(columns, (column) => strength(column, values)),
      floor: orderStatistic(chance, FLOOR_SHARE),
    };
  });
}

/**
 * The correlation ratio η: the root of the share of the variance that lies between classes.
 * @param {Float64Array} column (N) mean zero, length one or zero
 * @param {Float64Array} codes (N) whole numbers from 0
 */
function correlationRatio(column, codes) {
  const classes = codes.reduce((most, code) => Math.max(most, code), 0) + 1;
  const [sums, counts] = [new Float64Array(classes), new Float64Array(classes)];
  for (let i = 0; i < column.length; i++) {
    sums[codes[i]] += column[i];
    counts[codes[i]] += 1;
  }
  return Math.sqrt(sums.reduce((total, sum, code) => total + (counts[code] ? sum ** 2 / counts[code] : 0), 0));
}

/**
 * The order of rows in a seeded permutation.
 * @param {number} seed
 * @param {number} count N
 * @returns {Uint32Array} (N) every row once
 */
export function shuffled(seed, count) {
  const keys = uniforms(seed, STREAM, count);
  return Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
}

/** The smallest of the values that at least this share of them does not exceed. */
export function orderStatistic(/** @type {ArrayLike<number>} */ values, /** @type {number} */ share) {
  return Float64Array.from(values).sort()[Math.max(0, Math.ceil(share * values.length) - 1)];
}

/** Mean zero and length one, so that a dot product is a correlation; zeros where nothing changes. */
function standardised(/** @type {Float64Array} */ values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(dot(centred, centred));
  return length > 0 ? centred.map((value) => value / length) : centred;
}

function dot(/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
