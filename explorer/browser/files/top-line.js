/**
 * Notes of a file → one voice. Programs end notes a few ticks early or late, people play a little before or after the
 * beat: neither makes another melody.
 */

const CELL = 1 / 24; // quarter notes: thirty-seconds and triplets of sixteenths are whole numbers of it
const SIXTEENTH = 1 / 4;
const NEAR_A_SIXTEENTH = 1 / 16; // quarter notes: a triplet's onset is farther from any sixteenth
const SHORTEST_REST = 1 / 8; // quarter notes: below it, silence is the end of a note

/**
 * @typedef {import("./midi-read.js").Sounding} Sounding
 * @typedef {import("../runtime/sound/notes.js").Note} Note
 */

/**
 * At every time the highest note, from its beginning until it ends or a higher one begins: a lower note that begins
 * under it accompanies. Onsets are moved to the nearest sixteenth or 24th of a quarter note; gaps and overlaps shorter
 * than half the shortest note (or an eighth of a quarter note) are none.
 * @param {Sounding[]} notes by start
 * @returns {Note[]} from the first note on, with rests where nothing is heard
 */
export function topLine(notes) {
  const shortest = notes.reduce((least, { start, stop }) => Math.min(least, stop - start), Infinity);
  const small = Math.max(shortest / 2, SHORTEST_REST);
  const snap = Math.min(NEAR_A_SIXTEENTH, shortest / 4);
  const line = highest(
    notes.map(({ pitch, start, stop }) => ({ pitch, start: onGrid(start, snap), stop })),
    small,
  );
  const gap = usualGap(line, small);
  /** @type {Note[]} */
  const voice = [];
  line.forEach(({ pitch, start, stop }, i) => {
    const next = line[i + 1]?.start ?? Infinity;
    const end = next - stop < small ? next : Math.min(next, Math.max(onGrid(stop + gap, snap), start + CELL));
    voice.push({ pitch, quarters: end - start });
    if (next < Infinity && next > end) voice.push({ pitch: null, quarters: next - end });
  });
  return voice;
}

/** @param {number} quarters @param {number} snap how far a sixteenth may be @returns {number} */
function onGrid(quarters, snap) {
  const sixteenth = Math.round(quarters / SIXTEENTH) * SIXTEENTH;
  return Math.abs(sixteenth - quarters) <= snap ? sixteenth : Math.round(quarters / CELL) * CELL;
}

/** @param {Sounding[]} notes with onsets on the grid @param {number} small an overlap that is none */
function highest(notes, small) {
  const byOnset = notes.toSorted((a, b) => a.start - b.start || b.pitch - a.pitch || b.stop - a.stop);
  /** @type {Sounding[]} */
  const line = [];
  for (const note of byOnset) {
    const before = line.at(-1);
    if (before === undefined) line.push({ ...note });
    else if (note.start > before.start && follows(note, before, small)) {
      before.stop = Math.min(before.stop, note.start);
      line.push({ ...note });
    }
  }
  return line;
}

/** Whether a later note is heard after, or over, another one. */
function follows(/** @type {Sounding} */ note, /** @type {Sounding} */ before, /** @type {number} */ small) {
  const overlap = before.stop - note.start;
  return note.pitch >= before.pitch || overlap <= 0 || (overlap < small && note.stop - before.stop >= small);
}

/** How long before the next one a note of this file usually ends: also those do that a rest, or nothing, follows. */
function usualGap(/** @type {Sounding[]} */ line, /** @type {number} */ small) {
  const gaps = line.slice(1).map(({ start }, i) => start - line[i].stop);
  const joined = gaps.filter((gap) => gap < small).sort((a, b) => a - b);
  return joined[Math.floor(joined.length / 2)] ?? 0;
}
