/** What a link says about the Sample view of a character model. */
import { HOTTEST, LARGEST_SEED, SMALLEST_SHARE, USUAL_WRITING } from "../../parts/writing-settings.js";

export const LONGEST_PROMPT = 1000; // characters
export const MOST_CHARACTERS = 5000;
export const MOST_COLUMNS = 4;
const USUAL_COUNT = 500;
const USUAL_COLUMNS = 2;

/**
 * @typedef {import("../../parts/writing-settings.js").Writing & {prompt: string, count: number, columns: number}} Settings `columns` seeds are shown side
 *   by side: seed, seed + 1, …
 */

/**
 * @param {Record<string, string>} state entries of the query string
 * @param {string} prompt of the model
 * @param {number} size of its vocabulary
 * @returns {{settings: Settings, refused: {name: string, value: string, expected: string}[]}}
 */
export function readSettings(state, prompt, size) {
  /** @type {Settings} */
  const settings = { ...USUAL_WRITING, prompt, count: USUAL_COUNT, columns: USUAL_COLUMNS };
  /** @type {{name: string, value: string, expected: string}[]} */
  const refused = [];
  const take = (
    /** @type {string} */ entry,
    /** @type {keyof Settings} */ name,
    /** @type {number} */ low,
    /** @type {number} */ high,
    whole = true,
  ) => {
    const text = state[entry];
    if (text === undefined) return;
    const value = text.trim() === "" ? NaN : Number(text);
    if (value >= low && value <= high && (!whole || Number.isInteger(value)))
      Object.assign(settings, { [name]: value });
    else refused.push({ name: entry, value: text, expected: `${low} … ${high}` });
  };
  take("seed", "seed", 0, LARGEST_SEED);
  take("temperature", "temperature", 0, HOTTEST, false);
  take("topk", "topK", 0, size);
  take("topp", "topP", SMALLEST_SHARE, 1, false);
  take("count", "count", 1, MOST_CHARACTERS);
  take("columns", "columns", 1, MOST_COLUMNS);
  if (state.prompt !== undefined) {
    const fits = Array.from(state.prompt).length <= LONGEST_PROMPT;
    if (fits) settings.prompt = state.prompt;
    else refused.push({ name: "prompt", value: state.prompt, expected: `≤ ${LONGEST_PROMPT}` });
  }
  return { settings, refused };
}

/**
 * The entries that restore the settings; null where one is the default.
 * @param {Settings} settings
 * @param {string} prompt of the model
 * @returns {Record<string, string | null>}
 */
export function writeSettings(settings, prompt) {
  const usual = { ...USUAL_WRITING, prompt, count: USUAL_COUNT, columns: USUAL_COLUMNS };
  const entries = {
    seed: "seed",
    temperature: "temperature",
    topk: "topK",
    topp: "topP",
    count: "count",
    columns: "columns",
    prompt: "prompt",
  };
  return Object.fromEntries(
    Object.entries(entries).map(([entry, name]) => [
      entry,
      settings[name] === usual[name] ? null : String(settings[name]),
    ]),
  );
}

/**
 * The command that writes the same text.
 * @param {string} model its name
 * @param {Settings} settings
 * @param {number} seed
 * @returns {string}
 */
export function command(model, { prompt, count, temperature, topK, topP }, seed) {
  const quoted = `'${prompt.replaceAll("'", `'\\''`)}'`;
  const options = [
    `--seed ${seed}`,
    `--count ${count}`,
    `--temperature ${temperature}`,
    ...(topK > 0 ? [`--top-k ${topK}`] : []),
    ...(topP < 1 ? [`--top-p ${topP}`] : []),
    `--prompt=${quoted}`, // with "=", or a prompt that begins with a dash would be taken for an option
  ];
  return `explorer sample ${model} ${options.join(" ")}`;
}
