/** What training looked like over time: `timeline.safetensors` and `history.json` of an image model. */
import { ModelError } from "./errors.js";
import { allFinite } from "./numbers.js";
import { openSafetensors } from "./safetensors.js";
import { SheetSequence, cut } from "./sheets.js";

/** What became of the followed images; read when it is asked for. */
const FOLLOWED = ["mean", "log_variance", "attribute"];
const SHEET = /^sheet\.([a-z]+)\.bytes$/;
const MEASURE = /^measure\.([a-z_0-9]+)$/;
/** A measure of latent dimensions, one row of numbers per moment. */
const PER_DIMENSION = "kl_per_dimension";
const SHARES_TOLERANCE = 1e-3; // float32 shares of up to thousands of bins

/**
 * @typedef {object} Measure
 * @property {ArrayLike<number>} values one per moment
 * @property {string} unit
 * @property {number} count images of each kind that it was measured on
 * @property {{value: number, low: number, high: number} | null} floor what two samples of real images give
 * @property {"low" | "high"} best
 * @property {string} [features] what tells images apart, where samples were compared with real images
 *
 * @typedef {object} Histograms shares of D's raw output over held-out real and generated images
 * @property {ArrayLike<number>} edges (B + 1) ascending
 * @property {ArrayLike<number>[]} real (B) per moment, sum one
 * @property {ArrayLike<number>[]} fake (B) per moment, sum one
 *
 * @typedef {object} History rows that were logged while training
 * @property {string[]} columns the first is the step
 * @property {(number | null)[][]} rows null where a value was no finite number
 *
 * @typedef {object} Followed held-out images whose posteriors were recorded at every moment
 * @property {number} count M
 * @property {ArrayLike<number>} codes (M) values of the data set's first attribute; all 0 where that is no class
 * @property {Float32Array[]} mean (M·L) per moment
 * @property {Float32Array[] | null} logVariance (M·L) per moment; recorded where the latent is small
 *
 * @typedef {object} Timeline
 * @property {number[]} steps of the moments, ascending
 * @property {Map<string, SheetSequence>} sheets `samples`, and `reconstructions` of models that encode
 * @property {ArrayLike<number> | null} labels class of each tile of the samples
 * @property {Histograms | null} histograms
 * @property {Map<string, Measure>} measures
 * @property {ArrayLike<number>[] | null} klPerDimension (L) nats per moment, means over the followed images
 * @property {(latentSize: number) => Promise<Followed | null>} loadFollowed null where no images were followed
 * @property {History} history
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {{height: number, width: number}} image of the model, pixels
 * @returns {Promise<Timeline>}
 * @throws {ModelError} naming file, key and expectation
 */
export async function openTimeline(folder, image) {
  const [file, history] = await Promise.all([
    openSafetensors(`${folder}timeline.safetensors`),
    fetchHistory(`${folder}history.json`),
  ]);
  const names = [...file.tensors.keys()].filter((name) => !FOLLOWED.includes(name));
  const path = new URL(`${folder}timeline.safetensors`, globalThis.location?.href).pathname;
  const tensors = new Tensors(path, await file.read(names));
  const description = readDescription(file.metadata.timeline, image, tensors);
  const steps = readSteps(tensors);
  return {
    steps,
    sheets: readSheets(tensors, steps.length, description.tile),
    labels: tensors.has("label") ? tensors.take("label", [description.tile.count ?? tensors.length("label")]) : null,
    histograms: readHistograms(tensors, steps.length),
    measures: readMeasures(tensors, steps.length, description.measures),
    klPerDimension: readPerDimension(tensors, steps.length),
    loadFollowed: async (latentSize) => {
      const present = FOLLOWED.filter((name) => file.tensors.has(name));
      return readFollowed(new Tensors(path, await file.read(present)), steps.length, latentSize);
    },
    history,
  };
}

