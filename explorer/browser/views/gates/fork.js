/**
 * Two continuations from one place: after the character that came, and after another one, written with the same seed.
 */

import { element } from "../../dom.js";
import { UNKNOWN, visible } from "../../parts/characters.js";
import { createWriter } from "../../runtime/recurrent/writer.js";
import { Task, inSlices, rethrow } from "./slices.js";

const LENGTH = 120; // characters of each continuation, the chosen one included
const WAYS = Object.freeze(["sampled", "greedy"]);

/**
 * @typedef {object} From where the two part
 * @property {number} step −1 before the first character
 * @property {string} before the text up to there
 * @property {import("../../runtime/recurrent/language.js").State} state
 * @property {readonly [number, number]} tokens what came, and what is to come instead
 *
 * @typedef {{node: HTMLElement, title: HTMLElement, text: HTMLElement, adopt: HTMLButtonElement, written: string}}
 *   Continuation
 */

export class Fork {
  #t;
  #reading;
  #shared;
  #greedy = false;
  #task = new Task(rethrow);
  /** @type {From | null} */
  #from = null;
  #title = element("h3", {});
  #paths;
  #ways;

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("./reading.js").Reading} options.reading
   * @param {{writing: import("./address.js").Writing}} options.shared
   */
  constructor({ t, reading, shared }) {
    this.#t = t;
    this.#reading = reading;
    this.#shared = shared;
    this.#paths = [this.#continuation(), this.#continuation()];
    this.#ways = WAYS.map((way) => {
      const choose = () => {
        this.#greedy = way === "greedy";
        this.#write();
      };
      return element("button", { class: "segment", type: "button", on: { click: choose } }, t(`gates.fork_${way}`));
    });
    const close = element("button", { class: "button", type: "button", on: { click: () => this.#close() } });
    close.textContent = t("gates.fork_close");
    const ways = element("div", { class: "segments", role: "group" }, ...this.#ways);
    this.node = element(
      "section",
      { class: "gates-fork", hidden: true },
      this.#title,
      element("div", { class: "gates-row" }, ways, close),
      element("div", { class: "gates-paths" }, ...this.#paths.map(({ node }) => node)),
    );
  }

  /** @returns {Continuation} */
  #continuation() {
    const [title, text] = [element("h4", {}), element("div", { class: "gates-path-text" })];
    const adopt = element("button", { class: "button", type: "button" }, this.#t("gates.fork_adopt"));
    const path = { title, text, adopt, written: "", node: element("div", { class: "gates-path" }, title, text, adopt) };
    adopt.addEventListener("click", (event) => this.#adopt(path, event));
    return path;
  }

  /**
   * Part from the text after a step.
   * @param {number} step −1 before the first character
   * @param {number} token what comes instead of the text's next character
   */
  start(step, token) {
    const { trace, length } = this.#reading;
    const came = step + 1 < length ? trace.tokens[step + 1] : likeliest(trace.distribution(step));
    this.#from = { step, before: this.#textUpTo(step), state: trace.state(step), tokens: [came, token] };
    this.node.hidden = false;
    this.#title.textContent = this.#t("gates.fork", { position: step + 2 });
    this.#write();
  }

  /** @param {number} step */
  #textUpTo(step) {
    return this.#reading.trace.characters.slice(0, step + 1).join("");
  }

  #write() {
    if (!this.#from) return;
    const { tokens, state } = this.#from;
    const { language } = this.#reading;
    const paths = this.#paths;
    this.#ways.forEach((segment, i) =>
      segment.setAttribute("aria-pressed", String(this.#greedy === (WAYS[i] === "greedy"))),
    );
    const settings = this.#greedy ? { seed: 0, temperature: 0 } : this.#shared.writing;
    paths.forEach((path, i) => {
      const character = tokens[i] === 0 ? UNKNOWN : language.vocabulary[tokens[i]];
      const key = i === 0 ? "gates.fork_came" : "gates.fork_instead";
      path.title.textContent = this.#t(key, { character: visible(character) });
      path.written = character;
      path.adopt.disabled = true;
    });
    const work = function* () {
      const writers = tokens.map((token) => createWriter(language, language.step(state, token).state, settings));
      for (let n = 1; n < LENGTH; n += 1) {
        writers.forEach((writer, i) => (paths[i].written += writer.next().character));
        yield;
      }
    };
    const show = () => paths.forEach((path) => (path.text.textContent = path.written));
    this.#task.start(async (signal) => {
      await inSlices(work(), signal, show);
      for (const path of paths) path.adopt.disabled = false;
    });
  }

  /** Make a continuation the text. @param {Continuation} path @param {Event} event */
  #adopt({ written }, event) {
    if (!this.#from) return;
    const { before, step } = this.#from;
    this.#close();
    this.#reading.set({ text: before + written, cursor: step + 1 }, event);
  }

  /** A fork stays while the text up to it does. */
  check() {
    if (this.#from && this.#textUpTo(this.#from.step) !== this.#from.before) this.#close();
  }

  #close() {
    this.#task.stop();
    this.#from = null;
    this.node.hidden = true;
  }

  destroy() {
    this.#task.stop();
  }
}

/** The most probable token that can be written. @param {Float32Array} said */
function likeliest(said) {
  let best = 1;
  for (let token = 2; token < said.length; token += 1) if (said[token] > said[best]) best = token;
  return best;
}
