/** Ready-made probes: what each mark of the held-out text is told by, and how far that is above chance. */

import { element } from "../../../dom.js";
import { grouped, readable } from "../../../charts/axis.js";
import { same } from "../reading.js";
import { writeUnit } from "../state.js";
import { beatsChance, fullStrength, rankUnits } from "./ranking.js";

const SHOWN = 8; // units of a mark

/**
 * @param {object} options
 * @param {import("../reading.js").Reading} options.reading
 * @param {{quantity: string, marks: import("./ranking.js").Mark[]}} options.probes
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {(mark: import("./ranking.js").Mark, event: Event | null) => void} options.onChoose told of the mark that is chosen
 */
export function createProbes({ reading, probes, t, onChoose }) {
  return new Probes({ reading, probes, t, onChoose });
}

/** A score in words: AUC or r, with its number. @param {string} kind @param {number} score @param {(key: string, values?: object) => string} t */
export function scoreInWords(kind, score, t) {
  return t(`gates.score_${kind}`, { score: twoDecimals(score) });
}

function twoDecimals(/** @type {number} */ value) {
  return value.toFixed(2).replace("-", "−");
}

class Probes {
  constructor({ reading, probes, t, onChoose }) {
    this.reading = reading;
    this.probes = probes;
    this.t = t;
    this.onChoose = onChoose;
    this.ranked = new Map(probes.marks.map((mark) => [mark, rankUnits(mark)]));
    this.rows = probes.marks.map((mark) => this.row(mark));
    const head = ["gates.probe_mark", "gates.probe_best", "gates.probe_score", "gates.probe_strength"].map((key) =>
      element("th", { scope: "col" }, t(key)),
    );
    const table = element(
      "table",
      { class: "find-probes-table" },
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...this.rows.map(({ node }) => node)),
    );
    this.sentence = element("p", { class: "find-probe-sentence" });
    this.units = element("ol", { class: "find-probe-units" });
    this.node = element(
      "div",
      { class: "find-probes" },
      table,
      element("div", { class: "find-probe" }, this.sentence, this.units),
    );
  }

  row(mark) {
    const { t } = this;
    const [best] = this.ranked.get(mark);
    const name = element("button", { class: "find-mark", type: "button" }, mark.title[t.language]);
    name.addEventListener("click", (event) => this.onChoose(mark, event));
    const unit = best ? writeUnit(best.unit) : "–";
    const score = best ? scoreInWords(mark.kind, best.score, t) : "–";
    const above = best && beatsChance(mark, best);
    const verdict = element("span", { class: "note" }, above ? "" : t("gates.probe_not_above"));
    const node = element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", { class: "number" }, unit),
      element("td", { class: "number" }, score),
      element("td", {}, best ? strengthBar(mark, best.strength, t) : "", verdict),
    );
    return { mark, node, name };
  }

  /** @param {import("./ranking.js").Mark} mark the one that is chosen @param {import("../reading.js").Unit} subject the unit whose evidence is shown */
  draw(mark, subject) {
    for (const row of this.rows) {
      row.node.classList.toggle("find-mark-chosen", row.mark === mark);
      row.name.setAttribute("aria-pressed", String(row.mark === mark));
    }
    if (this.chosen !== mark) this.drawMark(mark);
    for (const { ranked, node } of this.items)
      node.classList.toggle("find-probe-unit-chosen", same(ranked.unit, subject));
  }

  drawMark(mark) {
    this.chosen = mark;
    const ranked = this.ranked.get(mark);
    this.sentence.textContent = this.verdict(mark, ranked);
    this.items = ranked.slice(0, SHOWN).map((each) => ({ ranked: each, node: this.unit(mark, each) }));
    this.units.replaceChildren(...this.items.map(({ node }) => node));
  }

  /** What the scores mean, chance and counts included. */
  verdict(mark, ranked) {
    const { t } = this;
    const title = mark.title[t.language];
    if (!ranked.length) return t("gates.probe_undefined", { mark: title });
    const [best] = ranked;
    const above = ranked.filter((each) => beatsChance(mark, each)).length;
    const middle = mark.kind === "binary" ? 0.5 : 0;
    const values = {
      mark: title,
      unit: writeUnit(best.unit),
      score: scoreInWords(mark.kind, best.score, t),
      low: twoDecimals(middle - mark.chance),
      high: twoDecimals(middle + mark.chance),
      count: grouped(mark.count),
      positives: mark.positives === null ? "" : grouped(mark.positives),
      units: grouped(ranked.length),
      above: grouped(above),
    };
    return t(`gates.probe_${above ? "above" : "chance"}_${mark.kind}`, values);
  }

  unit(mark, each) {
    const { reading, t } = this;
    const { quantity } = this.probes;
    const choose = element(
      "button",
      { class: "find-hit-unit", type: "button", title: t("gates.choose_unit") },
      writeUnit(each.unit),
    );
    choose.addEventListener("click", (event) => reading.set({ unit: each.unit, quantity }, event));
    const direction = t(
      mark.kind === "binary"
        ? each.score < 0.5
          ? "gates.probe_lower"
          : "gates.probe_higher"
        : each.score < 0
          ? "gates.probe_falls"
          : "gates.probe_rises",
    );
    const node = element(
      "li",
      { class: "find-probe-unit" },
      choose,
      element("span", { class: "number" }, scoreInWords(mark.kind, each.score, t)),
      strengthBar(mark, each.strength, t),
      element("span", { class: "note" }, direction),
    );
    node.addEventListener("pointerenter", (event) => reading.set({ hover: { unit: each.unit } }, event));
    node.addEventListener("pointerleave", (event) => reading.set({ hover: { unit: null } }, event));
    return node;
  }
}

/** How strong a score is between knowing nothing and knowing all, with a line at what chance reaches. */
function strengthBar(mark, strength, t) {
  const share = (/** @type {number} */ value) => `${Math.min(1, value / fullStrength(mark.kind)) * 100}%`;
  const label = t("gates.probe_bar", {
    strength: readable(strength),
    chance: readable(mark.chance),
    full: readable(fullStrength(mark.kind)),
  });
  return element(
    "span",
    { class: "find-strength", role: "img", "aria-label": label, title: label },
    element("span", {
      class: `find-strength-bar${strength > mark.chance ? "" : " find-strength-weak"}`,
      style: { width: share(strength) },
    }),
    element("span", { class: "find-strength-chance", style: { left: share(mark.chance) } }),
  );
}
