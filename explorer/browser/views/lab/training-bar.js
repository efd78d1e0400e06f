/** Training by hand: start and stop, single steps, a fork from the moment that is shown, and how far the run is. */

import { grouped, readable } from "../../charts/axis.js";
import { element } from "../../dom.js";

/** What one step updates. @type {readonly ("discriminator" | "generator" | "both")[]} */
const STEPS = Object.freeze(["discriminator", "generator", "both"]);

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {() => void} options.onTrain start or stop
 * @param {() => void} options.onFork train on from the moment that is shown
 * @param {() => void} options.onRestart from untrained networks, with the settings that are shown
 * @param {(which: typeof STEPS[number]) => void} options.onStep
 */
export function createTrainingBar({ t, onTrain, onFork, onRestart, onStep }) {
  const button = (/** @type {string} */ kind, /** @type {string} */ words, /** @type {() => void} */ act, hint = "") =>
    element("button", { class: `button lab-${kind}`, type: "button", title: hint, on: { click: act } }, words);
  const train = button("train", "", onTrain);
  const fork = button("fork", t("lab.fork"), onFork, t("lab.fork_hint"));
  const restart = button("restart", t("lab.restart"), onRestart, t("lab.restart_hint"));
  const steps = STEPS.map((which) =>
    button(`step-${which}`, t(`lab.step_${which}`), () => onStep(which), t(`lab.step_${which}_hint`)),
  );
  const place = element("p", { class: "number lab-counters" });
  const message = element("p", { class: "note lab-training-note", role: "status" });
  const step = element("span", { class: "field-name" }, t("lab.step"));
  return {
    node: element(
      "section",
      { class: "lab-training", "aria-label": t("lab.training") },
      element("div", { class: "lab-row" }, train, fork, restart),
      element("div", { class: "lab-row" }, step, ...steps),
      place,
      message,
    ),
    /**
     * @param {object} now
     * @param {boolean} now.live
     * @param {boolean} now.running
     * @param {boolean} now.atEnd whether the run's last moment is shown
     * @param {boolean} now.trainable whether the page can train this loss
     * @param {import("../../runtime/planar/run.js").Stopped | null} now.stopped where and why a run broke off
     */
    show({ live, running, atEnd, trainable, stopped }) {
      train.textContent = running ? t("lab.pause") : live ? t("lab.train") : t("lab.train_on");
      train.setAttribute("aria-pressed", String(running));
      const over = live && atEnd && stopped !== null;
      train.disabled = !trainable || over;
      fork.hidden = !live;
      fork.disabled = !trainable || atEnd;
      restart.disabled = !trainable;
      for (const each of steps) each.disabled = !trainable || over;
      message.hidden = trainable && stopped === null;
      message.textContent = stopped
        ? t(`lab.stopped_${stopped.reason}`, { iteration: grouped(stopped.iteration) })
        : trainable
          ? ""
          : t("lab.untrainable");
    },
    /**
     * @param {import("../../runtime/planar/initial.js").State} state
     * @param {number | null} speed iterations a second, while it trains
     */
    count({ iteration, discriminatorUpdates, generatorUpdates }, speed) {
      const counters = {
        iteration: grouped(iteration),
        discriminator: grouped(discriminatorUpdates),
        generator: grouped(generatorUpdates),
      };
      const words = t("lab.counters", counters);
      place.textContent = speed === null ? words : `${words} · ${t("lab.speed", { count: readable(speed) })}`;
    },
  };
}
