/**
 * What speaks for a unit and what against it: the windows of the held-out page where mark and activity agree most and
 * least.
 */

import { grouped } from "../../../charts/axis.js";
import { createScale, isBounded } from "../../../charts/scale.js";
import { element } from "../../../dom.js";
import { nameOfUnit } from "../reading.js";
import { scoreInWords } from "./probes.js";
import { directionOf, evidence, scoreUnit } from "./scores.js";
import { renderWindow } from "./windows.js";

const SIZE = 56; // characters of a window
const COUNT = 3; // windows of each sort

/**
 * @typedef {import("../../../i18n.js").Translator} Translator
 * @typedef {import("./scores.js").Evidence} Evidence
 */

/**
 * @param {object} given
 * @param {import("../../../runtime/recurrent/trace.js").Trace} given.trace of the whole held-out page
 * @param {import("./ranking.js").Mark} given.mark
 * @param {string} given.quantity that was scored
 * @param {import("../reading.js").Unit} given.unit
 * @param {import("../../../charts/scale.js").Palette} given.palette
 * @param {Translator} given.t
 * @returns {HTMLElement[]}
 */
export function renderEvidence({ trace, mark, quantity, unit, palette, t }) {
  const values = trace.series(unit.layer, quantity, unit.index);
  const stored = mark.scores[unit.layer][unit.index];
  const scored = scoreUnit(values, mark.values, mark.kind);
  const names = { unit: nameOfUnit(unit), mark: mark.title[t.language] };
  const title = element("h3", {}, t("gates.evidence_title", names));
  const scores = element("p", {}, scoresInWords(mark, stored, scored, t));
  if (scored.value === null) return [title, scores];
  const largest = isBounded(quantity) ? 1 : values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = createScale(quantity, largest, palette);
  const most = mark.values.reduce((highest, value) => Math.max(highest, value), 1);
  const { best, worst } = evidence(scored.shares, {
    size: SIZE,
    count: COUNT,
    direction: directionOf(stored, mark.kind),
  });
  const draw = (/** @type {Evidence} */ window) =>
    renderShare(renderWindow({ text: trace, values, scale, window, marks: mark.values, most }), window, t);
  const column = (/** @type {string} */ kind, /** @type {Evidence[]} */ windows, /** @type {string} */ note) =>
    element(
      "div",
      { class: `find-evidence-${kind}` },
      element("h4", {}, t(`gates.evidence_${kind}`)),
      element("p", { class: "note" }, note),
      ...windows.map(draw),
    );
  const agreeing = t(best.length && best[0].share > 0 ? "gates.evidence_best_note" : "gates.evidence_best_none");
  const contradicting = t(
    worst.length && worst[0].share < 0 ? "gates.evidence_worst_note" : "gates.evidence_worst_none",
  );
  return [
    title,
    scores,
    element(
      "div",
      { class: "find-evidence-columns" },
      column("best", best, agreeing),
      column("worst", worst, contradicting),
    ),
    element("p", { class: "note" }, t(`gates.evidence_how_${mark.kind}`, { size: SIZE })),
  ];
}

/**
 * The stored score over the long held-out text beside the page's own.
 * @param {import("./ranking.js").Mark} mark
 * @param {number} stored
 * @param {ReturnType<typeof scoreUnit>} scored
 * @param {Translator} t
 */
function scoresInWords(mark, stored, scored, t) {
  const known = { stored: scoreInWords(mark.kind, stored, t), count: grouped(mark.count), page: grouped(scored.count) };
  if (scored.value === null) return t("gates.evidence_undefined", known);
  const here = scoreInWords(mark.kind, scored.value, t);
  if (mark.kind === "graded") return t("gates.evidence_scores_graded", { ...known, here });
  return t("gates.evidence_scores_binary", { ...known, here, positives: grouped(scored.positives ?? 0) });
}

/** @param {HTMLElement} node @param {Evidence} window @param {Translator} t */
function renderShare(node, { share }, t) {
  const number = `${share < 0 ? "−" : "+"}${Math.abs(share).toFixed(2)}`;
  node.append(element("span", { class: "find-window-share number", title: t("gates.evidence_share") }, number));
  return node;
}
