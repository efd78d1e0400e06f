/**
 * A Standard MIDI File (MIDI Manufacturers Association 1996, RP-001) → what it sounds. Files come from anywhere: every
 * length is checked before it is followed, and what is wrong is said in words.
 */
import { ModelError } from "../runtime/errors.js";

export const LARGEST_FILE = 1_000_000; // bytes
export const LONGEST_MINUTES = 30;
const USUAL_TEMPO = 500_000; // microseconds of a quarter note, where the file does not say
const DRUMS = 9; // channel whose notes are instruments, not pitches

/**
 * @typedef {object} Sounding
 * @property {number} pitch MIDI number
 * @property {number} start quarter notes from the beginning
 * @property {number} stop
 *
 * @typedef {{notes: Sounding[], tempo: number}} MidiFile notes by start; the tempo of the beginning, in quarter notes a
 *   minute
 */

/**
 * @param {Uint8Array} bytes
 * @returns {MidiFile}
 * @throws {ModelError} `sound.midi_none`, `sound.midi_damaged`, `sound.midi_large`, `sound.midi_kind`,
 *   `sound.midi_long`, `sound.midi_empty`
 */
export function readMidi(bytes) {
  if (bytes.length > LARGEST_FILE)
    throw new ModelError("sound.midi_large", { found: bytes.length, most: LARGEST_FILE });
  const reader = new Reader(bytes, 0, bytes.length);
  if (bytes.length < 14 || reader.name() !== "MThd") throw new ModelError("sound.midi_none", {});
  const header = reader.part(reader.number(4));
  const [format, , division] = [header.number(2), header.number(2), header.number(2)];
  // Format 2 holds independent patterns; a division with its highest bit set counts film frames.
  if (format > 1 || division === 0 || division >= 0x8000) throw new ModelError("sound.midi_kind", { format, division });
  /** @type {Event[]} */
  const events = [];
  while (reader.left >= 8) {
    const name = reader.name();
    const content = reader.part(reader.number(4));
    if (name === "MTrk") readTrack(content, events);
  }
  events.sort((a, b) => a.tick - b.tick);
  const found = collect(events, division);
  if (found.minutes > LONGEST_MINUTES)
    throw new ModelError("sound.midi_long", { found: Math.round(found.minutes), most: LONGEST_MINUTES });
  if (found.notes.length === 0) throw new ModelError("sound.midi_empty", {});
  return { notes: found.notes, tempo: found.tempo };
}

/**
 * One voice: at every time the highest note that sounds and began last, and rests where nothing does.
 * @param {Sounding[]} notes by start
 * @returns {import("../runtime/sound/notes.js").Note[]} from the first note on
 */
export function topLine(notes) {
  const starts = [...new Set(notes.map(({ start }) => start))];
  const highest = new Map(notes.map(({ start }) => [start, notes[0]]));
  for (const note of notes) {
    const known = highest.get(note.start);
    if (known?.start !== note.start || note.pitch > known.pitch) highest.set(note.start, note);
  }
  /** @type {import("../runtime/sound/notes.js").Note[]} */
  const line = [];
  starts.forEach((start, i) => {
    const { pitch, stop } = /** @type {Sounding} */ (highest.get(start));
    const next = starts[i + 1] ?? stop;
    line.push({ pitch, quarters: Math.min(stop, next) - start });
    if (next > stop) line.push({ pitch: null, quarters: next - stop });
  });
  return line;
}

/** @typedef {{tick: number, pitch?: number, channel?: number, on?: boolean, tempo?: number}} Event */

/** Notes, their loudness and the tempo; all else is passed over. */
function readTrack(/** @type {Reader} */ track, /** @type {Event[]} */ events) {
  let [tick, status] = [0, 0];
  while (track.left > 0) {
    tick += track.variableLength();
    if (track.peek() >= 0x80) status = track.number(1);
    else if (status < 0x80 || status >= 0xf0) track.refuse(); // a running status that never began
    if (status < 0xf0) readMessage(track, status, tick, events);
    else if (status === 0xf0 || status === 0xf7) track.part(track.variableLength());
    else if (status !== 0xff)
      track.refuse(); // not a message that a file may hold
    else if (readMeta(track, tick, events)) return;
  }
}

