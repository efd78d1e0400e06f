/** Before and after, side by side: what the model writes without the clamps and with them. */

import { element } from "../../../dom.js";
import { visible } from "../../../parts/characters.js";
import { partingPlace } from "./paired.js";

const CONTEXT = 40; // characters of the text that are repeated in front

/** @typedef {import("./streams.js").Streams} Streams */

export class Comparison {
  #t;
  #before;
  #after;
  #verdict = element("p", { class: "note intervene-parting", role: "status" });
  /** What the two have written; null before they begin. @type {Streams | null} */
  written = null;

  /** @param {import("../../../i18n.js").Translator} t */
  constructor(t) {
    this.#t = t;
    this.#before = createSide(t("gates.intervene_before"));
    this.#after = createSide(t("gates.intervene_after"));
    const nodes = [this.#before.node, this.#after.node, this.#verdict];
    this.node = element("div", { class: "intervene-comparison" }, ...nodes);
  }

  /**
   * @param {readonly string[]} read the text up to the cursor
   * @param {Streams | null} streams
   * @param {boolean} held whether there are clamps
   */
  show(read, streams, held) {
    this.written = streams;
    const context = read.slice(-CONTEXT);
    const [before, after] = [streams?.before.characters ?? [], streams?.after.characters ?? []];
    const place = held ? partingPlace(before, after) : -1;
    this.#before.show(context, before, place);
    this.#after.show(context, after, place);
    this.#after.hint(held ? "" : this.#t("gates.intervene_hint"));
    this.#verdict.textContent = held && streams ? this.#verdictOf(place, after.length) : "";
  }

  /** @param {number} place @param {number} count of characters so far */
  #verdictOf(place, count) {
    return place < 0
      ? this.#t("gates.intervene_same", { count })
      : this.#t("gates.intervene_parts", { place: place + 1 });
  }
}

/** @param {string} title */
function createSide(title) {
  const context = element("span", { class: "intervene-context" });
  const shared = element("span");
  const first = element("mark", { class: "intervene-first" });
  const rest = element("span", { class: "intervene-rest" });
  const hint = element("span", { class: "intervene-hint" });
  const text = element("p", { class: "intervene-text" }, context, shared, first, rest, hint);
  return {
    node: element("section", { class: "intervene-side" }, element("h4", {}, title), text),
    /** Say something in place of a text. @param {string} words */
    hint(words) {
      write(hint, words);
      if (words) write(context, "");
    },
    /**
     * @param {readonly string[]} read
     * @param {readonly string[]} characters
     * @param {number} place of the first difference, −1 for none
     */
    show(read, characters, place) {
      write(context, read.join(""));
      const end = place < 0 ? characters.length : place;
      write(shared, characters.slice(0, end).join(""));
      write(first, place < 0 ? "" : marked(characters[place]));
      write(rest, place < 0 ? "" : characters.slice(place + 1).join(""));
    },
  };
}

/** A character that starts or is a blank would not be seen to differ. @param {string} character */
function marked(character) {
  return character === "\n" ? `${visible(character)}\n` : visible(character);
}

/**
 * Set a text only where it differs: a stream changes little between frames.
 * @param {HTMLElement} node
 * @param {string} text
 */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
