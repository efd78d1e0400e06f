/**
 * How far back states and losses depend, measured over many positions when the models were made: `memory.safetensors`.
 */

import { element } from "../../../dom.js";
import { columnsOf, createNormChart, showNorms } from "./norm-chart.js";
import { KINDS, logAxis, reach } from "./norms.js";

const SHARE = 0.01; // of the value at lag 1, below which the words say that little is left
const BIAS_COLOURS = Object.freeze(["--pin-1", "--pin-2", "--pin-3", "--pin-4", "--pin-5", "--pin-6"]);
const BIAS_LINES = Object.freeze(/** @type {const} */ (["solid", "dashed", "dotted"]));

/**
 * @typedef {import("../../../runtime/recurrent/memory.js").Memory} Memory
 * @typedef {import("./compared.js").Compared & {memory: Memory}} Measured
 * @typedef {typeof KINDS[number]} Kind
 */

export class MeasuredMemory {
  #t;
  #keep;
  /** @type {Kind} */
  #kind;
  /** @type {Measured[]} */
  #measured = [];
  #charts = element("div", { class: "memory-charts" });
  #note = element("p", { class: "note" });
  /** @type {import("../../../charts/chart.js").Chart[]} */
  drawn = [];

  /** @param {import("../../gates.js").Surroundings} surroundings */
  constructor({ t, keep, settings }) {
    this.#t = t;
    this.#keep = keep;
    this.#kind = settings.norm;
    const title = element("h3", {}, t("gates.memory_measured"));
    this.node = element("section", { class: "memory-measured" }, title, this.#switch(), this.#charts, this.#note);
  }

  #switch() {
    const buttons = KINDS.map((kind) =>
      element(
        "button",
        { class: "segment", type: "button", "aria-pressed": kind === this.#kind },
        this.#t(`gates.memory_kind_${kind}`),
      ),
    );
    buttons.forEach((button, i) =>
      button.addEventListener("click", () => {
        this.#kind = KINDS[i];
        buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
        this.#keep({ norm: this.#kind });
        this.draw();
      }),
    );
    const label = this.#t("gates.memory_kind");
    return element("div", { class: "segments memory-kinds", role: "group", "aria-label": label }, ...buttons);
  }

  /** @param {Measured[]} measured those that have been measured; may be none */
  show(measured) {
    this.#measured = measured;
    this.node.hidden = measured.length === 0;
    this.draw();
  }

  draw() {
    const [t, kind, measured] = [this.#t, this.#kind, this.#measured];
    if (!measured.length) return;
    this.destroy();
    const [{ memory }] = measured;
    this.#note.textContent = t(`gates.memory_note_${kind}`, { positions: memory.positions, seed: memory.seed });
    const groups = [
      { title: t("gates.memory_trained"), lines: linesOf(measured, "trained", kind) },
      { title: t("gates.memory_initial"), lines: linesOf(measured, "initial", kind) },
      { title: t("gates.memory_bias"), lines: biasLines(measured, kind, t) },
    ].filter(({ lines }) => lines.length > 0);
    const reference = kind === "jacobian" ? 1 : null; // at which a change keeps its size
    const axis = logAxis([...groups.flatMap(({ lines }) => columnsOf(lines)), reference === null ? [] : [reference]]);
    const lags = longest(measured);
    const onRead = (/** @type {number | null} */ distance) => this.drawn.forEach((each) => each.setReading(distance));
    this.drawn = groups.map(({ title, lines }) => {
      const chart = createNormChart(this.#charts, { t, title, axis: () => axis, onRead });
      if (reference !== null)
        chart.setFloor({ value: reference, low: reference, high: reference, label: t("gates.memory_kept") });
      chart.setCaption(reachInWords(lags, lines, t));
      showNorms(chart, lags, lines, axis);
      return chart;
    });
  }

  destroy() {
    for (const chart of this.drawn) chart.destroy();
    this.drawn = [];
    this.#charts.replaceChildren();
  }
}

/** @param {Measured[]} measured */
function longest(measured) {
  return measured
    .map(({ memory }) => memory.lags)
    .reduce((longer, lags) => (lags.length > longer.length ? lags : longer));
}

/** @param {Measured[]} measured @param {string} name of a variant @param {Kind} kind */
function linesOf(measured, name, kind) {
  return measured.flatMap(({ label, colour, line, memory }) => {
    const variant = memory.variants.find((each) => each.name === name);
    return variant ? [{ label, colour, line, ...variant[kind] }] : [];
  });
}

/**
 * Fresh weights with other forget biases, by bias; the bands would cover each other.
 * @param {Measured[]} measured
 * @param {Kind} kind
 * @param {import("../../../i18n.js").Translator} t
 */
function biasLines(measured, kind, t) {
  return measured
    .flatMap(({ memory }) => memory.variants)
    .flatMap(({ name, forgetBias: bias, [kind]: { middle } }) =>
      bias !== null && name.startsWith("forget_bias") ? [{ bias, middle }] : [],
    )
    .sort((first, second) => first.bias - second.bias)
    .map(({ bias, middle }, i) => ({
      label: t("gates.memory_bias_of", { bias: String(bias).replace("-", "−") }),
      colour: BIAS_COLOURS[i % BIAS_COLOURS.length],
      line: BIAS_LINES[i % BIAS_LINES.length],
      middle,
    }));
}

/**
 * How far each line reaches, and which reaches farthest, from the numbers that are drawn.
 * @param {ArrayLike<number>} lags
 * @param {import("./norm-chart.js").Line[]} lines
 * @param {import("../../../i18n.js").Translator} t
 * @returns {string}
 */
export function reachInWords(lags, lines, t) {
  const reaches = lines.map(({ label, middle }) => ({ label, lag: reach(lags, middle, SHARE) }));
  const most = lags[lags.length - 1];
  const list = reaches.map(({ label, lag }) =>
    lag === null ? t("gates.memory_reach_beyond", { label, lag: most }) : t("gates.memory_reach_item", { label, lag }),
  );
  const words = t("gates.memory_reach", { percent: 100 * SHARE, list: list.join(t("gates.memory_reach_joint")) });
  const farthest = reaches.filter(
    ({ lag }) => (lag ?? Infinity) === Math.max(...reaches.map((each) => each.lag ?? Infinity)),
  );
  return farthest.length === 1 && lines.length > 1
    ? `${words} ${t("gates.memory_farthest", { label: farthest[0].label })}`
    : words;
}
