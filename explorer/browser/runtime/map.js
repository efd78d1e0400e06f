/**
 * The browse set of a checkpoint: `map.safetensors` and `thumbnails.webp`. A model with an encoder has placed the
 * images in its latent space; without one, they are only there to be compared with.
 */
import { isCount, isRecord, isTexts } from "./checks.js";
import { ModelError, pathname } from "./errors.js";
import { nearestRows } from "./numbers.js";
import { SheetImages } from "./sheet-images.js";
import { TensorFile } from "./tensor-file.js";

/**
 * @typedef {object} Classes
 * @property {"categorical"} kind
 * @property {Int16Array} data (N) codes into `values`
 * @property {string[]} values
 * @property {Record<string, string[]>} [labels] by language
 *
 * @typedef {object} Numbers
 * @property {"continuous"} kind
 * @property {Float32Array} data (N) in `unit`
 * @property {string} unit
 *
 * @typedef {Classes | Numbers} Attribute
 */

/**
 * @typedef {import("./config.js").ImageShape} ImageShape
 *
 * @typedef {{seed: number, neighbours: number, minimum_distance: number, version: string}} UmapSettings
 *
 * @typedef {{index: number, distance: number}} Neighbour
 *
 * @typedef {object} BrowseSet
 * @property {number} count N
 * @property {Int32Array} datasetIndex (N) index into the held-out split
 * @property {Map<string, Attribute>} attributes the first is the default colouring
 * @property {() => Promise<void>} loadPictures fetches the sheet, which `thumbnails`, `image` and `nearestImages` need
 * @property {ImageBitmap | null} thumbnails the sheet of tiles, once loaded
 * @property {(index: number) => {x: number, y: number, width: number, height: number}} tile in the sheet, pixels
 * @property {(index: number) => Float32Array} image (C·H·W), unit range
 * @property {(x: ArrayLike<number>, k: number) => Neighbour[]} nearestImages by root mean square difference over
 *   pixels, unit range
 *
 * @typedef {object} Places of the images in the latent space of an encoder
 * @property {Float32Array} mean (N, L)
 * @property {Float32Array} logVariance (N, L)
 * @property {Record<string, Float32Array>} layouts `raw`, or `pca` and `umap`; (N, 2) each
 * @property {{center: Float32Array, components: Float32Array, explainedVarianceRatio: Float32Array} | null} pca null
 *   for L = 2
 * @property {UmapSettings | null} umap null for L = 2
 * @property {Float32Array} klPerDimension (L) nats, mean over the browse set
 * @property {(z: ArrayLike<number>, k: number) => Neighbour[]} nearest posterior means
 *
 * @typedef {object} NoPlaces of a model without an encoder
 * @property {null} mean
 * @property {null} logVariance
 * @property {Record<string, never>} layouts
 * @property {null} pca
 * @property {null} umap
 * @property {null} klPerDimension
 * @property {null} nearest
 *
 * @typedef {BrowseSet & Places} PlacedMap
 * @typedef {PlacedMap | (BrowseSet & NoPlaces)} LatentMap
 */

/**
 * The map of a model with an encoder.
 * @param {LatentMap} map
 * @returns {PlacedMap}
 * @throws {ModelError} where no encoder has placed the images
 */
export function placed(map) {
  if (map.mean === null) throw new ModelError("runtime.missingTensor", { file: "map.safetensors", tensor: "mean" });
  return map;
}

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {number | null} latentSize L; null for a model without an encoder
 * @param {ImageShape} imageShape
 * @returns {Promise<LatentMap>}
 * @throws {ModelError} naming file, key and expectation
 */
export async function openMap(folder, latentSize, imageShape) {
  const file = await TensorFile.open(`${folder}map.safetensors`);
  const description = readDescription(file);
  const { count, tile: tiles } = description;
  const tile = (/** @type {number} */ index) => ({
    x: (index % tiles.columns) * tiles.width,
    y: Math.floor(index / tiles.columns) * tiles.height,
    width: tiles.width,
    height: tiles.height,
  });
  const load = async () => {
    const url = `${folder}thumbnails.webp`;
    const sheet = await fetchSheet(url);
    checkSheet(sheet, description, imageShape, url);
    return sheet;
  };
  const images = new SheetImages(load, tile, count, imageShape);
  return {
    count,
    datasetIndex: file.take("dataset_index", [count], Int32Array),
    attributes: readAttributes(file, description),
    loadPictures: images.load,
    get thumbnails() {
      return images.sheet;
    },
    tile,
    image: (index) => images.picture(index),
    nearestImages: (x, k) => images.nearest(x, k),
    ...(latentSize === null ? NOT_PLACED : readPlaces(file, count, latentSize, description.umap ?? null)),
  };
}

