/** What D says of real and of generated images: two histograms over the same bins. */

import { element } from "../../dom.js";
import { readable } from "../../charts/axis.js";
import { Chart } from "../../charts/chart.js";
import { inPercent, percent } from "../../charts/numerals.js";
import { overlap } from "../../runtime/statistics.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/timeline.js").Histograms} options.histograms
 */
export function createHistogram({ t, histograms }) {
  const node = element("div", { class: "training-figure training-histogram" });
  const chart = new Chart(node, {
    t,
    title: t("training.histogram"),
    unit: t("training.histogram_unit"),
    x: { label: t("training.histogram_axis"), words: readable },
    series: [
      { key: "fake", label: t("training.histogram_fake"), colour: "--fake", kind: "steps" },
      { key: "real", label: t("training.histogram_real"), colour: "--real", kind: "steps" },
    ],
    caption: t("training.histogram_note"),
  });
  const said = element("p", { class: "note number" });
  node.append(said);

  return {
    node,

    /** @param {number} moment */
    show(moment) {
      const { edges, real, fake } = histograms;
      chart.setRows(edges, { real: inPercent(real[moment]), fake: inPercent(fake[moment]) });
      const share = percent(overlap(real[moment], fake[moment]));
      said.textContent = t("training.histogram_overlap", { share: t("words.percent", { value: share }) });
    },

    destroy: () => chart.destroy(),
  };
}
