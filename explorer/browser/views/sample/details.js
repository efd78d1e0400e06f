/** What is known of the sample on the stage: its latent, how far it is from the prior, its nearest real images. */

import { element } from "../../dom.js";
import { paint } from "../../parts/pictures.js";
import { priorDistance } from "../../runtime/statistics.js";
import { createGauge } from "./gauge.js";
import { compare, measureYardstick } from "./neighbours.js";

const NEIGHBOURS = 5;

/** @typedef {{z: Float32Array, picture: Float32Array, mixture: import("../../runtime/numbers.js").Mixture | null}} Subject */

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(z: Float32Array) => HTMLElement | null} options.latentLink leads to the Latent space view, where the model has one
 * @param {() => void} options.onCompare the visitor asked for the nearest real images
 * @param {() => Promise<void>} options.idle resolves when there is time for a slice of work
 * @param {(error: Error) => string} options.describe
 */
export function createDetails({ model, t, latentLink, onCompare, idle, describe }) {
  const latent = createLatent(model, t);
  const priorLine = element("p", { class: "prior-distance" });
  const link = element("p", { class: "latent-link" });
  const real = createComparison({ model, t, onCompare, idle, describe });
  const node = element(
    "div",
    { class: "details" },
    element("section", {}, element("h3", {}, t("sample.prior_distance")), priorLine),
    element("section", {}, element("h3", {}, t("sample.real_title")), real.node),
    element("section", {}, element("h3", {}, t("sample.latent_title", { size: model.latentSize })), latent.node, link),
  );
  return {
    node,
    /** @param {Subject} subject */
    update(subject) {
      const { distance, tail, component } = priorDistance(subject.z, subject.mixture);
      const values = { distance: distance.toFixed(2), tail: percent(tail) };
      priorLine.textContent =
        component === null
          ? t("sample.prior_distance_normal", { ...values, typical: Math.sqrt(model.latentSize).toFixed(2) })
          : t("sample.prior_distance_mixture", {
              ...values,
              component: component + 1,
              count: subject.mixture.weights.length,
            });
      latent.update(subject.z);
      link.replaceChildren(latentLink(subject.z) ?? "");
      real.update(subject);
    },
    /** The sample moves: what is shown belongs to where it was. @param {boolean} stale */
    setStale(stale) {
      node.classList.toggle("stale", stale);
    },
    compare: () => real.open(),
  };
}

/** A share as a percentage that never claims an impossible 0 or a certain 100. @param {number} share */
export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1";
  if (value < 100 && value > 99.9) return "> 99.9";
  return value.toFixed(1);
}

/** z in numbers, each over a bar that shows its sign and size at a glance. */
function createLatent(model, t) {
  const cells = Array.from({ length: model.latentSize }, (_, i) => {
    const bar = element("span", { class: "z-bar" });
    const value = element("span", { class: "z-value" });
    return { bar, value, node: element("li", {}, element("span", { class: "z-index" }, String(i + 1)), value, bar) };
  });
  const node = element("ol", {
    class: "z-list number",
    "aria-label": t("sample.latent_title", { size: model.latentSize }),
  });
  node.append(...cells.map((cell) => cell.node));
  return {
    node,
    update(z) {
      cells.forEach(({ bar, value }, i) => {
        value.textContent = z[i].toFixed(2).replace("-", "−");
        // Four standard deviations fill the half cell.
        bar.style.transform = `scaleX(${Math.max(-1, Math.min(1, z[i] / 4))})`;
      });
    },
  };
}

/** The nearest real images with their distances, held against the distances of real images among themselves. */
function createComparison({ model, t, onCompare, idle, describe }) {
  if (!("map.safetensors" in model.config.files)) {
    return { node: element("p", { class: "note" }, t("sample.no_browse_set")), update() {}, open() {} };
  }
  const button = element(
    "button",
    { class: "button compare-open", type: "button", on: { click: () => (onCompare(), open()) } },
    t("sample.compare"),
  );
  const said = element("p", { class: "note", role: "status" }, t("sample.compare_note"));
  const pictures = element("div", { class: "neighbours" });
  const inPixels = createGauge(t("sample.gauge_pixels"), t("sample.gauge_typical"));
  const inLatents = createGauge(t("sample.gauge_latents"), t("sample.gauge_typical"));
  const pixelLine = element("p", { class: "pixel-line" });
  const latentLine = element("p", { class: "latent-line" });
  const results = element("div", { class: "comparison", hidden: true }, pictures);
  const judged = element(
    "div",
    { class: "judged", hidden: true },
    pixelLine,
    inPixels.node,
    latentLine,
    inLatents.node,
  );
  results.append(judged, element("p", { class: "note" }, t("sample.held_out_note")));
  const state = { subject: null, map: null, yardstick: null, opening: false };

  async function open() {
    if (state.opening) return;
    state.opening = true;
    button.hidden = true;
    said.hidden = false;
    said.textContent = t("page.loading");
    try {
      state.map = await model.loadMap();
      show();
      said.textContent = t("sample.measuring");
      state.yardstick = await measureYardstick(state.map, idle);
      said.hidden = true;
      show();
    } catch (error) {
      state.opening = button.hidden = false;
      said.textContent = describe(error);
    }
  }

  function show() {
    const { map, subject, yardstick } = state;
    if (!map || !subject) return;
    const found = map.nearestImages(subject.picture, NEIGHBOURS);
    results.hidden = false;
    pictures.replaceChildren(...found.map(({ index, distance }) => neighbour(map, index, distance, model, t)));
    judged.hidden = !yardstick;
    if (!yardstick) return;
    const pixels = compare(found[0].distance, yardstick.pixels);
    pixelLine.textContent = t("sample.pixel_line", sentence(pixels, yardstick, map, 3));
    inPixels.update(pixels);
    latentLine.hidden = inLatents.node.hidden = !yardstick.latents;
    if (!yardstick.latents) return;
    const latents = compare(map.nearest(subject.z, 1)[0].distance, yardstick.latents);
    latentLine.textContent = t("sample.latent_line", sentence(latents, yardstick, map, 2));
    inLatents.update(latents);
  }

  return {
    node: element("div", {}, button, said, results),
    update(subject) {
      state.subject = subject;
      show();
    },
    open,
  };
}

function sentence({ distance, median, closer }, yardstick, map, digits) {
  return {
    distance: distance.toFixed(digits),
    median: median.toFixed(digits),
    closer: percent(closer),
    measured: yardstick.count,
    count: map.count,
  };
}

function neighbour(map, index, distance, model, t) {
  const canvas = element("canvas", { class: "picture" });
  paint(canvas, map.image(index), model.imageShape);
  const caption = element("figcaption", { class: "number" }, distance.toFixed(3));
  return element(
    "figure",
    { class: "neighbour", title: t("sample.neighbour", { index, distance: distance.toFixed(3) }) },
    canvas,
    caption,
  );
}
