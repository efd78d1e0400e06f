/** What training looked like over time: `timeline.safetensors` and `history.json` of an image model. */
import { isAscending, isCount, isFiniteNumber, isRecord, isTexts } from "./checks.js";
import { ModelError, pathname } from "./errors.js";
import { openSafetensors } from "./safetensors.js";
import { SheetSequence, cut } from "./sheets.js";
import { TensorFile } from "./tensor-file.js";

/** @typedef {import("./sheets.js").Tile} Tile */
/** @typedef {{width: number, height: number}} Size in pixels */

/** What became of the followed images; read when it is asked for. */
const FOLLOWED = ["mean", "log_variance", "attribute"];
const SHEET = /^sheet\.([a-z]+)\.bytes$/;
const MEASURE = /^measure\.([a-z_0-9]+)$/;
/** A measure of latent dimensions, one row of numbers per moment. */
const PER_DIMENSION = "kl_per_dimension";
const SHARES_TOLERANCE = 1e-3; // float32 shares of up to thousands of bins

/**
 * @typedef {object} MeasureDescription
 * @property {string} unit
 * @property {number} count images that it was measured on
 * @property {number} [reference] real images that generated ones were compared with
 * @property {{value: number, low: number, high: number} | null} floor what held-out images get instead
 * @property {"low" | "high"} best
 * @property {string} [features] what tells images apart, where samples were compared with real images
 *
 * @typedef {MeasureDescription & {values: ArrayLike<number>}} Measure one value per moment
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
  const path = pathname(`${folder}timeline.safetensors`);
  const tensors = new TensorFile(path, await file.read(names), file.metadata);
  const description = readDescription(tensors, image);
  const steps = readSteps(tensors);
  return {
    steps,
    sheets: readSheets(tensors, steps.length, description.tile),
    labels: tensors.has("label") ? tensors.take("label", [description.tile.count ?? null], Int16Array) : null,
    histograms: readHistograms(tensors, steps.length),
    measures: readMeasures(tensors, steps.length, description.measures),
    klPerDimension: readPerDimension(tensors, steps.length),
    loadFollowed: async (latentSize) => {
      const present = FOLLOWED.filter((name) => file.tensors.has(name));
      return readFollowed(new TensorFile(path, await file.read(present), {}), steps.length, latentSize);
    },
    history,
  };
}

/**
 * The metadata; a model that has none has sheets of its own images and nothing measured.
 * @param {TensorFile} tensors
 * @param {Size} image
 * @returns {{tile: Tile, measures: Record<string, MeasureDescription>}}
 */
function readDescription(tensors, image) {
  const text = tensors.metadata.timeline;
  if (text === undefined) return { tile: { width: image.width, height: image.height }, measures: {} };
  try {
    /** @type {unknown} */
    const description = JSON.parse(text);
    if (isDescribed(description) && isTiles(description.tile, image)) {
      const { [PER_DIMENSION]: rows, ...measures } = description.measures ?? {};
      if ((rows !== undefined) === tensors.has(`measure.${PER_DIMENSION}`)) return { tile: description.tile, measures };
    }
  } catch {
    // Falls through to the one message for every way to be wrong.
  }
  return tensors.refuse("runtime.timelineDescription", {});
}

/** @param {unknown} content @returns {content is {tile: unknown, measures?: Record<string, MeasureDescription>}} */
function isDescribed(content) {
  if (!isRecord(content)) return false;
  const { kind, measures = {} } = content;
  const isOne = kind === "images" ? isMeasure : isMeasured;
  return (kind === "images" || kind === "latents") && isRecord(measures) && Object.values(measures).every(isOne);
}

/** @param {unknown} tile @param {Size} image @returns {tile is import("./sheets.js").Tiles} */
export function isTiles(tile, image) {
  if (!isRecord(tile)) return false;
  const { height, width, columns, count } = tile;
  const fits = height === image.height && width === image.width && isCount(columns) && isCount(count);
  return fits && columns <= count;
}

/** @param {unknown} measure of images @returns {measure is MeasureDescription} */
export function isMeasure(measure) {
  return isRecord(measure) && typeof measure.features === "string" && isMeasured(measure);
}

/** @param {unknown} measure of anything @returns {measure is MeasureDescription} */
export function isMeasured(measure) {
  if (!isRecord(measure)) return false;
  const { unit, count, reference = count, floor, best } = measure;
  const floored = floor === null || (isRecord(floor) && [floor.value, floor.low, floor.high].every(isFiniteNumber));
  const sized = isCount(count) && isCount(reference);
  return typeof unit === "string" && floored && sized && (best === "low" || best === "high");
}

