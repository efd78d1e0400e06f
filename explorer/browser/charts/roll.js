/**
 * A piano roll: time to the right in quarter notes, pitch upwards. Its cursor is an element that slides over the
 * drawing.
 */
import { element } from "../dom.js";
import { pitchName } from "../runtime/sound/notes.js";
import { prepare } from "./canvas.js";
import { MARGINS } from "./chart/frame.js"; // times stand above each other
import { ticks } from "./geometry.js";
import { colourOf, pitchRange } from "./sequence.js";
import { watchTheme } from "./theme.js";

/**
 * @typedef {import("./sequence.js").Drawn} Drawn
 * @typedef {import("./sequence.js").Note} Note
 *
 * @typedef {object} Shown
 * @property {Drawn["kind"]} kind
 * @property {readonly Note[]} notes
 * @property {number[]} starts of the notes, in quarter notes
 * @property {number} total quarter notes
 * @property {import("./sequence.js").Range} range MIDI numbers
 *
 * @typedef {object} Plane where the roll is drawn, in CSS pixels
 * @property {CanvasRenderingContext2D} context
 * @property {number} right
 * @property {number} bottom
 * @property {number} scale of a quarter note
 * @property {number} tall of a semitone
 * @property {(name: string) => string} colour by CSS variable
 */

const BLACK = Object.freeze([1, 3, 6, 8, 10]); // pitch classes of the black keys
const FONT = "12px system-ui, sans-serif";
const TICK = 60; // CSS pixels between ticks, about
const LABELLED = 11; // CSS pixels that a name of a pitch needs

/**
 * @param {HTMLElement} parent gets the figure appended
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {readonly number[]} options.pitches that the model knows, rising
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
  /** @type {Shown | null} */
  let shown = null;
  let cursor = NaN;
  const observer = new ResizeObserver(draw);
  observer.observe(plot);
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !shown) return;
    const across = event.clientX - plot.getBoundingClientRect().left - MARGINS.left;
    onSeek(Math.min(1, Math.max(0, across / room())) * shown.total, event);
  });

  /** CSS pixels that the whole melody is wide. */
  function room() {
    return plot.clientWidth - MARGINS.left - MARGINS.right;
  }

  function draw() {
    if (!shown || !plot.clientWidth) return;
    drawNotes(canvas, shown);
    place();
  }

  function place() {
    const inside = shown !== null && cursor >= 0 && cursor <= shown.total;
    marker.hidden = !inside;
    if (shown === null || !inside) return;
    marker.style.transform = `translateX(${MARGINS.left + (cursor / shown.total) * room()}px)`;
  }

  const roll = {
    redraw: draw,

    /** @param {Drawn} subject a melody */
    show({ kind, notes: melody }) {
      const notes = melody ?? [];
      let total = 0;
      const starts = notes.map(({ quarters }) => (total += quarters) - quarters);
      shown = { kind, notes, starts, total, range: pitchRange([notes], pitches) };
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
      stopWatching();
    },
  };
  const stopWatching = watchTheme(roll);
  return roll;
}

/** @param {HTMLCanvasElement} canvas @param {Shown} shown */
function drawNotes(canvas, shown) {
  const { context, width, height } = prepare(canvas);
  const style = getComputedStyle(canvas);
  const { low, high } = shown.range;
  const [right, bottom] = [width - MARGINS.right, height - MARGINS.bottom];
  const [scale, tall] = [(right - MARGINS.left) / shown.total, (bottom - MARGINS.top) / (high - low + 1)];
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const plane = { context, right, bottom, scale, tall, colour };
  context.font = FONT;
  drawPitches(plane, shown);
  drawTime(plane, shown);
  context.fillStyle = colour(colourOf(shown.kind));
  shown.notes.forEach(({ pitch, quarters }, i) => {
    if (pitch === null) return;
    const [left, top] = [MARGINS.left + shown.starts[i] * scale, MARGINS.top + (high - pitch) * tall];
    context.fillRect(left, top, Math.max(1, quarters * scale - 1), Math.max(2, tall - 1));
  });
}

/** Black keys as bands, and the names of white ones that have room. @param {Plane} plane @param {Shown} shown */
function drawPitches({ context, right, tall, colour }, { range: { low, high } }) {
  context.textAlign = "right";
  context.textBaseline = "middle";
  let written = Infinity;
  for (let pitch = low; pitch <= high; pitch++) {
    const y = MARGINS.top + (high - pitch) * tall;
    if (BLACK.includes(pitch % 12)) {
      context.fillStyle = colour("--panel");
      context.fillRect(MARGINS.left, y, right - MARGINS.left, tall);
    }
    if (BLACK.includes(pitch % 12) || written - y < LABELLED) continue;
    written = y;
    context.fillStyle = colour("--text-soft");
    context.fillText(pitchName(pitch), MARGINS.left - 6, y + tall / 2);
  }
}

/** @param {Plane} plane @param {Shown} shown */
function drawTime({ context, bottom, scale, colour }, { total }) {
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
