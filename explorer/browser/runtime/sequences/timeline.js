/** What a sequence model made at moments of its training: `timeline.safetensors` and `history.json`. */
import { openSafetensors } from "../safetensors.js";
import { Tensors, fetchHistory, isMeasured, readHistograms, readMeasures, readSteps } from "../timeline.js";
import { END } from "./form.js";

/**
 * @typedef {object} SequenceTimeline
 * @property {number[]} steps of the moments, ascending
 * @property {import("./form.js").SignalForm | import("./form.js").NotesForm} form
 * @property {number} count M, sequences at each moment: those of the seeds 0 to M − 1
 * @property {number | null} temperature at which notes were drawn
 * @property {(moment: number, index: number) => Float32Array} values of a signal (N)
 * @property {(moment: number, index: number) => import("./form.js").Tokens} tokens of a melody, up to its end
 * @property {ArrayLike<number> | null} labels (M) classes
 * @property {{fake(moment: number, index: number): Float32Array, real(moment: number): Float32Array} | null} judged D's
 *   raw output (N) at each step of a sequence, and its mean over held-out ones
 * @property {import("../timeline.js").Histograms | null} histograms
 * @property {Map<string, never>} sheets none: there are no pictures
 * @property {Map<string, import("../timeline.js").Measure>} measures
 * @property {import("../timeline.js").History} history
 * @property {"sequences" | "notes"} subject what measures were taken on
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {import("./form.js").SignalForm | import("./form.js").NotesForm} form
 * @returns {Promise<SequenceTimeline>}
 * @throws {import("../errors.js").ModelError} naming file, tensor and expectation
 */
export async function openSequenceTimeline(folder, form) {
  const url = `${folder}timeline.safetensors`;
  const [file, history] = await Promise.all([openSafetensors(url), fetchHistory(`${folder}history.json`)]);
  const tensors = new Tensors(new URL(url, globalThis.location?.href).pathname, await file.read(file.tensors.keys()));
  const { seeds: count, temperature, measures } = readDescription(file.metadata.timeline, tensors);
  const steps = readSteps(tensors);
  const judged = tensors.has("judgement.fake");
  return {
    steps,
    form,
    count,
    temperature,
    ...(form.kind === "signal"
      ? readSignals(tensors, steps.length, count, form)
      : readNotes(tensors, steps.length, count, form)),
    labels: tensors.has("label") ? tensors.take("label", [count]) : null,
    judged: judged ? readJudgement(tensors, steps.length, count, form.length) : null,
    histograms: readHistograms(tensors, steps.length),
    sheets: new Map(),
    measures: readMeasures(tensors, steps.length, measures),
    history,
    subject: judged ? "sequences" : "notes",
  };
}

function readDescription(/** @type {string | undefined} */ text, /** @type {Tensors} */ tensors) {
  try {
    const description = JSON.parse(text ?? "");
    const { kind, seeds, temperature, measures } = description;
    const drawn = Number.isInteger(seeds) && seeds > 0 && (temperature === null || temperature >= 0);
    if (kind === "sequences" && drawn && Object.values(measures).every(isMeasured)) return description;
  } catch {
    // Falls through to the one message for every way to be wrong.
  }
  return tensors.refuse("runtime.timelineDescription", {});
}

function readSignals(
  /** @type {Tensors} */ tensors,
  /** @type {number} */ moments,
  /** @type {number} */ count,
  { length },
) {
  const samples = tensors.take("samples", [moments, count, length]);
  return {
    values: (/** @type {number} */ moment, /** @type {number} */ index) => row(samples, moment * count + index, length),
  };
}

/** A moment may keep fewer notes than a melody may have. */
function readNotes(
  /** @type {Tensors} */ tensors,
  /** @type {number} */ moments,
  /** @type {number} */ count,
  { pitchTokens, durationTokens },
) {
  const kept = tensors.length("pitch") / (moments * count);
  const [pitch, duration] = ["pitch", "duration"].map((name) => tensors.take(name, [moments, count, kept]));
  if (pitch.some((token) => token >= pitchTokens))
    tensors.refuse("runtime.tokens", { tensor: "pitch", expected: pitchTokens });
  if (duration.some((token) => token >= durationTokens))
    tensors.refuse("runtime.tokens", { tensor: "duration", expected: durationTokens });
  return {
    tokens: (/** @type {number} */ moment, /** @type {number} */ index) => {
      const pitches = row(pitch, moment * count + index, kept);
      const end = pitches.indexOf(END);
      const length = end < 0 ? kept : end;
      return {
        pitch: Int32Array.from(pitches.subarray(0, length)),
        duration: Int32Array.from(row(duration, moment * count + index, kept).subarray(0, length)),
      };
    },
  };
}

function readJudgement(
  /** @type {Tensors} */ tensors,
  /** @type {number} */ moments,
  /** @type {number} */ count,
  /** @type {number} */ length,
) {
  const fake = tensors.take("judgement.fake", [moments, count, length]);
  const real = tensors.take("judgement.real", [moments, length]);
  return {
    fake: (/** @type {number} */ moment, /** @type {number} */ index) => row(fake, moment * count + index, length),
    real: (/** @type {number} */ moment) => row(real, moment, length),
  };
}

/**
 * @template {Float32Array | Uint8Array} Values
 * @param {Values} values
 * @param {number} index
 * @param {number} length
 * @returns {Values} a view
 */
function row(values, index, length) {
  return /** @type {Values} */ (values.subarray(index * length, (index + 1) * length));
}
