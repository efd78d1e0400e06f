/** What is known of the sample on the stage: its latent, how far it is from the prior, its nearest real images. */

import { element } from "../../dom.js";
import { lengthWords } from "../../parts/lengths.js";
import { priorDistance } from "../../runtime/statistics.js";
import { percent } from "../../charts/numerals.js";
import { RealImages } from "./real-images.js";

/**
 * @typedef {import("../../runtime/model.js").Model} Model
 * @typedef {import("../../i18n.js").Translator} Translator
 *
 * @typedef {object} Subject
 * @property {Float32Array} z
 * @property {Float32Array} picture
 * @property {import("../../runtime/numbers.js").Mixture | null} mixture that z is held against; null for N(0, I)
 */

/**
 * @param {object} options
 * @param {Model} options.model
 * @param {Translator} options.t
 * @param {(z: Float32Array) => HTMLElement | null} options.latentLink leads to the Latent space view, where the model
 *   has one
 * @param {() => void} options.onCompare the visitor asked for the nearest real images
 * @param {() => Promise<void>} options.idle resolves when there is time for a slice of work
 */
export function createDetails({ model, t, latentLink, onCompare, idle }) {
  const latent = createLatent(model, t);
  const usual = lengthWords(model.latentSize, t);
  const priorLine = element("p", { class: "prior-distance" });
  const link = element("p", { class: "latent-link" });
  const real = "map.safetensors" in (model.config.files ?? {}) ? new RealImages({ model, t, onCompare, idle }) : null;
  const realNode = real?.node ?? element("p", { class: "note" }, t("sample.no_browse_set"));
  const node = element(
    "div",
    { class: "details" },
    element("section", {}, element("h3", {}, t("sample.prior_distance")), priorLine),
    element("section", {}, element("h3", {}, t("sample.real_title")), realNode),
    element("section", {}, element("h3", {}, t("sample.latent_title", { size: model.latentSize })), latent.node, link),
  );
  return {
    node,
    /** @param {Subject} subject */
    update(subject) {
      priorLine.textContent = distanceWords(subject, usual, t);
      latent.update(subject.z);
      link.replaceChildren(latentLink(subject.z) ?? "");
      real?.update(subject);
    },
    /** The sample moves: what is shown belongs to where it was. @param {boolean} stale */
    setStale(stale) {
      node.classList.toggle("stale", stale);
    },
    compare: () => real?.open(),
  };
}

/**
 * How far z is from the prior.
 * @param {Subject} subject
 * @param {string} usual how long the draws of N(0, I) are
 * @param {Translator} t
 */
function distanceWords({ z, mixture }, usual, t) {
  const { distance, tail, component } = priorDistance(z, mixture);
  const values = { distance: distance.toFixed(2), tail: percent(tail) };
  if (mixture === null || component === null) {
    return t("sample.prior_distance_normal", { ...values, usual });
  }
  const which = { component: component + 1, count: mixture.weights.length };
  return t("sample.prior_distance_mixture", { ...values, ...which });
}

/**
 * z in numbers, each over a bar that shows its sign and size at a glance.
 * @param {Model} model
 * @param {Translator} t
 */
function createLatent({ latentSize }, t) {
  const cells = Array.from({ length: latentSize }, (_, i) => {
    const bar = element("span", { class: "z-bar" });
    const value = element("span", { class: "z-value" });
    return { bar, value, node: element("li", {}, element("span", { class: "z-index" }, String(i + 1)), value, bar) };
  });
  const label = t("sample.latent_title", { size: latentSize });
  const node = element("ol", { class: "z-list number", "aria-label": label }, ...cells.map((cell) => cell.node));
  return {
    node,
    update(/** @type {Float32Array} */ z) {
      cells.forEach(({ bar, value }, i) => {
        value.textContent = z[i].toFixed(2).replace("-", "−");
        // Four standard deviations fill the half cell.
        bar.style.transform = `scaleX(${Math.max(-1, Math.min(1, z[i] / 4))})`;
      });
    },
  };
}
