/** Two writers side by side: the same model, state, seed and settings, without clamps and with them. No DOM. */

import { createWriter } from "../../../runtime/recurrent/writer.js";

/**
 * @typedef {{characters: string[]}} Stream what was written so far
 * @typedef {import("./clamps.js").Clamp} Clamp
 */

/**
 * Write on from a state. Clamps hold from the first step after it: what the model had made of the text before is left alone,
 * so that the first character is the same in both.
 * @param {import("../../../runtime/recurrent/language.js").Language} language
 * @param {() => object} state gives a state to write on from, a fresh one each time
 * @param {import("../state.js").Writing} settings
 * @param {Clamp[]} clamps
 * @param {number} count characters
 * @param {{before: Stream, after: Stream}} streams filled as the characters come
 * @returns {Generator<void, void, void>}
 */
export function* writeBoth(language, state, settings, clamps, count, { before, after }) {
  const free = createWriter(language, state(), settings);
  const held = clamps.length ? createWriter(language, state(), { ...settings, clamps }) : null;
  for (let written = 0; written < count; written += 1) {
    before.characters.push(free.next().character);
    if (held) after.characters.push(held.next().character);
    yield;
  }
}
