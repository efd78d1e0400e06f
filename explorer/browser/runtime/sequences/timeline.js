/** What a sequence model made at moments of its training: `timeline.safetensors` and `history.json`. */
import { isCount, isFiniteNumber, isRecord } from "../checks.js";
import { TensorFile } from "../tensor-file.js";
import { fetchHistory, isMeasured, readHistograms, readMeasures, readSteps } from "../timeline.js";
import { END } from "./form.js";

/**
 * @typedef {object} SequenceTimeline
 * @property {number[]} steps of the moments, ascending
 * @property {import("./form.js").Form} form
 * @property {number} count M, sequences at each moment: those of the seeds 0 to M − 1
 * @property {number | null} temperature at which notes were drawn
 * @property {(moment: number, index: number) => import("./form.js").Sequence} sequence a melody up to its end
 * @property {ArrayLike<number> | null} labels (M) classes
 * @property {{fake(moment: number, index: number): Float32Array, real(moment: number): Float32Array} | null} judged D's
 *   raw output (N) at each step of a sequence, and its mean over held-out ones
 * @property {import("../timeline.js").Histograms | null} histograms
 * @property {Map<string, import("../sheets.js").SheetSequence>} sheets none: there are no pictures
 * @property {Map<string, import("../timeline.js").Measure>} measures
 * @property {import("../timeline.js").History} history
 * @property {"sequences" | "notes"} subject what measures were taken on
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {import("./form.js").Form} form
 * @returns {Promise<SequenceTimeline>}
 * @throws {import("../errors.js").ModelError} naming file, tensor and expectation
 */
export async function openSequenceTimeline(folder, form) {
  const [tensors, history] = await Promise.all([
    TensorFile.open(`${folder}timeline.safetensors`),
    fetchHistory(`${folder}history.json`),
  ]);
  const { seeds: count, temperature, measures } = readDescription(tensors);
  const steps = readSteps(tensors);
  const judged = tensors.has("judgement.fake");
  return {
    steps,
    form,
    count,
    temperature,
    sequence:
      form.kind === "signal"
        ? readSignals(tensors, steps.length, count, form.length)
        : readNotes(tensors, steps.length, count, form),
    labels: tensors.has("label") ? tensors.take("label", [count], Int16Array) : null,
    judged: judged ? readJudgement(tensors, steps.length, count, form.length) : null,
    histograms: readHistograms(tensors, steps.length),
    sheets: new Map(),
    measures: readMeasures(tensors, steps.length, measures),
    history,
    subject: judged ? "sequences" : "notes",
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
 * @returns {content is {seeds: number, temperature: number | null, measures: Descriptions}}
 */
function isDescribed(content) {
  if (!isRecord(content)) return false;
  const { kind, seeds, temperature, measures } = content;
  const drawn = isCount(seeds) && (temperature === null || (isFiniteNumber(temperature) && temperature >= 0));
  return kind === "sequences" && drawn && isRecord(measures) && Object.values(measures).every(isMeasured);
}

/**
 * @param {TensorFile} tensors
 * @param {number} moments
 * @param {number} count
 * @param {number} length of a signal
 * @returns {SequenceTimeline["sequence"]}
 */
function readSignals(tensors, moments, count, length) {
  const samples = tensors.take("samples", [moments, count, length], Float32Array);
  return (moment, index) => ({ values: samples.subarray(...row(moment * count + index, length)), notes: null });
}

/**
 * A moment may keep fewer notes than a melody may have.
 * @param {TensorFile} tensors
 * @param {number} moments
 * @param {number} count
 * @param {import("./form.js").NotesForm} form
 * @returns {SequenceTimeline["sequence"]}
 */
function readNotes(tensors, moments, count, form) {
  const pitch = tensors.take("pitch", [moments, count, null], Uint8Array);
  const kept = pitch.length / (moments * count);
  const duration = tensors.take("duration", [moments, count, kept], Uint8Array);
  if (pitch.some((token) => token >= form.pitchTokens))
    tensors.refuse("runtime.tokens", { tensor: "pitch", expected: form.pitchTokens });
  if (duration.some((token) => token >= form.durationTokens))
    tensors.refuse("runtime.tokens", { tensor: "duration", expected: form.durationTokens });
  return (moment, index) => {
    const pitches = pitch.subarray(...row(moment * count + index, kept));
    const durations = duration.subarray(...row(moment * count + index, kept));
    const end = pitches.indexOf(END);
    const length = end < 0 ? kept : end;
    const tokens = {
      pitch: Int32Array.from(pitches.subarray(0, length)),
      duration: Int32Array.from(durations.subarray(0, length)),
    };
    return { values: null, notes: form.notes(tokens) };
  };
}

function readJudgement(
  /** @type {TensorFile} */ tensors,
  /** @type {number} */ moments,
  /** @type {number} */ count,
  /** @type {number} */ length,
) {
  const fake = tensors.take("judgement.fake", [moments, count, length], Float32Array);
  const real = tensors.take("judgement.real", [moments, length], Float32Array);
  return {
    fake: (/** @type {number} */ moment, /** @type {number} */ index) =>
      fake.subarray(...row(moment * count + index, length)),
    real: (/** @type {number} */ moment) => real.subarray(...row(moment, length)),
  };
}

/**
 * Where a row is among the numbers of a matrix.
 * @param {number} index
 * @param {number} length
 * @returns {[number, number]}
 */
function row(index, length) {
  return [index * length, (index + 1) * length];
}
