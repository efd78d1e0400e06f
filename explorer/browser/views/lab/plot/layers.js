/** The plot's layers, each a function of a surface and the numbers. Nothing here keeps state. */
import { EXTENT } from "./quantities.js";

/**
 * What is drawn on.
 * @typedef {object} Surface
 * @property {CanvasRenderingContext2D} context clipped to the plane
 * @property {import("./frame.js").Viewport} viewport
 * @property {import("./colours.js").Theme} theme
 */

export const REAL_RADIUS = 2.3; // CSS pixels
export const FAKE_RADIUS = 3.1; // of the diamond's corners: about as much ink as the real points' circles
const FAR = 2 * EXTENT; // data units; points beyond, and what is attached to them, are out of sight
const POINT_OPACITY = 0.8;
const POINTS_PER_PATH = 32; // browsers fill several small paths quicker than a large one
const ARROW_HEAD = 6; // CSS pixels; shorter arrows have heads of half their length
const SHORTEST_ARROW = 0.75; // CSS pixels: below, an arrow is a speck
const OPACITY_LEVELS = 24;
const MESH_OPACITY = 0.22;

/** How densities become opacity: proportional, up to a limit that the legend states. */
export const DENSITY_FULL = Object.freeze({ 1: 1, 2: 2 }); // probability per unit length of a curve, area of a sheet
export const DENSITY_OPACITY = Object.freeze({ 1: 0.9, 2: 0.75 });

/**
 * A heat map whose samples lie at the corners of its cells: the colours between them are blended.
 * @param {Surface} surface
 * @param {HTMLCanvasElement} samples one pixel each
 */
export function drawHeat({ context, viewport: { plot } }, samples) {
  const cells = samples.width - 1;
  const step = plot.width / cells;
  context.imageSmoothingEnabled = true;
  // Pixel centres carry the values, so the picture reaches half a cell beyond the plane on each side.
  context.drawImage(samples, plot.left - step / 2, plot.top - step / 2, plot.width + step, plot.height + step);
}

/**
 * Real points are circles, generated ones diamonds: told apart without their colours, too.
 * @param {Surface} surface
 * @param {ArrayLike<number>} points interleaved
 * @param {"real" | "fake"} kind
 */
export function drawPoints({ context, viewport, theme }, points, kind) {
  context.globalAlpha = POINT_OPACITY;
  context.fillStyle = theme[kind];
  for (let start = 0; start < points.length; start += 2 * POINTS_PER_PATH) {
    context.beginPath();
    for (let i = start; i < Math.min(points.length, start + 2 * POINTS_PER_PATH); i += 2) {
      if (Math.abs(points[i]) > FAR || Math.abs(points[i + 1]) > FAR) continue;
      tracePoint(context, viewport.toX(points[i]), viewport.toY(points[i + 1]), kind);
    }
    context.fill();
  }
  context.globalAlpha = 1;
}

/**
 * The outline of one point, into the context's path.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x CSS pixels
 * @param {number} y
 * @param {"real" | "fake"} kind
 * @param {number} [scale]
 */
export function tracePoint(context, x, y, kind, scale = 1) {
  if (kind === "real") {
    context.moveTo(x + scale * REAL_RADIUS, y);
    context.arc(x, y, scale * REAL_RADIUS, 0, 2 * Math.PI);
    return;
  }
  const radius = scale * FAKE_RADIUS;
  context.moveTo(x, y - radius);
  context.lineTo(x + radius, y);
  context.lineTo(x, y + radius);
  context.lineTo(x - radius, y);
  context.closePath();
}

/**
 * How opaque a cell or segment of some density is.
 * @param {1 | 2} dimensions of the noise
 * @param {number} density may be infinite
 */
export function densityOpacity(dimensions, density) {
  return DENSITY_OPACITY[dimensions] * Math.min(1, density / DENSITY_FULL[dimensions]);
}

