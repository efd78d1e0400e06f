/**
 * What a model's sequences are: samples of a signal in its unit, or notes as tokens; `explorer/families/sequences.py`
 * says the same.
 */
import { isAscending, isFiniteNumber, isRecord } from "../checks.js";
import { ModelError } from "../errors.js";
import { schedule } from "../sound/notes.js";
import { renderCurve, renderNotes } from "../sound/synthesis.js";

export const PLAYED = 2.5; // seconds of sound that a signal becomes, whatever time it spans

/** Pitch tokens that are no pitch; duration token 0 belongs to the end. */
export const END = 0;
export const REST = 1;
const FIRST_PITCH = 2;
const LONGEST = 512; // steps
const IN_KEY = Object.freeze([0, 2, 4, 5, 7, 9, 11]); // pitch classes of C major
const OCTAVE = 12;

/**
 * @typedef {{pitch: Int32Array, duration: Int32Array}} Tokens one of each for every note; the end is not among them
 * @typedef {import("../sound/notes.js").Note} Note
 * @typedef {{values: Float32Array | null, notes: Note[] | null}} Sequence a signal, in its unit, or a melody
 * @typedef {Sequence & {kind: "fake" | "real" | "own"}} Drawn
 * @typedef {SignalForm | NotesForm} Form
 */

/** One number a step. */
export class SignalForm {
  /** @readonly */
  kind = "signal";
  channels = 1;

  /** @param {{length: number, rate: number, unit: string, offset?: number, scale?: number}} described */
  constructor({ length, rate, unit, offset = 0, scale = 1 }) {
    this.length = length;
    this.rate = rate;
    this.unit = unit;
    this.offset = offset;
    this.scale = scale;
    /** What y, from −1 to 1, covers. */
    this.range = { low: offset - scale, high: offset + scale };
  }

  /** In `unit`, for what a network gives. @param {Float32Array} numbers (N) @returns {Float32Array} (N) */
  values(numbers) {
    return numbers.map((y) => this.offset + this.scale * y);
  }

  /** The inverse of `values`. @param {Float32Array} values (N) @returns {Float32Array} (N) */
  numbers(values) {
    return values.map((value) => (value - this.offset) / this.scale);
  }

  /** Where a time of the sound is in the picture, in milliseconds of the signal. @param {number} seconds */
  place(seconds) {
    return (seconds / PLAYED) * ((1000 * (this.length - 1)) / this.rate);
  }

  /** What is heard, at `RATE`. @param {Sequence} sequence */
  sound({ values }) {
    return values ? renderCurve(values, this.range, PLAYED) : new Float32Array(0);
  }
}

/** A pitch and a duration a step. */
export class NotesForm {
  /** @readonly */
  kind = "notes";

  /** @param {{length: number, pitches: number[], durations: number[], tempo: number}} described */
  constructor({ length, pitches, durations, tempo }) {
    this.length = length;
    this.pitches = pitches;
    this.durations = durations;
    this.tempo = tempo;
    this.pitchTokens = FIRST_PITCH + pitches.length;
    this.durationTokens = durations.length;
    this.channels = this.pitchTokens + this.durationTokens;
  }

  /** @param {Tokens} tokens @returns {Note[]} */
  notes({ pitch, duration }) {
    return Array.from(pitch, (token, i) => ({
      pitch: token < FIRST_PITCH ? null : this.pitches[token - FIRST_PITCH],
      quarters: this.durations[duration[i]],
    }));
  }

  /** Where a time of the sound is in the picture, in quarter notes. @param {number} seconds */
  place(seconds) {
    return (seconds * this.tempo) / 60;
  }

  /** What is heard, at `RATE`. @param {Sequence} sequence */
  sound({ notes }) {
    return renderNotes(schedule(notes ?? [], this.tempo));
  }

  /** One-hot (T, P + D), as D reads them. @param {Tokens} tokens @returns {Float32Array} */
  numbers({ pitch, duration }) {
    const numbers = new Float32Array(pitch.length * this.channels);
    pitch.forEach((token, t) => {
      numbers[t * this.channels + token] = 1;
      numbers[t * this.channels + this.pitchTokens + duration[t]] = 1;
    });
    return numbers;
  }

