/** The text before a step, each character coloured by how much the loss of what follows depends on it. */

import { element } from "../../../dom.js";
import { UNKNOWN, visible } from "../../../parts/characters.js";

/**
 * @typedef {{read: readonly string[], more: boolean, next: string | undefined}} Passage what was read, whether there is
 *   more before it, and the character that follows, whose loss it is
 * @typedef {{background: (norm: number) => string | null, written: (norm: number) => string}} NormScale no background
 *   for what is below it
 */

/**
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {string} options.label the model
 * @param {string} options.colour the name of a CSS variable
 * @param {(distance: number | null) => void} options.onPoint
 * @param {(distance: number, event: Event) => void} options.onChoose
 */
export function createColouredText({ t, label, colour, onPoint, onChoose }) {
  /** By distance back. @type {HTMLElement[]} */
  let spans = [];
  const text = element("p", { class: "memory-text" });
  const node = element(
    "div",
    { class: "memory-reading" },
    element("span", { class: "memory-label", style: { color: `var(${colour})` } }, label),
    text,
  );
  text.addEventListener("pointerover", (event) => onPoint(distanceOf(event)));
  text.addEventListener("pointerleave", () => onPoint(null));
  text.addEventListener("click", (event) => {
    const distance = distanceOf(event);
    if (distance !== null) onChoose(distance, event);
  });
  return {
    node,
    /** @param {Passage} passage @param {ArrayLike<number>} norms by distance back @param {NormScale} scale */
    show({ read, more, next = "" }, norms, { background, written }) {
      spans = read.toReversed().map((character, distance) => {
        const shade = background(norms[distance]);
        return element(
          "span",
          {
            "data-distance": distance,
            title: t("gates.memory_character", { norm: written(norms[distance]), count: distance }),
            style: shade ? { background: shade } : {},
          },
          character === "\n" ? `${visible(character)}\n` : character === " " ? " " : visible(character),
        );
      });
      const following = element(
        "span",
        { class: "memory-next", title: t("gates.memory_next") },
        next === "\n" || next === " " ? visible(next) : next || UNKNOWN,
      );
      text.replaceChildren(...(more ? ["…"] : []), ...spans.toReversed(), following);
    },
    /** @param {number | null} distance */
    point(distance) {
      spans.forEach((span, i) => span.classList.toggle("memory-pointed", i === distance));
    },
  };
}

/** How far back the character is that an event is of. @param {Event} event */
function distanceOf({ target }) {
  const distance = target instanceof HTMLElement ? target.dataset.distance : undefined;
  return distance === undefined ? null : Number(distance);
}
