/** The rows and measures of a run as curves; each says what to look at and what would be a wrong reading. */

import { element } from "../../dom.js";
import { grouped } from "../axis.js";
import { createCurves } from "../curves.js";
import { evidenceCurves, evidenceOf } from "./evidence.js";

/** Columns that belong on one pair of axes. `colour` is a variable of style.css. */
const GROUPS = Object.freeze([
  {
    name: "losses",
    series: [
      { key: "discriminator_loss", label: "training.discriminator", colour: "--discriminator" },
      { key: "generator_loss", label: "training.generator", colour: "--generator" },
    ],
  },
  {
    name: "outputs",
    series: [
      { key: "real_output", label: "training.histogram_real", colour: "--real" },
      { key: "fake_output", label: "training.histogram_fake", colour: "--fake" },
    ],
  },
  {
    name: "gradients",
    log: false,
    series: [
      { key: "discriminator_gradient", label: "training.discriminator", colour: "--discriminator" },
      { key: "generator_gradient", label: "training.generator", colour: "--generator" },
    ],
  },
  { name: "accuracy", range: [0, 1], series: [{ key: "accuracy", label: "training.discriminator", colour: "--discriminator" }] },
  { name: "training_bits", unit: "bits", series: [{ key: "bits_per_character", label: "training.text_batches", colour: "--accent" }] },
  { name: "gradient", log: true, series: [{ key: "gradient_norm", label: "training.text_gradient", colour: "--gradient" }] },
  { name: "learning_rate", series: [{ key: "learning_rate", label: "training.chart_learning_rate", colour: "--accent" }] },
  { name: "loss", unit: "nats", series: [{ key: "loss", label: "training.chart_loss", colour: "--accent" }] },
  { name: "reconstruction", unit: "nats", series: [{ key: "reconstruction", label: "training.chart_reconstruction", colour: "--decoder" }] },
  { name: "kl", unit: "nats", series: [{ key: "kl", label: "training.chart_kl", colour: "--z" }] },
]);
/** Measures that the page has words for; another keeps the name that the file gives it. */
const MEASURES = Object.freeze({
  bits_per_character: {},
  elbo: {},
  frechet: { log: true }, // it falls by orders of magnitude
  precision: { range: [0, 1] },
  recall: { range: [0, 1] },
  density: { range: [0, 1] },
  coverage: { range: [0, 1] },
  classes: {},
});
/** What was measured, and the words and the colour for it. */
const SUBJECTS = Object.freeze({
  samples: { measured: "training.measured_on", label: "training.generator", colour: "--generator" },
  images: { measured: "training.measured_on_images", label: "training.images_held_out", colour: "--accent" },
  text: { measured: "training.measured_on_characters", label: "training.text_held_out", colour: "--accent" },
});
/** Units that the page has words for. */
const UNITS = new Map([["bits per character", "bits"], ["nats", "nats"]]);

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/timeline.js").Timeline} options.timeline
 * @param {object} [options.settings] of the training
 * @param {(step: number) => void} options.onSeek
 */
export function createCharts({ t, timeline, settings, onSeek }) {
  const evidence = evidenceOf(timeline);
  const twofold = evidence.map(({ name }) => name);
  const known = GROUPS.filter(({ series }) => series.every(({ key }) => timeline.history.columns.includes(key) && !twofold.includes(key)));
  const rows = known.map((group) => createRowChart({ t, group, caption: groupCaption(group.name, settings, t), onSeek }));
  // What was logged with every row need not be drawn again at the moments.
  const logged = known.flatMap(({ series }) => series.map(({ key }) => key)).filter((key) => key !== "bits_per_character");
  const single = [...timeline.measures.keys()].filter((name) => !twofold.includes(name) && !logged.includes(name));
  const measures = [
    ...evidence.map((quantity) => createEvidence({ t, quantity, timeline, onSeek })),
    ...single.map((name) => createMeasure({ t, name, timeline, onSeek })),
  ];
  const charts = [...measures, ...rows];
  return {
    charts,
    node: element("div", { class: "training-charts" }, ...charts.map(({ node }) => node)),

    /** @param {number} step of the clock */
    show(step) {
      charts.forEach((chart) => chart.show(step));
    },

    /** Draw what the timeline holds now. */
    update() {
      const { columns, rows: logged } = timeline.history;
      const steps = logged.map((row) => row[0]);
      rows.forEach((chart) => chart.update(steps, (key) => logged.map((row) => row[columns.indexOf(key)] ?? NaN)));
      measures.forEach((chart) => chart.update());
    },

    redraw() {
      charts.forEach(({ curves }) => curves.redraw());
    },

    destroy() {
      charts.forEach(({ curves }) => curves.destroy());
    },
  };
}

