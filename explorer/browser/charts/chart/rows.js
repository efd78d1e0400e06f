/** What can be read of a chart, one after another: rows, bins, points or cells. No DOM. */

import { nearestRow } from "../axis.js";
import { isBinned } from "../description.js";
import { cellAt, columnOf, heatOf } from "./heat.js";

const CATCH = 32; // CSS pixels: how near the pointer must be to a point to mean it

/** @typedef {import("../description.js").Description} Description */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./gestures.js").Place} Place */

/** How many there are. @param {Description} description */
export function countOf({ rows, series }) {
  const count = Math.max(0, rows.length - (isBinned(series) ? 1 : 0));
  return count * (heatOf(series)?.lines ?? 1);
}

/** The x of a row, or of the column that a cell stands in. @param {Description} description @param {number} row */
export function xOf(description, row) {
  return description.rows[heatOf(description.series) ? columnOf(description, row) : row];
}

/**
 * The row under a pixel.
 * @param {Frame} frame
 * @param {Description} description
 * @param {Place} place
 * @returns {number} −1 for none
 */
export function rowAt(frame, description, place) {
  const { series, rows } = description;
  if (heatOf(series)) return cellAt(frame, description, place);
  if (series.some(({ kind }) => kind === "points")) return nearestPoint(frame, description, place);
  const at = frame.toX(place.x);
  if (!isBinned(series)) return nearestRow(rows, at);
  let bin = 0;
  while (bin < rows.length - 2 && rows[bin + 1] <= at) bin += 1;
  return rows.length > 1 ? bin : -1;
}

/**
 * The row of the point nearest to a pixel.
 * @param {Frame} frame
 * @param {Description} description
 * @param {Place} place
 * @returns {number} −1 where none is near
 */
function nearestPoint({ toPixel, toY }, { rows, columns, series }, { x, y }) {
  let best = -1;
  let least = CATCH;
  for (const each of series) {
    if (each.kind !== "points") continue;
    Array.from(columns[each.key] ?? [], (value, row) => {
      const far = Math.hypot(toPixel(rows[row]) - x, toY(value) - y);
      if (far < least) [best, least] = [row, far];
    });
  }
  return best;
}
