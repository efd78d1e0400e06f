/** A model's run on the page, in the form that fits what its timeline holds: pictures, sequences or texts. */

import { ModelError } from "../../runtime/errors.js";
import { openLatents } from "./latents.js";
import { Run } from "./run.js";
import { SequenceRun } from "./sequence-run.js";
import { TextRun } from "./text-run.js";

/**
 * @typedef {import("./run.js").Model} Model
 * @typedef {Awaited<ReturnType<Model["loadTimeline"]>>} Timeline
 *
 * @typedef {object} Own
 * @property {Timeline} timeline
 * @property {(error: ModelError) => void} onFault what is wrong with where a model placed images; the rest is shown
 *
 * @typedef {Omit<import("./run.js").Options, "timeline" | "latents"> & Own} Options
 */

/**
 * @param {Options} options
 * @returns {Promise<import("./compare.js").AnyRun>}
 */
export async function createRun({ timeline, onFault, ...shared }) {
  if ("texts" in timeline) return new TextRun({ ...shared, timeline });
  if ("form" in timeline) return new SequenceRun({ ...shared, timeline });
  const latents = await openLatents(shared.model, timeline).catch((error) => {
    if (!(error instanceof ModelError)) throw error;
    onFault(error);
    return null;
  });
  return new Run({ ...shared, timeline, latents });
}
