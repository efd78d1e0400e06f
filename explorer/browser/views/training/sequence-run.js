/** One run of a sequence model: what it made of the same seeds at a moment, one of them large and to be heard, D along it, and the curves. */

import { element } from "../../dom.js";
import { RATE } from "../../runtime/sound/synthesis.js";
import { grouped, readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { outputMeaning, shownOutput } from "../../runtime/planar/outputs.js";
import { createPlayback } from "../../parts/playback.js";
import { createRoll } from "../../charts/roll.js";
import { createTiles } from "../../parts/tiles.js";
import { createCharts } from "./charts.js";
import { momentAt } from "./clock.js";
import { createHistogram } from "./histogram.js";

export class SequenceRun {
  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../runtime/sequences/timeline.js").SequenceTimeline} options.timeline
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(sheet: string, index: number) => void} options.onPick a sequence was chosen
   * @param {(step: number) => void} options.onSeek
   * @param {(error: Error) => void} options.onError
   */
  constructor({ model, timeline, t, onPick, onSeek, onError }) {
    this.model = model;
    this.timeline = timeline;
    this.t = t;
    this.pick = 0;
    this.moment = -1;
    this.form = timeline.form;
    const { loss } = model.config.training;
    this.meaning = outputMeaning(loss);
    this.charts = createCharts({ t, timeline, onSeek });
    this.histogram = timeline.histograms && createHistogram({ t, histograms: timeline.histograms });
    this.tiles = createTiles({
      label: t("sequences.sheet"),
      count: timeline.count,
      form: timeline.form,
      onPick: (index) => onPick("samples", index),
    });
    this.playback = createPlayback({
      t,
      sound: () => this.sound(),
      onMove: (seconds) => this.move(this.form.place(seconds)),
      onError,
    });
    this.build();
  }

  build() {
    const { t, form, timeline } = this;
    this.where = element("p", { class: "number training-place" });
    this.title = element("h3", {});
    this.body = element("div", { class: "sequence-charts" });
    if (form.kind === "notes")
      this.roll = createRoll(this.body, { t, pitches: form.pitches, onSeek: (place) => this.move(place) });
    else
      this.curve = new Chart(this.body, {
        t,
        title: t("sequences.signal"),
        unit: form.unit,
        x: this.axis(),
        y: { range: [form.range.low, form.range.high] },
        series: [{ key: "fake", label: t("sequences.kind_fake"), colour: "--fake" }],
      });
    if (timeline.judged) this.judged = this.createJudgement();
    for (const chart of [this.curve, this.judged]) chart?.onSeek((place) => this.move(place));
    const head = element("div", { class: "sequence-head" }, this.title, this.playback.button);
    const stage = element("section", { class: "sequence-stage" }, head, this.body);
    const drawn =
      timeline.temperature === null
        ? t("training.sequences_note")
        : t("training.melodies_note", { temperature: timeline.temperature });
    const left = element(
      "div",
      { class: "training-left" },
      element("h2", {}, this.model.config.title[t.language]),
      this.where,
      this.tiles.node,
      element("p", { class: "note" }, drawn),
      stage,
    );
    if (this.histogram) left.append(this.histogram.node);
    this.node = element(
      "section",
      { class: "training-run" },
      left,
      element("div", { class: "training-right" }, this.charts.node),
    );
  }

  axis() {
    const { t, form } = this;
    // Of a melody, D's output stands step by step: held-out melodies have other lengths of notes.
    return form.kind === "notes"
      ? { label: t("sequences.step"), words: (/** @type {number} */ step) => String(step + 1) }
      : {
          label: t("sequences.at_time"),
          words: (/** @type {number} */ milliseconds) => `${readable(milliseconds / 1000)} s`,
        };
  }

  /** D along this sequence, and along real ones. */
  createJudgement() {
    const { t, meaning } = this;
    return new Chart(this.body, {
      t,
      title: t("sequences.judged"),
      unit: t(meaning.kind === "probability" ? "sequences.judged_probability" : "sequences.judged_output"),
      x: this.axis(),
      y: { range: meaning.range },
      series: [
        { key: "fake", label: t("training.judged_fake"), colour: "--fake" },
        { key: "real", label: t("training.judged_real"), colour: "--real" },
      ],
      caption: t("training.judged_note"),
    });
  }

  /** The place on the clock changed. @param {number} step */
  show(step) {
    const { timeline, t } = this;
    const moment = momentAt(timeline.steps, step);
    const last = /** @type {number} */ (timeline.steps.at(-1));
    this.charts.show(Math.min(step, last));
    this.node.classList.toggle("absent", moment < 0);
    const words = { step: grouped(timeline.steps[Math.max(moment, 0)]) };
    if (moment < 0) this.where.textContent = t("training.not_begun", words);
    else this.where.textContent = t(step > last ? "training.ended" : "training.shown_step", words);
    if (moment === this.moment) return;
    this.moment = moment;
    this.draw();
  }

  /** @param {string} sheet @param {number | null} pick */
  follow(sheet, pick) {
    this.pick = pick !== null && pick < this.timeline.count ? pick : 0;
    this.draw();
  }

  /** @param {number} index @returns {import("../../runtime/sequences/form.js").Drawn} */
  subject(index) {
    return { kind: "fake", ...this.timeline.sequence(this.moment, index) };
  }

  draw() {
    const { timeline, form, moment, pick, meaning } = this;
    if (moment < 0) return;
    const { labels, count } = timeline;
    const names = this.model.config.condition?.labels[this.t.language];
    const shown = Array.from({ length: count }, (_, i) => this.subject(i));
    this.tiles.show(
      shown,
      shown.map((_, i) => (labels ? names[labels[i]] : String(i))),
    );
    this.tiles.mark(pick);
    const subject = (this.shown = shown[pick]);
    this.title.textContent = this.t("sequences.of_seed", { seed: pick });
    this.times = Array.from({ length: form.length }, (_, i) => (form.kind === "notes" ? i : (1000 * i) / form.rate));
    this.roll?.show(subject);
    this.curve?.setRows(this.times, { fake: subject.values });
    const read = (/** @type {Float32Array} */ outputs) =>
      Float64Array.from(outputs, (output) => shownOutput(meaning, output));
    this.judged?.setRows(this.times, {
      fake: read(timeline.judged.fake(moment, pick)),
      real: read(timeline.judged.real(moment)),
    });
    this.histogram?.show(moment);
    const silent = subject.notes !== null && !subject.notes.some(({ pitch }) => pitch !== null);
    this.playback.button.disabled = silent;
    this.playback.button.title = silent ? this.t("sound.nothing") : "";
    if (!this.playback.playing) this.move(NaN);
  }

  sound() {
    return { samples: this.form.sound(this.shown), rate: RATE };
  }

  move(/** @type {number} */ place) {
    this.curve?.setCursor(place);
    this.roll?.setCursor(place, "");
    if (!this.roll) this.judged?.setCursor(place);
  }

  redraw() {
    for (const part of [this.tiles, this.curve, this.roll, this.judged, this.charts]) part?.redraw();
  }

  destroy() {
    for (const part of [this.playback, this.tiles, this.curve, this.roll, this.judged, this.charts]) part?.destroy();
    this.node.remove();
  }
}
