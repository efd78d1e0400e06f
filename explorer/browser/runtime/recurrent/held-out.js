/** How well a character model predicts a text: bits per character, without keeping the steps. */
import { compileClamps } from "./clamps.js";
import { BATCH } from "./engine.js";

const BLOCK = 100; // characters
const SLICE = 8; // milliseconds of computing between two chances for anything else
const NORMAL_QUANTILE = 1.959963984540054; // of 97.5 %

/**
 * @param {import("./language.js").Language} language
 * @param {string} text
 * @param {{clamps?: import("./clamps.js").Clamp[], signal?: AbortSignal, onProgress?: (done: number, count: number) =>
 *   void}} [options]
 * @returns {Promise<Bits & {surprises: Float64Array}>} and the surprise of each character, bits
 * @throws {RangeError} for an empty text
 */
export async function bitsPerCharacter(language, text, { clamps = [], signal, onProgress } = {}) {
  const { tokens } = language.read(text);
  if (tokens.length === 0) throw new RangeError("an empty text has no surprise");
  const compiled = compileClamps(language, clamps);
  const { engine } = language;
  const surprises = new Float64Array(tokens.length);
  let { values } = language.start(clamps);
  for (let t = 0; t < tokens.length;) {
    const deadline = performance.now() + SLICE;
    engine.clamp(compiled);
    engine.load(values);
    while (t < tokens.length && performance.now() < deadline) {
      const batch = tokens.subarray(t, t + BATCH);
      batch.forEach((token, slot) => {
        engine.placeOwn(slot);
        engine.advance(token);
      });
      engine.score(batch, surprises, t);
      t += batch.length;
    }
    values = engine.save();
    onProgress?.(t, tokens.length);
    if (t < tokens.length) await pause();
    signal?.throwIfAborted();
  }
  return { ...summarise(surprises), surprises };
}

/**
 * The mean of a text's surprises, or of what clamps change in them, character by character.
 * @typedef {{bits: number, low: number | null, high: number | null, count: number}} Bits mean over `count` characters,
 *   and a 95 % interval of the mean by the spread of whole blocks of 100; null for fewer than two blocks
 * @param {Float64Array} surprises bits
 * @returns {Bits}
 */
export function summarise(surprises) {
  const bits = mean(surprises);
  const blocks = Array.from({ length: Math.floor(surprises.length / BLOCK) }, (_, i) =>
    mean(surprises.subarray(i * BLOCK, (i + 1) * BLOCK)),
  );
  if (blocks.length < 2) return { bits, low: null, high: null, count: surprises.length };
  const centre = mean(blocks);
  const variance = blocks.reduce((sum, each) => sum + (each - centre) ** 2, 0) / (blocks.length - 1);
  const half = NORMAL_QUANTILE * Math.sqrt(variance / blocks.length);
  return { bits, low: bits - half, high: bits + half, count: surprises.length };
}

function mean(/** @type {ArrayLike<number>} */ values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Let the page do something else. Not a timer: nested ones wait for at least 4 ms. */
function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
