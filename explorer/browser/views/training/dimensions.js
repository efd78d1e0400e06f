/** The KL of every latent dimension at a moment, as bars in an order and on a scale that stay as they are. */

import { element } from "../../dom.js";
import { grouped } from "../../charts/axis.js";
import { subscript } from "../../charts/numerals.js";
import { COLLAPSED } from "../../runtime/dimensions.js";

const MOST_NAMES = 20; // bars that have room for their names
const MOST_VALUES = 12; // bars that have room for their values, where the figure is wide

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {ArrayLike<number>[]} options.rows (L) nats per moment
 * @param {number[]} options.order dimensions from left to right
 * @param {number} options.count images that the means are over
 */
export function createDimensions({ t, rows, order, count }) {
  const bars = order.map((dimension) => createBar(dimension));
  const most = element("span", { class: "note training-kl-most" });
  const said = element("p", { class: "training-kl-said" });
  const total = element("p", {});
  const node = element(
    "figure",
    { class: "training-figure training-kl" },
    element("h3", {}, t("training.kl_dimensions")),
    most,
    element("div", { class: `training-kl-bars ${room(order.length)}` }, ...bars.map((bar) => bar.node)),
    total,
    said,
    element(
      "figcaption",
      { class: "note" },
      t("training.kl_dimensions_note", { count: grouped(count), limit: COLLAPSED }),
    ),
  );
  let scale = highest(rows);
  let moment = -1;

  function show(/** @type {number} */ next) {
    moment = next;
    node.classList.toggle("absent", moment < 0);
    if (moment < 0) return;
    const row = rows[moment];
    bars.forEach((bar) => bar.show(row[bar.dimension], scale, t));
    total.textContent = t("training.kl_total", { value: nats(row.reduce((sum, value) => sum + value, 0)) });
    said.textContent = collapseWords(row, order, t);
  }

  return {
    node,
    show,
    /** The KL of a full bar where nothing else sets it: the highest of any moment. */
    highest: scale,
    /** @param {number} value nats of a full bar */
    setScale(value) {
      scale = value;
      most.textContent = t("training.kl_most", { value: nats(value) });
      show(moment);
    },
  };
}

/** What is written under so many bars: their values, their names alone, or nothing. */
function room(/** @type {number} */ count) {
  if (count > MOST_NAMES) return "many";
  return count > MOST_VALUES ? "" : "few";
}

function createBar(/** @type {number} */ dimension) {
  const name = `z${subscript(dimension + 1)}`;
  const fill = element("span", { class: "training-kl-fill" });
  const value = element("span", { class: "number training-kl-value" });
  const node = element(
    "span",
    { class: "training-kl-bar", role: "img" },
    element("span", { class: "training-kl-column" }, fill),
    element("span", { class: "training-kl-name" }, name),
    value,
  );
  return {
    node,
    dimension,
    show(/** @type {number} */ kl, /** @type {number} */ scale, t) {
      fill.style.height = `${(100 * kl) / scale}%`;
      node.classList.toggle("collapsed", kl < COLLAPSED);
      value.textContent = nats(kl);
      const words = `${name}: ${t("latent.nats", { value: nats(kl) })}`;
      node.title = words;
      node.setAttribute("aria-label", words);
    },
  };
}

function collapseWords(/** @type {ArrayLike<number>} */ row, /** @type {number[]} */ order, t) {
  const low = order.filter((dimension) => row[dimension] < COLLAPSED).sort((a, b) => a - b);
  const values = {
    count: low.length,
    total: order.length,
    limit: COLLAPSED,
    names: low.map((dimension) => `z${subscript(dimension + 1)}`).join(t("beta.comma")),
  };
  if (low.length === 0) return t("training.kl_none_collapsed", values);
  return t(low.length === order.length ? "training.kl_all_collapsed" : "training.kl_collapsed", values);
}

function highest(/** @type {ArrayLike<number>[]} */ rows) {
  return rows.reduce((most, row) => row.reduce((top, value) => Math.max(top, value), most), COLLAPSED);
}

/** @param {number} value nats */
function nats(value) {
  return value.toFixed(value < 0.1 ? 3 : 2).replace("-", "−");
}
