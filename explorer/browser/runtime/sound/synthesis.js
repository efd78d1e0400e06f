/** Melodies and curves → samples. The page plays exactly what it writes to a file. */
import { frequency } from "./notes.js";

export const RATE = 44_100; // samples a second
const HARMONICS = Object.freeze([1, 0.35, 0.18, 0.08]); // amplitudes: a mild tone, so that fast notes stay clear
const LOUDNESS = 0.35;
const ATTACK = 0.012; // seconds
const RELEASE = 0.04;
const DECAY = 1.6; // seconds after which a held note has faded to 1/e
const MIDDLE = 330; // Hz, where a curve is half-way between the ends of its range
const OCTAVES = 2; // from one end of a curve's range to the other

/**
 * @param {import("./notes.js").Placed[]} placed
 * @returns {Float32Array<ArrayBuffer>} samples at `RATE`, −1 to 1
 */
export function renderNotes(placed) {
  const end = placed.at(-1)?.stop ?? 0;
  const samples = new Float32Array(Math.round(end * RATE));
  for (const { pitch, start, stop } of placed) {
    if (pitch !== null) addTone(samples.subarray(Math.round(start * RATE), Math.round(stop * RATE)), frequency(pitch));
  }
  return samples;
}

/**
 * A tone with a soft beginning and end, so that notes do not click. With c and s the cosine and sine of the
 * fundamental's angle, its harmonics sin 2θ = 2cs, sin 3θ = (4c² − 1)s and sin 4θ = (8c³ − 4c)s are one polynomial in
 * c: a click need not wait for the melody.
 * @param {Float32Array} target
 * @param {number} hertz
 */
function addTone(target, hertz) {
  const angle = (2 * Math.PI * hertz) / RATE;
  const total = HARMONICS.reduce((sum, each) => sum + each, 0);
  // Above half the rate there is no such tone.
  const [a, b, c, d] = HARMONICS.map((amplitude, index) =>
    angle * (index + 1) < Math.PI ? (LOUDNESS * amplitude) / total : 0,
  );
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [rising, falling] = [1 / (ATTACK * RATE), 1 / Math.min(RELEASE * RATE, target.length / 2)];
  const fading = Math.exp(-1 / (DECAY * RATE));
  const last = target.length - 1;
  let [x, y, level] = [1, 0, 1]; // (x, y) turns by the angle from sample to sample
  for (let i = 0; i <= last; i++) {
    const wave = y * (a - c + x * (2 * b - 4 * d + x * (4 * c + x * 8 * d)));
    target[i] = wave * level * Math.min(1, i * rising, (last - i) * falling);
    const turned = x * cosine - y * sine;
    y = x * sine + y * cosine;
    x = turned;
    level *= fading;
  }
}

/**
 * The pitch that stands for a value of a curve: `OCTAVES` from the lowest to the highest.
 * @param {number} value
 * @param {{low: number, high: number}} range what lies beyond sounds as its ends
 * @returns {number} Hz
 */
export function curvePitch(value, { low, high }) {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return MIDDLE * 2 ** (OCTAVES * (share - 0.5));
}

/**
 * A curve as a tone that rises and falls with it, straight from value to value. All curves of a model are played in one
 * range, so that their heights can be compared by ear.
 * @param {ArrayLike<number>} values at least two
 * @param {{low: number, high: number}} range
 * @param {number} seconds from the first value to the last
 * @returns {Float32Array<ArrayBuffer>} samples at `RATE`, −1 to 1
 */
export function renderCurve(values, range, seconds) {
  const samples = new Float32Array(Math.round(seconds * RATE));
  const [attack, last] = [ATTACK * RATE, values.length - 1];
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const place = (i / samples.length) * last;
    const before = Math.floor(place);
    const value = values[before] + (place - before) * (values[before + 1] - values[before]);
    samples[i] = LOUDNESS * Math.sin(phase) * Math.min(1, i / attack, (samples.length - 1 - i) / attack);
    phase += (2 * Math.PI * curvePitch(value, range)) / RATE;
  }
  return samples;
}
