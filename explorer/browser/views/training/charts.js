/** The rows and measures of a run as curves; each says what to look at and what would be a wrong reading. */

import { element } from "../../dom.js";
import { metricName, unitName } from "../../measures.js";
import { grouped, readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { QUANTITIES, evidenceOf } from "./evidence.js";

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
      { key: "real_output", label: "sequences.kind_real", colour: "--real" },
      { key: "fake_output", label: "sequences.kind_fake", colour: "--fake" },
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
  {
    name: "accuracy",
    range: [0, 1],
    series: [{ key: "accuracy", label: "training.discriminator", colour: "--discriminator" }],
  },
  {
    name: "training_bits",
    unit: "bits",
    series: [{ key: "bits_per_character", label: "training.text_batches", colour: "--accent" }],
  },
  {
    name: "gradient",
    log: true,
    series: [{ key: "gradient_norm", label: "training.text_gradient", colour: "--gradient" }],
  },
  {
    name: "learning_rate",
    series: [{ key: "learning_rate", label: "training.chart_learning_rate", colour: "--accent" }],
  },
  { name: "loss", unit: "nats", series: [{ key: "loss", label: "training.chart_loss", colour: "--accent" }] },
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
  sequences: {
    measured: "training.measured_on_sequences",
    label: "training.generator",
    colour: "--generator",
    floor: "training.floor_sequences",
  },
  notes: { measured: "training.measured_on_notes", label: "training.notes_held_out", colour: "--accent" },
});
/** Quantities of which two runs on the same data are shown on the same axis. */
const SHARED = Object.freeze(QUANTITIES.map(({ name }) => name));
const NATS_DIGITS = 5; // of hundreds and thousands of nats, where single ones tell
/** Units that the page has words for. */
const UNITS = new Map([
  ["bits per character", "bits"],
  ["nats", "nats"],
]);

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/timeline.js").Timeline} options.timeline
 * @param {object} [options.settings] of the training
 * @param {(step: number) => void} options.onSeek
 */
