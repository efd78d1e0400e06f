/** Ready-made probes: what each mark of the held-out text is told by, and how far that is above chance. */

import { grouped, readable } from "../../../charts/axis.js";
import { element } from "../../../dom.js";
import { nameOfUnit, same } from "../reading.js";
import { beatsChance, fullStrength, rankUnits } from "./ranking.js";

const SHOWN = 8; // units of a mark

/**
 * @typedef {import("./ranking.js").Mark} Mark
 * @typedef {import("./ranking.js").Ranked} Ranked
 * @typedef {import("../../../i18n.js").Translator} Translator
 */

/**
 * A score in words: AUC or r, with its number.
 * @param {Mark["kind"]} kind
 * @param {number} score
 * @param {Translator} t
 */
export function scoreInWords(kind, score, t) {
  return t(`gates.score_${kind}`, { score: twoDecimals(score) });
}

function twoDecimals(/** @type {number} */ value) {
  return value.toFixed(2).replace("-", "−");
}

export class Probes {
  #reading;
  #quantity;
  #t;
  #onChoose;
  #rows;
  /** @type {{ranked: Ranked, node: HTMLElement}[]} */
  #items = [];
  /** The mark whose units are listed. @type {Mark | null} */
  #listed = null;
  #sentence = element("p", { class: "find-probe-sentence" });
  #units = element("ol", { class: "find-probe-units" });

  /**
   * @param {object} options
   * @param {import("../reading.js").Reading} options.reading
   * @param {string} options.quantity that was scored
   * @param {Mark[]} options.marks
   * @param {Translator} options.t
   * @param {(mark: Mark, event: Event) => void} options.onChoose told of the mark that the visitor chooses
   */
  constructor({ reading, quantity, marks, t, onChoose }) {
    this.#reading = reading;
    this.#quantity = quantity;
    this.#t = t;
    this.#onChoose = onChoose;
    this.#rows = marks.map((mark) => this.#row(mark, rankUnits(mark)));
    const head = ["gates.probe_mark", "gates.probe_best", "gates.probe_score", "gates.probe_strength"].map((key) =>
      element("th", { scope: "col" }, t(key)),
    );
    const table = element(
      "table",
      { class: "find-probes-table" },
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...this.#rows.map(({ node }) => node)),
    );
    const chosen = element("div", { class: "find-probe" }, this.#sentence, this.#units);
    this.node = element("div", { class: "find-probes" }, table, chosen);
  }

  /** @param {Mark} mark @param {Ranked[]} ranked */
  #row(mark, ranked) {
    const t = this.#t;
    const choose = (/** @type {Event} */ event) => this.#onChoose(mark, event);
    const name = element(
      "button",
      { class: "find-mark", type: "button", on: { click: choose } },
      mark.title[t.language],
    );
    const cell = (/** @type {string} */ words) => element("td", { class: "number" }, words);
    const head = element("th", { scope: "row" }, name);
    const [best] = ranked;
    const above = best !== undefined && beatsChance(mark, best);
    const verdict = element("span", { class: "note" }, above ? "" : t("gates.probe_not_above"));
    const node = best
      ? element(
          "tr",
          {},
          head,
          cell(nameOfUnit(best.unit)),
          cell(scoreInWords(mark.kind, best.score, t)),
          element("td", {}, strengthBar(mark, best.strength, t), verdict),
        )
      : element("tr", {}, head, cell("–"), cell("–"), element("td", {}, verdict));
    return { mark, ranked, node, name };
  }

  /** @param {Mark} chosen @param {import("../reading.js").Unit} subject the unit whose evidence is shown */
  draw(chosen, subject) {
    for (const { mark, ranked, node, name } of this.#rows) {
      node.classList.toggle("find-mark-chosen", mark === chosen);
      name.setAttribute("aria-pressed", String(mark === chosen));
      if (mark === chosen && this.#listed !== mark) this.#list(mark, ranked);
    }
    for (const { ranked, node } of this.#items)
      node.classList.toggle("find-probe-unit-chosen", same(ranked.unit, subject));
  }

  /** @param {Mark} mark @param {Ranked[]} ranked */
  #list(mark, ranked) {
    this.#listed = mark;
    this.#sentence.textContent = this.#verdict(mark, ranked);
    this.#items = ranked.slice(0, SHOWN).map((each) => ({ ranked: each, node: this.#unit(mark, each) }));
    this.#units.replaceChildren(...this.#items.map(({ node }) => node));
  }

  /** What the scores mean, chance and counts included. @param {Mark} mark @param {Ranked[]} ranked */
  #verdict(mark, ranked) {
    const t = this.#t;
    const title = mark.title[t.language];
    if (!ranked.length) return t("gates.probe_undefined", { mark: title });
    const [best] = ranked;
    const above = ranked.filter((each) => beatsChance(mark, each)).length;
    const middle = mark.kind === "binary" ? 0.5 : 0;
    const values = {
      mark: title,
      unit: nameOfUnit(best.unit),
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

  /** @param {Mark} mark @param {Ranked} each */
  #unit(mark, each) {
    const [reading, t, quantity] = [this.#reading, this.#t, this.#quantity];
    const choose = element(
      "button",
      { class: "find-hit-unit", type: "button", title: t("gates.choose_unit") },
      nameOfUnit(each.unit),
    );
    choose.addEventListener("click", (event) => reading.set({ unit: each.unit, quantity }, event));
    const direction = t(directionKey(mark.kind, each.score));
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

/**
 * What a score says of the unit's values where the mark is, or grows.
 * @param {Mark["kind"]} kind
 * @param {number} score
 */
function directionKey(kind, score) {
  if (kind === "binary") return score < 0.5 ? "gates.probe_lower" : "gates.probe_higher";
  return score < 0 ? "gates.probe_falls" : "gates.probe_rises";
}

/**
 * How strong a score is between knowing nothing and knowing all, with a line at what chance reaches.
 * @param {Mark} mark
 * @param {number} strength
 * @param {Translator} t
 */
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
