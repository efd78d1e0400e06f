/** What the Sample view of a character model keeps in the address. */

import { AddressCodec, real, text, whole } from "../../parts/address.js";
import { HOTTEST, LARGEST_SEED, SMALLEST_SHARE, USUAL_WRITING } from "../../parts/writing-settings.js";

export const LONGEST_PROMPT = 1000; // characters
export const MOST_CHARACTERS = 5000;
export const MOST_COLUMNS = 4;

/**
 * @typedef {import("../../parts/writing-settings.js").Writing} Writing
 * @typedef {Writing & {prompt: string, count: number, columns: number}} Settings `count` characters are written, and
 *   `columns` seeds shown side by side: seed, seed + 1, …
 * @typedef {{prompt: string, vocabulary: number}} Context the model's own prompt, and how many characters it knows
 */

/** @type {AddressCodec<Settings, Context>} */
export const address = new AddressCodec({
  seed: whole({ high: LARGEST_SEED, fallback: USUAL_WRITING.seed, keeps: true }),
  temperature: real({ low: 0, high: HOTTEST, fallback: USUAL_WRITING.temperature, keeps: true }),
  topK: whole({ entry: "topk", high: ({ vocabulary }) => vocabulary, fallback: USUAL_WRITING.topK, keeps: true }),
  topP: real({ entry: "topp", low: SMALLEST_SHARE, high: 1, fallback: USUAL_WRITING.topP, keeps: true }),
  count: whole({ low: 1, high: MOST_CHARACTERS, fallback: 500, keeps: true }),
  columns: whole({ low: 1, high: MOST_COLUMNS, fallback: 2, keeps: true }),
  prompt: text({ longest: LONGEST_PROMPT, fallback: ({ prompt }) => prompt, keeps: true }),
});
