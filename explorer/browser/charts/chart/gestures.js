/** What a pointer, fingers, a wheel and keys do over a chart. It knows pixels alone. */

const STARTS = 4; // CSS pixels that a press moves before it is a drag
const WHEEL = 0.0016; // of a wheel's pixel, as an exponent of e
const LINE_PIXELS = 16; // of a wheel that counts lines
const STEP = 1.5; // of a key
const FAR = 10; // rows, with shift

/**
 * @typedef {{x: number, y: number}} Place CSS pixels in the plot
 *
 * @typedef {object} Handlers
 * @property {boolean} seeks whether a press and a drag choose rows; otherwise a drag selects what to see
 * @property {(place: Place | null) => void} hover the pointer is there, or has left
 * @property {(place: Place, event: Event) => void} choose
 * @property {(from: Place, to: Place | null) => void} drag a selection runs; null where it was given up
 * @property {(from: Place, to: Place) => void} select
 * @property {(factor: number, about: Place | null) => boolean} zoom whether that changed anything; `about` the row that
 *   is read where null
 * @property {(share: number) => boolean} pan by a share of what is seen
 * @property {() => boolean} reset whether there was anything to take back
 * @property {boolean} lines whether rows stand in lines, so that keys move up and down too
 * @property {(rows: number, lines?: boolean) => void} move by so many rows, or lines
 * @property {(last: boolean) => void} end
 * @property {(event: Event) => void} confirm choose the row that is read
 */

/** @param {HTMLElement} plot @param {Handlers} handlers */
export function listen(plot, handlers) {
  const place = (/** @type {MouseEvent} */ event) => {
    const box = plot.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  listenToPointers(plot, handlers, place);
  listenToWheel(plot, handlers, place);
  // A press that chooses leaves the keys to the view around, as where the chart took no focus.
  plot.addEventListener("mousedown", (event) => {
    if (!handlers.seeks || event.shiftKey) return;
    event.preventDefault();
    const around = plot.parentElement?.closest("[tabindex]");
    if (around instanceof HTMLElement) around.focus({ preventScroll: true });
  });
  plot.addEventListener("dblclick", (event) => {
    if (handlers.reset()) event.preventDefault();
  });
  plot.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (!press(event, handlers)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** @param {KeyboardEvent} event @param {Handlers} handlers @returns {boolean} whether the key meant something */
function press(event, handlers) {
  const rows = event.shiftKey ? FAR : 1;
  /** @type {Record<string, () => unknown>} */
  const keys = {
    ArrowLeft: () => handlers.move(-rows),
    ArrowRight: () => handlers.move(rows),
    ...(handlers.lines && { ArrowUp: () => handlers.move(-rows, true), ArrowDown: () => handlers.move(rows, true) }),
    Home: () => handlers.end(false),
    End: () => handlers.end(true),
    "+": () => handlers.zoom(STEP, null),
    "=": () => handlers.zoom(STEP, null),
    "-": () => handlers.zoom(1 / STEP, null),
    0: () => handlers.reset(),
    Enter: () => handlers.confirm(event),
  };
  if (event.key === "Escape") return handlers.reset();
  if (!Object.hasOwn(keys, event.key)) return false;
  keys[event.key]();
  return true;
}

/** @param {HTMLElement} plot @param {Handlers} handlers @param {(event: MouseEvent) => Place} place */
function listenToPointers(plot, handlers, place) {
  /** @type {Map<number, Place>} */
  const fingers = new Map();
  /** @type {Place | null} where a selection started */
  let start = null;
  let selecting = false;
  const chooses = (/** @type {PointerEvent} */ event) => handlers.seeks && !event.shiftKey;

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    plot.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") fingers.set(event.pointerId, place(event));
    if (fingers.size > 1) return;
    if (chooses(event)) handlers.choose(place(event), event);
    else if (event.pointerType === "touch") handlers.hover(place(event));
    else start = place(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (fingers.size > 1) return pinch(fingers, event.pointerId, place(event), handlers);
    if (!(event.buttons & 1) || event.pointerType === "touch") handlers.hover(place(event));
    if (!(event.buttons & 1)) return;
    if (start) {
      selecting ||= Math.hypot(place(event).x - start.x, place(event).y - start.y) >= STARTS;
      if (selecting) handlers.drag(start, place(event));
    } else if (chooses(event)) handlers.choose(place(event), event);
  });
  const end = (/** @type {PointerEvent} */ event) => {
    fingers.delete(event.pointerId);
    if (start && selecting) {
      handlers.drag(start, null);
      if (event.type === "pointerup") handlers.select(start, place(event));
    }
    start = null;
    selecting = false;
  };
  plot.addEventListener("pointerup", end);
  plot.addEventListener("pointercancel", end);
  plot.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") handlers.hover(null); // what a finger asked for stays to be read
  });
}

/** Two fingers: what is under each stays under it, since only one of them moves at a time. */
function pinch(
  /** @type {Map<number, Place>} */ fingers,
  /** @type {number} */ id,
  /** @type {Place} */ now,
  /** @type {Handlers} */ handlers,
) {
  const before = fingers.get(id);
  const other = [...fingers].find(([each]) => each !== id)?.[1];
  if (!before || !other) return;
  const apart = (/** @type {Place} */ finger) => Math.max(1, Math.hypot(finger.x - other.x, finger.y - other.y));
  handlers.zoom(apart(now) / apart(before), other);
  fingers.set(id, now);
}

/**
 * The wheel belongs to the chart once the pointer has moved on it: a chart that passes under a resting pointer while
 * the page scrolls lets it scroll on, and so does one that shows all it has and is asked for more.
 */
function listenToWheel(
  /** @type {HTMLElement} */ plot,
  /** @type {Handlers} */ handlers,
  /** @type {(event: MouseEvent) => Place} */ place,
) {
  let meant = false;
  plot.addEventListener("pointermove", (event) => (meant ||= event.movementX !== 0 || event.movementY !== 0));
  plot.addEventListener("pointerleave", () => (meant = false));
  plot.addEventListener(
    "wheel",
    (event) => {
      if (!meant && !event.ctrlKey && document.activeElement !== plot) return;
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
      const across = event.shiftKey ? event.deltaY + event.deltaX : event.deltaX;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const changed = sideways
        ? handlers.pan((across * pixels) / plot.clientWidth)
        : handlers.zoom(Math.exp(-event.deltaY * pixels * WHEEL), place(event));
      if (changed || event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );
}
