/** One sub-step of slow motion on the plane: the batch itself instead of the shown points. */
import { thresholdSegments } from "./contour.js";
import { drawArrows, drawPoints, tracePoint, traceSegments } from "./layers.js";
import { ARROWS } from "./scene.js";
import { heatPoints } from "./quantities.js";

const TRAILS = 48; // of a batch's points have a line to where they come from
const NOISE_RADIUS = 2.2; // CSS pixels
const RING_SCALE = 2.1;

/**
 * @typedef {object} Surroundings
 * @property {import("./scene.js").Scene} scene
 * @property {import("../../../runtime/planar/evaluate.js").Evaluator} evaluator
 * @property {import("../../../runtime/planar/initial.js").State} state the one before the sub-step
 * @property {import("./arrow-scale.js").ArrowScale} arrowScale
 *
 * @typedef {import("../../../runtime/planar/explain.js").Step} SubStep
 * @typedef {import("./layers.js").Surface} Surface
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
 * @param {Surface} surface
 * @param {SubStep} substep
 * @param {Surroundings} surroundings
 * @returns {import("./arrow-scale.js").ArrowLengths | null} null where the sub-step has no arrows
 */
export function drawSubstep(surface, substep, surroundings) {
  const { kind, real } = substep;
  if (kind !== "noise" && real) drawPoints(surface, real, "real");
  if (kind === "noise") drawNoise(surface, substep, surroundings);
  else if (kind === "generate") drawGenerated(surface, substep, surroundings);
  else if (kind === "update") drawUpdate(surface, substep, surroundings);
  else drawJudged(surface, substep, surroundings.scene.meaning.threshold);
  return kind === "gradients" ? drawGradients(surface, substep, surroundings) : null;
}

/** @param {Surface} surface @param {SubStep} substep @param {Surroundings} surroundings */
function drawNoise({ context, viewport, theme }, { noise }, { scene }) {
  if (!noise) return;
  const places = noisePlaces(noise, scene.grid);
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [viewport.toX(places[i]), viewport.toY(places[i + 1])];
    context.moveTo(x + NOISE_RADIUS, y);
    context.arc(x, y, NOISE_RADIUS, 0, 2 * Math.PI);
  }
  context.fillStyle = theme.generator;
  context.fill();
}

/**
 * The batch, and where some of it comes from.
 * @param {Surface} surface
 * @param {SubStep} substep
 * @param {Surroundings} surroundings
 */
function drawGenerated(surface, { noise, fake }, { scene }) {
  if (!noise || !fake) return;
  drawTrails(surface, noisePlaces(noise, scene.grid), fake, surface.theme.generator, TRAILS);
  drawPoints(surface, fake, "fake");
}

/** Lines from where the first points were to where they are now. */
function drawTrails(
  /** @type {Surface} */ { context, viewport },
  /** @type {Float32Array} */ from,
  /** @type {Float32Array} */ to,
  /** @type {string} */ colour,
  /** @type {number} */ count,
) {
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

/**
 * Where the generator's update takes the batch, or where the discriminator's line was before its own.
 * @param {Surface} surface
 * @param {SubStep} substep
 * @param {Surroundings} surroundings
 */
function drawUpdate(surface, { network, noise, fake, state }, surroundings) {
  if (!fake) return;
  if (network === "discriminator") {
    drawPoints(surface, fake, "fake");
    drawFormerDecision(surface, surroundings);
  } else if (noise && state) {
    const moved = surroundings.evaluator.generate(state, noise);
    drawTrails(surface, fake, moved, surface.theme.gradient, moved.length / 2);
    drawPoints(surface, moved, "fake");
  }
}

/**
 * Which way each generated point is drawn.
 * @param {Surface} surface
 * @param {SubStep} substep
 * @param {Surroundings} surroundings
 */
function drawGradients(surface, { fake, pointGradients }, { arrowScale }) {
  if (!fake || !pointGradients) return null;
  const count = Math.min(ARROWS, fake.length / 2);
  const arrows = arrowScale.fit(pointGradients, count);
  if (arrows.scale !== null) drawArrows(surface, fake, pointGradients, arrows.scale, count);
  return arrows;
}

/**
 * The batch, with rings around what the discriminator takes for the other kind.
 * @param {Surface} surface
 * @param {SubStep} substep
 * @param {number | null} threshold
 */
function drawJudged(surface, { real, fake, realOutput, fakeOutput }, threshold) {
  if (fake) drawPoints(surface, fake, "fake");
  if (threshold === null) return;
  const { context, viewport, theme } = surface;
  context.beginPath();
  const ring = (/** @type {number[]} */ points, /** @type {"real" | "fake"} */ kind) => {
    for (let i = 0; i < points.length; i += 2) {
      tracePoint(context, viewport.toX(points[i]), viewport.toY(points[i + 1]), kind, RING_SCALE);
    }
  };
  const isReal = (/** @type {number} */ output) => output > threshold;
  if (real && realOutput) {
    const taken = mistakenPoints(real, realOutput, (output) => !isReal(output));
    ring(taken, "real");
  }
  if (fake && fakeOutput) ring(mistakenPoints(fake, fakeOutput, isReal), "fake");
  context.strokeStyle = theme.discriminator;
  context.lineWidth = 1.2;
  context.stroke();
}

/**
 * Where the decision boundary was before the discriminator's update, dashed.
 * @param {Surface} surface
 * @param {Surroundings} before
 */
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
