/** From large pictures to the model's few pixels, each the exact mean of the area that it covers. */

/** Share of the side that the larger side of a centred drawing takes: 20 of MNIST's 28 pixels. */
const INK_SHARE = 20 / 28;

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
    planes[0][i] = channels === 1 ? 0.299 * red + 0.587 * green + 0.114 * blue : red;
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
