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
  const tracks = readTracks(reader);
  const tempos = tracks.flatMap((track) => track.tempos).sort((a, b) => a.tick - b.tick);
  const last = tracks.reduce((latest, { end }) => Math.max(latest, end), 0);
  const minutes = secondsUntil(last, tempos, division) / 60;
  if (minutes > LONGEST_MINUTES)
    throw new ModelError("sound.midi_long", { found: Math.round(minutes), most: LONGEST_MINUTES });
  const notes = tracks
    .flatMap(soundings)
    .map(({ pitch, start, stop }) => ({ pitch, start: start / division, stop: stop / division }))
    .sort((a, b) => a.start - b.start || b.pitch - a.pitch);
  if (notes.length === 0) throw new ModelError("sound.midi_empty", {});
  return { notes, tempo: 60e6 / (tempos[0]?.tempo ?? USUAL_TEMPO) };
}

/**
 * @typedef {{tick: number, on: boolean}} Stroke the key goes down or up
 *
 * @typedef {object} Track
 * @property {Map<number, Stroke[]>} strokes of each 128 · channel + pitch, by time
 * @property {{tick: number, tempo: number}[]} tempos microseconds of a quarter note
 * @property {number} end tick at which what still sounds ends
 */

/** All tracks; after the first one, what is no chunk of a file is padding or a tag that other programs appended. */
function readTracks(/** @type {Reader} */ reader) {
  /** @type {Track[]} */
  const tracks = [];
  while (reader.left >= 8) {
    const name = reader.name();
    const length = reader.number(4);
    if (name !== "MTrk" && tracks.length > 0 && length > reader.left) break;
    const content = reader.part(length);
    if (name === "MTrk") tracks.push(readTrack(content));
  }
  return tracks;
}

/** Notes, their loudness and the tempo; all else is passed over. @returns {Track} */
function readTrack(/** @type {Reader} */ content) {
  /** @type {Track} */
  const track = { strokes: new Map(), tempos: [], end: 0 };
  let running = 0; // status of the last channel message; many writers let it hold across a meta event
  let ended = false;
  while (content.left > 0 && !ended) {
    track.end += content.variableLength();
    const status = content.peek() < 0x80 ? running : content.number(1);
    if (status < 0x80) content.refuse(); // a running status that never began
    if (status < 0xf0) readMessage(content, (running = status), track);
    else if (status === 0xf0 || status === 0xf7) content.part(content.variableLength());
    else if (status === 0xff) ended = readMeta(content, track);
    else content.refuse(); // not a message that a file may hold
  }
  return track;
}

/** @param {Reader} content @param {number} status @param {Track} track */
function readMessage(content, status, { strokes, end: tick }) {
  const [kind, channel] = [status >> 4, status & 15];
  if (kind !== 0x9 && kind !== 0x8) {
    const numbers = kind === 0xc || kind === 0xd ? 1 : 2;
    for (let rest = numbers; rest > 0; rest--) content.data();
    return;
  }
  const [pitch, velocity] = [content.data(), content.data()];
  if (channel === DRUMS) return;
  const key = 128 * channel + pitch;
  const known = strokes.get(key) ?? [];
  known.push({ tick, on: kind === 0x9 && velocity > 0 });
  strokes.set(key, known);
}

/** @param {Reader} content @param {Track} track @returns {boolean} whether the track ends here */
function readMeta(content, track) {
  const type = content.number(1);
  const body = content.part(content.variableLength());
  if (type !== 0x51) return type === 0x2f;
  const tempo = body.number(3);
  if (tempo > 0) track.tempos.push({ tick: track.end, tempo }); // none has no length at all
  return false;
}

/** @param {number} end tick @param {Track["tempos"]} tempos by time @param {number} division ticks a quarter note */
function secondsUntil(end, tempos, division) {
  let [seconds, before, tempo] = [0, 0, USUAL_TEMPO];
  for (const next of [...tempos, { tick: end, tempo: 0 }]) {
    seconds += ((next.tick - before) / division) * (tempo / 1e6);
    [before, tempo] = [next.tick, next.tempo];
  }
  return seconds;
}

/** The notes of a track, in ticks. @returns {Sounding[]} */
function soundings(/** @type {Track} */ { strokes, end }) {
  return [...strokes].flatMap(([key, list]) =>
    (inOrder(list) ?? struckAgain(list, end))
      .filter(([start, stop]) => stop > start)
      .map(([start, stop]) => ({ pitch: key % 128, start, stop })),
  );
}

/**
 * The first end is that of the first beginning, so that a note may begin before the one before it has ended.
 * @param {Stroke[]} strokes of one key
 * @returns {[number, number][] | null} start and stop; null where there are not as many ends as beginnings
 */
function inOrder(strokes) {
  /** @type {[number, number][]} */
  const pairs = [];
  /** @type {number[]} */
  const open = [];
  for (const { tick, on } of strokes) {
    if (on) {
      open.push(tick);
      continue;
    }
    const start = open.shift();
    if (start === undefined) return null;
    pairs.push([start, tick]);
  }
  return open.length === 0 ? pairs : null;
}

/**
 * Ends are missing: a note struck again ends the one before, and an end at the very tick of a beginning is that of the
 * one before.
 * @param {Stroke[]} strokes of one key
 * @param {number} end tick
 * @returns {[number, number][]} start and stop
 */
function struckAgain(strokes, end) {
  /** @type {[number, number][]} */
  const pairs = [];
  /** @type {number | null} */
  let open = null;
  for (const { tick, on } of [...strokes, { tick: end, on: false }]) {
    if (open === tick) continue;
    if (open !== null) pairs.push([open, tick]);
    open = on ? tick : null;
  }
  return pairs;
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
