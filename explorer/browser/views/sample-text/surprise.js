/** The colour of a surprise. */

import { element } from "../../dom.js";

const MOST_BITS = 8; // the colour grows up to here
const DARKEST = 60; // percent
const STEPS = Object.freeze([0, 2, 4, 6, MOST_BITS]); // of the legend

/** The background of a surprise, in CSS. @param {number} bits */
export function background(bits) {
  const share = Math.round((Math.min(bits, MOST_BITS) / MOST_BITS) * DARKEST);
  return `color-mix(in srgb, var(--heat-positive) ${share}%, transparent)`;
}

/** What the colours mean. @param {import("../../i18n.js").Translator} t */
export function createLegend(t) {
  const steps = STEPS.map((bits) =>
    element(
      "span",
      { class: "number written-step", style: { background: background(bits) } },
      bits === MOST_BITS ? `≥ ${bits}` : String(bits),
    ),
  );
  return element("p", { class: "note written-legend" }, t("write.legend"), " ", ...steps);
}
