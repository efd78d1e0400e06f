/**
 * What the chosen model makes of the input, and of seeds: the same for every β, so that only β explains a difference.
 */
import { element } from "../../../dom.js";
import { paint } from "../../../parts/pictures.js";
import { TRAVERSAL, traverse } from "../dimensions.js";
import { reparameterise } from "../posterior.js";

export const SAMPLES = 8;
const PRIOR = "standard_normal";

/**
 * @typedef {object} Compared
 * @property {{mean: Float32Array, logVariance: Float32Array} | null} posterior null where there is no input
 * @property {Float32Array | null} reconstruction the picture of z = μ + σ·ε
 * @property {Float32Array[]} samples sample i is the picture of the seed i
 */

/**
 * The pictures that a model is compared by.
 * @param {import("../../../runtime/model.js").Model} model its networks are loaded
 * @param {Float32Array | null} input (C·H·W)
 * @param {number} epsilon seed of ε
 * @returns {Promise<Compared>}
 */
export async function comparePictures(model, input, epsilon) {
  const posterior = input && (await model.encode(input));
  const reconstruction = posterior && (await model.decode(reparameterise(posterior, epsilon).sample));
  const samples = [];
  for (let seed = 0; seed < SAMPLES; seed++)
    samples.push(await model.decode(model.samplePrior(seed, { prior: PRIOR })));
  return { posterior, reconstruction, samples };
}

/**
 * @param {import("../../../runtime/model.js").Model} model gives the pictures' shape, which all compared models share
 * @param {import("../../../i18n.js").Translator} t
 */
export function createPictures(model, t) {
  const canvas = (/** @type {string} */ name) =>
    element("canvas", { class: `picture beta-${name}`, role: "img", "aria-label": t(`beta.${name}`) });
  const [input, reconstruction] = [canvas("input"), canvas("reconstruction")];
  const samples = Array.from({ length: SAMPLES }, (_, seed) =>
    element("canvas", { class: "picture beta-sample", role: "img", "aria-label": t("beta.sample", { seed }) }),
  );
  const none = element("p", { class: "note" }, t("latent.no_input"));
  const figure = (/** @type {string} */ words, /** @type {HTMLElement} */ shown) =>
    element("figure", { class: "beta-figure" }, shown, element("figcaption", { class: "note" }, t(words)));
  const pair = element(
    "div",
    { class: "beta-pair" },
    figure("beta.input", input),
    figure("beta.reconstruction", reconstruction),
  );
  const drawn = element("div", { class: "beta-samples" }, ...samples);
  return {
    node: element(
      "div",
      { class: "beta-pictures" },
      none,
      pair,
      element("h3", {}, t("beta.samples")),
      drawn,
      element("p", { class: "note" }, t("beta.samples_note", { last: SAMPLES - 1 })),
    ),
    /** @param {Float32Array | null} picture @param {Compared} compared */
    show(picture, compared) {
      none.hidden = picture !== null;
      pair.hidden = picture === null;
      if (picture) paint(input, picture, model.imageShape);
      if (compared.reconstruction) paint(reconstruction, compared.reconstruction, model.imageShape);
      samples.forEach((each, i) => paint(each, compared.samples[i], model.imageShape));
    },
  };
}

/**
 * Pictures along one dimension, from the posterior mean of the input or from zero.
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../../../i18n.js").Translator} t
 */
export function createTraversal(model, t) {
  const canvases = TRAVERSAL.map((value) =>
    element("canvas", {
      class: "picture",
      role: "img",
      "aria-label": t("beta.at", { value: String(value).replace("-", "−") }),
    }),
  );
  return {
    node: element("div", { class: "beta-traversal" }, ...canvases),
    /**
     * @param {import("../../../runtime/model.js").Model} sibling
     * @param {Float32Array} from
     * @param {number} dimension
     */
    async show(sibling, from, dimension) {
      const pictures = await Promise.all(traverse(from, dimension).map((z) => sibling.decode(z)));
      pictures.forEach((picture, i) => paint(canvases[i], picture, model.imageShape));
    },
  };
}
