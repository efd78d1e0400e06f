/** How far back states and losses depend, measured over many positions when the models were made: `memory.safetensors`. */

import { element } from "../../../dom.js";
import { columnsOf, createNormChart } from "./chart.js";
import { logAxis, reach } from "./norms.js";

const SHARE = 0.01; // of the value at lag 1, below which the words say that little is left
const BIAS_COLOURS = Object.freeze(["--pin-1", "--pin-2", "--pin-3", "--pin-4", "--pin-5", "--pin-6"]);
const BIAS_LINES = Object.freeze(["solid", "dashed", "dotted"]);
const KINDS = Object.freeze(["jacobian", "gradient"]);

/**
 * @typedef {{lags: Int32Array, variants: {name: string, forgetBias: number | null, jacobian: Quantiles, gradient: Quantiles}[],
 *   positions: number, seed: number}} Memory
 * @typedef {{low: Float32Array, middle: Float32Array, high: Float32Array}} Quantiles
 * @typedef {import("./compared.js").Compared & {memory: Memory}} Measured
 */

/** @param {{t: import("../../../i18n.js").Translator, host: object, kind: string | undefined}} options `kind` as a link had it */
export class MeasuredMemory {
  constructor({ t, host, kind }) {
    this.t = t;
    this.host = host;
    this.kind = KINDS.includes(kind) ? kind : KINDS[0];
    this.measured = [];
    this.charts = element("div", { class: "memory-charts" });
    this.note = element("p", { class: "note" });
    this.node = element(
      "section",
      { class: "memory-measured" },
      element("h3", {}, t("gates.memory_measured")),
      this.switch(),
      this.charts,
      this.note,
    );
    this.drawn = [];
  }

  switch() {
    const buttons = KINDS.map((kind) =>
      element(
        "button",
        { class: "segment", type: "button", "aria-pressed": kind === this.kind },
        this.t(`gates.memory_kind_${kind}`),
      ),
    );
    buttons.forEach((button, i) =>
      button.addEventListener("click", () => {
        this.kind = KINDS[i];
        buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
        this.host.emit("state", { norm: i ? this.kind : null });
        this.draw();
      }),
    );
    return element(
      "div",
      { class: "segments memory-kinds", role: "group", "aria-label": this.t("gates.memory_kind") },
      ...buttons,
    );
  }

  /** @param {Measured[]} measured those that have been measured; may be none */
  show(measured) {
    this.measured = measured;
    this.node.hidden = measured.length === 0;
    if (!measured.length) return;
    this.draw();
  }

  draw() {
    const { t, kind, measured } = this;
    if (!measured.length) return;
    this.destroy();
    const [{ memory }] = measured;
    this.note.textContent = t(`gates.memory_note_${kind}`, { positions: memory.positions, seed: memory.seed });
    const groups = [
      { title: t("gates.memory_trained"), lines: linesOf(measured, "trained", kind) },
      { title: t("gates.memory_initial"), lines: linesOf(measured, "initial", kind) },
      { title: t("gates.memory_bias"), lines: biasLines(measured, kind, t) },
    ].filter(({ lines }) => lines.length > 0);
    const reference = kind === "jacobian" ? 1 : null;
    const axis = logAxis([...groups.flatMap(({ lines }) => columnsOf(lines)), ...(reference ? [[reference]] : [])]);
    const lags = longest(measured);
    this.drawn = groups.map(({ title, lines }) => {
      const chart = createNormChart(this.charts, {
        t,
        title,
        reference,
        marks: true,
        onPoint: (distance) => this.drawn.forEach((each) => each.point(distance)),
      });
      chart.show(lags, lines, reachInWords(lags, lines, t), axis);
      return chart;
    });
  }

  destroy() {
    for (const chart of this.drawn) chart.destroy();
    this.drawn = [];
    this.charts.replaceChildren();
  }
}

function longest(/** @type {Measured[]} */ measured) {
  return measured
    .map(({ memory }) => memory.lags)
    .reduce((longer, lags) => (lags.length > longer.length ? lags : longer));
}

function linesOf(/** @type {Measured[]} */ measured, /** @type {string} */ name, /** @type {string} */ kind) {
  return measured.flatMap(({ label, colour, line, memory }) => {
    const variant = memory.variants.find((each) => each.name === name);
    return variant ? [{ label, colour, line, ...variant[kind] }] : [];
  });
}

/** Fresh weights with other forget biases, by bias; the bands would cover each other. */
function biasLines(/** @type {Measured[]} */ measured, /** @type {string} */ kind, t) {
  const variants = measured
    .flatMap(({ memory }) => memory.variants)
    .filter(({ name, forgetBias }) => forgetBias !== null && name.startsWith("forget_bias"));
  variants.sort((first, second) => first.forgetBias - second.forgetBias);
  return variants.map((variant, i) => ({
    label: t("gates.memory_bias_of", { bias: String(variant.forgetBias).replace("-", "−") }),
    colour: BIAS_COLOURS[i % BIAS_COLOURS.length],
    line: BIAS_LINES[i % BIAS_LINES.length],
    middle: variant[kind].middle,
  }));
}

/**
 * How far each line reaches, and which reaches farthest, from the numbers that are drawn.
 * @param {ArrayLike<number>} lags
 * @param {import("./chart.js").Line[]} lines
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
