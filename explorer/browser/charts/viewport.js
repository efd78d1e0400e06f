/** Between places on the map, in latent units, and CSS pixels of its canvas. */

/** @typedef {import("./geometry.js").Extent} Extent */

/** Where the plot lies in the canvas: the rest holds tick labels and axis names, in CSS pixels. */
const MARGIN = Object.freeze({ left: 44, right: 10, top: 10, bottom: 40 });

/**
 * @param {number} width of the canvas, CSS pixels
 * @param {number} height
 * @param {(aspect: number) => Extent} fit the extent to show, for the plot's width ÷ height
 * @param {{left: number, right: number, top: number, bottom: number}} [margin]
 */
export function createViewport(width, height, fit, margin = MARGIN) {
  const plot = {
    left: margin.left,
    top: margin.top,
    width: width - margin.left - margin.right,
    height: height - margin.top - margin.bottom,
  };
  const extent = fit(plot.width / plot.height);
  const scale = plot.width / (extent.right - extent.left);
  return {
    width,
    height,
    plot,
    extent,
    /** CSS pixels per latent unit, the same on both axes. */
    scale,
    toX: (/** @type {number} */ x) => plot.left + (x - extent.left) * scale,
    toY: (/** @type {number} */ y) => plot.top + (extent.top - y) * scale,
    /** The place under a pixel; outside the plot, the nearest one on its edge. */
    toPlace: (/** @type {number} */ px, /** @type {number} */ py) => ({
      x: extent.left + Math.min(plot.width, Math.max(0, px - plot.left)) / scale,
      y: extent.top - Math.min(plot.height, Math.max(0, py - plot.top)) / scale,
    }),
  };
}

/** @typedef {ReturnType<typeof createViewport>} Viewport */
