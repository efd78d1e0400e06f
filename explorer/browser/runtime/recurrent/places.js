/** Where things lie in the kernels' memory. */

/** Where things lie, in floats; every place is aligned to 64 bytes. */
export class Plan {
  length = 0;

  /** @param {number} floats @returns {number} */
  reserve(floats) {
    const place = this.length;
    this.length += Math.ceil(floats / 16) * 16;
    return place;
  }
}

/**
 * All the numbers in a structure, moved by the same distance.
 * @template T
 * @param {T} places
 * @param {number} by
 * @returns {T}
 */
export function offset(places, by) {
  if (typeof places === "number") return /** @type {any} */ (places + by);
  if (Array.isArray(places)) return /** @type {any} */ (places.map((each) => offset(each, by)));
  return /** @type {any} */ (
    Object.fromEntries(Object.entries(places).map(([name, each]) => [name, offset(each, by)]))
  );
}
