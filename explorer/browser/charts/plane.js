/** The map's drawings, each a function of a canvas context, a viewport and what to draw. Nothing here keeps state. */
import { ticks } from "./geometry.js";
import { covarianceEllipse } from "../runtime/gaussian.js";

/**
 * @typedef {import("./viewport.js").Viewport} Viewport
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {Record<"text" | "soft" | "line" | "page" | "mu" | "sigma" | "epsilon" | "z", string>} Theme
 * @typedef {{xx: number, xy: number, yy: number}} Covariance
 * @typedef {Point & {radius: number, mass: number}} Contour a circle, and the share of the prior's mass in it
 *
 * @typedef {object} Sheet small pictures in one image
 * @property {(index: number) => {x: number, y: number, width: number, height: number}} tile in the image, pixels
 * @property {CanvasImageSource | null} thumbnails null until the image has come
 */

const DOT_RADIUS = 2.6;
const LABEL_FONT = "13px system-ui, sans-serif";
const TICK_SPACING = Object.freeze({ wide: 84, narrow: 45 }); // CSS pixels between grid lines, about

/** The style sheet's colours as they are for an element. @param {Element} node @returns {Theme} */
export function readTheme(node) {
  const style = getComputedStyle(node);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour("text"),
    soft: colour("text-soft"),
    line: colour("line"),
    page: colour("page"),
    mu: colour("mu"),
    sigma: colour("sigma"),
    epsilon: colour("epsilon"),
    z: colour("z"),
  };
}

/**
 * Grid lines with tick labels in latent units, and the axes' names; a bare frame where the axes have no unit.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Theme} theme
 * @param {{x: string, y: string} | null} names
 */
export function drawAxes(context, viewport, theme, names) {
  const { plot, extent, toX, toY, height } = viewport;
  const bottom = plot.top + plot.height;
  context.lineWidth = 1;
  context.font = LABEL_FONT;
  context.fillStyle = theme.soft;
  context.strokeStyle = theme.line;
  const spacing = plot.width > 400 ? TICK_SPACING.wide : TICK_SPACING.narrow;
  context.strokeRect(plot.left + 0.5, plot.top + 0.5, plot.width - 1, plot.height - 1);
  if (names === null) return;
  context.beginPath();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const x of ticks(extent.left, extent.right, plot.width / spacing)) {
    context.moveTo(Math.round(toX(x)) + 0.5, plot.top);
    context.lineTo(Math.round(toX(x)) + 0.5, bottom);
    context.fillText(format(x), toX(x), bottom + 5);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const y of ticks(extent.bottom, extent.top, plot.height / spacing)) {
    context.moveTo(plot.left, Math.round(toY(y)) + 0.5);
    context.lineTo(plot.left + plot.width, Math.round(toY(y)) + 0.5);
    context.fillText(format(y), plot.left - 6, toY(y));
  }
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(names.x, plot.left + plot.width / 2, height - 1);
  context.save();
  context.translate(1, plot.top + plot.height / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "top";
  context.fillText(names.y, 0, 0);
  context.restore();
}

function format(/** @type {number} */ value) {
  return String(value).replace("-", "−");
}

/**
 * Circles that hold a share of the prior's mass, each labelled with it where it meets the upper right diagonal.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Theme} theme
 * @param {readonly Contour[]} contours
 */
export function drawContours(context, viewport, theme, contours) {
  context.font = LABEL_FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { x, y, radius, mass } of contours) {
    context.beginPath();
    context.arc(viewport.toX(x), viewport.toY(y), radius * viewport.scale, 0, 2 * Math.PI);
    context.strokeStyle = theme.page; // a halo, so that the circle shows among dots
    context.lineWidth = 4;
    context.globalAlpha = 0.7;
    context.stroke();
    context.globalAlpha = 1;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.4;
    context.setLineDash([6, 4]);
    context.stroke();
    context.setLineDash([]);
    const label = `${100 * mass}%`;
    const [px, py] = [viewport.toX(x + radius * Math.SQRT1_2), viewport.toY(y + radius * Math.SQRT1_2)];
    outlinedText(context, label, px, py, theme);
  }
}

