/** Doing what the visitor asks, and saying what is wrong instead of losing the page. */

import { Messages, errorWords } from "../../parts/messages.js";

export class Attempts {
  #t;
  #messages = new Messages();

  /** @param {import("../../i18n.js").Translator} t */
  constructor(t) {
    this.#t = t;
  }

  /** Where it is said. */
  get node() {
    return this.#messages.node;
  }

  /** Say something beside what is said already. @param {string[]} sentences */
  add(sentences) {
    this.#messages.add(...sentences);
  }

  /** @param {() => void | Promise<void>} act */
  attempt(act) {
    this.#messages.show();
    try {
      act()?.catch((error) => this.refuse(error));
    } catch (error) {
      this.refuse(error);
    }
  }

  /**
   * What attempts to do it whenever it is called.
   * @template {unknown[]} Values
   * @param {(...values: Values) => void | Promise<void>} act
   * @returns {(...values: Values) => void}
   */
  attempting(act) {
    return (...values) => this.attempt(() => act(...values));
  }

  /** @param {unknown} error */
  refuse(error) {
    console.warn(error);
    this.#messages.show(errorWords(error, this.#t));
  }
}
