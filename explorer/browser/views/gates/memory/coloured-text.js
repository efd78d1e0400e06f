/** The text before a step, each character coloured by how much the loss of what follows depends on it. */

import { element } from "../../../dom.js";
import { UNKNOWN, visible } from "../../../parts/characters.js";

/**
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {string} options.label the model
 * @param {string} options.colour the name of a CSS variable
 * @param {(distance: number | null) => void} options.onPoint
 * @param {(distance: number, event: Event) => void} options.onChoose
 */
export function createColouredText({ t, label, colour, onPoint, onChoose }) {
  const text = element("p", { class: "memory-text" });
  const node = element(
    "div",
    { class: "memory-reading" },
    element("span", { class: "memory-label", style: { color: `var(${colour})` } }, label),
    text,
  );
  const distanceOf = (/** @type {Event} */ event) => {
    const distance = /** @type {HTMLElement} */ (event.target).dataset.distance;
    return distance === undefined ? null : Number(distance);
  };
  let pointed = null;
  text.addEventListener("pointerover", (event) => onPoint(distanceOf(event)));
  text.addEventListener("pointerleave", () => onPoint(null));
  text.addEventListener("click", (event) => {
    const distance = distanceOf(event);
    if (distance !== null) onChoose(distance, event);
  });
  return {
    node,
    /**
     * @param {{read: readonly string[], more: boolean, next: string}} passage what was read, whether there is more before it, and
     *   the character that follows, whose loss it is
     * @param {ArrayLike<number>} norms by distance back; as many as characters
     * @param {{background: (norm: number) => string | null, written: (norm: number) => string}} scale no background for what is below it
     */
    show({ read, more, next }, norms, { background, written }) {
      const last = read.length - 1;
      const spans = read.map((character, i) => {
        const distance = last - i;
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
      text.replaceChildren(...(more ? ["…"] : []), ...spans, following);
      pointed = null;
    },
    /** @param {number | null} distance */
    point(distance) {
      pointed?.classList.remove("memory-pointed");
      pointed = distance === null ? null : text.querySelector(`[data-distance="${distance}"]`);
      pointed?.classList.add("memory-pointed");
    },
  };
}
