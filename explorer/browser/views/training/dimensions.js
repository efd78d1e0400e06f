/** The KL of every latent dimension at a moment, as bars in an order and on a scale that stay as they are. */

import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { grouped } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { subscript } from "../../charts/numerals.js";
import { COLLAPSED } from "../../runtime/dimensions.js";

/**
 * @typedef {import("../../i18n.js").Translator} Translator
 *
 * @param {object} options
 * @param {Translator} options.t
 * @param {ArrayLike<number>[]} options.rows (L) nats per moment
 * @param {number[]} options.order dimensions from left to right
 * @param {number} options.count images that the means are over
 */
export function createDimensions({ t, rows, order, count }) {
  const node = element("div", { class: "training-figure training-kl" });
  const chart = new Chart(node, {
    t,
    title: t("training.kl_dimensions"),
    unit: t("unit.nats_per_image"),
    x: { label: t("figure.dimension") },
    y: { words: nats },
    series: [
      { key: "kl", label: t("training.kl_bar"), colour: "--encoder", kind: "bars" },
      {
        key: "collapsed",
        label: t("training.kl_bar_collapsed", { limit: COLLAPSED }),
        colour: "--warning",
        kind: "bars",
      },
    ],
    caption: t("training.kl_dimensions_note", { count: grouped(count), limit: COLLAPSED }),
  });
  const total = element("p", {});
  const said = element("p", { class: "training-kl-said" });
  node.append(total, said);
  const places = order.map((_, place) => place);
  const names = order.map((dimension) => `z${subscript(dimension + 1)}`);

  return {
    node,
    chart,

    /** @param {number} moment −1 for none */
    show(moment) {
      node.classList.toggle("absent", moment < 0);
      if (moment < 0) return;
      const row = Array.from(rows[moment]);
      const bars = order.map((dimension) => row[dimension]);
      const columns = {
        kl: bars.map((kl) => (kl < COLLAPSED ? NaN : kl)),
        collapsed: bars.map((kl) => (kl < COLLAPSED ? kl : NaN)),
      };
      chart.setRows(places, columns, names);
      total.textContent = t("training.kl_total", { value: nats(row.reduce((sum, value) => sum + value, 0)) });
      said.textContent = collapseWords(row, order, t);
    },

    /** The KL at the top of the axis where nothing else sets it: the highest of any moment. */
    highest: highest(rows),

    /** @param {number} value nats that the axis always holds */
    setScale(value) {
      chart.setRange([0, value]);
    },

    destroy: () => chart.destroy(),
  };
}

/** @param {readonly number[]} row (L) nats @param {readonly number[]} order @param {Translator} t */
function collapseWords(row, order, t) {
  const low = order.filter((dimension) => row[dimension] < COLLAPSED).sort((a, b) => a - b);
  const values = {
    count: low.length,
    total: order.length,
    limit: COLLAPSED,
    names: joined(
      "list",
      low.map((dimension) => `z${subscript(dimension + 1)}`),
      t,
    ),
  };
  if (low.length === 0) return t("training.kl_none_collapsed", values);
  return t(low.length === order.length ? "training.kl_all_collapsed" : "training.kl_collapsed", values);
}

/** @param {ArrayLike<number>[]} rows */
function highest(rows) {
  return rows.flatMap((row) => Array.from(row)).reduce((most, value) => Math.max(most, value), COLLAPSED);
}

/** @param {number} value nats */
function nats(value) {
  return value.toFixed(value < 0.1 ? 3 : 2).replace("-", "−");
}
