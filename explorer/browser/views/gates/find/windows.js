/** A short piece of text in its unit's colours, with the marks as bars under the characters. */

import { grouped, readable } from "../../../charts/axis.js";
import { element } from "../../../dom.js";
import { UNKNOWN, visible } from "../../../parts/characters.js";

/**
 * @typedef {{characters: readonly string[], tokens: ArrayLike<number>}} Read a text as a trace has read it; it stays
 *   when the trace reads another one
 */

/**
 * @param {object} options
 * @param {Read} options.text
 * @param {ArrayLike<number>} options.values the unit's, of each character
 * @param {import("../../../charts/scale.js").Scale} options.scale
 * @param {{from: number, to: number}} options.window steps, both included
 * @param {{from: number, to: number} | null} [options.framed] steps of it that are meant; the number in front is the
 *   first one's
 * @param {ArrayLike<number> | null} [options.marks] one of each character, −1 for none
 * @param {number} [options.most] the largest mark: a full bar
 * @param {HTMLElement | null} [options.place] stands in front in place of that number
 * @returns {HTMLElement}
 */
export function renderWindow({
  text: { characters, tokens },
  values,
  scale,
  window: { from, to },
  framed = null,
  marks = null,
  most = 1,
  place = null,
}) {
  const cells = Array.from({ length: to - from + 1 }, (_, i) => {
    const t = from + i;
    const character = tokens[t] === 0 ? UNKNOWN : characters[t];
    const cell = element(
      "span",
      { class: "find-cell", title: readable(values[t]) },
      character === " " ? "\u00a0" : visible(character),
    );
    cell.style.background = scale.colours[scale.level(values[t])];
    if (framed) cell.classList.toggle("find-cell-framed", t >= framed.from && t <= framed.to);
    if (marks) cell.style.setProperty("--mark", String(Math.max(0, marks[t]) / most));
    return cell;
  });
  const number = grouped((framed ?? { from }).from + 1);
  return element(
    "div",
    { class: `find-window${marks ? " find-window-marked" : ""}` },
    place ?? element("span", { class: "find-window-place number" }, number),
    element("span", { class: "find-cells" }, ...cells),
  );
}
