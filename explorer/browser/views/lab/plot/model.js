/** What the plot shows of one moment, computed into buffers that are kept from frame to frame. */
import { noise, realPoints, STREAMS } from "../../../runtime/planar/data.js";
import { thresholdSegments } from "./contour.js";
import { blendFromNoise, cellDensities, EXTENT, heatPoints, heatRange, heatSide, noiseGrid } from "./quantities.js";
import { outputMeaning } from "../../../runtime/planar/outputs.js";

export const SHOWN = 512; // points of each kind
export const ARROWS = 96; // at the first of the generated points, which are as random as any

/**
 * The numbers drawn for the present state; arrays are overwritten by the next one.
 * @typedef {object} Scene
 * @property {Float32Array} real (512, 2)
 * @property {Float32Array} noise (512, dimensions)
 * @property {Float32Array} fake (512, 2)
 * @property {import("./quantities.js").NoiseGrid} grid
 * @property {Float32Array} vertices of the manifold
 * @property {Float64Array} densities of its cells or segments
 * @property {import("../../../runtime/planar/outputs.js").OutputMeaning} meaning
 * @property {number} side of the heat map, in cells
 * @property {Float32Array} heat raw outputs of D at `heatPoints(side)`
 * @property {{low: number, high: number}} range of the heat map's colours
 * @property {Float32Array} decision segments, x₀, y₀, x₁, y₁ each
 * @property {number} decisions how many
 * @property {Float32Array} arrows (96, 2), the vectors at the first generated points
 * @property {number} outside how many generated points lie outside of the plane
 * @property {"generator" | "discriminator" | null} broken the network whose outputs are not finite
 */

/**
 * Points, grids and buffers for a run; what is random here follows from its settings alone.
 * @param {object} settings of the run
 */
export function createScene(settings) {
  const grid = noiseGrid(settings.noise);
  const { dimensions } = grid;
  const shown = noise(settings, STREAMS.shownNoise, SHOWN, 0);
  const side = heatSide(settings.discriminator.widths);
  const inputs = new Float32Array(shown.length + grid.noise.length);
  inputs.set(shown);
  inputs.set(grid.noise, shown.length);
  const places = heatPoints(side);
  const scene = {
    real: realPoints(settings, STREAMS.shownReal, SHOWN, 0),
    noise: shown,
    fake: new Float32Array(2 * SHOWN),
    grid,
    vertices: new Float32Array((2 * grid.noise.length) / dimensions),
    densities: new Float64Array(grid.mass.length),
    meaning: outputMeaning(settings.loss),
    side,
    heat: new Float32Array((side + 1) ** 2),
    range: { low: 0, high: 0 },
    decision: new Float32Array(8 * side ** 2),
    decisions: 0,
    arrows: new Float32Array(2 * ARROWS),
    outside: 0,
    broken: /** @type {"generator" | "discriminator" | null} */ (null),
  };

  /**
   * Compute what is wanted of a state.
   * @param {object} evaluator
   * @param {object} state
   * @param {{heat: boolean, decision: boolean, arrows: "generator_loss" | "discriminator" | null, fraction: number}} wanted
   */
  function update(evaluator, state, { heat, decision, arrows, fraction }) {
    const generated = evaluator.generate(state, inputs);
    scene.fake.set(generated.subarray(0, 2 * SHOWN));
    scene.vertices.set(generated.subarray(2 * SHOWN));
    scene.broken = allFinite(generated) ? null : "generator";
    if (heat || decision) {
      scene.heat.set(evaluator.discriminate(state, places));
      if (!allFinite(scene.heat)) scene.broken ??= "discriminator";
      scene.range = heatRange(scene.meaning, scene.heat);
      const { threshold } = scene.meaning;
      scene.decisions = threshold === null ? 0 : thresholdSegments(scene.heat, side, threshold, scene.decision);
    }
    if (arrows !== null && scene.broken !== "generator") {
      scene.arrows.set(evaluator.gradients(state, scene.fake.subarray(0, 2 * ARROWS), arrows));
      if (!allFinite(scene.arrows)) scene.broken ??= "discriminator";
    }
    if (fraction < 1) {
      blendFromNoise(shown, dimensions, grid.scale, scene.fake, fraction, scene.fake);
      blendFromNoise(grid.noise, dimensions, grid.scale, scene.vertices, fraction, scene.vertices);
    }
    cellDensities(grid, scene.vertices, scene.densities);
    scene.outside = countOutside(scene.fake);
  }

  return { scene, update };
}

/** How many points lie outside of the plane. @param {Float32Array} points interleaved */
export function countOutside(points) {
  let count = 0;
  for (let i = 0; i < points.length; i += 2) {
    if (!(Math.abs(points[i]) <= EXTENT && Math.abs(points[i + 1]) <= EXTENT)) count += 1;
  }
  return count;
}

/** @param {Float32Array} values */
function allFinite(values) {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
