/** What D says of real and of generated images: two histograms over the same bins. */

import { element } from "../../dom.js";
import { vector } from "../../charts/vector.js";

const [WIDTH, HEIGHT] = [320, 120]; // of the drawing's own units; the style sheet gives the size
const KINDS = Object.freeze(["real", "fake"]);

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/timeline.js").Histograms} options.histograms
 */
export function createHistogram({ t, histograms }) {
  const paths = Object.fromEntries(
    KINDS.map((kind) => [kind, vector("path", { class: `histogram-${kind}`, "vector-effect": "non-scaling-stroke" })]),
  );
  const drawing = vector(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    paths.fake,
    paths.real,
  );
  const most = element("span", { class: "number histogram-most" });
  const said = element("p", { class: "note number" });
  const keys = KINDS.map((kind) =>
    element("span", { class: `histogram-key histogram-key-${kind}` }, t(`training.histogram_${kind}`)),
  );
  const { edges } = histograms;
  const ends = [edges[0], edges[edges.length - 1]].map((edge) => element("span", { class: "number" }, short(edge)));
  const axis = element(
    "div",
    { class: "histogram-axis" },
    ends[0],
    element("span", { class: "note" }, t("training.histogram_axis")),
    ends[1],
  );
  const node = element(
    "figure",
    { class: "training-figure training-histogram" },
    element(
      "figcaption",
      {},
      element("h3", {}, t("training.histogram")),
      element("div", { class: "histogram-keys" }, ...keys),
    ),
    element("div", { class: "histogram-area" }, drawing, most),
    axis,
    said,
    element("p", { class: "note" }, t("training.histogram_note")),
  );

  return {
    node,

    /** @param {number} moment */
    show(moment) {
      const rows = KINDS.map((kind) => histograms[kind][moment]);
      const highest = rows.reduce((top, row) => Math.max(top, ...row), 0);
      KINDS.forEach((kind, i) => paths[kind].setAttribute("d", outline(rows[i], edges, highest)));
      most.textContent = percent(highest);
      said.textContent = t("training.histogram_overlap", { share: percent(overlap(rows[0], rows[1])) });
    },
  };
}

/** The share that two histograms have in common: 0 is told apart wholly, 1 is the same. */
export function overlap(/** @type {ArrayLike<number>} */ one, /** @type {ArrayLike<number>} */ other) {
  return Array.from(one, (share, bin) => Math.min(share, other[bin])).reduce((sum, share) => sum + share, 0);
}

/** Bars as one outline; areas are shares where bins are equally wide. */
function outline(
  /** @type {ArrayLike<number>} */ shares,
  /** @type {ArrayLike<number>} */ edges,
  /** @type {number} */ highest,
) {
  const span = edges[edges.length - 1] - edges[0];
  const x = (/** @type {number} */ edge) => (((edge - edges[0]) / span) * WIDTH).toFixed(2);
  const bars = Array.from(
    shares,
    (share, bin) => `V${(HEIGHT * (1 - share / highest)).toFixed(2)}H${x(edges[bin + 1])}`,
  );
  return `M0 ${HEIGHT}${bars.join("")}V${HEIGHT}Z`;
}

function percent(/** @type {number} */ share) {
  return `${(100 * share).toFixed(1)} %`;
}

function short(/** @type {number} */ value) {
  return String(Number(value.toPrecision(3)));
}
