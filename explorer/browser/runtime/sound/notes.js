/** Melodies in time: what is sounded when, in quarter notes and in seconds. No sound is made here. */

/**
 * @typedef {object} Note
 * @property {number | null} pitch MIDI number, 60 for middle C; null for a rest
 * @property {number} quarters its length in quarter notes
 *
 * @typedef {object} Placed a note and its place in time, rests among them
 * @property {number | null} pitch
 * @property {number} start seconds
 * @property {number} stop seconds
 */

const CONCERT_PITCH = 440; // Hz, of the A above middle C
const CONCERT_NUMBER = 69;
const NAMES = Object.freeze(["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"]);

/** Hz in equal temperament. @param {number} pitch MIDI number @returns {number} */
export function frequency(pitch) {
  return CONCERT_PITCH * 2 ** ((pitch - CONCERT_NUMBER) / 12);
}

/** Such as "C4" for 60, the octave's number as in scientific pitch notation. @param {number} pitch @returns {string} */
export function pitchName(pitch) {
  return NAMES[pitch % 12] + String(Math.floor(pitch / 12) - 1);
}

/**
 * Notes one after another.
 * @param {Note[]} notes
 * @param {number} tempo quarter notes a minute
 * @returns {Placed[]}
 */
export function schedule(notes, tempo) {
  let quarters = 0;
  return notes.map(({ pitch, quarters: length }) => {
    const start = (quarters * 60) / tempo;
    quarters += length;
    return { pitch, start, stop: (quarters * 60) / tempo };
  });
}

/**
 * What is sounded at a time.
 * @param {{start: number, stop: number}[]} placed one after another
 * @param {number} seconds
 * @returns {number} an index; −1 before the first and after the last
 */
export function indexAt(placed, seconds) {
  return placed.findIndex(({ start, stop }) => seconds >= start && seconds < stop);
}
