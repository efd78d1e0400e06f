/**
 * The numbers that the plot draws, apart from the networks' own outputs: pure functions in data units. The plane is
 * [−1.25, 1.25]², points are interleaved x, y.
 */
import { LIMIT as EXTENT } from "../../../runtime/planar/settings.js";

export { EXTENT };

const HEAT_SIDES = Object.freeze([64, 48, 32]);
const LEAST_HEAT_SIDE = 24;
const HEAT_WORK = 12e6; // multiplications that a frame's heat map may cost
const GRID_CELLS = 24; // a side
const CURVE_SEGMENTS = 192;
const GAUSSIAN_REACH = 2.5; // standard deviations that the grid of Gaussian noise spans on either side
const GAUSSIAN_SCALE = 0.4; // at which Gaussian noise itself is drawn, so that ±2.5 fits into the plane
const SIMPSON_INTERVALS = 16;

/**
 * How many cells a side of the heat map has: fewer where a discriminator is large.
 * @param {readonly number[]} widths of the hidden layers
 */
export function heatSide(widths) {
  const sizes = [2, ...widths, 1];
  const work = sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i], 0);
  return HEAT_SIDES.find((side) => (side + 1) ** 2 * work <= HEAT_WORK) ?? LEAST_HEAT_SIDE;
}

/**
 * Where the heat map is evaluated: the corners of its cells, row by row from the upper left.
 * @param {number} side cells a side
 * @returns {Float32Array} ((side + 1)², 2)
 */
export function heatPoints(side) {
  const points = new Float32Array(2 * (side + 1) ** 2);
  for (let row = 0, i = 0; row <= side; row++) {
    for (let column = 0; column <= side; column++, i += 2) {
      points[i] = EXTENT * ((2 * column) / side - 1);
      points[i + 1] = EXTENT * (1 - (2 * row) / side);
    }
  }
  return points;
}

/**
 * What the heat map's colours span: the meaning's own range, else the present extremes.
 * @param {import("../../../runtime/planar/outputs.js").OutputMeaning} meaning
 * @param {Float32Array} outputs raw
 * @returns {{low: number, high: number}}
 */
export function heatRange(meaning, outputs) {
  if (meaning.range !== null) return { low: meaning.range[0], high: meaning.range[1] };
  let [low, high] = [Infinity, -Infinity];
  for (const output of outputs) {
    if (output < low) low = output;
    if (output > high) high = output;
  }
  return { low, high };
}

/**
 * @typedef {object} NoiseGrid a regular grid over the noise: 24×24 cells in two dimensions, 192 segments in one
 * @property {1 | 2} dimensions
 * @property {number} cells a side, or segments
 * @property {Float32Array} noise (vertices, dimensions), the first coordinate fastest
 * @property {Float64Array} mass probability of each cell or segment under the noise
 * @property {number} scale at which the noise itself is drawn on the plane
 */

/**
 * @param {import("../../../runtime/planar/settings.js").Settings["noise"]} noise
 * @returns {NoiseGrid} over all of the uniform noise, or ±2.5 standard deviations of Gaussian noise
 */
export function noiseGrid({ kind, dimensions }) {
  const gaussian = kind === "gaussian";
  const reach = gaussian ? GAUSSIAN_REACH : 1;
  const cells = dimensions === 2 ? GRID_CELLS : CURVE_SEGMENTS;
  const edges = Float64Array.from({ length: cells + 1 }, (_, i) => reach * ((2 * i) / cells - 1));
  const masses = Float64Array.from({ length: cells }, (_, i) =>
    gaussian ? normalMass(edges[i], edges[i + 1]) : 1 / cells,
  );
  const scale = gaussian ? GAUSSIAN_SCALE : 1;
  if (dimensions === 1) return { dimensions: 1, cells, noise: Float32Array.from(edges), mass: masses, scale };
  const noise = new Float32Array(2 * (cells + 1) ** 2);
  for (let i = 0; i < noise.length / 2; i++) {
    noise[2 * i] = edges[i % (cells + 1)];
    noise[2 * i + 1] = edges[Math.floor(i / (cells + 1))];
  }
  const mass = Float64Array.from({ length: cells ** 2 }, (_, i) => masses[i % cells] * masses[Math.floor(i / cells)]);
  return { dimensions: 2, cells, noise, mass, scale };
}

/** Probability of [a, b] under the standard normal, by Simpson's rule. */
function normalMass(/** @type {number} */ a, /** @type {number} */ b) {
  const step = (b - a) / SIMPSON_INTERVALS;
  let sum = 0;
  for (let i = 0; i <= SIMPSON_INTERVALS; i++) {
    const weight = i === 0 || i === SIMPSON_INTERVALS ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((a + i * step) ** 2) / 2);
  }
  return (sum * step) / (3 * Math.sqrt(2 * Math.PI));
}

/**
 * Density of each warped cell (per unit area; a cell's area is that of its two triangles, so that no fold cancels) or
 * segment (per unit length). Infinite where the generator crushes a cell to nothing.
 * @param {NoiseGrid} grid
 * @param {Float32Array} vertices the grid's noise, mapped to the plane
 * @param {Float64Array} densities filled
 */
export function cellDensities({ dimensions, cells, mass }, vertices, densities) {
  if (dimensions === 1) {
    for (let i = 0; i < cells; i++) {
      densities[i] =
        mass[i] / Math.hypot(vertices[2 * i + 2] - vertices[2 * i], vertices[2 * i + 3] - vertices[2 * i + 1]);
    }
    return;
  }
  for (let row = 0, cell = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++, cell++) {
      const a = 2 * (row * (cells + 1) + column);
      const c = a + 2 * (cells + 1) + 2;
      densities[cell] = mass[cell] / (triangleArea(vertices, a, a + 2, c) + triangleArea(vertices, a, c, c - 2));
    }
  }
}

/** Area of the triangle of three points, given by where they start. */
function triangleArea(
  /** @type {Float32Array} */ points,
  /** @type {number} */ a,
  /** @type {number} */ b,
  /** @type {number} */ c,
) {
  const [x, y] = [points[a], points[a + 1]];
  return Math.abs((points[b] - x) * (points[c + 1] - y) - (points[c] - x) * (points[b + 1] - y)) / 2;
}

/**
 * Between the noise itself, drawn on the plane (one dimension lies on y = 0), and where the generator takes it.
 * @param {Float32Array} noise (n, dimensions)
 * @param {number} dimensions
 * @param {number} scale at which the noise is drawn
 * @param {Float32Array} generated (n, 2)
 * @param {number} fraction 0: the noise, 1: generated
 * @param {Float32Array} blended (n, 2), filled; may be `generated`
 */
export function blendFromNoise(noise, dimensions, scale, generated, fraction, blended) {
  for (let i = 0; i < generated.length / 2; i++) {
    const [x, y] = [scale * noise[dimensions * i], dimensions === 2 ? scale * noise[2 * i + 1] : 0];
    blended[2 * i] = x + fraction * (generated[2 * i] - x);
    blended[2 * i + 1] = y + fraction * (generated[2 * i + 1] - y);
  }
}
