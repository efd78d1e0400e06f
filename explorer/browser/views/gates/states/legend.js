/** What the points' colours mean. */

import { readable } from "../../../charts/axis.js";
import { element } from "../../../dom.js";

/** @typedef {import("./colouring.js").PointColours} PointColours */

/** @param {import("../../../i18n.js").Translator} t */
export function createLegend(t) {
  const node = element("ul", { class: "states-legend", "aria-label": t("gates.states_legend") });
  const item = (/** @type {PointColours["entries"][number]} */ { label, count, colour }) =>
    element(
      "li",
      {},
      element("span", { class: "states-swatch", style: { background: colour } }),
      element("span", {}, label),
      element("span", { class: "number" }, String(count)),
    );
  const scale = (/** @type {NonNullable<PointColours["scale"]>} */ { low, high, colours }) => {
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => colours[Math.round(share * (colours.length - 1))]);
    const bar = element("span", {
      class: "gates-bar",
      style: { background: `linear-gradient(to right, ${stops.join(", ")})` },
    });
    return element(
      "li",
      {},
      element("span", { class: "number" }, readable(low)),
      bar,
      element("span", { class: "number" }, readable(high)),
    );
  };
  return {
    node,
    /** @param {PointColours} colours */
    show({ entries, scale: range }) {
      node.replaceChildren(...(range ? [scale(range)] : []), ...entries.map(item));
    },
  };
}
