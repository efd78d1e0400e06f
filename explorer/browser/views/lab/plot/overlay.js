/** The canvas above the picture: what is under the pointer, and the data that the visitor draws. */
import { createTooltip, describe, targetAt } from "./hover.js";
import { drawPoints, tracePoint } from "./layers.js";

const RING_SCALE = 2.6;
const CURSOR = 9; // CSS pixels, half the size of the cross where the keys draw

/**
 * What there is to point at.
 * @typedef {object} View
 * @property {import("./model.js").Scene} scene
 * @property {{real: boolean, fake: boolean}} visible
 * @property {((point: Float32Array) => number) | null} output D's raw output; null where there is none
 */

export class Overlay {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("../../../i18n.js").Translator} t
   * @param {() => View | null} look null: nothing can be pointed at
   */
  constructor(canvas, t, look) {
    this.canvas = canvas;
    this.look = look;
    this.tooltip = createTooltip(t);
    this.listeners = new Set();
    /** @type {{kind: "fake" | "real" | "plane", index: number | null} | null} */
    this.target = null;
    const point = (/** @type {PointerEvent} */ event) => this.#point(event);
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point);
    // A finger leaves as soon as it is lifted; what it has asked for stays until it asks for something else or scrolls.
    canvas.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && this.leave());
    canvas.addEventListener("pointercancel", () => this.leave());
  }

  /** @param {CanvasRenderingContext2D} context @param {import("./frame.js").Viewport} viewport clipped to the plane */
  resize(context, viewport) {
    this.context = context;
    this.viewport = viewport;
  }

  /** Words and ring for the present picture; a point is followed while the moments pass. @param {import("./colours.js").Theme} colours */
  refresh(colours) {
    this.colours = colours;
    if (this.target === null) return;
    const view = this.look();
    const { kind, index } = this.target;
    if (view === null || (kind !== "plane" && !view.visible[kind])) return this.leave();
    const hovered = describe(view.scene, { kind, index }, this.place, view.output);
    const [px, py] = [this.viewport.toX(hovered.position[0]), this.viewport.toY(hovered.position[1])];
    this.clear();
    if (kind !== "plane") this.#drawRing(px, py, kind);
    this.tooltip.show(hovered, px, py, this.viewport.width);
    for (const listener of this.listeners) listener(hovered);
  }

  leave() {
    if (this.target === null) return;
    this.target = null;
    this.tooltip.hide();
    this.clear();
    for (const listener of this.listeners) listener(null);
  }

  clear() {
    this.context?.clearRect(0, 0, this.viewport.width, this.viewport.height);
  }

  /**
   * The data drawn so far, and where the keys would put the next point.
   * @param {[number, number][]} points
   * @param {[number, number] | null} cursor
   */
  drawStrokes(points, cursor) {
    const { context, viewport, colours } = this;
    if (!viewport) return;
    this.clear();
    drawPoints(context, viewport, colours, points.flat(), "real");
    if (cursor === null) return;
    const [x, y] = [viewport.toX(cursor[0]), viewport.toY(cursor[1])];
    context.beginPath();
    context.moveTo(x - CURSOR, y);
    context.lineTo(x + CURSOR, y);
    context.moveTo(x, y - CURSOR);
    context.lineTo(x, y + CURSOR);
    context.strokeStyle = colours.text;
    context.lineWidth = 1.5;
    context.stroke();
  }

  #point(/** @type {PointerEvent} */ event) {
    const view = this.look();
    if (view === null || !this.viewport) return;
    const box = this.canvas.getBoundingClientRect();
    this.place = this.viewport.toPlace(event.clientX - box.left, event.clientY - box.top);
    this.target = targetAt(view.scene, view.visible, this.place, this.viewport.scale);
    this.refresh(this.colours);
  }

  #drawRing(/** @type {number} */ x, /** @type {number} */ y, /** @type {"real" | "fake"} */ kind) {
    const { context, colours } = this;
    context.beginPath();
    tracePoint(context, x, y, kind, RING_SCALE);
    context.strokeStyle = colours.page;
    context.lineWidth = 4;
    context.stroke();
    context.strokeStyle = colours.text;
    context.lineWidth = 2;
    context.stroke();
  }
}
