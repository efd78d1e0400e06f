/** A checkpoint folder → a model that decodes, encodes and samples in the page. */
import { checkLabel, drawClass, mixLabels, oneHot } from "./condition.js";
import { isRecord } from "./checks.js";
import { readConfig } from "./config.js";
import { ModelError, pathname } from "./errors.js";
import { CheckpointFiles, fetchJson, once } from "./files.js";
import { loadKernels } from "./kernels.js";
import { UnsupportedLayer, isShape, namedTensor, size } from "./layers.js";
import { createNetwork } from "./network.js";
import { allFinite, klPerDimension, logLikelihood, sampleLatent, seedNeighbours } from "./numbers.js";
import { RemoteNetwork } from "./remote.js";
import { StoredModel } from "./stored.js";

const MAXIMUM_SCALE = 10;

/**
 * @typedef {{mean: Float32Array, logVariance: Float32Array}} Posterior (L) each
 * @typedef {{reconstruction: number, klPerDimension: Float64Array, kl: number, elbo: number}} Evidence `reconstruction`
 *   is
 *   ln p(x|z); elbo = reconstruction − kl
 */

/**
 * @param {string | URL} folderUrl of a checkpoint folder
 * @returns {Promise<Model>}
 * @throws {ModelError} naming the file and what was expected of it
 */
export async function openModel(folderUrl) {
  const folder = new URL(`${String(folderUrl).replace(/\/*$/, "")}/`, globalThis.location?.href).href;
  const [content, graph] = await Promise.all([fetchJson(`${folder}config.json`), fetchJson(`${folder}graph.json`)]);
  const config = readConfig(content, pathname(`${folder}config.json`));
  return new Model(new CheckpointFiles(folder, config), config, readGraphs(graph));
}

/**
 * The graphs of `graph.json`; what is none of them is left out.
 * @returns {Record<string, import("./layers.js").Graph>}
 */
function readGraphs(/** @type {unknown} */ content) {
  const graphs = isRecord(content) && isRecord(content.graphs) ? content.graphs : {};
  return Object.fromEntries(Object.entries(graphs).flatMap(([part, graph]) => (isGraph(graph) ? [[part, graph]] : [])));
}

/** @param {unknown} graph @returns {graph is import("./layers.js").Graph} */
function isGraph(graph) {
  const shaped = isRecord(graph) && isShape(graph.input) && isShape(graph.output);
  return shaped && Array.isArray(graph.layers) && graph.layers.every(isRecord);
}

/**
 * Loading methods return promises and do their work once; afterwards everything is synchronous, unless `remote` says
 * that a server runs the networks, in which case `decode`, `encode` and `evidence` return promises.
 */
export class Model extends StoredModel {
  /** @type {Runner | null} */
  #decoder = null;
  /** @type {Runner | null} */
  #encoder = null;
  /** Logits → picture. @type {import("./network.js").Network | null} */
  #sigmoid = null;
  /** @type {import("./numbers.js").Mixture | null} */
  #mixture = null;
  /** Whether a server runs a network for the page, which lacks one of its layers. */
  remote = false;

  loadDecoder = once(async () => {
    const shape = this.#imageLengths();
    if (this.config.likelihood?.kind === "bernoulli") {
      const graph = { input: shape, output: shape, layers: [{ op: "sigmoid" }] };
      this.#sigmoid = createNetwork(await loadKernels(), graph, new Map());
    }
    this.#decoder = await this.#loadNetwork("decoder", "decode", [this.latentSize + this.classes], shape);
  });

  loadEncoder = once(async () => {
    this.#encoder = await this.#loadNetwork("encoder", "encode", this.#imageLengths(), [2 * this.latentSize]);
  });

  /** The mixture prior, or null where the checkpoint has none. */
  loadPrior = once(async () => {
    if (!this.config.priors.includes("mixture")) return null;
    const tensors = await (await this.files.weights()).read(["prior.weights", "prior.means", "prior.cholesky"]);
    this.#mixture = readMixture(tensors, this.latentSize);
    return this.#mixture;
  });

