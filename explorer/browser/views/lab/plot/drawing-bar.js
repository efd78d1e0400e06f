/** The bar under the plot while the visitor draws data: how many points there are, undo, clear. */
import { element } from "../../../dom.js";
import { listenToPen, MOST_POINTS, Strokes } from "./pen.js";

/** @typedef {import("./pen.js").Place} Place */

/**
 * @typedef {object} Session data being drawn
 * @property {Strokes} strokes
 * @property {() => void} stop listening
 * @property {(points: Place[]) => void} onDraw
 */

export class DrawingBar {
  /** @type {Session | null} */
  #session = null;
  #t;
  #canvas;
  #viewport;
  #onPreview;
  #count;
  #undo;
  #clear;
  /** @type {HTMLElement} */
  node;

  /**
   * @param {object} options
   * @param {import("../../../i18n.js").Translator} options.t
   * @param {HTMLCanvasElement} options.canvas that is drawn on
   * @param {() => import("./frame.js").Viewport} options.viewport
   * @param {(points: Place[], cursor: Place | null) => void} options.onPreview draw these
   */
  constructor({ t, canvas, viewport, onPreview }) {
    this.#t = t;
    this.#canvas = canvas;
    this.#viewport = viewport;
    this.#onPreview = onPreview;
    this.#count = element("span", { class: "lab-plot-drawn", role: "status" });
    const button = (/** @type {string} */ words, /** @type {(strokes: Strokes) => void} */ act) =>
      element("button", { class: "button", type: "button", on: { click: () => this.#change(act) } }, words);
    this.#undo = button(t("lab.plot_undo"), (strokes) => strokes.undo());
    this.#clear = button(t("lab.plot_clear"), (strokes) => strokes.clear());
    this.node = element(
      "div",
      { class: "lab-plot-drawing", hidden: true },
      element("p", { class: "note" }, t("lab.plot_draw")),
      this.#count,
      this.#undo,
      this.#clear,
    );
  }

  /** Whether data is being drawn. */
  get active() {
    return this.#session !== null;
  }

  /** Draw the preview anew. */
  refresh() {
    this.#preview(null);
  }

  /**
   * @param {Place[]} points to start from
   * @param {(points: Place[]) => void} onDraw told all points after each stroke, undo and clear
   */
  start(points, onDraw) {
    this.stop();
    const strokes = new Strokes(points);
    const stop = listenToPen(this.#canvas, {
      strokes,
      viewport: this.#viewport,
      onMove: (cursor) => this.#preview(cursor),
      onChange: () => this.#change(() => {}),
    });
    this.#session = { strokes, stop, onDraw };
    this.node.hidden = false;
    this.#preview(null);
  }

  stop() {
    this.#session?.stop();
    this.#session = null;
    this.node.hidden = true;
  }

  #change(/** @type {(strokes: Strokes) => void} */ act) {
    if (this.#session === null) return;
    const { strokes, onDraw } = this.#session;
    act(strokes);
    this.#preview(null);
    onDraw(strokes.points);
  }

  #preview(/** @type {Place | null} */ cursor) {
    if (this.#session === null) return;
    const { points } = this.#session.strokes;
    const key = points.length < MOST_POINTS ? "lab.plot_drawn" : "lab.plot_drawn_full";
    const words = this.#t(key, { count: points.length, most: MOST_POINTS });
    if (this.#count.textContent !== words) this.#count.textContent = words;
    this.#undo.disabled = this.#clear.disabled = points.length === 0;
    this.#onPreview(points, cursor);
  }
}
