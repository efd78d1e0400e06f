/**
 * Which part of its values a chart begins with: what can be read. Where a few values lie far beyond the rest, the rest
 * would
 * be a flat line; they are counted instead. No DOM.
 */

import { columnsOf, isBinned, risesFromZero } from "../description.js";

const MARGIN = 0.04; // of a span, so that a line does not run along the frame
const LEAST_ROWS = 8; // of fewer, none is called an exception
const SHARE = 0.05; // of a series at most, on each side, may lie far beyond
const FAR = 4; // times as long is the span that holds them, or they stay
const NEAR = 0.5; // of the span of the rest, within which a value belongs to it
const MOST_DECADES = 12; // of a logarithmic axis: more would flatten all that is above

/** @typedef {import("../description.js").Description} Description */
/** @typedef {import("../description.js").Span} Span */
/** @typedef {{count: number, most: number}} Beyond how many values lie there, and the one that lies farthest */

/**
 * The ends of what can be read of a series: of all its values, except few that lie far beyond the rest.
 * @param {ArrayLike<number>} values
 * @returns {Span | null} null where none is finite
 */
export function readableEnds(values) {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const count = sorted.length;
  if (count === 0) return null;
  const whole = { low: sorted[0], high: sorted[count - 1] };
  if (count < LEAST_ROWS) return whole;
  const few = Math.max(1, Math.floor(SHARE * count));
  const rest = { low: sorted[few], high: sorted[count - 1 - few] };
  const span = rest.high - rest.low;
  if (!(span > 0) || whole.high - whole.low <= FAR * span) return whole;
  const near = sorted.filter((value) => value >= rest.low - NEAR * span && value <= rest.high + NEAR * span);
  return { low: near[0], high: near[near.length - 1] };
}

/**
 * The span of the axis of values over a part of the rows.
 * @param {Description} description
 * @param {{window: Span | null, whole: boolean}} options `window`: the x that are seen; `whole`: leave nothing out
 * @returns {{span: Span | null, below: Beyond, above: Beyond}} common logarithms on a logarithmic axis, except of what
 *   lies
 *   beyond; null where nothing is finite
 */
export function fitValues(description, { window, whole }) {
  const { series, y, floor } = description;
  const place = (/** @type {number} */ value) => (y.log ? Math.log10(value) : value);
  const seen = series.map((each) => valuesSeen(description, each, window));
  const ends = seen.map((values) => {
    const places = Array.from(values, place);
    return whole || y.log ? wholeEnds(places) : readableEnds(places);
  });
  const held = [
    ...(y.range ?? []),
    ...(floor ? [floor.low, floor.value, floor.high] : []),
    ...(risesFromZero(series) && !y.log ? [0] : []),
  ];
  const tight = wholeEnds([...ends.flatMap((each) => (each ? [each.low, each.high] : [])), ...held.map(place)]);
  if (!tight) return { span: null, below: { count: 0, most: NaN }, above: { count: 0, most: NaN } };
  if (y.log) tight.low = Math.max(tight.low, tight.high - MOST_DECADES);
  return { span: widened(tight, risesFromZero(series) && !y.log), ...beyond(seen, tight, y.log) };
}

/**
 * The span of all x, with what must stand around the outermost.
 * @param {Description} description
 * @returns {Span | null} common logarithms on a logarithmic axis
 */
export function fitRows({ series, rows, columns, x }, /** @type {number} */ aside = 0) {
  const ends = series.flatMap(({ xLow, xHigh }) => [xLow, xHigh].flatMap((key) => (key ? [columns[key] ?? []] : [])));
  const values = [rows, ...ends].flatMap((column) => Array.from(column)).concat(x.range ?? []);
  const span = wholeEnds(values.map((value) => (x.log ? Math.log10(value) : value)));
  if (!span) return null;
  if (series.some(({ kind }) => kind === "points")) return widened(span, false);
  return { low: span.low - aside, high: span.high + aside };
}

/** Every end of what is drawn in a window. @param {Span | null} window */
function valuesSeen(
  /** @type {Description} */ description,
  /** @type {import("../description.js").Series} */ series,
  window,
) {
  const { rows, x } = description;
  const { values, low, high } = columnsOf(description, series);
  const ends = [values, ...(low && high ? [low, high] : [])];
  if (!window) return ends.flatMap((column) => Array.from(column));
  const place = (/** @type {number} */ row) => (x.log ? Math.log10(rows[row]) : rows[row]);
  const last = isBinned([series]) ? 1 : 0; // a bin reaches to the next edge
  const inside = (/** @type {number} */ row) => place(row + last) >= window.low && place(row) <= window.high;
  return ends.flatMap((column) => Array.from(column).filter((_, row) => inside(row)));
}

/** @param {number[]} places @returns {Span | null} */
function wholeEnds(places) {
  let [low, high] = [Infinity, -Infinity];
  for (const place of places) {
    if (!Number.isFinite(place)) continue;
    low = Math.min(low, place);
    high = Math.max(high, place);
  }
  return low <= high ? { low, high } : null;
}

/** @param {Span} span @param {boolean} grounded whether zero lies on the frame @returns {Span} */
function widened({ low, high }, grounded) {
  const margin = high > low ? (high - low) * MARGIN : Math.max(Math.abs(high), 1e-9) * 0.5;
  return {
    low: grounded && low === 0 ? 0 : low - margin,
    high: grounded && high === 0 && low < 0 ? 0 : high + margin,
  };
}

/**
 * @param {number[][]} seen
 * @param {Span} tight places
 * @param {boolean} log
 * @returns {{below: Beyond, above: Beyond}}
 */
function beyond(seen, { low, high }, log) {
  const place = (/** @type {number} */ value) => (log ? Math.log10(value) : value);
  const finite = seen.flat().filter(Number.isFinite);
  const below = finite.filter((value) => !(place(value) >= low)); // zero has no logarithm
  const above = finite.filter((value) => place(value) > high);
  return {
    below: { count: below.length, most: below.reduce((one, other) => Math.min(one, other), Infinity) },
    above: { count: above.length, most: above.reduce((one, other) => Math.max(one, other), -Infinity) },
  };
}
