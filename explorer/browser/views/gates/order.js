/** Orders in which the units of a layer can stand beside each other. No DOM. */

/** The orders by name; the first is that of the indices. */
export const ORDERS = Object.freeze(/** @type {const} */ (["index", "activity", "cluster"]));
// Of a longer text every so-manieth step counts: correlations change little, and cost four times less.
const MOST_STEPS = 512;

/**
 * Units from the most active to the least: by the mean of |h| over the text so far; ties by index.
 * @param {Float32Array[]} series (steps) hidden state of each unit
 * @returns {Int32Array} unit indices
 */
export function byActivity(series) {
  const activity = series.map((values) => values.reduce((sum, value) => sum + Math.abs(value), 0));
  return Int32Array.from(activity.keys()).sort((one, other) => activity[other] - activity[one] || one - other);
}

/**
 * Units that do alike beside each other: agglomerative clustering with average linkage (Sokal & Michener 1958) on
 * 1 − |r|, r the correlation of hidden states over the text; of two joined groups the one whose end is nearer comes to
 * the seam.
 * A unit that never changes has no correlation and counts as unlike all others.
 * @param {Float32Array[]} series (steps) hidden state of each unit
 * @returns {Generator<void, Int32Array, void>} unit indices; pieces of work that take about a millisecond each
 */
export function* byCluster(series) {
  const count = series.length;
  const rows = series.map(standardise);
  const distance = new Float32Array(count * count);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < i; j += 1)
      distance[i * count + j] = distance[j * count + i] = 1 - Math.abs(dot(rows[i], rows[j]));
    yield;
  }
  const leaf = distance.slice(); // between units; `distance` becomes that between groups
  /** @type {(number[] | null)[]} */
  const groups = Array.from({ length: count }, (_, i) => [i]);
  const between = (/** @type {number} */ i, /** @type {number} */ j) => leaf[i * count + j];
  for (let joins = 1; joins < count; joins += 1) {
    const { one, other } = nearestPair(distance, groups);
    const [a, b] = [groups[one] ?? [], groups[other] ?? []]; // both are groups still
    for (let k = 0; k < count; k += 1) {
      if (groups[k] === null || k === one || k === other) continue;
      const mean =
        (distance[one * count + k] * a.length + distance[other * count + k] * b.length) / (a.length + b.length);
      distance[one * count + k] = distance[k * count + one] = mean;
    }
    groups[one] = join(a, b, between);
    groups[other] = null;
    yield;
  }
  return Int32Array.from(groups.find((group) => group !== null) ?? []);
}

/** Values with mean 0 and norm 1, or zeros where nothing varies. @param {Float32Array} values */
function standardise(values) {
  const stride = Math.ceil(values.length / MOST_STEPS);
  const kept = Float64Array.from({ length: Math.floor(values.length / stride) }, (_, i) => values[i * stride]);
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const norm = Math.sqrt(kept.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return kept.map((value) => (norm > 1e-9 ? (value - mean) / norm : 0));
}

/** @param {Float64Array} one @param {Float64Array} other */
function dot(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += one[i] * other[i];
  return sum;
}

/**
 * The two nearest groups; of equally near ones the first.
 * @param {Float32Array} distance
 * @param {readonly (number[] | null)[]} groups
 */
function nearestPair(distance, groups) {
  const count = groups.length;
  let best = { distance: Infinity, one: 0, other: 0 };
  for (let i = 0; i < count; i += 1) {
    if (groups[i] === null) continue;
    for (let j = i + 1; j < count; j += 1) {
      const found = distance[i * count + j];
      if (groups[j] !== null && found < best.distance) best = { distance: found, one: i, other: j };
    }
  }
  return best;
}

/**
 * Put two groups end to end, each turned so that the two nearest ends meet.
 * @param {number[]} a
 * @param {number[]} b
 * @param {(i: number, j: number) => number} between the distance of two units
 */
function join(a, b, between) {
  const ways = [a, a.toReversed()].flatMap((first) =>
    [b, b.toReversed()].map((second) => ({
      joined: [...first, ...second],
      seam: between(first[first.length - 1], second[0]),
    })),
  );
  return ways.reduce((best, way) => (way.seam < best.seam ? way : best)).joined;
}
