/** Plays samples through the loudspeaker and tells how far they have sounded. */

const LEAD = 0.02; // seconds between the click and the first sample, so that its beginning is not cut off

export class SoundPlayer {
  /** @type {AudioContext | null} made at the first click, since browsers are silent before one */
  #context = null;
  /** @type {AudioBufferSourceNode | null} */
  #source = null;
  #start = 0;
  #length = 0;

  /**
   * Wake the sound card, which takes a while the first time; browsers allow it once the visitor has pressed anything.
   */
  prepare() {
    this.#context ??= new AudioContext({ latencyHint: "interactive" });
    return this.#context;
  }

  /**
   * Play from the beginning; what sounded before stops.
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} rate samples a second
   * @returns {Promise<void>} once the sound is on its way
   */
  async play(samples, rate) {
    this.stop();
    const context = this.prepare();
    const source = context.createBufferSource();
    source.buffer = new AudioBuffer({ length: samples.length, sampleRate: rate, numberOfChannels: 1 });
    source.buffer.copyToChannel(samples, 0);
    source.connect(context.destination);
    this.#source = source;
    this.#length = 0;
    if (context.state !== "running") await context.resume();
    if (this.#source !== source) return; // stopped, or another one asked for, meanwhile
    this.#start = context.currentTime + LEAD;
    this.#length = samples.length / rate;
    source.start(this.#start);
  }

  /**
   * What is heard now, by the clock of the sound card: samples that were handed over are heard `outputLatency` later.
   * @returns {number | null} seconds since the first sample, negative before it; null where nothing plays or all has
   *   been heard
   */
  position() {
    if (this.#source === null || this.#context === null) return null;
    if (this.#length === 0) return -LEAD; // the sound card is still being woken
    const seconds = this.#context.currentTime - (this.#context.outputLatency || 0) - this.#start;
    return seconds < this.#length ? seconds : null;
  }

  stop() {
    this.#source?.disconnect();
    this.#source = null;
  }

  destroy() {
    this.stop();
    this.#context?.close();
    this.#context = null;
  }
}
