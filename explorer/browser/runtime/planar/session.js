/**
 * A live run inside the worker: trains for a slice of time, keeps snapshots and history, and hands them out in bulk.
 */
import { ModelError } from "../errors.js";
import { createEngine } from "./engine.js";
import { Recorder } from "./history.js";

/** @typedef {import("../kernels.js").Kernels} Kernels */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */

/** @typedef {{snapshots: number, rows: number}} Limits how many of each are kept */

/**
 * A state of the run; `sequence` counts its iterations and single updates from the start. Of all snapshots those are
 * kept whose sequence is a multiple of the stride, and the last.
 * @typedef {{sequence: number, state: State}} Snapshot
 */

export class Session {
  /**
   * @param {Kernels} kernels
   * @param {Settings} settings
   * @param {State} state
   * @param {Limits} limits
   */
  constructor(kernels, settings, state, limits) {
    this.engine = createEngine(kernels, settings, state);
    this.recorder = new Recorder(state.iteration, limits.rows);
    this.limit = limits.snapshots;
    this.sequence = 0;
    /** Of the newest snapshot handed out. */
    this.posted = 0;
    this.stride = 1;
    /** @type {Snapshot[]} */
    this.pending = [];
    /** @type {{iteration: number, reason: "nan", network: string} | null} */
    this.stopped = null;
  }

  /**
   * Train for about so long, at least one iteration and no more than `most`.
   * @param {number} milliseconds
   * @param {number} most
   * @returns {number} iterations done
   */
  advance(milliseconds, most) {
    const end = performance.now() + milliseconds;
    let done = 0;
    do {
      this.step("both");
      done += 1;
    } while (this.stopped === null && done < most && performance.now() < end);
    return done;
  }

  /** @param {"discriminator" | "generator" | "both"} which update, or a whole iteration */
  step(which) {
    if (this.stopped !== null) return;
    try {
      if (which === "discriminator") this.engine.stepDiscriminator();
      else if (which === "generator") this.engine.stepGenerator();
      else this.#iterate();
    } catch (error) {
      if (!(error instanceof ModelError) || error.key !== "lab.error_diverged") throw error;
      this.stopped = { iteration: Number(error.values.iteration), reason: "nan", network: error.values.network };
      return;
    }
    this.sequence += 1;
    if (this.sequence % this.stride === 0) this.#keep();
  }

  #iterate() {
    this.engine.iterate();
    const { losses, gradientNorms, outputs } = this.engine.last;
    this.recorder.add(this.engine.iteration, [
      ...both(losses),
      ...both(gradientNorms),
      ...(outputs ? [outputs.real, outputs.fake] : [null, null]),
    ]);
  }

  #keep() {
    this.pending.push({ sequence: this.sequence, state: this.engine.state() });
    if (this.sequence / this.stride < this.limit) return;
    this.stride *= 2;
    this.pending = this.pending.filter(({ sequence }) => sequence % this.stride === 0);
  }

  /**
   * What is new since the last time.
   * @returns {{snapshots: Snapshot[], stride: number, rows: import("./history.js").Row[], stopped: Session["stopped"]}}
   *   the last snapshot is where the run is now
   */
  drain() {
    const snapshots = this.pending;
    this.pending = [];
    const newest = snapshots.at(-1)?.sequence ?? this.posted;
    if (this.stopped === null && this.sequence > newest)
      snapshots.push({ sequence: this.sequence, state: this.engine.state() });
    this.posted = snapshots.at(-1)?.sequence ?? this.posted;
    return { snapshots, stride: this.stride, rows: this.recorder.rows, stopped: this.stopped };
  }
}

/** D's number and G's. @param {State["losses"]} numbers */
const both = (numbers) => (numbers ? [numbers.discriminator, numbers.generator] : [null, null]);
