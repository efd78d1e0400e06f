/** Small pictures of sequences on a sheet: a curve, or a piano roll. */

import { prepare } from "./canvas.js";

/**
 * @typedef {import("../runtime/sequences/form.js").Drawn} Drawn
 * @typedef {import("../runtime/sound/notes.js").Note} Note
 * @typedef {{low: number, high: number}} Range
 * @typedef {{context: CanvasRenderingContext2D, width: number, height: number}} Area in CSS pixels
 */

const MARGIN = 4; // CSS pixels
const ROOM = 2; // semitones beyond a melody's own
const LEAST_SPAN = 12; // semitones
const SHORTEST = 8; // quarter notes that a small roll is wide at least, so that lengths can be compared

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Drawn} subject
 * @param {Range} range of the values, or of the pitches
 */
export function drawSmall(canvas, subject, range) {
  const area = prepare(canvas);
  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  area.context.fillStyle = colour(colourOf(subject.kind));
  if (subject.values === null) return drawRoll(area, subject.notes ?? [], range);
  drawMiddle(area, colour("--line"));
  area.context.strokeStyle = colour(colourOf(subject.kind));
  drawCurve(area, subject.values, range);
}

/**
 * The pitches that a piano roll of some melodies shows: all that they have and a little more, an octave at least.
 * @param {readonly Note[][]} melodies
 * @param {readonly number[]} pitches that the model knows, rising; no others are shown
 * @returns {Range} MIDI numbers
 */
export function pitchRange(melodies, pitches) {
  const [lowest, highest] = [pitches[0], pitches[pitches.length - 1]];
  const found = melodies.flat().flatMap(({ pitch }) => (pitch === null ? [] : [pitch]));
  if (found.length === 0) return { low: lowest, high: highest };
  const [low, high] = [
    found.reduce((least, each) => Math.min(least, each)),
    found.reduce((most, each) => Math.max(most, each)),
  ];
  const more = Math.max(ROOM, Math.ceil((LEAST_SPAN - (high - low)) / 2));
  return { low: Math.max(lowest, low - more), high: Math.min(highest, high + more) };
}

/** The CSS variable of what a subject is. @param {Drawn["kind"]} kind */
export function colourOf(kind) {
  return { fake: "--fake", real: "--real", own: "--text" }[kind];
}

/** @param {Area} area @param {string} colour */
function drawMiddle({ context, width, height }, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, height / 2);
  context.lineTo(width, height / 2);
  context.stroke();
}

/** @param {Area} area @param {Float32Array} values @param {Range} range */
function drawCurve({ context, width, height }, values, { low, high }) {
  const x = (/** @type {number} */ i) => MARGIN + (i / (values.length - 1)) * (width - 2 * MARGIN);
  const y = (/** @type {number} */ value) => MARGIN + ((high - value) / (high - low)) * (height - 2 * MARGIN);
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  values.forEach((value, i) => context.lineTo(x(i), y(value)));
  context.stroke();
}

/** @param {Area} area @param {readonly Note[]} notes @param {Range} range */
function drawRoll({ context, width, height }, notes, { low, high }) {
  const total = Math.max(
    SHORTEST,
    notes.reduce((sum, { quarters }) => sum + quarters, 0),
  );
  const tall = (height - 2 * MARGIN) / (high - low + 1);
  const scale = (width - 2 * MARGIN) / total;
  let start = 0;
  for (const { pitch, quarters } of notes) {
    if (pitch !== null)
      context.fillRect(
        MARGIN + start * scale,
        MARGIN + (high - pitch) * tall,
        Math.max(1, quarters * scale - 1),
        Math.max(2, tall),
      );
    start += quarters;
  }
}
