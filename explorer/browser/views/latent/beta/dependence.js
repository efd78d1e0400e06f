/**
 * Which true factors are not independent of each other in the images, so that a dimension that goes with one goes with
 * the other: mutual information of pairs, and what chance alone gives. Its twin is `dependence` in
 * `explorer/metrics/disentanglement.py`. No DOM.
 */
import { quantile } from "../../../runtime/statistics.js";
import { FLOOR_SHARE, PERMUTATIONS, orderStatistic, shuffled } from "./factors.js";

const BINS = 10; // of equal frequency, for a factor that is a number

/**
 * @typedef {object} Dependence
 * @property {{names: [string, string], nats: number}[]} pairs whose mutual information exceeds the floor, largest first
 * @property {number} floor with one of each pair shuffled, the largest information of all pairs is at most this in 95 %
 *   of shuffles; nats
 */

/**
 * @param {import("./factors.js").Factor[]} factors of the same images
 * @param {number} [permutations] seeded, as in `correlate`
 * @returns {Dependence}
 */
export function dependence(factors, permutations = PERMUTATIONS) {
  const codes = factors.map(({ kind, data }) =>
    kind === "categorical" ? Uint16Array.from(data) : equalFrequency(data),
  );
  const orders = Array.from({ length: permutations }, (_, seed) => shuffled(seed, codes[0].length));
  const chance = new Float64Array(permutations);
  const pairs = codes.flatMap((other, second) => {
    const moved = orders.map((order) => Uint16Array.from(order, (row) => other[row]));
    return codes.slice(0, second).map((one, first) => {
      moved.forEach((each, i) => (chance[i] = Math.max(chance[i], information(one, each))));
      const names = /** @type {[string, string]} */ ([factors[first].name, factors[second].name]);
      return { names, nats: information(one, other) };
    });
  });
  const floor = orderStatistic(chance, FLOOR_SHARE);
  return { pairs: pairs.filter(({ nats }) => nats > floor).sort((a, b) => b.nats - a.nats), floor };
}

/** The bin of each value, where as many values fall into each bin as ties allow. */
function equalFrequency(/** @type {ArrayLike<number>} */ values) {
  const edges = Array.from({ length: BINS - 1 }, (_, i) => quantile(values, (i + 1) / BINS));
  const distinct = edges.filter((edge, i) => i === 0 || edge > edges[i - 1]);
  return Uint16Array.from(values, (value) => distinct.filter((edge) => edge <= value).length);
}

/**
 * Mutual information by joint frequencies, nats.
 * @param {Uint16Array} one (N) codes
 * @param {Uint16Array} other (N) codes
 */
function information(one, other) {
  const [rows, columns] = [most(one) + 1, most(other) + 1];
  const joint = new Float64Array(rows * columns);
  const [byRow, byColumn] = [new Float64Array(rows), new Float64Array(columns)];
  for (let i = 0; i < one.length; i++) {
    joint[one[i] * columns + other[i]] += 1;
    byRow[one[i]] += 1;
    byColumn[other[i]] += 1;
  }
  let sum = 0;
  for (let cell = 0; cell < joint.length; cell++) {
    const together = joint[cell];
    if (together === 0) continue;
    const independent = (byRow[Math.floor(cell / columns)] * byColumn[cell % columns]) / one.length;
    sum += (together / one.length) * Math.log(together / independent);
  }
  return sum;
}

function most(/** @type {Uint16Array} */ codes) {
  return codes.reduce((largest, code) => Math.max(largest, code), 0);
}
