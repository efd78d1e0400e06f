/** The compared models in numbers, one row each. */
import { element } from "../../../dom.js";
import { joined } from "../../../i18n.js";
import { measureName } from "../../../measures.js";
import { readable } from "../../../charts/axis.js";
import { fixed } from "../../../charts/numerals.js";

/** Metrics of the configuration; a column is shown where any model has it, with its floor where there is one. */
const COLUMNS = Object.freeze([
  "kl",
  "reconstruction",
  "mean_squared_error",
  "active_dimensions",
  "mutual_information_gap",
  "disentanglement",
  "completeness",
  "informativeness",
]);

/**
 * @param {import("../../../runtime/siblings.js").Sibling[]} siblings
 * @param {import("../../../i18n.js").Translator} t
 * @param {{onChoose: (index: number) => void, onOpen: (name: string) => void}} told
 */
export function createTable(siblings, t, { onChoose, onOpen }) {
  const metrics = siblings.map(({ model }) => model.config.metrics);
  const columns = COLUMNS.filter((name) => metrics.some((each) => Object.hasOwn(each, name)));
  const heads = [t("beta.beta"), ...columns.map((name) => measureName(name, t)), t("beta.trained"), ""];
  const rows = siblings.map((sibling, i) => {
    const cells = columns.map((name) => element("td", { class: "number" }, metricWords(metrics[i], name, t)));
    const choose = element(
      "button",
      { class: "button", type: "button", on: { click: () => onChoose(i) } },
      readable(sibling.beta),
    );
    const open = element(
      "button",
      { class: "button", type: "button", disabled: sibling.own, on: { click: () => onOpen(sibling.model.name) } },
      t(sibling.own ? "beta.opened" : "beta.open"),
    );
    const trained = element(
      "td",
      {},
      t("beta.steps", { steps: sibling.model.config.training.steps }),
      ...otherwiseWords(sibling, t),
    );
    return element("tr", {}, element("th", { scope: "row" }, choose), ...cells, trained, element("td", {}, open));
  });
  const head = element("tr", {}, ...heads.map((words) => element("th", { scope: "col" }, words)));
  return {
    node: element(
      "div",
      { class: "beta-table-box" },
      element("table", { class: "beta-table" }, element("thead", {}, head), element("tbody", {}, ...rows)),
    ),
    /** @param {number} index */
    choose(index) {
      rows.forEach((row, i) => row.classList.toggle("chosen", i === index));
    },
  };
}

/**
 * A metric with its 95 % interval and its floor.
 * @param {Record<string, import("../../../runtime/config.js").Metric>} metrics
 * @param {string} name
 * @param {import("../../../i18n.js").Translator} t
 */
function metricWords(metrics, name, t) {
  const found = metrics[name];
  if (!found) return "–";
  const write = writer(found);
  const range =
    found.low < found.high
      ? t("beta.interval", { value: write(found.value), low: write(found.low), high: write(found.high) })
      : write(found.value);
  const floor = metrics[`${name}_floor`];
  return floor ? t("beta.with_floor", { value: range, floor: write(floor.value) }) : range;
}

/**
 * Numbers with as many decimals as their interval deserves: two of its digits, so that models that differ do not look
 * alike.
 * @param {{low: number, high: number}} estimate
 * @returns {(value: number) => string}
 */
export function writer({ low, high }) {
  if (!(high > low)) return readable;
  const decimals = Math.min(Math.max(1 - Math.floor(Math.log10((high - low) / 2)), 0), 6);
  return (value) => fixed(value, decimals);
}

/** @param {import("../../../runtime/siblings.js").Sibling} sibling @param {import("../../../i18n.js").Translator} t */
function otherwiseWords({ otherwise }, t) {
  return otherwise.length
    ? [element("span", { class: "beta-otherwise" }, t("beta.otherwise", { names: joined("list", otherwise, t) }))]
    : [];
}
