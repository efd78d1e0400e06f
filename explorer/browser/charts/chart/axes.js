/** The axes of a chart: ticks, names and what runs along them. */

import { axisTicks, readable } from "../axis.js";
import { rowCentre } from "../description.js";
import { STRIP } from "./frame.js";
import { heatOf } from "./heat.js";

const TICK_SPACING = Object.freeze({ x: 80, y: 34 }); // CSS pixels between ticks, about
const LINE_NAME = 16; // CSS pixels that the name of a line needs

/**
 * @typedef {import("../description.js").Description} Description
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./paint.js").Colour} Colour
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {Description} description
 * @param {Colour} colour
 */
export function paintValueAxis(context, { left, right, top, bottom, y: span, strip, placeToY }, { y }, colour) {
  context.lineWidth = 1;
  context.strokeStyle = colour("--line");
  context.fillStyle = colour("--text-soft");
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const { place, text } of axisTicks(span, (bottom - top) / TICK_SPACING.y, y.log)) {
    const at = Math.round(placeToY(place)) + 0.5;
    context.moveTo(left, at);
    context.lineTo(right, at);
    context.fillText(text, left - 6, at);
  }
  context.stroke();
  if (strip) context.fillText(`< ${readable(10 ** span.low)}`, left - 6, bottom + STRIP / 2 + 1);
}

/** Names of a heat map's lines, as many as there is room for. */
export function paintLineNames(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Frame} */ { left, top, bottom, y: span, placeToY },
  /** @type {Description} */ { series, y },
  /** @type {Colour} */ colour,
) {
  const lines = heatOf(series)?.lines ?? 0;
  context.fillStyle = colour("--text-soft");
  context.textAlign = "right";
  context.textBaseline = "middle";
  const step = Math.max(1, Math.ceil((LINE_NAME * (span.high - span.low)) / (bottom - top)));
  for (let line = 0; line < lines; line += step) {
    const at = placeToY(lines - line - 0.5);
    if (at >= top && at <= bottom) context.fillText(y.words(line), left - 6, at);
  }
}

/** Names of the rows where they have some and there is room, else numbers; and what they count. */
export function paintRowAxis(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Frame} */ frame,
  /** @type {Description} */ description,
  /** @type {Colour} */ colour,
) {
  const { left, right, bottom, strip } = frame;
  const under = bottom + (strip ? STRIP : 0) + 5;
  context.fillStyle = colour("--text-soft");
  context.textBaseline = "top";
  const placed = rowTicks(context, frame, description);
  for (const { pixel, text } of placed) {
    const half = context.measureText(text).width / 2;
    context.textAlign = "center";
    context.fillText(text, Math.min(Math.max(pixel, left + half - 4), right + 10 - half), under);
  }
  context.textAlign = "right";
  context.fillText(description.x.label, right, under + 15);
}

/** @returns {{pixel: number, text: string}[]} */
function rowTicks(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Frame} */ { left, right, x: span, placeToPixel, toPixel },
  /** @type {Description} */ { x, rows, labels, series },
) {
  if (labels && !series.some(({ kind }) => kind === "points")) {
    const widest = labels.reduce((most, label) => Math.max(most, context.measureText(label).width), 0);
    const spacing = rows.length > 1 ? Math.abs(toPixel(rows[1]) - toPixel(rows[0])) : right - left;
    const step = Math.max(1, Math.ceil((widest + 6) / spacing));
    const named = labels.map((text, row) => ({ pixel: toPixel(rowCentre(rows, series, row)), text }));
    return named.filter(({ pixel }, row) => row % step === 0 && pixel >= left - 1 && pixel <= right + 1);
  }
  const whole = !x.log && Array.prototype.every.call(rows, Number.isInteger);
  const ticks = span.high > span.low ? axisTicks(span, (right - left) / TICK_SPACING.x, x.log) : [{ place: span.low }];
  return ticks
    .filter(({ place }) => !whole || Number.isInteger(place))
    .map(({ place }) => ({ pixel: placeToPixel(place), text: x.words(x.log ? 10 ** place : place) }));
}
