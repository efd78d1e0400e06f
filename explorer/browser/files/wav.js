/**
 * Sound → a WAV file: RIFF, one channel, 16-bit linear PCM (Microsoft & IBM 1991, "Multimedia Programming Interface").
 */
import { ModelError } from "../runtime/errors.js";
import { allFinite } from "../runtime/numbers.js";

const HEADER = 44; // bytes: RIFF, fmt, and the head of data
const BYTES = 2; // a sample
const LOUDEST = 32_767;
const PCM = 1;

/**
 * @param {Float32Array} samples −1 to 1; what lies beyond is cut off, as a loudspeaker would
 * @param {number} rate samples a second, a whole number
 * @returns {Uint8Array<ArrayBuffer>} the file
 * @throws {ModelError} `sound.nothing` where there is no sample, or one that is no number
 */
export function encodeWav(samples, rate) {
  if (samples.length === 0 || !allFinite(samples)) throw new ModelError("sound.nothing", {});
  const file = new DataView(new ArrayBuffer(HEADER + BYTES * samples.length));
  const name = (/** @type {number} */ at, /** @type {string} */ text) => {
    for (let i = 0; i < text.length; i++) file.setUint8(at + i, text.charCodeAt(i));
  };
  name(0, "RIFF");
  file.setUint32(4, HEADER - 8 + BYTES * samples.length, true);
  name(8, "WAVEfmt ");
  file.setUint32(16, 16, true); // bytes of the format that follow
  file.setUint16(20, PCM, true);
  file.setUint16(22, 1, true); // channels
  file.setUint32(24, rate, true);
  file.setUint32(28, BYTES * rate, true); // bytes a second
  file.setUint16(32, BYTES, true); // bytes of all channels' samples
  file.setUint16(34, 8 * BYTES, true); // bits of a sample
  name(36, "data");
  file.setUint32(40, BYTES * samples.length, true);
  samples.forEach((sample, i) =>
    file.setInt16(HEADER + BYTES * i, Math.round(Math.min(1, Math.max(-1, sample)) * LOUDEST), true),
  );
  return new Uint8Array(file.buffer);
}
