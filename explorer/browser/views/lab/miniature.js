/** Tiny pictures of the plane [−1.25, 1.25]², for the model graph and the choice of data. */

import { context2d } from "../../charts/canvas.js";
import { LIMIT } from "../../runtime/planar/settings.js";

/**
 * A cleared context that counts in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width CSS pixels
 * @param {number} height
 * @returns {CanvasRenderingContext2D}
 */
export function prepare(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  const context = context2d(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} points (2·n), x, y by turns
 * @param {number} side of the picture, CSS pixels
 * @param {string} colour
 * @param {number} size of a dot, CSS pixels
 */
export function dots(context, points, side, colour, size) {
  context.fillStyle = colour;
  const scale = side / (2 * LIMIT);
  for (let i = 0; i < points.length; i += 2) {
    context.fillRect((points[i] + LIMIT) * scale - size / 2, (LIMIT - points[i + 1]) * scale - size / 2, size, size);
  }
}

/**
 * The lines of a grid of points, row by row and column by column.
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} points (2·rows·columns)
 * @param {{rows: number, columns: number, side: number, colour: string}} options
 */
export function mesh(context, points, { rows, columns, side, colour }) {
  const scale = side / (2 * LIMIT);
  const to = (/** @type {number} */ i, /** @type {boolean} */ first) => {
    const [x, y] = [(points[2 * i] + LIMIT) * scale, (LIMIT - points[2 * i + 1]) * scale];
    if (first) context.moveTo(x, y);
    else context.lineTo(x, y);
  };
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) to(row * columns + column, column === 0);
  if (rows > 1)
    for (let column = 0; column < columns; column += 1)
      for (let row = 0; row < rows; row += 1) to(row * columns + column, row === 0);
  context.stroke();
}
