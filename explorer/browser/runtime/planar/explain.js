/** One iteration as the steps that the engine takes, with their numbers. */
import { createEngine } from "./engine.js";

/** @typedef {import("../kernels.js").Kernels} Kernels */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */

/**
 * A step of an update, with what exists by then; points are x, y by turns. Everything is in training mode, of the very
 * batch that the engine would take.
 * @typedef {object} Step
 * @property {"discriminator" | "generator"} network that is updated
 * @property {"noise" | "generate" | "discriminate" | "losses" | "gradients" | "update"} kind
 * @property {Float32Array} [noise] vector by vector
 * @property {Float32Array} [real] in updates of D
 * @property {Float32Array} [fake]
 * @property {Float32Array} [realOutput] D's raw outputs
 * @property {Float32Array} [fakeOutput]
 * @property {number} [loss] of the network that is updated
 * @property {Float32Array} [pointGradients] in updates of G: minus the gradient of each generated point's own loss
 *   term, times what batch normalisation in D makes of it
 * @property {number} [gradientNorm] L2 over the parameters of the network that is updated
 * @property {State} [state] after the update
 */

/**
 * @param {Kernels} kernels
 * @param {Settings} settings
 * @param {State} state
 * @returns {Step[]} of the iteration that comes next
 */
export function explainIteration(kernels, settings, state) {
  const engine = createEngine(kernels, settings, state);
  /** @type {Step[]} */
  const steps = [];
  /** @type {Partial<Step>} */
  let known = {};
  engine.observer = (kind, network, numbers) => {
    if (kind === "noise") known = { network };
    known = { ...known, ...copied(engine, settings, numbers) };
    // D judges the real batch and then the generated one: one step to look at.
    if (kind === "discriminate" && !known.fakeOutput) return;
    if (kind === "update") known.state = engine.state();
    steps.push(/** @type {Step} */ ({ ...known, kind }));
  };
  engine.iterate();
  return steps;
}

/**
 * @param {import("./engine.js").Engine} engine
 * @param {Settings} settings
 * @param {Record<string, number>} numbers
 * @returns {Partial<Step>}
 */
function copied(engine, { noise, batch }, numbers) {
  /** @type {Record<string, number>} */
  const rows = { noise: noise.dimensions, real: 2, fake: 2, realOutput: 1, fakeOutput: 1, pointGradients: 2 };
  const entries = Object.entries(numbers).map(([name, value]) => {
    if (!(name in rows)) return [name, value];
    const points = engine.points(value, rows[name]);
    // The gradient is of the mean over the batch: times its size it is the gradient of the point's own term.
    return [name, name === "pointGradients" ? points.map((each) => -batch * each) : points];
  });
  return Object.fromEntries(entries);
}
