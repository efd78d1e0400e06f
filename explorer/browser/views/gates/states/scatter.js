/**
 * The map's two canvases: the points, and above them what moves: the path of the text, and marks. It zooms and pans.
 */

import { sizeCanvas } from "../../../charts/canvas.js";
import { fitExtent } from "../../../charts/geometry.js";
import { createViewport } from "../../../charts/viewport.js";
import { element } from "../../../dom.js";
import { listenToPlane } from "./gestures.js";
import { pan, zoom } from "./plane.js";

const MARGIN = Object.freeze({ left: 1, right: 1, top: 1, bottom: 1 }); // CSS pixels
const DOT = 2.5; // CSS pixels, radius
const REACH = 12; // CSS pixels from a point that still point at it
const STEP = 1.5; // factor of the zoom buttons

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {import("../../../charts/geometry.js").Extent} Extent
 * @typedef {import("../../../charts/viewport.js").Viewport} Viewport
 *
 * @typedef {object} Marks
 * @property {readonly (Point & {step: number})[]} path from the oldest step to the cursor's
 * @property {Point | null} linked a step that the visitor points at elsewhere
 * @property {number} hovered index of a point, −1 for none
 * @property {number} chosen index of a point, −1 for none
 *
 * @typedef {object} Stage what is there once the map has a size
 * @property {number} width CSS pixels
 * @property {number} height
 * @property {CanvasRenderingContext2D} still
 * @property {CanvasRenderingContext2D} moving
 * @property {Extent} whole the extent that holds all points
 * @property {Viewport} viewport of what is seen
 */

export class Scatter {
  /** (N, 2) @type {Float32Array} */
  points = new Float32Array(0);
  /** @type {(point: number) => string} */
  colour = () => "";
  /** @type {Stage | null} */
  stage = null;
  /** The part that the visitor looks at; null for all. @type {Extent | null} */
  #extent = null;
  /** @type {Marks | null} */
  #marks = null;
  #still = element("canvas", { class: "states-layer" });
  #moving;
  #observer = new ResizeObserver(() => this.#resize());

  /**
   * @param {object} options
   * @param {import("../../../i18n.js").Translator} options.t
   * @param {string} options.label
   * @param {(point: number) => void} options.onHover told −1 where there is none
   * @param {(point: number) => void} options.onChoose
   */
  constructor({ t, label, onHover, onChoose }) {
    this.#moving = element("canvas", { class: "states-layer", role: "img", "aria-label": label });
    const button = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {() => void} */ act) =>
      element("button", { class: "button", type: "button", "aria-label": name, title: name, on: { click: act } }, sign);
    const tools = element(
      "div",
      { class: "states-tools" },
      button("+", t("gates.states_closer"), () => this.#zoomAtCentre(STEP)),
      button("−", t("gates.states_farther"), () => this.#zoomAtCentre(1 / STEP)),
      button("⤢", t("gates.states_whole"), () => this.#look(null)),
    );
    this.node = element("div", { class: "states-canvas" }, this.#still, this.#moving, tools);
    listenToPlane(this.#moving, {
      onMove: (x, y) => onHover(this.#hit(x, y)),
      onLeave: () => onHover(-1),
      onTap: (x, y) => onChoose(this.#hit(x, y)),
      onPan: (dx, dy) => this.#pan(dx, dy),
      onZoom: (factor, x, y) => this.#zoomAt(factor, x, y),
    });
    this.#observer.observe(this.node);
  }

  /**
   * @param {Float32Array} points (N, 2)
   * @param {(point: number) => string} colour
   * @param {boolean} anew whether the layout is another one, to be seen as a whole
   */
  show(points, colour, anew) {
    this.points = points;
    this.colour = colour;
    if (anew) this.#extent = null;
    this.#resize();
  }

  /** @param {Marks} marks */
  mark(marks) {
    this.#marks = marks;
    this.#paintMarks();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.node;
    if (!width || !height || !this.points.length) return;
    if (this.stage?.width !== width || this.stage.height !== height) this.#extent = null; // other proportions
    const viewport = createViewport(width, height, (aspect) => fitExtent(this.points, [], aspect), MARGIN);
    const still = sizeCanvas(this.#still, width, height);
    const moving = sizeCanvas(this.#moving, width, height);
    this.stage = { width, height, still, moving, whole: viewport.extent, viewport };
    this.#look(this.#extent);
  }

  /** Show a part of the map. @param {Extent | null} extent null for all of it */
  #look(extent) {
    const { stage } = this;
    if (!stage) return;
    const { width, height, whole } = stage;
    this.#extent = extent;
    stage.viewport = createViewport(width, height, () => extent ?? whole, MARGIN);
    const { left, right } = stage.viewport.extent;
    const closer = right - left < 0.999 * (whole.right - whole.left);
    this.#moving.style.touchAction = closer ? "none" : "pan-y"; // where nothing is to pan, a finger scrolls the page
    this.#paintPoints(stage);
    this.#paintMarks();
  }

  /** @param {number} dx CSS pixels @param {number} dy */
  #pan(dx, dy) {
    if (!this.stage) return;
    const { viewport, whole } = this.stage;
    this.#look(pan(viewport.extent, whole, -dx / viewport.scale, dy / viewport.scale));
  }

  /**
   * @param {number} factor
   * @param {number} x CSS pixels
   * @param {number} y
   * @returns {boolean} whether there was anything to zoom
   */
  #zoomAt(factor, x, y) {
    if (!this.stage) return false;
    const { viewport, whole } = this.stage;
    const before = viewport.extent;
    const width = before.right - before.left;
    const next = zoom(before, whole, factor, viewport.toPlace(x, y));
    if (Math.abs(next.right - next.left - width) < 1e-9 * width) return false;
    this.#look(next);
    return true;
  }

  /** @param {number} factor */
  #zoomAtCentre(factor) {
    if (this.stage) this.#zoomAt(factor, this.stage.width / 2, this.stage.height / 2);
  }

  /** The nearest point under a pixel, −1 where none is near. @param {number} x @param {number} y */
  #hit(x, y) {
    if (!this.stage) return -1;
    const { viewport } = this.stage;
    let [best, least] = [-1, REACH * REACH];
    for (let i = 0; i < this.points.length / 2; i += 1) {
      const [across, down] = [viewport.toX(this.points[2 * i]) - x, viewport.toY(this.points[2 * i + 1]) - y];
      const squared = across * across + down * down;
      if (squared < least) [best, least] = [i, squared];
    }
    return best;
  }

  /** @param {Stage} stage */
  #paintPoints({ still, viewport, width, height }) {
    const { points } = this;
    still.clearRect(0, 0, width, height);
    for (let i = 0; i < points.length / 2; i += 1) {
      still.fillStyle = this.colour(i);
      dot(still, viewport.toX(points[2 * i]), viewport.toY(points[2 * i + 1]), DOT);
    }
  }

