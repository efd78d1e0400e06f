/**
 * A player over a sequence of moments: play, pause, speed, and a slider that scrubs both ways by pointer, touch and
 * keys. It knows positions only; whoever owns the moments draws them when told where the player is.
 */

import { element } from "../dom.js";
import { vector } from "../charts/vector.js";

const SPEEDS = Object.freeze([2, 5, 10, 30]); // moments a second
const USUAL_SPEED = 10;
const LONGEST_FRAME = 250; // milliseconds; a tab that was hidden does not leap ahead
const ICONS = Object.freeze({
  play: "M4 2 L13 8 L4 14 Z",
  pause: "M3 2 H7 V14 H3 Z M9 2 H13 V14 H9 Z",
  first: "M2 2 H4 V14 H2 Z M14 2 V14 L5 8 Z",
  back: "M11 2 V14 L3 8 Z",
  forward: "M5 2 V14 L13 8 Z",
  last: "M12 2 H14 V14 H12 Z M2 2 V14 L11 8 Z",
});

/**
 * What moved the player: a DOM event, or {type: "frame"} while it plays, {type: "follow"} when the end moved, {type:
 * "seek"} when the program asked; `timeStamp` as performance.now() counts.
 * @typedef {{type: string, timeStamp: number}} Cause
 */

export class Player {
  /** @type {HTMLElement} */
  node;
  /** The moment that is shown, 0 to length − 1. */
  index = 0;
  length;
  #t;
  #label;
  #onSeek;
  #onPlay;
  #speed;
  #frame = 0;
  /** Moments that are due, and since when that was counted. */
  #owed = 0;
  #last = 0;
  #slider = element("input", { class: "player-slider", type: "range", min: 0, step: 1 });
  #output = element("output", { class: "number player-label" });
  #toggle;

  /**
   * @param {HTMLElement} parent gets the bar appended
   * @param {object} options
   * @param {import("../i18n.js").Translator} options.t
   * @param {number} options.length how many moments there are, at least 1
   * @param {(index: number) => string} options.label what to call a moment, for eyes and for screen readers
   * @param {(index: number, cause: Cause) => void} options.onSeek draw a moment
   * @param {(playing: boolean) => void} [options.onPlay] told when playing starts and ends
   * @param {readonly number[]} [options.speeds] moments a second
   */
  constructor(parent, { t, length, label, onSeek, onPlay = () => {}, speeds = SPEEDS }) {
    this.#t = t;
    this.length = length;
    this.#label = label;
    this.#onSeek = onSeek;
    this.#onPlay = onPlay;
    this.#speed = speeds.includes(USUAL_SPEED) ? USUAL_SPEED : speeds[Math.floor(speeds.length / 2)];
    this.#toggle = createButton("play", t("player.play"), () => (this.playing ? this.pause() : this.play()));
    this.#slider.setAttribute("aria-label", t("player.position"));
    this.#slider.addEventListener("input", (event) => this.#take(Number(this.#slider.value), event));
    const select = this.#speeds(speeds);
    this.node = element(
      "div",
      { class: "player", role: "group", "aria-label": t("player.name") },
      element(
        "div",
        { class: "player-buttons" },
        createButton("first", t("player.first"), (event) => this.#take(0, event)),
        createButton("back", t("player.back"), (event) => this.#take(this.index - 1, event)),
        this.#toggle,
        createButton("forward", t("player.forward"), (event) => this.#take(this.index + 1, event)),
        createButton("last", t("player.last"), (event) => this.#take(this.length - 1, event)),
      ),
      this.#slider,
      this.#output,
      select,
    );
    this.node.addEventListener("keydown", (event) => {
      const own = event.target === select || (event.key === " " && event.target !== this.#slider);
      if (!own && this.press(event)) event.preventDefault();
    });
    parent.append(this.node);
    this.update();
  }

  #speeds(/** @type {readonly number[]} */ speeds) {
    const words = this.#t("player.speed");
    const choices = speeds.map((speed) => {
      const said = this.#t("player.per_second", { count: speed });
      return element("option", { value: speed, selected: speed === this.#speed }, said);
    });
    const select = element("select", { class: "select player-speed", "aria-label": words, title: words }, ...choices);
    select.addEventListener("change", () => (this.#speed = Number(select.value)));
    return select;
  }

  get playing() {
    return this.#frame !== 0;
  }

  /** Act on ←, →, Home, End or Space; false leaves the event alone. @param {KeyboardEvent} event */
  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
    if (event.key === " ") {
      if (this.playing) this.pause();
      else this.play();
      return true;
    }
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: this.index - 1, ArrowRight: this.index + 1, Home: 0, End: this.length - 1 };
    if (!Object.hasOwn(places, event.key)) return false;
    this.#take(places[event.key], event);
    return true;
  }

  /** Go to a moment; `onSeek` is told where it is another. @param {number} index */
  seek(index) {
    this.#go(index, { type: "seek", timeStamp: performance.now() });
  }

  /**
   * @param {number} length
   * @param {{follow?: boolean}} [options] `follow` goes to the new end; otherwise the player stays where it is, or at
   *   the end if that came nearer
   */
  setLength(length, { follow = false } = {}) {
    this.length = length;
    if (follow || this.index >= length) this.#go(length - 1, { type: "follow", timeStamp: performance.now() });
    this.update();
  }

  /** From the start again where it stands at the end. */
  play() {
    if (this.playing || this.length < 2) return;
    if (this.index === this.length - 1) this.seek(0);
    this.#owed = 0;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#advance(now));
    this.#showPlaying();
    this.#onPlay(true);
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#showPlaying();
    this.#onPlay(false);
  }

  /** Write the label again, where what it says has changed. */
  update() {
    const words = this.#label(this.index);
    this.#slider.max = String(this.length - 1);
    this.#slider.value = String(this.index);
    this.#slider.setAttribute("aria-valuetext", words);
    this.#output.textContent = words;
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.node.remove();
  }

  /** The visitor chose a place: playing ends, so that the picture stays. */
  #take(/** @type {number} */ index, /** @type {Event} */ event) {
    this.pause();
    this.#go(index, event);
  }

  #go(/** @type {number} */ index, /** @type {Cause} */ cause) {
    const place = Math.max(0, Math.min(this.length - 1, Math.round(index)));
    if (place === this.index) return;
    this.index = place;
    this.update();
    this.#onSeek(place, cause);
  }

  #advance(/** @type {number} */ now) {
    this.#owed += (Math.min(LONGEST_FRAME, Math.max(0, now - this.#last)) * this.#speed) / 1000;
    this.#last = now;
    const steps = Math.floor(this.#owed);
    this.#owed -= steps;
    this.#frame = requestAnimationFrame((time) => this.#advance(time));
    if (steps > 0) this.#go(this.index + steps, { type: "frame", timeStamp: now });
    if (this.index === this.length - 1) this.pause();
  }

  #showPlaying() {
    const words = this.#t(this.playing ? "player.pause" : "player.play");
    this.#toggle.replaceChildren(icon(this.playing ? "pause" : "play"));
    this.#toggle.title = words;
    this.#toggle.setAttribute("aria-label", words);
  }
}

/** @param {keyof typeof ICONS} name @param {string} text @param {(event: MouseEvent) => void} act */
function createButton(name, text, act) {
  const attributes = { type: "button", title: text, "aria-label": text };
  return element("button", { class: `button player-${name}`, ...attributes, on: { click: act } }, icon(name));
}

function icon(/** @type {keyof typeof ICONS} */ name) {
  return vector(
    "svg",
    { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    vector("path", { d: ICONS[name], fill: "currentColor" }),
  );
}
