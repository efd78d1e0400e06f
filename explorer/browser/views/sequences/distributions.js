/** Distributions of real and of generated sequences over the same bins. */
import { element } from "../../dom.js";
import { unitName } from "../../measures.js";
import { readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { inPercent, percent } from "../../charts/numerals.js";
import { overlap } from "../../runtime/statistics.js";

const HISTOGRAMS = Object.freeze(
  new Map([
    ["frequency", "sequences.histogram_frequency"],
    ["amplitude", "sequences.histogram_amplitude"],
    ["phase", "sequences.histogram_phase"],
    ["pitch_class", "sequences.histogram_pitch_class"],
    ["interval", "sequences.histogram_interval"],
    ["duration", "sequences.histogram_duration"],
  ]),
);

/**
 * @param {HTMLElement} place gets the histogram appended
 * @param {string} name
 * @param {import("../../runtime/sequences/evaluation.js").Histogram} histogram
 * @param {import("../../i18n.js").Translator} t
 * @param {{title: string, shares: number[]} | null} other another model's, over the same bins
 * @returns {Chart} heights are shares
 */
export function drawHistogram(place, name, histogram, t, other) {
  const { edges, categories, unit, real, fake } = histogram;
  const key = HISTOGRAMS.get(name);
  const kind = /** @type {const} */ ("steps");
  const node = element("div", { "data-histogram": name });
  const share = t("words.percent", { value: percent(overlap(real, fake)) });
  const chart = new Chart(node, {
    t,
    title: key ? t(key) : name,
    unit: t("training.histogram_unit"),
    x: { label: unitName(unit, t), words: readable },
    series: [
      { key: "fake", label: t("sequences.kind_fake"), colour: "--fake", kind },
      ...(other ? [{ key: "other", label: other.title, colour: "--text-soft", kind }] : []),
      { key: "real", label: t("sequences.kind_real"), colour: "--real", kind },
    ],
    caption: t("sequences.histogram_shared", { share }),
  });
  const columns = {
    real: inPercent(real),
    fake: inPercent(fake),
    ...(other && { other: inPercent(other.shares) }),
  };
  if (edges) chart.setRows(edges, columns);
  // Categories stand in bins of their own.
  else if (categories)
    chart.setRows(
      Float64Array.from({ length: categories.length + 1 }, (_, i) => i),
      columns,
      categories,
    );
  place.append(node);
  return chart;
}
