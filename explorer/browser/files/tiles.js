/** Many pictures as one. */
import { offscreen2d } from "../charts/canvas.js";

/**
 * Pictures beside and below each other as one, pixel for pixel.
 * @param {(HTMLCanvasElement | OffscreenCanvas)[]} canvases row by row
 * @param {number} columns
 * @param {{height: number, width: number}} imageShape of each
 * @returns {Promise<Blob>} PNG
 */
export function pasteTiles(canvases, columns, { height, width }) {
  const whole = new OffscreenCanvas(columns * width, Math.ceil(canvases.length / columns) * height);
  const context = offscreen2d(whole);
  canvases.forEach((canvas, index) => {
    context.drawImage(canvas, (index % columns) * width, Math.floor(index / columns) * height);
  });
  return whole.convertToBlob({ type: "image/png" });
}
