/**
 * A piano roll: time to the right in quarter notes, pitch upwards. Its cursor is an element that slides over the
 * drawing.
 */
import { element } from "../dom.js";
import { pitchName } from "../runtime/sound/notes.js";
import { ticks } from "./geometry.js";
import { colourOf, pitchRange, prepare } from "./sequence.js";

const MARGINS = Object.freeze({ left: 52, right: 10, top: 8, bottom: 22 }); // CSS pixels, those of the curves below it
const BLACK = Object.freeze([1, 3, 6, 8, 10]); // pitch classes of the black keys
const FONT = "12px system-ui, sans-serif";
const TICK = 60; // CSS pixels between ticks, about
const LABELLED = 11; // CSS pixels that a name of a pitch needs

/**
 * @param {HTMLElement} parent gets the figure appended
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {number[]} options.pitches that the model knows, rising
 * @param {(quarters: number, event: Event) => void} options.onSeek a place was chosen
 */
export function createRoll(parent, { t, pitches, onSeek }) {
  const canvas = element("canvas", { role: "img", "aria-label": t("sequences.roll") });
  const marker = element("div", { class: "chart-cursor", hidden: true });
  const plot = element("div", { class: "chart-plot sequence-roll" }, canvas, marker);
  const at = element("span", { class: "number chart-at" });
  const head = element(
    "div",
    { class: "chart-head" },
    element("h3", {}, t("sequences.roll")),
    element("span", { class: "note" }, t("sequences.roll_unit")),
    at,
  );
  parent.append(element("figure", { class: "chart" }, head, plot));
  /**
   * @type {{subject: import("../runtime/sequences/subjects.js").Subject, starts: number[], total: number, range: {low:
   *   number, high: number}} | null}
   */
  let shown = null;
  let cursor = NaN;
  const observer = new ResizeObserver(draw);
  observer.observe(plot);
  plot.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !shown) return;
    const across = event.clientX - plot.getBoundingClientRect().left - MARGINS.left;
    const share = across / (plot.clientWidth - MARGINS.left - MARGINS.right);
    onSeek(Math.min(1, Math.max(0, share)) * shown.total, event);
  });

  function draw() {
    if (!shown || !plot.clientWidth) return;
    const { context, width, height } = prepare(canvas);
    const style = getComputedStyle(canvas);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const { low, high } = shown.range;
    const bottom = height - MARGINS.bottom;
    const tall = (bottom - MARGINS.top) / (high - low + 1);
    const scale = (width - MARGINS.left - MARGINS.right) / shown.total;
    context.font = FONT;
    context.textAlign = "right";
    context.textBaseline = "middle";
    let written = Infinity;
    for (let pitch = low; pitch <= high; pitch++) {
      const y = MARGINS.top + (high - pitch) * tall;
      if (BLACK.includes(pitch % 12)) {
        context.fillStyle = colour("--panel");
        context.fillRect(MARGINS.left, y, width - MARGINS.left - MARGINS.right, tall);
      }
      if (BLACK.includes(pitch % 12) || written - y < LABELLED) continue;
      written = y;
      context.fillStyle = colour("--text-soft");
      context.fillText(pitchName(pitch), MARGINS.left - 6, y + tall / 2);
    }
    drawTime(context, shown.total, scale, bottom, colour);
    context.fillStyle = colour(colourOf(shown.subject.kind));
    shown.subject.notes.forEach(({ pitch, quarters }, i) => {
      if (pitch !== null)
        context.fillRect(
          MARGINS.left + shown.starts[i] * scale,
          MARGINS.top + (high - pitch) * tall,
          Math.max(1, quarters * scale - 1),
          Math.max(2, tall - 1),
        );
    });
    place();
  }

  function drawTime(
    /** @type {CanvasRenderingContext2D} */ context,
    /** @type {number} */ total,
    /** @type {number} */ scale,
    /** @type {number} */ bottom,
    /** @type {(name: string) => string} */ colour,
  ) {
    context.strokeStyle = colour("--line");
    context.fillStyle = colour("--text-soft");
    context.textAlign = "center";
    context.textBaseline = "top";
    context.beginPath();
    for (const quarter of ticks(0, total, (total * scale) / TICK)) {
      if (!Number.isInteger(quarter)) continue;
      const x = Math.round(MARGINS.left + quarter * scale) + 0.5;
      context.moveTo(x, MARGINS.top);
      context.lineTo(x, bottom);
      context.fillText(String(quarter), x, bottom + 5);
    }
    context.stroke();
  }

  function place() {
    const inside = shown !== null && cursor >= 0 && cursor <= shown.total;
    marker.hidden = !inside;
    if (inside)
      marker.style.transform = `translateX(${MARGINS.left + (cursor / shown.total) * (plot.clientWidth - MARGINS.left - MARGINS.right)}px)`;
  }

  return {
    redraw: draw,

    /** @param {import("../runtime/sequences/subjects.js").Subject} subject with notes */
    show(subject) {
      let total = 0;
      const starts = subject.notes.map(({ quarters }) => (total += quarters) - quarters);
      shown = { subject, starts, total, range: pitchRange([subject.notes], pitches) };
      draw();
    },

    /** @param {number} quarters NaN for none @param {string} words what is there */
    setCursor(quarters, words) {
      cursor = quarters;
      place();
      if (at.textContent !== words) at.textContent = words;
    },

    destroy() {
      observer.disconnect();
    },
  };
}
