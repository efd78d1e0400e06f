/** A character model writes; `explorer/probes/writing.py` writes the same text with the same seed and settings. */
import { ModelError } from "../errors.js";
import { uniformAt } from "../philox.js";

/** Stream of the seeded generator. */
const WRITING = 20;

/**
 * @typedef {object} WritingSettings
 * @property {number} seed integer in [0, 2⁵³); character n is picked by uniform n of stream 20
 * @property {number} [temperature] 0 takes the most probable token, 1 what the model says, more makes all more alike
 * @property {number} [topK] only so many of the most probable tokens (Fan et al. 2018); 0 for all
 * @property {number} [topP] of those the fewest whose probability reaches this share (Holtzman et al. 2020), in (0, 1]
 * @property {import("./clamps.js").Clamp[]} [clamps] in every step that the writer takes; the given state is what it is
 *
 * @typedef {object} WrittenCharacter
 * @property {number} token
 * @property {string} character
 * @property {number} probability what the model said of it, token 0 included, before temperature and truncation
 * @property {import("./language.js").Step} step the model's, once it has read the character
 */

/**
 * @param {import("./language.js").Language} language
 * @param {import("./language.js").State} state to go on from; left as it is
 * @param {WritingSettings} settings
 * @returns {{next: () => WrittenCharacter}}
 * @throws {ModelError} `runtime.seed`, `gates.error_temperature`, `gates.error_top_k`, `gates.error_top_p`, or for
 *   clamps that do not fit
 */
export function createWriter(language, state, { seed, temperature = 1, topK = 0, topP = 1, clamps = [] }) {
  checkSettings({ temperature, topK, topP });
  uniformAt(seed, WRITING, 0);
  let position = 0;
  let before = state;
  let hidden = language.hidden(state);
  function next() {
    const logits = language.logits(hidden);
    const token = pick(logits, uniformAt(seed, WRITING, position), temperature, topK, topP);
    const step = language.step(before, token, clamps);
    position++;
    [before, hidden] = [step.state, language.hidden(step.state)];
    return { token, character: language.vocabulary[token], probability: language.probabilities(logits)[token], step };
  }
  return { next };
}

/** @param {{temperature: number, topK: number, topP: number}} settings */
export function checkSettings({ temperature, topK, topP }) {
  if (!(Number.isFinite(temperature) && temperature >= 0))
    throw new ModelError("gates.error_temperature", { found: temperature });
  if (!(Number.isSafeInteger(topK) && topK >= 0)) throw new ModelError("gates.error_top_k", { found: topK });
  if (!(topP > 0 && topP <= 1)) throw new ModelError("gates.error_top_p", { found: topP });
}

/**
 * The token that a uniform picks; never token 0.
 * @param {Float32Array} logits (V)
 * @param {number} uniform in (0, 1)
 * @param {number} temperature @param {number} topK @param {number} topP
 * @returns {number}
 */
export function pick(logits, uniform, temperature, topK, topP) {
  let best = 1;
  for (let token = 2; token < logits.length; token++) if (logits[token] > logits[best]) best = token;
  if (temperature === 0) return best;
  const weights = new Float64Array(logits.length); // none for token 0
  for (let token = 1; token < weights.length; token++)
    weights[token] = Math.exp((logits[token] - logits[best]) / temperature);
  if (topK > 0 || topP < 1) keepMostProbable(weights, topK, topP);
  let total = 0;
  for (const weight of weights) total += weight;
  let cumulated = 0;
  let last = best;
  for (let token = 1; token < weights.length; token++) {
    if (weights[token] === 0) continue;
    cumulated += weights[token];
    last = token;
    if (cumulated > uniform * total) break;
  }
  return last;
}

/** Set the weights of all other tokens to zero. */
function keepMostProbable(/** @type {Float64Array} */ weights, /** @type {number} */ topK, /** @type {number} */ topP) {
  const order = Array.from({ length: weights.length - 1 }, (_, index) => index + 1).sort(
    (a, b) => weights[b] - weights[a] || a - b,
  );
  const first = topK === 0 ? order : order.slice(0, topK);
  const total = first.reduce((sum, token) => sum + weights[token], 0);
  let [cumulated, count] = [0, 0];
  while (count < first.length && cumulated < topP * total) cumulated += weights[first[count++]];
  for (const token of order.slice(Math.max(count, 1))) weights[token] = 0;
}
