/** `map.safetensors` of a character model: hidden states of its held-out page, placed in the plane. */
import { isCount, isRecord } from "../checks.js";
import { TensorFile } from "../tensor-file.js";

const MOST_COMPONENTS = 8;

/**
 * @typedef {object} StatesMap
 * @property {number} count N
 * @property {Int32Array} positions (N) characters of the page: the state is that of step t of reading it from its start
 * @property {{umap: Float32Array, pca: Float32Array}} layouts (N, 2) each
 * @property {{center: Float32Array, components: Float32Array, explainedVarianceRatio: Float32Array}} pca (H), (C, H),
 *   (C)
 * @property {import("../map.js").UmapSettings} umap
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {number} hiddenSize H
 * @param {number} length P, characters of the page
 * @returns {Promise<StatesMap>}
 * @throws {import("../errors.js").ModelError} naming file, key and expectation
 */
export async function openStates(folder, hiddenSize, length) {
  const file = await TensorFile.open(`${folder}map.safetensors`);
  const { count, umap } = file.describe("map", isDescribed);
  const positions = file.take("position", [count], Int32Array);
  const outside = positions.find((position) => position < 0 || position >= length);
  if (outside !== undefined)
    file.refuse("runtime.tensorRange", { tensor: "position", most: length - 1, found: outside });
  const components = Math.min(hiddenSize, MOST_COMPONENTS);
  const take = (/** @type {string} */ name, /** @type {number[]} */ shape) => file.take(name, shape, Float32Array);
  return {
    count,
    positions,
    layouts: { umap: take("layout.umap", [count, 2]), pca: take("layout.pca", [count, 2]) },
    pca: {
      center: take("pca.center", [hiddenSize]),
      components: take("pca.components", [components, hiddenSize]),
      explainedVarianceRatio: take("pca.explained_variance_ratio", [components]),
    },
    umap,
  };
}

/**
 * @param {Record<string, unknown>} content
 * @returns {content is {count: number, umap: StatesMap["umap"]}}
 */
function isDescribed(content) {
  const { count, quantity, umap } = content;
  return isCount(count) && quantity === "hidden" && isRecord(umap);
}
