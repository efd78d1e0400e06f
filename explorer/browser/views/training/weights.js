/**
 * A latent plane of the generator as it was at a moment of training. Two orthonormal directions of the latent space
 * span the plane around one seed's latent.
 */

import { element } from "../../dom.js";
import { STREAMS } from "../../runtime/numbers.js";
import { normals } from "../../runtime/philox.js";
import { parseSeed } from "../../runtime/seed-space.js";
import { grouped } from "../../charts/axis.js";
import { createField } from "../../parts/fields.js";
import { paint } from "../../parts/pictures.js";
import { momentAt } from "./clock.js";

export const REACH = 3; // to either side of the seed's latent; a standard deviation of the standard normal prior is 1
const KEY_STEP = 0.1;
const DIRECTION_SEEDS = Object.freeze([1_000_001, 1_000_002]); // far from seeds that one looks at

/**
 * Two orthonormal directions, the same for every seed and moment.
 * @param {number} size L, at least 2
 * @returns {[Float64Array, Float64Array]} unit vectors at a right angle; the axes where L = 2
 */
export function directions(size) {
  if (size === 2) return [Float64Array.of(1, 0), Float64Array.of(0, 1)];
  const first = unit(normals(DIRECTION_SEEDS[0], STREAMS.noise, size));
  const second = normals(DIRECTION_SEEDS[1], STREAMS.noise, size);
  const along = dot(first, second);
  return [first, unit(second.map((value, i) => value - along * first[i]))];
}

/**
 * The latent at a place of the plane.
 * @param {ArrayLike<number>} z of the seed (L), the plane's centre
 * @param {[Float64Array, Float64Array]} plane
 * @param {{x: number, y: number}} place distances along the two directions
 * @returns {Float32Array} (L)
 */
export function moved(z, [first, second], { x, y }) {
  return Float32Array.from(z, (value, i) => value + x * first[i] + y * second[i]);
}

/** @param {ArrayLike<number>} one @param {ArrayLike<number>} other */
function dot(one, other) {
  return Array.from(one, (value, i) => value * other[i]).reduce((sum, value) => sum + value, 0);
}

/** @param {Float64Array} values */
function unit(values) {
  const length = Math.sqrt(dot(values, values));
  return values.map((value) => value / length);
}

/**
 * @typedef {import("../../runtime/model.js").Model} Model
 * @typedef {import("../../runtime/moments.js").Moments} Moments
 * @typedef {Pick<import("./address.js").Settings, "zseed" | "zx" | "zy" | "label">} Place of the latent that is drawn
 */

