/**
 * How near moved pictures come to the truth, where exact pairs say what it is: the same picture, one attribute changed.
 */
import { element } from "../../../dom.js";
import { Chart } from "../../../charts/chart.js";
import { fixed } from "../../../charts/numerals.js";
import { nearestApproach } from "./verdict.js";

/** @typedef {import("../../../runtime/attributes.js").PairEffect} PairEffect */

export class Truth {
  #strengths;
  #latentSize;
  #t;
  #onStrength;
  /** @type {PairEffect | null} */
  #pairs = null;
  /** @type {Chart | null} */
  chart = null;
  #none;
  #verdict = element("p", { class: "attributes-verdict" });
  #chartBox = element("div", {});
  #said = element("p", {});
  #angle = element("p", { class: "note" });
  #body;

  /**
   * @param {object} options
   * @param {ArrayLike<number>} options.strengths (S)
   * @param {number} options.latentSize
   * @param {import("../../../i18n.js").Translator} options.t
   * @param {(strength: number) => void} options.onStrength
   */
  constructor({ strengths, latentSize, t, onStrength }) {
    this.#strengths = strengths;
    this.#latentSize = latentSize;
    this.#t = t;
    this.#onStrength = onStrength;
    this.#none = element("p", { class: "note" }, t("attributes.no_pairs"));
    const parts = [this.#verdict, this.#chartBox, this.#said, this.#angle];
    this.#body = element("div", { class: "attributes-near" }, ...parts);
    this.node = element("section", { class: "attributes-truth" }, this.#none, this.#body);
  }

  /**
   * Another value is moved towards.
   * @param {PairEffect | null} pairs null where nobody knows the truth
   * @param {string} words for the value
   */
  choose(pairs, words) {
    this.#pairs = pairs;
    this.#none.hidden = pairs !== null;
    this.#body.hidden = pairs === null;
    this.chart?.destroy();
    this.chart = pairs && this.#draw(pairs);
    if (pairs === null) return;
    this.#sayVerdict(pairs, words);
    this.#sayAngle(pairs, words);
  }

  #draw(/** @type {PairEffect} */ pairs) {
    const [t, strengths] = [this.#t, this.#strengths];
    const chart = new Chart(this.#chartBox, {
      t,
      title: t("attributes.truth_chart"),
      unit: t("attributes.truth_unit"),
      x: { label: t("attributes.strength") },
      series: [
        { key: "moved", label: t("attributes.truth_moved"), colour: "--z" },
        { key: "best", label: t("attributes.truth_best"), colour: "--decoder", line: "dotted" },
        { key: "along", label: t("attributes.truth_along"), colour: "--mu", line: "dashed" },
      ],
      caption: t("attributes.truth_caption", { pairs: pairs.count }),
    });
    const level = (/** @type {number} */ value) => Array.from(strengths, () => value);
    chart.setRows(strengths, {
      moved: pairs.distance.map(({ value }) => value),
      best: level(pairs.best.value),
      along: level(pairs.along.distance.value),
    });
    chart.setFloor({ ...pairs.distance[0], label: t("attributes.truth_nothing") });
    chart.onSeek((strength) => this.#onStrength(strength));
    return chart;
  }

  #sayVerdict(/** @type {PairEffect} */ pairs, /** @type {string} */ words) {
    const t = this.#t;
    const { kind, place, share } = nearestApproach(pairs);
    const values = {
      value: words,
      strength: this.#strengths[place],
      share: share === null ? "–" : (100 * share).toFixed(0),
      gain: interval(pairs.gain[place]),
    };
    const said = {
      nearer: () => ({ verdict: "works", text: t("attributes.truth_nearer", values) }),
      farther: () => ({ verdict: "fails", text: t("attributes.truth_farther", values) }),
      blind: () => ({ verdict: "fails", text: t("attributes.truth_blind", values) }),
    };
    const { verdict, text } = said[kind]();
    this.#verdict.dataset.verdict = verdict;
    this.#verdict.textContent = text;
  }

  #sayAngle(/** @type {PairEffect} */ pairs, /** @type {string} */ words) {
    const { distance, present, changed } = pairs.along;
    const values = {
      cosine: pairs.cosine.toFixed(2),
      deviation: (1 / Math.sqrt(this.#latentSize)).toFixed(2),
      distance: interval(distance),
      present,
      pairs: pairs.count,
      value: words,
    };
    this.#angle.textContent =
      changed === null
        ? this.#t("attributes.truth_angle_alone", values)
        : this.#t("attributes.truth_angle", { ...values, changed });
  }

  /** The strength is another one. @param {number} strength @param {number} place of the nearest measured one */
  show(strength, place) {
    if (this.#pairs === null) return;
    this.chart?.setCursor(strength);
    const { distance, best } = this.#pairs;
    this.#said.textContent = this.#t("attributes.truth_said", {
      strength: this.#strengths[place],
      distance: interval(distance[place]),
      nothing: interval(distance[0]),
      best: interval(best),
    });
  }

  destroy() {
    this.chart?.destroy();
  }
}

/** @param {import("../../../runtime/attributes.js").Mean} mean */
function interval({ value, low, high }) {
  return `${fixed(value, 4)} [${fixed(low, 4)}, ${fixed(high, 4)}]`;
}
