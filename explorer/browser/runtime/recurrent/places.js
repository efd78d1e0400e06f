/** Where things lie in the kernels' memory. */
import { isRecord } from "../checks.js";

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
 * All the numbers in a structure of records and lists, moved by the same distance.
 * @template T
 * @param {T} places
 * @param {number} by
 * @returns {T}
 */
export function offset(places, by) {
  return /** @type {T} */ (moved(places, by)); // what `moved` gives has the structure that it was given
}

/** @param {unknown} places @param {number} by @returns {unknown} */
function moved(places, by) {
  if (typeof places === "number") return places + by;
  if (Array.isArray(places)) return places.map((each) => moved(each, by));
  if (!isRecord(places)) throw new TypeError("expected numbers, records and lists");
  return Object.fromEntries(Object.entries(places).map(([name, each]) => [name, moved(each, by)]));
}
