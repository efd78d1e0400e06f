/**
 * Sequence models that run in the page: recurrent GANs, and models that write notes. Everything is computed from
 * `model.safetensors`, as `explorer/families/recurrent_gan.py` and `explorer/families/notes.py` do.
 */
import { readForm } from "./sequences/form.js";
import { Generator, Judge } from "./sequences/generator.js";
import { NOTE_TENSORS, NoteModel } from "./sequences/note-model.js";

const FIELDS = ["weight", "bias", "weight_ih", "weight_hh", "bias_ih", "bias_hh"];

/**
 * @typedef {object} SequenceModel
 * @property {import("./sequences/form.js").Form} form
 * @property {Generator | null} generator
 * @property {Judge | null} judge null where there is none, or it cannot judge one sequence by itself
 * @property {NoteModel | null} notes
 */

/**
 * The tensors that a sequence model reads.
 * @param {Record<string, import("./layers.js").Graph>} graphs
 * @returns {string[]}
 */
export function sequenceTensors(graphs) {
  const named = Object.values(graphs).flatMap(({ layers }) =>
    layers.flatMap((layer) => FIELDS.map((field) => layer[field]).filter((name) => typeof name === "string")),
  );
  return [...named, ...(graphs.notes ? NOTE_TENSORS : [])];
}

/**
 * @param {import("./kernels.js").Kernels} kernels
 * @param {Record<string, import("./sequences/parts.js").Graph>} graphs
 * @param {Map<string, import("./layers.js").Tensor>} tensors
 * @param {import("./config.js").Config} config
 * @returns {SequenceModel}
 * @throws {import("./errors.js").ModelError} naming what does not fit
 */
export function createSequences(kernels, graphs, tensors, config) {
  const form = readForm(config.arguments?.sequence);
  const classes = config.condition?.values.length ?? 0;
  const can = (/** @type {string} */ capability) => config.capabilities.includes(capability);
  return {
    form,
    generator: can("GeneratesSequences")
      ? new Generator(kernels, graphs, tensors, { form, latentSize: config.latent_size ?? 0, classes })
      : null,
    judge:
      can("JudgesSequences") && graphs.discriminator_output
        ? new Judge(kernels, graphs, tensors, { channels: form.channels, classes })
        : null,
    notes: can("WritesNotes") && form.kind === "notes" ? new NoteModel(kernels, graphs, tensors, form) : null,
  };
}
