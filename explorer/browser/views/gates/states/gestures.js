/**
 * Pointers and the wheel on a map that zooms and pans: one pointer drags, two pinch. Positions are CSS pixels of the
 * node.
 */

const THRESHOLD = 4; // CSS pixels: a press that moves less is a tap
const WHEEL = 0.0015; // logarithm of the zoom factor per pixel of the wheel
const LINE = 16; // pixels that a wheel's line counts as

/**
 * @typedef {object} PlaneGestures
 * @property {(x: number, y: number) => void} onMove with no button held
 * @property {() => void} onLeave
 * @property {(x: number, y: number, event: PointerEvent) => void} onTap
 * @property {(dx: number, dy: number) => void} onPan
 * @property {(factor: number, x: number, y: number) => boolean} onZoom says whether it zoomed: what cannot zoom scrolls
 *   the page
 */

/** @param {HTMLElement} node @param {PlaneGestures} gestures */
export function listenToPlane(node, { onMove, onLeave, onTap, onPan, onZoom }) {
  /** @type {Map<number, {x: number, y: number}>} */
  const pressed = new Map();
  let moved = false;
  const place = (/** @type {MouseEvent} */ event) => {
    const box = node.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    if (pressed.size === 0) moved = false;
    pressed.set(event.pointerId, place(event));
  });
  node.addEventListener("pointermove", (event) => {
    const now = place(event);
    const before = pressed.get(event.pointerId);
    if (!before) return event.pointerType === "touch" ? undefined : onMove(now.x, now.y);
    if (!moved && Math.hypot(now.x - before.x, now.y - before.y) <= THRESHOLD) return undefined;
    moved = true;
    const [other] = [...pressed].filter(([id]) => id !== event.pointerId);
    pressed.set(event.pointerId, now);
    if (!other) return onPan(now.x - before.x, now.y - before.y);
    const distance = (/** @type {{x: number, y: number}} */ from) =>
      Math.max(1, Math.hypot(from.x - other[1].x, from.y - other[1].y));
    return onZoom(distance(now) / distance(before), (now.x + other[1].x) / 2, (now.y + other[1].y) / 2);
  });
  node.addEventListener("pointerup", (event) => {
    if (!pressed.delete(event.pointerId) || moved || pressed.size > 0) return;
    const { x, y } = place(event);
    onTap(x, y, event);
  });
  node.addEventListener("pointercancel", (event) => pressed.delete(event.pointerId));
  node.addEventListener("pointerleave", () => pressed.size === 0 && onLeave());
  const onWheel = (/** @type {WheelEvent} */ event) => {
    const { x, y } = place(event);
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    if (onZoom(Math.exp(-pixels * WHEEL), x, y)) event.preventDefault();
  };
  node.addEventListener("wheel", onWheel, { passive: false });
}
