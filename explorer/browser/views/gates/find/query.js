/**
 * Which units are on inside a span of text and off beside it, after LSTMVis's query (Strobelt et al. 2018, section 5), and
 * where else a unit is on. No DOM.
 */

/**
 * A unit that answers a query.
 * @typedef {object} Found
 * @property {number} index of the unit in its layer
 * @property {1 | -1} sign −1 where it is its negative side that is on: every value ≤ −threshold
 * @property {number} least of sign · value inside the span
 * @property {number | null} beside the largest sign · value among the steps beside the span that had to be off; null: none had
 * @property {number} margin least − beside, or least where there is no beside: how clearly the span stands out
 */

/**
 * The units of one layer that are on at every step of a span, and off at the steps right beside it. A step that the text
 * does not have (before its start, after its end) asks nothing.
 * @param {object} query
 * @param {(t: number) => ArrayLike<number>} query.at the values of a step's units (H)
 * @param {number} query.units H
 * @param {number} query.length steps that are there
 * @param {{from: number, to: number}} query.span steps, both included
 * @param {number} query.threshold a unit is on where its value reaches it; above 0
 * @param {boolean} query.left whether the step before the span must be off
 * @param {boolean} query.right whether the step after the span must be off
 * @param {boolean} query.signed whether values below zero count as on, too
 * @returns {Found[]} the clearest first; of equals the lower index
 * @throws {RangeError} for a span outside the text or a threshold that is not above 0
 */
export function unitsOnInside({ at, units, length, span: { from, to }, threshold, left, right, signed }) {
  if (!(from >= 0 && from <= to && to < length)) throw new RangeError(`span ${from}–${to}: expected steps of 0 … ${length - 1}`);
  if (!(threshold > 0)) throw new RangeError(`threshold ${threshold}: expected a number above 0`);
  const inside = extremes(at, units, Array.from({ length: to - from + 1 }, (_, i) => from + i));
  const sides = [...(left && from > 0 ? [from - 1] : []), ...(right && to + 1 < length ? [to + 1] : [])];
  const outside = extremes(at, units, sides);
  const found = [];
  for (let index = 0; index < units; index += 1) {
    const upward = judge(index, 1, inside.low[index], outside.high[index], threshold);
    const downward = signed ? judge(index, -1, -inside.high[index], -outside.low[index], threshold) : null;
    const answer = upward ?? downward;
    if (answer) found.push(answer);
  }
  return found.sort((first, second) => second.margin - first.margin || first.index - second.index);
}

function extremes(at, units, steps) {
  const low = new Float64Array(units).fill(Infinity);
  const high = new Float64Array(units).fill(-Infinity);
  for (const t of steps) {
    const values = at(t);
    for (let i = 0; i < units; i += 1) {
      if (values[i] < low[i]) low[i] = values[i];
      if (values[i] > high[i]) high[i] = values[i];
    }
  }
  return { low, high };
}

/** @returns {Found | null} */
function judge(index, sign, least, most, threshold) {
  if (!(least >= threshold && most < threshold)) return null;
  const beside = Number.isFinite(most) ? most : null;
  return { index, sign, least, beside, margin: least - (beside ?? 0) };
}

/**
 * The stretches in which a unit is on.
 * @param {ArrayLike<number>} series its value at every step
 * @param {number} threshold above 0
 * @param {1 | -1} sign
 * @returns {{runs: {from: number, to: number}[], steps: number}} both ends included, in the text's order; `steps` in all
 */
export function runsOn(series, threshold, sign) {
  const runs = [];
  let [from, steps] = [-1, 0];
  for (let t = 0; t <= series.length; t += 1) {
    const on = t < series.length && sign * series[t] >= threshold;
    if (on && from < 0) from = t;
    if (on) steps += 1;
    if (on || from < 0) continue;
    runs.push({ from, to: t - 1 });
    from = -1;
  }
  return { runs, steps };
}

/**
 * The piece of text to show around a stretch: its start, with what is before it, and as much of it as fits.
 * @param {{from: number, to: number}} run
 * @param {number} length of the text
 * @param {number} width characters
 * @param {number} before characters in front of the stretch
 * @returns {{from: number, to: number}} both included
 */
export function windowAround(run, length, width, before) {
  const from = Math.max(0, Math.min(run.from - before, length - width));
  return { from, to: Math.min(length, from + width) - 1 };
}