  /** From below. */
  get layers() {
    return [this.#still, this.#moving];
  }

  #paintMarks() {
    if (!this.stage || !this.#marks) return;
    const { moving, viewport, width, height } = this.stage;
    const { path, hovered, chosen, linked } = this.#marks;
    const style = getComputedStyle(this.node);
    const [ink, ground] = ["--text", "--page"].map((name) => style.getPropertyValue(name).trim());
    const pixel = (/** @type {Point} */ { x, y }) => ({ x: viewport.toX(x), y: viewport.toY(y) });
    moving.clearRect(0, 0, width, height);
    paintPath(moving, path.map(pixel), ink, ground);
    const ring = (/** @type {Point} */ place, /** @type {number} */ radius, /** @type {number} */ lineWidth) => {
      const { x, y } = pixel(place);
      moving.beginPath();
      moving.arc(x, y, radius, 0, 2 * Math.PI);
      Object.assign(moving, { strokeStyle: ground, lineWidth: lineWidth + 2 });
      moving.stroke();
      Object.assign(moving, { strokeStyle: ink, lineWidth });
      moving.stroke();
    };
    if (chosen >= 0) ring(this.#place(chosen), 6, 2);
    if (hovered >= 0) ring(this.#place(hovered), 6, 1.5);
    if (linked) ring(linked, 5, 1.5);
  }

  /** @param {number} index @returns {Point} */
  #place(index) {
    return { x: this.points[2 * index], y: this.points[2 * index + 1] };
  }

  destroy() {
    this.#observer.disconnect();
  }
}

/**
 * A path that fades towards the past.
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} path CSS pixels
 * @param {string} ink
 * @param {string} ground
 */
function paintPath(context, path, ink, ground) {
  Object.assign(context, { strokeStyle: ink, fillStyle: ink, lineWidth: 1.25 });
  path.forEach(({ x, y }, i) => {
    context.globalAlpha = 0.06 + 0.84 * ((i + 1) / path.length) ** 2;
    if (i > 0) {
      context.beginPath();
      context.moveTo(path[i - 1].x, path[i - 1].y);
      context.lineTo(x, y);
      context.stroke();
    }
    dot(context, x, y, 1.75);
  });
  context.globalAlpha = 1;
  const last = path.at(-1);
  if (!last) return;
  context.fillStyle = ground;
  dot(context, last.x, last.y, 7);
  context.fillStyle = ink;
  dot(context, last.x, last.y, 5);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
