/** Canvases whose pixels are the screen's. */

/**
 * The context to draw with.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D}
 * @throws {Error} where the browser has none left
 */
export function context2d(canvas, settings) {
  return given(canvas.getContext("2d", settings));
}

/**
 * The context of a canvas that is on no page; see `context2d`.
 * @param {OffscreenCanvas} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function offscreen2d(canvas, settings) {
  return given(canvas.getContext("2d", settings));
}

/**
 * Size a canvas for the screen's pixel density.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width CSS pixels
 * @param {number} height
 * @returns {CanvasRenderingContext2D} empty, scaled to CSS pixels
 */
export function sizeCanvas(canvas, width, height) {
  const density = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = context2d(canvas);
  context.setTransform(density, 0, 0, density, 0, 0);
  return context;
}

/**
 * Give a canvas that its style sizes the pixels of the screen.
 * @param {HTMLCanvasElement} canvas
 * @returns {{context: CanvasRenderingContext2D, width: number, height: number}} cleared; both count in CSS pixels
 */
export function prepare(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const density = globalThis.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  const context = context2d(canvas);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.setLineDash([]);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** @template T @param {T | null} context @returns {T} */
function given(context) {
  if (context === null) throw new Error("the browser gives no canvas to draw on");
  return context;
}
