/** Which part of its places a chart shows, and what lies beyond. No DOM. */

import { columnsOf, isBinned, isPlane, risesFromZero } from "../description.js";
import { heatOf } from "./heat.js";
import { readableEnds, roomOf } from "./readable.js";

const MARGIN = 0.04; // of a span, so that a line does not run along the frame
const MOST_DECADES = 12; // of a logarithmic axis: more would flatten all that is above

/** @typedef {import("../description.js").Description} Description */
/** @typedef {import("../description.js").Series} Series */
/** @typedef {import("../description.js").Span} Span */
/** @typedef {{count: number, most: number}} Beyond how many values lie there, and the one that lies farthest */

/**
 * The span of the axis of values over a part of the rows.
 * @param {Description} description
 * @param {{window: Span | null, whole: boolean}} options `window`: the x that are seen; `whole`: leave nothing out
 * @returns {{span: Span | null, below: Beyond, above: Beyond}} `span` is null where nothing is finite
 */
export function fitValues(description, { window, whole }) {
  const { series, y, floor, rows } = description;
  const none = { count: 0, most: NaN };
  const heat = heatOf(series);
  if (heat) return { span: rows.length > 1 ? { low: 0, high: heat.lines } : null, below: none, above: none };
  const grounded = risesFromZero(series) && !y.log;
  const held = [
    ...(y.range ?? []),
    ...(floor ? [floor.low, floor.value, floor.high] : []),
    ...(grounded ? [0] : []),
  ].map((value) => (y.log ? Math.log10(value) : value));
  const tight = readableValues(description, { window, whole, held });
  if (!tight) return { span: null, below: none, above: none };
  if (y.log) tight.low = Math.max(tight.low, tight.high - MOST_DECADES);
  return { span: widened(tight, grounded), ...beyond(description, window, tight) };
}

/**
 * What can be read of all series together.
 * @param {Description} description
 * @param {{window?: Span | null, whole?: boolean, held?: number[]}} [options] `held`: places that belong to it in any
 *   case
 * @returns {Span | null}
 */
export function readableValues(description, { window = null, whole = false, held = [] } = {}) {
  const { series, y } = description;
  // Areas are compared by their heights, points by their places, and decades flatten nothing: of these all is shown.
  const all = whole || y.log || risesFromZero(series) || isPlane(series);
  const ends = series.flatMap((each) => {
    const rows = rowsSeen(description, each, window);
    const room = roomOf(rows.map((row) => description.rows[row]));
    const { values, low, high } = columnsOf(description, each);
    return [values, low ?? [], high ?? []].map((column) => {
      const places = rows.map((row) => (y.log ? Math.log10(column[row]) : column[row]));
      return all ? wholeEnds(places) : readableEnds(places, room);
    });
  });
  return wholeEnds([...ends.flatMap((each) => (each ? [each.low, each.high] : [])), ...held]);
}

/**
 * The span of all x, with what must stand around the outermost.
 * @param {Description} description
 * @returns {Span | null}
 */
export function fitRows({ series, rows, columns, x }) {
  const ends = series.flatMap(({ xLow, xHigh }) => [xLow, xHigh].flatMap((key) => (key ? [columns[key] ?? []] : [])));
  const values = [rows, ...ends].flatMap((column) => Array.from(column)).concat(x.range ?? []);
  const span = wholeEnds(values.map((value) => (x.log ? Math.log10(value) : value)));
  if (!span || series.some(({ kind }) => kind === "points")) return span && widened(span, false);
  const half = rows.length > 1 ? (rows[1] - rows[0]) / 2 : 0.5;
  const aside = series.some(({ kind }) => kind === "bars") ? half : 0;
  return { low: span.low - aside, high: span.high + aside };
}

/** @param {Description} description @param {Series} series @param {Span | null} window @returns {number[]} */
function rowsSeen({ rows, x, columns }, series, window) {
  const all = Array.from(columns[series.key] ?? [], (_, row) => row);
  if (!window) return all;
  const place = (/** @type {number} */ row) => (x.log ? Math.log10(rows[row]) : rows[row]);
  const last = isBinned([series]) ? 1 : 0; // a bin reaches to the next edge
  return all.filter((row) => place(row + last) >= window.low && place(row) <= window.high);
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

/** @param {Description} description @param {Span | null} window @param {Span} tight */
function beyond(description, window, { low, high }) {
  const { series, columns, y } = description;
  const place = (/** @type {number} */ value) => (y.log ? Math.log10(value) : value);
  const finite = series
    .flatMap((each) => rowsSeen(description, each, window).map((row) => columns[each.key][row]))
    .filter(Number.isFinite);
  const below = finite.filter((value) => !(place(value) >= low)); // zero has no logarithm
  const above = finite.filter((value) => place(value) > high);
  return {
    below: { count: below.length, most: below.reduce((one, other) => Math.min(one, other), Infinity) },
    above: { count: above.length, most: above.reduce((one, other) => Math.max(one, other), -Infinity) },
  };
}
