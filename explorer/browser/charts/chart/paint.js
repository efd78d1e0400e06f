/** The drawing of a chart: the band of its floor, and its series, over its axes. */

import { columnsOf } from "../description.js";
import { paintLineNames, paintRowAxis, paintValueAxis } from "./axes.js";
import { STRIP } from "./frame.js";
import { heatOf, paintHeat } from "./heat.js";

const FONT = "12px system-ui, sans-serif";
const DASHES = Object.freeze({ solid: [], dashed: [6, 3], dotted: [2, 3] });
const LINE = 1.75; // CSS pixels
const MARK = 2; // CSS pixels, half the side of a value's mark
const POINT = 5; // CSS pixels, radius
const BAR = 0.72; // of the space between rows
const WIDEST_BAR = 56; // CSS pixels
const AREA = 0.16; // opacity

/**
 * @typedef {import("../description.js").Description} Description
 * @typedef {import("../description.js").Series} Series
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {(name: string) => string} Colour the value of a CSS variable
 */

/**
 * @param {CanvasRenderingContext2D} context counts in CSS pixels
 * @param {Frame} frame
 * @param {Description} description
 * @param {Colour} colour
 */
export function paintChart(context, frame, description, colour) {
  context.font = FONT;
  if (heatOf(description.series)) paintLineNames(context, frame, description, colour);
  else paintValueAxis(context, frame, description, colour);
  paintRowAxis(context, frame, description, colour);
  context.save();
  context.beginPath();
  const { left, right, bottom } = frame;
  context.rect(left - 1, 0, right - left + 2, bottom + (frame.strip ? STRIP : 0) + 1);
  context.clip();
  if (description.floor) paintFloor(context, frame, description.floor, colour);
  for (const series of description.series) paintInterval(context, frame, description, series, colour(series.colour));
  for (const series of description.series) {
    context.strokeStyle = context.fillStyle = colour(series.colour);
    context.setLineDash(DASHES[series.line ?? "solid"]);
    context.lineWidth = LINE;
    PAINTERS[series.kind ?? "line"](context, frame, description, series);
    context.setLineDash([]);
    if (frame.strip) paintStrip(context, frame, description, series);
  }
  context.restore();
  if (description.series.some(({ kind }) => kind === "points"))
    paintNames(context, frame, description, colour("--text"));
}

/**
 * @type {Record<import("../description.js").Kind, (context: CanvasRenderingContext2D, frame: Frame, description:
 *   Description, series: Series) => void>}
 */
const PAINTERS = { line: paintLine, steps: paintSteps, bars: paintBars, points: paintPoints, heat: paintHeat };

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {import("../description.js").Floor} floor
 * @param {Colour} colour
 */
function paintFloor(context, { left, right, bottom, toY }, { value, low, high }, colour) {
  const [upper, lower] = [toY(high), toY(low)];
  context.fillStyle = context.strokeStyle = colour("--text-soft");
  context.globalAlpha = AREA;
  // On a logarithmic axis a band from zero reaches down to the frame.
  context.fillRect(left, upper, right - left, (Number.isFinite(lower) ? lower : bottom) - upper);
  context.globalAlpha = 1;
  context.lineWidth = 1;
  context.setLineDash(DASHES.dashed);
  stroke(context, [left, Math.round(toY(value)) + 0.5], [right, Math.round(toY(value)) + 0.5]);
  context.setLineDash([]);
}

