/** Where a state lies on the map: exactly for principal components, by its neighbours for UMAP. No DOM. */

/** Ways in which the map is laid out. */
export const LAYOUTS = Object.freeze(/** @type {const} */ (["umap", "pca"]));
/** Neighbours that a place on the UMAP is a mean of; see docs/format.md, "A character model's folder". */
export const NEIGHBOURS = 5;

/**
 * Place a state on a UMAP: the mean of its nearest neighbours' places, weighted by 1 ÷ distance; the place itself of a
 * state that is among them.
 * @param {Float32Array} state (H)
 * @param {Float32Array} states (N, H) that the map was made of
 * @param {Float32Array} places (N, 2)
 * @returns {{x: number, y: number, distance: number}} `distance` to the nearest, in state space
 */
export function placeByNeighbours(state, states, places) {
  const nearest = nearestStates(state, states, NEIGHBOURS);
  const [{ index, distance }] = nearest;
  if (distance === 0) return { x: places[2 * index], y: places[2 * index + 1], distance };
  let [x, y, total] = [0, 0, 0];
  for (const each of nearest) {
    const weight = distance / each.distance;
    total += weight;
    x += weight * places[2 * each.index];
    y += weight * places[2 * each.index + 1];
  }
  return { x: x / total, y: y / total, distance };
}

/**
 * The first two principal components of a state.
 * @param {ArrayLike<number>} state (H)
 * @param {{center: Float32Array, components: Float32Array}} pca components (K, H), orthonormal rows
 * @returns {{x: number, y: number}}
 */
export function project(state, { center, components }) {
  const size = center.length;
  let [x, y] = [0, 0];
  for (let i = 0; i < size; i += 1) {
    const offset = state[i] - center[i];
    x += components[i] * offset;
    y += components[size + i] * offset;
  }
  return { x, y };
}

/**
 * @param {Float32Array} state (H)
 * @param {Float32Array} states (N, H)
 * @param {number} k
 * @returns {{index: number, distance: number}[]} nearest first, ties by lower index
 */
export function nearestStates(state, states, k) {
  const size = state.length;
  /** @type {{index: number, squared: number}[]} */
  const best = [];
  let bound = Infinity;
  for (let start = 0, index = 0; start < states.length; start += size, index += 1) {
    const squared = squaredDistance(state, states, start);
    if (squared >= bound) continue;
    const place = best.findIndex((each) => each.squared > squared);
    best.splice(place < 0 ? best.length : place, 0, { index, squared });
    if (best.length > k) best.pop();
    if (best.length === k) bound = best[k - 1].squared;
  }
  return best.map(({ index, squared }) => ({ index, distance: Math.sqrt(squared) }));
}

/** The only loop that counts: over all numbers of all states, for each step that is placed. */
function squaredDistance(
  /** @type {Float32Array} */ state,
  /** @type {Float32Array} */ states,
  /** @type {number} */ start,
) {
  let sum = 0;
  for (let i = 0; i < state.length; i += 1) {
    const difference = state[i] - states[start + i];
    sum += difference * difference;
  }
  return sum;
}
