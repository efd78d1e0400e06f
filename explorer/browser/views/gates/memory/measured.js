/**
 * How far back states and losses depend, measured over many positions when the models were made: `memory.safetensors`.
 */

import { readable } from "../../../charts/axis.js";
import { element } from "../../../dom.js";
import { joined } from "../../../i18n.js";
import { KINDS } from "../../../runtime/recurrent/memory.js";
import { columnsOf, createNormChart, showNorms } from "./norm-chart.js";
import { logAxis } from "./norms.js";

const BIAS_COLOURS = Object.freeze(["--pin-1", "--pin-2", "--pin-3", "--pin-4", "--pin-5", "--pin-6"]);
const BIAS_LINES = Object.freeze(/** @type {const} */ (["solid", "dashed", "dotted"]));

/**
 * @typedef {import("../../../runtime/recurrent/memory.js").Memory} Memory
 * @typedef {import("./compared.js").Compared & {memory: Memory}} Measured
 * @typedef {import("../../../runtime/recurrent/memory.js").Kind} Kind
 * @typedef {import("../../../runtime/recurrent/memory.js").Reach} Reach
 * @typedef {import("./norm-chart.js").Line & {reach: Reach}} MeasuredLine
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
    this.#note.textContent = noteOf(measured, kind, t);
    const groups = [
      { title: t("gates.memory_trained"), lines: linesOf(measured, "trained", kind) },
      { title: t("gates.memory_initial"), lines: linesOf(measured, "initial", kind) },
      { title: t("gates.memory_bias"), lines: biasLines(measured, kind, t) },
    ].filter(({ lines }) => lines.length > 0);
    const reference = kind === "gradient" ? null : 1; // at which a change keeps its size
    const axis = logAxis([...groups.flatMap(({ lines }) => columnsOf(lines)), reference === null ? [] : [reference]]);
    const lags = longest(measured);
    const onRead = (/** @type {number | null} */ distance) => this.drawn.forEach((each) => each.setReading(distance));
    this.drawn = groups.map(({ title, lines }) => {
      const chart = createNormChart(this.#charts, { t, title, axis: () => axis, onRead });
      if (reference !== null)
        chart.setFloor({ value: reference, low: reference, high: reference, label: t("gates.memory_kept") });
      chart.setCaption(reachInWords(memory, lines, t));
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
    return variant ? [{ label, colour, line, ...variant[kind], reach: variant.reach[kind] }] : [];
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
    .flatMap(({ name, forgetBias: bias, [kind]: { middle }, reach }) =>
      bias !== null && name.startsWith("forget_bias") ? [{ bias, middle, reach: reach[kind] }] : [],
    )
    .sort((first, second) => first.bias - second.bias)
    .map(({ bias, middle, reach }, i) => ({
      label: t("gates.memory_bias_of", { bias: signed(bias) }),
      colour: BIAS_COLOURS[i % BIAS_COLOURS.length],
      line: BIAS_LINES[i % BIAS_LINES.length],
      middle,
      reach,
    }));
}

/** @param {number} bias */
function signed(bias) {
  return String(bias).replace("-", "−");
}

/**
 * What is drawn, over what, and which forget bias the model's training started from.
 * @param {Measured[]} measured
 * @param {Kind} kind
 * @param {import("../../../i18n.js").Translator} t
 */
function noteOf(measured, kind, t) {
  const [{ memory }] = measured;
  const began = measured.flatMap(({ memory: { variants } }) =>
    variants.flatMap(({ name, forgetBias: bias }) =>
      name === "initial" && bias !== null
        ? [t("gates.memory_began", { bias: signed(bias), gate: readable(1 / (1 + Math.exp(-bias))) })]
        : [],
    ),
  );
  const { positions, directions, seed } = memory;
  const drawn = t(`gates.memory_note_${kind}`, { directions });
  return joined("sentences", [drawn, t("gates.memory_note_measured", { positions, seed }), ...began], t);
}

/**
 * How far each line reaches, and which reach farther than which by intervals that do not meet.
 * @param {Pick<Memory, "lags" | "share">} memory
 * @param {readonly {label: string, reach: Reach}[]} lines
 * @param {import("../../../i18n.js").Translator} t
 * @returns {string}
 */
export function reachInWords({ lags, share }, lines, t) {
  const most = lags[lags.length - 1];
  const words = (/** @type {number | null} */ lag) => (lag === null ? t("gates.memory_reach_beyond", { most }) : lag);
  const list = lines.map(({ label, reach: { value, low, high } }) =>
    t("gates.memory_reach_item", { label, lag: words(value), low: words(low), high: words(high) }),
  );
  const joint = t("gates.memory_reach_joint");
  const farther = lines.flatMap(({ label, reach: { high } }) => {
    const beyond = lines.filter(({ reach: { low } }) => (low ?? Infinity) > (high ?? Infinity));
    const labels = joined(
      "list",
      beyond.map((each) => each.label),
      t,
    );
    return labels ? [t("gates.memory_farther", { label, list: labels })] : [];
  });
  const told = farther.length ? farther.join(joint) : t("gates.memory_none_farther");
  const reaches = t("gates.memory_reach", { percent: 100 * share, list: list.join(joint) });
  return lines.length > 1 ? joined("sentences", [reaches, t("gates.memory_told", { list: told })], t) : reaches;
}
