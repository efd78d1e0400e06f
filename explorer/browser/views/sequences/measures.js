/**
 * Is it any good? What was measured of many sequences, beside what real ones get and beside another model of the same
 * data.
 */
import { readable } from "../../charts/axis.js";
import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { measureName, sampleSizes, unitName } from "../../measures.js";
import { readings } from "../../parts/readings.js";
import { drawHistogram } from "./distributions.js";

const GAUSSIAN_KERNEL = /^exp\(-\|x - y\|\^2 \/ \(2 sigma\^2\)\), sigma = ([\d.]+): the median distance$/;
const FLOOR = "_floor";

/**
 * @typedef {import("../../i18n.js").Translator} Translator
 * @typedef {import("../../runtime/config.js").Metric} Metric
 *
 * @typedef {object} Measured
 * @property {string} title
 * @property {Record<string, Metric>} metrics
 * @property {import("../../runtime/sequences/evaluation.js").SequenceEvaluation | null} evaluation
 *
 * @typedef {Measured | null} Other
 */

/**
 * @param {object} options
 * @param {Translator} options.t
 * @param {Measured} options.own
 * @param {Promise<Other>} options.rival another model of the same data, trained in another way
 * @returns {{node: HTMLElement, destroy(): void} | null} null where nothing was measured
 */
export function createMeasures({ t, own, rival }) {
  if (Object.keys(own.metrics).length === 0 && own.evaluation === null) return null;
  const body = element("div", { class: "sequence-measured" });
  const node = element(
    "section",
    { class: "sequence-section sequence-measures" },
    element("h2", {}, t("sequences.measures")),
    element("p", { class: "note" }, t("sequences.measures_note")),
    body,
  );
  /** @type {import("../../charts/chart.js").Chart[]} */
  let charts = [];
  let destroyed = false;

  function destroy() {
    destroyed = true;
    charts.forEach((chart) => chart.destroy());
  }

  function show(/** @type {Other} */ other) {
    charts.forEach((chart) => chart.destroy());
    const told = readings(Object.keys(own.metrics), t);
    const grid = element("div", { class: "sequence-histograms" });
    charts = drawDistributions(grid, own, other, t);
    body.replaceChildren(
      element("div", { class: "sequence-scroll" }, table(own, other, t)),
      ...(other ? verdict(own, other, t).map((words) => element("p", {}, words)) : []),
      ...(told ? [told] : []),
      ...(own.evaluation ? [element("p", { class: "note" }, measuredOn(own.evaluation, t)), grid] : []),
    );
  }

  show(null);
  // Without the other model the comparison is missing, and nothing else.
  rival.then(
    (other) => other && !destroyed && show(other),
    (error) => console.warn(error),
  );
  return { node, destroy };
}

/** @param {Measured} own @param {Other} other @param {Translator} t */
function table(own, other, t) {
  const all = { ...other?.metrics, ...own.metrics };
  const names = [...new Set([...Object.keys(own.metrics), ...Object.keys(all)])].filter(
    (name) => !name.endsWith(FLOOR),
  );
  const heads = [
    t("about.metric"),
    other ? own.title : t("about.value"),
    ...(other ? [other.title] : []),
    t("about.floor"),
    t("about.count"),
    t("about.unit"),
  ];
  const rows = names.map((name) => {
    const { unit } = all[name];
    const cells = [
      measureName(name, t),
      interval(own.metrics[name]),
      ...(other ? [interval(other.metrics[name])] : []),
      interval(floorOf(name, own, other)),
      sampleSizes(all[name], t),
      unitName(unit, t),
    ];
    return element("tr", { "data-metric": name }, ...cells.map((text) => element("td", {}, text)));
  });
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  return element("table", { class: "sequence-table" }, element("thead", {}, head), element("tbody", {}, ...rows));
}

/**
 * What real sequences get.
 * @param {string} name @param {Measured} own @param {Other} other
 * @returns {Metric | undefined}
 */
function floorOf(name, own, other) {
  return own.metrics[name + FLOOR] ?? other?.metrics[name + FLOOR];
}

/** @param {Metric | undefined} estimate */
function interval(estimate) {
  if (!estimate) return "–";
  const { value, low, high } = estimate;
  return low === high ? readable(value, 4) : `${readable(value, 4)} (${readable(low, 4)} … ${readable(high, 4)})`;
}

/**
 * By which measures either is nearer to what real sequences get: clearly where the intervals do not meet.
 * @param {Measured} own @param {Measured} other @param {Translator} t
 * @returns {string[]} sentences
 */
export function verdict(own, other, t) {
  /** @type {Record<"own" | "other" | "neither", string[]>} */
  const found = { own: [], other: [], neither: [] };
  for (const [name, mine] of Object.entries(own.metrics)) {
    const [theirs, floor] = [other.metrics[name], floorOf(name, own, other)];
    if (name.endsWith(FLOOR) || !theirs || !floor) continue;
    const [near, far] = [mine, theirs].map(({ value }) => Math.abs(value - floor.value));
    const apart = mine.high < theirs.low || theirs.high < mine.low;
    found[!apart || near === far ? "neither" : near < far ? "own" : "other"].push(measureName(name, t));
  }
  const list = (/** @type {string[]} */ names) => joined("list", names, t);
  return [
    ...(found.own.length ? [t("sequences.nearer", { model: own.title, measures: list(found.own) })] : []),
    ...(found.other.length ? [t("sequences.nearer", { model: other.title, measures: list(found.other) })] : []),
    ...(found.neither.length ? [t("sequences.no_difference", { measures: list(found.neither) })] : []),
  ];
}

/** @param {import("../../runtime/sequences/evaluation.js").SequenceEvaluation} evaluation @param {Translator} t */
function measuredOn({ real, fake, blocks, kernel }, t) {
  const sizes = t(blocks === 1 ? "sequences.measured_on" : "sequences.measured_on_blocks", { real, fake, blocks });
  return joined("sentences", [sizes, ...(kernel ? [kernelWords(kernel, t)] : [])], t);
}

/** The kernel of `explorer evaluate` in the visitor's language; another one as it is written. */
function kernelWords(/** @type {string} */ kernel, /** @type {Translator} */ t) {
  const sigma = GAUSSIAN_KERNEL.exec(kernel)?.[1];
  return sigma === undefined ? t("sequences.kernel", { kernel }) : t("sequences.kernel_gaussian", { sigma });
}

/**
 * @param {HTMLElement} grid gets them appended
 * @param {Measured} own
 * @param {Other} other
 * @param {Translator} t
 */
function drawDistributions(grid, own, other, t) {
  return Object.entries(own.evaluation?.histograms ?? {}).map(([name, histogram]) => {
    const theirs = other?.evaluation?.histograms[name];
    const same = other && theirs && binsOf(theirs) === binsOf(histogram);
    return drawHistogram(grid, name, histogram, t, same ? { title: other.title, shares: theirs.fake } : null);
  });
}

/** @param {import("../../runtime/sequences/evaluation.js").Histogram} histogram */
function binsOf({ edges, categories }) {
  return String(edges ?? categories);
}
