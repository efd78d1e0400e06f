/**
 * A latent plane of the generator as it was at a moment of training. Two orthonormal directions of the latent space span
 * the plane around one seed's latent.
 */

import { element } from "../../dom.js";
import { STREAMS } from "../../runtime/numbers.js";
import { normals } from "../../runtime/philox.js";
import { grouped } from "../../charts/axis.js";
import { paint } from "../../parts/pictures.js";
import { momentAt } from "./clock.js";

const REACH = 3; // to either side of the seed's latent; a standard deviation of the standard normal prior is 1
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

function dot(/** @type {ArrayLike<number>} */ one, /** @type {ArrayLike<number>} */ other) {
  return Array.from(one, (value, i) => value * other[i]).reduce((sum, value) => sum + value, 0);
}

function unit(/** @type {Float64Array} */ values) {
  const length = Math.sqrt(dot(values, values));
  return values.map((value) => value / length);
}

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../runtime/moments.js").Moments} options.moments
 * @param {(changes: Record<string, string | number | null>) => void} options.onChange what a link has to say
 * @param {(error: Error) => void} options.onError
 */
export function createWeights({ t, model, moments, onChange, onError }) {
  return new Weights({ t, model, moments, onChange, onError });
}

class Weights {
  constructor({ t, model, moments, onChange, onError }) {
    this.t = t;
    this.model = model;
    this.moments = moments;
    this.onChange = onChange;
    this.onError = onError;
    this.seed = 0;
    this.label = 0;
    this.index = -1;
    this.plane = directions(model.latentSize);
    this.place = { x: 0, y: 0 };
    this.build();
  }

  build() {
    const { t, model } = this;
    const { width, height } = model.imageShape;
    this.canvas = element("canvas", {
      class: "picture",
      width,
      height,
      role: "img",
      "aria-label": t("training.weights_picture"),
    });
    this.dot = element("div", { class: "weights-dot" });
    this.pad = element(
      "div",
      { class: "weights-pad", tabindex: 0, role: "application", "aria-label": t("training.weights_pad") },
      this.dot,
    );
    this.said = element("p", { class: "number" });
    this.seedInput = element("input", {
      class: "input number seed",
      type: "number",
      min: 0,
      step: 1,
      value: 0,
      id: "weights-seed",
    });
    this.seedInput.addEventListener("change", () => this.setSeed(this.seedInput.value));
    const home = element(
      "button",
      { class: "button", type: "button", on: { click: (event) => this.moveTo({ x: 0, y: 0 }, event) } },
      t("training.weights_home"),
    );
    const fields = [
      element(
        "label",
        { class: "field", for: "weights-seed" },
        element("span", { class: "field-name" }, t("training.weights_seed")),
        this.seedInput,
      ),
    ];
    if (model.classes > 0) fields.push(this.buildLabel());
    this.node = element(
      "section",
      { class: "training-weights" },
      element("h2", {}, t("training.weights")),
      element("p", { class: "note" }, t("training.weights_note", { count: this.moments.steps.length })),
      this.said,
      element(
        "div",
        { class: "weights-row" },
        element("div", { class: "weights-picture" }, this.canvas),
        this.pad,
        element("div", { class: "weights-fields" }, ...fields, home),
      ),
    );
    this.listen();
  }

  buildLabel() {
    const names = this.model.config.condition.labels[this.t.language];
    this.labelSelect = element(
      "select",
      { class: "select", id: "weights-label" },
      ...names.map((name, code) => element("option", { value: code }, name)),
    );
    this.labelSelect.addEventListener("change", (event) => {
      this.label = Number(this.labelSelect.value);
      this.onChange({ label: this.label || null });
      this.draw(event);
    });
    return element(
      "label",
      { class: "field", for: "weights-label" },
      element("span", { class: "field-name" }, this.t("training.weights_label")),
      this.labelSelect,
    );
  }

  listen() {
    const { pad } = this;
    const take = (/** @type {PointerEvent} */ event) => {
      const box = pad.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width - 0.5) * 2 * REACH;
      const y = (0.5 - (event.clientY - box.top) / box.height) * 2 * REACH;
      this.moveTo({ x, y }, event);
    };
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      take(event);
    });
    pad.addEventListener("pointermove", (event) => pad.hasPointerCapture(event.pointerId) && take(event));
    pad.addEventListener("keydown", (event) => {
      const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
      if (dx === undefined) return;
      event.preventDefault();
      const { x, y } = this.place;
      this.moveTo({ x: x + KEY_STEP * dx, y: y + KEY_STEP * dy }, event);
    });
  }

  /** @param {Record<string, string>} state of the link */
  restore({ zseed, zx, zy, label }) {
    if (/^\d{1,15}$/.test(zseed ?? "")) this.seed = Number(zseed);
    this.seedInput.value = String(this.seed);
    const [x, y] = [zx, zy].map((text) => Number(text ?? 0));
    if (Number.isFinite(x) && Number.isFinite(y)) this.place = within({ x, y });
    if (this.labelSelect && Number(label) < this.model.classes && Number(label) >= 0)
      this.labelSelect.value = String((this.label = Math.floor(Number(label))));
  }

  setSeed(/** @type {string} */ text) {
    const fits = /^\d{1,15}$/.test(text);
    this.seedInput.setAttribute("aria-invalid", String(!fits));
    if (!fits) return;
    this.seed = Number(text);
    this.onChange({ zseed: this.seed || null });
    this.moveTo(this.place);
  }

  /** @param {{x: number, y: number}} place @param {Event} [event] */
  moveTo(place, event) {
    // What the link says is what is drawn.
    this.place = within({ x: Number(place.x.toFixed(2)), y: Number(place.y.toFixed(2)) });
    this.onChange({ zx: this.place.x || null, zy: this.place.y || null });
    this.draw(event);
  }

  /** Show the generator as it was by a step. @param {number} step */
  show(step) {
    const index = momentAt(this.moments.steps, step);
    if (index === this.index) return;
    this.index = index;
    this.draw();
  }

  /** @param {Event} [event] the input that asked for it */
  draw(event) {
    const { place } = this;
    this.dot.style.setProperty("left", `${50 + (50 * place.x) / REACH}%`);
    this.dot.style.setProperty("top", `${50 - (50 * place.y) / REACH}%`);
    if (this.index < 0) {
      this.said.textContent = this.t("training.weights_none", { step: this.moments.steps[0] });
      return;
    }
    try {
      const z = moved(this.model.samplePrior(this.seed), this.plane, place);
      const input = new Float32Array(z.length + this.model.classes);
      input.set(z);
      if (this.model.classes > 0) input[z.length + this.label] = 1;
      paint(this.canvas, this.moments.decoder(this.index).run(input), this.model.imageShape);
    } catch (error) {
      this.onError(error);
    }
    this.said.textContent = this.t("training.weights_at", {
      step: grouped(this.moments.steps[this.index]),
      x: place.x.toFixed(2),
      y: place.y.toFixed(2),
    });
    if (event) performance.measure("explorer:training", { start: event.timeStamp, detail: "latent" });
  }
}

function within(/** @type {{x: number, y: number}} */ { x, y }) {
  const clip = (/** @type {number} */ value) => Math.max(-REACH, Math.min(REACH, value));
  return { x: clip(x), y: clip(y) };
}
