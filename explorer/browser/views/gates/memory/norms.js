/** Sizes of gradients on a logarithmic axis, where zero has no place. No DOM. */

const MOST_DECADES = 12; // an axis of more would flatten all that is above

/**
 * @typedef {object} LogAxis
 * @property {number} low common logarithm of the lower end, a whole number
 * @property {number} high common logarithm of the upper end, a whole number
 * @property {(value: number) => number | null} share where a value stands between the ends, 0 to 1; null for what is
 *   below the axis, zero included, and for what is no number
 */

/**
 * The whole decades that hold all positive values; the largest ones where there are too many.
 * @param {Iterable<ArrayLike<number>>} columns
 * @param {number} [decades] at most
 * @returns {LogAxis | null} null where no value is positive and finite
 */
export function logAxis(columns, decades = MOST_DECADES) {
  let [least, most] = [Infinity, 0];
  for (const column of columns) {
    for (let i = 0; i < column.length; i += 1) {
      if (!(column[i] > 0) || column[i] === Infinity) continue;
      least = Math.min(least, column[i]);
      most = Math.max(most, column[i]);
    }
  }
  if (most === 0) return null;
  const high = Math.ceil(Math.log10(most));
  const low = Math.max(Math.min(Math.floor(Math.log10(least)), high - 1), high - decades);
  const share = (/** @type {number} */ value) => {
    const place = (Math.log10(value) - low) / (high - low);
    return value > 0 && place >= 0 ? Math.min(place, 1) : null;
  };
  return { low, high, share };
}
