/** The bar under the plot while the visitor draws data: how many points there are, undo, clear. */
import { element } from "../../../dom.js";
import { listenToPen, MOST_POINTS, Strokes } from "./pen.js";

/**
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {HTMLCanvasElement} options.canvas
 * @param {() => import("./frame.js").Viewport} options.viewport
 * @param {(points: import("./pen.js").Place[], cursor: import("./pen.js").Place | null) => void} options.onPreview draw these
 */
export function createDrawing({ t, canvas, viewport, onPreview }) {
  const count = element("span", { class: "lab-plot-drawn", role: "status" });
  const undo = element("button", { class: "button", type: "button" }, t("lab.plot_undo"));
  const clear = element("button", { class: "button", type: "button" }, t("lab.plot_clear"));
  const node = element(
    "div",
    { class: "lab-plot-drawing", hidden: true },
    element("p", { class: "note" }, t("lab.plot_draw")),
    count,
    undo,
    clear,
  );
  /** @type {{strokes: Strokes, stop: () => void, callback: (points: import("./pen.js").Place[]) => void} | null} */
  let active = null;

  const preview = (/** @type {import("./pen.js").Place | null} */ cursor) => {
    if (active === null) return;
    const { points } = active.strokes;
    const words = t(points.length < MOST_POINTS ? "lab.plot_drawn" : "lab.plot_drawn_full", {
      count: points.length,
      most: MOST_POINTS,
    });
    if (count.textContent !== words) count.textContent = words;
    undo.disabled = clear.disabled = points.length === 0;
    onPreview(points, cursor);
  };
  const change = () => {
    preview(null);
    active?.callback(active.strokes.points);
  };
  undo.addEventListener("click", () => {
    active?.strokes.undo();
    change();
  });
  clear.addEventListener("click", () => {
    active?.strokes.clear();
    change();
  });

  return {
    node,
    get active() {
      return active !== null;
    },
    /** Draw the preview anew. */
    refresh: () => preview(null),
    /**
     * @param {import("./pen.js").Place[]} points to start from
     * @param {(points: import("./pen.js").Place[]) => void} callback
     */
    start(points, callback) {
      this.stop();
      const strokes = new Strokes(points);
      active = {
        strokes,
        callback,
        stop: listenToPen(canvas, { strokes, viewport, onMove: preview, onChange: change }),
      };
      node.hidden = false;
      preview(null);
    },
    stop() {
      active?.stop();
      active = null;
      node.hidden = true;
    },
  };
}
