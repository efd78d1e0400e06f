/** One sequence large: its picture and what is said of it at every step, under one cursor, with sound and files. */
import { download, element } from "../../dom.js";
import { writeMidi } from "../../files/midi-write.js";
import { pitchName } from "../../runtime/sound/notes.js";
import { encodeWav } from "../../files/wav.js";
import { readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { outputMeaning, shownOutput } from "../../runtime/planar/outputs.js";
import { colourOf } from "../../charts/sequence.js";
import { createPlayback } from "../../parts/playback.js";
import { createRoll } from "../../charts/roll.js";
import { PLAYED } from "../../runtime/sequences/form.js";

const KINDS = Object.freeze(["fake", "real", "own"]);

/** @typedef {import("../../runtime/sequences/subjects.js").Subject} Subject */

export class Stage {
  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("../../runtime/sequences/subjects.js").Subjects} options.subjects
   * @param {(error: Error) => void} options.onError
   * @param {(step: number) => void} [options.onStep] told of the step under the cursor; not when there is none
   * @param {HTMLElement[]} [options.buttons] more of them, behind those for files
   */
  constructor({ model, t, subjects, onError, onStep = () => {}, buttons = [] }) {
    this.model = model;
    this.t = t;
    this.subjects = subjects;
    this.onError = onError;
    this.onStep = onStep;
    this.form = subjects.form;
    this.place = NaN;
    this.subject = null;
    this.judged = null;
    const { loss } = model.config.training;
    this.meaning = outputMeaning(loss);
    this.playback = createPlayback({
      t,
      sound: () => this.sound(),
      onMove: (seconds) => this.move(this.form.place(seconds)),
      onError,
    });
    this.title = element("h2", {});
    this.said = element("p", { class: "note sequence-said" });
    this.verdict = element("p", { class: "sequence-verdict" });
    this.body = element("div", { class: "sequence-charts" });
    this.node = element(
      "section",
      { class: "sequence-stage" },
      element("div", { class: "sequence-head" }, this.title, this.playback.button, ...this.files(), ...buttons),
      this.said,
      this.body,
      this.verdict,
    );
    this.build();
  }

  files() {
    const { t } = this;
    const button = (/** @type {string} */ id, /** @type {string} */ words, /** @type {() => [string, Blob]} */ make) =>
      element(
        "button",
        { class: "button", type: "button", "data-file": id, on: { click: () => this.save(make) } },
        words,
      );
    const wav = button("wav", t("sequences.wav"), () => this.wav());
    return this.form.kind === "notes"
      ? [wav, button("midi", t("sequences.midi"), () => this.midi())]
      : [wav, button("csv", t("sequences.csv"), () => this.csv())];
  }

  build() {
    const { t, form } = this;
    const seek = (/** @type {number} */ place) => this.move(place);
    if (form.kind === "notes") this.roll = createRoll(this.body, { t, pitches: form.pitches, onSeek: seek });
    else {
      this.curve = new Chart(this.body, {
        t,
        title: t("sequences.signal"),
        unit: form.unit,
        x: this.axis(),
        y: { range: [form.range.low, form.range.high] },
        caption: t("sequences.signal_sound", { seconds: readable((form.length - 1) / form.rate), played: PLAYED }),
        series: KINDS.map((kind) => ({ key: kind, label: t(`sequences.kind_${kind}`), colour: colourOf(kind) })),
      });
      this.curve.onSeek(seek);
    }
    if (this.subjects.judgeNetwork) this.perStep = this.judgement();
    else if (this.subjects.notes) this.perStep = this.surprises();
    this.perStep?.onSeek(seek);
  }

  /** D's output at every step. */
  judgement() {
    const { t, meaning } = this;
    const value = meaning.threshold === null ? null : shownOutput(meaning, meaning.threshold);
    return new Chart(this.body, {
      t,
      title: t("sequences.judged"),
      unit: t(meaning.kind === "probability" ? "sequences.judged_probability" : "sequences.judged_output"),
      x: this.axis(),
      y: { range: meaning.range },
      floor: value === null ? undefined : { value, low: value, high: value, label: t("sequences.judged_threshold") },
      series: [{ key: "judged", label: t("sequences.judged_series"), colour: "--discriminator" }],
      caption: t("sequences.judged_caption"),
    });
  }

  /** Bits of every note. */
  surprises() {
    const { t } = this;
    return new Chart(this.body, {
      t,
      title: t("sequences.surprise"),
      unit: t("sequences.surprise_unit"),
      x: this.axis(),
      y: { range: [0, 6] },
      series: [{ key: "surprise", label: t("sequences.surprise_series"), colour: "--generator" }],
      caption: t("sequences.surprise_caption"),
    });
  }

  axis() {
    const { t, form } = this;
    return form.kind === "notes"
      ? { label: t("sequences.at_quarter") }
      : {
          label: t("sequences.at_time"),
          words: (/** @type {number} */ milliseconds) => `${readable(milliseconds / 1000)} s`,
        };
  }

  /**
   * @param {Subject} subject
   * @param {string} title
   * @param {string} [said] what there is to know about it
   */
  show(subject, title, said = "") {
    const sounding = this.playback.playing;
    this.subject = subject;
    this.judged = this.subjects.judge(subject);
    this.title.textContent = title;
    this.said.textContent = said;
    if (this.roll) this.roll.show(subject);
    else this.curve.setRows(this.times(), { [subject.kind]: subject.values });
    this.showSteps();
    this.showVerdict();
    const silent = subject.notes !== null && !subject.notes.some(({ pitch }) => pitch !== null);
    this.playback.button.disabled = silent;
    for (const button of this.node.querySelectorAll("[data-file]")) button.disabled = silent;
    if (sounding) silent ? this.playback.stop() : this.playback.play(new Event("follow"));
    else this.move(NaN);
  }

  showSteps() {
    const { subject, judged, perStep, meaning } = this;
    if (!perStep) return undefined;
    const values = judged
      ? Float64Array.from(judged.outputs, (output) => shownOutput(meaning, output))
      : (subject.surprise ?? []);
    const key = judged ? "judged" : "surprise";
    if (subject.values) return perStep.setRows(this.times(), { [key]: values });
    const starts = this.starts();
    // A row at the end without a value, so that the axis reaches as far as the roll's. After the melody D read ends, which have no place.
    return perStep.setRows(starts, { [key]: [...Array.from(values).slice(0, starts.length - 1), NaN] });
  }

  /** Of a signal's samples, in milliseconds. */
  times() {
    return Array.from(this.subject.values, (_, i) => (1000 * i) / this.form.rate);
  }

  /** Where notes start, and the end, in quarter notes. */
  starts() {
    let total = 0;
    return [...this.subject.notes.map(({ quarters }) => (total += quarters) - quarters), total];
  }

  showVerdict() {
    const { t, judged, meaning, subject } = this;
    if (judged) {
      const output = readable(shownOutput(meaning, judged.mean));
      const key =
        meaning.threshold === null
          ? "sequences.verdict_score"
          : judged.mean > meaning.threshold
            ? "sequences.verdict_real"
            : "sequences.verdict_fake";
      this.verdict.textContent = t(key, { output });
    } else if (subject.surprise?.length) {
      const bits = subject.surprise.reduce((sum, each) => sum + each, 0) / subject.surprise.length;
      this.verdict.textContent = t("sequences.verdict_bits", { bits: bits.toFixed(2), count: subject.surprise.length });
    } else this.verdict.textContent = subject.notes?.length === 0 ? t("sequences.empty") : "";
  }

  /** Steps that have a place: samples, or notes before the end. */
  get steps() {
    return (this.subject.values ?? this.subject.notes).length;
  }

  /** Where each step begins as a share of the whole width, and the end: steps + 1 numbers from 0 to 1. @returns {number[]} */
  edges() {
    if (this.subject.values) return Array.from({ length: this.steps + 1 }, (_, i) => i / this.steps);
    const starts = this.starts();
    return starts.map((start) => start / starts[starts.length - 1]);
  }

  /** The step at a place, −1 for none. */
  stepAt(/** @type {number} */ place) {
    if (!(place >= 0)) return -1;
    if (this.subject.values) return Math.min(this.steps - 1, Math.round((place * this.form.rate) / 1000));
    const step = this.starts().findLastIndex((start) => start <= place);
    return step < this.steps ? step : -1;
  }

  /** Put the cursor at a step. @param {number} step */
  goTo(step) {
    this.move(this.subject.values ? (1000 * step) / this.form.rate : this.starts()[step]);
  }

  /** Put the cursor. @param {number} place milliseconds or quarter notes, NaN for none */
  move(place) {
    this.place = place;
    this.curve?.setCursor(place);
    this.perStep?.setCursor(place);
    this.roll?.setCursor(place, this.noteAt(place));
    const step = this.stepAt(place);
    if (step >= 0) this.onStep(step);
  }

  noteAt(/** @type {number} */ place) {
    const index = this.stepAt(place);
    if (index < 0) return "";
    const { pitch, quarters } = this.subject.notes[index];
    return this.t("sequences.note", {
      number: index + 1,
      name: pitch === null ? this.t("sequences.rest") : pitchName(pitch),
      quarters: readable(quarters),
    });
  }

  sound() {
    try {
      return this.subjects.sound(this.subject);
    } catch (error) {
      this.onError(/** @type {Error} */ (error));
      return null;
    }
  }

  save(/** @type {() => [string, Blob]} */ make) {
    try {
      download(...make());
    } catch (error) {
      this.onError(/** @type {Error} */ (error));
    }
  }

  name(/** @type {string} */ ending) {
    return `${this.model.name}-${this.title.textContent.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase()}.${ending}`;
  }

  wav() {
    const { samples, rate } = this.subjects.sound(this.subject);
    return [this.name("wav"), new Blob([encodeWav(samples, rate)], { type: "audio/wav" })];
  }

  midi() {
    const content = writeMidi(this.subject.notes, {
      tempo: this.form.tempo,
      title: `${this.model.name}, ${this.title.textContent}`,
    });
    return [this.name("mid"), new Blob([content], { type: "audio/midi" })];
  }

  csv() {
    const { values } = this.subject;
    const head = this.form.unit ? `seconds,${this.form.unit}` : "seconds,value";
    const rows = Array.from(values, (value, i) => `${i / this.form.rate},${value}`);
    return [this.name("csv"), new Blob([[head, ...rows, ""].join("\n")], { type: "text/csv" })];
  }

  redraw() {
    this.curve?.redraw();
    this.perStep?.redraw();
    this.roll?.redraw();
  }

  destroy() {
    this.playback.destroy();
    this.curve?.destroy();
    this.perStep?.destroy();
    this.roll?.destroy();
  }
}
