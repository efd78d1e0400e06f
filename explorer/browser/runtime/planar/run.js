/**
 * What recorded and live runs have in common: states to scrub through, history, and measures from a background thread.
 */
import { Background } from "./background.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */
/** @typedef {import("./measures.js").Measures} Measures */
/** @typedef {import("./measures.js").Floors} Floors */

/**
 * Why a run ended early. `iteration` could not be completed; `error` says what else went wrong.
 * @typedef {{iteration: number, reason: "nan" | "worker", network?: string, error?: import("../errors.js").ModelError}}
 *   Stopped
 */

export class Run {
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {WeakMap<State, Promise<Measures>>} */
  #measures = new WeakMap();
  /** @type {Promise<Floors> | undefined} */
  #floors;
  /** @type {Background | null} */
  #background = null;
  live = false;
  /** @type {State[]} */
  states = [];
  /** @type {{columns: readonly string[], rows: import("./history.js").Row[]}} */
  history = { columns: [], rows: [] };
  /** Two sentences on what to see, by language; null for live runs. @type {Record<string, string> | null} */
  description = null;
  /** @type {Stopped | null} */
  stopped = null;

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
  }

  get length() {
    return this.states.length;
  }

  /** The iteration of each state. */
  get iterations() {
    return this.states.map(({ iteration }) => iteration);
  }

  /** @param {number} i @returns {State} not to be changed */
  state(i) {
    return this.states[i];
  }

  /** Be told of new states, history, or an end. @param {() => void} callback @returns {() => void} stops it */
  onChange(callback) {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /** @param {number} i @returns {Promise<Measures>} of a state, computed once */
  measures(i) {
    const state = this.states[i];
    const known = this.#measures.get(state);
    if (known !== undefined) return known;
    const measures = this.background.ask("measure", { state });
    this.#measures.set(state, measures);
    return measures;
  }

  /** @returns {Promise<Floors>} what real samples score against each other */
  floors() {
    this.#floors ??= this.background.ask("floors", {});
    return this.#floors;
  }

  destroy() {
    this.#listeners.clear();
    this.#background?.destroy();
  }

  /** The thread, started when it is first needed. @returns {Background} */
  get background() {
    if (this.#background === null) {
      this.#background = new Background();
      this.#background.tell("open", this.opening());
    }
    return this.#background;
  }

  /** What the thread needs to know. @returns {import("./worker.js").Opening} */
  opening() {
    return { settings: this.settings };
  }

  changed() {
    this.#listeners.forEach((callback) => callback());
  }
}
