/** Training in the page, as a run that grows while it is looked at. */
import { ModelError } from "../errors.js";
import { COLUMNS, mergePairs } from "./history.js";
import { arraysOf, initialState } from "./initial.js";
import { Run } from "./run.js";
import { TRAINABLE_LOSSES, checkSettings } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */
/** @typedef {import("./history.js").Row} Row */

const MOST_SNAPSHOTS = 400;
const MOST_ROWS = 400;
/** Of the snapshots of one run, all together. */
const MOST_SNAPSHOT_BYTES = 2 ** 26;
const FEWEST_SNAPSHOTS = 16;

/**
 * Start a run, paused.
 * @param {Partial<Settings>} settings
 * @param {{state?: State, history?: Row[], past?: State[]}} [from] go on from a state, after a history and states to
 *   scrub through
 * @returns {LiveRun}
 * @throws {ModelError} for settings that are impossible or that the page does not train
 */
export function startLive(settings, from = {}) {
  const checked = checkSettings(settings);
  if (!TRAINABLE_LOSSES.includes(checked.loss)) throw new ModelError("lab.error_loss_recorded", { setting: "loss" });
  return new LiveRun(checked, from);
}

/**
 * Train on from a state of a run, recorded or live; all before it stays to scrub through.
 * @param {Run} run
 * @param {number} i
 * @returns {LiveRun} paused
 */
export function forkRun(run, i) {
  const state = run.state(i);
  const history = run.history.rows.filter(([iteration]) => Number(iteration) <= state.iteration);
  return startLive(run.settings, { state, history, past: run.states.slice(0, i) });
}

export class LiveRun extends Run {
  #past;
  #earlier;
  #limits;
  /** @type {import("./session.js").Snapshot[]} */
  #snapshots;
  #seen = true;
  /** Iterations per second, of late. */
  speed = 0;
  /** Whether it is training; while the page is not seen, it is held. */
  running = false;

  /** @param {Settings} settings @param {{state?: State, history?: Row[], past?: State[]}} from */
  constructor(settings, { state = initialState(settings), history = [], past = [] }) {
    super(settings);
    this.live = true;
    const most = snapshotLimit(state);
    this.#past = thinned(past, Math.floor(most / 2));
    this.#earlier = merged(history, MOST_ROWS / 2);
    this.#limits = { snapshots: most - this.#past.length - 1, rows: MOST_ROWS - this.#earlier.length };
    this.#snapshots = [{ sequence: 0, state }];
    this.#collect([]);
    this.background.onProgress = (progress) => this.#take(progress);
    this.background.onFailure = (error) => this.#fail(error);
  }

  /** @returns {import("./worker.js").Opening} */
  opening() {
    return { settings: this.settings, live: { state: this.#snapshots[0].state, limits: this.#limits } };
  }

  play() {
    if (this.stopped !== null) return;
    this.running = true;
    this.#drive();
    this.changed();
  }

  pause() {
    this.running = false;
    this.#drive();
    this.changed();
  }

  /** One update of one network, or a whole iteration; pauses. @param {"discriminator" | "generator" | "both"} which */
  step(which) {
    if (this.running) this.pause();
    this.background.tell("step", { which });
  }

  /**
   * Change learning rates or numbers of steps from the present on.
   * @param {import("./engine.js").Change} partial
   * @returns {Promise<void>} rejects with a ModelError, and nothing changes, if they are impossible
   */
  async change(partial) {
    this.settings = await this.background.ask("change", { partial });
    this.changed();
  }

  /** Train no faster than so many iterations per second; Infinity is no limit. @param {number} limit above 0 */
  setPace(limit) {
    this.background.tell("pace", { limit });
  }

  /** What nobody sees need not train: it is held until it is seen again. @param {boolean} seen */
  setSeen(seen) {
    this.#seen = seen;
    if (this.running) this.#drive();
  }

  /** @param {number} i @returns {LiveRun} that goes on from state i, paused */
  fork(i) {
    return forkRun(this, i);
  }

  destroy() {
    this.running = false;
    super.destroy();
  }

  #drive() {
    this.background.tell(this.running && this.#seen ? "play" : "pause", {});
  }

  #take(/** @type {import("./worker.js").Progress} */ { snapshots, stride, rows, speed, stopped }) {
    // The last snapshot, where the run was, gives way to where it is now.
    const passing = snapshots.length > 0 ? this.#snapshots.length - 1 : -1;
    const kept = this.#snapshots.filter(
      ({ sequence }, i) => sequence % stride === 0 || (i !== passing && i === this.#snapshots.length - 1),
    );
    this.#snapshots = [...kept, ...snapshots];
    this.speed = speed;
    if (stopped !== null) {
      this.stopped = stopped;
      this.running = false;
    }
    this.#collect(rows);
    this.changed();
  }

  #collect(/** @type {Row[]} */ rows) {
    this.states = [...this.#past, ...this.#snapshots.map(({ state }) => state)];
    this.history = { columns: COLUMNS, rows: [...this.#earlier, ...rows] };
  }

  #fail(/** @type {ModelError} */ error) {
    this.running = false;
    this.stopped ??= { iteration: this.states[this.length - 1].iteration, reason: "worker", error };
    this.changed();
  }
}

/** How many snapshots of this size a run may keep. @param {State} state */
function snapshotLimit(state) {
  const bytes = arraysOf(state).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Math.max(FEWEST_SNAPSHOTS, Math.min(MOST_SNAPSHOTS, Math.floor(MOST_SNAPSHOT_BYTES / bytes)));
}

/**
 * Each second one, until there are few enough; the first stays.
 * @template T
 * @param {T[]} values
 * @param {number} most
 * @returns {T[]}
 */
function thinned(values, most) {
  return values.length <= most
    ? values
    : thinned(
        values.filter((_, i) => i % 2 === 0),
        most,
      );
}

/** @param {Row[]} rows @param {number} most @returns {Row[]} */
function merged(rows, most) {
  return rows.length <= most ? rows : merged(mergePairs(rows, 0), most);
}
