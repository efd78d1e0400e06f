/**
 * Training of planar GANs in the page. An iteration is `discriminator_steps` updates of D, then `generator_steps` of G;
 * all randomness follows from the seed and the counters, so that a state continues exactly as the run that it was taken
 * from.
 */
import { ModelError } from "../errors.js";
import { Arena, rowPitch, wholeLines } from "./arena.js";
import { Batches } from "./batches.js";
import { initialState } from "./initial.js";
import { networkLayout } from "./layout.js";
import { TERMS } from "./losses.js";
import { PlanarNetwork } from "./network.js";
import { Optimiser } from "./optimiser.js";
import { TRAINABLE_LOSSES, checkSettings, hasLogits } from "./settings.js";

/** @typedef {import("../kernels.js").Kernels} Kernels */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */
/** @typedef {import("./layout.js").Part} Part */

/**
 * @typedef {{discriminator_steps?: number, generator_steps?: number, optimisers?: Partial<Record<Part, {learning_rate:
 *   number}>>}} Change
 */

/** What may change while a run goes on. */
const CHANGEABLE = new Set(["learning_rate", "discriminator_steps", "generator_steps"]);

/**
 * @param {Kernels} kernels
 * @param {Settings} settings complete, from `checkSettings`
 * @param {State} [state] the initial state of the settings where there is none
 * @returns {Engine}
 * @throws {ModelError} `lab.error_loss_recorded` for a loss that the page does not train
 */
export function createEngine(kernels, settings, state = initialState(settings)) {
  if (!TRAINABLE_LOSSES.includes(settings.loss)) throw new ModelError("lab.error_loss_recorded", { setting: "loss" });
  return new Engine(kernels, settings, state);
}

export class Engine {
  #settings;
  #arena = new Arena();
  #batch;
  #batches;
  #networks;
  #optimisers;
  #results;
  #counters;
  #losses;
  #gradientNorms;
  #outputs;
  /**
   * Told of every step of an update while it is set.
   * @type {((kind: string, part: Part, numbers: Record<string, number>) => void) | null}
   */
  observer = null;

