/** What is said to the visitor: sentences above a view, complaints beside what is wrong, the words of errors. */

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

/** A box that says something. @param {string} words @param {...HTMLElement} more what stands beside it */
export function createMessage(words, ...more) {
  return element("div", { class: "message" }, element("p", {}, words), ...more);
}

/** The place above a view where it speaks. */
export class Messages {
  node = element("div", { class: "messages", role: "alert" });

  /** Say this instead of what was said. @param {...string} sentences none say nothing */
  show(...sentences) {
    this.node.replaceChildren(...sentences.map((words) => createMessage(words)));
  }

  /** Say this, too. @param {...string} sentences */
  add(...sentences) {
    this.node.append(...sentences.map((words) => createMessage(words)));
  }
}

/** What is wrong with what was typed, chosen or brought, beside it. */
export class Complaint {
  node;

  /** @param {string} [id] that the control is described by */
  constructor(id) {
    this.node = element("p", { class: "complaint", id, role: "alert", hidden: true });
  }

  /** @param {string} words none take the complaint back */
  say(words) {
    this.node.hidden = words === "";
    this.node.textContent = words;
  }
}
