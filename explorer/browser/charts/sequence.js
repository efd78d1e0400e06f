/** Small pictures of sequences on a sheet: a curve, or a piano roll. */

const MARGIN = 4; // CSS pixels
const ROOM = 2; // semitones beyond a melody's own
const LEAST_SPAN = 12; // semitones
const SHORTEST = 8; // quarter notes that a small roll is wide at least, so that lengths can be compared

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../runtime/sequences/subjects.js").Subject} subject
 * @param {{low: number, high: number}} range of the values, or of the pitches
 */
export function drawSmall(canvas, subject, range) {
  const { context, width, height } = prepare(canvas);
  const style = getComputedStyle(canvas);
  const colour = style.getPropertyValue(colourOf(subject.kind)).trim();
  if (subject.values)
    drawCurve(context, subject.values, range, { width, height, colour, line: style.getPropertyValue("--line").trim() });
  else drawRoll(context, subject.notes, range, { width, height, colour });
}

/**
 * The pitches that a piano roll of some melodies shows: all that they have and a little more, an octave at least.
 * @param {import("../runtime/sound/notes.js").Note[][]} melodies
 * @param {number[]} pitches that the model knows, rising; no others are shown
 * @returns {{low: number, high: number}} MIDI numbers
 */
export function pitchRange(melodies, pitches) {
  const [lowest, highest] = [pitches[0], /** @type {number} */ (pitches.at(-1))];
  const found = melodies.flat().flatMap(({ pitch }) => (pitch === null ? [] : [pitch]));
  if (found.length === 0) return { low: lowest, high: highest };
  const [low, high] = [
    found.reduce((least, each) => Math.min(least, each)),
    found.reduce((most, each) => Math.max(most, each)),
  ];
  const more = Math.max(ROOM, Math.ceil((LEAST_SPAN - (high - low)) / 2));
  return { low: Math.max(lowest, low - more), high: Math.min(highest, high + more) };
}

/** The CSS variable of what a subject is. @param {import("../runtime/sequences/subjects.js").Subject["kind"]} kind */
export function colourOf(kind) {
  return { fake: "--fake", real: "--real", own: "--text" }[kind];
}

/** A canvas of the screen's pixels, cleared, whose context counts in CSS pixels. @param {HTMLCanvasElement} canvas */
export function prepare(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const ratio = globalThis.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

function drawCurve(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {Float32Array} */ values,
  { low, high },
  { width, height, colour, line },
) {
  const x = (/** @type {number} */ i) => MARGIN + (i / (values.length - 1)) * (width - 2 * MARGIN);
  const y = (/** @type {number} */ value) => MARGIN + ((high - value) / (high - low)) * (height - 2 * MARGIN);
  context.strokeStyle = line;
  context.beginPath();
  context.moveTo(0, y((low + high) / 2));
  context.lineTo(width, y((low + high) / 2));
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  values.forEach((value, i) => (i ? context.lineTo(x(i), y(value)) : context.moveTo(x(i), y(value))));
  context.stroke();
}

function drawRoll(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {import("../runtime/sound/notes.js").Note[]} */ notes,
  { low, high },
  { width, height, colour },
) {
  const total = Math.max(
    SHORTEST,
    notes.reduce((sum, { quarters }) => sum + quarters, 0),
  );
  const tall = (height - 2 * MARGIN) / (high - low + 1);
  const scale = (width - 2 * MARGIN) / total;
  context.fillStyle = colour;
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
