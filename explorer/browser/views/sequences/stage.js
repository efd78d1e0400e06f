/** One sequence large: its picture and what is said of it at every step, under one cursor, with sound and files. */

import { readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { createRoll } from "../../charts/roll.js";
import { colourOf } from "../../charts/sequence.js";
import { element } from "../../dom.js";
import { Playback } from "../../parts/playback.js";
import { outputMeaning, shownOutput } from "../../runtime/planar/outputs.js";
import { PLAYED } from "../../runtime/sequences/form.js";
import { pitchName } from "../../runtime/sound/notes.js";
import { courseOf } from "./course.js";
import { createDownloads } from "./downloads.js";

const KINDS = Object.freeze(/** @type {const} */ (["fake", "real", "own"]));

/**
 * @typedef {import("../../runtime/sequences/subjects.js").Subject} Subject
 *
 * @typedef {object} Shown
 * @property {Subject} subject
 * @property {import("../../runtime/sequences/generator.js").Judged | null} judged
 * @property {import("./course.js").Course} course
 *
 * @typedef {object} Options
 * @property {import("../../runtime/model.js").Model} model
 * @property {import("../../i18n.js").Translator} t
 * @property {import("../../runtime/sequences/subjects.js").Subjects} subjects
 * @property {(error: unknown) => void} onError
 * @property {(step: number) => void} [onStep] told of the step under the cursor; not when there is none
 * @property {HTMLElement[]} [buttons] more of them, behind those for files
 */

export class Stage {
  /** @type {HTMLElement} */
  node;
  playback;
  /** @type {Shown | null} */
  #shown = null;
  #t;
  #subjects;
  #onStep;
  #meaning;
  #downloads;
  #title = element("h2", {});
  #said = element("p", { class: "note sequence-said" });
  #verdict = element("p", { class: "sequence-verdict" });
  #body = element("div", { class: "sequence-charts" });
  #roll;
  #curve;
  /** What is said at every step. @type {{key: "judged" | "surprise", chart: Chart} | null} */
  #steps;

  /** @param {Options} options */
  constructor({ model, t, subjects, onError, onStep = () => {}, buttons = [] }) {
    this.#t = t;
    this.#subjects = subjects;
    this.#onStep = onStep;
    this.#meaning = outputMeaning(model.config.training.loss);
    this.#downloads = createDownloads({ t, name: model.name, subjects, onError });
    const { form } = subjects;
    this.playback = new Playback({
      t,
      sound: () => this.#shown && subjects.sound(this.#shown.subject),
      onMove: (seconds) => this.#move(form.place(seconds)),
      onError,
    });
    const seek = (/** @type {number} */ place) => this.#move(place);
    this.#roll = form.kind === "notes" ? createRoll(this.#body, { t, pitches: form.pitches, onSeek: seek }) : null;
    this.#curve = form.kind === "signal" ? this.#createCurve(form) : null;
    this.#steps = this.#createSteps();
    for (const chart of [this.#curve, this.#steps?.chart]) chart?.onSeek(seek);
    const head = [this.#title, this.playback.button, ...this.#downloads.nodes, ...buttons];
    this.node = element(
      "section",
      { class: "sequence-stage" },
      element("div", { class: "sequence-head" }, ...head),
      this.#said,
      this.#body,
      this.#verdict,
    );
  }

  /** What D says of the one that is shown. */
  get judged() {
    return this.#shown?.judged ?? null;
  }

  /** Steps that have a place: samples, or notes before the end. */
  get steps() {
    return this.#shown?.course.steps ?? 0;
  }

  /** Where each step begins as a share of the whole width, and the end: steps + 1 numbers from 0 to 1. */
  get edges() {
    return this.#shown?.course.edges ?? [];
  }

  /**
   * @param {Subject} subject
   * @param {string} title
   * @param {string} [said] what there is to know about it
   */
  show(subject, title, said = "") {
    const sounding = this.playback.playing;
    this.#shown = {
      subject,
      judged: this.#subjects.judge(subject),
      course: courseOf(subject, this.#subjects.form),
    };
    this.#title.textContent = title;
    this.#said.textContent = said;
    this.#verdict.textContent = this.#judge(this.#shown);
    this.#roll?.show(subject);
    this.#curve?.setRows(this.#shown.course.places, { [subject.kind]: subject.values ?? [] });
    this.#showSteps(this.#shown);
    const silent = subject.notes !== null && !subject.notes.some(({ pitch }) => pitch !== null);
    this.playback.button.disabled = silent;
    this.#downloads.show(subject, title, silent);
    if (!sounding) this.#move(NaN);
    else if (silent) this.playback.stop();
    else this.playback.play(new Event("follow"));
  }

  /** Put the cursor at a step. @param {number} step */
  goTo(step) {
    this.#move(this.#shown?.course.places[step] ?? NaN);
  }

  destroy() {
    for (const part of [this.playback, this.#curve, this.#roll, this.#steps?.chart]) part?.destroy();
  }

  /** @param {import("../../runtime/sequences/form.js").SignalForm} form */
  #createCurve({ unit, range, length, rate }) {
    const t = this.#t;
    return new Chart(this.#body, {
      t,
      title: t("sequences.signal"),
      unit,
      x: this.#axis(),
      y: { range: [range.low, range.high] },
      caption: t("sequences.signal_sound", { seconds: readable((length - 1) / rate), played: PLAYED }),
      series: KINDS.map((kind) => ({ key: kind, label: t(`sequences.kind_${kind}`), colour: colourOf(kind) })),
    });
  }

  /** @returns {{key: "judged" | "surprise", chart: Chart} | null} null where a model says nothing step by step */
  #createSteps() {
    if (this.#subjects.judgeNetwork) return { key: "judged", chart: this.#createJudgement() };
    return this.#subjects.notes ? { key: "surprise", chart: this.#createSurprises() } : null;
  }

  /** D's output at every step. */
  #createJudgement() {
    const t = this.#t;
    const { kind, range, threshold } = this.#meaning;
    const value = threshold === null ? null : shownOutput(this.#meaning, threshold);
    return new Chart(this.#body, {
      t,
      title: t("sequences.judged"),
      unit: t(kind === "probability" ? "sequences.judged_probability" : "sequences.judged_output"),
      x: this.#axis(),
      y: { range },
      floor: value === null ? null : { value, low: value, high: value, label: t("sequences.judged_threshold") },
      series: [{ key: "judged", label: t("sequences.judged_series"), colour: "--discriminator" }],
      caption: t("sequences.judged_caption"),
    });
  }

  /** Bits of every note. */
  #createSurprises() {
    const t = this.#t;
    return new Chart(this.#body, {
      t,
      title: t("sequences.surprise"),
      unit: t("sequences.surprise_unit"),
      x: this.#axis(),
      y: { range: [0, 6] },
      series: [{ key: "surprise", label: t("sequences.surprise_series"), colour: "--generator" }],
      caption: t("sequences.surprise_caption"),
    });
  }

  #axis() {
    const t = this.#t;
    if (this.#subjects.form.kind === "notes") return { label: t("sequences.at_quarter") };
    const words = (/** @type {number} */ milliseconds) => `${readable(milliseconds / 1000)} s`;
    return { label: t("sequences.at_time"), words };
  }

  /** @param {Shown} shown */
  #showSteps({ subject, judged, course }) {
    const values = judged
      ? Array.from(judged.outputs, (output) => shownOutput(this.#meaning, output))
      : Array.from(subject.surprise ?? []);
    // A melody's row at the end has no value, so that the axis reaches as far as the roll's. After the melody D read
    // ends, which have no place.
    const rows = subject.values ? values : [...values.slice(0, course.steps), NaN];
    if (this.#steps) this.#steps.chart.setRows(course.places, { [this.#steps.key]: rows });
  }

  /** What is said of all of it. @param {Shown} shown */
  #judge({ subject, judged }) {
    const t = this.#t;
    const { threshold } = this.#meaning;
    const { surprise, notes } = subject;
    if (judged) {
      const output = readable(shownOutput(this.#meaning, judged.mean));
      if (threshold === null) return t("sequences.verdict_score", { output });
      return t(judged.mean > threshold ? "sequences.verdict_real" : "sequences.verdict_fake", { output });
    }
    if (surprise?.length) {
      const bits = surprise.reduce((sum, each) => sum + each, 0) / surprise.length;
      return t("sequences.verdict_bits", { bits: bits.toFixed(2), count: surprise.length });
    }
    return notes?.length === 0 ? t("sequences.empty") : "";
  }

  /** Put the cursor. @param {number} place milliseconds or quarter notes, NaN for none */
  #move(place) {
    const step = this.#shown?.course.stepAt(place) ?? -1;
    this.#curve?.setCursor(place);
    this.#steps?.chart.setCursor(place);
    this.#roll?.setCursor(place, this.#noteAt(step));
    if (step >= 0) this.#onStep(step);
  }

  /** @param {number} step −1 for none */
  #noteAt(step) {
    const t = this.#t;
    const note = this.#shown?.subject.notes?.[step];
    if (!note) return "";
    const name = note.pitch === null ? t("sequences.rest") : pitchName(note.pitch);
    return t("sequences.note", { number: step + 1, name, quarters: readable(note.quarters) });
  }
}
