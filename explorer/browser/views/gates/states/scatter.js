/** The map's two canvases: the points, and above them what moves: the path of the text, and marks. It zooms and pans. */

import { element } from "../../../dom.js";
import { fitExtent } from "../../../charts/geometry.js";
import { sizeCanvas } from "../../../charts/canvas.js";
import { createViewport } from "../../../charts/viewport.js";
import { pan, zoom } from "./plane.js";
import { listenToPlane } from "./gestures.js";

const MARGIN = Object.freeze({ left: 1, right: 1, top: 1, bottom: 1 }); // CSS pixels
const DOT = 2.5; // CSS pixels, radius
const REACH = 12; // CSS pixels from a point that still point at it
const STEP = 1.5; // factor of the zoom buttons

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {object} Marks
 * @property {(Point & {step: number})[]} path from the oldest step to the cursor's
 * @property {Point | null} linked a step that the visitor points at elsewhere
 * @property {number} hovered index of a point, −1 for none
 * @property {number} chosen index of a point, −1 for none
 */

export class Scatter {
  /** @param {{t: import("../../../i18n.js").Translator, label: string, onHover: (point: number) => void, onChoose: (point: number, event: Event) => void}} options */
  constructor({ t, label, onHover, onChoose }) {
    this.points = new Float32Array(0);
    this.colour = () => "";
    this.marks = null;
    this.extent = null;
    this.still = element("canvas", { class: "states-layer" });
    this.moving = element("canvas", { class: "states-layer", role: "img", "aria-label": label });
    const button = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {() => void} */ act) =>
      element("button", { class: "button", type: "button", "aria-label": name, title: name, on: { click: act } }, sign);
    const tools = element(
      "div",
      { class: "states-tools" },
      button("+", t("gates.states_closer"), () => this.zoomAtCentre(STEP)),
      button("−", t("gates.states_farther"), () => this.zoomAtCentre(1 / STEP)),
      button("⤢", t("gates.states_whole"), () => this.look(null)),
    );
    this.node = element("div", { class: "states-canvas" }, this.still, this.moving, tools);
    listenToPlane(this.moving, {
      onMove: (x, y) => onHover(this.hit(x, y)),
      onLeave: () => onHover(-1),
      onTap: (x, y, event) => onChoose(this.hit(x, y), event),
      onPan: (dx, dy) =>
        this.viewport &&
        this.look(pan(this.viewport.extent, this.whole, -dx / this.viewport.scale, dy / this.viewport.scale)),
      onZoom: (factor, x, y) => this.zoomAt(factor, x, y),
    });
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.node);
  }

  /** @param {Float32Array} points (N, 2) @param {boolean} anew whether the layout is another one, to be seen as a whole */
  show(points, colour, anew) {
    this.points = points;
    this.colour = colour;
    if (anew) this.extent = null;
    this.resize();
  }

  /** @param {Marks} marks */
  mark(marks) {
    this.marks = marks;
    this.paintMarks();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.node;
    if (!width || !height || !this.points.length) return;
    if (this.width !== width || this.height !== height) this.extent = null; // other proportions
    this.width = width;
    this.height = height;
    this.contexts = [sizeCanvas(this.still, width, height), sizeCanvas(this.moving, width, height)];
    this.whole = createViewport(width, height, (aspect) => fitExtent(this.points, [], aspect), MARGIN).extent;
    this.look(this.extent);
  }

  /** Show a part of the map. @param {import("../../../charts/geometry.js").Extent | null} extent null for all of it */
  look(extent) {
    if (!this.whole) return;
    this.extent = extent;
    this.viewport = createViewport(this.width, this.height, () => extent ?? this.whole, MARGIN);
    const closer =
      this.viewport.extent.right - this.viewport.extent.left < 0.999 * (this.whole.right - this.whole.left);
    this.moving.style.touchAction = closer ? "none" : "pan-y"; // the page still scrolls under a finger while there is nothing to pan
    this.paintPoints();
    this.paintMarks();
  }

  /** @returns {boolean} whether there was anything to zoom */
  zoomAt(factor, x, y) {
    if (!this.viewport) return false;
    const before = this.viewport.extent;
    const next = zoom(before, this.whole, factor, this.viewport.toPlace(x, y));
    if (Math.abs(next.right - next.left - (before.right - before.left)) < 1e-9 * (before.right - before.left))
      return false;
    this.look(next);
    return true;
  }

  zoomAtCentre(factor) {
    this.zoomAt(factor, this.width / 2, this.height / 2);
  }

  /** The nearest point under a pixel, −1 where none is near. */
  hit(x, y) {
    if (!this.viewport) return -1;
    let [best, least] = [-1, REACH * REACH];
    for (let i = 0; i < this.points.length / 2; i += 1) {
      const squared =
        (this.viewport.toX(this.points[2 * i]) - x) ** 2 + (this.viewport.toY(this.points[2 * i + 1]) - y) ** 2;
      if (squared < least) [best, least] = [i, squared];
    }
    return best;
  }

  paintPoints() {
    const [context] = this.contexts;
    const { points, viewport } = this;
    context.clearRect(0, 0, this.width, this.height);
    for (let i = 0; i < points.length / 2; i += 1) {
      context.fillStyle = this.colour(i);
      dot(context, viewport.toX(points[2 * i]), viewport.toY(points[2 * i + 1]), DOT);
    }
  }

  paintMarks() {
    if (!this.viewport || !this.marks) return;
    const context = this.contexts[1];
    const style = getComputedStyle(this.node);
    const [ink, ground] = ["--text", "--page"].map((name) => style.getPropertyValue(name).trim());
    context.clearRect(0, 0, this.width, this.height);
    this.paintPath(context, ink, ground);
    const ring = (/** @type {Point} */ { x, y }, radius, width) => {
      for (const [colour, wide] of [
        [ground, width + 2],
        [ink, width],
      ]) {
        Object.assign(context, { strokeStyle: colour, lineWidth: wide });
        context.beginPath();
        context.arc(this.viewport.toX(x), this.viewport.toY(y), radius, 0, 2 * Math.PI);
        context.stroke();
      }
    };
    const { hovered, chosen, linked } = this.marks;
    if (chosen >= 0) ring(this.place(chosen), 6, 2);
    if (hovered >= 0) ring(this.place(hovered), 6, 1.5);
    if (linked) ring(linked, 5, 1.5);
  }

  /** The path fades towards the past. */
  paintPath(context, ink, ground) {
    const { path } = this.marks;
    const at = (/** @type {Point} */ { x, y }) => [this.viewport.toX(x), this.viewport.toY(y)];
    Object.assign(context, { strokeStyle: ink, fillStyle: ink, lineWidth: 1.25 });
    path.forEach((point, i) => {
      context.globalAlpha = 0.06 + 0.84 * ((i + 1) / path.length) ** 2;
      if (i > 0) {
        context.beginPath();
        context.moveTo(...at(path[i - 1]));
        context.lineTo(...at(point));
        context.stroke();
      }
      dot(context, ...at(point), 1.75);
    });
    context.globalAlpha = 1;
    const last = path.at(-1);
    if (!last) return;
    context.fillStyle = ground;
    dot(context, ...at(last), 7);
    context.fillStyle = ink;
    dot(context, ...at(last), 5);
  }

  place(/** @type {number} */ index) {
    return { x: this.points[2 * index], y: this.points[2 * index + 1] };
  }

  destroy() {
    this.observer.disconnect();
  }
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
