/** The drawing of a line chart: its axes, the band of its floor and its lines. */

import { axisTicks } from "../axis.js";

export const MARGINS = Object.freeze({ left: 52, right: 10, top: 8, bottom: 22 }); // CSS pixels
const TICK_SPACING = Object.freeze({ x: 80, y: 34 }); // CSS pixels between ticks, about
const FONT = "12px system-ui, sans-serif";
const DASHES = Object.freeze({ solid: [], dashed: [6, 3], dotted: [2, 3] });

/** Give a canvas the pixels of the screen and a context that counts in CSS pixels. */
export function fit(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.setLineDash([]);
  return context;
}

/**
 * What is drawn, and where.
 * @typedef {object} Frame
 * @property {number} width in CSS pixels
 * @property {number} height
 * @property {ArrayLike<number>} x ascending
 * @property {{low: number, high: number}} range of the axis; exponents of ten where it is logarithmic
 * @property {boolean} log
 */

/** Where values are on the canvas. @param {Frame} frame */
export function scalesOf({ width, height, x, range, log }) {
  const { low, high } = range;
  const [first, last] = [x[0], x[x.length - 1]];
  const wide = width - MARGINS.left - MARGINS.right;
  const tall = height - MARGINS.top - MARGINS.bottom;
  const perUnit = last > first ? wide / (last - first) : 0;
  return {
    toPixel: (x) => MARGINS.left + (perUnit ? (x - first) * perUnit : wide / 2),
    toX: (pixel) => (perUnit ? first + (pixel - MARGINS.left) / perUnit : first),
    toY: (value) => MARGINS.top + ((high - (log ? Math.log10(value) : value)) / (high - low)) * tall,
    placeToY: (place) => MARGINS.top + ((high - place) / (high - low)) * tall,
    first,
    last,
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame & {scale: ReturnType<typeof scalesOf>}} frame
 * @param {object} content
 * @param {{column: ArrayLike<number>, colour: string, line?: keyof typeof DASHES}[]} content.lines `colour` names a CSS variable
 * @param {{value: number, low: number, high: number} | null} content.floor
 * @param {(x: number) => string} content.xWords
 * @param {(name: string) => string} colour the value of a CSS variable
 */
export function paintCurves(context, frame, { lines, floor, xWords }, colour) {
  const { width, height } = frame;
  paintAxes(context, frame, xWords, colour);
  context.save();
  context.beginPath();
  context.rect(MARGINS.left, 0, width - MARGINS.left - MARGINS.right + 1, height - MARGINS.bottom + 1);
  context.clip();
  if (floor) paintFloor(context, frame, floor, colour);
  for (const { column, colour: name, line = "solid" } of lines) {
    context.strokeStyle = context.fillStyle = colour(name);
    context.setLineDash(DASHES[line]);
    paintLine(context, frame, column);
  }
  context.restore();
}

function paintAxes(context, { width, height, range, log, scale }, xWords, colour) {
  const { placeToY, toPixel, first, last } = scale;
  const bottom = height - MARGINS.bottom;
  context.font = FONT;
  context.lineWidth = 1;
  context.strokeStyle = colour("--line");
  context.fillStyle = colour("--text-soft");
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const { place, text } of axisTicks(range, (bottom - MARGINS.top) / TICK_SPACING.y, log)) {
    const y = Math.round(placeToY(place)) + 0.5;
    context.moveTo(MARGINS.left, y);
    context.lineTo(width - MARGINS.right, y);
    context.fillText(text, MARGINS.left - 6, y);
  }
  context.stroke();
  context.textBaseline = "top";
  const across =
    last > first ? axisTicks({ low: first, high: last }, width / TICK_SPACING.x, false) : [{ place: first }];
  for (const { place } of across.filter(({ place: x }) => Number.isInteger(x))) {
    context.textAlign = toPixel(place) > width - 30 ? "right" : "center";
    context.fillText(xWords(place), Math.min(toPixel(place), width - 2), bottom + 5);
  }
}

function paintFloor(context, { width, height, scale }, { value, low, high }, colour) {
  const [top, bottom] = [scale.toY(high), scale.toY(low)];
  const wide = width - MARGINS.left - MARGINS.right;
  context.fillStyle = context.strokeStyle = colour("--text-soft");
  context.globalAlpha = 0.16;
  // On a logarithmic axis a band from zero reaches down to the frame.
  context.fillRect(MARGINS.left, top, wide, (Number.isFinite(bottom) ? bottom : height) - top);
  context.globalAlpha = 1;
  context.setLineDash(DASHES.dashed);
  const y = Math.round(scale.toY(value)) + 0.5;
  context.beginPath();
  context.moveTo(MARGINS.left, y);
  context.lineTo(MARGINS.left + wide, y);
  context.stroke();
}

function paintLine(context, { x, scale }, column) {
  const { toPixel, toY } = scale;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  let points = 0; // in the stretch that is being drawn
  for (let i = 0; i <= column.length; i += 1) {
    const y = i < column.length ? toY(column[i]) : NaN;
    if (Number.isFinite(y)) {
      points ? context.lineTo(toPixel(x[i]), y) : context.moveTo(toPixel(x[i]), y);
      points += 1;
      continue;
    }
    // A value alone between gaps would have no line at all.
    if (points === 1) context.fillRect(toPixel(x[i - 1]) - 2, toY(column[i - 1]) - 2, 4, 4);
    points = 0;
  }
  context.stroke();
}
