/** The models of a visit: each is opened once; a failure may be tried again. */

import { once } from "../runtime/files.js";

/**
 * @typedef {import("./catalog.js").CheckpointEntry} CheckpointEntry
 * @typedef {import("../runtime/model.js").Model} Model
 * @typedef {import("../runtime/running.js").RunningModel} RunningModel
 */

export class Models {
  /** @type {Map<string, () => Promise<Model>>} by name */
  #models = new Map();
  /** @type {Map<string, () => Promise<RunningModel>>} by name */
  #runs = new Map();

  /** @param {CheckpointEntry} entry @returns {Promise<Model | RunningModel>} a run where it still trains */
  openAny(entry) {
    return entry.running ? this.openRun(entry) : this.open(entry);
  }

  /** @param {CheckpointEntry} entry of a checkpoint */
  open({ name, folder }) {
    const known = this.#models.get(name);
    const open = known ?? once(async () => (await import("../runtime/model.js")).openModel(folder));
    this.#models.set(name, open);
    return open();
  }

  /** @param {CheckpointEntry} entry of a run that still trains */
  openRun(entry) {
    const known = this.#runs.get(entry.name);
    const open = known ?? once(async () => (await import("../runtime/running.js")).openRunning(entry));
    this.#runs.set(entry.name, open);
    return open();
  }
}
