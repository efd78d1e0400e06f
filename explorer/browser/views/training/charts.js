/** The rows and measures of a run as curves; each says what to look at and what would be a wrong reading. */

import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { measureEntry, measureTitle, measureReading, unitName } from "../../measures.js";
import { grouped, readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { isFiniteNumber } from "../../runtime/checks.js";
import { QUANTITIES, evidenceOf, loggedColumn, loggedSteps } from "./evidence.js";
import { GROUPS } from "./groups.js";

/**
 * @typedef {import("../../i18n.js").Translator} Translator
 * @typedef {import("../../runtime/timeline.js").Measure} Measure
 * @typedef {import("./groups.js").Group} Group
 *
 * @typedef {object} Recorded what is drawn of a timeline
 * @property {number[]} steps of the moments
 * @property {Map<string, Measure>} measures
 * @property {import("../../runtime/timeline.js").History} history
 * @property {"sequences" | "notes"} [subject] what measures were taken on, where that is not told by themselves
 *
 * @typedef {object} Drawing a chart of the training
 * @property {string} name of what it shows
 * @property {HTMLElement} node
 * @property {Chart} curves
 * @property {() => void} update draws what the timeline holds now
 *
 * @typedef {object} Subject what was measured: the words and the colour for it
 * @property {string} measured
 * @property {string} label
 * @property {string} colour
 * @property {string} [floor]
 */

/** @type {Readonly<Record<"samples" | "generated" | "images" | "text" | "sequences" | "notes", Subject>>} */
const SUBJECTS = Object.freeze({
  samples: { measured: "training.measured_on", label: "training.generator", colour: "--generator" },
  generated: { measured: "training.measured_on_generated", label: "training.generator", colour: "--generator" },
  images: { measured: "training.measured_on_images", label: "training.images_held_out", colour: "--accent" },
  text: { measured: "training.measured_on_characters", label: "training.text_held_out", colour: "--accent" },
  sequences: {
    measured: "training.measured_on_sequences",
    label: "training.generator",
    colour: "--generator",
    floor: "training.floor_sequences",
  },
  notes: { measured: "training.measured_on_notes", label: "training.notes_held_out", colour: "--accent" },
});
/** Quantities of which two runs on the same data are shown on the same axis. @type {readonly string[]} */
const SHARED = Object.freeze(QUANTITIES.map(({ name }) => name));
const NATS_DIGITS = 5; // of hundreds and thousands of nats, where single ones tell
/**
 * @param {object} options
 * @param {Translator} options.t
 * @param {Recorded} options.timeline
 * @param {Record<string, unknown>} [options.settings] of the training
 * @param {(step: number) => void} options.onSeek
 */
export function createCharts({ t, timeline, settings = {}, onSeek }) {
  const evidence = evidenceOf(timeline).map((each) =>
    createEvidence({ t, evidence: each, binarised: settings.binarise === true }),
  );
  const known = GROUPS.filter(({ series }) => series.every(({ key }) => timeline.history.columns.includes(key)));
  const rows = known.map((group) =>
    createRowChart({ t, group, timeline, caption: groupCaption(group.name, settings, t) }),
  );
  // What is drawn already need not be drawn again at the moments.
  const logged = known
    .flatMap(({ series }) => series.map(({ key }) => key))
    .filter((key) => key !== "bits_per_character");
  const drawn = [...logged, ...evidence.map(({ name }) => name)];
  const measures = [...timeline.measures]
    .filter(([name]) => !drawn.includes(name))
    .map(([name, measure]) => createMeasure({ t, name, measure, timeline }));
  /** @type {Drawing[]} */
  const charts = [...evidence, ...measures, ...rows];
  charts.forEach(({ curves }) => curves.onSeek(onSeek));
  const shared = charts.filter(({ name }) => SHARED.includes(name));
  return {
    charts,
    node: element("div", { class: "training-charts" }, ...charts.map(({ node }) => node)),

    /** @param {number} step of the clock */
    show(step) {
      charts.forEach(({ curves }) => curves.setCursor(step));
    },

    /** Draw what the timeline holds now. */
    update() {
      charts.forEach((chart) => chart.update());
    },

    /**
     * What can be read of the curves that may share an axis with another run's.
     * @returns {Map<string, [number, number]>} by quantity
     */
    ranges() {
      shared.forEach(({ update }) => update());
      return new Map(shared.flatMap(({ name, curves }) => (curves.readable ? [[name, curves.readable]] : [])));
    },

    /**
     * Values that the axes hold from the next update on.
     * @param {Map<string, [number, number]>} ranges by quantity; none for its own
     */
    setRanges(ranges) {
      shared.forEach(({ name, curves }) => curves.setRange(ranges.get(name) ?? null));
    },

    destroy() {
      charts.forEach(({ curves }) => curves.destroy());
    },
  };
}

/**
 * A VAE's loss weighs the KL, maybe not from the start.
 * @param {string} name of the group
 * @param {Record<string, unknown>} settings of the training
 * @param {Translator} t
 */
function groupCaption(name, { beta, warm_up: warmUp }, t) {
  if (name === "gradient") return measureReading("gradient_norm", t);
  if (name !== "loss" || !isFiniteNumber(beta)) return t(`training.note_${name}`);
  const share = isFiniteNumber(warmUp) ? warmUp : 0;
  return t(share > 0 ? "training.note_loss_warm_up" : "training.note_loss_beta", {
    beta,
    share: Math.round(100 * share),
  });
}

/**
 * @param {{t: Translator, group: Group, timeline: Recorded, caption: string}} options
 * @returns {Drawing}
 */
function createRowChart({ t, group, timeline, caption }) {
  const series = group.series.map((each) => ({ ...each, label: t(each.label) }));
  const node = element("div", { class: "training-chart" });
  const curves = new Chart(node, {
    t,
    title: group.measure ? measureTitle(group.measure, t) : t(`training.chart_${group.name}`),
    series,
    unit: groupUnit(group, timeline, t),
    x: { label: t("training.step") },
    y: { log: group.log, range: group.range, ...(group.unit === "nats" && { words: natsWords }) },
    caption,
  });
  const column = (/** @type {string} */ key) => loggedColumn(timeline.history, key);
  return {
    name: group.name,
    node,
    curves,
    update: () =>
      curves.setRows(loggedSteps(timeline.history), Object.fromEntries(series.map(({ key }) => [key, column(key)]))),
  };
}

/** @param {Group} group @param {Recorded} timeline @param {Translator} t */
function groupUnit({ unit }, { subject }, t) {
  if (unit === undefined) return "";
  if (unit === "bits") return t("unit.bits_per_character");
  return t(subject === "notes" ? "unit.nats_per_note" : "unit.nats_per_image");
}

/**
 * Held-out images and training batches on one pair of axes.
 * @param {{t: Translator, evidence: import("./evidence.js").Evidence, binarised: boolean}} options
 * @returns {Drawing}
 */
function createEvidence({ t, evidence: { quantity, count, curves: read }, binarised }) {
  const { name, colour } = quantity;
  const held = count === null ? [] : [{ key: "held_out", label: t("training.images_held_out"), colour }];
  const images = binarised ? "training.measured_on_binarised" : "training.measured_on_images";
  const measured = count === null ? t("training.measured_on_batches") : t(images, { count: grouped(count) });
  const node = element("div", { class: "training-chart" });
  const curves = new Chart(node, {
    t,
    title: measureTitle(name, t),
    series: [...held, { key: "training", label: t("training.batches"), colour, line: "dashed" }],
    unit: t("unit.nats_per_image"),
    x: { label: t("training.step") },
    y: { words: natsWords },
    caption: joined("sentences", [measured, measureReading(name, t), t("training.note_evidence")], t),
  });
  return {
    name,
    node,
    curves,
    update: () => {
      const { steps, columns } = read();
      curves.setRows(steps, columns);
    },
  };
}

/** @param {number} value */
function natsWords(value) {
  return readable(value, NATS_DIGITS);
}

/**
 * @param {{t: Translator, name: string, measure: Measure, timeline: Recorded}} options
 * @returns {Drawing}
 */
function createMeasure({ t, name, measure, timeline }) {
  const { unit, count, reference = count, floor, features = "" } = measure;
  const entry = measureEntry(name);
  const reading = measureReading(name, t);
  const subject = subjectOf(measure, timeline);
  const caption = [t(subject.measured, { count: grouped(count), reference: grouped(reference), features }), reading];
  const node = element("div", { class: "training-chart" });
  const curves = new Chart(node, {
    t,
    title: measureTitle(name, t),
    series: [{ key: name, label: t(subject.label), colour: subject.colour }],
    unit: unitName(unit, t),
    x: { label: t("training.step") },
    y: { range: entry?.range, log: entry?.log },
    floor: floor && { ...floor, label: t(subject.floor) },
    caption: joined("sentences", caption, t),
  });
  return {
    name,
    node,
    curves,
    update: () => curves.setRows(timeline.steps, { [name]: measure.values }),
  };
}

/** What a measure was taken on. @param {Measure} measure @param {Recorded} timeline @returns {Required<Subject>} */
function subjectOf({ features, reference, unit }, { subject }) {
  const judged = features !== undefined;
  const samples = reference === undefined ? "generated" : "samples";
  const kind = subject ?? (judged ? samples : unit === "nats" ? "images" : "text");
  return { floor: judged ? "training.floor" : "training.floor_text", ...SUBJECTS[kind] };
}
