/** Is it any good? What was measured of many sequences, beside what real ones get, and distributions of both. */
import { element } from "../../dom.js";
import { readable } from "../axis.js";
import { metricName, unitName } from "../about/names.js";
import { vector } from "../vector.js";

const [WIDTH, HEIGHT] = [320, 120]; // of a drawing's own units; the style sheet gives the size
const FLOOR = "_floor";
const KINDS = Object.freeze(["real", "fake"]);
const HISTOGRAMS = Object.freeze({
  frequency: "sequences.histogram_frequency",
  amplitude: "sequences.histogram_amplitude",
  phase: "sequences.histogram_phase",
  pitch_class: "sequences.histogram_pitch_class",
  interval: "sequences.histogram_interval",
  duration: "sequences.histogram_duration",
});
const MOST_CATEGORIES_NAMED = 16;

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator & {language: string}} options.t
 * @param {Record<string, {value: number, low: number, high: number, count: number, unit: string}>} options.metrics of the model
 * @param {import("../../runtime/sequences/evaluation.js").SequenceEvaluation | null} options.evaluation
 * @returns {{node: HTMLElement} | null} null where nothing was measured
 */
export function createMeasures({ t, metrics, evaluation }) {
  const names = Object.keys(metrics).filter((name) => !name.endsWith(FLOOR));
  if (names.length === 0 && evaluation === null) return null;
  const rows = names.map((name) => element("tr", {}, ...cells(name, metrics, t).map((text) => element("td", {}, text))));
  const heads = ["about.metric", "about.value", "about.floor", "about.count", "about.unit"].map((key) => element("th", { scope: "col" }, t(key)));
  const table = element("table", { class: "sequence-table" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  const node = element("section", { class: "sequence-section sequence-measures" }, element("h2", {}, t("sequences.measures")), element("p", { class: "note" }, t("sequences.measures_note")), element("div", { class: "sequence-scroll" }, table));
  if (evaluation) {
    const { real, fake, kernel, histograms } = evaluation;
    node.append(
      element("p", { class: "note" }, t("sequences.measured_on", { real, fake, kernel })),
      element("div", { class: "sequence-histograms" }, ...Object.entries(histograms).map(([name, histogram]) => drawHistogram(name, histogram, t))),
    );
  }
  return { node };
}

/** @returns {string[]} */
function cells(/** @type {string} */ name, metrics, t) {
  const interval = ({ value, low, high }) => (low === high ? readable(value, 4) : `${readable(value, 4)} (${readable(low, 4)} … ${readable(high, 4)})`);
  const floor = metrics[name + FLOOR];
  return [metricName(name, t), interval(metrics[name]), floor ? interval(floor) : "–", String(metrics[name].count), unitName(metrics[name].unit, t)];
}

/** Two outlines over the same bins; heights are shares. */
function drawHistogram(/** @type {string} */ name, /** @type {import("../../runtime/sequences/evaluation.js").Histogram} */ histogram, t) {
  const { edges, categories, unit } = histogram;
  const highest = Math.max(...histogram.real, ...histogram.fake);
  const places = edges ?? Array.from({ length: categories.length + 1 }, (_, i) => i);
  const paths = KINDS.map((kind) => vector("path", { class: `histogram-${kind}`, "vector-effect": "non-scaling-stroke", d: outline(histogram[kind], places, highest) }));
  const drawing = vector("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, paths[1], paths[0]);
  const named = categories && categories.length <= MOST_CATEGORIES_NAMED;
  const labels = named ? categories : [readable(places[0]), unit, readable(/** @type {number} */ (places.at(-1)))];
  const keys = KINDS.map((kind) => element("span", { class: `histogram-key histogram-key-${kind}` }, t(`sequences.kind_${kind}`)));
  const shared = histogram.real.reduce((sum, share, bin) => sum + Math.min(share, histogram.fake[bin]), 0);
  return element(
    "figure",
    { class: "training-figure", "data-histogram": name },
    element("figcaption", {}, element("h3", {}, Object.hasOwn(HISTOGRAMS, name) ? t(HISTOGRAMS[name]) : name), element("div", { class: "histogram-keys" }, ...keys)),
    element("div", { class: "histogram-area" }, drawing, element("span", { class: "number histogram-most" }, `${(100 * highest).toFixed(1)} %`)),
    element("div", { class: `histogram-axis${named ? " sequence-categories" : ""}` }, ...labels.map((label) => element("span", { class: "number" }, label))),
    element("p", { class: "note number" }, t("sequences.histogram_shared", { share: `${(100 * shared).toFixed(1)} %` })),
  );
}

function outline(/** @type {number[]} */ shares, /** @type {number[]} */ edges, /** @type {number} */ highest) {
  const span = edges[edges.length - 1] - edges[0];
  const x = (/** @type {number} */ edge) => (((edge - edges[0]) / span) * WIDTH).toFixed(2);
  const bars = shares.map((share, bin) => `V${(HEIGHT * (1 - share / highest)).toFixed(2)}H${x(edges[bin + 1])}`);
  return `M0 ${HEIGHT}${bars.join("")}V${HEIGHT}Z`;
}
