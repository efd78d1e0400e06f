/**
 * One iteration in its sub-steps: numbered, with what each computes. The visitor advances it by key or button; nothing moves
 * by itself.
 */

import { element } from "../../dom.js";
import { readable } from "../../charts/axis.js";

/**
 * @typedef {object} SubStep an entry of the evaluator's `explain`; it has what exists by then
 * @property {"discriminator" | "generator"} network that is being trained
 * @property {"noise" | "generate" | "discriminate" | "losses" | "gradients" | "update"} kind
 */

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {() => SubStep[]} options.explain the next iteration's sub-steps, from the state that is shown
 * @param {(step: SubStep | null, past: SubStep[]) => void} options.onStep show a sub-step; null ends it
 */
export function createSlowMotion({ t, explain, onStep }) {
  return new SlowMotion(t, explain, onStep);
}

class SlowMotion {
  constructor(t, explain, onStep) {
    this.t = t;
    this.explain = explain;
    this.onStep = onStep;
    this.steps = null;
    this.index = 0;
    const button = (words, act, kind = "") =>
      element("button", { class: `button ${kind}`, type: "button", on: { click: act } }, words);
    this.opener = button(t("lab.slow_start"), () => this.start(), "lab-slow-start");
    this.list = element("ol", { class: "lab-steps" });
    this.words = element("p", { class: "lab-step-words", "aria-live": "polite" });
    this.numbers = element("dl", { class: "lab-step-numbers" });
    this.next = button(t("lab.slow_next"), () => this.move(1), "lab-slow-next");
    const controls = element(
      "div",
      { class: "lab-row" },
      button(t("lab.slow_back"), () => this.move(-1)),
      this.next,
      button(t("lab.slow_end"), () => this.end()),
    );
    this.body = element("div", { class: "lab-slow-body", hidden: true }, this.list, this.words, this.numbers, controls);
    const note = element("p", { class: "note" }, t("lab.slow_note"));
    this.node = element(
      "section",
      { class: "lab-slow", "aria-label": t("lab.slow") },
      element("div", { class: "lab-row" }, this.opener, note),
      this.body,
    );
    this.node.addEventListener("keydown", (event) => this.press(event));
  }

  get open() {
    return this.steps !== null;
  }

  start() {
    this.steps = this.explain();
    if (!this.steps) return;
    this.list.replaceChildren(...this.steps.map((step, i) => this.item(step, i)));
    this.body.hidden = false;
    this.opener.hidden = true;
    this.go(0);
    this.next.focus({ preventScroll: true });
  }

  item({ network, kind }, index) {
    const words = `${index + 1} ${this.t(`lab.substep_${kind}`)}`;
    const button = element(
      "button",
      { class: `lab-step lab-step-${network}`, type: "button", on: { click: () => this.go(index) } },
      words,
    );
    return element("li", {}, button);
  }

  /** →, Enter and Space advance, ← goes back, Escape ends. */
  press(event) {
    if (!this.open || event.altKey || event.ctrlKey || event.metaKey) return;
    const onButton = event.key === "Enter" || event.key === " ";
    if (onButton && event.target !== this.next) return; // another button does its own work
    const act = {
      ArrowRight: () => this.move(1),
      Enter: () => this.move(1),
      " ": () => this.move(1),
      ArrowLeft: () => this.move(-1),
      Escape: () => this.end(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  move(by) {
    if (this.index + by >= this.steps.length) this.end();
    else this.go(Math.max(0, this.index + by));
  }

  go(index) {
    this.index = index;
    const step = this.steps[index];
    [...this.list.querySelectorAll("button")].forEach((button, i) =>
      button.setAttribute("aria-current", i === index ? "step" : "false"),
    );
    const which = { number: index + 1, count: this.steps.length };
    const meaning = this.t(`lab.explain_${step.network}_${step.kind}`);
    this.words.textContent = this.t("lab.slow_place", { ...which, meaning });
    this.numbers.replaceChildren(
      ...this.facts(step).flatMap(([name, value]) => [
        element("dt", {}, name),
        element("dd", { class: "number" }, value),
      ]),
    );
    this.next.textContent = index === this.steps.length - 1 ? this.t("lab.slow_finish") : this.t("lab.slow_next");
    this.onStep(step, this.steps.slice(0, index + 1));
  }

  /** The numbers that a sub-step has by then. */
  facts({ network, kind, fake, realOutput, fakeOutput, loss, gradientNorm }) {
    const { t } = this;
    const mean = (values) => readable(values.reduce((sum, value) => sum + value, 0) / values.length);
    const number = (value) => (typeof value === "number" ? readable(value) : mean(value));
    const facts = [];
    if (kind === "generate" && fake) facts.push([t("lab.fact_batch"), String(fake.length / 2)]);
    const hasOutputs = ["discriminate", "losses", "gradients", "update"].includes(kind);
    if (hasOutputs && realOutput !== undefined && realOutput !== null)
      facts.push([t("lab.fact_real_output"), number(realOutput)]);
    if (hasOutputs && fakeOutput !== undefined && fakeOutput !== null)
      facts.push([t("lab.fact_fake_output"), number(fakeOutput)]);
    if (["losses", "gradients", "update"].includes(kind) && loss !== undefined && loss !== null)
      facts.push([t(`lab.node_${network}_loss`), readable(loss)]);
    if (["gradients", "update"].includes(kind) && gradientNorm !== undefined && gradientNorm !== null)
      facts.push([t("lab.fact_gradient"), readable(gradientNorm)]);
    return facts;
  }

  end() {
    if (!this.open) return;
    const focused = this.body.contains(document.activeElement);
    this.steps = null;
    this.body.hidden = true;
    this.opener.hidden = false;
    if (focused) this.opener.focus({ preventScroll: true });
    this.onStep(null, []);
  }
}