/** The tensors of one file, and how to complain about them. */
export class Tensors {
  /** @param {string} file @param {Map<string, {shape: number[], data: any}>} tensors */
  constructor(file, tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  has(/** @type {string} */ name) {
    return this.tensors.has(name);
  }

  names() {
    return [...this.tensors.keys()];
  }

  length(/** @type {string} */ name) {
    return this.tensors.get(name)?.data.length ?? 0;
  }

  /** The numbers of a tensor of that shape. */
  take(/** @type {string} */ tensor, /** @type {number[]} */ shape) {
    const found = this.tensors.get(tensor);
    if (found === undefined) this.refuse("runtime.missingTensor", { tensor });
    if (String(found.shape) !== String(shape))
      this.refuse("runtime.tensorShape", { tensor, expected: shape, found: found.shape });
    if (found.data instanceof Float32Array && !allFinite(found.data)) this.refuse("runtime.notFinite", { tensor });
    return found.data;
  }

  /** @param {string} key @param {Record<string, unknown>} values @returns {never} */
  refuse(key, values) {
    throw new ModelError(key, { file: this.file, ...values });
  }
}

/** The metadata; a model that has none has sheets of its own images and nothing measured. */
function readDescription(/** @type {string | undefined} */ text, image, /** @type {Tensors} */ tensors) {
  if (text === undefined) return { tile: { width: image.width, height: image.height }, measures: {} };
  try {
    const { kind, tile, measures = {} } = JSON.parse(text);
    const valid = { images: isMeasure, latents: isMeasured }[kind];
    const { [PER_DIMENSION]: rows, ...single } = measures;
    const known = valid && isTiles(tile, image) && Object.values(measures).every(valid);
    if (known && (rows !== undefined) === tensors.has(`measure.${PER_DIMENSION}`)) return { tile, measures: single };
  } catch {
    // Falls through to the one message for every way to be wrong.
  }
  return tensors.refuse("runtime.timelineDescription", {});
}

/** @param {any} tile @param {{height: number, width: number}} image */
export function isTiles(tile, image) {
  const whole = [tile.height, tile.width, tile.columns, tile.count].every(
    (length) => Number.isInteger(length) && length > 0,
  );
  return whole && tile.height === image.height && tile.width === image.width && tile.columns <= tile.count;
}

/** @param {any} measure of images */
export function isMeasure(measure) {
  return typeof measure.features === "string" && isMeasured(measure);
}

/** @param {any} measure of anything */
export function isMeasured({ unit, count, floor, best }) {
  const floored = floor === null || [floor.value, floor.low, floor.high].every(Number.isFinite);
  return typeof unit === "string" && floored && Number.isInteger(count) && count > 0 && ["low", "high"].includes(best);
}

/** The steps of the moments, which must ascend. @param {Tensors} tensors @returns {number[]} */
export function readSteps(tensors) {
  const steps = Array.from(tensors.take("step", [tensors.length("step")]), Number);
  const ascending = steps.every(
    (step, i) => Number.isSafeInteger(step) && step >= 0 && (i === 0 || step > steps[i - 1]),
  );
  if (steps.length === 0 || !ascending)
    tensors.refuse("runtime.ascending", { tensor: "step", found: steps.slice(0, 8) });
  return steps;
}

function readSheets(/** @type {Tensors} */ tensors, /** @type {number} */ count, tile) {
  const names = tensors
    .names()
    .map((name) => SHEET.exec(name)?.[1])
    .filter((name) => name !== undefined);
  if (!names.includes("samples")) tensors.refuse("runtime.missingTensor", { tensor: "sheet.samples.bytes" });
  const own = { width: tile.width, height: tile.height }; // only samples are divided as described
  return new Map(
    names
      .sort()
      .reverse()
      .map((name) => {
        const tensor = `sheet.${name}.offsets`;
        const key = `sheet.${name}.bytes`;
        const offsets = tensors.take(tensor, [count + 1]);
        const sheet = new SheetSequence(tensors.file, key, name === "samples" ? tile : own);
        sheet.pictures = cut(tensors.take(key, [tensors.length(key)]), offsets, (found) =>
          tensors.refuse("runtime.pictureOffsets", { tensor, expected: tensors.length(key), found }),
        );
        return [name, sheet];
      }),
  );
}

/**
 * Shares of D's raw output at each moment, where there are any.
 * @param {Tensors} tensors @param {number} count of moments
 * @returns {Histograms | null}
 */
export function readHistograms(tensors, count) {
  if (!tensors.has("histogram.edges")) return null;
  const edges = tensors.take("histogram.edges", [tensors.length("histogram.edges")]);
  if (edges.length < 2 || edges.some((edge, i) => i > 0 && !(edge > edges[i - 1]))) {
    tensors.refuse("runtime.ascending", { tensor: "histogram.edges", found: Array.from(edges.subarray(0, 8)) });
  }
  const bins = edges.length - 1;
  const rows = (/** @type {string} */ tensor) => {
    const shares = tensors.take(tensor, [count, bins]);
    return Array.from({ length: count }, (_, moment) => {
      const row = shares.subarray(moment * bins, (moment + 1) * bins);
      if (!areShares(row)) tensors.refuse("runtime.shares", { tensor, moment });
      return row;
    });
  };
  return { edges, real: rows("histogram.real"), fake: rows("histogram.fake") };
}

/** Whether these are shares of a whole. @param {ArrayLike<number>} values */
export function areShares(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] >= 0)) return false;
    sum += values[i];
  }
  return Math.abs(sum - 1) <= SHARES_TOLERANCE;
}

