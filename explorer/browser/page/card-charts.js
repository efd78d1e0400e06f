/** The charts of a model's card, from the files of its checkpoint; a model without a file has no such chart. */

import { element } from "../dom.js";
import { Chart } from "../charts/chart.js";
import { subscript } from "../charts/numerals.js";
import { useStyleSheet } from "../parts/styles.js";
import { isFiniteNumber, isRecord, isTexts } from "../runtime/checks.js";
import { orderByKl } from "../runtime/dimensions.js";
import { ModelError, pathname } from "../runtime/errors.js";
import { fetchJson } from "../runtime/files.js";

/** @typedef {import("../runtime/model.js").Model} Model */
/** @typedef {import("../i18n.js").Translator} Translator */
/** @typedef {{value: number, low: number, high: number}} Estimate with its 95 % interval */

/** The terms of a bound on the evidence, in which the KL is small beside the others: each on axes of its own. */
const TERMS = Object.freeze([
  { key: "loss", title: "figure.loss", colour: "--accent" },
  { key: "reconstruction", title: "measure.reconstruction", colour: "--decoder" },
  { key: "kl", title: "measure.kl", colour: "--encoder" },
]);
/** What the strength of a damage says under its axis, by its unit. */
const STRENGTHS = Object.freeze(
  new Map([
    ["grey levels, unit range", "figure.noise"],
    ["share of the picture that is covered", "figure.occlusion"],
    ["pixels", "figure.shift"],
  ]),
);

/**
 * Add the charts that a model has.
 * @param {HTMLElement} place
 * @param {Model} model
 * @param {Translator} t
 * @returns {Promise<Chart[]>}
 * @throws {ModelError} naming the file and the entry that is not as the format says
 */
export async function addCardCharts(place, model, t) {
  await useStyleSheet(new URL("../charts/chart.css", import.meta.url));
  /** @type {Chart[]} */
  const charts = [];
  const group = (/** @type {string} */ title, /** @type {string[]} */ ...notes) => {
    const grid = element("div", { class: "card-charts" });
    place.append(element("h4", {}, title), ...notes.map((note) => element("p", { class: "note" }, note)), grid);
    return grid;
  };
  const history = await readHistory(model);
  if (history) charts.push(...historyCharts(group(t("about.chart_training")), history, t));
  if (model.capabilities.has("Encodes") && model.files.has("map.safetensors")) {
    const { klPerDimension } = await model.loadPlaces();
    if (klPerDimension) charts.push(klChart(group(t("about.chart_kl")), klPerDimension, t));
  }
  const curves = await readRobustness(model);
  if (curves.length) {
    const grid = group(t("about.chart_robustness"), t("about.chart_robustness_note"));
    charts.push(...curves.map((curve) => damageChart(grid, curve, t)));
  }
  return charts;
}

/**
 * What was logged while training, where that was a bound and its terms.
 * @param {Model} model
 * @returns {Promise<{steps: number[], columns: Record<string, number[]>} | null>}
 */
async function readHistory({ files, folder }) {
  if (!files.has("history.json")) return null;
  const url = `${folder}history.json`;
  const content = await fetchJson(url);
  const { columns, rows } = isRecord(content) ? content : {};
  const numbers = (/** @type {unknown} */ row) =>
    Array.isArray(row) && row.every((value) => value === null || isFiniteNumber(value));
  if (!isTexts(columns) || !Array.isArray(rows) || !rows.every(numbers))
    throw new ModelError("runtime.config", { file: pathname(url), name: "columns, rows" });
  if (!TERMS.every(({ key }) => columns.includes(key))) return null;
  const column = (/** @type {number} */ i) => rows.map((row) => Number(row[i] ?? NaN));
  return { steps: column(0), columns: Object.fromEntries(columns.map((name, i) => [name, column(i)])) };
}

