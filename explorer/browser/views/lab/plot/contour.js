/** Marching squares on the heat map's grid. */
import { EXTENT } from "./quantities.js";

/**
 * Which sides of a cell are crossed, by which corners lie above (upper left 1, upper right 2, lower right 4, lower left
 * 8); the sides are 0 upper, 1 right, 2 lower, 3 left. Two diagonal corners (5 and 10) are saddles.
 */
const CROSSED = Object.freeze([
  [],
  [3, 0],
  [0, 1],
  [3, 1],
  [1, 2],
  [],
  [0, 2],
  [3, 2],
  [2, 3],
  [0, 2],
  [],
  [1, 2],
  [1, 3],
  [0, 1],
  [3, 0],
  [],
]);
/** The corners that a side runs between. */
const ENDS = Object.freeze([
  [0, 1],
  [1, 2],
  [3, 2],
  [0, 3],
]);
const AROUND_UPPER_LEFT = Object.freeze([3, 0, 1, 2]);
const AROUND_UPPER_RIGHT = Object.freeze([0, 1, 2, 3]);

/**
 * @typedef {[number, number, number, number]} Corners a cell's values: upper left, upper right, lower right, lower left
 */

/**
 * The lines where a sampled function crosses a threshold, linear between the samples; a saddle is cut according to the
 * mean of its corners.
 * @param {ArrayLike<number>} values at `heatPoints(side)`
 * @param {number} side cells a side
 * @param {number} threshold
 * @param {Float32Array} segments filled with x₀, y₀, x₁, y₁ each; room for 8·side² numbers
 * @returns {number} how many segments there are
 */
export function thresholdSegments(values, side, threshold, segments) {
  let filled = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const i = row * (side + 1) + column;
      const corners = /** @type {Corners} */ ([values[i], values[i + 1], values[i + side + 2], values[i + side + 1]]);
      for (const crossed of crossedSides(corners, threshold)) {
        // The crossed side starts at its left or upper end and runs right or down.
        const [x, y] = [column + (crossed === 1 ? 1 : 0), row + (crossed === 2 ? 1 : 0)];
        const [from, to] = ENDS[crossed].map((corner) => corners[corner]);
        const part = (threshold - from) / (to - from);
        const along = crossed % 2 === 0;
        segments[filled++] = EXTENT * ((2 * (along ? x + part : x)) / side - 1);
        segments[filled++] = EXTENT * (1 - (2 * (along ? y : y + part)) / side);
      }
    }
  }
  return filled / 4;
}

/** @param {Corners} corners @param {number} threshold @returns {readonly number[]} two sides for each line */
function crossedSides(corners, threshold) {
  let above = 0;
  for (let i = 0; i < 4; i++) if (corners[i] > threshold) above += 1 << i;
  if (above !== 5 && above !== 10) return CROSSED[above];
  const joined = corners[0] + corners[1] + corners[2] + corners[3] > 4 * threshold; // the middle lies above
  return (above === 5) === joined ? AROUND_UPPER_RIGHT : AROUND_UPPER_LEFT;
}
