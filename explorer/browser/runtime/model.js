/** A checkpoint folder → a model that decodes, encodes and samples in the page. */
import { checkLabel, drawClass, mixLabels, oneHot } from "./condition.js";
import { checkConfig } from "./config.js";
import { ModelError } from "./errors.js";
import { CheckpointFiles, fetchJson } from "./files.js";
import { loadKernels } from "./kernels.js";
import { UnsupportedLayer, WEIGHTS_FILE, size } from "./layers.js";
import { createNetwork } from "./network.js";
import { allFinite, klPerDimension, logLikelihood, sampleLatent, seedNeighbours } from "./numbers.js";
import { RemoteNetwork } from "./remote.js";
import { StoredModel } from "./stored.js";

const MAXIMUM_SCALE = 10;

/**
 * @param {string | URL} folderUrl of a checkpoint folder
 * @returns {Promise<Model>}
 * @throws {ModelError} naming the file and what was expected of it
 */
export async function openModel(folderUrl) {
  const folder = new URL(`${String(folderUrl).replace(/\/*$/, "")}/`, globalThis.location?.href).href;
  const [config, graph] = await Promise.all([fetchJson(`${folder}config.json`), fetchJson(`${folder}graph.json`)]);
  checkConfig(config, new URL(`${folder}config.json`).pathname);
  return new Model(new CheckpointFiles(folder, config), config, graph.graphs);
}

/**
 * Loading methods return promises and do their work once; afterwards everything is synchronous, unless `remote` says
 * that a server runs the networks, in which case `decode`, `encode` and `evidence` return promises.
 */
export class Model extends StoredModel {
  #decoder;
  #encoder;
  /** Logits → picture. @type {import("./network.js").Network | null} */
  #sigmoid = null;
  #mixture = null;
  /** Whether a server runs a network for the page, which lacks one of its layers. */
  remote = false;

  /** @returns {Promise<void>} */
  loadDecoder() {
    return this.files.once("decoder", async () => {
      const shape = this.#imageLengths();
      if (this.config.likelihood?.kind === "bernoulli") {
        const graph = { input: shape, output: shape, layers: [{ op: "sigmoid" }] };
        this.#sigmoid = createNetwork(await loadKernels(), graph, new Map());
      }
      this.#decoder = await this.#loadNetwork("decoder", "decode", [this.latentSize + this.classes], shape);
    });
  }

  /** @returns {Promise<void>} */
  loadEncoder() {
    return this.files.once("encoder", async () => {
      this.#encoder = await this.#loadNetwork("encoder", "encode", this.#imageLengths(), [2 * this.latentSize]);
    });
  }

  /**
   * The mixture prior, or null where the checkpoint has none.
   * @returns {Promise<import("./numbers.js").Mixture | null>}
   */
  loadPrior() {
    return this.files.once("prior", async () => {
      if (!this.config.priors.includes("mixture")) return null;
      const tensors = await (await this.files.weights()).read(["prior.weights", "prior.means", "prior.cholesky"]);
      this.#mixture = checkMixture(tensors, this.latentSize);
      return this.#mixture;
    });
  }

