/**
 * What the model says comes next, what came, and how much that surprised it; another continuation can be tried from
 * here.
 */

import { element } from "../../dom.js";
import { UNKNOWN, visible } from "../../parts/characters.js";
import { Fork } from "./fork.js";

const MOST = 12; // bars

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Next(node, reading, surroundings);
}

class Next {
  #reading;
  #t;
  #fork;
  #bars;
  #surprise = element("p", { class: "note gates-surprise" });

  /**
   * @param {HTMLElement} node
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(node, reading, { t, shared }) {
    this.#reading = reading;
    this.#t = t;
    const fork = new Fork({ t, reading, shared });
    this.#fork = fork;
    this.#bars = Array.from({ length: MOST + 1 }, () => createBar((token) => fork.start(reading.cursor, token)));
    node.append(
      element("h2", {}, t("gates.next")),
      element("ol", { class: "gates-guesses" }, ...this.#bars.map((bar) => bar.node)),
      this.#surprise,
      element("p", { class: "note" }, t("gates.next_hint")),
      fork.node,
    );
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    if (changed.has("text")) this.#fork.check();
    if (!changed.has("text") && !changed.has("cursor")) return;
    const { trace, cursor, length } = this.#reading;
    const said = trace.distribution(cursor);
    const actual = cursor + 1 < length ? trace.tokens[cursor + 1] : null;
    this.#showBars(said, actual);
    const bits = actual === null ? 0 : -Math.log2(said[actual]);
    const values = { bits: bits.toFixed(2), entropy: entropy(said).toFixed(2) };
    this.#surprise.textContent =
      actual === null
        ? this.#t("gates.entropy_alone", values)
        : this.#t("gates.surprise", { ...values, character: visible(trace.characters[cursor + 1]) });
  }

  /** @param {Float32Array} said @param {number | null} actual the token that came */
  #showBars(said, actual) {
    const tokens = mostProbable(said, MOST);
    if (actual !== null && !tokens.includes(actual)) tokens.push(actual);
    const largest = said[tokens[0]];
    this.#bars.forEach((bar, i) => {
      bar.node.hidden = i >= tokens.length;
      if (!bar.node.hidden) bar.show(this.#guess(tokens[i], said[tokens[i]], largest, tokens[i] === actual));
    });
  }

  /** @param {number} token @param {number} share @param {number} largest @param {boolean} actual @returns {Guess} */
  #guess(token, share, largest, actual) {
    const name = token === 0 ? UNKNOWN : visible(this.#reading.language.vocabulary[token]);
    const key = actual ? "gates.next_actual" : token === 0 ? "gates.next_unknown" : "gates.next_other";
    const words = this.#t(key, { character: name, share: percent(share, this.#t) });
    return { token, name, share: percent(share, this.#t), words, width: share / largest, actual };
  }

  destroy() {
    this.#fork.destroy();
  }
}

/**
 * @typedef {object} Guess
 * @property {number} token
 * @property {string} name the character
 * @property {string} share of the probability, in words
 * @property {string} words all that the bar says
 * @property {number} width of the bar, 0 to 1
 * @property {boolean} actual whether it came
 */

/** One character of the distribution. @param {(token: number) => void} onChoose */
function createBar(onChoose) {
  const [name, fill, share] = [
    element("span", { class: "gates-guess-name" }),
    element("span", { class: "gates-guess-fill" }),
    element("span", { class: "number" }),
  ];
  const track = element("span", { class: "gates-guess-track" }, fill);
  const button = element("button", { class: "gates-guess", type: "button" }, name, track, share);
  button.addEventListener("click", () => onChoose(Number(button.dataset.token)));
  return {
    node: element("li", {}, button),
    show(/** @type {Guess} */ guess) {
      name.textContent = guess.name;
      share.textContent = guess.share;
      fill.style.width = `${100 * guess.width}%`;
      button.classList.toggle("gates-guess-actual", guess.actual);
      button.disabled = guess.token === 0; // it stands for what the model cannot write
      button.title = guess.words;
      button.setAttribute("aria-label", guess.words);
      button.dataset.token = String(guess.token);
    },
  };
}

/** The most probable tokens, ties by lower token. @param {Float32Array} said @param {number} most */
function mostProbable(said, most) {
  /** @type {number[]} */
  const best = [];
  for (let token = 0; token < said.length; token += 1) {
    if (best.length === most && said[token] <= said[best[most - 1]]) continue;
    let place = best.length;
    while (place > 0 && said[token] > said[best[place - 1]]) place -= 1;
    best.splice(place, 0, token);
    if (best.length > most) best.pop();
  }
  return best;
}

/** Shannon's entropy. @param {Float32Array} said @returns {number} bits */
function entropy(said) {
  let sum = 0;
  for (const share of said) if (share > 0) sum -= share * Math.log2(share);
  return sum;
}

/**
 * A probability; small ones are not rounded to nothing.
 * @param {number} share
 * @param {import("../../i18n.js").Translator} t
 */
function percent(share, t) {
  const small = share > 0 ? (100 * share).toPrecision(1).replace(/e-(\d+)/, "e−$1") : "0";
  return t("words.percent", { value: share >= 0.0005 ? (100 * share).toFixed(1) : small });
}
