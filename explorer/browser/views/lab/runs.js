/** The runs of this visit: the recorded one, and those that the page trained. */

import { element } from "../../dom.js";
import { LiveRun } from "../../runtime/planar/live.js";
import { createEvaluator } from "../../runtime/planar/evaluate.js";

const MOST = 6; // each live run holds a worker and up to 400 moments

/**
 * @typedef {import("../../runtime/planar/run.js").Run} Run
 * @typedef {import("../../runtime/planar/initial.js").State} State
 * @typedef {import("../../runtime/planar/measures.js").Measures} Measures
 * @typedef {WeakMap<State, Measures | null>} Measured by state, as long as the run keeps it; null where there was
 *   nothing to measure
 *
 * @typedef {object} Entry
 * @property {Run} run
 * @property {string} name
 * @property {number} number of a live run; 0 for the recorded one
 * @property {import("../../runtime/planar/evaluate.js").Evaluator} evaluator of the run's networks
 * @property {Measured} measured
 * @property {number} index the moment that is shown, or was when the run was left
 * @property {State} last the state at the run's end when the view last heard of it
 * @property {HTMLButtonElement} button opens it
 * @property {() => void} stop listening to it
 */

export class RunList {
  /** @type {HTMLElement} */
  node;
  /** @type {Entry[]} */
  #entries = [];
  #kernels;
  #onOpen;
  #onChange;
  /** A tab that nobody sees does not train. */
  #see = () => {
    for (const { run } of this.#entries) if (run instanceof LiveRun) run.setSeen(!document.hidden);
  };

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("../../runtime/kernels.js").Kernels} options.kernels
   * @param {(entry: Entry) => void} options.onOpen
   * @param {(entry: Entry) => void} options.onChange a live run has trained on, started, stopped or broken off
   */
  constructor({ t, kernels, onOpen, onChange }) {
    this.#kernels = kernels;
    this.#onOpen = onOpen;
    this.#onChange = onChange;
    document.addEventListener("visibilitychange", this.#see);
    this.node = element("div", { class: "lab-runs", role: "group", "aria-label": t("lab.runs"), hidden: true });
  }

  /** The number of a new live run. */
  get next() {
    return 1 + Math.max(0, ...this.#entries.map(({ number }) => number));
  }

  /** @param {Run} run @param {string} name @param {number} [number] of a live run @returns {Entry} */
  add(run, name, number = 0) {
    const index = run.length - 1;
    const open = () => this.#onOpen(entry);
    /** @type {Entry} */
    const entry = {
      run,
      name,
      number,
      index,
      last: run.state(index),
      measured: new WeakMap(),
      evaluator: createEvaluator(this.#kernels, run.settings),
      button: element("button", { class: "segment", type: "button", on: { click: open } }, name),
      stop: run.onChange(() => this.#onChange(entry)),
    };
    this.#entries.push(entry);
    this.#see();
    // The recorded run stays; of the others the oldest makes room.
    if (this.#entries.length > MOST) this.remove(this.#entries[1]);
    this.#list();
    return entry;
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.#entries = this.#entries.filter((each) => each !== entry);
    entry.stop();
    entry.run.destroy();
    this.#list();
  }

  /** @param {Entry} entry the one that is shown */
  mark(entry) {
    for (const each of this.#entries) each.button.setAttribute("aria-pressed", String(each === entry));
  }

  destroy() {
    document.removeEventListener("visibilitychange", this.#see);
    for (const { stop, run } of this.#entries) {
      stop();
      run.destroy();
    }
  }

  #list() {
    this.node.replaceChildren(...this.#entries.map(({ button }) => button));
    this.node.hidden = this.#entries.length < 2;
  }
}
