/** Notes → a Standard MIDI File of format 0 (MIDI Manufacturers Association 1996, RP-001). */
import { ModelError } from "../runtime/errors.js";

export const TICKS = 480; // a quarter note: triplets and sixteenths are whole numbers of them
const LOUDNESS = 80; // velocity of all notes, of 127
const CHANNEL = 0;

/**
 * @param {import("../runtime/sound/notes.js").Note[]} notes one after another
 * @param {{tempo: number, title: string}} options tempo in quarter notes a minute
 * @returns {Uint8Array<ArrayBuffer>} the file
 * @throws {ModelError} `sound.nothing` where no note sounds
 */
export function writeMidi(notes, { tempo, title }) {
  if (!notes.some(({ pitch }) => pitch !== null)) throw new ModelError("sound.nothing", {});
  const track = [
    ...event(0, 0xff, 0x03, ...text(title)),
    ...event(0, 0xff, 0x51, 3, ...bigEndian(Math.round(60e6 / tempo), 3)), // microseconds of a quarter note
  ];
  let [quarters, written] = [0, 0]; // ticks are rounded from the sum, so that errors do not add up
  const after = () => {
    const now = Math.round(quarters * TICKS);
    const distance = now - written;
    written = now;
    return distance;
  };
  for (const { pitch, quarters: length } of notes) {
    if (pitch !== null) track.push(...event(after(), 0x90 | CHANNEL, pitch, LOUDNESS));
    quarters += length;
    if (pitch !== null) track.push(...event(after(), 0x80 | CHANNEL, pitch, 0));
  }
  track.push(...event(after(), 0xff, 0x2f, 0)); // end of track
  const header = [0, 0, 0, 1, ...bigEndian(TICKS, 2)]; // format 0, one track
  return Uint8Array.from([...chunk("MThd", header), ...chunk("MTrk", track)]);
}

const chunk = (/** @type {string} */ name, /** @type {number[]} */ content) => [
  ...new TextEncoder().encode(name),
  ...bigEndian(content.length, 4),
  ...content,
];

const event = (/** @type {number} */ ticks, /** @type {number[]} */ ...bytes) => [...variableLength(ticks), ...bytes];

/** Its length and its bytes. */
function text(/** @type {string} */ words) {
  const bytes = new TextEncoder().encode(words);
  return [...variableLength(bytes.length), ...bytes];
}

function bigEndian(/** @type {number} */ value, /** @type {number} */ bytes) {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
}

/** Seven bits a byte, the most significant first; all but the last have bit 7 set. */
function variableLength(/** @type {number} */ value) {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128));
  return bytes;
}
