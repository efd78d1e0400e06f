/** How much each earlier character matters to the loss of the next one, here: for this model and those that compare. */

import { element } from "../../../dom.js";
import { createTrace } from "../../../runtime/recurrent/trace.js";
import { gradientSteps } from "../../../runtime/recurrent/backward.js";
import { readPalette } from "../../../charts/scale.js";
import { readable } from "../../../charts/axis.js";
import { visible } from "../../../parts/characters.js";
import { createTask, inSlices } from "../slices.js";
import { createNormChart } from "./chart.js";
import { createColouredText } from "./coloured-text.js";
import { logAxis } from "./norms.js";

const REACHES = Object.freeze([25, 50, 100, 200]); // characters back
const USUAL = 100;
const COLOURED = 5; // decades: more of them would look alike
const REST = 60; // milliseconds that the cursor rests before gradients are computed

/**
 * @typedef {import("./compared.js").Compared} Compared
 */

export class GradientsHere {
  /**
   * @param {import("../reading.js").Reading} reading
   * @param {import("../../gates.js").Surroundings} surroundings
   */
  constructor(reading, { t, complain }) {
    this.reading = reading;
    this.t = t;
    this.reach = USUAL;
    /** @type {{compared: Compared, trace: object, text: ReturnType<typeof createColouredText>, norms: Float64Array | null}[]} */
    this.readers = [];
    this.task = createTask((error) => {
      if (error.key === undefined) throw error;
      complain(error.key, error.values);
    });
    // A text that changes takes the trace's steps away, seen or not.
    this.unsubscribe = reading.subscribe((changed) => changed.has("text") && this.task.stop());
    this.of = element("p", { class: "memory-of" });
    this.texts = element("div", { class: "memory-texts" });
    this.legend = element("div", { class: "memory-scale" });
    this.node = element(
      "section",
      { class: "memory-here" },
      element("h3", {}, t("gates.memory_here")),
      this.reaches(),
      this.of,
      this.texts,
      this.legend,
    );
    const onPoint = (/** @type {number | null} */ distance) => this.hover(distance);
    this.chart = createNormChart(this.node, {
      t,
      title: t("gates.memory_gradient"),
      unit: t("gates.memory_gradient_unit"),
      marks: true,
      onPoint,
    });
  }

  reaches() {
    const { t } = this;
    const buttons = REACHES.map((count) =>
      element("button", { class: "segment", type: "button", "aria-pressed": count === this.reach }, String(count)),
    );
    buttons.forEach((button, i) =>
      button.addEventListener("click", () => {
        this.reach = REACHES[i];
        buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
        this.follow(0);
      }),
    );
    const group = element(
      "div",
      { class: "segments", role: "group", "aria-label": t("gates.memory_reaches") },
      ...buttons,
    );
    return element(
      "div",
      { class: "field" },
      element("span", { class: "field-name" }, t("gates.memory_reaches")),
      group,
    );
  }

  /** The step whose gradient is shown: the cursor's, or the one before where nothing follows the cursor's character. */
  get step() {
    return Math.min(this.reading.cursor, this.reading.length - 2);
  }

  /** Compare these models, whose languages have been loaded. @param {(Compared & {language: object})[]} compared */
  compare(compared) {
    const { t, reading } = this;
    const onPoint = (/** @type {number | null} */ distance) => this.hover(distance);
    const onChoose = (/** @type {number} */ distance, /** @type {Event} */ event) =>
      reading.set({ cursor: this.step - distance }, event);
    this.readers = compared.map((each) => ({
      compared: each,
      trace: each.own ? reading.trace : createTrace(each.language),
      text: createColouredText({ t, label: each.label, colour: each.colour, onPoint, onChoose }),
      norms: null,
    }));
    this.texts.replaceChildren(...this.readers.map(({ text }) => text.node));
    this.follow(0);
  }

  /** Follow the cursor and the text. @param {number} [delay] milliseconds */
  follow(delay = REST) {
    const { step, reading, t } = this;
    if (!this.readers.length) return;
    this.task.stop();
    const here = step >= 0;
    this.texts.hidden = this.legend.hidden = this.chart.node.hidden = !here;
    if (!here) {
      this.of.textContent = t("gates.memory_short");
      return;
    }
    this.task.start((signal) => inSlices(this.work(step, reading.text), signal), delay);
  }

  *work(step, text) {
    for (const { compared, trace } of this.readers) {
      if (compared.own) continue;
      trace.setText(text);
      while (trace.computed < step + 1) {
        trace.compute({ until: step + 1, budget: 4 });
        yield;
      }
    }
    const norms = [];
    for (const { trace } of this.readers) norms.push(yield* gradientSteps(trace, step, this.reach));
    this.readers.forEach((reader, i) => (reader.norms = norms[i]));
    this.show(step);
  }

  show(step) {
    const { reading, t, readers } = this;
    const { characters } = reading.trace;
    this.shown = step;
    const distances = Int32Array.from({ length: readers[0].norms.length }, (_, distance) => distance);
    const lines = readers.map(({ compared: { label, colour, line }, norms }) => ({
      label,
      colour,
      line,
      middle: norms,
    }));
    const axis = logAxis(lines.map(({ middle }) => middle));
    this.of.textContent = t("gates.memory_of", {
      character: visible(characters[step]),
      next: visible(characters[step + 1]),
      place: step + 1,
    });
    this.chart.show(distances, lines, t("gates.memory_gradient_note"), axis);
    const scale = this.colours(
      logAxis(
        lines.map(({ middle }) => middle),
        COLOURED,
      ),
    );
    const read = characters.slice(step + 1 - distances.length, step + 1);
    const more = read.length <= step;
    for (const { text, norms } of readers) text.show({ read, more, next: characters[step + 1] }, norms, scale);
    this.point();
  }

  /** One logarithmic scale for all models, so that equal colours are equal norms. */
  colours(axis) {
    const { sequential } = readPalette(this.node);
    const written = (/** @type {number} */ norm) => this.chart.written(norm);
    const background = (/** @type {number} */ norm) => {
      const share = axis?.share(norm) ?? null;
      return share === null ? null : sequential[Math.round(share * (sequential.length - 1))];
    };
    const bar = element("span", {
      class: "gates-bar",
      style: {
        background: `linear-gradient(to right, ${sequential[0]}, ${sequential[sequential.length >> 1]}, ${sequential.at(-1)})`,
      },
    });
    const end = (/** @type {number} */ place) => element("span", { class: "number" }, readable(10 ** place));
    this.legend.replaceChildren(
      ...(axis
        ? [end(axis.low), bar, end(axis.high), element("span", { class: "note" }, this.t("gates.memory_scale"))]
        : []),
    );
    return { background, written };
  }

  hover(distance) {
    this.reading.set({ hover: { time: distance === null ? null : this.shown - distance } });
  }

  /** Show the character that the pointer is at, in this panel or another. */
  point() {
    const { time } = this.reading.hover;
    const distance =
      time === null || !this.readers[0]?.norms || time > this.shown || this.shown - time >= this.readers[0].norms.length
        ? null
        : this.shown - time;
    this.chart.point(distance);
    for (const { text } of this.readers) text.point(distance);
  }

  /** After a change of theme. */
  repaint() {
    if (this.readers[0]?.norms && this.shown <= this.reading.length - 2) this.show(this.shown);
  }

  destroy() {
    this.unsubscribe();
    this.task.stop();
    this.chart.destroy();
  }
}
