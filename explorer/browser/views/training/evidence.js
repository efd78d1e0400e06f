/** The evidence along a VAE's training: of held-out images where it was measured, and of the training batches. */

import { momentAt } from "./clock.js";

/**
 * @typedef {object} Quantity
 * @property {"elbo" | "reconstruction" | "kl"} name
 * @property {string} colour names a CSS variable
 * @property {(row: {reconstruction: number, kl: number}) => number} logged what a row of the history says of it
 */

/** @type {readonly Quantity[]} */
export const QUANTITIES = Object.freeze([
  { name: "elbo", colour: "--accent", logged: ({ reconstruction, kl }) => reconstruction - kl },
  { name: "reconstruction", colour: "--decoder", logged: ({ reconstruction }) => reconstruction },
  { name: "kl", colour: "--z", logged: ({ kl }) => kl },
]);

/**
 * @typedef {import("../../runtime/timeline.js").History} History
 * @typedef {import("../../runtime/timeline.js").Measure} Measure
 *
 * @typedef {object} Evidence of one quantity, nats per image
 * @property {Quantity} quantity
 * @property {number | null} count held-out images that it was measured on; null where it was not
 * @property {() => Curves} curves what there is by now
 *
 * @typedef {{steps: number[], columns: Record<string, ArrayLike<number>>}} Curves `training`, and `held_out` where that
 *   was measured
 */

/** The steps of the logged rows. @param {History} history @returns {number[]} ascending */
export function loggedSteps({ rows }) {
  return rows.map(([step]) => Number(step));
}

/**
 * What was logged under a name, by row; not a number where it was no finite one, or is no column.
 * @param {History} history
 * @param {string} name
 * @returns {number[]}
 */
export function loggedColumn({ columns, rows }, name) {
  const index = columns.indexOf(name);
  return rows.map((row) => row[index] ?? NaN);
}

/**
 * The evidence that a run tells of. Where held-out images were measured, both curves have the moments' steps, and the
 * training's is the last row that was logged by then, a mean over the batches since the row before (not a number where
 * none was). Elsewhere there are the logged rows alone.
 * @param {{steps: number[], measures: Map<string, Measure>, history: History}} timeline
 * @returns {Evidence[]} none for a model that is no VAE
 */
export function evidenceOf({ steps, measures, history }) {
  if (!["reconstruction", "kl"].every((name) => history.columns.includes(name))) return [];
  return QUANTITIES.map((quantity) => {
    const measure = measures.get(quantity.name);
    /** @returns {Curves} */
    const curves = () => {
      const at = loggedSteps(history);
      const kl = loggedColumn(history, "kl");
      const training = loggedColumn(history, "reconstruction").map((reconstruction, row) =>
        quantity.logged({ reconstruction, kl: kl[row] }),
      );
      if (!measure) return { steps: at, columns: { training } };
      const then = steps.map((step) => training[momentAt(at, step)] ?? NaN);
      return { steps, columns: { held_out: measure.values, training: then } };
    };
    return { quantity, count: measure?.count ?? null, curves };
  });
}
