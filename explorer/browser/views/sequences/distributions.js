/** Distributions of real and of generated sequences over the same bins. */
import { element } from "../../dom.js";
import { unitName } from "../../measures.js";
import { readable } from "../../charts/axis.js";
import { vector } from "../../charts/vector.js";

const [WIDTH, HEIGHT] = [320, 120]; // of a drawing's own units; the style sheet gives the size
const MOST_NAMED = 16; // categories that have room for their names
const HISTOGRAMS = Object.freeze({
  frequency: "sequences.histogram_frequency",
  amplitude: "sequences.histogram_amplitude",
  phase: "sequences.histogram_phase",
  pitch_class: "sequences.histogram_pitch_class",
  interval: "sequences.histogram_interval",
  duration: "sequences.histogram_duration",
});

/**
 * @param {string} name
 * @param {import("../../runtime/sequences/evaluation.js").Histogram} histogram
 * @param {import("../../i18n.js").Translator} t
 * @param {{title: string, shares: number[]} | null} other another model's, over the same bins
 * @returns {HTMLElement} heights are shares
 */
export function drawHistogram(name, histogram, t, other) {
  const { edges, categories, unit, real, fake } = histogram;
  const highest = Math.max(...real, ...fake, ...(other?.shares ?? []));
  const places = edges ?? Array.from({ length: categories.length + 1 }, (_, i) => i);
  const series = [
    { kind: "fake", shares: fake, words: t("sequences.kind_fake") },
    ...(other ? [{ kind: "other", shares: other.shares, words: other.title }] : []),
    { kind: "real", shares: real, words: t("sequences.kind_real") },
  ];
  const paths = series.map(({ kind, shares }) =>
    vector("path", {
      class: `histogram-${kind}`,
      "vector-effect": "non-scaling-stroke",
      d: outline(shares, places, highest),
    }),
  );
  const drawing = vector(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...paths,
  );
  const named = categories !== null && categories.length <= MOST_NAMED;
  const ends =
    categories === null
      ? [readable(places[0]), readable(places[places.length - 1])]
      : [categories[0], /** @type {string} */ (categories.at(-1))];
  const labels = named ? categories : [ends[0], unitName(unit, t), ends[1]];
  const keys = series
    .toReversed()
    .map(({ kind, words }) => element("span", { class: `histogram-key histogram-key-${kind}` }, words));
  const shared = real.reduce((sum, share, bin) => sum + Math.min(share, fake[bin]), 0);
  return element(
    "figure",
    { class: "training-figure", "data-histogram": name },
    element(
      "figcaption",
      {},
      element("h3", {}, Object.hasOwn(HISTOGRAMS, name) ? t(HISTOGRAMS[name]) : name),
      element("div", { class: "histogram-keys" }, ...keys),
    ),
    element(
      "div",
      { class: "histogram-area" },
      drawing,
      element("span", { class: "number histogram-most" }, `${(100 * highest).toFixed(1)} %`),
    ),
    element(
      "div",
      { class: `histogram-axis${named ? " sequence-categories" : ""}` },
      ...labels.map((label) => element("span", { class: "number" }, label)),
    ),
    element(
      "p",
      { class: "note number" },
      t("sequences.histogram_shared", { share: `${(100 * shared).toFixed(1)} %` }),
    ),
  );
}

function outline(/** @type {number[]} */ shares, /** @type {number[]} */ edges, /** @type {number} */ highest) {
  const span = edges[edges.length - 1] - edges[0];
  const x = (/** @type {number} */ edge) => (((edge - edges[0]) / span) * WIDTH).toFixed(2);
  const bars = shares.map((share, bin) => `V${(HEIGHT * (1 - share / highest)).toFixed(2)}H${x(edges[bin + 1])}`);
  return `M0 ${HEIGHT}${bars.join("")}V${HEIGHT}Z`;
}
