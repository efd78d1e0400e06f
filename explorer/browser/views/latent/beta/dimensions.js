/**
 * KL per dimension as bars, and how strongly each true factor goes with each dimension. Columns are dimensions in both.
 */
import { Chart } from "../../../charts/chart.js";
import { element } from "../../../dom.js";
import { joined } from "../../../i18n.js";
import { attributeName } from "../../../measures.js";
import { COLLAPSED } from "../../../runtime/dimensions.js";
import { fixed, subscript } from "../../../charts/numerals.js";

/**
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {number} options.most the KL of a full bar in nats, the same for all models
 * @param {(dimension: number) => void} options.onChoose
 */
export function createKlBars({ t, most, onChoose }) {
  const words = element("p", {});
  const node = element("div", { class: "beta-kl" });
  const kind = /** @type {const} */ ("bars");
  const chart = new Chart(node, {
    t,
    title: t("beta.kl"),
    unit: t("unit.nats_per_image"),
    x: { label: t("figure.dimension") },
    y: { range: [0, most], words: (value) => value.toFixed(value < 0.1 ? 3 : 2) },
    series: [
      { key: "kl", label: t("training.kl_bar"), colour: "--encoder", kind },
      { key: "collapsed", label: t("training.kl_bar_collapsed", { limit: COLLAPSED }), colour: "--warning", kind },
    ],
    caption: t("beta.kl_note"),
  });
  chart.onSeek((dimension) => {
    if (dimension !== chart.cursor) onChoose(dimension);
  });
  node.append(words);
  return {
    node,
    chart,
    /**
     * @param {ArrayLike<number>} kl (L) nats, mean over the browse set
     * @param {number} chosen dimension
     */
    show(kl, chosen) {
      const all = Array.from(kl);
      const columns = {
        kl: all.map((value) => (value < COLLAPSED ? NaN : value)),
        collapsed: all.map((value) => (value < COLLAPSED ? value : NaN)),
      };
      const names = all.map((_, dimension) => `z${subscript(dimension + 1)}`);
      chart.setRows([...all.keys()], columns, names);
      chart.setCursor(chosen);
      words.textContent = collapseWords(kl, t);
    },
  };
}

/** Which dimensions have collapsed, in words. */
export function collapseWords(
  /** @type {ArrayLike<number>} */ kl,
  /** @type {import("../../../i18n.js").Translator} */ t,
) {
  const names = Array.from(kl, (value, i) => (value < COLLAPSED ? `z${subscript(i + 1)}` : "")).filter(Boolean);
  if (names.length === 0) return t("beta.none_collapsed", { limit: COLLAPSED });
  return t(names.length === kl.length ? "beta.all_collapsed" : "beta.collapsed", {
    names: joined("list", names, t),
    limit: COLLAPSED,
  });
}

/**
 * @param {import("../../../i18n.js").Translator} t
 * @param {(dimension: number) => void} onChoose
 */
export function createFactorTable(t, onChoose) {
  const box = element("div", { class: "beta-matrix-box" });
  const words = element("p", { class: "beta-sentence" });
  return {
    node: element("div", { class: "beta-factors" }, box, words),
    /**
     * @param {import("./factors.js").Correlations[]} correlations
     * @param {number} chosen dimension
     * @param {number} count images
     * @param {ArrayLike<number>} kl (L) nats
     */
    show(correlations, chosen, count, kl) {
      const names = Array.from(kl, (value, i) =>
        element("th", { scope: "col", class: value < COLLAPSED ? "collapsed" : "" }, `z${subscript(i + 1)}`),
      );
      const head = element(
        "tr",
        {},
        element("th", { scope: "col" }, t("beta.factor")),
        ...names,
        element("th", { scope: "col" }, t("beta.floor")),
      );
      const rows = correlations.map((factor) => row(factor, chosen, t, onChoose));
      box.replaceChildren(
        element("table", { class: "beta-matrix" }, element("thead", {}, head), element("tbody", {}, ...rows)),
      );
      const collapsed = kl[chosen] < COLLAPSED ? [` ${t("beta.but_collapsed", { limit: COLLAPSED })}`] : [];
      words.replaceChildren(sentence(correlations, chosen, count, t), ...collapsed);
    },
  };
}

/**
 * @param {import("./factors.js").Correlations} correlations
 * @param {number} chosen dimension
 * @param {import("../../../i18n.js").Translator} t
 * @param {(dimension: number) => void} onChoose
 */
function row({ name, each, floor }, chosen, t, onChoose) {
  const cells = Array.from(each, (value, i) => {
    const above = Math.abs(value) > floor;
    const button = element(
      "button",
      { type: "button", class: "beta-cell number", on: { click: () => onChoose(i) } },
      size(value),
    );
    return element(
      "td",
      {
        class: `${above ? "above" : "below"}${i === chosen ? " chosen" : ""}`,
        style: { "--share": `${Math.round(100 * Math.abs(value))}%` },
      },
      button,
    );
  });
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, attributeName(name, t)),
    ...cells,
    element("td", { class: "number beta-floor" }, size(floor)),
  );
}

/** Which factors the chosen dimension goes with, if any. */
export function sentence(
  /** @type {import("./factors.js").Correlations[]} */ correlations,
  /** @type {number} */ chosen,
  /** @type {number} */ count,
  /** @type {import("../../../i18n.js").Translator} */ t,
) {
  const found = correlations.filter(({ each, floor }) => Math.abs(each[chosen]) > floor);
  found.sort((a, b) => Math.abs(b.each[chosen]) - Math.abs(a.each[chosen]));
  const name = `z${subscript(chosen + 1)}`;
  if (found.length === 0) return t("beta.related_none", { name, count });
  const [first, ...others] = found.map((factor) => factorWords(factor, chosen, t));
  const main = t("beta.related", { name, factor: first, count });
  if (others.length === 0) return main;
  return joined("sentences", [main, t("beta.related_also", { factors: joined("list", others, t) })], t);
}

/**
 * @param {import("./factors.js").Correlations} correlations
 * @param {number} chosen dimension
 * @param {import("../../../i18n.js").Translator} t
 */
function factorWords({ name, kind, each, floor }, chosen, t) {
  const sign = kind === "continuous" ? "ρ" : "η";
  const value = fixed(each[chosen], 2);
  return t("beta.strength", { factor: attributeName(name, t), sign, value, floor: size(floor) });
}

function size(/** @type {number} */ value) {
  return Math.abs(value).toFixed(2);
}
