/** What the pointer and the arrow keys do on the map. */
import { listenToGestures } from "./gestures.js";

const UNITLESS = 100; // CSS pixels that count as one unit for the arrow keys, where the map has no unit

/**
 * @param {import("../latent.js").LatentView} view
 * @param {import("./plot.js").Plot} plot the view's
 * @returns {{destroy(): void}}
 */
export function listenToMoves(view, plot) {
  const { canvas } = plot;
  const invert = (/** @type {number} */ x, /** @type {number} */ y) => plot.layout.invert(canvas.toPlace(x, y));
  return listenToGestures(canvas.moving, {
    onHover(x, y, event) {
      view.look(canvas.hit(x, y), plot.controls.previews() ? invert(x, y) : view.previewed, event);
    },
    onLeave: (event) => view.look(-1, null, event),
    onDrag(x, y, event) {
      view.state.z = invert(x, y);
      view.look(-1, null, event);
    },
    onTap(x, y, event) {
      const index = canvas.hit(x, y);
      if (index < 0) {
        view.tell();
        return;
      }
      view.hovered = -1;
      view.pick(index, event);
    },
    onRelease: () => view.tell(),
    onStep: (dx, dy, event) => view.setLatent(stepped(view.state.z, plot, dx, dy), event),
  });
}

/** z moved by a step on the map: along the raw axes or the principal components; elsewhere, to the place beside it. */
function stepped(
  /** @type {Float32Array} */ z,
  /** @type {import("./plot.js").Plot} */ plot,
  /** @type {number} */ dx,
  /** @type {number} */ dy,
) {
  const { x, y } = plot.layout.project(z);
  if (plot.layout.covariance === null) {
    const unit = UNITLESS / plot.canvas.scale;
    return plot.layout.invert({ x: x + dx * unit, y: y + dy * unit });
  }
  const [from, to] = [plot.layout.invert({ x, y }), plot.layout.invert({ x: x + dx, y: y + dy })];
  return z.map((value, i) => value + to[i] - from[i]);
}