/** A VAE's loss weighs the KL, maybe not from the start. */
function groupCaption(name, settings, t) {
  const { beta, warm_up: warmUp } = settings ?? {};
  if (name !== "loss" || !Number.isFinite(beta)) return t(`training.note_${name}`);
  return t(warmUp > 0 ? "training.note_loss_warm_up" : "training.note_loss_beta", { beta, share: Math.round(100 * warmUp) });
}

function createRowChart({ t, group, caption, onSeek }) {
  const series = group.series.map(({ key, label, colour }) => ({ key, label: t(label), colour }));
  const node = element("div", { class: "training-chart" });
  const curves = createCurves(node, {
    t,
    title: t(`training.chart_${group.name}`),
    series,
    unit: group.unit ? t(`training.unit_${group.unit}`) : "",
    xLabel: t("training.step"),
    log: group.log,
    range: group.range,
    caption,
  });
  curves.onSeek(onSeek);
  return {
    node,
    curves,
    show: (step) => curves.setCursor(step),
    update: (steps, column) => curves.setRows(steps, Object.fromEntries(series.map(({ key }) => [key, column(key)]))),
  };
}

/** Held-out images and training batches on one pair of axes. */
function createEvidence({ t, quantity, timeline, onSeek }) {
  const { name, colour } = quantity;
  const { count } = timeline.measures.get(name);
  const node = element("div", { class: "training-chart" });
  const curves = createCurves(node, {
    t,
    title: t(`training.evidence_${name}`),
    series: [
      { key: "held_out", label: t("training.images_held_out"), colour },
      { key: "training", label: t("training.batches"), colour, line: "dashed" },
    ],
    unit: t("training.unit_nats"),
    xLabel: t("training.step"),
    caption: [t("training.measured_on_images", { count: grouped(count) }), t(`training.note_evidence_${name}`)].join(" "),
  });
  curves.onSeek(onSeek);
  return {
    node,
    curves,
    show: (step) => curves.setCursor(step),
    update: () => curves.setRows(timeline.steps, evidenceCurves(timeline, quantity)),
  };
}

function createMeasure({ t, name, timeline, onSeek }) {
  const { unit, count, floor, features } = timeline.measures.get(name);
  const known = Object.hasOwn(MEASURES, name);
  const judged = features !== undefined;
  const { measured, label, colour } = judged ? SUBJECTS.samples : unit === "nats" ? SUBJECTS.images : SUBJECTS.text;
  const caption = [t(measured, { count: grouped(count), features }), ...(known ? [t(`training.note_${name}`)] : [])];
  const node = element("div", { class: "training-chart" });
  const curves = createCurves(node, {
    t,
    title: known ? t(`training.measure_${name}`) : name,
    series: [{ key: name, label: t(label), colour }],
    unit: UNITS.has(unit) ? t(`training.unit_${UNITS.get(unit)}`) : unit,
    xLabel: t("training.step"),
    ...MEASURES[name],
    floor: floor && { ...floor, label: t(judged ? "training.floor" : "training.floor_text") },
    caption: caption.join(" "),
  });
  curves.onSeek(onSeek);
  return {
    node,
    curves,
    show: (step) => curves.setCursor(step),
    update: () => curves.setRows(timeline.steps, { [name]: timeline.measures.get(name).values }),
  };
}
