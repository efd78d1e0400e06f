/** About this model: what it is, how it was made, what it measures, and its charts. */

import { element } from "../dom.js";
import { joined } from "../i18n.js";
import { attributeName, measureName, sampleSizes, unitName } from "../measures.js";
import { readings } from "../parts/readings.js";
import { isRecord } from "../runtime/checks.js";
import { dataWords, familyWords, licenceWords, trainingWords } from "./card-words.js";
import { addCardCharts } from "./card-charts.js";

/** What stands beside a measure, by the end of its name: what real data get in the model's place, and chance. */
const [FLOOR, CHANCE] = ["_floor", "_chance"];

/** @typedef {import("../runtime/config.js").Config} Config */
/** @typedef {import("../runtime/config.js").Metric} Metric */
/** @typedef {import("../i18n.js").Translator} Translator */

/**
 * The facts stand at once; the charts follow when their files have been read.
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: Translator, familyTitle?: Record<string, string>}} options
 *   `familyTitle` is what the family's models are called together, by language
 * @param {import("../parts/host.js").ViewHost} host
 * @returns {{destroy(): void}}
 */
export function mount(root, { model, t, familyTitle }, host) {
  const { config } = model;
  const heading = element("h3", { hidden: true }, t("about.charts"));
  const place = element("section", { class: "about-charts" }, heading);
  root.append(facts(config, familyTitle, t), metrics(config, t), place);
  /** @type {import("../charts/chart.js").Chart[]} */
  let charts = [];
  let gone = false;
  addCardCharts(place, model, t)
    .then((drawn) => {
      charts = drawn;
      heading.hidden = drawn.length === 0;
      if (gone) charts.forEach((chart) => chart.destroy());
    })
    .catch((/** @type {Error & {key?: string, values?: Record<string, string | number>}} */ error) => {
      heading.hidden = false;
      place.append(element("p", { class: "note" }, error.key ? t(error.key, error.values) : error.message));
    });
  host.onUpdate(() => charts.forEach((chart) => chart.redraw()));
  return {
    destroy() {
      gone = true;
      charts.forEach((chart) => chart.destroy());
      root.replaceChildren();
    },
  };
}

/** @param {Config} config @param {Record<string, string> | undefined} familyTitle @param {Translator} t */
function facts(config, familyTitle, t) {
  const { dataset, training, image, condition, latent_size: size } = config;
  /** @type {[string, string | null | undefined][]} */
  const rows = [
    ["about.family", familyWords(config.family, familyTitle, size, t)],
    ["about.network", config.capabilities.includes("Writes") ? network(config.arguments, t) : null],
    ["about.network", recurrent(config.arguments, t)],
    ["about.images", image && `${image.height}×${image.width}×${image.channels}`],
    [
      "about.condition",
      condition &&
        t("about.classes", { attribute: attributeName(condition.attribute, t), count: condition.values.length }),
    ],
    ["about.data", dataWords(dataset, t)],
    ["about.training", t("about.steps", { steps: training.steps, seconds: training.seconds, device: training.device })],
    ["about.loss", trainingWords(training, t)],
    ["about.licence", licenceWords(config.licence, t)],
  ];
  const list = element("dl", { class: "facts" });
  for (const [key, value] of rows) if (value) list.append(element("dt", {}, t(key)), element("dd", {}, value));
  const command = element("pre", { class: "command", tabindex: 0 }, training.command);
  return element("section", {}, list, element("h3", {}, t("about.rebuild")), command);
}

/**
 * Cell, layers and units of a model of sequences, and how long they are, which leaves out what its family takes by
 * itself.
 * @param {Config["arguments"]} args
 * @param {Translator} t
 * @returns {string | null} null for other models
 */
function recurrent({ sequence, cell = "lstm", layers = 1, hidden_size: units }, t) {
  if (!isRecord(sequence)) return null;
  return t(sequence.kind === "notes" ? "about.cells_notes" : "about.cells_signal", {
    cell: String(cell).toUpperCase(),
    layers: Number(layers),
    units: Number(units),
    steps: Number(sequence.length),
  });
}

/** Cell, layers, units and characters of a character model, which leaves out what its family takes by itself. */
function network(
  /** @type {Config["arguments"]} */ { cell = "lstm", layers = 1, hidden_size: units = 256, vocabulary },
  /** @type {Translator} */ t,
) {
  const unknown = 1; // the first of the vocabulary stands for every character that it lacks
  return t("about.cells", {
    cell: String(cell).toUpperCase(),
    layers: Number(layers),
    units: Number(units),
    characters: Array.from(String(vocabulary)).length - unknown,
  });
}

/** @param {Config} config @param {Translator} t */
function metrics(config, t) {
  const all = config.metrics;
  const names = Object.keys(all).filter(
    (name) => ![FLOOR, CHANCE].some((end) => name.endsWith(end) && Object.hasOwn(all, name.slice(0, -end.length))),
  );
  const { columns, note } = besideOf(all, names);
  const head = [
    "about.metric",
    "about.value",
    "about.interval",
    ...columns.map(({ key }) => key),
    "about.count",
    "about.unit",
  ];
  const body = names.map((name) => {
    const { value, unit } = all[name];
    const beside = columns
      .map(({ end }) => all[name + end])
      .map((found) => (found ? `${number(found.value)} (${interval(found)})` : "–"));
    const cells = [
      measureName(name, t),
      number(value),
      interval(all[name]),
      ...beside,
      sampleSizes(all[name], t),
      unitName(unit, t),
    ];
    return element("tr", {}, ...cells.map((text) => element("td", {}, text)));
  });
  const heading = element("tr", {}, ...head.map((key) => element("th", { scope: "col" }, t(key))));
  const table = element("table", {}, element("thead", {}, heading), element("tbody", {}, ...body));
  const bounded = config.capabilities.includes("BoundsEvidence");
  const notes = [t(bounded ? "about.metrics_note" : "about.metrics_note_samples"), ...(note ? [t(note)] : [])];
  const caption = element("p", { class: "note" }, joined("sentences", notes, t));
  const told = readings(names, t);
  return element(
    "section",
    { class: "metrics" },
    element("h3", {}, t("about.metrics")),
    table,
    caption,
    ...(told ? [told] : []),
  );
}

/**
 * The columns of what stands beside measures, and the note that explains them.
 * @param {Config["metrics"]} all
 * @param {string[]} names of the measures themselves
 * @returns {{columns: {end: string, key: string}[], note?: string}}
 */
function besideOf(all, names) {
  const has = (/** @type {string} */ end) => names.some((name) => Object.hasOwn(all, name + end));
  if (has(CHANCE)) {
    const columns = [
      { end: FLOOR, key: "about.real" },
      { end: CHANCE, key: "about.chance" },
    ];
    return { columns, note: "about.chance_note" };
  }
  return has(FLOOR) ? { columns: [{ end: FLOOR, key: "about.floor" }], note: "about.floor_note" } : { columns: [] };
}

/** A count has no sampling error, and so no interval. @param {Metric} metric */
function interval({ low, high }) {
  return low === high ? "–" : `${number(low)} … ${number(high)}`;
}

/** Four significant digits, with a true minus sign. @param {number} value */
function number(value) {
  return Number(value.toPrecision(4)).toString().replace(/^-/, "−");
}
