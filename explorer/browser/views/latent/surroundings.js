/** What surrounds a latent: its nearest images of the browse set, and how far it is from data and from the prior. */
import { element } from "../../dom.js";
import { context2d } from "../../charts/canvas.js";
import { chiSquaredTail } from "../../runtime/statistics.js";

const NEIGHBOURS = 6;

/** @typedef {import("../../runtime/map.js").PlacedMap} PlacedMap */

/**
 * Distance from each posterior mean to the nearest other one, one mean a step.
 * @param {PlacedMap} map
 * @param {Float32Array} distances (N), filled
 * @returns {Generator<void>}
 */
export function* measureSpacing(map, distances) {
  const size = map.mean.length / map.count;
  for (let i = 0; i < map.count; i++) {
    const found = map.nearest(map.mean.subarray(i * size, (i + 1) * size), 2);
    distances[i] = found.find(({ index }) => index !== i)?.distance ?? Infinity; // where there is no other
    yield;
  }
}

/**
 * Share of a list's entries that exceed a value.
 * @param {ArrayLike<number>} values
 * @param {number} value
 */
export function shareBeyond(values, value) {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > value) count++;
  return count / values.length;
}

/**
 * A share in per cent; one that is neither nought nor one is not rounded to either.
 * @param {number} share
 * @param {import("../../i18n.js").Translator} t
 */
function percent(share, t) {
  const percentage = (/** @type {string} */ value) => t("words.percent", { value });
  if (share > 0 && share < 0.001) return `< ${percentage("0.1")}`;
  return share > 0.999 && share < 1 ? `> ${percentage("99.9")}` : percentage((100 * share).toFixed(1));
}

export class Surroundings {
  #map;
  #t;
  #title = element("p", { class: "latent-near-title" });
  #slots;
  #prior = element("p", { class: "latent-prior-distance" });
  #data = element("p", { class: "latent-data-distance" });
  /** Distances between neighbours in the data, once measured. @type {Float32Array | null} */
  #spacing = null;

  /**
   * @param {object} options
   * @param {PlacedMap} options.map
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(index: number) => void} options.onPick
   */
  constructor({ map, t, onPick }) {
    this.#map = map;
    this.#t = t;
    this.#slots = Array.from({ length: NEIGHBOURS }, () => new Slot(map, t, onPick));
    const near = element("div", { class: "latent-near" }, ...this.#slots.map(({ node }) => node));
    this.images = element("div", { class: "latent-surroundings" }, this.#title, near);
    this.distances = element("div", { class: "latent-distances" }, this.#prior, this.#data);
  }

  /** The pictures have come. */
  repaint() {
    this.#slots.forEach((slot) => slot.paint());
  }

  /** @param {Float32Array} distances */
  setSpacing(distances) {
    this.#spacing = distances;
  }

  /**
   * @param {string} words what the images are near to
   * @param {ArrayLike<number>} z
   * @param {number} except an image that is not its own neighbour, or −1
   */
  show(words, z, except) {
    const t = this.#t;
    this.#title.textContent = words;
    const found = this.#map.nearest(z, NEIGHBOURS + 1).filter(({ index }) => index !== except);
    this.#slots.forEach((slot, i) => slot.show(found[i] ?? null));
    let squared = 0;
    for (let i = 0; i < z.length; i++) squared += z[i] * z[i];
    this.#prior.textContent = t("latent.from_prior", {
      distance: Math.sqrt(squared).toFixed(2),
      share: percent(chiSquaredTail(squared, z.length), this.#t),
    });
    this.#data.textContent = this.#fromData(found[0].distance);
  }

  #fromData(/** @type {number} */ value) {
    const distance = value.toFixed(3);
    if (this.#spacing === null) return this.#t("latent.from_data_measuring", { distance });
    const share = percent(shareBeyond(this.#spacing, value), this.#t);
    return this.#t("latent.from_data", { distance, share, count: this.#map.count });
  }
}

/** A neighbour: its image, a button, and its distance. */
class Slot {
  #map;
  #t;
  #canvas;
  #distance = element("span", { class: "number" });
  #shown = -1;

  /** @param {PlacedMap} map @param {import("../../i18n.js").Translator} t @param {(index: number) => void} onPick */
  constructor(map, t, onPick) {
    this.#map = map;
    this.#t = t;
    const { width, height } = map.tile(0);
    this.#canvas = element("canvas", { class: "picture", width, height });
    this.node = element("button", { class: "latent-neighbour", type: "button" }, this.#canvas, this.#distance);
    this.node.addEventListener("click", () => this.#shown >= 0 && onPick(this.#shown));
  }

  paint() {
    const { thumbnails } = this.#map;
    if (!thumbnails || this.#shown < 0) return;
    const { x, y, width, height } = this.#map.tile(this.#shown);
    context2d(this.#canvas).drawImage(thumbnails, x, y, width, height, 0, 0, width, height);
  }

  /** @param {import("../../runtime/map.js").Neighbour | null} neighbour null where the browse set has no more */
  show(neighbour) {
    this.node.hidden = neighbour === null;
    if (neighbour === null) return;
    this.#distance.textContent = neighbour.distance.toFixed(2);
    if (neighbour.index === this.#shown) return;
    this.#shown = neighbour.index;
    this.node.setAttribute("aria-label", this.#t("latent.neighbour", { index: this.#map.datasetIndex[this.#shown] }));
    this.paint();
  }
}
