/** A press on a picture becomes a drag once the pointer has left the spot; less than that is a click. */

const THRESHOLD = 4; // pixels

/**
 * Follow a pointer from its press to its release.
 * @param {PointerEvent} press
 * @param {object} callbacks
 * @param {(dx: number, dy: number, event: PointerEvent) => void} callbacks.onMove pixels since the press
 * @param {(dragged: boolean) => void} callbacks.onEnd
 */
export function followPointer(press, { onMove, onEnd }) {
  const target = press.currentTarget;
  if (!(target instanceof HTMLElement)) throw new Error("a press is followed by the element that it is on");
  const stop = new AbortController();
  let dragged = false;
  target.setPointerCapture(press.pointerId);
  const on = (
    /** @type {"pointermove" | "pointerup" | "pointercancel"} */ name,
    /** @type {(event: PointerEvent) => void} */ listener,
  ) =>
    target.addEventListener(name, (event) => event.pointerId === press.pointerId && listener(event), {
      signal: stop.signal,
    });
  on("pointermove", (event) => {
    const [dx, dy] = [event.clientX - press.clientX, event.clientY - press.clientY];
    dragged ||= Math.hypot(dx, dy) >= THRESHOLD;
    if (dragged) onMove(dx, dy, event);
  });
  const end = () => {
    stop.abort();
    onEnd(dragged);
  };
  on("pointerup", end);
  on("pointercancel", end);
}
