/**
 * Decoding and painting many pictures, a few at a time, so that the page never stands still. One painter serves a view:
 * where a server decodes, the newest request ends the one before it, and two painters would end each other's for ever.
 */

import { paint } from "./pictures.js";

const SLICE = 10; // milliseconds of painting before the page may breathe

/**
 * @typedef {{canvas: HTMLCanvasElement, z: Float32Array, label: Float32Array | null}} Job
 * @typedef {{jobs: Job[], done: number, resolve: (complete: boolean) => void, reject: (error: unknown) => void}} Task
 */

export class Painter {
  #model;
  #groups;
  /** @type {Map<string, Task>} by group */
  #tasks = new Map();
  #running = false;

  /**
   * @param {import("../runtime/model.js").Model} model
   * @param {readonly string[]} groups whose jobs come first, from the most urgent on
   */
  constructor(model, groups) {
    this.#model = model;
    this.#groups = groups;
  }

  /**
   * Decode and paint; a newer call for the same group ends this one.
   * @param {string} group one of the painter's
   * @param {Job[]} jobs at least one
   * @returns {Promise<boolean>} whether all were painted
   */
  paint(group, jobs) {
    this.#tasks.get(group)?.resolve(false);
    return new Promise((resolve, reject) => {
      this.#tasks.set(group, { jobs, done: 0, resolve, reject });
      this.#run();
    });
  }

  /** End everything under way. */
  stop() {
    for (const { resolve } of this.#tasks.values()) resolve(false);
    this.#tasks.clear();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    let began = performance.now();
    for (let group = this.#next(); group !== undefined; group = this.#next()) {
      const task = this.#tasks.get(group);
      if (task !== undefined) await this.#paintOne(group, task);
      if (performance.now() - began > SLICE) {
        await new Promise((resolve) => setTimeout(resolve));
        began = performance.now();
      }
    }
    this.#running = false;
  }

  #next() {
    return this.#groups.find((group) => this.#tasks.has(group));
  }

  async #paintOne(/** @type {string} */ group, /** @type {Task} */ task) {
    const current = () => this.#tasks.get(group) === task;
    const end = () => current() && this.#tasks.delete(group);
    try {
      const job = task.jobs[task.done];
      const picture = await this.#decode(job);
      if (current()) paint(job.canvas, picture, this.#model.imageShape);
      task.done += 1;
      if (task.done === task.jobs.length && end()) task.resolve(true);
    } catch (error) {
      if (end()) task.reject(error);
    }
  }

  /** A picture; where a newer request replaced this one, ask again. @param {Job} job */
  async #decode({ z, label }) {
    for (;;) {
      try {
        return await this.#model.decode(z, label);
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
      }
    }
  }
}