/** @type {NoPlaces} */
const NOT_PLACED = Object.freeze({
  mean: null,
  logVariance: null,
  layouts: {},
  pca: null,
  umap: null,
  klPerDimension: null,
  nearest: null,
});

/**
 * What an encoder adds: the images' posteriors, and the layouts made of their means.
 * @param {TensorFile} file
 * @param {number} count N
 * @param {number} latentSize L
 * @param {UmapSettings | null} umap
 * @returns {Places}
 */
function readPlaces(file, count, latentSize, umap) {
  const values = (/** @type {string} */ name, /** @type {number[]} */ shape) => file.take(name, shape, Float32Array);
  const projected = latentSize > 2;
  const components = Math.min(latentSize, 8);
  const mean = values("mean", [count, latentSize]);
  return {
    mean,
    logVariance: values("log_variance", [count, latentSize]),
    layouts: projected
      ? { pca: values("layout.pca", [count, 2]), umap: values("layout.umap", [count, 2]) }
      : { raw: mean },
    pca: projected
      ? {
          center: values("pca.center", [latentSize]),
          components: values("pca.components", [components, latentSize]),
          explainedVarianceRatio: values("pca.explained_variance_ratio", [components]),
        }
      : null,
    umap: projected ? umap : null,
    klPerDimension: values("kl_per_dimension", [latentSize]),
    nearest: (/** @type {ArrayLike<number>} */ z, /** @type {number} */ k) =>
      nearestRows(mean, z, k).map(({ index, squared }) => ({ index, distance: Math.sqrt(squared) })),
  };
}

/** @param {string} url */
async function fetchSheet(url) {
  const response = await fetch(url);
  if (!response.ok) throw new ModelError("runtime.unreachable", { file: pathname(url), status: response.status });
  try {
    // Stored bytes are wanted as they are: no colour management, no premultiplication.
    return await createImageBitmap(await response.blob(), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new ModelError("runtime.notImage", { file: pathname(url) });
  }
}

/**
 * @typedef {object} Description
 * @property {number} count N
 * @property {Required<import("./sheets.js").Tile>} tile
 * @property {Record<string, Omit<Classes, "data"> | Omit<Numbers, "data">>} attributes
 * @property {UmapSettings | null} [umap]
 */

/** @param {TensorFile} file @returns {Description} */
function readDescription(file) {
  try {
    /** @type {unknown} */
    const description = JSON.parse(file.metadata.map);
    if (isDescription(description)) return description;
  } catch {
    // Falls through to the one message for every way to be wrong.
  }
  return file.refuse("runtime.mapDescription", {});
}

/** @param {unknown} description @returns {description is Description} */
function isDescription(description) {
  if (!isRecord(description)) return false;
  const { count, tile, attributes } = description;
  const sized = isRecord(tile) && [count, tile.height, tile.width, tile.columns].every(isCount);
  const known = isRecord(attributes) ? Object.values(attributes) : [];
  return sized && known.length > 0 && known.every(isAttribute);
}

/** @param {unknown} attribute */
function isAttribute(attribute) {
  if (!isRecord(attribute)) return false;
  const { kind, values, unit } = attribute;
  return kind === "categorical" ? isTexts(values) : kind === "continuous" && typeof unit === "string";
}

/** @param {TensorFile} file @param {Description} description @returns {Map<string, Attribute>} */
function readAttributes(file, { count, attributes }) {
  /** @type {Map<string, Attribute>} */
  const read = new Map();
  for (const [name, each] of Object.entries(attributes)) {
    const tensor = `attribute.${name}`;
    if (each.kind === "categorical") read.set(name, { ...each, data: file.take(tensor, [count], Int16Array) });
    else read.set(name, { ...each, data: file.take(tensor, [count], Float32Array) });
  }
  return read;
}

/**
 * @param {ImageBitmap} sheet
 * @param {Description} description
 * @param {ImageShape} imageShape
 * @param {string} url of the sheet
 */
function checkSheet(sheet, { count, tile }, imageShape, url) {
  const fits = tile.height === imageShape.height && tile.width === imageShape.width;
  const rows = Math.ceil(count / tile.columns);
  if (fits && sheet.width >= Math.min(count, tile.columns) * tile.width && sheet.height >= rows * tile.height) return;
  throw new ModelError("runtime.sheet", {
    file: pathname(url),
    expected: `${count} × ${imageShape.width}×${imageShape.height}`,
    found: `${sheet.width}×${sheet.height} / ${tile.width}×${tile.height}`,
  });
}
