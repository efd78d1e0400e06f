/** Drawing one's own data with mouse, touch, pen or keys: points in data units, kept stroke by stroke. */
import { EXTENT } from "./quantities.js";

export const MOST_POINTS = 2000; // what the settings take
const SPACING = 0.03; // data units between the points of a stroke
const STEP = Object.freeze({ usual: 0.05, fine: 0.01 }); // data units per arrow key, without and with Shift
/** @type {Readonly<Record<string, [number, number]>>} */
const MOVES = Object.freeze({ ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @typedef {[number, number]} Place x, y in data units */

/**
 * Points along the way from the last one, one each `SPACING`.
 * @param {Place} from the last point
 * @param {Place} to where the pointer is
 * @returns {Place[]} empty while the pointer is nearer than the spacing
 */
export function pointsAlong([x0, y0], [x1, y1]) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const steps = Math.floor(length / SPACING + 1e-9);
  return Array.from({ length: steps }, (_, i) => {
    const share = ((i + 1) * SPACING) / length;
    return /** @type {Place} */ ([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
  });
}

/** Strokes of points, never more than `MOST_POINTS` in all. */
export class Strokes {
  /** @type {Place[][]} */
  #strokes;

  /** @param {Place[]} points what is there already, as one stroke */
  constructor(points) {
    this.#strokes = points.length ? [points.slice(0, MOST_POINTS)] : [];
  }

  get count() {
    return this.#strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  /** @returns {Place[]} */
  get points() {
    return this.#strokes.flat();
  }

  /** @param {Place} place */
  begin(place) {
    if (this.count < MOST_POINTS) this.#strokes.push([place]);
  }

  /** @param {Place} place */
  extend(place) {
    const stroke = this.#strokes.at(-1);
    const last = stroke?.at(-1);
    if (last) stroke?.push(...pointsAlong(last, place).slice(0, MOST_POINTS - this.count));
  }

  undo() {
    this.#strokes.pop();
  }

  clear() {
    this.#strokes = [];
  }
}

/** @param {number} value @returns {number} the nearest one on the plane */
function within(value) {
  return Math.min(EXTENT, Math.max(-EXTENT, value));
}

/**
 * Let strokes be drawn on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {object} options
 * @param {Strokes} options.strokes changed by what is drawn
 * @param {() => import("./frame.js").Viewport} options.viewport
 * @param {(cursor: Place | null) => void} options.onMove something to draw anew; the cursor is where the keys are
 * @param {() => void} options.onChange a stroke ended, or was taken back
 * @returns {() => void} stops
 */
export function listenToPen(canvas, { strokes, viewport, onMove, onChange }) {
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {number | null} */
  let pointer = null;
  /** @type {Place} */
  let cursor = [0, 0];
  const place = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const { x, y } = viewport().toPlace(event.clientX - box.left, event.clientY - box.top);
    return /** @type {Place} */ ([x, y]);
  };
  const end = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    onChange();
  };
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0 || pointer !== null) return;
      pointer = event.pointerId;
      canvas.setPointerCapture(pointer);
      strokes.begin(place(event));
      onMove(null);
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      if (event.pointerId !== pointer) return;
      const moves = event.getCoalescedEvents();
      for (const move of moves.length ? moves : [event]) strokes.extend(place(move));
      onMove(null);
    },
    { signal },
  );
  canvas.addEventListener("pointerup", end, { signal });
  canvas.addEventListener("pointercancel", end, { signal });
  canvas.addEventListener(
    "keydown",
    (event) => {
      const move = MOVES[event.key];
      if (move) {
        const step = event.shiftKey ? STEP.fine : STEP.usual;
        cursor = [within(cursor[0] + step * move[0]), within(cursor[1] + step * move[1])];
      } else if (event.key === " " || event.key === "Enter") {
        strokes.begin(cursor);
        onChange();
      } else if (event.key === "Backspace") {
        strokes.undo();
        onChange();
      } else return;
      event.preventDefault();
      onMove(cursor);
    },
    { signal },
  );
  return () => listening.abort();
}
