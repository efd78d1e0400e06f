/** Where held-out images lay in the latent space at every moment of training, on axes that stay as they are. */

import { ModelError } from "../../runtime/errors.js";
import { subscript } from "../../charts/numerals.js";
import { orderByKl } from "../../runtime/dimensions.js";
import { CONTOUR_MASSES, priorRadius } from "../../runtime/gaussian.js";
import { createLayout } from "../../runtime/layouts.js";

/** Axes of a latent space of more than two dimensions: the finished model's principal components, or two of its own dimensions. */
export const AXES = Object.freeze(["pca", "pair"]);

/**
 * @typedef {object} Places on one pair of axes
 * @property {"raw" | "pca" | "pair"} name
 * @property {Float32Array[]} points (M·2) per moment, posterior means
 * @property {Array<{x: number, y: number, radius: number, mass: number}>} contours of the prior
 * @property {(deviation: ArrayLike<number>) => {xx: number, xy: number, yy: number}} covariance of a diagonal posterior there
 * @property {number[]} dimensions the two that are shown; empty where the axes are components
 * @property {number[]} shares of the variance of the finished model's codes that the components have; empty elsewhere
 */

/**
 * @param {import("../../runtime/model.js").Model} model
 * @param {import("../../runtime/timeline.js").Timeline} timeline
 * @returns {Promise<Latents | null>} null where no images were followed
 * @throws {ModelError} naming file, key and expectation
 */
export async function openLatents(model, timeline) {
  if (!model.capabilities.has("Encodes") || !timeline.loadFollowed) return null;
  const followed = await timeline.loadFollowed(model.latentSize);
  return followed && new Latents(followed, await model.loadPlaces(), model, timeline);
}

export class Latents {
  /** @type {Map<string, Places>} */
  #places = new Map();

  /**
   * @param {import("../../runtime/timeline.js").Followed} followed
   * @param {import("../../runtime/map.js").LatentMap} map
   * @param {import("../../runtime/model.js").Model} model
   * @param {import("../../runtime/timeline.js").Timeline} timeline
   */
  constructor(followed, map, { name, latentSize }, { klPerDimension }) {
    this.followed = followed;
    this.map = map;
    this.size = latentSize;
    this.count = followed.count;
    const refuse = (/** @type {string} */ tensor, /** @type {unknown} */ expected, /** @type {unknown} */ found) => {
      throw new ModelError("runtime.tensorShape", { file: `${name}/timeline.safetensors`, tensor, expected, found });
    };
    const width = klPerDimension?.[0].length ?? latentSize;
    if (width !== latentSize) refuse("measure.kl_per_dimension", latentSize, width);
    /** Which axes there are to choose from. */
    this.axes = latentSize > 2 ? AXES : ["raw"];
    this.attribute = readAttribute(map, followed.codes, refuse);
    /** Dimensions by falling KL of the finished model. */
    this.order = orderByKl(klPerDimension?.at(-1) ?? map.klPerDimension);
  }

  /** @param {string} name of axes; what the model has not is its first @returns {Places} */
  places(name) {
    const chosen = this.axes.includes(name) ? name : this.axes[0];
    if (!this.#places.has(chosen))
      this.#places.set(chosen, chosen === "pca" ? this.#components() : this.#dimensions(chosen));
    return this.#places.get(chosen);
  }

  /** Standard deviations (L) of an image's posterior at a moment, or null where they were not recorded. */
  deviation(/** @type {number} */ image, /** @type {number} */ moment) {
    const row = this.followed.logVariance?.[moment].subarray(image * this.size, (image + 1) * this.size);
    return row ? row.map((value) => Math.exp(value / 2)) : null;
  }

  #components() {
    const { project, contours, covariance } = createLayout("pca", this.map, this.size);
    const shares = Array.from(this.map.pca.explainedVarianceRatio.subarray(0, 2));
    return { name: "pca", points: this.#project(project), contours, covariance, dimensions: [], shares };
  }

  /** Two of the latent's own dimensions: all that there are, or those of the highest KL. */
  #dimensions(/** @type {string} */ name) {
    const [i, j] = name === "raw" ? [0, 1] : this.order;
    return {
      name,
      points: this.#project((z) => ({ x: z[i], y: z[j] })),
      contours: CONTOUR_MASSES.map((mass) => ({ x: 0, y: 0, radius: priorRadius(mass), mass })),
      covariance: (/** @type {ArrayLike<number>} */ deviation) => ({
        xx: deviation[i] ** 2,
        xy: 0,
        yy: deviation[j] ** 2,
      }),
      dimensions: [i, j],
      shares: [],
    };
  }

  #project(/** @type {(z: Float32Array) => {x: number, y: number}} */ project) {
    return this.followed.mean.map((means) => {
      const points = new Float32Array(2 * this.count);
      for (let image = 0; image < this.count; image++) {
        const { x, y } = project(means.subarray(image * this.size, (image + 1) * this.size));
        points.set([x, y], 2 * image);
      }
      return points;
    });
  }
}

/** The classes of the followed images, in the browse set's words; null where the data's first attribute is a number. */
function readAttribute(map, codes, refuse) {
  const [[name, { kind, values, labels }]] = map.attributes;
  if (kind !== "categorical") return null;
  const strange = codes.find((/** @type {number} */ code) => !(code >= 0 && code < values.length));
  if (strange !== undefined) refuse("attribute", `0…${values.length - 1}`, strange);
  return { name, kind, data: codes, values, labels };
}

/** The names of axes on the map. @param {Places} places @param {import("../../i18n.js").Translator} t */
export function axisNames({ dimensions, shares }, t) {
  const name = (/** @type {number} */ i) =>
    shares.length
      ? t("latent.component", { number: i + 1, share: (100 * shares[i]).toFixed(1) })
      : `z${subscript(dimensions[i] + 1)}`;
  return { x: name(0), y: name(1) };
}
