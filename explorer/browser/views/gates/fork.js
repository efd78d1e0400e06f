/** Two continuations from one place: after the character that came, and after another one, written with the same seed. */

import { element } from "../../dom.js";
import { createWriter } from "../../runtime/recurrent/writer.js";
import { UNKNOWN, visible } from "../../parts/characters.js";
import { createTask, inSlices } from "./slices.js";

const LENGTH = 120; // characters of each continuation, the chosen one included

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("./reading.js").Reading} options.reading
 * @param {{writing: import("./state.js").Writing}} options.shared
 * @returns {{node: HTMLElement, start(step: number, token: number, event: Event): void, check(): void, destroy(): void}}
 */
export function createFork({ t, reading, shared }) {
  return new Fork(t, reading, shared);
}

class Fork {
  constructor(t, reading, shared) {
    this.t = t;
    this.reading = reading;
    this.shared = shared;
    this.greedy = false;
    this.task = createTask((error) => {
      throw error;
    });
    const button = (/** @type {string} */ words, /** @type {(event: Event) => void} */ act) =>
      element("button", { class: "button", type: "button", on: { click: act } }, words);
    this.paths = [0, 1].map((which) => {
      const [title, text] = [element("h4", {}), element("div", { class: "gates-path-text" })];
      const adopt = button(t("gates.fork_adopt"), (event) => this.adopt(which, event));
      return { title, text, adopt, written: "", node: element("div", { class: "gates-path" }, title, text, adopt) };
    });
    this.title = element("h3", {});
    this.ways = ["sampled", "greedy"].map((way) => {
      const segment = element("button", { class: "segment", type: "button" }, t(`gates.fork_${way}`));
      segment.addEventListener("click", () => {
        this.greedy = way === "greedy";
        this.write();
      });
      return segment;
    });
    const row = element(
      "div",
      { class: "gates-row" },
      element("div", { class: "segments", role: "group" }, ...this.ways),
      button(t("gates.fork_close"), () => this.close()),
    );
    this.node = element(
      "section",
      { class: "gates-fork", hidden: true },
      this.title,
      row,
      element("div", { class: "gates-paths" }, ...this.paths.map((path) => path.node)),
    );
  }

  /**
   * Part from the text after a step.
   * @param {number} step −1 before the first character
   * @param {number} token what comes instead of the text's next character
   */
  start(step, token) {
    const { trace, length } = this.reading;
    this.step = step;
    this.before = trace.characters.slice(0, step + 1).join("");
    this.state = trace.state(step);
    const came = step + 1 < length ? trace.tokens[step + 1] : likeliest(trace.distribution(step));
    this.tokens = [came, token];
    this.node.hidden = false;
    this.title.textContent = this.t("gates.fork", { position: step + 2 });
    this.write();
  }

  write() {
    const { t, reading, paths, tokens } = this;
    const { language } = reading;
    this.ways.forEach((segment, i) => segment.setAttribute("aria-pressed", String(this.greedy === (i === 1))));
    const settings = this.greedy ? { seed: 0, temperature: 0 } : this.shared.writing;
    paths.forEach((path, i) => {
      const character = tokens[i] === 0 ? UNKNOWN : language.vocabulary[tokens[i]];
      path.title.textContent = t(i === 0 ? "gates.fork_came" : "gates.fork_instead", { character: visible(character) });
      path.written = character;
      path.adopt.disabled = true;
    });
    const work = function* (/** @type {import("../../runtime/recurrent/language.js").State} */ state) {
      const writers = tokens.map((token) => createWriter(language, language.step(state, token).state, settings));
      for (let n = 1; n < LENGTH; n += 1) {
        writers.forEach((writer, i) => (paths[i].written += writer.next().character));
        yield;
      }
    };
    const show = () => paths.forEach((path) => (path.text.textContent = path.written));
    this.task.start(async (signal) => {
      await inSlices(work(this.state), signal, show);
      for (const path of paths) path.adopt.disabled = false;
    });
  }

  /** Make a continuation the text. */
  adopt(which, event) {
    const text = this.before + this.paths[which].written;
    this.close();
    this.reading.set({ text, cursor: this.step + 1 }, event);
  }

  /** A fork stays while the text up to it does. */
  check() {
    if (this.node.hidden) return;
    const now = this.reading.trace.characters.slice(0, this.step + 1).join("");
    if (now !== this.before) this.close();
  }

  close() {
    this.task.stop();
    this.node.hidden = true;
  }

  destroy() {
    this.task.stop();
  }
}

/** The most probable token that can be written. @param {Float32Array} said */
function likeliest(said) {
  let best = 1;
  for (let token = 2; token < said.length; token += 1) if (said[token] > said[best]) best = token;
  return best;
}
