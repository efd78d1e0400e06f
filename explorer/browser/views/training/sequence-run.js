/**
 * One run of a sequence model: what it made of the same seeds at a moment, one of them large and to be heard, D along
 * it, and the curves.
 */

import { grouped, readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { createRoll } from "../../charts/roll.js";
import { element } from "../../dom.js";
import { Playback } from "../../parts/playback.js";
import { createTiles } from "../../parts/tiles.js";
import { outputMeaning, shownOutput } from "../../runtime/planar/outputs.js";
import { RATE } from "../../runtime/sound/synthesis.js";
import { createCharts } from "./charts.js";
import { momentAt } from "./clock.js";
import { createHistogram } from "./histogram.js";

/** @typedef {import("../../runtime/sequences/form.js").Drawn} Drawn */

export class SequenceRun {
  /** @type {HTMLElement} */
  node;
  model;
  timeline;
  charts;
  #t;
  #pick = 0;
  #moment = -1;
  /** What is large. @type {Drawn | null} */
  #shown = null;
  #meaning;
  #histogram;
  #tiles;
  #playback;
  #where = element("p", { class: "number training-place" });
  #title = element("h3", {});
  #body = element("div", { class: "sequence-charts" });
  #roll;
  #curve;
  #judged;

  /**
   * @param {object} options
   * @param {import("./run.js").Model} options.model
   * @param {import("../../runtime/sequences/timeline.js").SequenceTimeline} options.timeline
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(sheet: string, index: number) => void} options.onPick a sequence was chosen
   * @param {(step: number) => void} options.onSeek
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ model, timeline, t, onPick, onSeek, onError }) {
    const { form, histograms } = timeline;
    this.model = model;
    this.timeline = timeline;
    this.#t = t;
    this.#meaning = outputMeaning(model.config.training?.loss ?? "");
    this.charts = createCharts({ t, timeline, onSeek });
    this.#histogram = histograms && createHistogram({ t, histograms });
    this.#tiles = createTiles({
      label: t("sequences.sheet"),
      count: timeline.count,
      form,
      onPick: (index) => onPick("samples", index),
    });
    this.#playback = new Playback({
      t,
      sound: () => this.#shown && { samples: form.sound(this.#shown), rate: RATE },
      onMove: (seconds) => this.#move(form.place(seconds)),
      onError,
    });
    const seek = (/** @type {number} */ place) => this.#move(place);
    this.#roll = form.kind === "notes" ? createRoll(this.#body, { t, pitches: form.pitches, onSeek: seek }) : null;
    this.#curve = form.kind === "signal" ? this.#createCurve(form) : null;
    this.#judged = timeline.judged ? this.#createJudgement() : null;
    for (const chart of [this.#curve, this.#judged]) chart?.onSeek(seek);
    this.node = this.#build();
  }

  /** The place on the clock changed. @param {number} step */
  show(step) {
    const t = this.#t;
    const { steps } = this.timeline;
    const moment = momentAt(steps, step);
    const last = steps[steps.length - 1];
    this.charts.show(Math.min(step, last));
    this.node.classList.toggle("absent", moment < 0);
    const words = { step: grouped(steps[Math.max(moment, 0)]) };
    if (moment < 0) this.#where.textContent = t("training.not_begun", words);
    else this.#where.textContent = t(step > last ? "training.ended" : "training.shown_step", words);
    if (moment === this.#moment) return;
    this.#moment = moment;
    this.#draw();
  }

  /** @param {string} _sheet the only one @param {number | null} pick */
  follow(_sheet, pick) {
    this.#pick = pick !== null && pick < this.timeline.count ? pick : 0;
    this.#draw();
  }

  destroy() {
    const drawings = [this.#tiles, this.#curve, this.#roll, this.#judged, this.#histogram, this.charts];
    for (const part of [this.#playback, ...drawings]) part?.destroy();
    this.node.remove();
  }

  #build() {
    const t = this.#t;
    const { temperature } = this.timeline;
    const head = element("div", { class: "sequence-head" }, this.#title, this.#playback.button);
    const drawn = temperature === null ? t("training.sequences_note") : t("training.melodies_note", { temperature });
    const left = element(
      "div",
      { class: "training-left" },
      element("h2", {}, this.model.config.title[t.language]),
      this.#where,
      this.#tiles.node,
      element("p", { class: "note" }, drawn),
      element("section", { class: "sequence-stage" }, head, this.#body),
    );
    if (this.#histogram) left.append(this.#histogram.node);
    const right = element("div", { class: "training-right" }, this.charts.node);
    return element("section", { class: "training-run" }, left, right);
  }

  /** @param {import("../../runtime/sequences/form.js").SignalForm} form */
  #createCurve({ unit, range }) {
    const t = this.#t;
    return new Chart(this.#body, {
      t,
      title: t("sequences.signal"),
      unit,
      x: this.#axis(),
      y: { range: [range.low, range.high] },
      series: [{ key: "fake", label: t("sequences.kind_fake"), colour: "--fake" }],
    });
  }

  /** D along this sequence, and along real ones. */
  #createJudgement() {
    const t = this.#t;
    const { kind, range } = this.#meaning;
    return new Chart(this.#body, {
      t,
      title: t("sequences.judged"),
      unit: t(kind === "probability" ? "sequences.judged_probability" : "sequences.judged_output"),
      x: this.#axis(),
      y: { range },
      series: [
        { key: "fake", label: t("training.judged_fake"), colour: "--fake" },
        { key: "real", label: t("training.judged_real"), colour: "--real" },
      ],
      caption: t("training.judged_note"),
    });
  }

  /** Of a melody, D's output stands step by step: held-out melodies have other lengths of notes. */
  #axis() {
    const t = this.#t;
    return this.timeline.form.kind === "notes"
      ? { label: t("sequences.step"), words: (/** @type {number} */ step) => String(step + 1) }
      : {
          label: t("sequences.at_time"),
          words: (/** @type {number} */ milliseconds) => `${readable(milliseconds / 1000)} s`,
        };
  }

  /** Where the steps are on that axis. @returns {number[]} */
  #times() {
    const { form } = this.timeline;
    return Array.from({ length: form.length }, (_, i) => (form.kind === "notes" ? i : (1000 * i) / form.rate));
  }

  #draw() {
    const moment = this.#moment;
    const { labels, count, sequence } = this.timeline;
    if (moment < 0) return;
    const names = this.model.config.condition?.labels[this.#t.language];
    /** @type {Drawn[]} */
    const shown = Array.from({ length: count }, (_, i) => ({ kind: "fake", ...sequence(moment, i) }));
    this.#tiles.show(
      shown,
      shown.map((_, i) => (labels && names ? names[labels[i]] : String(i))),
    );
    this.#tiles.mark(this.#pick);
    this.#histogram?.show(moment);
    this.#enlarge(shown[this.#pick]);
  }

  /** @param {Drawn} subject */
  #enlarge(subject) {
    const { judged } = this.timeline;
    const { button, playing } = this.#playback;
    const outputs = (/** @type {Float32Array} */ raw) =>
      Float64Array.from(raw, (output) => shownOutput(this.#meaning, output));
    this.#shown = subject;
    this.#title.textContent = this.#t("sequences.of_seed", { seed: this.#pick });
    this.#roll?.show(subject);
    this.#curve?.setRows(this.#times(), { fake: subject.values ?? [] });
    if (judged)
      this.#judged?.setRows(this.#times(), {
        fake: outputs(judged.fake(this.#moment, this.#pick)),
        real: outputs(judged.real(this.#moment)),
      });
    const silent = subject.notes !== null && !subject.notes.some(({ pitch }) => pitch !== null);
    button.disabled = silent;
    button.title = silent ? this.#t("sound.nothing") : "";
    if (!playing) this.#move(NaN);
  }

  /** Put the cursor. @param {number} place milliseconds or quarter notes, NaN for none */
  #move(place) {
    this.#curve?.setCursor(place);
    this.#roll?.setCursor(place, "");
    if (!this.#roll) this.#judged?.setCursor(place);
  }
}
