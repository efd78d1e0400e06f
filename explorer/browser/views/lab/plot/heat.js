/** The heat map as a small picture: one pixel for each place at which the discriminator was asked. */
import { context2d } from "../../../charts/canvas.js";
import { element } from "../../../dom.js";
import { shownOutput } from "../../../runtime/planar/outputs.js";

/** A picture that is kept and painted anew at each frame. */
export class HeatImage {
  canvas = element("canvas");
  #context = context2d(this.canvas);
  #image = this.#context.createImageData(1, 1);

  /**
   * @param {import("./scene.js").Scene} scene
   * @param {Uint32Array} scale from `heatScale`
   */
  paint({ side, heat, meaning, range }, scale) {
    if (this.#image.width !== side + 1) {
      this.canvas.width = this.canvas.height = side + 1;
      this.#image = this.#context.createImageData(side + 1, side + 1);
    }
    const pixels = new Uint32Array(this.#image.data.buffer);
    for (let i = 0; i < heat.length; i++) {
      pixels[i] = scale[heatLevel(shownOutput(meaning, heat[i]), range, scale.length)];
    }
    this.#context.putImageData(this.#image, 0, 0);
  }
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
