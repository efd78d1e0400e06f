/** The way from a sample to its place in the Latent space view. */

import { element } from "../../dom.js";
import { viewsFor } from "../registry.js";

/**
 * @param {Float32Array} z
 * @param {import("../../runtime/model.js").Model} model
 * @param {import("../../i18n.js").Translator} t
 * @param {object} host see docs/architecture.md
 * @returns {HTMLElement | null} null where the model has no such view
 */
export function createLatentLink(z, model, t, host) {
  const view = viewsFor(model.capabilities).find(({ id }) => id === "latent");
  if (!view) return null;
  const state = { z: Array.from(z, (value) => Number(value.toPrecision(7))).join(",") };
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    host.emit("state", { view: view.id, ...state });
  };
  return element("a", { class: "button", href: host.link(view.id, state), on: { click: open } }, t("sample.open_latent"));
}
