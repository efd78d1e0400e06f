/** What a checkpoint folder has beside a decoder and an encoder: each part is loaded when it is asked for, once. */
import { fetchJson } from "./files.js";
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

export class StoredModel {
  /**
   * @param {import("./files.js").CheckpointFiles} files
   * @param {Record<string, any>} config
   * @param {Record<string, any>} graphs
   */
  constructor(files, config, graphs) {
    /** For the runtime only, as are `graphs`. */
    this.files = files;
    this.graphs = graphs;
    this.config = config;
    this.name = config.name;
    this.latentSize = config.latent_size;
    this.imageShape = config.image;
    this.capabilities = new Set(config.capabilities);
    if (files.has("timeline.safetensors")) this.capabilities.add("Timeline");
    /** K of a conditional model; 0 where the decoder takes z alone. */
    this.classes = config.condition?.values.length ?? 0;
  }

  /** URL of the checkpoint folder, ending in a slash. */
  get folder() {
    return this.files.folder;
  }

  /** The browse set with its pictures. @returns {Promise<import("./map.js").LatentMap>} */
  loadMap() {
    return this.files.once("map", async () => {
      const map = await this.loadPlaces();
      await map.loadPictures();
      return map;
    });
  }

  /**
   * The browse set, whose pictures come when its `loadPictures()` is asked.
   * @returns {Promise<import("./map.js").LatentMap>}
   */
  loadPlaces() {
    const latentSize = this.capabilities.has("Encodes") ? this.latentSize : null;
    return this.files.once("places", () => openMap(this.files.folder, latentSize, this.imageShape));
  }

  /**
   * What training looked like over time.
   * @returns {Promise<import("./timeline.js").Timeline | import("./recurrent/timeline.js").TextTimeline>}
   */
  loadTimeline() {
    return this.files.once("timeline", async () => {
      if (this.capabilities.has("Writes")) return openTextTimeline(this.files.folder);
      if (!this.config.arguments?.sequence) return openTimeline(this.files.folder, this.imageShape);
      const [{ openSequenceTimeline }, { readForm }] = await Promise.all([
        import("./sequences/timeline.js"),
        import("./sequences/form.js"),
      ]);
      return openSequenceTimeline(this.files.folder, readForm(this.config.arguments.sequence));
    });
  }

  /**
   * The decoder as it was at some moments of training, or null.
   * @returns {Promise<import("./moments.js").Moments | null>}
   */
  loadMoments() {
    return this.files.once("moments", async () =>
      this.files.has("moments.safetensors")
        ? openMoments(this.files.folder, this.graphs.decoder, this.config.likelihood)
        : null,
    );
  }

  /** A character model. @returns {Promise<import("./recurrent/language.js").Language>} */
  loadLanguage() {
    return this.files.once("language", async () => {
      const graph = this.graphs?.language;
      const [kernels, weights] = await Promise.all([loadKernels(), this.files.weights()]);
      const tensors = await weights.read(languageTensors(graph ?? {}));
      return createLanguage(kernels, graph, tensors, this.config.arguments?.vocabulary);
    });
  }

  /** A model of signals or melodies. @returns {Promise<import("./sequences.js").SequenceModel>} */
  loadSequences() {
    return this.files.once("sequences", async () => {
      const [{ createSequences, sequenceTensors }, kernels, weights] = await Promise.all([
        import("./sequences.js"),
        loadKernels(),
        this.files.weights(),
      ]);
      return createSequences(kernels, this.graphs, await weights.read(sequenceTensors(this.graphs ?? {})), this.config);
    });
  }

  /**
   * Held-out sequences; none where they may not be passed on.
   * @returns {Promise<import("./sequences/examples.js").Example[]>}
   */
  loadExamples() {
    return this.files.once("examples", async () => {
      if (!this.files.has("examples.safetensors")) return [];
      const { openExamples } = await import("./sequences/examples.js");
      return openExamples(this.files.folder, this.config.arguments.sequence.length, this.classes);
    });
  }

  /**
   * What was measured of its sequences, or null.
   * @returns {Promise<import("./sequences/evaluation.js").SequenceEvaluation | null>}
   */
  loadEvaluation() {
    return this.files.once("evaluation", async () => {
      if (!this.files.has("evaluation.json")) return null;
      const url = `${this.files.folder}evaluation.json`;
      const [{ readEvaluation }, content] = await Promise.all([import("./sequences/evaluation.js"), fetchJson(url)]);
      return readEvaluation(content, new URL(url).pathname);
    });
  }

  /** What a character model reads and is asked to write. @returns {Promise<import("./recurrent/texts.js").Texts>} */
  loadTexts() {
    const url = `${this.files.folder}texts.json`;
    return this.files.once("texts", async () => checkTexts(await fetchJson(url), new URL(url).pathname));
  }

  /** What the characters of its page are, or null. @returns {Promise<import("./recurrent/marks.js").Marks | null>} */
  loadMarks() {
    return this.#ofPage("marks", "marks.safetensors", (language, length) =>
      openMarks(this.files.folder, language, length),
    );
  }

  /** How far back its gradients reach, or null. @returns {Promise<import("./recurrent/memory.js").Memory | null>} */
  loadMemory() {
    return this.files.once("memory", async () =>
      this.files.has("memory.safetensors") ? openMemory(this.files.folder) : null,
    );
  }

  /**
   * Its hidden states on the page, placed in the plane, or null.
   * @returns {Promise<import("./recurrent/states.js").StatesMap | null>}
   */
  loadStates() {
    return this.#ofPage("states", "map.safetensors", ({ hiddenSize }, length) =>
      openStates(this.files.folder, hiddenSize, length),
    );
  }

  /** What belongs to the page of a character model; null where the folder has no such file. */
  #ofPage(
    /** @type {string} */ key,
    /** @type {string} */ file,
    /** @type {(language: import("./recurrent/language.js").Language, length: number) => Promise<any>} */ open,
  ) {
    return this.files.once(key, async () => {
      if (!this.files.has(file)) return null;
      const [language, { page }] = await Promise.all([this.loadLanguage(), this.loadTexts()]);
      return open(language, language.read(page).tokens.length);
    });
  }
}
