/** The canvas above the picture: what is under the pointer, and the data that the visitor draws. */
import { sizeToFrame } from "./frame.js";
import { createTooltip, describe, targetAt } from "./hover.js";
import { drawPoints, tracePoint } from "./layers.js";

const RING_SCALE = 2.6;
const CURSOR = 9; // CSS pixels, half the size of the cross where the keys draw

/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {import("./frame.js").Viewport} Viewport */
/** @typedef {import("./pen.js").Place} Place */

/**
 * What there is to point at.
 * @typedef {object} View
 * @property {import("./scene.js").Scene} scene
 * @property {{real: boolean, fake: boolean}} visible
 * @property {((point: Float32Array) => number) | null} output D's raw output; null where there is none
 */

export class Overlay {
  /** What the pointer is at, as told last. @type {import("./hover.js").Hovered | null} */
  hovered = null;
  tooltip;
  #canvas;
  #look;
  /** @type {import("./layers.js").Surface} */
  #surface;
  /** @type {{target: import("./hover.js").Target, place: {x: number, y: number}} | null} */
  #pointed = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {object} options
   * @param {import("../../../i18n.js").Translator} options.t
   * @param {() => View | null} options.look null: nothing can be pointed at
   * @param {Viewport} options.viewport
   * @param {Theme} options.theme
   */
  constructor(canvas, { t, look, viewport, theme }) {
    this.#canvas = canvas;
    this.#look = look;
    this.tooltip = createTooltip(t);
    this.#surface = { context: sizeToFrame(canvas, viewport), viewport, theme };
    const point = (/** @type {PointerEvent} */ event) => this.#point(event);
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point);
    // A finger leaves as soon as it is lifted; what it has asked for stays until it asks for something else or scrolls.
    canvas.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && this.leave());
    canvas.addEventListener("pointercancel", () => this.leave());
  }

  /** @param {Viewport} viewport */
  resize(viewport) {
    this.#surface = { ...this.#surface, context: sizeToFrame(this.#canvas, viewport), viewport };
  }

  /** @param {Theme} theme */
  follow(theme) {
    this.#surface = { ...this.#surface, theme };
  }

  /** Words and ring for the present picture; a point is followed while the moments pass. */
  refresh() {
    if (this.#pointed === null) return;
    const { target, place } = this.#pointed;
    const view = this.#look();
    if (view === null || (target.kind !== "plane" && !view.visible[target.kind])) return this.leave();
    const { viewport } = this.#surface;
    this.hovered = describe(view.scene, target, place, view.output);
    const [px, py] = [viewport.toX(this.hovered.position[0]), viewport.toY(this.hovered.position[1])];
    this.clear();
    if (target.kind !== "plane") this.#drawRing(px, py, target.kind);
    this.tooltip.show(this.hovered, px, py, viewport.width);
  }

  leave() {
    if (this.#pointed === null) return;
    this.#pointed = null;
    this.hovered = null;
    this.tooltip.hide();
    this.clear();
  }

  clear() {
    const { context, viewport } = this.#surface;
    context.clearRect(0, 0, viewport.width, viewport.height);
  }

  /**
   * The data drawn so far, and where the keys would put the next point.
   * @param {Place[]} points
   * @param {Place | null} cursor
   */
  drawStrokes(points, cursor) {
    const { context, viewport, theme } = this.#surface;
    this.clear();
    drawPoints(this.#surface, points.flat(), "real");
    if (cursor === null) return;
    const [x, y] = [viewport.toX(cursor[0]), viewport.toY(cursor[1])];
    context.beginPath();
    context.moveTo(x - CURSOR, y);
    context.lineTo(x + CURSOR, y);
    context.moveTo(x, y - CURSOR);
    context.lineTo(x, y + CURSOR);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    context.stroke();
  }

  #point(/** @type {PointerEvent} */ event) {
    const view = this.#look();
    if (view === null) return;
    const { viewport } = this.#surface;
    const box = this.#canvas.getBoundingClientRect();
    const place = viewport.toPlace(event.clientX - box.left, event.clientY - box.top);
    this.#pointed = { place, target: targetAt(view.scene, view.visible, place, viewport.scale) };
    this.refresh();
  }

  #drawRing(/** @type {number} */ x, /** @type {number} */ y, /** @type {"real" | "fake"} */ kind) {
    const { context, theme } = this.#surface;
    context.beginPath();
    tracePoint(context, x, y, kind, RING_SCALE);
    context.strokeStyle = theme.page;
    context.lineWidth = 4;
    context.stroke();
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    context.stroke();
  }
}
