/** How the importance-weighted bound tightens with the number of samples, as a chart. */
import { Chart } from "../../../charts/chart.js";
import { fixed } from "../../../charts/numerals.js";

const LEAST_TALL = 1; // nats above and below: rounding errors must not fill a chart
const LEAST_REPEATS = 4; // fewer have no spread to speak of

/**
 * @param {HTMLElement} parent
 * @param {import("../../../i18n.js").Translator} t
 * @param {string} caption
 */
export function createCurve(parent, t, caption) {
  return new Chart(parent, {
    t,
    title: t("elbo.chart"),
    unit: t("elbo.unit"),
    x: { label: "K =", words: (place) => String(2 ** place) },
    y: { words: (value) => fixed(value, 2) },
    series: [
      { key: "mean", label: t("elbo.mean"), colour: "--accent" },
      { key: "low", label: t("elbo.low"), colour: "--text-soft", line: "dotted" },
      { key: "high", label: t("elbo.high"), colour: "--text-soft", line: "dotted" },
    ],
    caption,
  });
}

/** @param {Chart} chart @param {import("./draws.js").Summary["bounds"]} bounds @param {number | null} exact */
export function drawCurve(chart, bounds, exact) {
  const values = bounds.flatMap(({ low, high }) => [low, high]).concat(exact ?? []);
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  chart.setRange([middle - LEAST_TALL, middle + LEAST_TALL]);
  const spread = (/** @type {"low" | "high"} */ name) =>
    bounds.map((bound) => (bound.repeats < LEAST_REPEATS ? NaN : bound[name]));
  chart.setRows(
    bounds.map(({ count }) => Math.log2(count)),
    { mean: bounds.map(({ mean }) => mean), low: spread("low"), high: spread("high") },
  );
  chart.setCursor(Math.log2(bounds[bounds.length - 1].count));
}
