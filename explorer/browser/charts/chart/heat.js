/**
 * Heat maps: a grid of cells, whose columns stand between the rows' places as bins do and whose lines run downwards.
 */

import { readable } from "../axis.js";
import { readPalette } from "../scale.js";

/**
 * @typedef {import("../description.js").Description} Description
 * @typedef {import("../description.js").Series} Series
 * @typedef {import("../description.js").Heat} Heat
 * @typedef {import("./frame.js").Frame} Frame
 */

/** The one heat map of a chart, or null. @param {readonly Series[]} series */
export function heatOf(series) {
  const [first] = series;
  return first?.heat ? { key: first.key, label: first.label, ...first.heat } : null;
}

/** Which colour a value has: a share of the scale. @param {Heat} heat @param {number} value */
function shareOf({ low, high }, value) {
  return (Math.min(Math.max(value, low), high) - low) / (high - low);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {Description} description
 */
export function paintHeat(context, { toPixel, placeToY }, { rows, columns, series }) {
  const heat = heatOf(series);
  if (!heat) return;
  const { sequential, diverging } = readPalette(context.canvas);
  const colours = heat.low < 0 ? diverging : sequential;
  const across = rows.length - 1;
  Array.from(columns[heat.key] ?? [], (value, cell) => {
    if (!Number.isFinite(value)) return;
    const [line, column] = [Math.floor(cell / across), cell % across];
    const [left, top] = [toPixel(rows[column]), placeToY(heat.lines - line)];
    context.fillStyle = colours[Math.round(shareOf(heat, value) * (colours.length - 1))];
    // Half a pixel more, so that no seams show between cells.
    context.fillRect(left, top, toPixel(rows[column + 1]) - left + 0.5, placeToY(heat.lines - line - 1) - top + 0.5);
  });
}

/**
 * The cell under a pixel.
 * @param {Frame} frame @param {Description} description @param {import("./gestures.js").Place} place
 * @returns {number} −1 for none; lines follow one another
 */
export function cellAt(frame, { rows, series }, { x, y }) {
  const heat = heatOf(series);
  const across = rows.length - 1;
  if (!heat || across < 1) return -1;
  const line = Math.min(Math.max(Math.floor(heat.lines - frame.yToPlace(y)), 0), heat.lines - 1);
  let column = 0;
  while (column < across - 1 && rows[column + 1] <= frame.toX(x)) column += 1;
  return line * across + column;
}

/** The x of a cell, which is that of its column. @param {Description} description @param {number} cell */
export function columnOf({ rows }, cell) {
  return cell % (rows.length - 1);
}

/**
 * The corners of a cell.
 * @param {Frame} frame
 * @param {Description} description
 * @param {number} cell
 * @returns {{left: number, right: number, top: number, bottom: number} | null} CSS pixels; null where none of it is
 *   seen
 */
export function boxOf({ left, right, top, bottom, toPixel, placeToY }, { rows, series }, cell) {
  const heat = heatOf(series);
  if (!heat || cell < 0) return null;
  const across = rows.length - 1;
  const [line, column] = [Math.floor(cell / across), cell % across];
  const box = {
    left: Math.max(left, toPixel(rows[column])),
    right: Math.min(right, toPixel(rows[column + 1])),
    top: Math.max(top, placeToY(heat.lines - line)),
    bottom: Math.min(bottom, placeToY(heat.lines - line - 1)),
  };
  return box.left < box.right && box.top < box.bottom ? box : null;
}

/** Where a cell is, in words. @param {Description} description @param {number} cell */
export function cellWords(description, cell) {
  const { rows, x, y, labels } = description;
  const column = columnOf(description, cell);
  const line = Math.floor(cell / (rows.length - 1));
  return [`${y.label} ${y.words(line)}`, `${x.label} ${labels?.[column] ?? x.words(rows[column])}`]
    .map((words) => words.trim())
    .join(" · ");
}

/** What the colours mean: the ends of their scale. @param {Heat} heat */
export function scaleWords({ low, high, clipped }) {
  return clipped ? `≤ ${readable(low)} … ≥ ${readable(high)}` : `${readable(low)} … ${readable(high)}`;
}
