/** The geometry of the latent map: pure functions of numbers, in latent units throughout. */

/** @typedef {import("../runtime/gaussian.js").Point} Point */
/** @typedef {{left: number, right: number, bottom: number, top: number}} Extent */

/**
 * Where the axes of a grid of about `count` lines go: multiples of 1, 2 or 5 times a power of ten.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {number[]}
 */
export function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/**
 * The smallest extent of the canvas's proportions that holds all points and circles, with a margin; a unit is equally
 * long on both axes, so that circles are round.
 * @param {ArrayLike<number>} points (N, 2)
 * @param {Array<{x: number, y: number, radius: number}>} circles
 * @param {number} aspect width ÷ height
 * @returns {Extent}
 */
export function fitExtent(points, circles, aspect) {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  const include = (/** @type {number} */ x, /** @type {number} */ y, radius = 0) => {
    left = Math.min(left, x - radius);
    right = Math.max(right, x + radius);
    bottom = Math.min(bottom, y - radius);
    top = Math.max(top, y + radius);
  };
  for (let i = 0; i < points.length; i += 2) include(points[i], points[i + 1]);
  for (const { x, y, radius } of circles) include(x, y, radius);
  const height = 1.06 * Math.max(top - bottom, (right - left) / aspect, 1e-6);
  const [x, y] = [(left + right) / 2, (bottom + top) / 2];
  return {
    left: x - (height * aspect) / 2,
    right: x + (height * aspect) / 2,
    bottom: y - height / 2,
    top: y + height / 2,
  };
}

/**
 * Points (N, 2) sorted into square cells, so that the nearest to a place is found without looking at all.
 * @param {ArrayLike<number>} points
 * @param {number} cell side, in the points' units
 */
export function createPointIndex(points, cell) {
  /** @type {Map<string, number[]>} */
  const cells = new Map();
  const key = (/** @type {number} */ x, /** @type {number} */ y) => `${Math.floor(x / cell)},${Math.floor(y / cell)}`;
  for (let i = 0; i < points.length / 2; i++) {
    const name = key(points[2 * i], points[2 * i + 1]);
    const members = cells.get(name);
    if (members) members.push(i);
    else cells.set(name, [i]);
  }
  /**
   * @param {number} x
   * @param {number} y
   * @param {number} radius at most one cell's side
   * @param {(index: number) => boolean} accepts
   * @returns {number} the nearest accepted point within the radius, or −1
   */
  return (x, y, radius, accepts) => {
    let best = -1;
    let least = radius * radius;
    for (let across = -1; across <= 1; across++) {
      for (let down = -1; down <= 1; down++) {
        for (const i of cells.get(key(x + across * cell, y + down * cell)) ?? []) {
          const squared = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
          if (squared <= least && accepts(i)) [best, least] = [i, squared];
        }
      }
    }
    return best;
  };
}