/** The steps of the moments, which must ascend. @param {TensorFile} tensors @returns {number[]} */
export function readSteps(tensors) {
  const steps = Array.from(tensors.take("step", [null], BigInt64Array), Number);
  if (steps.length === 0 || !steps.every(Number.isSafeInteger) || steps[0] < 0 || !isAscending(steps))
    tensors.refuse("runtime.ascending", { tensor: "step", found: steps.slice(0, 8) });
  return steps;
}

function readSheets(/** @type {TensorFile} */ tensors, /** @type {number} */ count, /** @type {Tile} */ tile) {
  const names = tensors.names.map((name) => SHEET.exec(name)?.[1]).filter((name) => name !== undefined);
  if (!names.includes("samples")) tensors.refuse("runtime.missingTensor", { tensor: "sheet.samples.bytes" });
  const own = { width: tile.width, height: tile.height }; // only samples are divided as described
  return new Map(
    names
      .sort()
      .reverse()
      .map((name) => {
        const tensor = `sheet.${name}.offsets`;
        const key = `sheet.${name}.bytes`;
        const offsets = tensors.take(tensor, [count + 1], BigInt64Array);
        const sheet = new SheetSequence(tensors.file, key, name === "samples" ? tile : own);
        sheet.pictures = cut(tensors.take(key, [null], Uint8Array), offsets, (found) =>
          tensors.refuse("runtime.pictureOffsets", { tensor, expected: tensors.length(key), found }),
        );
        return /** @type {const} */ ([name, sheet]);
      }),
  );
}

/**
 * Shares of D's raw output at each moment, where there are any.
 * @param {TensorFile} tensors @param {number} count of moments
 * @returns {Histograms | null}
 */
export function readHistograms(tensors, count) {
  if (!tensors.has("histogram.edges")) return null;
  const edges = tensors.take("histogram.edges", [null], Float32Array);
  if (edges.length < 2 || !isAscending(edges)) {
    tensors.refuse("runtime.ascending", { tensor: "histogram.edges", found: Array.from(edges.subarray(0, 8)) });
  }
  const bins = edges.length - 1;
  const rows = (/** @type {string} */ tensor) => {
    const shares = tensors.take(tensor, [count, bins], Float32Array);
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
 * @param {TensorFile} tensors
 * @param {number} count of moments
 * @param {Record<string, MeasureDescription>} descriptions
 * @returns {Map<string, Measure>}
 */
export function readMeasures(tensors, count, descriptions) {
  const names = tensors.names.flatMap((name) => MEASURE.exec(name)?.[1] ?? []).filter((name) => name !== PER_DIMENSION);
  const missing = Object.keys(descriptions).find((name) => !names.includes(name));
  if (missing !== undefined) tensors.refuse("runtime.missingTensor", { tensor: `measure.${missing}` });
  if (names.some((name) => !Object.hasOwn(descriptions, name))) tensors.refuse("runtime.timelineDescription", {});
  return new Map(
    Object.keys(descriptions).map((name) => [
      name,
      { ...descriptions[name], values: tensors.take(`measure.${name}`, [count], Float32Array) },
    ]),
  );
}

/**
 * @param {TensorFile} tensors
 * @param {number} count of moments
 * @param {number} latentSize
 * @returns {Followed | null}
 */
function readFollowed(tensors, count, latentSize) {
  if (!tensors.has("mean")) return null;
  const images = tensors.length("attribute");
  const codes = tensors.take("attribute", [images], Int16Array);
  const rows = (/** @type {string} */ name) =>
    moments(tensors.take(name, [count, images, latentSize], Float32Array), count);
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

/** @param {TensorFile} tensors @param {number} count of moments */
function readPerDimension(tensors, count) {
  const tensor = `measure.${PER_DIMENSION}`;
  if (!tensors.has(tensor)) return null;
  return moments(tensors.take(tensor, [count, null], Float32Array), count);
}

/** @param {string} url @returns {Promise<History>} */
export async function fetchHistory(url) {
  const file = pathname(url);
  const response = await fetch(url);
  if (!response.ok) throw new ModelError("runtime.unreachable", { file, status: response.status });
  /** @type {unknown} */
  const content = await response.json().catch(() => ({}));
  const { columns, rows } = isRecord(content) ? content : {};
  if (!isTexts(columns) || columns[0] !== "step" || !Array.isArray(rows))
    throw new ModelError("runtime.history", { file });
  if (!rows.every((row) => isRow(row, columns.length))) throw new ModelError("runtime.history", { file });
  return { columns, rows };
}

/** @param {unknown} row @param {number} length @returns {row is (number | null)[]} */
function isRow(row, length) {
  return (
    Array.isArray(row) &&
    row.length === length &&
    row.every((value) => value === null || Number.isFinite(value)) &&
    row[0] !== null
  );
}
