/** One slider per latent dimension with its KL, and a strip of pictures along it, all other dimensions left as they are. */
import { element } from "../../dom.js";
import { paint } from "../../parts/pictures.js";
import { COLLAPSED, orderByKl } from "../../runtime/dimensions.js";
import { signed, subscript } from "../../charts/numerals.js";
import { createIdleWorker } from "./idle.js";

export const TRAVERSAL = Object.freeze([-3, -2.25, -1.5, -0.75, 0, 0.75, 1.5, 2.25, 3]);
const FIRST = 8; // dimensions shown before all are asked for
const PAUSE = 120; // milliseconds without a change before strips are drawn

/**
 * The latents of a traversal: `z` with one coordinate set to each value in turn.
 * @param {Float32Array} z
 * @param {number} dimension
 * @returns {Float32Array[]}
 */
export function traverse(z, dimension) {
  return TRAVERSAL.map((value) => {
    const moved = z.slice();
    moved[dimension] = value;
    return moved;
  });
}

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../runtime/map.js").LatentMap} options.map
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(dimension: number, value: number, event: Event) => void} options.onChange
 * @param {() => void} options.onCommit a slider was let go
 * @param {(dimension: number | null) => void} options.onPoint the pointer is over a dimension
 * @param {() => boolean} options.isBusy whether strips must wait
 */
export function createDimensions({ model, map, t, onChange, onCommit, onPoint, isBusy }) {
  const order = orderByKl(map.klPerDimension);
  const most = Math.max(...map.klPerDimension, COLLAPSED);
  const reach = Math.ceil(map.mean.reduce((far, value) => Math.max(far, Math.abs(value)), 3.5));
  const shared = { model, most, reach, t, onChange, onCommit, onPoint };
  const rows = order.map((dimension) => createRow({ dimension, kl: map.klPerDimension[dimension], ...shared }));
  const list = element("div", { class: "latent-dimensions" }, ...rows.map(({ node }) => node));
  const all = element(
    "button",
    { class: "button", type: "button", hidden: order.length <= FIRST },
    t("latent.show_all", { count: order.length }),
  );
  rows.slice(FIRST).forEach(({ node }) => (node.hidden = true));
  const worker = createIdleWorker(isBusy);
  /** @type {Float32Array} */
  let z = new Float32Array(model.latentSize);
  let pause = 0;
  const drawStrips = () => {
    if (!model.remote) worker.run(strips());
  };
  function* strips() {
    for (const row of rows) if (row.seen && row.drawn !== z && !row.node.hidden) yield* row.draw(z);
  }
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) rows.find(({ node }) => node === target).seen = isIntersecting;
      drawStrips();
    },
    { rootMargin: "200px" },
  );
  rows.forEach(({ node }) => watcher.observe(node));
  all.addEventListener("click", () => {
    rows.forEach(({ node }) => (node.hidden = false));
    all.hidden = true;
  });
  return {
    node: element("div", {}, list, all),
    /** @param {Float32Array} latent never changed afterwards */
    show(latent) {
      z = latent;
      for (const row of rows) row.show(z[row.dimension]);
      worker.stop();
      clearTimeout(pause);
      pause = setTimeout(drawStrips, PAUSE);
    },
    /** @param {number | null} dimension */
    point(dimension) {
      for (const row of rows) row.node.classList.toggle("pointed", row.dimension === dimension);
    },
    destroy() {
      watcher.disconnect();
      worker.stop();
      clearTimeout(pause);
    },
  };
}

function createRow({ dimension, model, kl, most, reach, t, onChange, onCommit, onPoint }) {
  const name = `z${subscript(dimension + 1)}`;
  const slider = element("input", {
    type: "range",
    min: -reach,
    max: reach,
    step: 0.01,
    "aria-label": t("latent.slider", { name }),
  });
  const value = element("output", { class: "number latent-value" });
  const strip = element("canvas", {
    class: "latent-strip",
    role: "img",
    "aria-label": t("latent.strip", { name }),
    hidden: model.remote,
  });
  const { width, height } = model.imageShape;
  strip.width = TRAVERSAL.length * width;
  strip.height = height;
  strip.style.setProperty("aspect-ratio", `${strip.width} / ${height}`);
  const marker = element("div", { class: "latent-strip-marker", hidden: true });
  slider.addEventListener("input", (event) => onChange(dimension, Number(slider.value), event));
  slider.addEventListener("change", onCommit);
  strip.addEventListener("click", (event) => {
    const box = strip.getBoundingClientRect();
    const step = Math.min(
      TRAVERSAL.length - 1,
      Math.floor(((event.clientX - box.left) / box.width) * TRAVERSAL.length),
    );
    onChange(dimension, TRAVERSAL[step], event);
    onCommit();
  });
  const collapsed = kl < COLLAPSED;
  const mark = collapsed ? [element("span", { class: "latent-collapsed" }, t("latent.collapsed"))] : [];
  const bar = element("div", { class: "latent-kl-bar", style: { "--share": String(kl / most) } });
  const node = element(
    "div",
    { class: `latent-dimension${collapsed ? " collapsed" : ""}`, "data-dimension": dimension },
    element("span", { class: "latent-name" }, name),
    element(
      "span",
      { class: "latent-kl number" },
      bar,
      t("latent.nats", { value: kl.toFixed(kl < 0.1 ? 3 : 2) }),
      ...mark,
    ),
    slider,
    value,
    element("div", { class: "latent-strip-box" }, strip, marker),
  );
  node.addEventListener("pointerenter", () => onPoint(dimension));
  node.addEventListener("pointerleave", () => onPoint(null));
  return {
    node,
    dimension,
    seen: false,
    /** @type {Float32Array | null} the latent that the strip was drawn for */
    drawn: null,
    show(/** @type {number} */ at) {
      slider.value = String(at);
      value.textContent = signed(at);
      const share = (at - TRAVERSAL[0]) / (TRAVERSAL[TRAVERSAL.length - 1] - TRAVERSAL[0]);
      // The first picture's middle stands for −3, the last one's for 3.
      marker.style.setProperty("left", `${(100 * (0.5 + share * (TRAVERSAL.length - 1))) / TRAVERSAL.length}%`);
      marker.hidden = model.remote || share < 0 || share > 1;
    },
    /** @param {Float32Array} z @returns {Generator<void>} */
    *draw(z) {
      const picture = new OffscreenCanvas(width, height);
      const context = strip.getContext("2d");
      for (const [step, moved] of traverse(z, dimension).entries()) {
        paint(picture, model.decode(moved), model.imageShape);
        context.drawImage(picture, step * width, 0);
        yield;
      }
      this.drawn = z;
    },
  };
}
