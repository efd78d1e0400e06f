/**
 * Which units are on inside a span of text and off beside it, after LSTMVis's query (Strobelt et al. 2018, section 5),
 * and where else a unit is on. No DOM.
 */

/**
 * A unit that answers a query.
 * @typedef {object} Found
 * @property {number} index of the unit in its layer
 * @property {1 | -1} sign −1 where it is its negative side that is on: every value ≤ −threshold
 * @property {number} least of sign · value inside the span
 * @property {number | null} beside the largest sign · value among the steps beside the span that had to be off; null:
 *   none had
 * @property {number} margin least − beside, or least where there is no beside: how clearly the span stands out
 */

/**
 * What a span asks of the units of one layer.
 * @typedef {object} Asked
 * @property {(t: number) => ArrayLike<number>} at the values of a step's units (H)
 * @property {number} units H
 * @property {number} length steps that are there
 * @property {{from: number, to: number}} span steps, both included
 * @property {boolean} left whether the step before the span must be off
 * @property {boolean} right whether the step after the span must be off
 * @property {boolean} signed whether values below zero count as on, too
 */

/**
 * The units of one layer that are on at every step of a span, and off at the steps right beside it. A step that the
 * text does not have (before its start, after its end) asks nothing.
 * @param {Asked & {threshold: number}} query a unit is on where its value reaches the threshold; above 0
 * @returns {Found[]} the clearest first; of equals the lower index
 * @throws {RangeError} for a span outside the text or a threshold that is not above 0
 */
export function unitsOnInside({ threshold, ...asked }) {
  if (!(threshold > 0)) throw new RangeError(`threshold ${threshold}: expected a number above 0`);
  const found = standings(asked).filter(
    ({ least, beside }) => least >= threshold && (beside === null || beside < threshold),
  );
  return found.sort((first, second) => second.margin - first.margin || first.index - second.index);
}

/**
 * The threshold at which most units answer: of several, the middle of the first stretch that has as many.
 * @param {Asked[]} layers
 * @param {number} lowest threshold to consider; above 0
 * @returns {{threshold: number, count: number} | null} null where no threshold has an answer
 */
export function bestThreshold(layers, lowest) {
  const open = layers
    .flatMap(standings)
    .map(({ least, beside }) => ({ above: Math.max(lowest, beside ?? 0), upTo: least }));
  const ends = open.filter(({ above, upTo }) => upTo > above);
  const edges = [...new Set(ends.flatMap(({ above, upTo }) => [above, upTo]))].sort((first, second) => first - second);
  /** @type {{threshold: number, count: number} | null} */
  let best = null;
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const threshold = (edges[i] + edges[i + 1]) / 2;
    const count = ends.filter(({ above, upTo }) => above < threshold && threshold <= upTo).length;
    if (count > (best?.count ?? 0)) best = { threshold, count };
  }
  return best;
}

/**
 * Every unit's smallest value inside a span and its largest beside it, on its positive side and, if signed, on its
 * negative one.
 * @param {Asked} asked
 * @returns {Found[]}
 */
function standings({ at, units, length, span: { from, to }, left, right, signed }) {
  if (!(from >= 0 && from <= to && to < length))
    throw new RangeError(`span ${from}–${to}: expected steps of 0 … ${length - 1}`);
  const inside = extremes(
    at,
    units,
    Array.from({ length: to - from + 1 }, (_, i) => from + i),
  );
  const sides = [...(left && from > 0 ? [from - 1] : []), ...(right && to + 1 < length ? [to + 1] : [])];
  const outside = extremes(at, units, sides);
  const standing = (
    /** @type {number} */ index,
    /** @type {1 | -1} */ sign,
    /** @type {number} */ least,
    /** @type {number} */ most,
  ) => {
    const beside = sides.length ? most : null;
    return { index, sign, least, beside, margin: least - (beside ?? 0) };
  };
  return Array.from({ length: units }, (_, index) => [
    standing(index, 1, inside.low[index], outside.high[index]),
    ...(signed ? [standing(index, -1, -inside.high[index], -outside.low[index])] : []),
  ]).flat();
}

/**
 * Each unit's smallest and largest value in some steps.
 * @param {Asked["at"]} at
 * @param {number} units
 * @param {number[]} steps
 */
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

/**
 * The stretches in which a unit is on.
 * @param {ArrayLike<number>} series its value at every step
 * @param {number} threshold above 0
 * @param {1 | -1} sign
 * @returns {{runs: {from: number, to: number}[], steps: number}} both ends included, in the text's order; `steps` in
 *   all
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
