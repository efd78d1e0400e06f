/**
 * What a moment of a run looks like: points, D's outputs and gradients in evaluation mode, quick enough for every
 * frame.
 */
import { ModelError } from "../errors.js";
import { Arena, rowPitch, wholeLines } from "./arena.js";
import { explainIteration } from "./explain.js";
import { checkLength, foldedLayout, networkLayout } from "./layout.js";
import { TERMS } from "./losses.js";
import { PlanarNetwork } from "./network.js";

/** @typedef {import("../kernels.js").Kernels} Kernels */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */
/** @typedef {import("./layout.js").Layout} Layout */

/** Points that run at once: few enough for the cache, many enough to hide the calls. */
const CHUNK = 512;
/** torch's BatchNorm1d. */
const EPSILON = 1e-5;

/**
 * @param {Kernels} kernels
 * @param {Settings} settings
 */
export function createEvaluator(kernels, settings) {
  const arena = new Arena();
  const pitch = rowPitch(CHUNK);
  const layouts = {
    generator: networkLayout(settings, "generator"),
    discriminator: networkLayout(settings, "discriminator"),
  };
  const generator = new FoldedNetwork(arena, layouts.generator, pitch);
  const discriminator = new FoldedNetwork(arena, layouts.discriminator, pitch);
  const input = arena.take(2 * pitch);
  arena.open(kernels);
  const { heap } = arena;
  const term = TERMS[settings.loss].generator;

  /** Call `run` with chunks of rows of points that lie in `values`, `size` numbers each. */
  function eachChunk(
    /** @type {Float32Array} */ values,
    /** @type {number} */ size,
    /** @type {(first: number, count: number, batch: import("./network.js").Batch) => void} */ run,
  ) {
    if (values.length % size !== 0)
      throw new ModelError("lab.error_state", { name: "points", expected: size, found: values.length });
    for (let first = 0; first * size < values.length; first += CHUNK) {
      const count = Math.min(CHUNK, values.length / size - first);
      for (let k = 0; k < size; k++) {
        for (let i = 0; i < count; i++) heap[input + k * pitch + i] = values[(first + i) * size + k];
      }
      run(first, count, { count, padded: wholeLines(count), pitch });
    }
  }

  /** Rows of a pair of features → x, y by turns. */
  function pairs(
    /** @type {number} */ rows,
    /** @type {number} */ first,
    /** @type {number} */ count,
    /** @type {Float32Array} */ target,
    sign = 1,
  ) {
    for (let i = 0; i < count; i++) {
      target[2 * (first + i)] = sign * heap[rows + i];
      target[2 * (first + i) + 1] = sign * heap[rows + pitch + i];
    }
  }

  return {
    /**
     * @param {State} state
     * @param {Float32Array} z (n·dimensions), vector by vector
     * @returns {Float32Array} (2n) G(z): x, y by turns, in units of the plane
     */
    generate(state, z) {
      const size = settings.noise.dimensions;
      const points = new Float32Array((2 * z.length) / size);
      generator.fold(state.generator);
      eachChunk(z, size, (first, count, batch) => {
        generator.network.forward(input, batch);
        pairs(generator.network.output, first, count, points);
      });
      return points;
    },

    /**
     * @param {State} state
     * @param {Float32Array} points (2n)
     * @returns {Float32Array} (n) D's raw outputs: logits, or a critic's scores
     */
    discriminate(state, points) {
      const outputs = new Float32Array(points.length / 2);
      discriminator.fold(state.discriminator);
      eachChunk(points, 2, (first, count, batch) => {
        discriminator.network.forward(input, batch);
        const { output } = discriminator.network;
        outputs.set(heap.subarray(output, output + count), first);
      });
      return outputs;
    },

    /**
     * Where a point of the plane is drawn to, in output (or loss) per unit of the plane.
     * @param {State} state
     * @param {Float32Array} points (2n)
     * @param {"generator_loss" | "discriminator"} of minus the gradient of the generator's loss at that point, or the
     *   gradient of D's raw output
     * @returns {Float32Array} (2n)
     */
    gradients(state, points, of) {
      const gradients = new Float32Array(points.length);
      const { network } = discriminator;
      discriminator.fold(state.discriminator);
      eachChunk(points, 2, (first, count, batch) => {
        network.forward(input, batch);
        if (of === "discriminator") heap.fill(1, network.outputGradient, network.outputGradient + batch.padded);
        else
          arena.functions.planar_term_gradient(
            term,
            arena.address(network.output),
            arena.address(network.outputGradient),
            batch.padded,
          );
        const gradient = network.backward(input, batch, { parameters: false, input: true });
        pairs(gradient, first, count, gradients, of === "discriminator" ? 1 : -1);
      });
      return gradients;
    },

    /**
     * The next iteration in its steps, with their numbers, in training mode: what the engine will do from here.
     * @param {State} state
     * @returns {import("./explain.js").Step[]}
     */
    explain: (state) => explainIteration(kernels, settings, state),
  };
}

/** @typedef {ReturnType<typeof createEvaluator>} Evaluator */

/** A network whose normalisations, in evaluation mode, are part of its linear layers. */
class FoldedNetwork {
  /** @param {Arena} arena @param {Layout} layout @param {number} pitch */
  constructor(arena, layout, pitch) {
    this.layout = layout;
    this.folded = foldedLayout(layout);
    this.network = new PlanarNetwork(arena, this.folded, pitch);
    this.flat = new Float32Array(this.folded.size);
  }

  /** @param {Float32Array} flat state of the network as it is trained */
  fold(flat) {
    checkLength(flat, this.layout.size, "state");
    this.layout.layers.forEach((layer, i) => {
      const { weight, bias } = this.folded.layers[i];
      const divisor = largestSingularValue(flat, layer);
      for (let o = 0; o < layer.outputs; o++) {
        const { scale, shift } = normalisation(flat, layer, o);
        for (let k = o * layer.inputs; k < (o + 1) * layer.inputs; k++)
          this.flat[weight + k] = (flat[layer.weight + k] / divisor) * scale;
        this.flat[bias + o] = flat[layer.bias + o] * scale + shift;
      }
    });
    this.network.load(this.flat);
  }
}

/** Batch normalisation of one feature in evaluation mode (Ioffe & Szegedy 2015, algorithm 2). */
function normalisation(
  /** @type {Float32Array} */ flat,
  /** @type {import("./layout.js").Layer} */ { batch },
  /** @type {number} */ o,
) {
  if (!batch) return { scale: 1, shift: 0 };
  const scale = flat[batch.weight + o] / Math.sqrt(flat[batch.variance + o] + EPSILON);
  return { scale, shift: flat[batch.bias + o] - flat[batch.mean + o] * scale };
}

/** σ = uᵀ W v with the stored vectors; 1 without spectral normalisation. */
function largestSingularValue(
  /** @type {Float32Array} */ flat,
  /** @type {import("./layout.js").Layer} */ { weight, inputs, outputs, spectral },
) {
  if (spectral === null) return 1;
  const { u, v } = spectral;
  let sigma = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) sigma += flat[u + o] * flat[weight + o * inputs + i] * flat[v + i];
  }
  return sigma;
}
