/** A point's context: the held-out page around the character that its state has just read. */

import { element } from "../../../dom.js";
import { visible } from "../../../parts/characters.js";

const AROUND = 20; // characters on either side
const BEFORE = 200; // characters in front of the point that are read with it
const AFTER = 100;

/**
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {(text: string, step: number, event: Event) => void} options.onRead
 */
export function createContext({ t, onRead }) {
  const [before, character, after] = [element("span"), element("mark"), element("span")];
  const line = element("p", { class: "states-line" }, before, character, after);
  const what = element("p", { class: "note" }, t("gates.states_hint"));
  /** @type {ReturnType<typeof excerpt> | null} */
  let passage = null;
  const read = element("button", { class: "button", type: "button", disabled: true }, t("gates.states_read"));
  read.addEventListener("click", (event) => passage && onRead(passage.text, passage.step, event));
  return {
    node: element(
      "div",
      { class: "states-context", "aria-live": "polite" },
      line,
      element("div", { class: "states-what" }, what, read),
    ),
    /**
     * @param {readonly string[]} page
     * @param {number} position
     * @param {string} value in words
     * @param {boolean} chosen whether it may be read
     */
    show(page, position, value, chosen) {
      const written = (/** @type {number} */ from, /** @type {number} */ to) =>
        page.slice(Math.max(0, from), to).map(visible).join("");
      before.textContent = written(position - AROUND, position);
      character.textContent = visible(page[position]);
      after.textContent = written(position + 1, position + 1 + AROUND);
      what.textContent = t("gates.states_point", { position: position + 1, value });
      if (chosen) passage = excerpt(page, position);
      read.disabled = passage === null;
    },
    clear() {
      for (const node of [before, character, after]) node.textContent = "";
      what.textContent = t("gates.states_hint");
      passage = null;
      read.disabled = true;
    },
  };
}

/**
 * The passage around a position, from the start of a line where there is one.
 * @param {readonly string[]} page
 * @param {number} position
 * @returns {{text: string, step: number}} `step`: the position in the passage
 */
export function excerpt(page, position) {
  const earliest = Math.max(0, position - BEFORE);
  const feed = earliest === 0 ? -1 : page.indexOf("\n", earliest);
  const start = feed >= 0 && feed < position ? feed + 1 : earliest;
  return { text: page.slice(start, position + AFTER).join(""), step: position - start };
}
