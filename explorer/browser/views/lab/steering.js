/**
 * What the visitor does to runs: they train and pause, go single steps, fork, begin anew, and change their settings.
 */

import { grouped } from "../../charts/axis.js";
import { LiveRun, forkRun, startLive } from "../../runtime/planar/live.js";
import { LIVE } from "./settings-panel.js";

/**
 * @typedef {import("./runs.js").Entry} Entry
 * @typedef {import("../../runtime/planar/settings.js").Settings} Settings
 * @typedef {import("./settings-panel.js").SettingPath} SettingPath
 *
 * @typedef {object} Stage where one run is shown
 * @property {() => Entry} shown
 * @property {(entry: Entry) => void} open
 * @property {() => void} pause its player
 * @property {() => void} toEnd of the run
 * @property {() => void} remember where it is, in the address
 */

export class Steering {
  #t;
  #runs;
  #stage;

  /** @param {{t: import("../../i18n.js").Translator, runs: import("./runs.js").RunList, stage: Stage}} options */
  constructor({ t, runs, stage }) {
    this.#t = t;
    this.#runs = runs;
    this.#stage = stage;
  }

  /** Train, or pause; a recorded run is trained on by a fork. */
  train() {
    const { run } = this.#stage.shown();
    if (!(run instanceof LiveRun)) this.fork().play();
    else if (run.running) run.pause();
    else {
      this.#stage.toEnd();
      run.play();
    }
  }

  /** A run of its own from the moment that is shown. */
  fork() {
    const { run, index, name } = this.#stage.shown();
    this.hold();
    const next = forkRun(run, index);
    const number = this.#runs.next;
    const words = this.#t("lab.run_fork", { number, iteration: grouped(run.iterations[index]), name });
    this.#stage.open(this.#runs.add(next, words, number));
    return next;
  }

  /**
   * Untrained networks under some settings; a run that nobody has trained gives way to it.
   * @param {Settings} settings
   */
  restart(settings) {
    const shown = this.#stage.shown();
    const replaced = shown.run.live && shown.run.length === 1 ? shown : null;
    const next = startLive(settings);
    this.hold();
    const number = replaced?.number ?? this.#runs.next;
    this.#stage.open(this.#runs.add(next, this.#t("lab.run_live", { number }), number));
    if (replaced) this.#runs.remove(replaced);
    this.#stage.remember();
  }

  /** @param {"discriminator" | "generator" | "both"} which */
  step(which) {
    const { run, index } = this.#stage.shown();
    const target = run instanceof LiveRun && index === run.length - 1 ? run : this.fork();
    target.pause();
    target.step(which);
  }

  /**
   * Settings were chosen: some act on the run that trains, the others begin a new one.
   * @param {Settings} settings
   * @param {SettingPath} path of the one that changed
   * @returns {Promise<void>} rejects where they are impossible
   */
  async choose(settings, path) {
    const { run } = this.#stage.shown();
    if (!(run instanceof LiveRun) || !LIVE.includes(path)) return this.restart(settings);
    const { optimisers, generator_steps, discriminator_steps } = settings;
    const rates = {
      generator: { learning_rate: optimisers.generator.learning_rate },
      discriminator: { learning_rate: optimisers.discriminator.learning_rate },
    };
    await run.change({ optimisers: rates, generator_steps, discriminator_steps });
    this.#stage.remember();
  }

  /** Neither the player nor the run goes on. */
  hold() {
    this.#stage.pause();
    const { run } = this.#stage.shown();
    if (run instanceof LiveRun) run.pause();
  }
}