export function createCharts({ t, timeline, settings, onSeek }) {
  const evidence = evidenceOf(timeline).map((each) =>
    createEvidence({ t, evidence: each, binarised: settings?.binarise === true, onSeek }),
  );
  const known = GROUPS.filter(({ series }) => series.every(({ key }) => timeline.history.columns.includes(key)));
  const rows = known.map((group) =>
    createRowChart({ t, group, timeline, caption: groupCaption(group.name, settings, t), onSeek }),
  );
  // What is drawn already need not be drawn again at the moments.
  const logged = known
    .flatMap(({ series }) => series.map(({ key }) => key))
    .filter((key) => key !== "bits_per_character");
  const drawn = [...logged, ...evidence.map(({ name }) => name)];
  const measures = [...timeline.measures.keys()]
    .filter((name) => !drawn.includes(name))
    .map((name) => createMeasure({ t, name, timeline, onSeek }));
  const charts = [...evidence, ...measures, ...rows];
  return {
    charts,
    node: element("div", { class: "training-charts" }, ...charts.map(({ node }) => node)),

    /** @param {number} step of the clock */
    show(step) {
      charts.forEach((chart) => chart.show(step));
    },

    /** Draw what the timeline holds now. */
    update() {
      charts.forEach((chart) => chart.update());
    },

    /** The values of the curves that may share an axis with another run's. @returns {Map<string, [number, number]>} by quantity */
    ranges() {
      const shared = charts.filter(({ name }) => SHARED.includes(name));
      return new Map(shared.map(({ name, values }) => [name, bounds(values())]));
    },

    /** Values that the axes hold from the next update on. @param {Map<string, [number, number]>} ranges by quantity; none for its own */
    setRanges(ranges) {
      charts
        .filter(({ name }) => SHARED.includes(name))
        .forEach(({ name, curves }) => curves.setRange(ranges.get(name) ?? null));
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
  return t(warmUp > 0 ? "training.note_loss_warm_up" : "training.note_loss_beta", {
    beta,
    share: Math.round(100 * warmUp),
  });
}

function createRowChart({ t, group, timeline, caption, onSeek }) {
  const series = group.series.map(({ key, label, colour }) => ({ key, label: t(label), colour }));
  const node = element("div", { class: "training-chart" });
  const curves = new Chart(node, {
    t,
    title: t(`training.chart_${group.name}`),
    series,
    unit: group.unit
      ? t(
          timeline.subject === "notes" && group.unit === "nats"
            ? "training.unit_nats_note"
            : `training.unit_${group.unit}`,
        )
      : "",
    x: { label: t("training.step") },
    y: { log: group.log, range: group.range, ...(group.unit === "nats" && { words: natsWords }) },
    caption,
  });
  curves.onSeek(onSeek);
  const column = (key) => timeline.history.rows.map((row) => row[timeline.history.columns.indexOf(key)] ?? NaN);
  return {
    name: group.name,
    node,
    curves,
    show: (step) => curves.setCursor(step),
    values: () => series.map(({ key }) => column(key)),
    update: () =>
      curves.setRows(
        timeline.history.rows.map((row) => row[0]),
        Object.fromEntries(series.map(({ key }) => [key, column(key)])),
      ),
  };
}

/** Held-out images and training batches on one pair of axes. */
function createEvidence({ t, evidence: { quantity, count, curves: read }, binarised, onSeek }) {
  const { name, colour } = quantity;
  const held = count === null ? [] : [{ key: "held_out", label: t("training.images_held_out"), colour }];
  const images = binarised ? "training.measured_on_binarised" : "training.measured_on_images";
  const measured = count === null ? t("training.measured_on_batches") : t(images, { count: grouped(count) });
  const node = element("div", { class: "training-chart" });
  const curves = new Chart(node, {
    t,
    title: t(`training.evidence_${name}`),
    series: [...held, { key: "training", label: t("training.batches"), colour, line: "dashed" }],
    unit: t("training.unit_nats"),
    x: { label: t("training.step") },
    y: { words: natsWords },
    caption: [measured, t(`training.note_evidence_${name}`)].join(" "),
  });
  curves.onSeek(onSeek);
  return {
    name,
    node,
    curves,
    show: (step) => curves.setCursor(step),
    values: () => Object.values(read().columns),
    update: () => {
      const { steps, columns } = read();
      curves.setRows(steps, columns);
    },
  };
}

/** The least and the greatest of all finite numbers; infinite where there are none. @param {ArrayLike<number>[]} columns @returns {[number, number]} */
function bounds(columns) {
  const finite = columns.flatMap((column) => Array.from(column)).filter(Number.isFinite);
  return [
    finite.reduce((least, value) => Math.min(least, value), Infinity),
    finite.reduce((most, value) => Math.max(most, value), -Infinity),
  ];
}

function natsWords(value) {
  return readable(value, NATS_DIGITS);
}

function createMeasure({ t, name, timeline, onSeek }) {
  const { unit, count, floor, features } = timeline.measures.get(name);
  const known = Object.hasOwn(MEASURES, name);
  const judged = features !== undefined;
  const subject = timeline.subject ?? (judged ? "samples" : unit === "nats" ? "images" : "text");
  const {
    measured,
    label,
    colour,
    floor: floorLabel = judged ? "training.floor" : "training.floor_text",
  } = SUBJECTS[subject];
  const caption = [t(measured, { count: grouped(count), features }), ...(known ? [t(`training.note_${name}`)] : [])];
  const node = element("div", { class: "training-chart" });
  const curves = new Chart(node, {
    t,
    title: known ? t(`training.measure_${name}`) : metricName(name, t),
    series: [{ key: name, label: t(label), colour }],
    unit: UNITS.has(unit) ? t(`training.unit_${UNITS.get(unit)}`) : unitName(unit, t),
    x: { label: t("training.step") },
    y: MEASURES[name],
    floor: floor && { ...floor, label: t(floorLabel) },
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
