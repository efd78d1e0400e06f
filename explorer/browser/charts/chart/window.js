/** The part of a chart that is seen: its window over places, and the point under a pointer. No DOM. */

import { isPlane } from "../description.js";

const SMALLEST = 1e-4; // of all places: a narrower window has no numbers left to tell its ends apart
const CATCH = 32; // CSS pixels: how near the pointer must be to a point to mean it

/** @typedef {import("./range.js").Span} Span */

/**
 * A window inside of all places.
 * @param {Span} window
 * @param {Span} all
 * @returns {Span | null} null where it is too narrow
 */
export function spanWithin(window, all) {
  const next = { low: Math.max(window.low, all.low), high: Math.min(window.high, all.high) };
  return next.high - next.low > SMALLEST * (all.high - all.low) ? next : null;
}

/**
 * A window that is `factor` times narrower about a place that stays where it is.
 * @param {Span} seen
 * @param {number} about
 * @param {number} factor above 1 to see less
 * @param {Span | null} all where the window ends; null for nowhere
 * @returns {Span | null} null where that would be all, or too little
 */
export function zoomed({ low, high }, about, factor, all) {
  const next = { low: about - (about - low) / factor, high: about + (high - about) / factor };
  if (!all) return next;
  const wide = all.high - all.low;
  if (!(wide > 0) || next.high - next.low >= wide) return null;
  // What would hang over an end is shifted back.
  const shift = Math.max(0, all.low - next.low) - Math.max(0, next.high - all.high);
  return spanWithin({ low: next.low + shift, high: next.high + shift }, all);
}

/**
 * The row of the point nearest to a pixel.
 * @param {import("./frame.js").Frame} frame
 * @param {import("../description.js").Description} description
 * @param {number} x
 * @param {number} y
 * @returns {number} −1 where none is near
 */
export function nearestPoint({ toPixel, toY }, { rows, columns, series }, x, y) {
  let best = -1;
  let least = CATCH;
  for (const each of series) {
    if (!isPlane([each])) continue;
    Array.from(columns[each.key] ?? [], (value, row) => {
      const far = Math.hypot(toPixel(rows[row]) - x, toY(value) - y);
      if (far < least) [best, least] = [row, far];
    });
  }
  return best;
}