export class Weights {
  /** @type {HTMLElement} */
  node;
  #t;
  #model;
  #moments;
  #onChange;
  #onError;
  #place;
  #plane;
  /** Of the stored weights that are shown; −1 before the first. */
  #index = -1;
  #canvas;
  #dot = element("div", { class: "weights-dot" });
  #said = element("p", { class: "number" });

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {Model} options.model
   * @param {Moments} options.moments
   * @param {Place} options.place at first
   * @param {(changes: Partial<Place>) => void} options.onChange what a link has to say
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ t, model, moments, place, onChange, onError }) {
    this.#t = t;
    this.#model = model;
    this.#moments = moments;
    this.#onChange = onChange;
    this.#onError = onError;
    this.#place = place;
    this.#plane = directions(model.latentSize);
    const { width, height } = model.imageShape;
    this.#canvas = element("canvas", {
      class: "picture",
      width,
      height,
      role: "img",
      "aria-label": t("training.weights_picture"),
    });
    const home = element(
      "button",
      { class: "button", type: "button", on: { click: (event) => this.#moveTo(0, 0, event) } },
      t("training.weights_home"),
    );
    const fields = [this.#createSeed(), ...this.#createLabel(), home];
    this.node = element(
      "section",
      { class: "training-weights" },
      element("h2", {}, t("training.weights")),
      element("p", { class: "note" }, t("training.weights_note", { count: moments.steps.length })),
      this.#said,
      element(
        "div",
        { class: "weights-row" },
        element("div", { class: "weights-picture" }, this.#canvas),
        this.#createPad(),
        element("div", { class: "weights-fields" }, ...fields),
      ),
    );
  }

  /** Show the generator as it was by a step. @param {number} step */
  show(step) {
    const index = momentAt(this.#moments.steps, step);
    if (index === this.#index) return;
    this.#index = index;
    this.#draw();
  }

  #createSeed() {
    const input = element("input", {
      class: "input number seed",
      type: "number",
      min: 0,
      step: 1,
      value: this.#place.zseed,
    });
    input.addEventListener("change", (event) => {
      const zseed = parseSeed(input.value);
      input.setAttribute("aria-invalid", String(zseed === null));
      if (zseed !== null) this.#change({ zseed }, event);
    });
    return createField(this.#t("training.weights_seed"), input);
  }

  /** The class of a conditional model. */
  #createLabel() {
    const { condition } = this.#model.config;
    if (!condition) return [];
    const options = condition.labels[this.#t.language].map((name, code) =>
      element("option", { value: code, selected: code === this.#place.label }, name),
    );
    const select = element("select", { class: "select" }, ...options);
    select.addEventListener("change", (event) => this.#change({ label: Number(select.value) }, event));
    return [createField(this.#t("training.weights_label"), select)];
  }

  #createPad() {
    const pad = element(
      "div",
      { class: "weights-pad", tabindex: 0, role: "application", "aria-label": this.#t("training.weights_pad") },
      this.#dot,
    );
    const take = (/** @type {PointerEvent} */ event) => {
      const box = pad.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width - 0.5) * 2 * REACH;
      const y = (0.5 - (event.clientY - box.top) / box.height) * 2 * REACH;
      this.#moveTo(x, y, event);
    };
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      take(event);
    });
    pad.addEventListener("pointermove", (event) => pad.hasPointerCapture(event.pointerId) && take(event));
    pad.addEventListener("keydown", (event) => {
      const move = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (move === undefined) return;
      event.preventDefault();
      this.#moveTo(this.#place.zx + KEY_STEP * move[0], this.#place.zy + KEY_STEP * move[1], event);
    });
    return pad;
  }

  /** @param {number} x along the first direction @param {number} y along the second @param {Event} event */
  #moveTo(x, y, event) {
    const rounded = (/** @type {number} */ value) => Number(Math.max(-REACH, Math.min(REACH, value)).toFixed(2));
    this.#change({ zx: rounded(x), zy: rounded(y) }, event); // what the link says is what is drawn
  }

  /** @param {Partial<Place>} changes @param {Event} event the input that asked for it */
  #change(changes, event) {
    this.#place = { ...this.#place, ...changes };
    this.#onChange(changes);
    this.#draw();
    performance.measure("explorer:training", { start: event.timeStamp, detail: "latent" });
  }

  #draw() {
    const { zx: x, zy: y } = this.#place;
    this.#dot.style.setProperty("left", `${50 + (50 * x) / REACH}%`);
    this.#dot.style.setProperty("top", `${50 - (50 * y) / REACH}%`);
    const { steps } = this.#moments;
    if (this.#index < 0) {
      this.#said.textContent = this.#t("training.weights_none", { step: steps[0] });
      return;
    }
    try {
      this.#paint();
    } catch (error) {
      this.#onError(error);
    }
    const words = { step: grouped(steps[this.#index]), x: x.toFixed(2), y: y.toFixed(2) };
    this.#said.textContent = this.#t("training.weights_at", words);
  }

  #paint() {
    const { zseed, zx, zy, label } = this.#place;
    const { classes, imageShape } = this.#model;
    const z = moved(this.#model.samplePrior(zseed), this.#plane, { x: zx, y: zy });
    const input = new Float32Array(z.length + classes);
    input.set(z);
    if (classes > 0) input[z.length + label] = 1;
    paint(this.#canvas, this.#moments.decoder(this.#index).run(input), imageShape);
  }
}
