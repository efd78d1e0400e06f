/** A chart as a picture with its title and its legend, larger than on the page; a map as it is seen there. */

import { readable } from "./axis.js";
import { context2d } from "./canvas.js";
import { createFrame } from "./chart/frame.js";
import { paintChart } from "./chart/paint.js";

const [WIDTH, HEIGHT] = [960, 480]; // of the plot, CSS pixels
const DENSITY = 2;
const PADDING = 24;
const HEAD = 56; // CSS pixels, of the title and the unit
const LEGEND_LINE = 22;
const SWATCH = 20; // with its gap
const SCALE = 72; // a swatch of many colours

/**
 * @typedef {import("./description.js").Description} Description
 * @typedef {(name: string) => string} Colour the value of a CSS variable
 * @typedef {{label: string, colours: readonly string[]}} Entry of the legend: one colour, or those of a scale
 */

/**
 * @param {Element} node in the page's theme
 * @param {Description} description
 * @param {readonly HTMLCanvasElement[]} [layers] what is seen on the page, from below, of what draws itself
 * @returns {Promise<Blob>} PNG
 */
export async function pictureOf(node, description, layers = []) {
  const style = getComputedStyle(node);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const font = style.getPropertyValue("--font");
  const canvas = document.createElement("canvas");
  const context = context2d(canvas);
  const shown = layers.filter(({ hidden }) => !hidden);
  const plot = shown.length
    ? { width: shown[0].clientWidth, height: shown[0].clientHeight }
    : { width: WIDTH, height: HEIGHT };
  context.font = `14px ${font}`;
  const lines = legendLines(context, legendEntries(description, colour), plot.width);
  const width = plot.width + 2 * PADDING;
  const height = HEAD + plot.height + lines.length * LEGEND_LINE + 2 * PADDING;
  Object.assign(canvas, { width: DENSITY * width, height: DENSITY * height });
  context.scale(DENSITY, DENSITY);
  context.fillStyle = colour("--page");
  context.fillRect(0, 0, width, height);
  context.fillStyle = colour("--text");
  context.font = `600 18px ${font}`;
  context.fillText(description.title, PADDING, PADDING + 16, plot.width);
  context.fillStyle = colour("--text-soft");
  context.font = `13px ${font}`;
  context.fillText(description.unit, PADDING, PADDING + 38);
  context.translate(PADDING, PADDING + HEAD);
  context.save();
  if (shown.length) for (const layer of shown) context.drawImage(layer, 0, 0, plot.width, plot.height);
  else paintPlot(context, description, colour);
  context.restore();
  context.font = `14px ${font}`;
  paintLegend(context, lines, plot.height, colour("--text"));
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser gives no PNG")))),
  );
}

/** @param {CanvasRenderingContext2D} context @param {Description} description @param {Colour} colour */
function paintPlot(context, description, colour) {
  const { seen, x, y } = description;
  if (!seen) return;
  const size = { width: WIDTH, height: HEIGHT };
  const frame = createFrame(size, { span: seen.x, log: x.log }, { span: seen.y, log: y.log }, seen.strip);
  paintChart(context, frame, description, colour);
}

/** @param {Description} description @param {Colour} colour @returns {Entry[]} */
function legendEntries({ series, floor }, colour) {
  const entries = series.flatMap(({ label, colour: name, attribute }) => {
    if (!attribute) return [{ label, colours: [colour(name)] }];
    if (!attribute.label) return [];
    const { scale } = attribute;
    const range = scale && `${attribute.label} · ${readable(scale.low)} … ${readable(scale.high)}`;
    const values = attribute.entries.map((entry) => ({ label: entry.label, colours: [entry.colour] }));
    return scale && range ? [{ label: range, colours: scale.colours }, ...values] : values;
  });
  return floor ? [...entries, { label: floor.label, colours: [colour("--text-soft")] }] : entries;
}

/**
 * Entries of the legend, as many on a line as there is room for.
 * @param {CanvasRenderingContext2D} context
 * @param {Entry[]} entries
 * @param {number} room CSS pixels
 */
function legendLines(context, entries, room) {
  /** @type {(Entry & {x: number})[][]} */
  const lines = [];
  let x = Infinity;
  for (const entry of entries) {
    const wide = swatchOf(entry) + context.measureText(entry.label).width + 18;
    if (x + wide > room) {
      lines.push([]);
      x = 0;
    }
    lines[lines.length - 1].push({ ...entry, x });
    x += wide;
  }
  return lines;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ReturnType<typeof legendLines>} lines
 * @param {number} top CSS pixels
 * @param {string} ink
 */
function paintLegend(context, lines, top, ink) {
  context.textAlign = "left";
  context.textBaseline = "middle";
  lines.forEach((line, i) => {
    const y = top + (i + 0.5) * LEGEND_LINE;
    for (const entry of line) {
      const { x, label, colours } = entry;
      const wide = swatchOf(entry) - 6;
      colours.forEach((each, step) => {
        context.fillStyle = each;
        context.fillRect(x + (step * wide) / colours.length, y - 2, wide / colours.length, 4);
      });
      context.fillStyle = ink;
      context.fillText(label, x + swatchOf(entry), y);
    }
  });
}

/** @param {Entry} entry @returns {number} CSS pixels */
function swatchOf({ colours }) {
  return colours.length > 1 ? SCALE : SWATCH;
}
