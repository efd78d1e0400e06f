/** Before and after, side by side: what the model writes without the clamps and with them. */

import { element } from "../../../dom.js";
import { visible } from "../../../parts/characters.js";
import { partingPlace } from "./paired.js";

const CONTEXT = 40; // characters of the text that are repeated in front

/**
 * @param {import("../../../i18n.js").Translator} t
 * @returns {{node: HTMLElement, written: {before: Stream, after: Stream} | null, show(context: readonly string[], streams: {before: Stream, after: Stream} | null, held: boolean): void}}
 * @typedef {import("./streams.js").Stream} Stream
 */
export function createComparison(t) {
  const [before, after] = [side(t("gates.intervene_before")), side(t("gates.intervene_after"))];
  const verdict = element("p", { class: "note intervene-parting", role: "status" });
  const node = element("div", { class: "intervene-comparison" }, before.node, after.node, verdict);
  return {
    node,
    /** What the two have written; null before they begin. @type {{before: Stream, after: Stream} | null} */
    written: null,
    /** @param {readonly string[]} read the text up to the cursor @param {boolean} held whether there are clamps */
    show(read, streams, held) {
      this.written = streams;
      const context = read.slice(-CONTEXT);
      const place = streams && held ? partingPlace(streams.before.characters, streams.after.characters) : -1;
      before.show(context, streams?.before.characters ?? [], place);
      after.show(context, streams?.after.characters ?? [], place);
      after.hint(held ? "" : t("gates.intervene_hint"));
      verdict.textContent = held && streams ? verdictOf(t, place, streams.after.characters.length) : "";
    },
  };
}

function verdictOf(t, place, written) {
  return place < 0 ? t("gates.intervene_same", { count: written }) : t("gates.intervene_parts", { place: place + 1 });
}

function side(/** @type {string} */ title) {
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
    /** @param {readonly string[]} read @param {readonly string[]} characters @param {number} place of the first difference, −1 for none */
    show(read, characters, place) {
      write(context, read.join(""));
      const end = place < 0 ? characters.length : place;
      write(shared, characters.slice(0, end).join(""));
      write(first, place < 0 ? "" : marked(characters[place]));
      write(rest, place < 0 ? "" : characters.slice(place + 1).join(""));
    },
  };
}

/** A character that starts or is a blank would not be seen to differ. */
function marked(/** @type {string} */ character) {
  return character === "\n" ? `${visible(character)}\n` : visible(character);
}

/** Set a text only where it differs: a stream changes little between frames. */
function write(/** @type {HTMLElement} */ node, /** @type {string} */ text) {
  if (node.textContent !== text) node.textContent = text;
}
