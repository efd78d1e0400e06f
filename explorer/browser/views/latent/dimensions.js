/**
 * One slider per latent dimension with its KL, and a strip of pictures along it, all other dimensions left as they are.
 */
import { element } from "../../dom.js";
import { context2d } from "../../charts/canvas.js";
import { signed, subscript } from "../../charts/numerals.js";
import { paint } from "../../parts/pictures.js";
import { COLLAPSED, orderByKl } from "../../runtime/dimensions.js";
import { IdleWorker } from "./idle.js";

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
 * @typedef {object} Listeners
 * @property {(dimension: number, value: number, event: Event) => void} onChange
 * @property {() => void} onCommit a slider was let go
 * @property {(dimension: number | null) => void} onPoint the pointer is over a dimension
 */

export class Dimensions {
  #rows;
  #worker;
  #watcher;
  /** Where the strips run through. @type {Float32Array} */
  #z;
  #pause = 0; // timer
  #remote;

  /**
   * @param {{
   *   model: import("../../runtime/model.js").Model,
   *   map: import("../../runtime/map.js").PlacedMap,
   *   t: import("../../i18n.js").Translator,
   *   isBusy: () => boolean,
   * } & Listeners} options `isBusy`: whether strips must wait
   */
  constructor({ model, map, t, isBusy, ...listeners }) {
    const order = orderByKl(map.klPerDimension);
    const most = Math.max(...map.klPerDimension, COLLAPSED);
    const reach = Math.ceil(map.mean.reduce((far, value) => Math.max(far, Math.abs(value)), 3.5));
    this.#z = new Float32Array(model.latentSize);
    this.#rows = order.map(
      (dimension) => new Row({ dimension, kl: map.klPerDimension[dimension], model, most, reach, t, ...listeners }),
    );
    const nodes = this.#rows.map(({ node }) => node);
    const words = t("latent.show_all", { count: order.length });
    const all = element("button", { class: "button", type: "button", hidden: order.length <= FIRST }, words);
    for (const node of nodes.slice(FIRST)) node.hidden = true;
    all.addEventListener("click", () => {
      for (const node of nodes) node.hidden = false;
      all.hidden = true;
    });
    this.node = element("div", {}, element("div", { class: "latent-dimensions" }, ...nodes), all);
    this.#worker = new IdleWorker(isBusy);
    this.#remote = model.remote;
    this.#watcher = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries)
          for (const row of this.#rows) if (row.node === target) row.seen = isIntersecting;
        this.#drawStrips();
      },
      { rootMargin: "200px" },
    );
    for (const node of nodes) this.#watcher.observe(node);
  }

  #drawStrips() {
    if (!this.#remote) this.#worker.run(this.#strips());
  }

  *#strips() {
    const z = this.#z;
    for (const row of this.#rows) if (row.seen && row.drawn !== z && !row.node.hidden) yield* row.draw(z);
  }

  /** @param {Float32Array} latent never changed afterwards */
  show(latent) {
    this.#z = latent;
    for (const row of this.#rows) row.show(latent[row.dimension]);
    this.#worker.stop();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#drawStrips(), PAUSE);
  }

  /** @param {number | null} dimension */
  point(dimension) {
    for (const row of this.#rows) row.node.classList.toggle("pointed", row.dimension === dimension);
  }

  destroy() {
    this.#watcher.disconnect();
    this.#worker.stop();
    clearTimeout(this.#pause);
  }
}

class Row {
  /** Whether it is on the screen. */
  seen = false;
  /** The latent that the strip was drawn for. @type {Float32Array | null} */
  drawn = null;
  #model;
  #slider;
  #value = element("output", { class: "number latent-value" });
  #strip;
  #marker = element("div", { class: "latent-strip-marker", hidden: true });

  /**
   * @param {{
   *   dimension: number,
   *   model: import("../../runtime/model.js").Model,
   *   kl: number,
   *   most: number,
   *   reach: number,
   *   t: import("../../i18n.js").Translator,
   * } & Listeners} options `kl` in nats, `most` that of a full bar; the slider runs from −reach to reach
   */
  constructor({ dimension, model, kl, most, reach, t, onChange, onCommit, onPoint }) {
    this.dimension = dimension;
    this.#model = model;
    const name = `z${subscript(dimension + 1)}`;
    const range = { min: -reach, max: reach, step: 0.01 };
    this.#slider = element("input", { type: "range", ...range, "aria-label": t("latent.slider", { name }) });
    this.#slider.addEventListener("input", (event) => onChange(dimension, Number(this.#slider.value), event));
    this.#slider.addEventListener("change", onCommit);
    const { width, height } = model.imageShape;
    this.#strip = element("canvas", {
      class: "latent-strip",
      role: "img",
      "aria-label": t("latent.strip", { name }),
      hidden: model.remote,
      width: TRAVERSAL.length * width,
      height,
      style: { "aspect-ratio": `${TRAVERSAL.length * width} / ${height}` },
    });
    this.#strip.addEventListener("click", (event) => {
      onChange(dimension, this.#valueAt(event.clientX), event);
      onCommit();
    });
    const collapsed = kl < COLLAPSED;
    const mark = collapsed ? [element("span", { class: "latent-collapsed" }, t("latent.collapsed"))] : [];
    const bar = element("div", { class: "latent-kl-bar", style: { "--share": String(kl / most) } });
    const nats = t("latent.nats", { value: kl.toFixed(kl < 0.1 ? 3 : 2) });
    this.node = element(
      "div",
      { class: `latent-dimension${collapsed ? " collapsed" : ""}`, "data-dimension": dimension },
      element("span", { class: "latent-name" }, name),
      element("span", { class: "latent-kl number" }, bar, nats, ...mark),
      this.#slider,
      this.#value,
      element("div", { class: "latent-strip-box" }, this.#strip, this.#marker),
    );
    this.node.addEventListener("pointerenter", () => onPoint(dimension));
    this.node.addEventListener("pointerleave", () => onPoint(null));
  }

  /** The value of the picture under the pointer. @param {number} clientX */
  #valueAt(clientX) {
    const { left, width } = this.#strip.getBoundingClientRect();
    const step = Math.floor(((clientX - left) / width) * TRAVERSAL.length);
    return TRAVERSAL[Math.min(TRAVERSAL.length - 1, step)];
  }

  /** @param {number} at */
  show(at) {
    this.#slider.value = String(at);
    this.#value.textContent = signed(at);
    const share = (at - TRAVERSAL[0]) / (TRAVERSAL[TRAVERSAL.length - 1] - TRAVERSAL[0]);
    // The first picture's middle stands for −3, the last one's for 3.
    const place = (100 * (0.5 + share * (TRAVERSAL.length - 1))) / TRAVERSAL.length;
    this.#marker.style.setProperty("left", `${place}%`);
    this.#marker.hidden = this.#model.remote || share < 0 || share > 1;
  }

  /** @param {Float32Array} z @returns {Generator<void>} */
  *draw(z) {
    const { width, height } = this.#model.imageShape;
    const picture = new OffscreenCanvas(width, height);
    const context = context2d(this.#strip);
    for (const [step, moved] of traverse(z, this.dimension).entries()) {
      paint(picture, this.#model.decodeHere(moved), this.#model.imageShape);
      context.drawImage(picture, step * width, 0);
      yield;
    }
    this.drawn = z;
  }
}