/**
 * The generator's manifold: what it makes of the noise grid.
 * @param {Surface} surface
 * @param {import("./quantities.js").NoiseGrid} grid
 * @param {Float32Array} vertices
 * @param {Float64Array} densities
 */
export function drawManifold(surface, grid, vertices, densities) {
  const { context, theme } = surface;
  context.fillStyle = context.strokeStyle = theme.generator;
  context.lineJoin = context.lineCap = "round";
  if (grid.dimensions === 2) drawSheet(surface, grid.cells, vertices, densities);
  else drawCurve(surface, grid.cells, vertices, densities);
  context.globalAlpha = 1;
}

/**
 * @param {Surface} surface
 * @param {number} cells a side
 * @param {Float32Array} vertices
 * @param {Float64Array} densities
 */
function drawSheet({ context, viewport }, cells, vertices, densities) {
  const { toX, toY } = viewport;
  const row = 2 * (cells + 1);
  for (let cell = 0; cell < cells * cells; cell++) {
    const opacity = densityOpacity(2, densities[cell]);
    const a = Math.floor(cell / cells) * row + 2 * (cell % cells);
    if (opacity < 1 / 255 || isOutside(vertices, a, a + 2, a + row + 2, a + row)) continue;
    context.globalAlpha = opacity;
    context.beginPath();
    context.moveTo(toX(vertices[a]), toY(vertices[a + 1]));
    context.lineTo(toX(vertices[a + 2]), toY(vertices[a + 3]));
    context.lineTo(toX(vertices[a + row + 2]), toY(vertices[a + row + 3]));
    context.lineTo(toX(vertices[a + row]), toY(vertices[a + row + 1]));
    context.fill();
  }
  context.beginPath();
  for (let line = 0; line <= cells; line++) {
    traceLine(context, viewport, vertices, { start: line * row, step: 2, segments: cells });
    traceLine(context, viewport, vertices, { start: 2 * line, step: row, segments: cells });
  }
  context.globalAlpha = MESH_OPACITY;
  context.lineWidth = 1;
  context.stroke();
}

/**
 * A line through vertices, without the parts that nobody can see: far outside, they would take long.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./frame.js").Viewport} viewport
 * @param {Float32Array} vertices
 * @param {{start: number, step: number, segments: number}} line where it starts and how far on its next vertices are
 */
function traceLine(context, { toX, toY }, vertices, { start, step, segments }) {
  let drawing = false;
  for (let i = start, k = 0; k < segments; i += step, k++) {
    const outside = isOutside(vertices, i, i + step, i, i);
    if (!outside && !drawing) context.moveTo(toX(vertices[i]), toY(vertices[i + 1]));
    if (!outside) context.lineTo(toX(vertices[i + step]), toY(vertices[i + step + 1]));
    drawing = !outside;
  }
}

/** Whether four points, given by where they start, lie on the far side of one edge of the plane together. */
function isOutside(
  /** @type {Float32Array} */ points,
  /** @type {number} */ a,
  /** @type {number} */ b,
  /** @type {number} */ c,
  /** @type {number} */ d,
) {
  for (let axis = 0; axis < 2; axis++) {
    if (
      points[a + axis] > EXTENT &&
      points[b + axis] > EXTENT &&
      points[c + axis] > EXTENT &&
      points[d + axis] > EXTENT
    )
      return true;
    if (
      points[a + axis] < -EXTENT &&
      points[b + axis] < -EXTENT &&
      points[c + axis] < -EXTENT &&
      points[d + axis] < -EXTENT
    )
      return true;
  }
  return false;
}

/**
 * @param {Surface} surface
 * @param {number} cells segments
 * @param {Float32Array} vertices
 * @param {Float64Array} densities
 */
