/** Two things that the same model did, compared place by place. No DOM. */

import { summarise } from "../../../runtime/recurrent/held-out.js";

/**
 * What clamps change in the mean surprise of a text, with its 95 % interval.
 *
 * Both read the same text, whose hard passages are hard for both: the spread that counts is that of the differences,
 * block by block, which is smaller than that of either.
 * @param {Float64Array} before surprises of each character, bits
 * @param {Float64Array} after of the same characters
 * @returns {import("../../../runtime/recurrent/held-out.js").Bits} of after − before
 */
export function pairedDifference(before, after) {
  return summarise(after.map((bits, t) => bits - before[t]));
}

/**
 * Where two texts part.
 * @param {readonly unknown[]} first
 * @param {readonly unknown[]} second
 * @returns {number} index of the first entry that differs, −1 while one goes on as the other does
 */
export function partingPlace(first, second) {
  const shared = Math.min(first.length, second.length);
  for (let i = 0; i < shared; i += 1) if (first[i] !== second[i]) return i;
  return -1;
}
