/**
 * What the arithmetic does on many images: the curve over the strength, the shares at one strength, and the verdict.
 */
import { element } from "../../../dom.js";
import { Chart } from "../../../charts/chart.js";
import { attributeName } from "../../../measures.js";
import { proportion } from "../../../runtime/statistics.js";
import { Truth } from "./truth.js";
import { ENOUGH, PRICE, judge } from "./verdict.js";

/**
 * @typedef {import("../../../runtime/attributes.js").Effects} Effects
 * @typedef {import("../../../runtime/attributes.js").ValueEffect} ValueEffect
 */

export class Measured {
  #effects;
  #t;
  #onStrength;
  truth;
  /** Of the value that is moved towards. @type {ValueEffect | null} */
  #effect = null;
  /** For that value. */
  #words = "";
  /** @type {Chart | null} */
  chart = null;
  #none;
  #verdict = element("p", { class: "attributes-verdict" });
  #chartBox = element("div", {});
  #said = element("p", {});
  #table = element("table", { class: "attributes-table" });
  #judge = element("p", { class: "note" });
  #body;

  /**
   * @param {object} options
   * @param {Effects} options.effects
   * @param {number} options.latentSize
   * @param {import("../../../i18n.js").Translator} options.t
   * @param {(strength: number) => void} options.onStrength
   */
  constructor({ effects, latentSize, t, onStrength }) {
    this.#effects = effects;
    this.#t = t;
    this.#onStrength = onStrength;
    this.truth = new Truth({ strengths: effects.strengths, latentSize, t, onStrength });
    this.#none = element("p", { class: "note" }, t("attributes.value_unmeasured"));
    const parts = [this.#verdict, this.#chartBox, this.#said, this.#table, this.#judge, this.truth.node];
    this.#body = element("div", { class: "attributes-measured" }, ...parts);
    this.node = element("div", {}, this.#none, this.#body);
  }

  /**
   * Another value is moved towards.
   * @param {string} name of the attribute
   * @param {string} id
   * @param {string} words for the value
   */
  choose(name, id, words) {
    const attribute = this.#effects.attributes.get(name);
    const effect = attribute?.values.get(id) ?? null;
    this.#effect = effect;
    this.#words = words;
    this.#none.hidden = effect !== null;
    this.#body.hidden = effect === null;
    if (attribute === undefined || effect === null) return;
    this.chart?.destroy();
    this.chart = this.#draw(effect);
    this.truth.choose(effect.pairs, words);
    this.#sayVerdict(effect);
    const { value, low, high, count } = attribute.accuracy;
    this.#judge.textContent = this.#t("attributes.judge", {
      classifier: this.#effects.classifier,
      attribute: attributeName(name, this.#t),
      accuracy: percent(value),
      low: percent(low),
      high: percent(high),
      tested: count,
      moved: effect.moved,
      held_out: effect.heldOut,
    });
  }

  #draw(/** @type {ValueEffect} */ { moved, present, anyChanged }) {
    const [t, { strengths }] = [this.#t, this.#effects];
    /** @type {import("../../../charts/chart.js").Series[]} */
    const series = [
      { key: "present", label: t("attributes.present", { value: this.#words }), colour: "--present" },
      { key: "changed", label: t("attributes.any_changed"), colour: "--changed", line: "dashed" },
    ];
    const chart = new Chart(this.#chartBox, {
      t,
      title: t("attributes.chart"),
      unit: "%",
      x: { label: t("attributes.strength") },
      y: { range: [0, 100] },
      series: anyChanged === null ? series.slice(0, 1) : series,
      caption: t(anyChanged === null ? "attributes.caption_alone" : "attributes.caption"),
    });
    const shares = (/** @type {Int32Array} */ counts) => Array.from(counts, (count) => (100 * count) / moved);
    if (anyChanged === null) chart.setRows(strengths, { present: shares(present) });
    else {
      chart.setRows(strengths, { present: shares(present), changed: shares(anyChanged) });
      chart.setFloor({ ...inPercent(proportion(anyChanged[0], moved)), label: t("attributes.floor") });
    }
    chart.onSeek((strength) => this.#onStrength(strength));
    return chart;
  }

  #sayVerdict(/** @type {ValueEffect} */ effect) {
    const t = this.#t;
    const { kind, strength, share, excess } = judge(effect, this.#effects.strengths);
    const values = {
      value: this.#words,
      strength,
      share: percent(share),
      enough: percent(ENOUGH),
      price: Math.round(100 * PRICE),
    };
    const points = excess === null ? 0 : Math.round(100 * excess);
    const texts = {
      fails: () => t("attributes.fails", values),
      costs: () => t("attributes.costs", { ...values, points }),
      works: () =>
        excess === null ? t("attributes.works_alone", values) : t("attributes.works", { ...values, points }),
    };
    this.#verdict.dataset.verdict = kind;
    this.#verdict.textContent = texts[kind]();
  }

  /** The strength is another one: the numbers of the nearest measured one. @param {number} strength */
  show(strength) {
    const effect = this.#effect;
    if (effect === null) return;
    const { strengths } = this.#effects;
    const t = this.#t;
    this.chart?.setCursor(strength);
    const place = strengths.reduce(
      (best, each, i) => (Math.abs(each - strength) < Math.abs(strengths[best] - strength) ? i : best),
      0,
    );
    this.truth.show(strength, place);
    const { read, count } = effect.ceiling;
    this.#said.textContent = t("attributes.said", {
      strength: strengths[place],
      count: effect.present[place],
      moved: effect.moved,
      share: this.#share(effect.present[place], effect.moved),
      ceiling: count ? this.#share(read, count) : "–",
      real: count,
      value: this.#words,
    });
    this.#fill(effect, place);
  }

  /** A share with its interval, in words. @param {number} count @param {number} of */
  #share(count, of) {
    const { value, low, high } = proportion(count, of);
    return this.#t("attributes.share", { value: percent(value), low: percent(low), high: percent(high) });
  }

  /** Each other attribute, and damage: changed at this strength, and by reconstruction alone. */
  #fill(/** @type {ValueEffect} */ { moved, changed, whole }, /** @type {number} */ place) {
    const t = this.#t;
    const rows = [...changed].map(([name, counts]) => ({
      name: attributeName(name, t),
      counts: [counts[place], counts[0]],
    }));
    if (whole) rows.push({ name: t("attributes.damaged"), counts: [moved - whole[place], moved - whole[0]] });
    this.#table.hidden = rows.length === 0;
    const head = ["attributes.other", "attributes.changed_here", "attributes.changed_plain"].map((key) =>
      element("th", { scope: "col" }, t(key)),
    );
    const body = rows.map(({ name, counts }) => {
      const cells = counts.map((count) => element("td", { class: "number" }, this.#share(count, moved)));
      return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
    });
    this.#table.replaceChildren(element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
  }

  destroy() {
    this.chart?.destroy();
    this.truth.destroy();
  }
}

/** @param {{value: number, low: number, high: number}} estimate */
function inPercent({ value, low, high }) {
  return { value: 100 * value, low: 100 * low, high: 100 * high };
}

/** @param {number} share */
function percent(share) {
  return (100 * share).toFixed(1);
}
