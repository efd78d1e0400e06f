/** What the arithmetic does on many images: the curve over the strength, the shares at one strength, and the verdict. */
import { element } from "../../../dom.js";
import { createCurves } from "../../../charts/curves.js";
import { proportion } from "../../../runtime/statistics.js";
import { attributeName } from "../controls.js";
import { createTruth } from "./truth.js";
import { ENOUGH, PRICE, judge } from "./verdict.js";

/** @typedef {import("../../../runtime/attributes.js").Effects} Effects */

/**
 * @param {object} options
 * @param {Effects | null} options.effects null where nobody has measured
 * @param {number} options.latentSize
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {(strength: number) => void} options.onStrength
 */
export function createMeasured({ effects, latentSize, t, onStrength }) {
  const none = element("p", { class: "note" }, t("attributes.unmeasured"));
  if (effects === null) return { node: element("div", {}, none), choose() {}, show() {}, redraw() {}, destroy() {} };
  return new Measured(effects, latentSize, t, onStrength);
}

class Measured {
  constructor(effects, latentSize, t, onStrength) {
    this.effects = effects;
    this.t = t;
    this.onStrength = onStrength;
    this.effect = null;
    this.words = "";
    this.verdict = element("p", { class: "attributes-verdict" });
    this.said = element("p", {});
    this.judge = element("p", { class: "note" });
    this.table = element("table", { class: "attributes-table" });
    this.none = element("p", { class: "note" }, t("attributes.value_unmeasured"));
    this.chartBox = element("div", {});
    this.truth = createTruth({ strengths: effects.strengths, latentSize, t, onStrength });
    this.body = element(
      "div",
      { class: "attributes-measured" },
      this.verdict,
      this.chartBox,
      this.said,
      this.table,
      this.judge,
      this.truth.node,
    );
    this.node = element("div", {}, this.none, this.body);
  }

  /** Another value is moved towards. @param {string} name of the attribute @param {string} id @param {string} words for the value */
  choose(name, id, words) {
    const attribute = this.effects.attributes.get(name);
    this.effect = attribute?.values.get(id) ?? null;
    this.none.hidden = this.effect !== null;
    this.body.hidden = this.effect === null;
    if (this.effect === null) return;
    this.words = words;
    this.draw();
    this.truth.choose(this.effect.pairs, words);
    this.sayVerdict();
    const { accuracy } = attribute;
    const { moved, heldOut } = this.effect;
    this.judge.textContent = this.t("attributes.judge", {
      classifier: this.effects.classifier,
      attribute: attributeName(name, this.t),
      accuracy: percent(accuracy.value),
      low: percent(accuracy.low),
      high: percent(accuracy.high),
      tested: accuracy.count,
      moved,
      held_out: heldOut,
    });
  }

  draw() {
    const { t, effect, effects } = this;
    this.chart?.destroy();
    const changed = effect.anyChanged !== null;
    const series = [{ key: "present", label: t("attributes.present", { value: this.words }), colour: "--present" }];
    if (changed)
      series.push({ key: "changed", label: t("attributes.any_changed"), colour: "--changed", line: "dashed" });
    this.chart = createCurves(this.chartBox, {
      t,
      title: t("attributes.chart"),
      unit: "%",
      xLabel: t("attributes.strength"),
      range: [0, 100],
      series,
      caption: t(changed ? "attributes.caption" : "attributes.caption_alone"),
    });
    const shares = (/** @type {Int32Array} */ counts) => Array.from(counts, (count) => (100 * count) / effect.moved);
    this.chart.setRows(effects.strengths, {
      present: shares(effect.present),
      ...(changed && { changed: shares(effect.anyChanged) }),
    });
    if (changed)
      this.chart.setFloor({
        ...inPercent(proportion(effect.anyChanged[0], effect.moved)),
        label: t("attributes.floor"),
      });
    this.chart.onSeek((strength) => this.onStrength(strength));
  }

  sayVerdict() {
    const { t, effect, effects } = this;
    const { kind, strength, share, excess } = judge(effect, effects.strengths);
    const values = {
      value: this.words,
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
    this.verdict.dataset.verdict = kind;
    this.verdict.textContent = texts[kind]();
  }

  /** The strength is another one: the numbers of the nearest measured one. @param {number} strength */
  show(strength) {
    const { effect, effects, t } = this;
    if (effect === null) return;
    this.chart.setCursor(strength);
    const place = effects.strengths.reduce(
      (best, each, i) => (Math.abs(each - strength) < Math.abs(effects.strengths[best] - strength) ? i : best),
      0,
    );
    this.truth.show(strength, place);
    const share = (/** @type {number} */ count, /** @type {number} */ of) => {
      const { value, low, high } = proportion(count, of);
      return t("attributes.share", { value: percent(value), low: percent(low), high: percent(high) });
    };
    const { read, count } = effect.ceiling;
    this.said.textContent = t("attributes.said", {
      strength: effects.strengths[place],
      count: effect.present[place],
      moved: effect.moved,
      share: share(effect.present[place], effect.moved),
      ceiling: count ? share(read, count) : "–",
      real: count,
      value: this.words,
    });
    this.fill(place, share);
  }

  /** Each other attribute, and damage: changed at this strength, and by reconstruction alone. */
  fill(place, share) {
    const { effect, t } = this;
    const rows = [...effect.changed].map(([name, counts]) => [attributeName(name, t), counts[place], counts[0]]);
    if (effect.whole)
      rows.push([t("attributes.damaged"), effect.moved - effect.whole[place], effect.moved - effect.whole[0]]);
    this.table.hidden = rows.length === 0;
    const head = ["attributes.other", "attributes.changed_here", "attributes.changed_plain"].map((key) =>
      element("th", { scope: "col" }, t(key)),
    );
    const body = rows.map(([name, here, plain]) => {
      const cells = [here, plain].map((count) => element("td", { class: "number" }, share(count, effect.moved)));
      return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
    });
    this.table.replaceChildren(element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
  }

  redraw() {
    this.chart?.redraw();
    this.truth.redraw();
  }

  destroy() {
    this.chart?.destroy();
    this.truth.destroy();
  }
}

function inPercent({ value, low, high }) {
  return { value: 100 * value, low: 100 * low, high: 100 * high };
}

/** @param {number} share */
function percent(share) {
  return (100 * share).toFixed(1);
}
