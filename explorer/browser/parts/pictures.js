/**
 * Painting of model pictures, pixel for pixel.
 *
 * @typedef {import("../runtime/config.js").ImageShape} ImageShape 1 channel is grey, 3 are red, green, blue
 */
import { context2d, offscreen2d } from "../charts/canvas.js";

/** The picture buffer of each canvas, kept so that repainting allocates nothing. @type {WeakMap<object, ImageData>} */
const buffers = new WeakMap();

/**
 * Write a picture into RGBA bytes.
 *
 * @param {Uint8ClampedArray} rgba  4·H·W bytes, overwritten; alpha becomes opaque; the array rounds to nearest.
 * @param {ArrayLike<number>} pixels  C·H·W values in torch's order; [0, 1] is black to full intensity.
 * @param {ImageShape} shape
 * @returns {number} how many values lay outside [0, 1] and were clipped.
 * @throws {RangeError} where the length or the number of channels is wrong, or a value is not finite.
 */
export function writeRgba(rgba, pixels, { channels, height, width }) {
  const area = height * width;
  if (channels !== 1 && channels !== 3) throw new RangeError(`a picture has 1 or 3 channels, not ${channels}`);
  if (pixels.length !== channels * area) {
    throw new RangeError(
      `a ${channels}×${height}×${width} picture has ${channels * area} values, not ${pixels.length}`,
    );
  }
  let clipped = 0;
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * area;
    for (let index = 0; index < area; index++) {
      let value = pixels[start + index];
      if (!(value >= 0 && value <= 1)) {
        if (!Number.isFinite(value)) throw new RangeError(`value ${start + index} of the picture is ${value}`);
        value = value < 0 ? 0 : 1;
        clipped++;
      }
      rgba[4 * index + channel] = 255 * value;
    }
  }
  for (let index = 0; index < 4 * area; index += 4) {
    if (channels === 1) rgba[index + 1] = rgba[index + 2] = rgba[index];
    rgba[index + 3] = 255;
  }
  return clipped;
}

/**
 * Paint a picture onto a canvas, one canvas pixel per picture pixel; the style sheet scales it (`image-rendering:
 * pixelated`).
 *
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas  resized to the picture where it differs.
 * @param {ArrayLike<number>} pixels  C·H·W values in torch's order; [0, 1] is black to full intensity.
 * @param {ImageShape} shape
 * @returns {number} how many values lay outside [0, 1] and were clipped.
 * @throws {RangeError} as `writeRgba`.
 */
export function paint(canvas, pixels, shape) {
  const context = canvas instanceof OffscreenCanvas ? offscreen2d(canvas) : context2d(canvas);
  if (canvas.width !== shape.width || canvas.height !== shape.height) {
    canvas.width = shape.width;
    canvas.height = shape.height;
  }
  let buffer = buffers.get(canvas);
  if (!buffer || buffer.width !== shape.width || buffer.height !== shape.height) {
    buffer = context.createImageData(shape.width, shape.height);
    buffers.set(canvas, buffer);
  }
  const clipped = writeRgba(buffer.data, pixels, shape);
  context.putImageData(buffer, 0, 0);
  return clipped;
}
