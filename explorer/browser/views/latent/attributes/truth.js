/** How near moved pictures come to the truth, where exact pairs say what it is: the same picture, one attribute changed. */
import { element } from "../../../dom.js";
import { createCurves } from "../../../charts/curves.js";
import { nearestApproach } from "./verdict.js";

/** @typedef {import("../../../runtime/attributes.js").PairEffect} PairEffect */

/**
 * @param {object} options
 * @param {ArrayLike<number>} options.strengths (S)
 * @param {number} options.latentSize
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {(strength: number) => void} options.onStrength
 */
export function createTruth(options) {
  return new Truth(options);
}

class Truth {
  constructor({ strengths, latentSize, t, onStrength }) {
    this.strengths = strengths;
    this.latentSize = latentSize;
    this.t = t;
    this.onStrength = onStrength;
    this.pairs = null;
    this.none = element("p", { class: "note" }, t("attributes.no_pairs"));
    this.verdict = element("p", { class: "attributes-verdict" });
    this.chartBox = element("div", {});
    this.said = element("p", {});
    this.angle = element("p", { class: "note" });
    this.body = element("div", { class: "attributes-near" }, this.verdict, this.chartBox, this.said, this.angle);
    this.node = element("section", { class: "attributes-truth" }, this.none, this.body);
  }

  /** Another value is moved towards. @param {PairEffect | null} pairs null where nobody knows the truth @param {string} words for the value */
  choose(pairs, words) {
    this.pairs = pairs;
    this.none.hidden = pairs !== null;
    this.body.hidden = pairs === null;
    this.chart?.destroy();
    this.chart = null;
    if (pairs === null) return;
    this.draw();
    this.sayVerdict(words);
    this.sayAngle(words);
  }

  draw() {
    const { t, pairs, strengths } = this;
    const series = [
      { key: "moved", label: t("attributes.truth_moved"), colour: "--z" },
      { key: "best", label: t("attributes.truth_best"), colour: "--decoder", line: "dotted" },
      { key: "along", label: t("attributes.truth_along"), colour: "--mu", line: "dashed" },
    ];
    const caption = t("attributes.truth_caption", { pairs: pairs.count });
    this.chart = createCurves(this.chartBox, {
      t,
      title: t("attributes.truth_chart"),
      unit: t("attributes.truth_unit"),
      xLabel: t("attributes.strength"),
      series,
      caption,
    });
    const level = (/** @type {number} */ value) => Array.from(strengths, () => value);
    this.chart.setRows(strengths, {
      moved: pairs.distance.map(({ value }) => value),
      best: level(pairs.best.value),
      along: level(pairs.along.distance.value),
    });
    this.chart.setFloor({ ...pairs.distance[0], label: t("attributes.truth_nothing") });
    this.chart.onSeek((strength) => this.onStrength(strength));
  }

  sayVerdict(words) {
    const { t, pairs, strengths } = this;
    const { kind, place, share } = nearestApproach(pairs);
    const values = {
      value: words,
      strength: strengths[place],
      share: share === null ? "–" : (100 * share).toFixed(0),
      gain: interval(pairs.gain[place]),
    };
    const texts = {
      nearer: () => t("attributes.truth_nearer", values),
      farther: () => t("attributes.truth_farther", values),
      blind: () => t("attributes.truth_blind", values),
    };
    this.verdict.dataset.verdict = { nearer: "works", farther: "fails", blind: "fails" }[kind];
    this.verdict.textContent = texts[kind]();
  }

  sayAngle(words) {
    const { t, pairs, latentSize } = this;
    const { distance, present, changed } = pairs.along;
    const values = {
      cosine: pairs.cosine.toFixed(2),
      deviation: (1 / Math.sqrt(latentSize)).toFixed(2),
      distance: interval(distance),
      present,
      pairs: pairs.count,
      value: words,
    };
    this.angle.textContent =
      changed === null
        ? t("attributes.truth_angle_alone", values)
        : t("attributes.truth_angle", { ...values, changed });
  }

  /** The strength is another one. @param {number} strength @param {number} place of the nearest measured one */
  show(strength, place) {
    if (this.pairs === null) return;
    this.chart.setCursor(strength);
    const { distance, best } = this.pairs;
    const values = {
      strength: this.strengths[place],
      distance: interval(distance[place]),
      nothing: interval(distance[0]),
      best: interval(best),
    };
    this.said.textContent = this.t("attributes.truth_said", values);
  }

  redraw() {
    this.chart?.redraw();
  }

  destroy() {
    this.chart?.destroy();
  }
}

/** @param {import("../../../runtime/attributes.js").Mean} mean */
function interval({ value, low, high }) {
  const write = (/** @type {number} */ number) => number.toFixed(4).replace("-", "−");
  return `${write(value)} [${write(low)}, ${write(high)}]`;
}
