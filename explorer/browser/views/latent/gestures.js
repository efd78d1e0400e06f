/**
 * Pointer and keys on the map, told apart: hover, press and drag, tap, arrows. Positions are CSS pixels of the canvas.
 */

const DRAG_THRESHOLD = 4; // CSS pixels: a press that moves less is a tap
const STEP = 0.1; // latent units per arrow key
const FINE = 0.1; // factor with Shift
/** @type {Partial<Record<string, [number, number]>>} */
const DIRECTIONS = Object.freeze({ ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/**
 * @typedef {object} Gestures
 * @property {(x: number, y: number, event: PointerEvent) => void} onHover a mouse or pen moves with no button held
 * @property {(event: PointerEvent) => void} onLeave
 * @property {(x: number, y: number, event: PointerEvent) => void} onDrag the press itself and each move that follows
 * @property {(x: number, y: number, event: PointerEvent) => void} onTap released where it was pressed
 * @property {() => void} onRelease after a drag
 * @property {(dx: number, dy: number, event: KeyboardEvent) => void} onStep latent units; y grows upwards
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Gestures} gestures
 */
export function listenToGestures(canvas, { onHover, onLeave, onDrag, onTap, onRelease, onStep }) {
  /** @type {{id: number, x: number, y: number, moved: boolean} | null} */
  let press = null;
  // The box is read when a gesture starts, not at each move: reading it after a write would force a layout.
  let box = canvas.getBoundingClientRect();
  const measure = () => (box = canvas.getBoundingClientRect());
  const place = (/** @type {PointerEvent} */ event) =>
    /** @type {[number, number]} */ ([event.clientX - box.left, event.clientY - box.top]);

  canvas.addEventListener("pointerenter", measure);
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || press !== null) return;
    measure();
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    press = { id: event.pointerId, x, y, moved: false };
    onDrag(x, y, event);
  });
  // Browsers hold moves back until the next frame; where they offer moves as they come, the picture is there sooner.
  const onMove = (/** @type {PointerEvent} */ event) => {
    const [x, y] = place(event);
    if (press === null) {
      if (event.pointerType !== "touch") onHover(x, y, event);
    } else if (event.pointerId === press.id) {
      press.moved ||= Math.hypot(x - press.x, y - press.y) > DRAG_THRESHOLD;
      onDrag(x, y, event);
    }
  };
  const moves = "onpointerrawupdate" in canvas ? "pointerrawupdate" : "pointermove";
  canvas.addEventListener(moves, (event) => event instanceof PointerEvent && onMove(event));
  canvas.addEventListener("pointerup", (event) => {
    if (press?.id !== event.pointerId) return;
    const { moved } = press;
    press = null;
    if (moved) onRelease();
    else onTap(...place(event), event);
  });
  canvas.addEventListener("pointercancel", () => {
    press = null;
    onRelease();
  });
  canvas.addEventListener("pointerleave", (event) => press === null && onLeave(event));
  canvas.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    if (direction === undefined) return;
    const [dx, dy] = direction;
    event.preventDefault();
    const step = STEP * (event.shiftKey ? FINE : 1);
    onStep(dx * step, dy * step, event);
  });
  const onScroll = () => measure();
  addEventListener("scroll", onScroll, { passive: true, capture: true });
  return { destroy: () => removeEventListener("scroll", onScroll, { capture: true }) };
}
