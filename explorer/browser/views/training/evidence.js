/** The evidence along a VAE's training: of held-out images where it was measured, and of the training batches. */

import { momentAt } from "./clock.js";

/** `logged` is what a row of the history says of a quantity. */
export const QUANTITIES = Object.freeze([
  { name: "elbo", colour: "--accent", logged: ({ reconstruction, kl }) => reconstruction - kl },
  { name: "reconstruction", colour: "--decoder", logged: ({ reconstruction }) => reconstruction },
  { name: "kl", colour: "--z", logged: ({ kl }) => kl },
]);

/**
 * @typedef {object} Evidence of one quantity, nats per image
 * @property {(typeof QUANTITIES)[number]} quantity
 * @property {number | null} count held-out images that it was measured on; null where it was not
 * @property {() => {steps: ArrayLike<number>, columns: Record<"held_out" | "training", ArrayLike<number>>}} curves what there is by now
 */

/**
 * The evidence that a run tells of. Where held-out images were measured, both curves have the moments' steps, and the training's
 * is the last row that was logged by then, a mean over the batches since the row before (not a number where none was). Elsewhere
 * there are the logged rows alone.
 * @param {import("../../runtime/timeline.js").Timeline} timeline
 * @returns {Evidence[]} none for a model that is no VAE
 */
export function evidenceOf({ steps, measures, history }) {
  const [reconstruction, kl] = ["reconstruction", "kl"].map((column) => history.columns.indexOf(column));
  if (reconstruction < 0 || kl < 0) return [];
  return QUANTITIES.map((quantity) => {
    const measure = measures.get(quantity.name);
    const read = (row) =>
      row ? quantity.logged({ reconstruction: row[reconstruction] ?? NaN, kl: row[kl] ?? NaN }) : NaN;
    const curves = () => {
      const at = history.rows.map((row) => row[0]);
      if (!measure) return { steps: at, columns: { training: history.rows.map(read) } };
      return {
        steps,
        columns: { held_out: measure.values, training: steps.map((step) => read(history.rows[momentAt(at, step)])) },
      };
    };
    return { quantity, count: measure?.count ?? null, curves };
  });
}