/**
 * @param {Tensors} tensors @param {number} count of moments @param {Record<string, any>} descriptions
 * @returns {Map<string, Measure>}
 */
export function readMeasures(tensors, count, descriptions) {
  const names = tensors
    .names()
    .map((name) => MEASURE.exec(name)?.[1])
    .filter((name) => name !== undefined && name !== PER_DIMENSION);
  const missing = Object.keys(descriptions).find((name) => !names.includes(name));
  if (missing !== undefined) tensors.refuse("runtime.missingTensor", { tensor: `measure.${missing}` });
  if (names.some((name) => !Object.hasOwn(descriptions, name))) tensors.refuse("runtime.timelineDescription", {});
  return new Map(
    Object.keys(descriptions).map((name) => [
      name,
      { ...descriptions[name], values: tensors.take(`measure.${name}`, [count]) },
    ]),
  );
}

/** @param {Tensors} tensors @param {number} count of moments @param {number} latentSize @returns {Followed | null} */
function readFollowed(tensors, count, latentSize) {
  if (!tensors.has("mean")) return null;
  const images = tensors.length("attribute");
  const codes = tensors.take("attribute", [images]);
  const rows = (/** @type {string} */ name) => moments(tensors.take(name, [count, images, latentSize]), count);
  return {
    count: images,
    codes,
    mean: rows("mean"),
    logVariance: tensors.has("log_variance") ? rows("log_variance") : null,
  };
}

/** What belongs to each of so many moments. */
function moments(/** @type {Float32Array} */ values, /** @type {number} */ count) {
  const size = values.length / count;
  return Array.from({ length: count }, (_, moment) => values.subarray(moment * size, (moment + 1) * size));
}

/** @param {Tensors} tensors @param {number} count of moments */
function readPerDimension(tensors, count) {
  const tensor = `measure.${PER_DIMENSION}`;
  if (!tensors.has(tensor)) return null;
  return moments(tensors.take(tensor, [count, tensors.length(tensor) / count]), count);
}

/** @param {string} url @returns {Promise<History>} */
export async function fetchHistory(url) {
  const file = new URL(url, globalThis.location?.href).pathname;
  const response = await fetch(url);
  if (!response.ok) throw new ModelError("runtime.unreachable", { file, status: response.status });
  const { columns, rows } = await response.json().catch(() => ({}));
  const named = Array.isArray(columns) && columns[0] === "step" && columns.every((name) => typeof name === "string");
  if (!named || !Array.isArray(rows) || !rows.every((row) => isRow(row, columns.length)))
    throw new ModelError("runtime.history", { file });
  return { columns, rows };
}

/** @param {unknown} row @param {number} length */
function isRow(row, length) {
  return (
    Array.isArray(row) &&
    row.length === length &&
    row.every((value) => value === null || Number.isFinite(value)) &&
    row[0] !== null
  );
}
