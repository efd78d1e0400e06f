/** How much each earlier character matters to the loss of the next one, here: for this model and those that compare. */

import { readable } from "../../../charts/axis.js";
import { readPalette } from "../../../charts/scale.js";
import { element } from "../../../dom.js";
import { visible } from "../../../parts/characters.js";
import { ModelError } from "../../../runtime/errors.js";
import { gradientSteps } from "../../../runtime/recurrent/backward.js";
import { Trace } from "../../../runtime/recurrent/trace.js";
import { Task, inSlices } from "../slices.js";
import { createColouredText } from "./coloured-text.js";
import { createNormChart, normInWords, showNorms } from "./norm-chart.js";
import { logAxis } from "./norms.js";

const REACHES = Object.freeze([25, 50, 100, 200]); // characters back
const USUAL = 100;
const COLOURED = 5; // decades: more of them would look alike
const REST = 60; // milliseconds that the cursor rests before gradients are computed

/**
 * @typedef {object} Reader a model that is compared
 * @property {import("./compared.js").Compared} compared
 * @property {import("../../../runtime/recurrent/trace.js").Trace} trace
 * @property {ReturnType<typeof createColouredText>} text
 * @property {Float64Array} norms by distance back from the step that is shown; empty before there is one
 */

export class GradientsHere {
  #reading;
  #t;
  #reach = USUAL;
  #task;
  #unsubscribe;
  #of = element("p", { class: "memory-of" });
  #texts = element("div", { class: "memory-texts" });
  #legend = element("div", { class: "memory-scale" });
  #chart;
  /** What the chart holds. @type {import("./norms.js").LogAxis | null} */
  #axis = null;
  /** @type {Reader[]} */
  readers = [];
  /** The step whose norms are shown; −1 before there is one. */
  shown = -1;

