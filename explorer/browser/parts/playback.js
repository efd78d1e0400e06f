/** Play and stop, and the cursor that follows the sound card's clock. */
import { element } from "../dom.js";
import { SoundPlayer } from "../runtime/sound/player.js";

/** @typedef {{samples: Float32Array<ArrayBuffer>, rate: number}} Sound samples from −1 to 1, and how many a second */

export class Playback {
  /** @type {HTMLButtonElement} */
  button;
  #player = new SoundPlayer();
  #t;
  #sound;
  #onMove;
  #onError;
  #frame = 0;
  /** @type {Event | null} the click, until its sound is heard */
  #cause = null;

  /**
   * @param {object} options
   * @param {import("../i18n.js").Translator} options.t
   * @param {() => Sound | null} options.sound what is to be played; null where there is nothing
   * @param {(seconds: number) => void} options.onMove told where the sound is, NaN once it has ended
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ t, sound, onMove, onError }) {
    this.#t = t;
    this.#sound = sound;
    this.#onMove = onMove;
    this.#onError = onError;
    this.button = element("button", {
      class: "button sequence-play",
      type: "button",
      on: {
        click: (event) => (this.playing ? this.stop() : this.play(event)),
        // Most of what a first sound needs is done while the pointer is still on its way to the click.
        pointerenter: () => navigator.userActivation?.hasBeenActive && this.#prepare(),
        pointerdown: () => this.#prepare(),
      },
    });
    this.#label();
  }

  get playing() {
    return this.#frame !== 0;
  }

  /** @param {Event} event that asked for it */
  async play(event) {
    const made = this.#make();
    if (made === null) return;
    cancelAnimationFrame(this.#frame);
    this.#cause = event;
    const started = this.#player.play(made.samples, made.rate);
    this.#frame = requestAnimationFrame(() => this.#follow());
    this.#label();
    try {
      await started;
    } catch (error) {
      this.stop();
      this.#onError(error);
    }
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#player.stop();
    this.#label();
    this.#onMove(NaN);
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    this.#player.destroy();
  }

  #prepare() {
    if (this.button.disabled) return;
    this.#player.prepare();
    this.#make();
  }

  #make() {
    try {
      return this.#sound();
    } catch (error) {
      this.#onError(error);
      return null;
    }
  }

  #label() {
    this.button.textContent = this.#t(this.playing ? "sequences.stop" : "sequences.play");
    this.button.setAttribute("aria-pressed", String(this.playing));
  }

  #follow() {
    const seconds = this.#player.position();
    if (seconds === null) {
      this.stop();
      return;
    }
    this.#frame = requestAnimationFrame(() => this.#follow());
    if (seconds < 0) return;
    if (this.#cause) performance.measure("explorer:sample", { start: this.#cause.timeStamp, detail: "sound" });
    this.#cause = null;
    this.#onMove(seconds);
  }
}
