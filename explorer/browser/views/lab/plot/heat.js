/** The heat map as a small picture: one pixel for each place at which the discriminator was asked. */
import { shownOutput } from "../../../runtime/planar/outputs.js";

/** A picture that is kept and painted anew at each frame. */
export function createHeatImage() {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {ImageData | null} */
  let image = null;
  return {
    canvas,
    /**
     * @param {import("./model.js").Scene} scene
     * @param {Uint32Array} scale from `heatScale`
     */
    paint({ side, heat, meaning, range }, scale) {
      if (image === null || image.width !== side + 1) {
        canvas.width = canvas.height = side + 1;
        image = context.createImageData(side + 1, side + 1);
      }
      const pixels = new Uint32Array(image.data.buffer);
      for (let i = 0; i < heat.length; i++)
        pixels[i] = scale[heatLevel(shownOutput(meaning, heat[i]), range, scale.length)];
      context.putImageData(image, 0, 0);
    },
  };
}

/**
 * The place of a value on the scale; values beyond its ends take the ends, and the middle where the ends are the same.
 * @param {number} value
 * @param {{low: number, high: number}} range
 * @param {number} levels of the scale
 */
export function heatLevel(value, { low, high }, levels) {
  const share = high > low ? (value - low) / (high - low) : 0.5;
  return Math.round((levels - 1) * Math.min(1, Math.max(0, share)));
}
