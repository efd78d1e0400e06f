/** Pieces of a file as one. */

/** @param {Uint8Array[]} parts @returns {Uint8Array<ArrayBuffer>} end to end */
export function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
