/** What the view and its panels say of entries of the address that they refused. */
import { element } from "../../dom.js";
import { refusals } from "../../parts/address.js";

/**
 * @param {import("../../parts/address.js").Refusal[]} refused
 * @param {import("../../i18n.js").Translator} t
 * @returns {HTMLElement[]} a paragraph each
 */
export function refusedNotes(refused, t) {
  return refusals(refused, t).map(alertNote);
}

/** @param {string} words */
export function alertNote(words) {
  return element("p", { class: "latent-refused", role: "alert" }, words);
}
