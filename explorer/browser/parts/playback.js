/** Play and stop, and the cursor that follows the sound card's clock. */
import { element } from "../dom.js";
import { SoundPlayer } from "../runtime/sound/player.js";

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {() => {samples: Float32Array, rate: number} | null} options.sound what is to be played; null where there is
 *   nothing
 * @param {(seconds: number) => void} options.onMove told where the sound is, NaN once it has ended
 * @param {(error: Error) => void} options.onError
 */
export function createPlayback({ t, sound, onMove, onError }) {
  const player = new SoundPlayer();
  const button = element("button", {
    class: "button sequence-play",
    type: "button",
    on: { click: (/** @type {Event} */ event) => toggle(event) },
  });
  // Most of what a first sound needs is done while the pointer is still on its way to the click.
  const prepare = () => {
    if (button.disabled) return;
    player.prepare();
    sound();
  };
  button.addEventListener("pointerenter", () => navigator.userActivation?.hasBeenActive && prepare());
  button.addEventListener("pointerdown", prepare);
  let frame = 0;
  /** @type {Event | null} the click, until its sound is heard */
  let cause = null;
  label();

  function label() {
    button.textContent = t(frame ? "sequences.stop" : "sequences.play");
    button.setAttribute("aria-pressed", String(frame !== 0));
  }

  function toggle(/** @type {Event} */ event) {
    if (frame) stop();
    else play(event);
  }

  async function play(/** @type {Event} */ event) {
    const made = sound();
    if (made === null) return;
    cancelAnimationFrame(frame);
    cause = event;
    const started = player.play(made.samples, made.rate);
    frame = requestAnimationFrame(follow);
    label();
    try {
      await started;
    } catch (error) {
      stop();
      onError(/** @type {Error} */ (error));
    }
  }

  function follow() {
    const seconds = player.position();
    if (seconds === null) return stop();
    frame = requestAnimationFrame(follow);
    if (seconds < 0) return undefined;
    if (cause) performance.measure("explorer:sample", { start: cause.timeStamp, detail: "sound" });
    cause = null;
    return onMove(seconds);
  }

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    player.stop();
    label();
    onMove(NaN);
  }

  return {
    button,
    player,
    get playing() {
      return frame !== 0;
    },
    play,
    stop,
    destroy() {
      cancelAnimationFrame(frame);
      player.destroy();
    },
  };
}
