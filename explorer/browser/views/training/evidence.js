/** The evidence along a VAE's training: held-out images at the moments, beside the training batches that were logged last. */

import { momentAt } from "./clock.js";

/** `logged` is what a row of the history says of the same quantity. */
const QUANTITIES = Object.freeze([
  { name: "elbo", colour: "--accent", logged: ({ reconstruction, kl }) => reconstruction - kl },
  { name: "reconstruction", colour: "--decoder", logged: ({ reconstruction }) => reconstruction },
  { name: "kl", colour: "--z", logged: ({ kl }) => kl },
]);

/**
 * Which quantities a timeline has both ways, nats per image.
 * @param {import("../../runtime/timeline.js").Timeline} timeline
 */
export function evidenceOf({ measures, history }) {
  const logged = ["reconstruction", "kl"].every((name) => history.columns.includes(name));
  return logged ? QUANTITIES.filter(({ name }) => measures.get(name)?.unit === "nats") : [];
}

/**
 * Both curves of a quantity at the moments. The training's is the last row that was logged by then, which is a mean over the
 * batches since the row before; not a number where none was.
 * @param {import("../../runtime/timeline.js").Timeline} timeline
 * @param {(typeof QUANTITIES)[number]} quantity
 * @returns {{held_out: ArrayLike<number>, training: number[]}}
 */
export function evidenceCurves({ steps, measures, history: { columns, rows } }, { name, logged }) {
  const [reconstruction, kl] = ["reconstruction", "kl"].map((column) => columns.indexOf(column));
  const at = rows.map((row) => row[0]);
  const training = steps.map((step) => {
    const row = rows[momentAt(at, step)];
    return row ? logged({ reconstruction: row[reconstruction] ?? NaN, kl: row[kl] ?? NaN }) : NaN;
  });
  return { held_out: measures.get(name).values, training };
}
