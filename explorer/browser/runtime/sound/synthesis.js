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
 * @returns {Float32Array} samples at `RATE`, −1 to 1
 */
export function renderNotes(placed) {
  const end = placed.at(-1)?.stop ?? 0;
  const samples = new Float32Array(Math.round(end * RATE));
  for (const { pitch, start, stop } of placed) {
    if (pitch !== null) addTone(samples.subarray(Math.round(start * RATE), Math.round(stop * RATE)), frequency(pitch));
  }
  return samples;
}

/** A tone with a soft beginning and end, so that notes do not click. @param {Float32Array} target @param {number} hertz */
function addTone(target, hertz) {
  const [attack, release] = [ATTACK * RATE, Math.min(RELEASE * RATE, target.length / 2)];
  const fading = Math.exp(-1 / (DECAY * RATE));
  const total = HARMONICS.reduce((sum, each) => sum + each, 0);
  HARMONICS.forEach((amplitude, index) => {
    const angle = (2 * Math.PI * hertz * (index + 1)) / RATE;
    if (angle >= Math.PI) return; // above half the rate there is no such tone
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    let [x, y, level] = [1, 0, (LOUDNESS * amplitude) / total]; // (x, y) turns by the angle from sample to sample
    for (let i = 0; i < target.length; i++) {
      target[i] += y * level * Math.min(1, i / attack, (target.length - 1 - i) / release);
      [x, y] = [x * cosine - y * sine, x * sine + y * cosine];
      level *= fading;
    }
  });
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
 * A curve as a tone that rises and falls with it, straight from value to value. All curves of a model are played in one range, so that
 * their heights can be compared by ear.
 * @param {ArrayLike<number>} values at least two
 * @param {{low: number, high: number}} range
 * @param {number} seconds from the first value to the last
 * @returns {Float32Array} samples at `RATE`, −1 to 1
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
