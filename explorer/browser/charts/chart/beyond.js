/** Words for the values that a chart does not show, and the way to see them. */

import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { grouped } from "../axis.js";

/** @typedef {import("./range.js").Beyond} Beyond */

/** @param {import("../../i18n.js").Translator} t @param {() => void} onToggle show all, or what can be read */
export function createBeyond(t, onToggle) {
  const words = element("span", {});
  const toggle = element("button", { class: "chart-link", type: "button", on: { click: onToggle } });
  const node = element("p", { class: "note chart-beyond", hidden: true }, words, " ", toggle);
  return {
    node,

    /**
     * @param {import("../description.js").Description["y"]} y
     * @param {{below: Beyond, above: Beyond, whole: boolean}} found `whole`: whether all is shown because it was asked
     *   for
     */
    show(y, { below, above, whole }) {
      const side = (/** @type {string} */ key, /** @type {Beyond} */ { count, most }) =>
        count ? [t(key, { count: grouped(count), value: y.words(most) })] : [];
      const sides = [...side("charts.beyond_below", below), ...side("charts.beyond_above", above)];
      const strip = below.count ? [t("charts.below_log", { count: grouped(below.count) })] : [];
      words.textContent = joined("sentences", y.log ? strip : sides, t);
      toggle.hidden = y.log;
      toggle.textContent = t(whole ? "charts.show_readable" : "charts.show_whole");
      node.hidden = y.log ? !strip.length : !sides.length && !whole;
    },
  };
}
