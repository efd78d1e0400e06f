/** Numbers on the axes of line charts: extents, ticks and how a number is written. No DOM. */

import { ticks } from "./geometry.js";

const MARGIN = 0.04; // of an extent, so that a line does not run along the frame
const SMALLEST_PLAIN = 1e-3;
const LARGEST_PLAIN = 1e5;
const MOST_DECADES = 4; // labelled on a logarithmic axis

/**
 * A number in three significant digits, with a true minus sign; powers of ten where plain digits would be long.
 * @param {number} value
 * @param {number} [digits] more of them, where neighbours would look alike
 * @returns {string}
 */
export function readable(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN)) return sign(power(value));
  return sign(String(Number(value.toPrecision(digits))));
}

/** A count in full, digits in groups of three. @param {number} value @returns {string} */
export function grouped(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/**
 * The smallest range that holds every finite value that the axis can show, with a margin; null where there is none.
 * @param {Iterable<ArrayLike<number>>} columns
 * @param {{log?: boolean, range?: [number, number] | null}} [options] `range` is held whole in any case
 * @returns {{low: number, high: number} | null} on a logarithmic axis the ends are common logarithms
 */
export function extent(columns, { log = false, range = null } = {}) {
  let [low, high] = [Infinity, -Infinity];
  const include = (/** @type {number} */ value) => {
    const place = log ? Math.log10(value) : value; // NaN and −∞ for what a logarithmic axis has no place for
    if (!Number.isFinite(place)) return;
    low = Math.min(low, place);
    high = Math.max(high, place);
  };
  for (const column of columns) for (let i = 0; i < column.length; i += 1) include(column[i]);
  range?.forEach(include);
  if (low > high) return null;
  const margin = high > low ? (high - low) * MARGIN : Math.max(Math.abs(high), 1e-9) * 0.5;
  return { low: low - margin, high: high + margin };
}

/**
 * Where an axis has its ticks.
 * @param {{low: number, high: number}} range as `extent` gives it
 * @param {number} count about how many
 * @param {boolean} log
 * @returns {{place: number, text: string}[]} `place` in the range's own terms
 */
export function axisTicks({ low, high }, count, log) {
  if (!log) return plainTicks(ticks(low, high, count));
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  if (last <= first) {
    // Too short for powers of ten to mark it.
    return plainTicks(ticks(10 ** low, 10 ** high, count).filter((value) => value > 0)).map(({ place, text }) => ({
      place: Math.log10(place),
      text,
    }));
  }
  const step = Math.ceil((last - first + 1) / MOST_DECADES);
  const decades = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
  return decades.map((place) => ({ place, text: readable(10 ** place) }));
}

/** Ticks with as many digits as tell each from the next: −2335 between −2340 and −2330. */
function plainTicks(/** @type {number[]} */ places) {
  const step = places.length > 1 ? places[1] - places[0] : Infinity;
  const digits = (/** @type {number} */ place) =>
    Math.min(Math.max(3, Math.ceil(Math.log10(Math.abs(place) / step)) + 1), 15);
  return places.map((place) => ({ place, text: readable(place, place === 0 ? 3 : digits(place)) }));
}

/**
 * The row whose x is nearest.
 * @param {ArrayLike<number>} x ascending
 * @param {number} value
 * @returns {number} an index, −1 where there are no rows
 */
export function nearestRow(x, value) {
  let [first, last] = [0, x.length - 1];
  while (first < last) {
    const middle = (first + last) >> 1;
    if (x[middle] < value) first = middle + 1;
    else last = middle;
  }
  if (last < 0) return -1;
  return first > 0 && value - x[first - 1] <= x[first] - value ? first - 1 : first;
}

function power(/** @type {number} */ value) {
  const [digits, exponent] = value.toExponential(1).split("e");
  const raised = String(Number(exponent)).replace(/./g, (character) =>
    character === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(character)],
  );
  const factor = Number(digits);
  return factor === 1 ? `10${raised}` : `${factor}·10${raised}`;
}

function sign(/** @type {string} */ text) {
  return text.replace("-", "−");
}