function outlinedText(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {string} */ text,
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {Theme} */ theme,
) {
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = theme.page;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}

/**
 * The browse set as dots. Points drawn later hide those below, so the data set's own order, which is shuffled, decides
 * among those with a colour of their own; the others lie below them.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {ArrayLike<number>} points (N, 2)
 * @param {Pick<import("./colours.js").Colouring, "colour" | "isMinor">} colouring
 * @param {(index: number) => boolean} chosen false for points that the legend leaves out
 */
export function drawDots(context, viewport, points, colouring, chosen) {
  const draw = (/** @type {(index: number) => boolean} */ wanted, /** @type {number} */ alpha) => {
    context.globalAlpha = alpha;
    for (let i = 0; i < points.length / 2; i++) {
      if (!wanted(i)) continue;
      context.fillStyle = colouring.colour(i);
      context.beginPath();
      context.arc(viewport.toX(points[2 * i]), viewport.toY(points[2 * i + 1]), DOT_RADIUS, 0, 2 * Math.PI);
      context.fill();
    }
  };
  draw((i) => !chosen(i), 0.1);
  draw((i) => chosen(i) && colouring.isMinor(i), 0.4);
  draw((i) => chosen(i) && !colouring.isMinor(i), 0.75);
  context.globalAlpha = 1;
}

/**
 * Which images can stand at their true places without overlap: the first come, in the data set's order.
 * @param {Viewport} viewport
 * @param {ArrayLike<number>} points (N, 2)
 * @param {number} side of a thumbnail, CSS pixels
 * @param {(index: number) => boolean} chosen false for images that the legend leaves out
 * @returns {number[]} indices
 */
export function chooseThumbnails(viewport, points, side, chosen) {
  const { plot, toX, toY } = viewport;
  /** @type {Map<string, number[]>} one thumbnail's corner can meet only those in the nine cells around it */
  const taken = new Map();
  const kept = [];
  for (let i = 0; i < points.length / 2; i++) {
    if (!chosen(i)) continue;
    const [x, y] = [toX(points[2 * i]) - side / 2, toY(points[2 * i + 1]) - side / 2];
    if (x < plot.left || y < plot.top || x + side > plot.left + plot.width || y + side > plot.top + plot.height)
      continue;
    const [column, row] = [Math.floor(x / side), Math.floor(y / side)];
    const around = [-1, 0, 1].flatMap((across) =>
      [-1, 0, 1].map((down) => taken.get(`${column + across},${row + down}`)),
    );
    if (around.some((other) => other && Math.abs(other[0] - x) < side && Math.abs(other[1] - y) < side)) continue;
    taken.set(`${column},${row}`, [x, y]);
    kept.push(i);
  }
  return kept;
}

/**
 * One image of a sheet, centred on a pixel, framed in its colour; the frame alone until its picture has come.
 * @param {CanvasRenderingContext2D} context
 * @param {Sheet} sheet
 * @param {number} index
 * @param {number} px
 * @param {number} py
 * @param {number} side CSS pixels
 * @param {string} frame CSS colour
 */
export function drawThumbnail(context, sheet, index, px, py, side, frame) {
  const tile = sheet.tile(index);
  const [x, y] = [Math.round(px - side / 2), Math.round(py - side / 2)];
  context.imageSmoothingEnabled = side < tile.width;
  if (sheet.thumbnails) context.drawImage(sheet.thumbnails, tile.x, tile.y, tile.width, tile.height, x, y, side, side);
  context.lineWidth = 2;
  context.strokeStyle = frame;
  context.strokeRect(x + 1, y + 1, side - 2, side - 2);
}

/**
 * The posterior: filled within one standard deviation, a line at two, and its mean; σ in the map's own units.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Theme} theme
 * @param {Point} mean
 * @param {Covariance | null} covariance null draws the mean alone
 */
