/**
 * Inside: the reparameterisation z = μ + σ·ε opened in place, as a diagram of what the model computes for the input,
 * each node with its numbers. Pointing at a node, or going to it with the keyboard, dims the others and lights the code
 * that computes it.
 */
import { element } from "../../../dom.js";
import { subscript } from "../../../charts/numerals.js";
import { orderByKl } from "../../../runtime/dimensions.js";
import { rollSeed } from "../die.js";
import { refusedNotes } from "../refused.js";
import { insideAddress } from "./address.js";
import { createArrows } from "./arrows.js";
import { createCards } from "./cards.js";
import { createCode, loadSource } from "./code.js";
import { EDGES, barScales, insideValues } from "./values.js";

/** @type {Partial<Record<string, number>>} */
const STEPS = Object.freeze({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 });

/** @typedef {import("../panels.js").Surroundings} Surroundings */

/** @param {Surroundings} surroundings @returns {Promise<import("../panels.js").Opened>} */
export async function create(surroundings) {
  return new InsidePanel(surroundings, await loadSource());
}

class InsidePanel {
  #model;
  #t;
  #view;
  #order;
  #context;
  #chosen;
  #tell;
  #cards;
  #code;
  #arrows;
  #words = element("p", { class: "inside-words", "aria-live": "polite" });
  #seed = element("span", { class: "note" });
  #diagram;
  #none;
  #body;
  /** @type {import("../given.js").Posterior | null} */
  #posterior = null;
  /** @type {Float32Array | null} */
  #input = null;
  #drawn = 0; // stamp: only the newest picture is shown

  /** @param {Surroundings} surroundings @param {import("./code.js").Source} source */
  constructor({ model, map, t, view, state, tell }, source) {
    this.#model = model;
    this.#t = t;
    this.#view = view;
    this.#tell = tell;
    this.#order = orderByKl(map.klPerDimension);
    this.#context = { latentSize: model.latentSize, usual: this.#order[0] };
    const { values, refused } = insideAddress.read(state, this.#context);
    this.#chosen = values.dimension;
    this.#cards = createCards(model, t);
    this.#code = createCode(source, model);
    const nodes = new Map(this.#cards.all.map(({ id, node }) => [id, node]));
    const controls = this.#controls(map.klPerDimension);
    this.#diagram = element("div", { class: "inside-diagram" }, controls, ...nodes.values(), this.#words);
    this.#arrows = createArrows(this.#diagram, nodes, EDGES);
    this.#none = element("p", { class: "note" }, t("latent.no_input"));
    this.#body = element(
      "div",
      { class: "inside-body", hidden: true },
      this.#diagram,
      this.#code.node,
      element("p", { class: "note" }, t("inside.note")),
    );
    this.node = element(
      "section",
      { class: "latent-panel inside" },
      ...refusedNotes(refused, t),
      element("p", { class: "note" }, t("inside.hint")),
      this.#none,
      this.#body,
    );
    this.#listen();
    this.#light(null);
  }

  #controls(/** @type {Float32Array} */ kl) {
    const t = this.#t;
    const name = (/** @type {number} */ i) =>
      `z${subscript(i + 1)}  ·  KL ${t("latent.nats", { value: kl[i].toFixed(2) })}`;
    const options = this.#order.map((i) => element("option", { value: i, selected: i === this.#chosen }, name(i)));
    const choice = element("select", { class: "select inside-dimension" }, ...options);
    choice.addEventListener("change", () => {
      this.#chosen = Number(choice.value);
      this.#tell(insideAddress.write({ dimension: this.#chosen }, this.#context));
      this.#showNumbers();
    });
    const roll = () => this.#view.reroll(rollSeed());
    const die = element(
      "button",
      { class: "button", type: "button", title: t("latent.die_hint"), on: { click: roll } },
      t("latent.die"),
    );
    const words = element("span", { class: "field-name" }, t("inside.dimension"));
    const field = element("label", { class: "inside-field" }, words, choice);
    return element("div", { class: "inside-controls" }, field, element("div", { class: "field" }, die, this.#seed));
  }

  /** One node at a time is lit: the one under the pointer, or else the one that has the focus. */
  #listen() {
    const cards = this.#cards.all;
    const focused = () => cards.find(({ node }) => node === document.activeElement)?.id ?? null;
    cards.forEach(({ id, node }, i) => {
      node.addEventListener("pointerenter", () => this.#light(id));
      node.addEventListener("pointerleave", () => this.#light(focused()));
      node.addEventListener("focus", () => this.#light(id));
      node.addEventListener("blur", () => this.#light(null));
      node.addEventListener("keydown", (event) => {
        const by = STEPS[event.key];
        if (by === undefined) return;
        event.preventDefault();
        cards[(i + by + cards.length) % cards.length].node.focus();
      });
    });
  }

  #light(/** @type {string | null} */ id) {
    this.#diagram.classList.toggle("lit", id !== null);
    for (const card of this.#cards.all) card.node.classList.toggle("lit", card.id === id);
    this.#arrows.light(id);
    this.#code.light(id);
    this.#words.textContent = this.#t(id === null ? "inside.words" : `inside.node_${id}`);
  }

  /** @param {import("../panels.js").Point} point */
  update({ input, posterior, epsilon }) {
    this.#none.hidden = posterior !== null;
    this.#body.hidden = posterior === null;
    if (posterior === null || (posterior === this.#posterior && input === this.#input)) return;
    this.#posterior = posterior;
    this.#input = input;
    this.#seed.textContent = this.#t("inside.seed", { seed: epsilon });
    if (input) this.#cards.input.show(input);
    this.#showNumbers();
    this.#decode(posterior.sample);
  }

  #showNumbers() {
    if (this.#posterior === null) return;
    const values = insideValues(this.#posterior);
    const scales = barScales(values);
    for (const { name, scale, show } of this.#cards.numbers) show(values[name], scales[scale], this.#chosen);
  }

  /** The picture of the posterior's sample, which need not be where z is now. */
  async #decode(/** @type {Float32Array} */ sample) {
    const mine = ++this.#drawn;
    const picture = await this.#model.decode(sample);
    if (mine === this.#drawn) this.#cards.output.show(picture);
  }

  destroy() {
    this.#arrows.destroy();
  }
}
