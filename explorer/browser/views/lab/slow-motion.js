/**
 * One iteration in its sub-steps: numbered, with what each computes. The visitor advances it by key or button; nothing
 * moves by itself.
 */

import { readable } from "../../charts/axis.js";
import { element } from "../../dom.js";

/** @typedef {import("../../runtime/planar/explain.js").Step} SubStep */

export class SlowMotion {
  /** @type {HTMLElement} */
  node;
  #t;
  #explain;
  #onStep;
  /** Of the iteration that is explained; null while it is closed. @type {SubStep[] | null} */
  #steps = null;
  #index = 0;
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  #list = element("ol", { class: "lab-steps" });
  #words = element("p", { class: "lab-step-words", "aria-live": "polite" });
  #numbers = element("dl", { class: "lab-step-numbers" });
  #opener;
  #next;
  #body;

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {() => SubStep[] | null} options.explain the next iteration's sub-steps, from the state that is shown; null
   *   where that is not possible
   * @param {(step: SubStep | null, past: SubStep[]) => void} options.onStep show a sub-step, the last of `past`; null
   *   ends it
   */
  constructor({ t, explain, onStep }) {
    this.#t = t;
    this.#explain = explain;
    this.#onStep = onStep;
    const button = (/** @type {string} */ words, /** @type {() => void} */ act, kind = "") =>
      element("button", { class: `button ${kind}`, type: "button", on: { click: act } }, words);
    this.#opener = button(t("lab.slow_start"), () => this.#start(), "lab-slow-start");
    this.#next = button(t("lab.slow_next"), () => this.#move(1), "lab-slow-next");
    const controls = element(
      "div",
      { class: "lab-row" },
      button(t("lab.slow_back"), () => this.#move(-1)),
      this.#next,
      button(t("lab.slow_end"), () => this.end()),
    );
    const content = [this.#list, this.#words, this.#numbers, controls];
    this.#body = element("div", { class: "lab-slow-body", hidden: true }, ...content);
    this.node = element(
      "section",
      { class: "lab-slow", "aria-label": t("lab.slow") },
      element("div", { class: "lab-row" }, this.#opener, element("p", { class: "note" }, t("lab.slow_note"))),
      this.#body,
    );
    this.node.addEventListener("keydown", (event) => this.#press(event));
  }

  get open() {
    return this.#steps !== null;
  }

  end() {
    if (!this.open) return;
    const focused = this.#body.contains(document.activeElement);
    this.#steps = null;
    this.#body.hidden = true;
    this.#opener.hidden = false;
    if (focused) this.#opener.focus({ preventScroll: true });
    this.#onStep(null, []);
  }

  #start() {
    const steps = this.#explain();
    if (!steps) return;
    this.#steps = steps;
    this.#buttons = steps.map((step, i) => this.#createButton(step, i));
    this.#list.replaceChildren(...this.#buttons.map((button) => element("li", {}, button)));
    this.#body.hidden = false;
    this.#opener.hidden = true;
    this.#go(steps, 0);
    this.#next.focus({ preventScroll: true });
  }

  /** @param {SubStep} step @param {number} index */
  #createButton({ network, kind }, index) {
    const act = () => this.#steps && this.#go(this.#steps, index);
    const words = `${index + 1} ${this.#t(`lab.substep_${kind}`)}`;
    return element("button", { class: `lab-step lab-step-${network}`, type: "button", on: { click: act } }, words);
  }

  /** →, Enter and Space advance, ← goes back, Escape ends. @param {KeyboardEvent} event */
  #press(event) {
    if (!this.open || event.altKey || event.ctrlKey || event.metaKey) return;
    const onButton = event.key === "Enter" || event.key === " ";
    if (onButton && event.target !== this.#next) return; // another button does its own work
    if (onButton || event.key === "ArrowRight") this.#move(1);
    else if (event.key === "ArrowLeft") this.#move(-1);
    else if (event.key === "Escape") this.end();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #move(/** @type {number} */ by) {
    if (!this.#steps) return;
    if (this.#index + by >= this.#steps.length) this.end();
    else this.#go(this.#steps, Math.max(0, this.#index + by));
  }

  /** @param {SubStep[]} steps @param {number} index */
  #go(steps, index) {
    this.#index = index;
    const step = steps[index];
    this.#buttons.forEach((button, i) => button.setAttribute("aria-current", i === index ? "step" : "false"));
    const meaning = this.#t(`lab.explain_${step.network}_${step.kind}`);
    const place = { number: index + 1, count: steps.length, meaning };
    this.#words.textContent = this.#t("lab.slow_place", place);
    const terms = facts(step, this.#t).flatMap(([name, value]) => [
      element("dt", {}, name),
      element("dd", { class: "number" }, value),
    ]);
    this.#numbers.replaceChildren(...terms);
    this.#next.textContent = this.#t(index === steps.length - 1 ? "lab.slow_finish" : "lab.slow_next");
    this.#onStep(step, steps.slice(0, index + 1));
  }
}

/** From which kind of sub-step on a number is told. */
const ORDER = Object.freeze(["noise", "generate", "discriminate", "losses", "gradients", "update"]);

/**
 * The numbers that a sub-step has by then.
 * @param {SubStep} step
 * @param {import("../../i18n.js").Translator} t
 * @returns {[name: string, value: string][]}
 */
function facts({ network, kind, fake, realOutput, fakeOutput, loss, gradientNorm }, t) {
  /** @type {[name: string, value: string][]} */
  const told = [];
  const tell = (/** @type {string} */ from, /** @type {string} */ key, /** @type {number | undefined} */ value) => {
    if (ORDER.indexOf(kind) >= ORDER.indexOf(from) && value !== undefined) told.push([t(key), readable(value)]);
  };
  if (kind === "generate" && fake) told.push([t("lab.fact_batch"), String(fake.length / 2)]);
  tell("discriminate", "lab.fact_real_output", mean(realOutput));
  tell("discriminate", "lab.fact_fake_output", mean(fakeOutput));
  tell("losses", `lab.fact_${network}_loss`, loss);
  tell("gradients", "lab.fact_gradient", gradientNorm);
  return told;
}

/** @param {Float32Array | undefined} values */
function mean(values) {
  return values && values.reduce((sum, value) => sum + value, 0) / values.length;
}
