/** What the plot shows of one moment, computed into buffers that are kept from frame to frame. */
import { noise, realPoints, STREAMS } from "../../../runtime/planar/data.js";
import { outputMeaning } from "../../../runtime/planar/outputs.js";
import { thresholdSegments } from "./contour.js";
import { blendFromNoise, cellDensities, EXTENT, heatPoints, heatRange, heatSide, noiseGrid } from "./quantities.js";

/** @typedef {"generator_loss" | "discriminator"} ArrowKind what the arrows are; see the evaluator's `gradients` */

export const SHOWN = 512; // points of each kind
export const ARROWS = 96; // at the first of the generated points, which are as random as any

/**
 * Points, grids and buffers of a run; what is random here follows from its settings alone. `update` overwrites the
 * rest.
 */
export class Scene {
  /** Of the noise grid. */
  grid;
  /** @type {Float32Array} (512, 2) */
  real;
  /** @type {Float32Array} (512, dimensions) */
  noise;
  /** (512, 2) */
  fake = new Float32Array(2 * SHOWN);
  /** Of the manifold: the grid's noise, mapped to the plane. @type {Float32Array} */
  vertices;
  /** Of the manifold's cells or segments. @type {Float64Array} */
  densities;
  /** @type {import("../../../runtime/planar/outputs.js").OutputMeaning} */
  meaning;
  /** Cells a side of the heat map. @type {number} */
  side;
  /** Raw outputs of D at `heatPoints(side)`. @type {Float32Array} */
  heat;
  /** Of the heat map's colours. */
  range = { low: 0, high: 0 };
  /** Segments of the decision boundary, x₀, y₀, x₁, y₁ each. @type {Float32Array} */
  decision;
  /** How many of them there are. */
  decisions = 0;
  /** (96, 2), the vectors at the first generated points. */
  arrows = new Float32Array(2 * ARROWS);
  /** How many generated points lie outside of the plane. */
  outside = 0;
  /** The network whose outputs are not finite. @type {"generator" | "discriminator" | null} */
  broken = null;
  /** What the generator is asked: the shown noise, then the grid's. @type {Float32Array} */
  #inputs;
  /** Where the discriminator is asked. @type {Float32Array} */
  #places;

  /** @param {import("../../../runtime/planar/settings.js").Settings} settings of the run */
  constructor(settings) {
    this.grid = noiseGrid(settings.noise);
    this.real = realPoints(settings, STREAMS.shownReal, SHOWN, 0);
    this.noise = noise(settings, STREAMS.shownNoise, SHOWN, 0);
    this.vertices = new Float32Array((2 * this.grid.noise.length) / this.grid.dimensions);
    this.densities = new Float64Array(this.grid.mass.length);
    this.meaning = outputMeaning(settings.loss);
    this.side = heatSide(settings.discriminator.widths);
    this.heat = new Float32Array((this.side + 1) ** 2);
    this.decision = new Float32Array(8 * this.side ** 2);
    this.#inputs = new Float32Array(this.noise.length + this.grid.noise.length);
    this.#inputs.set(this.noise);
    this.#inputs.set(this.grid.noise, this.noise.length);
    this.#places = heatPoints(this.side);
  }

  /**
   * Compute what is wanted of a state.
   * @param {import("../../../runtime/planar/evaluate.js").Evaluator} evaluator
   * @param {import("../../../runtime/planar/initial.js").State} state
   * @param {{heat: boolean, decision: boolean, arrows: ArrowKind | null, fraction: number}} wanted
   */
  update(evaluator, state, { heat, decision, arrows, fraction }) {
    const generated = evaluator.generate(state, this.#inputs);
    this.fake.set(generated.subarray(0, 2 * SHOWN));
    this.vertices.set(generated.subarray(2 * SHOWN));
    this.broken = allFinite(generated) ? null : "generator";
    if (heat || decision) this.#updateHeat(evaluator, state);
    if (arrows !== null && this.broken !== "generator") {
      this.arrows.set(evaluator.gradients(state, this.fake.subarray(0, 2 * ARROWS), arrows));
      if (!allFinite(this.arrows)) this.broken ??= "discriminator";
    }
    if (fraction < 1) {
      const { dimensions, scale } = this.grid;
      blendFromNoise(this.noise, dimensions, scale, this.fake, fraction, this.fake);
      blendFromNoise(this.grid.noise, dimensions, scale, this.vertices, fraction, this.vertices);
    }
    cellDensities(this.grid, this.vertices, this.densities);
    this.outside = countOutside(this.fake);
  }

  /**
   * @param {import("../../../runtime/planar/evaluate.js").Evaluator} evaluator
   * @param {import("../../../runtime/planar/initial.js").State} state
   */
  #updateHeat(evaluator, state) {
    this.heat.set(evaluator.discriminate(state, this.#places));
    if (!allFinite(this.heat)) this.broken ??= "discriminator";
    this.range = heatRange(this.meaning, this.heat);
    const { threshold } = this.meaning;
    this.decisions = threshold === null ? 0 : thresholdSegments(this.heat, this.side, threshold, this.decision);
  }
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
