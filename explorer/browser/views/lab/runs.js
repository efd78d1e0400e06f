/** The runs of this visit: the recorded one, and those that the page trained. */

import { element } from "../../dom.js";
import { createEvaluator } from "../../runtime/planar/evaluate.js";

const MOST = 6; // each live run holds a worker and up to 400 moments

/**
 * @typedef {object} Entry
 * @property {object} run
 * @property {string} name
 * @property {number} number of a live run; 0 for the recorded one
 * @property {object} evaluator of the run's networks
 * @property {WeakMap<object, object | null>} measured by state, as long as the run keeps it; null where there was nothing to measure
 * @property {number} index the moment that is shown, or was when the run was left
 * @property {object} last the state at the run's end when the view last heard of it
 */

export class RunList {
  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("../../runtime/kernels.js").Kernels} options.kernels
   * @param {(entry: Entry) => void} options.onOpen
   * @param {(entry: Entry) => void} options.onChange a live run has trained on, started, stopped or broken off
   */
  constructor({ t, kernels, onOpen, onChange }) {
    this.kernels = kernels;
    this.onOpen = onOpen;
    this.onChange = onChange;
    this.entries = [];
    this.node = element("div", { class: "lab-runs", role: "group", "aria-label": t("lab.runs"), hidden: true });
  }

  /** The number of a new live run. */
  get next() {
    return 1 + Math.max(0, ...this.entries.map(({ number }) => number));
  }

  /** @param {object} run @param {string} name @param {number} [number] of a live run @returns {Entry} */
  add(run, name, number = 0) {
    const last = run.length - 1;
    const entry = { run, name, number, index: last, last: run.state(last), measured: new WeakMap() };
    entry.evaluator = createEvaluator(this.kernels, run.settings);
    entry.button = element(
      "button",
      { class: "segment", type: "button", on: { click: () => this.onOpen(entry) } },
      name,
    );
    entry.stop = run.onChange(() => this.onChange(entry));
    this.entries.push(entry);
    // The recorded run stays; of the others the oldest makes room.
    if (this.entries.length > MOST) this.remove(this.entries[1]);
    this.list();
    return entry;
  }

  remove(entry) {
    this.entries = this.entries.filter((each) => each !== entry);
    entry.stop();
    entry.run.destroy();
    this.list();
  }

  list() {
    this.node.replaceChildren(...this.entries.map(({ button }) => button));
    this.node.hidden = this.entries.length < 2;
  }

  mark(entry) {
    for (const each of this.entries) each.button.setAttribute("aria-pressed", String(each === entry));
  }

  destroy() {
    for (const entry of this.entries) {
      entry.stop();
      entry.run.destroy();
    }
  }
}
