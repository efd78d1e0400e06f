/**
 * Attribute arithmetic: the direction of a value in latent space, and latents moved along it. Its twin is
 * `explorer/probes/attribute_arithmetic.py`.
 */

/** A value that fewer images have, or lack, has no direction: a mean of so few says little. */
export const FEWEST = 5;

/**
 * The mean of the posterior means of the images that have a value minus the mean of those that lack it.
 * @param {{mean: Float32Array, count: number}} map (N, L)
 * @param {ArrayLike<number>} codes (N)
 * @param {number} code
 * @returns {Float32Array} (L), summed in float64
 */
export function direction({ mean, count }, codes, code) {
  const size = mean.length / count;
  const sums = [new Float64Array(size), new Float64Array(size)]; // of those that lack it, and of those that have it
  const counts = [0, 0];
  for (let n = 0; n < count; n++) {
    const has = codes[n] === code ? 1 : 0;
    counts[has]++;
    for (let i = 0; i < size; i++) sums[has][i] += mean[n * size + i];
  }
  return Float32Array.from(sums[1], (sum, i) => sum / counts[1] - sums[0][i] / counts[0]);
}

/** How many images have a value. @param {ArrayLike<number>} codes @param {number} code */
export function having(codes, code) {
  let count = 0;
  for (let i = 0; i < codes.length; i++) if (codes[i] === code) count++;
  return count;
}

/**
 * @param {ArrayLike<number>} z (L)
 * @param {ArrayLike<number>} along (L)
 * @param {number} strength
 * @returns {Float32Array} z + strength · along
 */
export function move(z, along, strength) {
  return Float32Array.from(z, (value, i) => value + strength * along[i]);
}

/**
 * The attributes that have classes, with the values that have a direction.
 * @param {import("../../../runtime/map.js").PlacedMap} map
 * @returns {import("./address.js").Directed}
 */
export function directed(map) {
  /** @type {import("./address.js").Directed} */
  const found = new Map();
  for (const [name, attribute] of map.attributes) {
    if (attribute.kind !== "categorical") continue;
    const { values, data } = attribute;
    const each = values.map((id, code) => ({ code, id, count: having(data, code) }));
    const kept = each.filter(({ count }) => count >= FEWEST && map.count - count >= FEWEST);
    if (kept.length) found.set(name, kept);
  }
  return found;
}
