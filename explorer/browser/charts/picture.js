/** A chart as a picture with its title and its legend, larger than on the page. */

import { context2d } from "./canvas.js";
import { createFrame } from "./chart/frame.js";
import { paintChart } from "./chart/paint.js";

const [WIDTH, HEIGHT] = [960, 480]; // of the plot, CSS pixels
const DENSITY = 2;
const PADDING = 24;
const HEAD = 56; // CSS pixels, of the title and the unit
const LEGEND_LINE = 22;
const SWATCH = 20;

/**
 * @param {Element} node in the page's theme
 * @param {import("./description.js").Description} description
 * @returns {Promise<Blob>} PNG
 */
export async function pictureOf(node, description) {
  const style = getComputedStyle(node);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const font = style.getPropertyValue("--font");
  const canvas = document.createElement("canvas");
  const context = context2d(canvas);
  context.font = `14px ${font}`;
  const lines = legendLines(context, description);
  const [width, height] = [WIDTH + 2 * PADDING, HEAD + HEIGHT + lines.length * LEGEND_LINE + 2 * PADDING];
  Object.assign(canvas, { width: DENSITY * width, height: DENSITY * height });
  context.scale(DENSITY, DENSITY);
  context.fillStyle = colour("--page");
  context.fillRect(0, 0, width, height);
  context.fillStyle = colour("--text");
  context.font = `600 18px ${font}`;
  context.fillText(description.title, PADDING, PADDING + 16);
  context.fillStyle = colour("--text-soft");
  context.font = `13px ${font}`;
  context.fillText(description.unit, PADDING, PADDING + 38);
  paintPlot(context, description, colour);
  context.font = `14px ${font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  lines.forEach((line, i) => {
    const y = PADDING + HEAD + HEIGHT + (i + 0.5) * LEGEND_LINE;
    for (const { x, label, name } of line) {
      context.fillStyle = colour(name);
      context.fillRect(PADDING + x, y - 2, SWATCH - 6, 4);
      context.fillStyle = colour("--text");
      context.fillText(label, PADDING + x + SWATCH, y);
    }
  });
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser gives no PNG")))),
  );
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./description.js").Description} description
 * @param {(name: string) => string} colour
 */
function paintPlot(context, description, colour) {
  const { seen, x, y } = description;
  if (!seen) return;
  context.save();
  context.translate(PADDING, PADDING + HEAD);
  const size = { width: WIDTH, height: HEIGHT };
  const frame = createFrame(size, { span: seen.x, log: x.log }, { span: seen.y, log: y.log }, seen.strip);
  paintChart(context, frame, description, colour);
  context.restore();
}

/** Entries of the legend, as many on a line as there is room for. */
function legendLines(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {import("./description.js").Description} */ { series, floor },
) {
  const entries = series.map(({ label, colour }) => ({ label, name: colour }));
  if (floor) entries.push({ label: floor.label, name: "--text-soft" });
  /** @type {{x: number, label: string, name: string}[][]} */
  const lines = [];
  let x = Infinity;
  for (const { label, name } of entries) {
    const wide = SWATCH + context.measureText(label).width + 18;
    if (x + wide > WIDTH) {
      lines.push([]);
      x = 0;
    }
    lines[lines.length - 1].push({ x, label, name });
    x += wide;
  }
  return lines;
}
