/**
 * How well one unit tells one mark, and which stretches of text speak for it and which against it. No DOM.
 *
 * Binary marks are scored by the area under the ROC curve (the chance that the unit is higher at a marked character
 * than at an unmarked one; ties count half), graded ones by Pearson's r. Both are means over characters, which gives
 * every character its *share*: with ranks ρ (1 … n, ties averaged), marks m and n₊, n₋ marked and unmarked characters,
 *     AUC − ½ = mean of (ρ − (n+1)/2)·(m − m̄)·n/(n₊·n₋),     r = mean of z(value)·z(mark).
 * A stretch whose shares are positive agrees with the score; one whose shares are negative contradicts it.
 */

/**
 * @typedef {object} Score
 * @property {number | null} value AUC (0 … 1) or r (−1 … 1); null where it is not defined: one kind of mark alone, or
 *   no variation
 * @property {number} count characters that have a mark
 * @property {number | null} positives of them marked; null for a graded mark
 * @property {Float64Array} shares (P) of AUC − ½ or of r; 0 where a character has no mark; empty where the value is
 *   null
 */

/**
 * @param {ArrayLike<number>} values of the unit, at every character (P)
 * @param {ArrayLike<number>} marks (P), −1 where there is none; 0 or 1 if binary
 * @param {"binary" | "graded"} kind
 * @returns {Score}
 */
export function scoreUnit(values, marks, kind) {
  const where = Uint32Array.from(Array.from({ length: marks.length }, (_, t) => t).filter((t) => marks[t] >= 0));
  const seen = Float64Array.from(where, (t) => values[t]);
  const labels = Float64Array.from(where, (t) => marks[t]);
  const judged = kind === "binary" ? binaryShares(seen, labels) : gradedShares(seen, labels);
  const positives = kind === "binary" ? labels.filter((label) => label === 1).length : null;
  if (!judged) return { value: null, count: where.length, positives, shares: new Float64Array(0) };
  const shares = new Float64Array(marks.length);
  where.forEach((t, i) => (shares[t] = judged[i]));
  const average = mean(judged);
  return { value: kind === "binary" ? 0.5 + average : average, count: where.length, positives, shares };
}

/** @param {Float64Array} values @param {Float64Array} labels @returns {Float64Array | null} */
function binaryShares(values, labels) {
  const count = labels.length;
  const average = mean(labels);
  const positives = average * count;
  if (!(positives > 0 && positives < count)) return null;
  const factor = count / (positives * (count - positives));
  return averageRanks(values).map((rank, i) => (rank - (count + 1) / 2) * (labels[i] - average) * factor);
}

/** @param {Float64Array} values @param {Float64Array} labels @returns {Float64Array | null} */
function gradedShares(values, labels) {
  const [standardValues, standardLabels] = [standardise(values), standardise(labels)];
  return standardValues && standardLabels && standardValues.map((value, i) => value * standardLabels[i]);
}

/**
 * Ranks from 1; equal values share the mean of their ranks.
 * @param {Float64Array} values
 * @returns {Float64Array}
 */
export function averageRanks(values) {
  const order = Uint32Array.from(values, (_, i) => i).sort((first, second) => values[first] - values[second]);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end += 1;
    for (let i = start; i < end; i += 1) ranks[order[i]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function standardise(/** @type {Float64Array} */ values) {
  const average = mean(values);
  const centred = values.map((value) => value - average);
  const deviation = Math.sqrt(mean(centred.map((value) => value * value)));
  return deviation > 1e-12 * Math.max(1, Math.abs(average)) ? centred.map((value) => value / deviation) : null;
}

function mean(/** @type {Float64Array} */ values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * How far a score is from knowing nothing: |AUC − ½| or |r|.
 * @param {number} score
 * @param {"binary" | "graded"} kind
 */
export function strengthOf(score, kind) {
  return Math.abs(kind === "binary" ? score - 0.5 : score);
}

/**
 * Which way a unit tells a mark: 1 where it is higher at the mark, −1 where it is lower.
 * @param {number} score
 * @param {"binary" | "graded"} kind
 * @returns {1 | -1}
 */
export function directionOf(score, kind) {
  return (kind === "binary" ? score - 0.5 : score) < 0 ? -1 : 1;
}

/**
 * @typedef {{from: number, to: number, share: number}} Evidence a window, both ends included, and the mean share of its
 *   characters
 */

/**
 * The windows of a text that agree most with a score, and those that disagree most. All have one size, and no two
 * overlap; of equals the earlier one. With `direction` −1, shares count the other way round.
 * @param {Float64Array} shares of `scoreUnit`
 * @param {{size: number, count: number, direction: 1 | -1}} options window size in characters, windows of each sort
 * @returns {{best: Evidence[], worst: Evidence[]}} the most telling first; fewer where the text is short
 */
export function evidence(shares, { size, count, direction }) {
  const width = Math.min(size, shares.length);
  if (!width) return { best: [], worst: [] };
  const sums = new Float64Array(shares.length + 1);
  for (let t = 0; t < shares.length; t += 1) sums[t + 1] = sums[t] + direction * shares[t];
  const means = Float64Array.from(
    { length: shares.length - width + 1 },
    (_, from) => (sums[from + width] - sums[from]) / width,
  );
  /** @type {Evidence[]} */
  const taken = [];
  const pick = (/** @type {1 | -1} */ sign) => {
    const from = firstBest(means, sign, (start) => taken.every((window) => Math.abs(window.from - start) >= width));
    if (from < 0) return null;
    taken.push({ from, to: from + width - 1, share: means[from] });
    return taken[taken.length - 1];
  };
  // In turn, so that a short text shows as many windows of one sort as of the other, or one more that agrees.
  const picked = Array.from({ length: 2 * count }, (_, i) => pick(i % 2 ? -1 : 1));
  const sort = (/** @type {number} */ parity) =>
    picked.flatMap((window, i) => (window && i % 2 === parity ? [window] : []));
  return { best: sort(0), worst: sort(1) };
}

function firstBest(
  /** @type {Float64Array} */ means,
  /** @type {1 | -1} */ sign,
  /** @type {(start: number) => boolean} */ free,
) {
  let best = -1;
  for (let from = 0; from < means.length; from += 1) {
    if ((best < 0 || sign * means[from] > sign * means[best]) && free(from)) best = from;
  }
  return best;
}