export function drawPosterior(context, viewport, theme, mean, covariance) {
  const [px, py] = [viewport.toX(mean.x), viewport.toY(mean.y)];
  if (covariance !== null) {
    context.strokeStyle = context.fillStyle = theme.sigma;
    for (const scale of [2, 1]) {
      const { major, minor, angle } = covarianceEllipse(mean, covariance, scale);
      context.beginPath();
      context.ellipse(px, py, major * viewport.scale, minor * viewport.scale, -angle, 0, 2 * Math.PI);
      context.globalAlpha = 0.3;
      if (scale === 1) context.fill();
      context.globalAlpha = 1;
      context.lineWidth = scale === 1 ? 2 : 1.2;
      context.stroke();
    }
  }
  context.strokeStyle = theme.page;
  context.fillStyle = theme.mu;
  context.lineWidth = 1.5;
  context.fillRect(px - 4, py - 4, 8, 8);
  context.strokeRect(px - 4, py - 4, 8, 8);
}

/**
 * z: a ring with a cross. A preview's is hollow and thin.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Theme} theme
 * @param {Point} place
 * @param {boolean} preview
 */
export function drawLatent(context, viewport, theme, place, preview) {
  const [x, y] = [viewport.toX(place.x), viewport.toY(place.y)];
  const radius = preview ? 7 : 8;
  for (const { colour, width } of [
    { colour: theme.page, width: 5 },
    { colour: theme.z, width: preview ? 1.5 : 2.5 },
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      context.moveTo(x + dx * (radius - 3), y + dy * (radius - 3));
      context.lineTo(x + dx * (radius + 5), y + dy * (radius + 5));
    }
    context.stroke();
  }
}

/**
 * σ·ε: the step from the mean to the posterior's sample.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Theme} theme
 * @param {Point} from
 * @param {Point} to
 */
export function drawStep(context, viewport, theme, from, to) {
  context.strokeStyle = theme.epsilon;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(viewport.toX(from.x), viewport.toY(from.y));
  context.lineTo(viewport.toX(to.x), viewport.toY(to.y));
  context.stroke();
}

/**
 * A path: a line with a halo, the letters A and B at its ends, and a dot where one is on it.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Theme} theme
 * @param {{places: Point[], at: number}} path at least one place; `at` is the index of one
 */
export function drawPath(context, viewport, theme, { places, at }) {
  const pixels = places.map(({ x, y }) => ({ x: viewport.toX(x), y: viewport.toY(y) }));
  context.lineJoin = "round";
  for (const { colour, width } of [
    { colour: theme.page, width: 5 },
    { colour: theme.z, width: 2 },
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    for (const { x, y } of pixels) context.lineTo(x, y);
    context.stroke();
  }
  context.font = `bold ${LABEL_FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { letter, x, y } of [
    { letter: "A", ...pixels[0] },
    { letter: "B", ...pixels[pixels.length - 1] },
  ]) {
    context.fillStyle = theme.z;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = theme.page;
    context.fillText(letter, x, y + 0.5);
  }
  context.beginPath();
  context.arc(pixels[at].x, pixels[at].y, 5, 0, 2 * Math.PI);
  context.fillStyle = theme.page;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = theme.z;
  context.stroke();
}

/**
 * Rings around some points, and lines from one place to them.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Theme} theme
 * @param {Point} from
 * @param {ArrayLike<number>} points (N, 2)
 * @param {number[]} indices of the points
 */
export function drawLinks(context, viewport, theme, from, points, indices) {
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  context.beginPath();
  for (const i of indices) {
    const [x, y] = [viewport.toX(points[2 * i]), viewport.toY(points[2 * i + 1])];
    context.moveTo(viewport.toX(from.x), viewport.toY(from.y));
    context.lineTo(x, y);
    context.moveTo(x + 5, y);
    context.arc(x, y, 5, 0, 2 * Math.PI);
  }
  context.stroke();
}
