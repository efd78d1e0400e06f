/** What a character model wrote at moments of its training: `timeline.safetensors` and `history.json`. */
import { openSafetensors } from "../safetensors.js";
import { cut } from "../sheets.js";
import { Tensors, fetchHistory, isMeasured, readMeasures, readSteps } from "../timeline.js";

/**
 * @typedef {object} TextTimeline
 * @property {number[]} steps of the moments, ascending
 * @property {string[]} texts what the model wrote at each, the prompt not included
 * @property {string} prompt @property {number} seed @property {number} temperature
 * @property {Map<string, never>} sheets none: there are no pictures
 * @property {Map<string, import("../timeline.js").Measure>} measures
 * @property {import("../timeline.js").History} history
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @returns {Promise<TextTimeline>}
 * @throws {import("../errors.js").ModelError} naming file, key and expectation
 */
export async function openTextTimeline(folder) {
  const url = `${folder}timeline.safetensors`;
  const [file, history] = await Promise.all([openSafetensors(url), fetchHistory(`${folder}history.json`)]);
  const tensors = new Tensors(new URL(url, globalThis.location?.href).pathname, await file.read(file.tensors.keys()));
  const { prompt, seed, temperature, measures } = readDescription(file.metadata.timeline, tensors);
  const steps = readSteps(tensors);
  return {
    steps,
    texts: readTexts(tensors, steps.length),
    prompt,
    seed,
    temperature,
    sheets: new Map(),
    measures: readMeasures(tensors, steps.length, measures),
    history,
  };
}

function readDescription(/** @type {string | undefined} */ text, /** @type {Tensors} */ tensors) {
  try {
    const description = JSON.parse(text ?? "");
    const { kind, prompt, seed, temperature, measures } = description;
    const drawn = Number.isSafeInteger(seed) && seed >= 0 && temperature >= 0;
    if (kind === "texts" && typeof prompt === "string" && drawn && Object.values(measures).every(isMeasured))
      return description;
  } catch {
    // Falls through to the one message for every way to be wrong.
  }
  return tensors.refuse("runtime.timelineDescription", {});
}

function readTexts(/** @type {Tensors} */ tensors, /** @type {number} */ count) {
  const offsets = tensors.take("text.offsets", [count + 1]);
  const bytes = tensors.take("text.bytes", [tensors.length("text.bytes")]);
  const parts = cut(bytes, offsets, (found) =>
    tensors.refuse("runtime.pictureOffsets", { tensor: "text.offsets", expected: bytes.length, found }),
  );
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return parts.map((part, moment) => {
    try {
      return decoder.decode(part);
    } catch {
      return tensors.refuse("runtime.momentText", { tensor: "text.bytes", moment });
    }
  });
}
