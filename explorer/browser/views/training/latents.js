/** Where held-out images lay in the latent space at every moment of training, on axes that stay as they are. */

import { ModelError } from "../../runtime/errors.js";
import { subscript } from "../../charts/numerals.js";
import { orderByKl } from "../../runtime/dimensions.js";
import { CONTOUR_MASSES, priorRadius } from "../../runtime/gaussian.js";
import { createLayout } from "../../runtime/layouts.js";
import { placed } from "../../runtime/map.js";

/**
 * Axes of a latent space of more than two dimensions: the finished model's principal components, or two of its own
 * dimensions.
 */
export const AXES = Object.freeze(/** @type {const} */ (["pca", "pair"]));

/**
 * @typedef {import("../../runtime/layouts.js").Layout} Layout
 * @typedef {import("../../runtime/map.js").PlacedMap} PlacedMap
 * @typedef {import("../../runtime/timeline.js").Followed} Followed
 * @typedef {import("../../runtime/timeline.js").Timeline} Timeline
 * @typedef {import("../../runtime/model.js").Model} Model
 * @typedef {(tensor: string, expected: unknown, found: unknown) => never} Refuse
 *
 * @typedef {object} Places on one pair of axes
 * @property {"raw" | "pca" | "pair"} name
 * @property {Float32Array[]} points (M·2) per moment, posterior means
 * @property {Layout["contours"]} contours of the prior
 * @property {Layout["covariance"]} covariance of a diagonal posterior there
 * @property {number[]} dimensions the two that are shown; empty where the axes are components
 * @property {number[]} shares of the variance of the finished model's codes that the components have; empty elsewhere
 */

/**
 * @param {Model | import("../../runtime/running.js").RunningModel} model
 * @param {Timeline} timeline
 * @returns {Promise<Latents | null>} null where no images were followed
 * @throws {ModelError} naming file, key and expectation
 */
export async function openLatents(model, timeline) {
  if (!("loadPlaces" in model) || !model.capabilities.has("Encodes")) return null; // while it trains it has no places
  const followed = await timeline.loadFollowed(model.latentSize);
  return followed && new Latents(followed, placed(await model.loadPlaces()), model, timeline);
}

export class Latents {
  /** @type {Map<string, Places>} */
  #places = new Map();
  #map;
  /** L. */
  size;
  /** Images that were followed. */
  count;
  /** Which axes there are to choose from. @type {readonly Places["name"][]} */
  axes;
  /** Dimensions by falling KL of the finished model. */
  order;

  /**
   * @param {Followed} followed
   * @param {PlacedMap} map
   * @param {Pick<Model, "name" | "latentSize">} model
   * @param {Pick<Timeline, "klPerDimension">} timeline
   */
  constructor(followed, map, { name, latentSize }, { klPerDimension }) {
    this.followed = followed;
    this.#map = map;
    this.size = latentSize;
    this.count = followed.count;
    /** @type {Refuse} */
    const refuse = (tensor, expected, found) => {
      throw new ModelError("runtime.tensorShape", { file: `${name}/timeline.safetensors`, tensor, expected, found });
    };
    const width = klPerDimension?.[0].length ?? latentSize;
    if (width !== latentSize) refuse("measure.kl_per_dimension", latentSize, width);
    this.axes = latentSize > 2 ? AXES : ["raw"];
    this.attribute = readAttribute(map, followed.codes, refuse);
    this.order = orderByKl(klPerDimension?.at(-1) ?? map.klPerDimension);
  }

  /** @param {string} name of axes; what the model has not is its first @returns {Places} */
  places(name) {
    const chosen = this.axes.find((each) => each === name) ?? this.axes[0];
    const known = this.#places.get(chosen);
    if (known) return known;
    const places = chosen === "pca" ? this.#components() : this.#dimensions(chosen);
    this.#places.set(chosen, places);
    return places;
  }

  /**
   * Standard deviations (L) of an image's posterior at a moment, or null where they were not recorded.
   * @param {number} image @param {number} moment
   */
  deviation(image, moment) {
    const row = this.followed.logVariance?.[moment].subarray(image * this.size, (image + 1) * this.size);
    return row ? row.map((value) => Math.exp(value / 2)) : null;
  }

  /** @returns {Places} */
  #components() {
    const { project, contours, covariance } = createLayout("pca", this.#map, this.size);
    const shares = Array.from(this.#map.pca?.explainedVarianceRatio.subarray(0, 2) ?? []);
    return { name: "pca", points: this.#project(project), contours, covariance, dimensions: [], shares };
  }

  /**
   * Two of the latent's own dimensions: all that there are, or those of the highest KL.
   * @param {"raw" | "pair"} name @returns {Places}
   */
  #dimensions(name) {
    const [i, j] = name === "raw" ? [0, 1] : this.order;
    return {
      name,
      points: this.#project((z) => ({ x: z[i], y: z[j] })),
      contours: CONTOUR_MASSES.map((mass) => ({ x: 0, y: 0, radius: priorRadius(mass), mass })),
      covariance: (deviation) => ({ xx: deviation[i] ** 2, xy: 0, yy: deviation[j] ** 2 }),
      dimensions: [i, j],
      shares: [],
    };
  }

  /** @param {Layout["project"]} project @returns {Float32Array[]} */
  #project(project) {
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

/**
 * The classes of the followed images, in the browse set's words; null where the data's first attribute is a number.
 * @param {PlacedMap} map
 * @param {ArrayLike<number>} codes (M)
 * @param {Refuse} refuse
 */
function readAttribute(map, codes, refuse) {
  const [[name, attribute]] = map.attributes;
  if (attribute.kind !== "categorical") return null;
  const { values, labels } = attribute;
  const strange = Array.from(codes).find((code) => !(code >= 0 && code < values.length));
  if (strange !== undefined) refuse("attribute", `0…${values.length - 1}`, strange);
  return { name, classes: { kind: attribute.kind, data: codes, values, labels } };
}

/** The names of axes on the map. @param {Places} places @param {import("../../i18n.js").Translator} t */
export function axisNames({ dimensions, shares }, t) {
  const name = (/** @type {number} */ i) =>
    shares.length
      ? t("latent.component", { number: i + 1, share: (100 * shares[i]).toFixed(1) })
      : `z${subscript(dimensions[i] + 1)}`;
  return { x: name(0), y: name(1) };
}
