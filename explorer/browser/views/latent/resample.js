/** From large pictures to the model's few pixels, each the exact mean of the area that it covers. */

/** Share of the side that the larger side of a centred drawing takes: 20 of MNIST's 28 pixels. */
const INK_SHARE = 20 / 28;

export const LUMA = Object.freeze([0.299, 0.587, 0.114]); // ITU-R BT.601

/**
 * Means over the area that each target pixel covers, of a picture that comes row by row: of its colours times their
 * opacity, and of its opacity. Colours times opacity are rounded to eight bits, as browsers keep them.
 */
export class AreaMeans {
  /** @type {Float64Array[]} (H·W) a channel, from 0 to the opacity */
  planes;
  /** @type {Float64Array} (H·W), from 0 to 1 */
  opacity;
  #across;
  #down;
  #target;

  /**
   * @param {{width: number, height: number}} source
   * @param {{x: number, y: number, scale: number}} window source position of the target's upper left corner, and
   *   source pixels per target pixel
   * @param {{width: number, height: number}} target
   * @param {number} channels 1 or 3
   */
  constructor(source, window, target, channels) {
    this.#target = target;
    this.#across = shares(window.x, window.scale, target.width, source.width);
    this.#down = shares(window.y, window.scale, target.height, source.height);
    const area = target.width * target.height;
    this.planes = Array.from({ length: channels }, () => new Float64Array(area));
    this.opacity = new Float64Array(area);
  }

  /** @param {number} row of the source @param {Uint8ClampedArray} rgba its pixels */
  add(row, rgba) {
    const rows = this.#down.filter(({ from, weights }) => row >= from && row < from + weights.length);
    if (rows.length === 0) return;
    const first = this.#down.indexOf(rows[0]);
    this.#across.forEach(({ from, weights }, column) => {
      let [red, green, blue, alpha] = [0, 0, 0, 0];
      for (let i = 0; i < weights.length; i++) {
        const at = 4 * (from + i);
        const opaque = rgba[at + 3];
        red += weights[i] * timesAlpha(rgba[at], opaque);
        green += weights[i] * timesAlpha(rgba[at + 1], opaque);
        blue += weights[i] * timesAlpha(rgba[at + 2], opaque);
        alpha += weights[i] * opaque;
      }
      const values = this.planes.length === 1 ? [LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue] : [red, green, blue];
      rows.forEach((share, i) => {
        const at = (first + i) * this.#target.width + column;
        const weight = share.weights[row - share.from] / 255;
        this.planes.forEach((plane, channel) => (plane[at] += weight * values[channel]));
        this.opacity[at] += weight * alpha;
      });
    });
  }
}

const timesAlpha = (/** @type {number} */ value, /** @type {number} */ alpha) =>
  alpha === 255 ? value : Math.round((value * alpha) / 255);

/**
 * The pixels in stretches of `scale` pixels from `start` on, and the share that each has in its stretch.
 * @param {number} start @param {number} scale @param {number} count stretches @param {number} size pixels
 */
function shares(start, scale, count, size) {
  return Array.from({ length: count }, (_, i) => {
    const [low, high] = [start + scale * i, start + scale * (i + 1)];
    const from = Math.max(0, Math.floor(low));
    const pixels = Math.max(0, Math.min(size, Math.ceil(high)) - from);
    const overlap = (/** @type {number} */ j) => Math.max(0, Math.min(j + 1, high) - Math.max(j, low));
    return { from, weights: Array.from({ length: pixels }, (_, j) => overlap(from + j) / scale) };
  });
}

/**
 * Grey or colour planes from RGBA bytes, on white where they are transparent. Grey is ITU-R BT.601 luma.
 * @param {Uint8ClampedArray} rgba
 * @param {number} channels 1 or 3
 * @returns {Float32Array[]} one plane (H·W) a channel, unit range
 */
export function planesFromRgba(rgba, channels) {
  const area = rgba.length / 4;
  const planes = Array.from({ length: channels }, () => new Float32Array(area));
  for (let i = 0; i < area; i++) {
    const alpha = rgba[4 * i + 3] / 255;
    const paper = 1 - alpha;
    const red = (rgba[4 * i] / 255) * alpha + paper;
    const green = (rgba[4 * i + 1] / 255) * alpha + paper;
    const blue = (rgba[4 * i + 2] / 255) * alpha + paper;
    planes[0][i] = channels === 1 ? LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue : red;
    if (channels === 1) continue;
    planes[1][i] = green;
    planes[2][i] = blue;
  }
  return planes;
}

/**
 * Resample a plane by area: target pixel (u, v) is the mean of the source over the rectangle that it covers; outside
 * the source is zero.
 * @param {Float32Array} plane (H·W)
 * @param {{width: number, height: number}} source
 * @param {{x: number, y: number, scale: number}} window source position of the target's upper left corner, and source
 *   pixels per target pixel
 * @param {{width: number, height: number}} target
 * @returns {Float32Array}
 */
export function resampleArea(plane, source, window, target) {
  const integral = integrate(plane, source);
  const result = new Float32Array(target.width * target.height);
  for (let row = 0; row < target.height; row++) {
    const [top, bottom] = [window.y + row * window.scale, window.y + (row + 1) * window.scale];
    for (let column = 0; column < target.width; column++) {
      const [left, right] = [window.x + column * window.scale, window.x + (column + 1) * window.scale];
      const sum = integral(right, bottom) - integral(left, bottom) - integral(right, top) + integral(left, top);
      result[row * target.width + column] = Math.min(1, Math.max(0, sum / window.scale ** 2));
    }
  }
  return result;
}

/** @returns {(x: number, y: number) => number} the integral of a plane from its corner to a (fractional) position */
function integrate(
  /** @type {Float32Array} */ plane,
  /** @type {{width: number, height: number}} */ { width, height },
) {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let row = 0; row < height; row++) {
    let line = 0;
    for (let column = 0; column < width; column++) {
      line += plane[row * width + column];
      sums[(row + 1) * stride + column + 1] = sums[row * stride + column + 1] + line;
    }
  }
  return (x, y) => {
    const [u, v] = [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
    const [column, row] = [Math.min(width - 1, Math.floor(u)), Math.min(height - 1, Math.floor(v))];
    const [across, down] = [u - column, v - row];
    const at = row * stride + column;
    const upper = sums[at] * (1 - across) + sums[at + 1] * across;
    const lower = sums[at + stride] * (1 - across) + sums[at + stride + 1] * across;
    return upper * (1 - down) + lower * down;
  };
}

/**
 * The window that treats a drawing as MNIST treats its digits: its larger side fills 20/28 of the picture and its
 * centre of mass is in the middle (LeCun et al. 1998, section III.A).
 * @param {Float32Array} ink (H·W), 0 is paper
 * @param {{width: number, height: number}} source
 * @param {number} side of the target, pixels
 * @returns {{x: number, y: number, scale: number} | null} null where there is no ink
 */
export function centringWindow(ink, { width, height }, side) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  let [mass, momentX, momentY] = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = ink[row * width + column];
      if (value <= 0) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
      mass += value;
      momentX += value * (column + 0.5);
      momentY += value * (row + 0.5);
    }
  }
  if (mass === 0) return null;
  const scale = Math.max(right - left, bottom - top) / (INK_SHARE * side);
  return { x: momentX / mass - (scale * side) / 2, y: momentY / mass - (scale * side) / 2, scale };
}
