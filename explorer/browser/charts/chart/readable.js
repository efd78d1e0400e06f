/**
 * What can be read of a series of values. Where few lie far beyond the rest, the rest would be a flat line: an ELBO
 * that starts at −50 000. How few is a matter of the room that they take along x, since moments of training that are
 * recorded densely at the start are many and stand on a hair's breadth. No DOM.
 */

const LEAST_ROWS = 8; // of fewer, none is called an exception
const SHARE = 0.1; // of the room, on each side, that what lies far beyond may take
const FAR = 8; // times as long is the span that holds all, or all is shown
const NEAR = 1; // spans of the rest, within which a value belongs to it

/** @typedef {import("../description.js").Span} Span */

/**
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} room that each takes, above 0
 * @returns {Span | null} the ends of all that can be read together; null where nothing is finite
 */
export function readableEnds(values, room) {
  const rows = Array.from(values, (value, row) => ({ value, room: room[row] }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((one, other) => one.value - other.value);
  if (rows.length === 0) return null;
  const whole = { low: rows[0].value, high: rows[rows.length - 1].value };
  if (rows.length < LEAST_ROWS) return whole;
  const all = rows.reduce((sum, each) => sum + each.room, 0);
  const rest = { low: quantile(rows, SHARE * all), high: quantile(rows.toReversed(), SHARE * all) };
  const span = rest.high - rest.low;
  if (!(span > 0) || whole.high - whole.low <= FAR * span) return whole;
  const near = rows.filter(({ value }) => value >= rest.low - NEAR * span && value <= rest.high + NEAR * span);
  return { low: near[0].value, high: near[near.length - 1].value };
}

/**
 * The room that each row takes: to halfway to its neighbours.
 * @param {ArrayLike<number>} places ascending
 * @returns {number[]} all the same where the rows do not ascend, as points do not
 */
export function roomOf(places) {
  const last = places.length - 1;
  const rooms = Array.from(places, (_, i) => places[Math.min(i + 1, last)] - places[Math.max(i - 1, 0)]);
  return rooms.every((room) => room > 0) ? rooms : rooms.map(() => 1);
}

/**
 * The first value after those that take as much room.
 * @param {{value: number, room: number}[]} rows
 * @param {number} room
 */
function quantile(rows, room) {
  let before = 0;
  const found = rows.find((row) => (before += row.room) > room);
  return found ? found.value : NaN;
}