  /**
   * The picture: E[x|z], or what a model without a likelihood draws.
   * @param {ArrayLike<number>} z (L)
   * @param {ArrayLike<number> | null} [label] (K) weights of the classes, sum one; conditional models need it, others
   *   ignore it
   * @returns {Float32Array} (C·H·W): in [0, 1], but for Gaussian likelihoods the mean itself, which may leave that
   *   range
   */
  decode(z, label) {
    return then(this.#parameter(z, label), (parameter) => this.#sigmoid?.run(parameter) ?? parameter);
  }

  /**
   * The posterior q(z|x).
   * @param {ArrayLike<number>} x (C·H·W), unit range
   * @returns {{mean: Float32Array, logVariance: Float32Array}} (L) each
   */
  encode(x) {
    const output = loaded(this.#encoder, "loadEncoder").run(finiteInput(x, size(this.#imageLengths())));
    return then(output, (both) => ({
      mean: both.slice(0, this.latentSize),
      logVariance: both.slice(this.latentSize),
    }));
  }

  /**
   * The terms of the evidence lower bound at one posterior sample, in nats (Kingma & Welling 2014, eq. 3), in float64.
   * @param {ArrayLike<number>} x (C·H·W)
   * @param {{mean: ArrayLike<number>, logVariance: ArrayLike<number>}} posterior
   * @param {ArrayLike<number>} z (L)
   * @returns {{reconstruction: number, klPerDimension: Float64Array, kl: number, elbo: number}} reconstruction is ln
   *   p(x|z); elbo = reconstruction − kl
   */
  evidence(x, posterior, z) {
    const pixels = finiteInput(x, size(this.#imageLengths()));
    return then(this.#parameter(z), (parameter) => {
      const reconstruction = logLikelihood(pixels, parameter, this.config.likelihood);
      const each = klPerDimension(posterior);
      const kl = each.reduce((sum, value) => sum + value, 0);
      return { reconstruction, klPerDimension: each, kl, elbo: reconstruction - kl };
    });
  }

  /**
   * @param {number} seed integer in [0, 2⁵³)
   * @param {{prior?: string, scale?: number}} [options] prior defaults to the checkpoint's first;
   *   scale is a factor on the prior's standard deviations, 0 to 10
   * @returns {Float32Array} z (L)
   */
  samplePrior(seed, { prior = this.config.priors[0], scale = 1 } = {}) {
    if (!this.config.priors.includes(prior)) {
      throw new ModelError("runtime.prior", { expected: this.config.priors, found: prior });
    }
    if (!(scale >= 0 && scale <= MAXIMUM_SCALE)) throw new ModelError("runtime.scale", { found: scale });
    const mixture = prior === "mixture" ? loaded(this.#mixture, "loadPrior") : null;
    return sampleLatent(seed, this.latentSize, mixture, scale);
  }

  /**
   * The label of a seed where no class is chosen: one class, as often as in the training set.
   * @param {number} seed integer in [0, 2⁵³)
   * @returns {Float32Array | null} (K) one-hot; null for models without a condition
   */
  sampleLabel(seed) {
    return this.classes ? oneHot(drawClass(seed, this.config.condition.shares), this.classes) : null;
  }

  /**
   * Blend the latents, and the labels, of the four integer seeds around a position in seed space.
   * @param {number} x
   * @param {number} y
   * @param {{prior?: string, scale?: number}} [options]
   * @returns {{z: Float32Array, label: Float32Array | null, seeds: number[], weights: number[]}}
   */
  blendSeeds(x, y, options) {
    const { seeds, weights } = seedNeighbours(x, y);
    // A corner of weight zero may lie outside the seeds' range.
    const corners = [0, 1, 2, 3].filter((corner) => weights[corner] !== 0);
    const sum = new Float64Array(this.latentSize);
    for (const corner of corners)
      this.samplePrior(seeds[corner], options).forEach((value, i) => (sum[i] += weights[corner] * value));
    const label = this.classes
      ? mixLabels(
          corners.map((corner) => this.sampleLabel(seeds[corner])),
          corners.map((corner) => weights[corner]),
        )
      : null;
    return { z: Float32Array.from(sum), label, seeds, weights };
  }

  #imageLengths() {
    return [this.imageShape.channels, this.imageShape.height, this.imageShape.width];
  }

  #parameter(/** @type {ArrayLike<number>} */ z, /** @type {ArrayLike<number> | null} */ label = null) {
    const decoder = loaded(this.#decoder, "loadDecoder");
    const input = finiteInput(z, this.latentSize);
    return decoder.run(this.classes ? Float32Array.of(...input, ...checkLabel(label, this.classes)) : input);
  }

  async #loadNetwork(
    /** @type {string} */ part,
    /** @type {string} */ route,
    /** @type {number[]} */ input,
    /** @type {number[]} */ output,
  ) {
    const graph = this.graphs?.[part];
    if (graph === undefined || String(graph.input) !== String(input) || String(graph.output) !== String(output)) {
      throw new ModelError("runtime.graph", {
        part,
        expected: `[${input}] → [${output}]`,
        found: `[${graph?.input}] → [${graph?.output}]`,
      });
    }
    const [kernels, weights] = await Promise.all([loadKernels(), this.files.weights()]);
    try {
      return createNetwork(kernels, graph, await weights.read(tensorNames(graph.layers)));
    } catch (error) {
      if (!(error instanceof UnsupportedLayer)) throw error;
      this.remote = true;
      return new RemoteNetwork(route, this.name, size(output));
    }
  }
}

/** Apply `use` to a value, or to what a promise will give. */
function then(value, use) {
  return value instanceof Promise ? value.then(use) : use(value);
}

function loaded(part, method) {
  if (!part) throw new ModelError("runtime.notLoaded", { method });
  return part;
}

function finiteInput(/** @type {ArrayLike<number>} */ values, /** @type {number} */ length) {
  const input = values instanceof Float32Array ? values : Float32Array.from(values);
  if (input.length !== length) throw new ModelError("runtime.inputLength", { expected: length, found: input.length });
  if (!allFinite(input)) throw new ModelError("runtime.inputNotFinite", {});
  return input;
}

/** The tensors that a layer list names. @returns {string[]} */
function tensorNames(/** @type {Array<Record<string, any>>} */ layers) {
  const fields = ["weight", "bias", "running_mean", "running_var"];
  return layers.flatMap((layer) => [
    ...fields.map((field) => layer[field]).filter((name) => typeof name === "string"),
    ...tensorNames(layer.layers ?? []),
  ]);
}

function checkMixture(tensors, latentSize) {
  const [weights, means, cholesky] = ["weights", "means", "cholesky"].map((name) => tensors.get(`prior.${name}`));
  const [count] = weights.shape;
  const expected = { weights: [count], means: [count, latentSize], cholesky: [count, latentSize, latentSize] };
  for (const [name, { shape, data }] of Object.entries({ weights, means, cholesky })) {
    if (String(shape) !== String(expected[name])) {
      const tensor = `prior.${name}`;
      throw new ModelError("runtime.tensorShape", {
        file: WEIGHTS_FILE,
        tensor,
        expected: expected[name],
        found: shape,
      });
    }
    if (!allFinite(data)) throw new ModelError("runtime.notFinite", { file: WEIGHTS_FILE, tensor: `prior.${name}` });
  }
  return { weights: weights.data, means: means.data, cholesky: cholesky.data };
}
