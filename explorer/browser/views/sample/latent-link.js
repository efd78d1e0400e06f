/** The way from a sample to its place in the Latent space view. */

import { element } from "../../dom.js";

/**
 * @param {Float32Array} z
 * @param {import("../../runtime/model.js").Model} model
 * @param {import("../../i18n.js").Translator} t
 * @param {import("../../parts/host.js").ViewHost} host
 * @returns {HTMLElement | null} null where the model has no such view
 */
export function createLatentLink(z, model, t, host) {
  if (!host.viewsFor(model.capabilities).includes("latent")) return null;
  const state = { z: Array.from(z, (value) => Number(value.toPrecision(7))).join(",") };
  const open = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    host.emit("state", { view: "latent", ...state });
  };
  return element(
    "a",
    { class: "button", href: host.link("latent", state), on: { click: open } },
    t("sample.open_latent"),
  );
}
