/** Where the view's parts stand: the row from input to output, and the details below it. */
import { element } from "../../dom.js";

/**
 * @param {object} parts nodes of the view's parts
 * @param {HTMLElement} parts.source
 * @param {HTMLElement} parts.closeup
 * @param {HTMLElement} parts.controls
 * @param {HTMLElement} parts.map
 * @param {HTMLElement} parts.legend
 * @param {HTMLElement} parts.neighbours
 * @param {HTMLElement[]} parts.notes about the map
 * @param {HTMLElement} parts.output
 * @param {HTMLElement} parts.distances
 * @param {HTMLElement} parts.posterior
 * @param {HTMLElement} parts.dimensions
 * @param {import("../../i18n.js").Translator} t
 * @returns {{row: HTMLElement, details: HTMLElement}}
 */
export function arrange(parts, t) {
  const stage = (/** @type {string} */ name, /** @type {string} */ title, /** @type {HTMLElement[]} */ ...children) =>
    element("section", { class: `latent-stage latent-stage-${name}` }, element("h2", {}, title), ...children);
  const network = (/** @type {string} */ name, /** @type {string} */ title) =>
    element(
      "div",
      { class: `latent-network latent-network-${name}`, "aria-hidden": "true" },
      element("span", {}, title),
    );
  const after = element("div", { class: "latent-after" }, parts.legend, parts.neighbours, ...parts.notes);
  const row = element(
    "div",
    { class: "latent-row" },
    stage("input", t("latent.input"), parts.source, parts.closeup),
    network("encoder", t("latent.encoder")),
    stage("latent", t("latent.latent"), parts.controls, parts.map, after),
    network("decoder", t("latent.decoder")),
    stage("output", t("latent.output"), parts.output, parts.distances),
  );
  const dimensions = element(
    "section",
    { class: "latent-panel" },
    element("h2", {}, t("latent.dimensions")),
    element("p", { class: "note" }, t("latent.dimensions_hint")),
    parts.dimensions,
  );
  return { row, details: element("div", { class: "latent-details" }, parts.posterior, dimensions) };
}
