/** Two writers side by side: the same model, state, seed and settings, without clamps and with them. No DOM. */

import { createWriter } from "../../../runtime/recurrent/writer.js";

/**
 * @typedef {{characters: string[]}} Stream what was written so far
 * @typedef {{before: Stream, after: Stream}} Streams without the clamps and with them
 * @typedef {import("./clamps.js").Clamp} Clamp
 */

/**
 * Write on from a state. Clamps hold from the first step after it: what the model had made of the text before is left
 * alone, so that the first character is the same in both.
 * @param {import("../../../runtime/recurrent/language.js").Language} language
 * @param {import("../../../runtime/recurrent/language.js").State} state to write on from; left as it is
 * @param {import("../../../parts/writing-settings.js").Writing} settings
 * @param {Clamp[]} clamps
 * @param {number} count characters
 * @param {Streams} streams filled as the characters come
 * @returns {Generator<void, void, void>}
 */
export function* writeBoth(language, state, settings, clamps, count, { before, after }) {
  const free = createWriter(language, state, settings);
  const held = clamps.length ? createWriter(language, state, { ...settings, clamps }) : null;
  for (let written = 0; written < count; written += 1) {
    before.characters.push(free.next().character);
    if (held) after.characters.push(held.next().character);
    yield;
  }
}
