/** Many pictures as one. */

/**
 * Pictures beside and below each other as one, pixel for pixel.
 * @param {HTMLCanvasElement[]} canvases row by row
 * @param {number} columns
 * @param {{height: number, width: number}} imageShape of each
 * @returns {Promise<Blob>} PNG
 */
export function pasteTiles(canvases, columns, { height, width }) {
  const whole = new OffscreenCanvas(columns * width, Math.ceil(canvases.length / columns) * height);
  const context = whole.getContext("2d");
  canvases.forEach((canvas, index) => {
    context.drawImage(canvas, (index % columns) * width, Math.floor(index / columns) * height);
  });
  return whole.convertToBlob({ type: "image/png" });
}
