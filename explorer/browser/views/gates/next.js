/** What the model says comes next, what came, and how much that surprised it; another continuation can be tried from here. */

import { element } from "../../dom.js";
import { UNKNOWN, visible } from "../../parts/characters.js";
import { createFork } from "./fork.js";

const MOST = 12; // bars

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Next(node, reading, surroundings);
}

class Next {
  constructor(node, reading, { t, shared }) {
    this.reading = reading;
    this.t = t;
    this.title = element("h2", {}, t("gates.next"));
    this.bars = Array.from({ length: MOST + 1 }, () =>
      createBar((token, event) => this.fork.start(reading.cursor, token, event)),
    );
    this.list = element("ol", { class: "gates-guesses" }, ...this.bars.map((bar) => bar.node));
    this.surprise = element("p", { class: "note gates-surprise" });
    this.hint = element("p", { class: "note" }, t("gates.next_hint"));
    this.fork = createFork({ t, reading, shared });
    node.append(this.title, this.list, this.surprise, this.hint, this.fork.node);
  }

  draw(changed) {
    const { reading, t } = this;
    if (changed.has("text")) this.fork.check();
    if (!changed.has("text") && !changed.has("cursor")) return;
    const { trace, cursor, length, language } = reading;
    const said = trace.distribution(cursor);
    const actual = cursor + 1 < length ? trace.tokens[cursor + 1] : null;
    const tokens = mostProbable(said, MOST);
    if (actual !== null && !tokens.includes(actual)) tokens.push(actual);
    const largest = said[tokens[0]];
    this.bars.forEach((bar, i) => {
      const token = tokens[i];
      bar.node.hidden = token === undefined;
      if (token === undefined) return;
      const name = token === 0 ? UNKNOWN : visible(language.vocabulary[token]);
      const share = percent(said[token]);
      const words = t(
        token === actual ? "gates.next_actual" : token === 0 ? "gates.next_unknown" : "gates.next_other",
        { character: name, share },
      );
      bar.show({ token, name, share, words, width: said[token] / largest, actual: token === actual });
    });
    const values = {
      bits: (actual === null ? 0 : -Math.log2(said[actual])).toFixed(2),
      entropy: entropy(said).toFixed(2),
    };
    if (actual === null) this.surprise.textContent = t("gates.entropy_alone", values);
    else
      this.surprise.textContent = t("gates.surprise", { ...values, character: visible(trace.characters[cursor + 1]) });
  }

  destroy() {
    this.fork.destroy();
  }
}

/** One character of the distribution. @param {(token: number, event: Event) => void} onChoose */
function createBar(onChoose) {
  const [name, fill, share] = [
    element("span", { class: "gates-guess-name" }),
    element("span", { class: "gates-guess-fill" }),
    element("span", { class: "number" }),
  ];
  const button = element(
    "button",
    { class: "gates-guess", type: "button" },
    name,
    element("span", { class: "gates-guess-track" }, fill),
    share,
  );
  let shown = -1;
  button.addEventListener("click", (event) => onChoose(shown, event));
  return {
    node: element("li", {}, button),
    show({ token, name: character, share: said, words, width, actual }) {
      shown = token;
      name.textContent = character;
      share.textContent = said;
      fill.style.width = `${100 * width}%`;
      button.classList.toggle("gates-guess-actual", actual);
      button.disabled = token === 0; // it stands for what the model cannot write
      button.title = words;
      button.setAttribute("aria-label", words);
      button.dataset.token = String(token);
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

/** A probability; small ones are not rounded to nothing. @param {number} share */
function percent(share) {
  if (share >= 0.0005) return `${(100 * share).toFixed(1)} %`;
  return share > 0 ? `${(100 * share).toPrecision(1).replace(/e-(\d+)/, "e−$1")} %` : "0 %";
}
