/** What a checkpoint folder has beside a decoder and an encoder: each part is loaded when it is asked for, once. */
import { ModelError, pathname } from "./errors.js";
import { fetchJson, once } from "./files.js";
import { loadKernels } from "./kernels.js";
import { openMap } from "./map.js";
import { openMoments } from "./moments.js";
import { createLanguage } from "./recurrent/language.js";
import { openMarks } from "./recurrent/marks.js";
import { openMemory } from "./recurrent/memory.js";
import { openStates } from "./recurrent/states.js";
import { checkTexts } from "./recurrent/texts.js";
import { openTextTimeline } from "./recurrent/timeline.js";
import { languageTensors } from "./recurrent/weights.js";
import { openTimeline } from "./timeline.js";

/** @typedef {import("./layers.js").Graph} Graph */

export class StoredModel {
  /**
   * @param {import("./files.js").CheckpointFiles} files
   * @param {import("./config.js").Config} config
   * @param {Record<string, Graph>} graphs
   */
  constructor(files, config, graphs) {
    /** For the runtime only, as are `graphs`. */
    this.files = files;
    this.graphs = graphs;
    this.config = config;
    this.name = config.name;
    /** L; 0 for models without latents. */
    this.latentSize = config.latent_size ?? 0;
    this.capabilities = new Set(config.capabilities);
    if (files.has("timeline.safetensors")) this.capabilities.add("Timeline");
    /** K of a conditional model; 0 where the decoder takes z alone. */
    this.classes = config.condition?.values.length ?? 0;
  }

  /** URL of the checkpoint folder, ending in a slash. */
  get folder() {
    return this.files.folder;
  }

  /** @throws {ModelError} for a model that is not one of pictures */
  get imageShape() {
    const { image } = this.config;
    if (image === null) throw new ModelError("runtime.config", { file: "config.json", name: "image" });
    return image;
  }

  /** The browse set, whose pictures come when its `loadPictures()` is asked. */
  loadPlaces = once(() =>
    openMap(this.folder, this.capabilities.has("Encodes") ? this.latentSize : null, this.imageShape),
  );

  /** The browse set with its pictures. */
  loadMap = once(async () => {
    const map = await this.loadPlaces();
    await map.loadPictures();
    return map;
  });

  /** What training looked like over time. */
  loadTimeline = once(async () => {
    if (this.capabilities.has("Writes")) return openTextTimeline(this.folder);
    if (!this.config.arguments?.sequence) return openTimeline(this.folder, this.imageShape);
    const [{ openSequenceTimeline }, { readForm }] = await Promise.all([
      import("./sequences/timeline.js"),
      import("./sequences/form.js"),
    ]);
    return openSequenceTimeline(this.folder, readForm(this.config.arguments.sequence));
  });

  /** The decoder as it was at some moments of training, or null. */
  loadMoments = once(async () =>
    this.files.has("moments.safetensors")
      ? openMoments(this.folder, this.graphs.decoder, this.config.likelihood)
      : null,
  );

  /** A character model. */
  loadLanguage = once(async () => {
    const graph = this.graphs.language;
    const [kernels, weights] = await Promise.all([loadKernels(), this.files.weights()]);
    const tensors = await weights.read(languageTensors(graph));
    return createLanguage(kernels, graph, tensors, this.config.arguments?.vocabulary);
  });

  /** A model of signals or melodies. */
  loadSequences = once(async () => {
    const [{ createSequences, sequenceTensors }, kernels, weights] = await Promise.all([
      import("./sequences.js"),
      loadKernels(),
      this.files.weights(),
    ]);
    return createSequences(kernels, this.graphs, await weights.read(sequenceTensors(this.graphs)), this.config);
  });

  /** Held-out sequences; none where they may not be passed on. */
  loadExamples = once(async () => {
    if (!this.files.has("examples.safetensors")) return [];
    const [{ openExamples }, { readForm }] = await Promise.all([
      import("./sequences/examples.js"),
      import("./sequences/form.js"),
    ]);
    return openExamples(this.folder, readForm(this.config.arguments.sequence).length, this.classes);
  });

  /** What was measured of its sequences, or null. */
  loadEvaluation = once(async () => {
    if (!this.files.has("evaluation.json")) return null;
    const url = `${this.folder}evaluation.json`;
    const [{ readEvaluation }, content] = await Promise.all([import("./sequences/evaluation.js"), fetchJson(url)]);
    return readEvaluation(content, pathname(url));
  });

  /** What a character model reads and is asked to write. */
  loadTexts = once(async () => {
    const url = `${this.folder}texts.json`;
    return checkTexts(await fetchJson(url), pathname(url));
  });

  /** What the characters of its page are, or null. */
  loadMarks = once(() =>
    this.#ofPage("marks.safetensors", (language, length) => openMarks(this.folder, language, length)),
  );

  /** How far back its gradients reach, or null. */
  loadMemory = once(async () => (this.files.has("memory.safetensors") ? openMemory(this.folder) : null));

  /** Its hidden states on the page, placed in the plane, or null. */
  loadStates = once(() =>
    this.#ofPage("map.safetensors", ({ hiddenSize }, length) => openStates(this.folder, hiddenSize, length)),
  );

  /**
   * What belongs to the page of a character model; null where the folder has no such file.
   * @template T
   * @param {string} file
   * @param {(language: import("./recurrent/language.js").Language, length: number) => Promise<T>} open
   */
  async #ofPage(file, open) {
    if (!this.files.has(file)) return null;
    const [language, { page }] = await Promise.all([this.loadLanguage(), this.loadTexts()]);
    return open(language, language.read(page).tokens.length);
  }
}