function drawCurve({ context, viewport }, cells, vertices, densities) {
  const { toX, toY } = viewport;
  context.beginPath();
  traceLine(context, viewport, vertices, { start: 0, step: 2, segments: cells });
  context.globalAlpha = MESH_OPACITY;
  context.lineWidth = 1.5;
  context.stroke();
  context.lineWidth = 5;
  context.lineCap = "butt";
  for (let level = 1; level <= OPACITY_LEVELS; level++) {
    context.beginPath();
    for (let i = 0; i < cells; i++) {
      if (Math.round((OPACITY_LEVELS * densityOpacity(1, densities[i])) / DENSITY_OPACITY[1]) !== level) continue;
      if (isOutside(vertices, 2 * i, 2 * i + 2, 2 * i, 2 * i)) continue;
      context.moveTo(toX(vertices[2 * i]), toY(vertices[2 * i + 1]));
      context.lineTo(toX(vertices[2 * i + 2]), toY(vertices[2 * i + 3]));
    }
    context.globalAlpha = (DENSITY_OPACITY[1] * level) / OPACITY_LEVELS;
    context.stroke();
  }
}

/**
 * Arrows from points along vectors.
 * @param {Surface} surface
 * @param {ArrayLike<number>} points interleaved
 * @param {ArrayLike<number>} vectors interleaved
 * @param {number} scale data units of arrow per unit of vector
 * @param {number} count how many of the points
 */
export function drawArrows({ context, viewport, theme }, points, vectors, scale, count) {
  const heads = new Path2D();
  context.beginPath();
  for (let i = 0; i < 2 * count; i += 2) {
    if (Math.abs(points[i]) > FAR || Math.abs(points[i + 1]) > FAR) continue;
    traceArrow(
      context,
      heads,
      viewport.toX(points[i]),
      viewport.toY(points[i + 1]),
      scale * viewport.scale * vectors[i],
      -scale * viewport.scale * vectors[i + 1],
    );
  }
  context.lineCap = "butt";
  context.strokeStyle = theme.page; // a halo, so that arrows show among points
  context.globalAlpha = 0.6;
  context.lineWidth = 4;
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = context.fillStyle = theme.gradient;
  context.lineWidth = 1.5;
  context.stroke();
  context.fill(heads);
}

/** One arrow, in CSS pixels: its shaft goes into the context's path, its head into another. */
function traceArrow(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Path2D} */ heads,
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {number} */ dx,
  /** @type {number} */ dy,
) {
  const length = Math.hypot(dx, dy);
  if (!(length >= SHORTEST_ARROW)) return;
  const head = Math.min(ARROW_HEAD, length / 2);
  const [ux, uy] = [dx / length, dy / length];
  const [tipX, tipY] = [x + dx, y + dy];
  const [baseX, baseY] = [tipX - head * ux, tipY - head * uy];
  context.moveTo(x, y);
  context.lineTo(baseX, baseY);
  heads.moveTo(tipX, tipY);
  heads.lineTo(baseX - 0.5 * head * uy, baseY + 0.5 * head * ux);
  heads.lineTo(baseX + 0.5 * head * uy, baseY - 0.5 * head * ux);
  heads.closePath();
}

/**
 * The line on which the discriminator is undecided.
 * @param {Surface} surface
 * @param {Float32Array} segments x₀, y₀, x₁, y₁ each
 * @param {number} count
 */
export function drawDecision({ context, viewport, theme }, segments, count) {
  context.beginPath();
  traceSegments(context, viewport, segments, count);
  context.lineCap = "butt";
  context.strokeStyle = theme.page;
  context.lineWidth = 4.5;
  context.globalAlpha = 0.7;
  context.stroke();
  context.lineCap = "round"; // the segments are not joined otherwise
  context.globalAlpha = 1;
  context.strokeStyle = theme.discriminator;
  context.lineWidth = 2.2;
  context.stroke();
}

/**
 * Lines into the context's path.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./frame.js").Viewport} viewport
 * @param {Float32Array} segments x₀, y₀, x₁, y₁ each
 * @param {number} count
 */
export function traceSegments(context, { toX, toY }, segments, count) {
  for (let i = 0; i < 4 * count; i += 4) {
    context.moveTo(toX(segments[i]), toY(segments[i + 1]));
    context.lineTo(toX(segments[i + 2]), toY(segments[i + 3]));
  }
}
