/** The plot's place on its canvas: a square plane, equally long units on both axes, ticks in data units. */
import { sizeCanvas } from "../../../charts/canvas.js";
import { ticks } from "../../../charts/geometry.js";
import { createViewport } from "../../../charts/viewport.js";
import { EXTENT } from "./quantities.js";

/** @typedef {import("../../../charts/viewport.js").Viewport} Viewport */

// Opposite margins sum to the same, so that a square canvas holds a square plane.
const MARGIN = Object.freeze({ left: 44, right: 8, top: 8, bottom: 44 });
const LABEL_FONT = "13px system-ui, sans-serif";
const TICK_SPACING = 70; // CSS pixels, about
const ASCENT = 13; // CSS pixels

/** @param {number} side of the canvas, CSS pixels @returns {Viewport} */
export function createFrame(side) {
  return createViewport(side, side, () => ({ left: -EXTENT, right: EXTENT, bottom: -EXTENT, top: EXTENT }), MARGIN);
}

/**
 * Give a canvas the frame's size, and restrict what is drawn on it to the plane.
 * @param {HTMLCanvasElement} canvas
 * @param {Viewport} viewport
 * @returns {CanvasRenderingContext2D}
 */
export function sizeToFrame(canvas, { width, height, plot }) {
  const context = sizeCanvas(canvas, width, height);
  context.beginPath();
  context.rect(plot.left, plot.top, plot.width, plot.height);
  context.clip();
  return context;
}

/**
 * Frame, ticks with their values, the axes' names.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {import("./colours.js").Theme} theme
 */
export function drawFrame(context, viewport, theme) {
  const { plot, extent, toX, toY, width, height } = viewport;
  const bottom = plot.top + plot.height;
  context.clearRect(0, 0, width, height);
  context.fillStyle = theme.panel;
  context.fillRect(plot.left, plot.top, plot.width, plot.height);
  context.lineWidth = 1;
  context.font = LABEL_FONT;
  context.fillStyle = theme.soft;
  context.strokeStyle = theme.strong;
  context.strokeRect(plot.left - 0.5, plot.top - 0.5, plot.width + 1, plot.height + 1);
  context.beginPath();
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  const values = ticks(extent.left, extent.right, plot.width / TICK_SPACING);
  for (const value of values) {
    context.moveTo(Math.round(toX(value)) + 0.5, bottom);
    context.lineTo(Math.round(toX(value)) + 0.5, bottom + 4);
    context.fillText(format(value), toX(value), bottom + 6 + ASCENT);
  }
  context.fillText("x₁", plot.left + plot.width / 2, height - 5);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of values) {
    context.moveTo(plot.left - 4, Math.round(toY(value)) + 0.5);
    context.lineTo(plot.left, Math.round(toY(value)) + 0.5);
    context.fillText(format(value), plot.left - 7, toY(value));
  }
  context.stroke();
  context.textAlign = "left";
  context.fillText("x₂", 0, plot.top + plot.height / 2 + (values.length % 2 ? ASCENT + 5 : 0));
}

/** @param {number} value */
function format(value) {
  return String(value).replace("-", "−");
}
