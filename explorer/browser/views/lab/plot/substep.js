/** One sub-step of slow motion on the plane: the batch itself instead of the shown points. */
import { thresholdSegments } from "./contour.js";
import { drawArrows, drawPoints, tracePoint, traceSegments } from "./layers.js";
import { ARROWS } from "./model.js";
import { heatPoints } from "./quantities.js";

const TRAILS = 48; // of a batch's points have a line to where they come from
const NOISE_RADIUS = 2.2; // CSS pixels
const RING_SCALE = 2.1;

/**
 * @typedef {object} Surroundings
 * @property {import("./model.js").Scene} scene
 * @property {object} evaluator
 * @property {object} state the one before the sub-step
 * @property {(vectors: Float32Array, count: number) => {scale: number | null}} fitArrows
 */

/**
 * Noise as it is drawn on the plane.
 * @param {ArrayLike<number>} noise
 * @param {import("./quantities.js").NoiseGrid} grid
 * @returns {Float32Array} (n, 2); one dimension lies on y = 0
 */
export function noisePlaces(noise, { dimensions, scale }) {
  const places = new Float32Array((2 * noise.length) / dimensions);
  for (let i = 0; i < noise.length; i++) places[dimensions === 2 ? i : 2 * i] = scale * noise[i];
  return places;
}

/**
 * Which points the discriminator takes for the other kind.
 * @param {ArrayLike<number>} points interleaved
 * @param {ArrayLike<number>} outputs raw
 * @param {(output: number) => boolean} mistaken
 * @returns {number[]} interleaved
 */
export function mistakenPoints(points, outputs, mistaken) {
  const found = [];
  for (let i = 0; i < outputs.length; i++) if (mistaken(outputs[i])) found.push(points[2 * i], points[2 * i + 1]);
  return found;
}

/**
 * Draw what the sub-step is about.
 * @param {CanvasRenderingContext2D} context clipped to the plane
 * @param {import("./frame.js").Viewport} viewport
 * @param {import("./colours.js").Theme} theme
 * @param {object} substep an entry of the evaluator's `explain`
 * @param {Surroundings} surroundings
 */
export function drawSubstep(context, viewport, theme, substep, surroundings) {
  const { network, kind, noise, real, fake, pointGradients, state } = substep;
  const { scene } = surroundings;
  const draw = { context, viewport, theme };
  const places = noise && noisePlaces(noise, scene.grid);
  if (kind === "noise") return drawNoise(draw, places);
  if (real) drawPoints(context, viewport, theme, real, "real");
  if (kind === "generate") drawTrails(draw, places, fake, theme.generator, TRAILS);
  if (kind === "update" && network === "generator") {
    const moved = surroundings.evaluator.generate(state, noise);
    drawTrails(draw, fake, moved, theme.gradient, moved.length / 2);
    return drawPoints(context, viewport, theme, moved, "fake");
  }
  drawPoints(context, viewport, theme, fake, "fake");
  if (kind === "generate") return undefined;
  if (kind === "update") return drawFormerDecision(draw, surroundings);
  drawMistakes(draw, substep, scene.meaning.threshold);
  if (kind !== "gradients" || !pointGradients) return undefined;
  const count = Math.min(ARROWS, fake.length / 2);
  const { scale } = surroundings.fitArrows(pointGradients, count);
  if (scale !== null) drawArrows(context, viewport, theme, fake, pointGradients, scale, count);
  return undefined;
}

function drawNoise({ context, viewport, theme }, places) {
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [viewport.toX(places[i]), viewport.toY(places[i + 1])];
    context.moveTo(x + NOISE_RADIUS, y);
    context.arc(x, y, NOISE_RADIUS, 0, 2 * Math.PI);
  }
  context.fillStyle = theme.generator;
  context.fill();
}

/** Lines from where the first points were to where they are now. */
function drawTrails({ context, viewport }, from, to, colour, count) {
  context.beginPath();
  for (let i = 0; i < 2 * Math.min(count, to.length / 2); i += 2) {
    context.moveTo(viewport.toX(from[i]), viewport.toY(from[i + 1]));
    context.lineTo(viewport.toX(to[i]), viewport.toY(to[i + 1]));
  }
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  context.stroke();
  context.globalAlpha = 1;
}

/** Rings around what the discriminator takes for the other kind. */
function drawMistakes({ context, viewport, theme }, { real, fake, realOutput, fakeOutput }, threshold) {
  if (threshold === null) return;
  context.beginPath();
  const ring = (/** @type {number[]} */ points, /** @type {"real" | "fake"} */ kind) => {
    for (let i = 0; i < points.length; i += 2)
      tracePoint(context, viewport.toX(points[i]), viewport.toY(points[i + 1]), kind, RING_SCALE);
  };
  if (real && realOutput)
    ring(
      mistakenPoints(real, realOutput, (output) => output <= threshold),
      "real",
    );
  if (fake && fakeOutput)
    ring(
      mistakenPoints(fake, fakeOutput, (output) => output > threshold),
      "fake",
    );
  context.strokeStyle = theme.discriminator;
  context.lineWidth = 1.2;
  context.stroke();
}

/** Where the decision line was before the discriminator's update, dashed. */
function drawFormerDecision({ context, viewport, theme }, { scene, evaluator, state }) {
  const { side, meaning } = scene;
  if (meaning.threshold === null) return;
  const segments = new Float32Array(8 * side ** 2);
  const count = thresholdSegments(evaluator.discriminate(state, heatPoints(side)), side, meaning.threshold, segments);
  context.beginPath();
  traceSegments(context, viewport, segments, count);
  context.setLineDash([2, 5]);
  context.strokeStyle = theme.text;
  context.lineWidth = 1.4;
  context.stroke();
  context.setLineDash([]);
}
