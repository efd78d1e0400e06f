/** Is it any good? What was measured of many sequences, beside what real ones get and beside another model of the same data. */
import { element } from "../../dom.js";
import { metricName, unitName } from "../../measures.js";
import { readings } from "../../parts/readings.js";
import { readable } from "../../charts/axis.js";
import { drawHistogram } from "./distributions.js";

const FLOOR = "_floor";

/**
 * @typedef {{value: number, low: number, high: number, count: number, unit: string}} Estimate
 * @typedef {object} Measured
 * @property {string} title
 * @property {Record<string, Estimate>} metrics
 * @property {import("../../runtime/sequences/evaluation.js").SequenceEvaluation | null} evaluation
 */

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {Measured} options.own
 * @param {Promise<Measured | null>} options.rival another model of the same data, trained in another way
 * @returns {{node: HTMLElement} | null} null where nothing was measured
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
  const show = (/** @type {Measured | null} */ other) => {
    const told = readings(Object.keys(own.metrics), t);
    body.replaceChildren(
      element("div", { class: "sequence-scroll" }, table(own, other, t)),
      ...(other ? verdict(own, other, t).map((words) => element("p", {}, words)) : []),
      ...(told ? [told] : []),
      ...distributions(own, other, t),
    );
  };
  show(null);
  // Without the other model the comparison is missing, and nothing else.
  rival.then(
    (other) => other && show(other),
    (error) => console.warn(error),
  );
  return { node };
}

function table(/** @type {Measured} */ own, /** @type {Measured | null} */ other, t) {
  const names = [...new Set([own, ...(other ? [other] : [])].flatMap(({ metrics }) => Object.keys(metrics)))].filter(
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
    const { count, unit } = own.metrics[name] ?? other.metrics[name];
    const cells = [
      metricName(name, t),
      interval(own.metrics[name]),
      ...(other ? [interval(other.metrics[name])] : []),
      interval(floorOf(name, own, other)),
      String(count),
      unitName(unit, t),
    ];
    return element("tr", { "data-metric": name }, ...cells.map((text) => element("td", {}, text)));
  });
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  return element("table", { class: "sequence-table" }, element("thead", {}, head), element("tbody", {}, ...rows));
}

const floorOf = (/** @type {string} */ name, /** @type {Measured} */ own, /** @type {Measured | null} */ other) =>
  own.metrics[name + FLOOR] ?? other?.metrics[name + FLOOR];

function interval(/** @type {Estimate | undefined} */ estimate) {
  if (!estimate) return "–";
  const { value, low, high } = estimate;
  return low === high ? readable(value, 4) : `${readable(value, 4)} (${readable(low, 4)} … ${readable(high, 4)})`;
}

/**
 * By which measures either is nearer to what real sequences get: clearly where the intervals do not meet.
 * @param {Measured} own @param {Measured} other @param {import("../../i18n.js").Translator} t
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
    found[!apart || near === far ? "neither" : near < far ? "own" : "other"].push(metricName(name, t));
  }
  const list = (/** @type {string[]} */ names) => names.join(t("sequences.list_separator"));
  return [
    ...(found.own.length ? [t("sequences.nearer", { model: own.title, measures: list(found.own) })] : []),
    ...(found.other.length ? [t("sequences.nearer", { model: other.title, measures: list(found.other) })] : []),
    ...(found.neither.length ? [t("sequences.no_difference", { measures: list(found.neither) })] : []),
  ];
}

function distributions(/** @type {Measured} */ own, /** @type {Measured | null} */ other, t) {
  if (!own.evaluation) return [];
  const { real, fake, kernel, histograms } = own.evaluation;
  const sentences = [
    t("sequences.measured_on", { real, fake }),
    ...(kernel ? [t("sequences.kernel", { kernel })] : []),
  ];
  const figures = Object.entries(histograms).map(([name, histogram]) => {
    const theirs = other?.evaluation?.histograms[name];
    const same =
      theirs && String(theirs.edges ?? theirs.categories) === String(histogram.edges ?? histogram.categories);
    return drawHistogram(name, histogram, t, same ? { title: other.title, shares: theirs.fake } : null);
  });
  return [
    element("p", { class: "note" }, sentences.join(" ")),
    element("div", { class: "sequence-histograms" }, ...figures),
  ];
}
