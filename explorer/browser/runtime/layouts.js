/**
 * The map's layouts: how latents become places on the map and places become latents.
 *
 * @typedef {import("./gaussian.js").Point} Point
 * @typedef {object} Layout
 * @property {string} name `raw`, `pca` or `umap`
 * @property {Float32Array} points (N, 2), the browse set's posterior means
 * @property {(z: ArrayLike<number>) => Point} project
 * @property {(place: Point) => Float32Array} invert
 * @property {Array<{x: number, y: number, radius: number, mass: number}>} contours circles that hold a share of the
 *   prior's mass
 * @property {((deviation: ArrayLike<number>) => {xx: number, xy: number, yy: number}) | null} covariance of a diagonal
 *   posterior on the map, from its standard deviations (L); null where the layout has none
 */
import { CONTOUR_MASSES, priorRadius } from "./gaussian.js";

/** Neighbours that a place between UMAP points, or a latent between data, is a weighted mean of. */
export const UMAP_NEIGHBOURS = 8;

/**
 * @param {string} name one of the keys of `map.layouts`
 * @param {import("./map.js").PlacedMap} map
 * @param {number} latentSize L
 * @returns {Layout}
 */
export function createLayout(name, map, latentSize) {
  const points = map.layouts[name];
  if (name === "raw") return rawLayout(points);
  if (name === "pca" && map.pca !== null) return pcaLayout(points, map.pca, latentSize);
  return umapLayout(points, map, latentSize);
}

/** The latent's own axes. @returns {Layout} */
function rawLayout(/** @type {Float32Array} */ points) {
  return {
    name: "raw",
    points,
    project: (z) => ({ x: z[0], y: z[1] }),
    invert: ({ x, y }) => Float32Array.of(x, y),
    contours: priorContours(0, 0),
    covariance: (deviation) => ({ xx: deviation[0] ** 2, xy: 0, yy: deviation[1] ** 2 }),
  };
}

/**
 * The first two principal components; the inverse leaves all other components at the centre.
 * @param {Float32Array} points (N, 2)
 * @param {NonNullable<import("./map.js").PlacedMap["pca"]>} pca
 * @param {number} latentSize L
 * @returns {Layout}
 */
function pcaLayout(points, { center, components }, latentSize) {
  const first = components.subarray(0, latentSize);
  const second = components.subarray(latentSize, 2 * latentSize);
  const along = (/** @type {Float32Array} */ axis, /** @type {ArrayLike<number>} */ z) =>
    axis.reduce((sum, component, i) => sum + component * (z[i] - center[i]), 0);
  const project = (/** @type {ArrayLike<number>} */ z) => ({ x: along(first, z), y: along(second, z) });
  const origin = project(new Float32Array(latentSize));
  return {
    name: "pca",
    points,
    project,
    invert: ({ x, y }) => center.map((value, i) => value + x * first[i] + y * second[i]),
    // The components are orthonormal, so that N(0, I) projects to a round unit normal around the origin's place.
    contours: priorContours(origin.x, origin.y),
    covariance: (deviation) => {
      const sum = { xx: 0, xy: 0, yy: 0 };
      for (let i = 0; i < latentSize; i++) {
        const variance = deviation[i] ** 2;
        sum.xx += variance * first[i] * first[i];
        sum.xy += variance * first[i] * second[i];
        sum.yy += variance * second[i] * second[i];
      }
      return sum;
    },
  };
}

/**
 * UMAP has no formula either way: both directions are means of nearest neighbours, weighted by 1 ÷ distance², exact at
 * data.
 * @param {Float32Array} points (N, 2)
 * @param {import("./map.js").PlacedMap} map
 * @param {number} latentSize L
 * @returns {Layout}
 */
function umapLayout(points, map, latentSize) {
  return {
    name: "umap",
    points,
    project: (z) => {
      const [x, y] = blend(map.nearest(z, UMAP_NEIGHBOURS), points, 2);
      return { x, y };
    },
    invert: (place) => blend(nearestPoints(points, place, UMAP_NEIGHBOURS), map.mean, latentSize),
    contours: [],
    covariance: null,
  };
}

/** @param {number} x @param {number} y */
function priorContours(x, y) {
  return CONTOUR_MASSES.map((mass) => ({ x, y, radius: priorRadius(mass), mass }));
}

/**
 * Mean of some rows of a matrix, weighted by 1 ÷ distance²; the row itself at distance 0.
 * @param {Array<{index: number, distance: number}>} neighbours nearest first
 * @param {Float32Array} rows (N, D)
 * @param {number} length D
 * @returns {Float32Array} (D)
 */
export function blend(neighbours, rows, length) {
  const row = (/** @type {number} */ index) => rows.subarray(index * length, (index + 1) * length);
  if (neighbours[0].distance === 0) return row(neighbours[0].index).slice();
  const weights = neighbours.map(({ distance }) => (neighbours[0].distance / distance) ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(length);
  neighbours.forEach(({ index }, n) => row(index).forEach((value, i) => (mean[i] += (weights[n] / total) * value)));
  return Float32Array.from(mean);
}

/** The k points (N, 2) nearest to a place, nearest first. */
function nearestPoints(/** @type {Float32Array} */ points, /** @type {Point} */ { x, y }, /** @type {number} */ k) {
  /** @type {Array<{index: number, squared: number}>} */
  const best = [];
  for (let index = 0; index < points.length / 2; index++) {
    const squared = (points[2 * index] - x) ** 2 + (points[2 * index + 1] - y) ** 2;
    if (best.length === k && squared >= best[k - 1].squared) continue;
    const place = best.findIndex((each) => each.squared > squared);
    best.splice(place < 0 ? best.length : place, 0, { index, squared });
    if (best.length > k) best.pop();
  }
  return best.map(({ index, squared }) => ({ index, distance: Math.sqrt(squared) }));
}
