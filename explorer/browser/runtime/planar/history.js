/** Rows of means over iterations, few enough to draw. */

/**
 * @typedef {(number | null)[]} Row the iteration that it ends with, then means over the iterations since the row before
 */

/** What is logged, in the order of `history.json`. */
export const COLUMNS = Object.freeze([
  "iteration",
  "discriminator_loss",
  "generator_loss",
  "discriminator_gradient",
  "generator_gradient",
  "real_output",
  "fake_output",
]);

/**
 * Each two neighbouring rows as one, their means weighted by the iterations that they cover; an odd last row stays.
 * @param {Row[]} rows
 * @param {number} start the iteration that the first row begins after
 * @returns {Row[]}
 */
export function mergePairs(rows, start) {
  /** @type {Row[]} */
  const merged = [];
  for (let i = 0; i < rows.length; i += 2) {
    const [first, second] = [rows[i], rows[i + 1]];
    if (second === undefined) {
      merged.push(first);
      continue;
    }
    const before = Number(i > 0 ? rows[i - 1][0] : start);
    const share = (Number(first[0]) - before) / (Number(second[0]) - before);
    const mean = (/** @type {number | null} */ value, /** @type {number} */ column) =>
      value === null || first[column] === null ? null : share * Number(first[column]) + (1 - share) * value;
    merged.push(second.map((value, column) => (column === 0 ? value : mean(value, column))));
  }
  return merged;
}

/**
 * The rows of a live run: each covers the same number of iterations, and twice as many whenever they become too many.
 */
export class Recorder {
  stride = 1;
  /** @type {Row[]} */
  rows = [];
  /** Of the iterations since the last row. */
  #sums = new Float64Array(COLUMNS.length - 1);
  /** @type {boolean[]} whether a value was no number */
  #missing = new Array(COLUMNS.length - 1).fill(false);
  #count = 0;

  /** @param {number} start iteration that the run begins after @param {number} limit rows */
  constructor(start, limit) {
    this.start = start;
    this.limit = limit;
  }

  /** @param {number} iteration @param {(number | null)[]} values by the columns behind the first */
  add(iteration, values) {
    values.forEach((value, i) => {
      if (value === null) this.#missing[i] = true;
      else this.#sums[i] += value;
    });
    this.#count += 1;
    if (this.#count < this.stride) return;
    this.rows.push([iteration, ...Array.from(this.#sums, (sum, i) => (this.#missing[i] ? null : sum / this.#count))]);
    this.#clear();
    if (this.rows.length < this.limit) return;
    this.rows = mergePairs(this.rows, this.start);
    this.stride *= 2;
  }

  #clear() {
    this.#sums.fill(0);
    this.#missing.fill(false);
    this.#count = 0;
  }
}
