/**
 * Decoding and painting many pictures, a few at a time, so that the page never stands still. One painter serves a view:
 * where a server decodes, the newest request ends the one before it, and two painters would end each other's for ever.
 */

import { paint } from "./pictures.js";

const SLICE = 10; // milliseconds of painting before the page may breathe

/** @typedef {{canvas: HTMLCanvasElement, z: Float32Array, label: Float32Array | null}} Job */

/**
 * @param {import("../runtime/model.js").Model} model
 * @param {string[]} groups whose jobs come first, from the most urgent on
 */
export function createPainter(model, groups) {
  /**
   * @type {Map<string, {jobs: Job[], done: number, resolve: (complete: boolean) => void, reject: (error: Error) =>
   *   void}>}
   */
  const tasks = new Map();
  let running = false;

  /** A picture; where a newer request replaced this one, ask again. @param {Job} job */
  async function decode({ z, label }) {
    for (;;) {
      try {
        return await model.decode(z, label);
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }
  }

  async function run() {
    if (running) return;
    running = true;
    let began = performance.now();
    for (let group = next(); group; group = next()) {
      const task = tasks.get(group);
      const end = (/** @type {() => void} */ act) => tasks.get(group) === task && (tasks.delete(group), act());
      try {
        const job = task.jobs[task.done];
        const picture = await decode(job);
        if (tasks.get(group) === task) paint(job.canvas, picture, model.imageShape);
        task.done += 1;
        if (task.done === task.jobs.length) end(() => task.resolve(true));
      } catch (error) {
        end(() => task.reject(error));
      }
      if (performance.now() - began > SLICE) {
        await new Promise((resolve) => setTimeout(resolve));
        began = performance.now();
      }
    }
    running = false;
  }

  const next = () => groups.find((group) => tasks.has(group));

  return {
    /**
     * Decode and paint; a newer call for the same group ends this one.
     * @param {string} group one of the painter's
     * @param {Job[]} jobs at least one
     * @returns {Promise<boolean>} whether all were painted
     */
    paint(group, jobs) {
      tasks.get(group)?.resolve(false);
      return new Promise((resolve, reject) => {
        tasks.set(group, { jobs, done: 0, resolve, reject });
        run();
      });
    },

    /** End everything under way. */
    stop() {
      for (const { resolve } of tasks.values()) resolve(false);
      tasks.clear();
    },
  };
}