/** @param {Reader} track @param {number} status @param {number} tick @param {Event[]} events */
function readMessage(track, status, tick, events) {
  const [kind, channel] = [status >> 4, status & 15];
  if (kind === 0x9 || kind === 0x8) {
    const [pitch, velocity] = [track.data(), track.data()];
    events.push({ tick, channel, pitch, on: kind === 0x9 && velocity > 0 });
    return;
  }
  const numbers = kind === 0xc || kind === 0xd ? 1 : 2;
  for (let rest = numbers; rest > 0; rest--) track.data();
}

/** @param {Reader} track @param {number} tick @param {Event[]} events @returns {boolean} whether the track ends here */
function readMeta(track, tick, events) {
  const type = track.number(1);
  const content = track.part(track.variableLength());
  if (type === 0x51) events.push({ tick, tempo: content.number(3) });
  if (type === 0x2f) events.push({ tick }); // where what still sounds ends
  return type === 0x2f;
}

/** Events in the order of time → notes, and how long it all lasts. */
function collect(/** @type {Event[]} */ events, /** @type {number} */ division) {
  /** @type {Sounding[]} */
  const notes = [];
  /** @type {Map<number, number>} channel and pitch → tick of the start */
  const open = new Map();
  const close = (/** @type {number} */ key, /** @type {number} */ tick) => {
    const start = open.get(key);
    open.delete(key);
    if (start !== undefined && tick > start)
      notes.push({ pitch: key % 128, start: start / division, stop: tick / division });
  };
  let [seconds, before, tempo] = [0, 0, USUAL_TEMPO];
  for (const { tick, pitch, channel = 0, on, tempo: next } of events) {
    seconds += ((tick - before) / division) * (tempo / 1e6);
    before = tick;
    if (next !== undefined)
      tempo = next || tempo; // none has no length at all
    else if (pitch !== undefined && channel !== DRUMS) {
      close(128 * channel + pitch, tick); // a note struck again ends the one before
      if (on) open.set(128 * channel + pitch, tick);
    }
  }
  for (const key of [...open.keys()]) close(key, before);
  const first = events.find((event) => event.tempo)?.tempo ?? USUAL_TEMPO;
  return {
    notes: notes.sort((a, b) => a.start - b.start || b.pitch - a.pitch),
    minutes: seconds / 60,
    tempo: 60e6 / first,
  };
}

/** Big-endian numbers from a stretch of bytes, never beyond its end. */
class Reader {
  /** @param {Uint8Array} bytes @param {number} at @param {number} end */
  constructor(bytes, at, end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get left() {
    return this.end - this.at;
  }

  /** @param {number} [count] @returns {never | void} */
  require(count = 1) {
    if (count > this.left) this.refuse();
  }

  /** @returns {never} */
  refuse() {
    throw new ModelError("sound.midi_damaged", { at: this.at });
  }

  peek() {
    this.require();
    return this.bytes[this.at];
  }

  number(/** @type {number} */ bytes) {
    this.require(bytes);
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + this.bytes[this.at++];
    return value;
  }

  /** A data byte, whose highest bit is not set. */
  data() {
    const value = this.number(1);
    return value < 0x80 ? value : this.refuse();
  }

  name() {
    return String.fromCharCode(...Array.from({ length: 4 }, () => this.number(1)));
  }

  variableLength() {
    let value = 0;
    for (let count = 0; count < 4; count++) {
      const byte = this.number(1);
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
    return this.refuse();
  }

  part(/** @type {number} */ length) {
    this.require(length);
    this.at += length;
    return new Reader(this.bytes, this.at - length, this.at);
  }
}
