/** Where a step stands in a picture of a text's course, and which steps share a column of pixels. No DOM. */

/** @typedef {ReturnType<typeof createStrip>} Strip */

/**
 * What part of the text a picture shows, step by step or squeezed.
 * @param {object} options
 * @param {number} options.length of the text
 * @param {number} options.from the first step in sight, may lie between steps
 * @param {number} options.pitch CSS pixels of a step
 * @param {number} options.left where the first step in sight starts
 * @param {number} options.width CSS pixels of the plot
 */
export function createStrip({ length, from, pitch, left, width }) {
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(length - 1, Math.ceil(from + width / pitch) - 1);
  return {
    first,
    last,
    from,
    pitch,
    /** The middle of a step. @param {number} t */
    toPixel: (t) => left + (t + 0.5 - from) * pitch,
    /** The step under a place, the nearest where it is outside; null for an empty text. @param {number} x */
    toStep: (x) => (length ? Math.max(first, Math.min(last, Math.floor(from + (x - left) / pitch))) : null),
  };
}

/**
 * The line through values, thinned without losing an extreme: of steps that share a column of pixels, the first, the
 * lowest, the highest and the last, in the text's order.
 * @param {ArrayLike<number>} values of all steps
 * @param {number} first
 * @param {number} last included
 * @param {number} pitch CSS pixels of a step; from 1 on every step is kept
 * @returns {number[]} steps
 */
export function telling(values, first, last, pitch) {
  if (pitch >= 1) return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const steps = [];
  for (let start = first; start <= last;) {
    const column = Math.floor(start * pitch);
    let end = start;
    let [low, high] = [start, start];
    while (end + 1 <= last && Math.floor((end + 1) * pitch) === column) {
      end += 1;
      if (values[end] < values[low]) low = end;
      if (values[end] > values[high]) high = end;
    }
    steps.push(...new Set([start, Math.min(low, high), Math.max(low, high), end]));
    start = end + 1;
  }
  return steps;
}