  /**
   * A melody from elsewhere in the model's tokens: moved as a whole by semitones, the fewest of those moves that bring
   * most notes into the model's range and key; what still lies outside by octaves; each length to the nearest that
   * there is; cut after the greatest length.
   * @param {Note[]} notes
   * @returns {{tokens: Tokens, moved: number, octaves: number, rounded: number, rests: number, left: number}} semitones
   *   of the move, and numbers of notes: moved by octaves, of another length than they had, rests of another length
   *   than they had, and left out
   */
  encode(notes) {
    const kept = notes.slice(0, this.length);
    const moved = this.#bestMove(kept.flatMap(({ pitch }) => (pitch === null ? [] : [pitch])));
    let [octaves, rounded, rests] = [0, 0, 0];
    const pitch = Int32Array.from(kept, ({ pitch: number }) => {
      if (number === null) return REST;
      const found = this.#nearest(number + moved);
      if (found !== number + moved) octaves++;
      return FIRST_PITCH + this.pitches.indexOf(found);
    });
    const duration = Int32Array.from(kept, ({ pitch: number, quarters }) => {
      const token = nearestIndex(this.durations, quarters, 1);
      const other = Math.abs(this.durations[token] - quarters) > 1e-6;
      if (other && number === null) rests++;
      else if (other) rounded++;
      return token;
    });
    return { tokens: { pitch, duration }, moved, octaves, rounded, rests, left: notes.length - kept.length };
  }

  #bestMove(/** @type {number[]} */ pitches) {
    const score = (/** @type {number} */ move) =>
      pitches.filter((pitch) => this.pitches.includes(pitch + move) && IN_KEY.includes((pitch + move) % OCTAVE)).length;
    const moves = Array.from({ length: 4 * OCTAVE + 1 }, (_, i) => (i % 2 ? (i + 1) / 2 : -i / 2)); // 0, 1, −1, 2, …
    return moves.reduce((best, move) => (score(move) > score(best) ? move : best), 0);
  }

  /** The model's pitch nearest to a number, of those of its pitch class where there is one. */
  #nearest(/** @type {number} */ number) {
    if (this.pitches.includes(number)) return number;
    const alike = this.pitches.filter((pitch) => (pitch - number) % OCTAVE === 0);
    const among = alike.length > 0 ? alike : this.pitches;
    return among[nearestIndex(among, number, 0)];
  }
}

function nearestIndex(/** @type {number[]} */ values, /** @type {number} */ value, /** @type {number} */ first) {
  let best = first;
  for (let i = first; i < values.length; i++)
    if (Math.abs(values[i] - value) < Math.abs(values[best] - value)) best = i;
  return best;
}

/**
 * @param {unknown} described `arguments.sequence` of `config.json`
 * @returns {Form}
 * @throws {ModelError} `runtime.config` where it is none
 */
export function readForm(described) {
  if (isSignal(described)) return new SignalForm(described);
  if (isMelody(described)) return new NotesForm(described);
  throw new ModelError("runtime.config", { file: "config.json", name: "arguments.sequence" });
}

const isAbove = (/** @type {unknown} */ value) => isFiniteNumber(value) && value > 0;
const isLength = (/** @type {unknown} */ value) =>
  Number.isInteger(value) && isAbove(value) && Number(value) <= LONGEST;
const isPitch = (/** @type {number} */ value) => Number.isInteger(value) && value >= 0 && value <= 127;

/** @param {unknown} list @returns {list is number[]} */
function rises(list) {
  return Array.isArray(list) && list.length > 0 && list.every(isFiniteNumber) && isAscending(list);
}

/** @param {unknown} described @returns {described is ConstructorParameters<typeof SignalForm>[0]} */
function isSignal(described) {
  if (!isRecord(described) || described.kind !== "signal" || !isLength(described.length)) return false;
  const { rate, unit, offset = 0, scale = 1 } = described;
  return isAbove(rate) && typeof unit === "string" && isFiniteNumber(offset) && isAbove(scale);
}

/** @param {unknown} described @returns {described is ConstructorParameters<typeof NotesForm>[0]} */
function isMelody(described) {
  if (!isRecord(described) || described.kind !== "notes" || !isLength(described.length)) return false;
  const { pitches, durations, tempo } = described;
  const timed = rises(durations) && durations.length > 1 && durations[0] === 0 && isAbove(tempo);
  return timed && rises(pitches) && pitches.every(isPitch);
}
