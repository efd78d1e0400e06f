/** What a character model wrote at moments of its training: `timeline.safetensors` and `history.json`. */
import { isRecord } from "../checks.js";
import { cut } from "../sheets.js";
import { TensorFile } from "../tensor-file.js";
import { fetchHistory, isMeasured, readMeasures, readSteps } from "../timeline.js";

/**
 * @typedef {object} TextTimeline
 * @property {number[]} steps of the moments, ascending
 * @property {string[]} texts what the model wrote at each, the prompt not included
 * @property {string} prompt @property {number} seed @property {number} temperature
 * @property {Map<string, import("../sheets.js").SheetSequence>} sheets none: there are no pictures
 * @property {Map<string, import("../timeline.js").Measure>} measures
 * @property {import("../timeline.js").History} history
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @returns {Promise<TextTimeline>}
 * @throws {import("../errors.js").ModelError} naming file, key and expectation
 */
export async function openTextTimeline(folder) {
  const [tensors, history] = await Promise.all([
    TensorFile.open(`${folder}timeline.safetensors`),
    fetchHistory(`${folder}history.json`),
  ]);
  const { prompt, seed, temperature, measures } = readDescription(tensors);
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

function readDescription(/** @type {TensorFile} */ tensors) {
  try {
    /** @type {unknown} */
    const description = JSON.parse(tensors.metadata.timeline);
    if (isDescribed(description)) return description;
  } catch {
    // Falls through to the one message for every way to be wrong.
  }
  return tensors.refuse("runtime.timelineDescription", {});
}

/**
 * @typedef {Record<string, import("../timeline.js").MeasureDescription>} Descriptions
 *
 * @param {unknown} content
 * @returns {content is {prompt: string, seed: number, temperature: number, measures: Descriptions}}
 */
function isDescribed(content) {
  if (!isRecord(content)) return false;
  const { kind, prompt, seed, temperature, measures } = content;
  const drawn = Number.isSafeInteger(seed) && Number(seed) >= 0 && typeof temperature === "number" && temperature >= 0;
  const texts = kind === "texts" && typeof prompt === "string" && drawn;
  return texts && isRecord(measures) && Object.values(measures).every(isMeasured);
}

function readTexts(/** @type {TensorFile} */ tensors, /** @type {number} */ count) {
  const offsets = tensors.take("text.offsets", [count + 1], BigInt64Array);
  const bytes = tensors.take("text.bytes", [null], Uint8Array);
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
