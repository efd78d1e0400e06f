/** What the page says to the visitor. */

import { element } from "../dom.js";
import { ModelError } from "../runtime/errors.js";

/**
 * What an error says: in the visitor's language where it has a translation.
 * @param {unknown} error
 * @param {import("../i18n.js").Translator} t
 * @returns {string}
 */
export function errorWords(error, t) {
  if (error instanceof ModelError) return t(error.key, error.values);
  return error instanceof Error ? error.message : String(error);
}

/** A box that says something. @param {string} words */
export function createMessage(words) {
  return element("div", { class: "message" }, element("p", {}, words));
}
