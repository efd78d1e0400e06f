/** Paints the axes, lines and marks of units' values over a text. */

import { axisTicks, grouped } from "../../../charts/axis.js";
import { UNKNOWN, visible } from "../../../parts/characters.js";
import { telling } from "./strip.js";

export const MARGINS = Object.freeze({ left: 44, right: 8, top: 8, bottom: 40 }); // CSS pixels
export const HEIGHT = 260;
const BOTTOM = HEIGHT - MARGINS.bottom; // of the plot
const TALL = BOTTOM - MARGINS.top;
const TICK_SPACING = Object.freeze({ x: 90, y: 40 });
const LEAST_LETTER = 8; // CSS pixels of a step, below which no characters are written

/**
 * @typedef {CanvasRenderingContext2D} Context
 * @typedef {{low: number, high: number}} Range
 * @typedef {{colour: (variable: string) => string, font: string}} Look
 * @typedef {{strip: import("./strip.js").Strip, inside: number, range: Range}} Place where things stand; `inside`: CSS
 *   pixels between the margins
 */

/** @param {Range} range @param {number} value */
export function toY({ low, high }, value) {
  return MARGINS.top + ((high - value) / (high - low)) * TALL;
}

/**
 * Paint between the margins, and nothing beyond.
 * @param {Context} context
 * @param {number} inside
 * @param {() => void} paint
 */
export function within(context, inside, paint) {
  context.save();
  context.beginPath();
  context.rect(MARGINS.left, 0, inside, HEIGHT);
  context.clip();
  paint();
  context.restore();
}

/**
 * @param {Context} context
 * @param {Place} place
 * @param {Look} look
 * @param {import("../../../runtime/recurrent/trace.js").Trace} trace of the text that stands under the plot
 */
export function paintAxes(context, place, { colour, font }, trace) {
  const { range, inside } = place;
  Object.assign(context, {
    font: `12px ${font}`,
    strokeStyle: colour("--line"),
    fillStyle: colour("--text-soft"),
    lineWidth: 1,
    textAlign: "right",
    textBaseline: "middle",
  });
  context.beginPath();
  for (const { place: value, text } of axisTicks(range, TALL / TICK_SPACING.y, false)) {
    const y = Math.round(toY(range, value)) + 0.5;
    context.moveTo(MARGINS.left, y);
    context.lineTo(MARGINS.left + inside, y);
    context.fillText(text, MARGINS.left - 6, y);
  }
  context.stroke();
  within(context, inside, () => {
    Object.assign(context, { textAlign: "center", textBaseline: "top" });
    paintNumbers(context, place);
    Object.assign(context, { font: `14px ${font}`, fillStyle: colour("--text") });
    if (place.strip.pitch >= LEAST_LETTER) paintText(context, place, trace);
  });
}

/** Numbers of steps. @param {Context} context @param {Place} place */
function paintNumbers(context, { strip, inside }) {
  const { first, last, toPixel } = strip;
  const range = { low: first + 1, high: Math.max(first + 2, last + 1) };
  for (const { place: step } of axisTicks(range, inside / TICK_SPACING.x, false)) {
    if (!Number.isInteger(step) || step > last + 1) continue;
    const text = grouped(step);
    const half = context.measureText(text).width / 2;
    const x = Math.max(MARGINS.left + half, Math.min(MARGINS.left + inside - half, toPixel(step - 1)));
    context.fillText(text, x, BOTTOM + 24);
  }
}

/** @param {Context} context @param {Place} place @param {import("../../../runtime/recurrent/trace.js").Trace} trace */
function paintText(context, { strip }, { characters, tokens }) {
  for (let t = strip.first; t <= strip.last; t += 1) {
    const text = tokens[t] === 0 ? UNKNOWN : characters[t] === " " ? "" : visible(characters[t]);
    context.fillText(text, strip.toPixel(t), BOTTOM + 5);
  }
}

/**
 * @param {Context} context
 * @param {Place} place
 * @param {Float32Array} values of every step that is computed
 * @param {string} colour
 * @param {"none" | "meant" | "other"} stress whether the pointer means this line, another one or none
 */
export function paintLine(context, { strip, range }, values, colour, stress) {
  const { first, last, pitch, toPixel } = strip;
  Object.assign(context, {
    strokeStyle: colour,
    lineWidth: stress === "meant" ? 3 : 1.75,
    lineJoin: "round",
    globalAlpha: stress === "other" ? 0.4 : 1,
  });
  context.beginPath();
  // One step more on either side, so that the line runs on where the text does.
  for (const t of telling(values, Math.max(0, first - 1), Math.min(values.length - 1, last + 1), pitch))
    context.lineTo(toPixel(t), toY(range, values[t]));
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {Context} context @param {Place} place @param {import("../reading.js").Span} span @param {string} colour */
export function paintSpan(context, { strip }, { from, to }, colour) {
  const { toPixel, pitch } = strip;
  const [left, right] = [toPixel(from) - pitch / 2, toPixel(to) + pitch / 2];
  context.fillStyle = colour;
  context.globalAlpha = 0.14;
  context.fillRect(left, MARGINS.top, Math.max(1, right - left), TALL);
  context.globalAlpha = 1;
  context.fillRect(left - 1, MARGINS.top, 2, TALL);
  context.fillRect(right - 1, MARGINS.top, 2, TALL);
}

/**
 * @param {Context} context
 * @param {Place} place
 * @param {number} t
 * @param {string} colour
 * @param {number} width CSS pixels
 */
export function paintTime(context, { strip }, t, colour, width) {
  context.fillStyle = colour;
  context.fillRect(strip.toPixel(t) - width / 2, MARGINS.top, width, TALL + 20);
}

/** @param {Context} context @param {Place} place @param {number} t @param {number} value @param {string} colour */
export function paintDot(context, { strip, range }, t, value, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(strip.toPixel(t), toY(range, value), 4, 0, 2 * Math.PI);
  context.fill();
}