/** A band around a line, whiskers of bars and points. */
function paintInterval(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Frame} */ frame,
  /** @type {Description} */ description,
  /** @type {Series} */ series,
  /** @type {string} */ colour,
) {
  const { low, high } = columnsOf(description, series);
  if (!low || !high) return;
  const { toPixel, toY, bottom } = frame;
  context.fillStyle = context.strokeStyle = colour;
  const y = (/** @type {number} */ value) => (Number.isFinite(toY(value)) ? toY(value) : bottom);
  if ((series.kind ?? "line") === "line") {
    context.beginPath();
    for (let i = 0; i < high.length; i += 1) context.lineTo(toPixel(description.rows[i]), y(high[i]));
    for (let i = low.length - 1; i >= 0; i -= 1) context.lineTo(toPixel(description.rows[i]), y(low[i]));
    context.globalAlpha = AREA;
    context.fill();
    context.globalAlpha = 1;
    return;
  }
  context.lineWidth = LINE;
  for (let i = 0; i < low.length; i += 1) {
    const x = toPixel(description.rows[i]);
    stroke(context, [x, y(low[i])], [x, y(high[i])]);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {Description} description
 * @param {Series} series
 */
function paintLine(context, { toPixel, toY }, { rows, columns }, { key, marks }) {
  const column = columns[key] ?? [];
  context.lineJoin = "round";
  context.beginPath();
  let points = 0; // in the stretch that is being drawn
  for (let i = 0; i <= column.length; i += 1) {
    const [x, y] = [toPixel(rows[i]), i < column.length ? toY(column[i]) : NaN];
    if (Number.isFinite(y)) {
      points ? context.lineTo(x, y) : context.moveTo(x, y);
      points += 1;
      if (marks) context.fillRect(x - MARK, y - MARK, 2 * MARK, 2 * MARK);
      continue;
    }
    // A value alone between gaps would have no line at all.
    if (points === 1) {
      context.fillRect(toPixel(rows[i - 1]) - MARK, toY(column[i - 1]) - MARK, 2 * MARK, 2 * MARK);
    }
    points = 0;
  }
  context.stroke();
}

/**
 * Bars as one outline.
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {Description} description
 * @param {Series} series
 */
function paintSteps(context, { toPixel, toY, bottom }, { rows, columns }, { key }) {
  const column = columns[key] ?? [];
  if (!column.length) return;
  const y = (/** @type {number} */ value) => (Number.isFinite(toY(value)) ? toY(value) : bottom);
  context.beginPath();
  context.moveTo(toPixel(rows[0]), bottom);
  for (let i = 0; i < column.length; i += 1) {
    context.lineTo(toPixel(rows[i]), y(column[i]));
    context.lineTo(toPixel(rows[i + 1]), y(column[i]));
  }
  context.lineTo(toPixel(rows[column.length]), bottom);
  context.globalAlpha = AREA;
  context.fill();
  context.globalAlpha = 1;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {Description} description
 * @param {Series} series
 */
function paintBars(context, frame, { rows, columns }, { key }) {
  const { toPixel, toY, bottom } = frame;
  const zero = Number.isFinite(toY(0)) ? toY(0) : bottom;
  const width = barWidth(frame, rows);
  Array.from(columns[key] ?? [], (value, i) => {
    const y = toY(value);
    if (Number.isFinite(y))
      context.fillRect(toPixel(rows[i]) - width / 2, Math.min(y, zero), width, Math.abs(zero - y));
  });
}

/** CSS pixels. @param {Frame} frame @param {ArrayLike<number>} rows */
function barWidth({ left, right, toPixel }, rows) {
  const pitch = rows.length > 1 ? Math.abs(toPixel(rows[1]) - toPixel(rows[0])) : right - left;
  return Math.min(WIDEST_BAR, BAR * pitch);
}

/** Marks, joined by a thin line in the order of the rows. */
function paintPoints(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Frame} */ { toPixel, toY },
  /** @type {Description} */ { rows, columns },
  /** @type {Series} */ { key, xLow, xHigh },
) {
  const column = columns[key] ?? [];
  context.lineWidth = 1;
  context.beginPath();
  Array.from(column, (value, i) => context.lineTo(toPixel(rows[i]), toY(value)));
  context.globalAlpha = 0.5;
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = LINE;
  Array.from(column, (value, i) => {
    const [x, y] = [toPixel(rows[i]), toY(value)];
    if (xLow && xHigh) stroke(context, [toPixel(columns[xLow][i]), y], [toPixel(columns[xHigh][i]), y]);
    context.beginPath();
    context.arc(x, y, POINT, 0, 2 * Math.PI);
    context.fill();
  });
}

/** The names of points, beside them on the side where there is room. */
function paintNames(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Frame} */ { left, right, top, bottom, toPixel, toY },
  /** @type {Description} */ { labels, rows, columns, series },
  /** @type {string} */ ink,
) {
  context.fillStyle = ink;
  context.textBaseline = "bottom";
  for (const { key, kind } of series) {
    if (kind !== "points") continue;
    labels?.forEach((label, i) => {
      const [x, y] = [toPixel(rows[i]), toY(columns[key]?.[i] ?? NaN)];
      if (!(x >= left - 1 && x <= right + 1 && y >= top - 1 && y <= bottom + 1)) return;
      const fits = x + POINT + 4 + context.measureText(label).width <= right;
      context.textAlign = fits ? "left" : "right";
      context.fillText(label, x + (fits ? POINT + 3 : -POINT - 3), Math.max(y - 3, top + 14));
    });
  }
}

/** What is below a logarithmic axis, zero included. Each series has a height of its own there. */
function paintStrip(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Frame} */ { bottom, y: { low }, toPixel },
  /** @type {Description} */ { rows, columns, series: all },
  /** @type {Series} */ series,
) {
  const y = bottom + 4 + (all.indexOf(series) * (STRIP - 8)) / Math.max(1, all.length - 1);
  Array.from(columns[series.key] ?? [], (value, i) => {
    if (Number.isFinite(value) && !(Math.log10(value) >= low)) context.fillRect(toPixel(rows[i]) - 1.5, y, 3, 2);
  });
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} from @param {[number, number]} to */
function stroke(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}