  /**
   * @param {import("../reading.js").Reading} reading
   * @param {import("../../gates.js").Surroundings} surroundings
   */
  constructor(reading, { t, complain }) {
    this.#reading = reading;
    this.#t = t;
    this.#task = new Task((error) => {
      if (!(error instanceof ModelError)) throw error;
      complain(error.key, error.values);
    });
    // A text that changes takes the trace's steps away, seen or not.
    this.#unsubscribe = reading.subscribe((changed) => changed.has("text") && this.#task.stop());
    const title = element("h3", {}, t("gates.memory_here"));
    this.node = element(
      "section",
      { class: "memory-here" },
      title,
      this.#reaches(),
      this.#of,
      this.#texts,
      this.#legend,
    );
    this.#chart = createNormChart(this.node, {
      t,
      title: t("gates.memory_gradient"),
      unit: t("gates.memory_gradient_unit"),
      axis: () => this.#axis,
      onRead: (distance) => this.#hover(distance),
    });
    this.#chart.setCaption(t("gates.memory_gradient_note"));
  }

  #reaches() {
    const words = this.#t("gates.memory_reaches");
    const buttons = REACHES.map((count) =>
      element("button", { class: "segment", type: "button", "aria-pressed": count === this.#reach }, String(count)),
    );
    buttons.forEach((button, i) =>
      button.addEventListener("click", () => {
        this.#reach = REACHES[i];
        buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
        this.follow(0);
      }),
    );
    const group = element("div", { class: "segments", role: "group", "aria-label": words }, ...buttons);
    return element("div", { class: "field" }, element("span", { class: "field-name" }, words), group);
  }

  /**
   * The step whose gradient is wanted: the cursor's, or the one before where nothing follows the cursor's character.
   */
  get #step() {
    return Math.min(this.#reading.cursor, this.#reading.length - 2);
  }

  /** Compare these models. @param {import("../memory.js").Prepared[]} compared */
  compare(compared) {
    const [t, reading] = [this.#t, this.#reading];
    const onPoint = (/** @type {number | null} */ distance) => this.#hover(distance);
    const onChoose = (/** @type {number} */ distance, /** @type {Event} */ event) =>
      reading.set({ cursor: this.shown - distance }, event);
    this.readers = compared.map((each) => ({
      compared: each,
      trace: each.own ? reading.trace : new Trace(each.language),
      text: createColouredText({ t, label: each.label, colour: each.colour, onPoint, onChoose }),
      norms: new Float64Array(0),
    }));
    this.#texts.replaceChildren(...this.readers.map(({ text }) => text.node));
    this.follow(0);
  }

  /** Follow the cursor and the text. @param {number} [delay] milliseconds */
  follow(delay = REST) {
    if (!this.readers.length) return;
    const step = this.#step;
    this.#task.stop();
    const here = step >= 0;
    this.#texts.hidden = this.#legend.hidden = this.#chart.node.hidden = !here;
    if (here) this.#task.start((signal) => inSlices(this.#work(step, this.#reading.text), signal), delay);
    else this.#of.textContent = this.#t("gates.memory_short");
  }

  /** @param {number} step @param {string} text @returns {Generator<void, void, void>} */
  *#work(step, text) {
    for (const { compared, trace } of this.readers) {
      if (compared.own) continue;
      trace.setText(text);
      while (trace.computed < step + 1) {
        trace.compute({ until: step + 1, budget: 4 });
        yield;
      }
    }
    /** @type {Float64Array[]} */
    const norms = [];
    for (const { trace } of this.readers) norms.push(yield* gradientSteps(trace, step, this.#reach));
    this.readers.forEach((reader, i) => (reader.norms = norms[i]));
    this.#show(step);
  }

  /** @param {number} step */
  #show(step) {
    const t = this.#t;
    const { characters } = this.#reading.trace;
    const count = this.readers[0].norms.length;
    this.shown = step;
    const lines = this.readers.map(({ compared: { label, colour, line }, norms }) => ({
      label,
      colour,
      line,
      middle: norms,
    }));
    const columns = lines.map(({ middle }) => middle);
    this.#of.textContent = t("gates.memory_of", {
      character: visible(characters[step]),
      next: visible(characters[step + 1]),
      place: step + 1,
    });
    const distances = Int32Array.from({ length: count }, (_, distance) => distance);
    this.#axis = logAxis(columns);
    showNorms(this.#chart, distances, lines, this.#axis);
    const scale = this.#colours(logAxis(columns, COLOURED));
    const read = characters.slice(step + 1 - count, step + 1);
    const passage = { read, more: read.length <= step, next: characters[step + 1] };
    for (const { text, norms } of this.readers) text.show(passage, norms, scale);
    this.point();
  }

  /**
   * One logarithmic scale for all models, so that equal colours are equal norms.
   * @param {import("./norms.js").LogAxis | null} axis
   */
  #colours(axis) {
    const { sequential } = readPalette(this.node);
    const stops = [sequential[0], sequential[sequential.length >> 1], sequential[sequential.length - 1]];
    const background = `linear-gradient(to right, ${stops.join(", ")})`;
    const end = (/** @type {number} */ place) => element("span", { class: "number" }, readable(10 ** place));
    this.#legend.replaceChildren();
    if (axis) {
      const bar = element("span", { class: "gates-bar", style: { background } });
      const note = element("span", { class: "note" }, this.#t("gates.memory_scale"));
      this.#legend.append(end(axis.low), bar, end(axis.high), note);
    }
    return {
      background(/** @type {number} */ norm) {
        const share = axis?.share(norm) ?? null;
        return share === null ? null : sequential[Math.round(share * (sequential.length - 1))];
      },
      written: (/** @type {number} */ norm) => normInWords(norm, this.#axis, this.#t),
    };
  }

  /** @param {number | null} distance */
  #hover(distance) {
    this.#reading.set({ hover: { time: distance === null ? null : this.shown - distance } });
  }

  /** Show the character that the pointer is at, in this panel or another. */
  point() {
    const { time } = this.#reading.hover;
    const back = time === null ? -1 : this.shown - time;
    const distance = back >= 0 && back < (this.readers[0]?.norms.length ?? 0) ? back : null;
    this.#chart.setReading(distance);
    for (const { text } of this.readers) text.point(distance);
  }

  /** After a change of theme. */
  repaint() {
    if (this.readers[0]?.norms.length && this.shown <= this.#reading.length - 2) this.#show(this.shown);
  }

  destroy() {
    this.#unsubscribe();
    this.#task.stop();
    this.#chart.destroy();
  }
}
