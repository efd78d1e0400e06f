/** One quantity of all units of a layer over the steps of a sequence, in colours: a line a unit, a column a step. */
import { Chart } from "../../charts/chart.js";
import { isBounded, rangeOf } from "../../charts/scale.js";
import { element } from "../../dom.js";

const USUAL = 0.98; // of the values lie within the scale of what has no bound: a few units would wash out all others

/**
 * @typedef {object} Layer
 * @property {(unit: number, step: number) => number} at
 * @property {number} units
 * @property {number[]} edges of the columns, shares of the width, one more than there are steps
 *
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {string} options.title
 * @param {(unit: number, step: number) => void} options.onPick
 */
export function createHeat({ t, title, onPick }) {
  const node = element("div", { class: "sequence-heat" });
  const chart = new Chart(node, {
    t,
    title,
    x: { label: t("sequences.step") },
    y: { label: t("sequences.unit"), words: String },
    series: [],
  });
  let steps = 0;
  chart.onSeek((_x, _event, cell) => onPick(Math.floor(cell / steps), cell % steps));

  return {
    node,

    /** @param {Layer} layer @param {{quantity: string, unit: number, step: number}} choice */
    show({ at, units, edges }, { quantity, unit, step }) {
      steps = edges.length - 1;
      const values = Float64Array.from({ length: units * steps }, (_, cell) =>
        at(Math.floor(cell / steps), cell % steps),
      );
      const heat = { lines: units, ...rangeOf(quantity, usual(values)), clipped: !isBounded(quantity) };
      const label = t(`gates.quantity_${quantity}`);
      chart.setSeries([{ key: "value", label, colour: "--heat-positive", kind: "heat", heat }]);
      const names = Array.from({ length: steps }, (_, column) => String(column + 1));
      chart.setRows(edges, { value: values }, names);
      chart.setCursor((edges[step] + edges[step + 1]) / 2);
      chart.setCell(unit * steps + step);
    },

    destroy: () => chart.destroy(),
  };
}

/** The size that so many of the values stay below. @param {Float64Array} values */
function usual(values) {
  const sizes = values.map(Math.abs).sort();
  return sizes[Math.min(sizes.length - 1, Math.floor(USUAL * sizes.length))];
}
