/**
 * Distributions in the plane, and the noise that a generator starts from. Randomness comes from the seeded generator;
 * the twin in Python, `explorer/datasets/planar.py`, draws the same points.
 */
import { normals, uniforms } from "../philox.js";

/** @typedef {import("./settings.js").Settings} Settings */

/** Streams of the seeded generator. Those of batches have the updates done so far as their index. */
export const STREAMS = Object.freeze({
  generator: 10,
  discriminator: 11,
  spectral: 12,
  realBatch: 13,
  discriminatorNoise: 14,
  generatorNoise: 15,
  shownNoise: 16,
  shownReal: 17,
});

/** Uniforms that one real point takes. */
export const UNIFORMS_PER_POINT = 4;

const CURVE_POINTS = 1001;
const TURN = 2 * Math.PI;

/**
 * @typedef {object} Distribution
 * @property {number} sigma of the Gaussian noise around the support
 * @property {(u0: number, u1: number, point: Float64Array) => void} place writes the point of the support that two
 *   uniforms mean
 * @property {number[][]} [centres] of a mixture of separate modes
 */

/** @param {number[][]} centres @returns {Distribution["place"]} */
const pickCentre = (centres) => {
  const flat = Float64Array.from(centres.flat());
  const count = centres.length;
  return (u0, _u1, point) => {
    const k = 2 * Math.floor(count * u0);
    point[0] = flat[k];
    point[1] = flat[k + 1];
  };
};

/** @param {number} sigma @param {number[][]} centres @returns {Distribution} */
const mixture = (sigma, centres) => ({ sigma, centres, place: pickCentre(centres) });

/** @param {number} count */
const range = (count) => Array.from({ length: count }, (_, k) => k);

/** @param {number} angle @param {number} radius @param {Float64Array} point */
function polar(angle, radius, point) {
  point[0] = radius * Math.cos(angle);
  point[1] = radius * Math.sin(angle);
}

/** @type {Record<Exclude<import("./settings.js").Data, "drawn">, Distribution>} */
const DISTRIBUTIONS = {
  line: {
    sigma: 0.02,
    place(_u0, u1, point) {
      point[0] = 1.6 * u1 - 0.8;
      point[1] = point[0] / 2;
    },
  },
  ring: { sigma: 0.02, place: (_u0, u1, point) => polar(TURN * u1, 0.8, point) },
  gaussians: mixture(
    0.04,
    range(8).map((k) => [0.8 * Math.cos((TURN * k) / 8), 0.8 * Math.sin((TURN * k) / 8)]),
  ),
  grid: mixture(
    0.03,
    range(25).map((k) => [-0.8 + 0.4 * (k % 5), -0.8 + 0.4 * Math.floor(k / 5)]),
  ),
  spiral: {
    sigma: 0.02,
    place(_u0, u1, point) {
      // The root puts the same mass into every area that the radius sweeps.
      const radius = Math.sqrt(u1);
      polar(3 * Math.PI * radius, 0.85 * radius, point);
    },
  },
  moons: {
    sigma: 0.03,
    place(u0, u1, point) {
      const cosine = Math.cos(Math.PI * u1);
      const sine = Math.sin(Math.PI * u1);
      point[0] = 0.6 * (u0 < 0.5 ? cosine - 0.5 : 0.5 - cosine);
      point[1] = 0.6 * (u0 < 0.5 ? sine - 0.25 : 0.25 - sine);
    },
  },
  disjoint: mixture(0.08, [
    [-0.7, -0.5],
    [0, 0.7],
    [0.7, -0.5],
  ]),
};

const DRAWN_SIGMA = 0.02;

/** @param {Settings} settings @returns {Distribution} */
export function distribution({ data, points }) {
  return data === "drawn" ? { sigma: DRAWN_SIGMA, place: pickCentre(points ?? []) } : DISTRIBUTIONS[data];
}

/**
 * Real points from uniforms, in float64, rounded to float32 at the end.
 * @param {Distribution} chosen
 * @param {Float64Array} draws four uniforms for each point
 * @param {number} count
 * @param {Float32Array} target x of point i goes to start + i·step, y to `gap` behind it
 * @param {{start: number, step: number, gap: number}} layout
 */
export function placePoints(chosen, draws, count, target, { start, step, gap }) {
  const { sigma, place } = chosen;
  const point = new Float64Array(2);
  for (let i = 0; i < count; i++) {
    const u = UNIFORMS_PER_POINT * i;
    place(draws[u], draws[u + 1], point);
    const radius = Math.sqrt(-2 * Math.log(draws[u + 2]));
    const angle = TURN * draws[u + 3];
    target[start + i * step] = point[0] + sigma * (radius * Math.cos(angle));
    target[start + i * step + gap] = point[1] + sigma * (radius * Math.sin(angle));
  }
}

/**
 * Points of the real distribution.
 * @param {Settings} settings
 * @param {number} stream
 * @param {number} count
 * @param {number} [index]
 * @returns {Float32Array} (2·count): x, y by turns
 */
export function realPoints(settings, stream, count, index = 0) {
  const points = new Float32Array(2 * count);
  const draws = uniforms(settings.seed, stream, UNIFORMS_PER_POINT * count, index);
  placePoints(distribution(settings), draws, count, points, { start: 0, step: 2, gap: 1 });
  return points;
}

/**
 * What the generator starts from: uniform in [−1, 1] or standard normal.
 * @param {Settings} settings
 * @param {number} stream
 * @param {number} count
 * @param {number} [index]
 * @returns {Float32Array} (count·dimensions), vector by vector
 */
export function noise({ noise: { kind, dimensions }, seed }, stream, count, index = 0) {
  const draw = kind === "gaussian" ? normals : uniforms;
  const values = draw(seed, stream, count * dimensions, index);
  return Float32Array.from(values, kind === "gaussian" ? undefined : (u) => 2 * u - 1);
}

/**
 * The real distribution without its noise.
 * @param {Settings} settings
 * @returns {{points: Float64Array, sigma: number, modes: number | null}} points (2·K), x, y by turns: the centres of a
 *   mixture, the 1,001 vertices of a polyline along a curve, or the points drawn; modes is K for a mixture of separate
 *   modes, else null
 */
export function support(settings) {
  const chosen = distribution(settings);
  const { sigma, centres } = chosen;
  if (settings.data === "drawn") return { points: Float64Array.from(drawn(settings)), sigma, modes: null };
  if (centres) return { points: Float64Array.from(centres.flat()), sigma, modes: centres.length };
  return { points: settings.data === "moons" ? moons(chosen) : curve(chosen, 0, CURVE_POINTS), sigma, modes: null };
}

/** The points that were drawn: x, y by turns. @param {Settings} settings */
const drawn = ({ points }) => (points ?? []).flat();

/** A polyline, even in the curve's parameter. @param {Distribution} chosen @param {number} u0 @param {number} count */
function curve({ place }, u0, count) {
  const points = new Float64Array(2 * count);
  const point = new Float64Array(2);
  for (let i = 0; i < count; i++) {
    place(u0, i / (count - 1), point);
    points.set(point, 2 * i);
  }
  return points;
}

/** Both moons, the first with the odd point. @param {Distribution} chosen */
function moons(chosen) {
  const half = (CURVE_POINTS - 1) / 2;
  return Float64Array.of(...curve(chosen, 0, half + 1), ...curve(chosen, 1, half));
}
