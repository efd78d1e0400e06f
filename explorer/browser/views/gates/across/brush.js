/**
 * Choosing characters with the pointer or the keyboard: pointing hovers, a click moves the cursor, a drag (and shift
 * with an arrow key) marks a span. By touch a sideways drag marks and an upright one scrolls the page.
 */

/** By how much a key moves the cursor. */
const SPAN_KEYS = new Map([
  ["ArrowLeft", -1],
  ["ArrowRight", 1],
  ["Home", -Infinity],
  ["End", Infinity],
]);

/**
 * @param {HTMLElement} surface
 * @param {import("../reading.js").Reading} reading
 * @param {(event: PointerEvent) => import("../reading.js").Hover} locate what is under the pointer; a time only where
 *   there is a character, nearest or not
 */
export function brush(surface, reading, locate) {
  /** @type {{anchor: number, moved: boolean} | null} */
  let drag = null;
  surface.addEventListener("pointerdown", (event) => {
    const { time } = locate(event);
    if (event.button !== 0 || time === null) return;
    drag = { anchor: time, moved: false };
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener("pointermove", (event) => {
    const { time, unit } = locate(event);
    if (!drag) {
      reading.set({ hover: { time, unit } }, event);
      return;
    }
    if (time === null) return;
    drag.moved ||= time !== drag.anchor;
    if (drag.moved) reading.set({ span: { from: drag.anchor, to: time }, hover: { time, unit: null } }, event);
  });
  surface.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) {
      const { unit } = locate(event);
      reading.set({ cursor: drag.anchor, ...(unit && { unit }) }, event);
    }
    drag = null;
  });
  surface.addEventListener("pointercancel", () => (drag = null)); // the browser scrolls with this finger
  surface.addEventListener("pointerleave", (event) => {
    if (!drag) reading.set({ hover: { time: null, unit: null } }, event);
  });
}

/**
 * What a key does to the span. With shift, the cursor walks and the span reaches from where it started to the cursor,
 * as text is selected; Escape lets go of the span.
 * @param {KeyboardEvent} event
 * @param {{cursor: number, span: import("../reading.js").Span | null, length: number}} reading
 * @returns {import("../reading.js").Changes | null} null for other keys
 */
export function spanKey(event, { cursor, span, length }) {
  if (event.key === "Escape" && span) return { span: null };
  const by = SPAN_KEYS.get(event.key);
  if (!event.shiftKey || by === undefined || !length) return null;
  const next = Math.max(0, Math.min(length - 1, cursor + by));
  const anchor = span && cursor === span.from ? span.to : span && cursor === span.to ? span.from : cursor;
  return { cursor: next, span: { from: Math.min(anchor, next), to: Math.max(anchor, next) } };
}
