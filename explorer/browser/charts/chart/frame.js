/** Where values stand on a chart's canvas. No DOM. */

export const MARGINS = Object.freeze({ left: 56, right: 12, top: 8, bottom: 38 }); // CSS pixels
export const STRIP = 18; // CSS pixels under a logarithmic axis, for what is below it: it has no zero

/**
 * @typedef {import("./range.js").Span} Span
 *
 * @typedef {object} Frame
 * @property {number} width of the canvas, CSS pixels
 * @property {number} height
 * @property {number} left of the plot
 * @property {number} right
 * @property {number} top
 * @property {number} bottom of the plot, above the strip
 * @property {Span} x places: common logarithms where the axis is logarithmic
 * @property {Span} y places
 * @property {boolean} strip
 * @property {(x: number) => number} toPixel
 * @property {(pixel: number) => number} toX
 * @property {(value: number) => number} toY
 * @property {(place: number) => number} placeToPixel
 * @property {(place: number) => number} placeToY
 * @property {(pixel: number) => number} pixelToPlace along x
 * @property {(y: number) => number} yToPlace
 */

/**
 * @param {{width: number, height: number}} size
 * @param {{span: Span, log: boolean}} across
 * @param {{span: Span, log: boolean}} up
 * @param {boolean} strip
 * @returns {Frame}
 */
export function createFrame({ width, height }, across, up, strip) {
  const left = MARGINS.left;
  const right = Math.max(left + 1, width - MARGINS.right);
  const top = MARGINS.top;
  const bottom = height - MARGINS.bottom - (strip ? STRIP : 0);
  const perX = across.span.high > across.span.low ? (right - left) / (across.span.high - across.span.low) : 0;
  const perY = (bottom - top) / (up.span.high - up.span.low);
  const placeToPixel = (/** @type {number} */ place) =>
    perX ? left + (place - across.span.low) * perX : (left + right) / 2;
  const placeToY = (/** @type {number} */ place) => top + (up.span.high - place) * perY;
  const pixelToPlace = (/** @type {number} */ pixel) => across.span.low + (perX ? (pixel - left) / perX : 0);
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    x: across.span,
    y: up.span,
    strip,
    placeToPixel,
    placeToY,
    pixelToPlace,
    yToPlace: (y) => up.span.high - (y - top) / perY,
    toPixel: (x) => placeToPixel(across.log ? Math.log10(x) : x),
    toX: (pixel) => (across.log ? 10 ** pixelToPlace(pixel) : pixelToPlace(pixel)),
    toY: (value) => placeToY(up.log ? Math.log10(value) : value),
  };
}