  /** @param {Kernels} kernels @param {Settings} settings @param {State} state */
  constructor(kernels, settings, state) {
    this.#settings = settings;
    const padded = wholeLines(settings.batch);
    const pitch = rowPitch(padded);
    this.#batch = { count: settings.batch, padded, pitch };
    this.#batches = new Batches(this.#arena, settings, pitch);
    const network = (/** @type {Part} */ part) => new PlanarNetwork(this.#arena, networkLayout(settings, part), pitch);
    this.#networks = { generator: network("generator"), discriminator: network("discriminator") };
    const optimiser = (/** @type {Part} */ part) => new Optimiser(this.#networks[part], settings.optimisers[part]);
    this.#optimisers = { generator: optimiser("generator"), discriminator: optimiser("discriminator") };
    this.#results = this.#arena.take(2);
    this.#arena.open(kernels);
    this.#batches.open();
    for (const part of /** @type {const} */ (["generator", "discriminator"])) {
      this.#networks[part].load(state[part]);
      this.#optimisers[part].load(state[`${part}Optimiser`]);
    }
    const { iteration, discriminatorUpdates, generatorUpdates } = state;
    this.#counters = { iteration, discriminator: discriminatorUpdates, generator: generatorUpdates };
    this.#losses = { discriminator: null, generator: null, ...state.losses };
    this.#gradientNorms = { discriminator: null, generator: null, ...state.gradientNorms };
    this.#outputs = state.outputs;
  }

  /** @returns {Settings} as they are now */
  get settings() {
    return this.#settings;
  }

  /** Memory of networks, batches and gradients. */
  get bytes() {
    return this.#arena.heap.byteLength;
  }

  get iteration() {
    return this.#counters.iteration;
  }

  /** The numbers of the last updates. @returns {Pick<State, "losses" | "gradientNorms" | "outputs">} */
  get last() {
    const { discriminator, generator } = this.#losses;
    if (discriminator === null && generator === null) return { losses: null, gradientNorms: null, outputs: null };
    return {
      losses: { discriminator, generator },
      gradientNorms: { ...this.#gradientNorms },
      outputs: this.#outputs && { ...this.#outputs },
    };
  }

  /** @returns {State} a copy */
  state() {
    return {
      iteration: this.#counters.iteration,
      discriminatorUpdates: this.#counters.discriminator,
      generatorUpdates: this.#counters.generator,
      generator: this.#networks.generator.store(),
      discriminator: this.#networks.discriminator.store(),
      generatorOptimiser: this.#optimisers.generator.store(),
      discriminatorOptimiser: this.#optimisers.discriminator.store(),
      ...this.last,
    };
  }

  /**
   * One iteration: D's updates, then G's.
   * @throws {ModelError} `lab.error_diverged` where a number is no longer finite; the state is then of no use
   */
  iterate() {
    for (let i = 0; i < this.#settings.discriminator_steps; i++) this.stepDiscriminator();
    for (let i = 0; i < this.#settings.generator_steps; i++) this.stepGenerator();
    this.#counters.iteration += 1;
  }

  /** One update of D: its loss on a real batch and on a generated one. */
  stepDiscriminator() {
    const { generator, discriminator } = this.#networks;
    const { real, noise } = this.#batches;
    const index = this.#counters.discriminator;
    this.#batches.drawNoise("discriminator", index);
    this.#batches.drawReal(index);
    this.#tell("noise", "discriminator", { noise, real });
    generator.forward(noise, this.#batch);
    this.#tell("generate", "discriminator", { fake: generator.output });
    discriminator.zeroGradients();
    const { real: realTerm, fake: fakeTerm } = TERMS[this.#settings.loss];
    const onReal = this.#judge(real, realTerm, "realOutput");
    discriminator.backward(real, this.#batch, { parameters: true, input: false });
    const onFake = this.#judge(generator.output, fakeTerm, "fakeOutput");
    discriminator.backward(generator.output, this.#batch, { parameters: true, input: false });
    this.#outputs = { real: onReal.shown, fake: onFake.shown };
    this.#update("discriminator", onReal.loss + onFake.loss);
    if (this.#settings.loss === "wasserstein_clip") this.#clipDiscriminator();
  }

  /** One update of G: its loss on a generated batch, through D, whose weights stay. */
  stepGenerator() {
    const { generator, discriminator } = this.#networks;
    const { noise } = this.#batches;
    this.#batches.drawNoise("generator", this.#counters.generator);
    this.#tell("noise", "generator", { noise });
    generator.forward(noise, this.#batch);
    this.#tell("generate", "generator", { fake: generator.output });
    generator.zeroGradients();
    const term = TERMS[this.#settings.loss].generator;
    const { loss } = this.#judge(generator.output, term, "fakeOutput", "generator");
    const gradient = discriminator.backward(generator.output, this.#batch, { parameters: false, input: true });
    const { heap } = this.#arena;
    heap.copyWithin(generator.outputGradient, gradient, gradient + 2 * this.#batch.pitch);
    generator.backward(noise, this.#batch, { parameters: true, input: false });
    this.#update("generator", loss, { pointGradients: gradient });
  }

  /**
   * Change learning rates or numbers of steps from here on.
   * @param {Change} partial
   * @returns {Settings}
   * @throws {ModelError} if something else should change, or to something impossible
   */
  change(partial) {
    const { optimisers = {}, ...steps } = partial;
    const asked = [...Object.keys(steps), ...Object.values(optimisers).flatMap((each) => Object.keys(each))];
    const fixed = asked.find((name) => !CHANGEABLE.has(name));
    if (fixed !== undefined) throw new ModelError("lab.error_fixed", { setting: fixed });
    const { generator, discriminator } = this.#settings.optimisers;
    const changed = {
      generator: { ...generator, ...optimisers.generator },
      discriminator: { ...discriminator, ...optimisers.discriminator },
    };
    this.#settings = checkSettings({ ...this.#settings, ...steps, optimisers: changed });
    this.#optimisers.generator.settings = this.#settings.optimisers.generator;
    this.#optimisers.discriminator.settings = this.#settings.optimisers.discriminator;
    return this.#settings;
  }

  /** Run D on points and put the gradient of the mean of a term where `backward` expects it. */
  #judge(
    /** @type {number} */ points,
    /** @type {number} */ term,
    /** @type {string} */ name,
    /** @type {Part} */ part = "discriminator",
  ) {
    const { discriminator } = this.#networks;
    const arena = this.#arena;
    const { count, padded } = this.#batch;
    discriminator.forward(points, this.#batch);
    const [outputs, gradient, results] = [discriminator.output, discriminator.outputGradient, this.#results].map(
      (place) => arena.address(place),
    );
    arena.functions.planar_loss(
      term,
      Number(hasLogits(this.#settings.loss)),
      outputs,
      gradient,
      count,
      padded,
      results,
    );
    this.#tell("discriminate", part, { [name]: discriminator.output });
    return { loss: arena.heap[this.#results], shown: arena.heap[this.#results + 1] };
  }

  /** Update a network by its gradients, unless something is no longer finite. */
  #update(/** @type {Part} */ part, /** @type {number} */ loss, pointGradients = {}) {
    this.#losses[part] = loss;
    const network = this.#networks[part];
    const squares = (/** @type {number} */ place) =>
      this.#arena.functions.planar_squares(this.#arena.address(place), network.length);
    const norm = Math.sqrt(squares(network.gradients));
    this.#requireFinite(part, loss + norm);
    this.#gradientNorms[part] = norm;
    this.#tell("losses", part, { loss });
    this.#tell("gradients", part, { ...pointGradients, gradientNorm: norm });
    this.#counters[part] += 1;
    this.#optimisers[part].step(this.#counters[part]);
    this.#requireFinite(part, squares(network.parameters));
    this.#tell("update", part, {});
  }

  /** Hold the weights and biases of D's linear layers within the clip (Arjovsky et al. 2017, algorithm 1). */
  #clipDiscriminator() {
    const { parameters, layers } = this.#networks.discriminator;
    for (const { parameters: start, inputs, outputs } of layers) {
      this.#arena.functions.planar_clip(
        this.#arena.address(parameters + start),
        (inputs + 1) * outputs,
        this.#settings.clip,
      );
    }
  }

  #requireFinite(/** @type {Part} */ network, /** @type {number} */ value) {
    if (!Number.isFinite(value))
      throw new ModelError("lab.error_diverged", { iteration: this.#counters.iteration + 1, network });
  }

  /** Tell the observer what there is: places become copies of the batch's points, vector by vector. */
  #tell(/** @type {string} */ kind, /** @type {Part} */ part, /** @type {Record<string, number>} */ numbers) {
    this.observer?.(kind, part, numbers);
  }

  /** A batch's rows as points: vector by vector. @param {number} place @param {number} rows @returns {Float32Array} */
  points(place, rows) {
    const { heap } = this.#arena;
    const { count, pitch } = this.#batch;
    return Float32Array.from(
      { length: count * rows },
      (_, i) => heap[place + (i % rows) * pitch + Math.floor(i / rows)],
    );
  }
}