/** @returns {Chart[]} */
function historyCharts(
  /** @type {HTMLElement} */ grid,
  /** @type {{steps: number[], columns: Record<string, number[]>}} */ { steps, columns },
  /** @type {Translator} */ t,
) {
  return TERMS.map(({ key, title, colour }) => {
    const series = [{ key, label: t(title), colour }];
    const x = { label: t("figure.step") };
    const chart = new Chart(grid, { t, title: t(title), unit: t("figure.nats"), x, series });
    chart.setRows(steps, { [key]: columns[key] });
    return chart;
  });
}

/** Largest first. */
function klChart(/** @type {HTMLElement} */ grid, /** @type {ArrayLike<number>} */ kl, /** @type {Translator} */ t) {
  const order = orderByKl(kl);
  const chart = new Chart(grid, {
    t,
    title: t("measure.kl"),
    unit: t("figure.nats"),
    x: { label: t("figure.dimension") },
    series: [{ key: "kl", label: t("measure.kl"), colour: "--encoder", kind: "bars" }],
  });
  const names = order.map((dimension) => `z${subscript(dimension + 1)}`);
  chart.setRows(Int32Array.from(order.keys()), { kl: order.map((dimension) => kl[dimension]) }, names);
  return chart;
}

/**
 * @typedef {object} DamageCurve mean squared errors against the clean image, over the strength of a damage
 * @property {string} kind
 * @property {string} unit of the strength
 * @property {number[]} strength rising
 * @property {Estimate[]} error of the model's picture
 * @property {Estimate[]} identity of the damaged image itself
 */

/** @param {Model} model @returns {Promise<DamageCurve[]>} */
async function readRobustness({ files, folder }) {
  if (!files.has("evaluation.json")) return [];
  const url = `${folder}evaluation.json`;
  const content = await fetchJson(url);
  const curves = isRecord(content) && isRecord(content.robustness) ? content.robustness : {};
  return Object.entries(curves).map(([kind, curve]) => {
    const wrong = () => new ModelError("runtime.config", { file: pathname(url), name: `robustness.${kind}` });
    if (!isRecord(curve) || typeof curve.unit !== "string") throw wrong();
    const { unit, strength } = curve;
    if (!Array.isArray(strength) || !strength.every(isFiniteNumber)) throw wrong();
    const [error, identity] = [curve.error, curve.identity].map((found) => {
      if (!Array.isArray(found) || found.length !== strength.length || !found.every(isEstimate)) throw wrong();
      return found.map(([value, low, high]) => ({ value, low, high }));
    });
    return { kind, unit, strength, error, identity };
  });
}

/** @param {unknown} entry @returns {entry is [number, number, number]} */
function isEstimate(entry) {
  return Array.isArray(entry) && entry.length === 3 && entry.every(isFiniteNumber);
}

/** @param {HTMLElement} grid @param {DamageCurve} curve @param {Translator} t */
function damageChart(grid, { kind, unit, strength, error, identity }, t) {
  const words = STRENGTHS.get(unit);
  const title = words ? t(words) : `${kind}, ${unit}`;
  const named = (/** @type {string} */ key) => ({ key, low: `${key}_low`, high: `${key}_high`, marks: true });
  const chart = new Chart(grid, {
    t,
    title,
    unit: t("figure.squared_error"),
    x: { label: t("attributes.strength"), words: String },
    y: { range: [0, 0] },
    series: [
      { ...named("restored"), label: t("figure.restored"), colour: "--decoder" },
      { ...named("untouched"), label: t("figure.untouched"), colour: "--text-soft", line: "dashed" },
    ],
  });
  const columns = (/** @type {string} */ key, /** @type {Estimate[]} */ estimates) => ({
    [key]: estimates.map(({ value }) => value),
    [`${key}_low`]: estimates.map(({ low }) => low),
    [`${key}_high`]: estimates.map(({ high }) => high),
  });
  chart.setRows(strength, { ...columns("restored", error), ...columns("untouched", identity) });
  return chart;
}
