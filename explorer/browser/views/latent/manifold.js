/** The map's background: what the decoder makes of each place, as a grid of pictures. */
import { context2d } from "../../charts/canvas.js";
import { paint } from "../../parts/pictures.js";

const CELLS = Object.freeze({ smallest: 28, largest: 48 }); // CSS pixels

/**
 * Decode and draw the grid, one picture a step.
 * @param {HTMLCanvasElement} canvas sized and scaled to the viewport
 * @param {import("../../charts/viewport.js").Viewport} viewport
 * @param {import("../../runtime/layouts.js").Layout} layout
 * @param {import("../../runtime/model.js").Model} model one that decodes in the page
 * @returns {Generator<void>}
 */
export function* drawManifold(canvas, viewport, layout, model) {
  const context = context2d(canvas);
  const { plot } = viewport;
  const side = Math.min(CELLS.largest, Math.max(CELLS.smallest, model.imageShape.width));
  const [columns, rows] = [Math.round(plot.width / side), Math.round(plot.height / side)];
  const [width, height] = [plot.width / columns, plot.height / rows];
  const picture = new OffscreenCanvas(model.imageShape.width, model.imageShape.height);
  for (let cell = 0; cell < columns * rows; cell++) {
    const [x, y] = [plot.left + (cell % columns) * width, plot.top + Math.floor(cell / columns) * height];
    const z = layout.invert(viewport.toPlace(x + width / 2, y + height / 2));
    paint(picture, model.decodeHere(z), model.imageShape);
    context.drawImage(picture, x, y, width, height);
    yield;
  }
}
