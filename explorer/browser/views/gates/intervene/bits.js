/** What clamps cost: bits per character over the held-out page, without them and with them. */

import { grouped } from "../../../charts/axis.js";
import { element } from "../../../dom.js";

/** @typedef {import("../../../runtime/recurrent/held-out.js").Bits} Bits */

/**
 * @param {import("../../../i18n.js").Translator} t
 */
export function createBitsTable(t) {
  const cells = () => [element("td", { class: "number" }), element("td", { class: "number" })];
  const rows = Object.fromEntries(["before", "after", "difference"].map((name) => [name, cells()]));
  const head = element(
    "tr",
    {},
    element("td"),
    element("th", { scope: "col" }, t("gates.bits_mean")),
    element("th", { scope: "col" }, t("gates.bits_interval")),
  );
  const row = (/** @type {string} */ name) =>
    element(
      "tr",
      { class: `intervene-${name}` },
      element("th", { scope: "row" }, t(`gates.bits_${name}`)),
      ...rows[name],
    );
  const table = element(
    "table",
    { class: "intervene-table" },
    element("thead", {}, head),
    element("tbody", {}, row("before"), row("after"), row("difference")),
  );
  const note = element("p", { class: "note", role: "status" });
  const fill = (/** @type {string} */ name, /** @type {string[]} */ texts) =>
    rows[name].forEach((cell, i) => (cell.textContent = texts[i]));
  return {
    node: element("section", { class: "intervene-bits" }, element("h3", {}, t("gates.bits_title")), table, note),
    /** @param {Bits | null} before @param {Bits | null} after @param {Bits | null} difference of the two */
    show(before, after, difference) {
      fill("before", interval(t, before));
      fill("after", interval(t, after));
      fill("difference", interval(t, difference, true));
      note.textContent = before ? t("gates.bits_note", { count: grouped(before.count) }) : "";
    },
    /** @param {number} share of the page that is measured */
    progress(share) {
      note.textContent = t("gates.bits_progress", { share: Math.floor(100 * share) });
    },
  };
}

/**
 * @param {import("../../../i18n.js").Translator} t
 * @param {Bits | null} measured
 * @param {boolean} [signed] whether a value above zero has a sign, too
 * @returns {[string, string]} the value and its interval
 */
function interval(t, measured, signed = false) {
  if (measured === null) return ["–", ""];
  const written = (/** @type {number} */ number) =>
    `${signed && number > 0 ? "+" : ""}${number.toFixed(3)}`.replace("-", "−");
  const { bits, low, high } = measured;
  const known = low !== null && high !== null;
  return [written(bits), known ? t("gates.bits_range", { low: written(low), high: written(high) }) : "–"];
}
