/** Rate against distortion, one point for each model: what each β pays for what it keeps. */
import { readable } from "../../../charts/axis.js";
import { Chart } from "../../../charts/chart.js";
import { element } from "../../../dom.js";

const LOGARITHMIC = 30; // the largest rate over the smallest from which the axis is logarithmic
const LEAST_RATE = 0.01; // nats: on a logarithmic axis a collapsed model has no place farther left

/**
 * @typedef {{value: number, low: number, high: number}} Estimate
 * @typedef {{label: string, rate: Estimate, distortion: Estimate}} Place nats
 */

/**
 * @param {import("../../../i18n.js").Translator} t
 * @param {Place[]} places by rising β
 * @param {(index: number) => void} onChoose
 */
export function createPlane(t, places, onChoose) {
  const node = element("div", { class: "beta-plane" });
  const { log, rows, columns } = rowsOf(places);
  const models = { key: "distortion", label: t("beta.distortion"), colour: "--text-soft", low: "low", high: "high" };
  const chart = new Chart(node, {
    t,
    title: t("beta.plane"),
    x: { label: t(log ? "beta.rate_log" : "beta.rate"), log, words: readable },
    y: { label: t("beta.distortion") },
    series: [],
    caption: t("beta.plane_note"),
  });
  chart.onSeek((_rate, _event, row) => onChoose(row));
  return {
    node,
    chart,
    /** @param {number} index */
    choose(index) {
      chart.setSeries([
        { ...models, kind: "points", xLow: "rateLow", xHigh: "rateHigh" },
        { key: "chosen", label: places[index].label, colour: "--accent", kind: "points" },
      ]);
      const chosen = places.map(({ distortion }, i) => (i === index ? distortion.value : NaN));
      chart.setRows(
        rows,
        { ...columns, chosen },
        places.map(({ label }) => label),
      );
    },
    destroy: () => chart.destroy(),
  };
}

/**
 * The models as rows of a chart.
 * @param {Place[]} places
 * @returns {{log: boolean, rows: number[], columns: Record<"rateLow" | "rateHigh" | "distortion" | "low" | "high",
 *   number[]>}} whether the axis of rates is logarithmic; the rates, and distortions with the intervals of both
 */
export function rowsOf(places) {
  const held = (/** @type {number} */ rate) => Math.max(rate, LEAST_RATE);
  const rates = places.map(({ rate }) => held(rate.value));
  const log = Math.max(...rates) / Math.min(...rates) > LOGARITHMIC;
  const placed = (/** @type {number} */ rate) => (log ? held(rate) : rate);
  return {
    log,
    rows: places.map(({ rate }) => placed(rate.value)),
    columns: {
      rateLow: places.map(({ rate }) => placed(rate.low)),
      rateHigh: places.map(({ rate }) => placed(rate.high)),
      distortion: places.map(({ distortion }) => distortion.value),
      low: places.map(({ distortion }) => distortion.low),
      high: places.map(({ distortion }) => distortion.high),
    },
  };
}