  /**
   * The picture: E[x|z], or what a model without a likelihood draws.
   * @param {ArrayLike<number>} z (L)
   * @param {ArrayLike<number> | null} [label] (K) weights of the classes, sum one; conditional models need it, others
   *   ignore it
   * @returns {Float32Array | Promise<Float32Array>} (C·H·W): in [0, 1], but for Gaussian likelihoods the mean itself,
   *   which may leave that range
   */
  decode(z, label) {
    return then(this.#parameter(z, label), (parameter) => this.#sigmoid?.run(parameter) ?? parameter);
  }

  /**
   * As `decode`, of a model that is not `remote`.
   * @param {ArrayLike<number>} z (L)
   * @param {ArrayLike<number> | null} [label] (K)
   * @returns {Float32Array} (C·H·W)
   */
  decodeHere(z, label) {
    return here(this.decode(z, label));
  }

  /**
   * The posterior q(z|x).
   * @param {ArrayLike<number>} x (C·H·W), unit range
   * @returns {Posterior | Promise<Posterior>}
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
   * @returns {Evidence | Promise<Evidence>}
   */
  evidence(x, posterior, z) {
    const { likelihood } = this.config;
    if (likelihood === null) throw new TypeError("expected a model with a likelihood");
    const pixels = finiteInput(x, size(this.#imageLengths()));
    return then(this.#parameter(z), (parameter) => {
      const reconstruction = logLikelihood(pixels, parameter, likelihood);
      const each = klPerDimension(posterior);
      const kl = each.reduce((sum, value) => sum + value, 0);
      return { reconstruction, klPerDimension: each, kl, elbo: reconstruction - kl };
    });
  }

  /**
   * As `evidence`, of a model that is not `remote`.
   * @param {ArrayLike<number>} x (C·H·W)
   * @param {{mean: ArrayLike<number>, logVariance: ArrayLike<number>}} posterior
   * @param {ArrayLike<number>} z (L)
   * @returns {Evidence}
   */
  evidenceHere(x, posterior, z) {
    return here(this.evidence(x, posterior, z));
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
    const { condition } = this.config;
    return condition ? oneHot(drawClass(seed, condition.shares), this.classes) : null;
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
    const labels = corners.flatMap((corner) => this.sampleLabel(seeds[corner]) ?? []);
    const shares = corners.map((corner) => weights[corner]);
    const label = this.classes ? mixLabels(labels, shares) : null;
    return { z: Float32Array.from(sum), label, seeds, weights };
  }

  #imageLengths() {
    const { channels, height, width } = this.imageShape;
    return [channels, height, width];
  }

  /** @param {ArrayLike<number>} z @param {ArrayLike<number> | null} [label] */
  #parameter(z, label = null) {
    const decoder = loaded(this.#decoder, "loadDecoder");
    const input = finiteInput(z, this.latentSize);
    return decoder.run(this.classes ? Float32Array.of(...input, ...checkLabel(label, this.classes)) : input);
  }

  /**
   * @param {string} part
   * @param {"decode" | "encode"} route of the server, should the page lack a layer
   * @param {number[]} input shape
   * @param {number[]} output shape
   * @returns {Promise<Runner>}
   */
  async #loadNetwork(part, route, input, output) {
    const graph = this.graphs[part];
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

/** @typedef {{run: (input: Float32Array) => Float32Array | Promise<Float32Array>}} Runner */

/**
 * Apply `use` to a value, or to what a promise will give.
 * @template T, U
 * @param {T | Promise<T>} value
 * @param {(value: T) => U} use
 * @returns {U | Promise<U>}
 */
function then(value, use) {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** @template T @param {T | Promise<T>} value @returns {T} */
function here(value) {
  if (value instanceof Promise) throw new TypeError("expected a model whose networks run in the page");
  return value;
}

/** @template T @param {T | null} part @param {string} method @returns {T} */
function loaded(part, method) {
  if (part === null) throw new ModelError("runtime.notLoaded", { method });
  return part;
}

function finiteInput(/** @type {ArrayLike<number>} */ values, /** @type {number} */ length) {
  const input = values instanceof Float32Array ? values : Float32Array.from(values);
  if (input.length !== length) throw new ModelError("runtime.inputLength", { expected: length, found: input.length });
  if (!allFinite(input)) throw new ModelError("runtime.inputNotFinite", {});
  return input;
}

/** The tensors that a layer list names. @param {import("./layers.js").Layer[]} layers @returns {string[]} */
function tensorNames(layers) {
  const fields = ["weight", "bias", "running_mean", "running_var"];
  return layers.flatMap((layer) => [
    ...fields.map((field) => layer[field]).filter((name) => typeof name === "string"),
    ...tensorNames(Array.isArray(layer.layers) ? layer.layers : []),
  ]);
}

/**
 * @param {Map<string, import("./layers.js").Tensor>} tensors
 * @param {number} latentSize
 * @returns {import("./numbers.js").Mixture}
 */
function readMixture(tensors, latentSize) {
  const take = (/** @type {string} */ name, /** @type {(number | null)[]} */ shape) =>
    namedTensor(tensors, `prior.${name}`, shape).data;
  const weights = take("weights", [null]);
  const count = weights.length;
  return {
    weights,
    means: take("means", [count, latentSize]),
    cholesky: take("cholesky", [count, latentSize, latentSize]),
  };
}
