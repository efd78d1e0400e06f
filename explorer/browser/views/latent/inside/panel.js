/**
 * Inside: the reparameterisation z = μ + σ·ε opened in place, as a diagram of what the model computes for the input, each node
 * with its numbers. Pointing at a node, or going to it with the keyboard, dims the others and lights the code that computes it.
 */
import { element } from "../../../dom.js";
import { orderByKl } from "../../../runtime/dimensions.js";
import { subscript } from "../../../charts/numerals.js";
import { createArrows } from "./arrows.js";
import { createCards } from "./cards.js";
import { createCode, loadSource } from "./code.js";
import { EDGES, NODES, barScales, insideValues } from "./values.js";

const DIE_FACES = 10_000; // seeds that the die gives: short enough to read out

/** @type {import("../panels.js").Panel["load"] extends () => Promise<{create: infer C}> ? C : never} */
export async function create(surroundings) {
  return new InsidePanel(surroundings, await loadSource());
}

class InsidePanel {
  constructor({ model, map, t, view, state, tell }, source) {
    this.model = model;
    this.t = t;
    this.view = view;
    this.tell = tell;
    this.order = orderByKl(map.klPerDimension);
    this.drawn = 0;
    const { dimension, refused } = readDimension(state.inside_dimension, model.latentSize, this.order[0]);
    this.chosen = dimension;
    this.cards = createCards(model, t);
    this.code = createCode(source, model);
    this.words = element("p", { class: "inside-words", "aria-live": "polite" });
    const nodes = new Map([...this.cards].map(([id, { node }]) => [id, node]));
    this.diagram = element(
      "div",
      { class: "inside-diagram" },
      this.controls(map.klPerDimension),
      ...nodes.values(),
      this.words,
    );
    this.arrows = createArrows(this.diagram, nodes, EDGES);
    const none = refused
      ? [
          element(
            "p",
            { class: "latent-refused", role: "alert" },
            t("inside.state_dimension", { expected: `1…${model.latentSize}` }),
          ),
        ]
      : [];
    this.none = element("p", { class: "note" }, t("latent.no_input"));
    this.body = element(
      "div",
      { class: "inside-body", hidden: true },
      this.diagram,
      this.code.node,
      element("p", { class: "note" }, t("inside.note")),
    );
    this.node = element(
      "section",
      { class: "latent-panel inside" },
      ...none,
      element("p", { class: "note" }, t("inside.hint")),
      this.none,
      this.body,
    );
    this.listen();
    this.light(null);
  }

  controls(kl) {
    const { t } = this;
    const name = (/** @type {number} */ i) =>
      `z${subscript(i + 1)}  ·  KL ${t("latent.nats", { value: kl[i].toFixed(2) })}`;
    const options = this.order.map((i) => element("option", { value: i, selected: i === this.chosen }, name(i)));
    const choice = element("select", { class: "select inside-dimension" }, ...options);
    choice.addEventListener("change", () => {
      this.chosen = Number(choice.value);
      this.tell({ inside_dimension: this.chosen === this.order[0] ? null : String(this.chosen + 1) });
      this.showNumbers();
    });
    const roll = () => this.view.reroll(crypto.getRandomValues(new Uint32Array(1))[0] % DIE_FACES);
    const die = element(
      "button",
      { class: "button", type: "button", title: t("latent.die_hint"), on: { click: roll } },
      t("latent.die"),
    );
    this.seed = element("span", { class: "note" });
    const field = element(
      "label",
      { class: "inside-field" },
      element("span", { class: "field-name" }, t("inside.dimension")),
      choice,
    );
    return element("div", { class: "inside-controls" }, field, element("div", { class: "field" }, die, this.seed));
  }

  /** One node at a time is lit: the one under the pointer, or else the one that has the focus. */
  listen() {
    const focused = () => document.activeElement?.closest?.("[data-node]")?.dataset.node ?? null;
    const nodes = [...this.cards.values()].map(({ node }) => node);
    nodes.forEach((node, i) => {
      node.addEventListener("pointerenter", () => this.light(node.dataset.node));
      node.addEventListener("pointerleave", () => this.light(focused()));
      node.addEventListener("focus", () => this.light(node.dataset.node));
      node.addEventListener("blur", () => this.light(null));
      node.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        nodes[(i + by + nodes.length) % nodes.length].focus();
      });
    });
  }

  light(/** @type {string | null} */ id) {
    this.diagram.classList.toggle("lit", id !== null);
    for (const [name, { node }] of this.cards) node.classList.toggle("lit", name === id);
    this.arrows.light(id);
    this.code.light(id);
    this.words.textContent = this.t(id === null ? "inside.words" : `inside.node_${id}`);
  }

  /** @param {import("../panels.js").Point} point */
  update({ input, posterior, epsilon }) {
    this.none.hidden = posterior !== null;
    this.body.hidden = posterior === null;
    if (posterior === null || (posterior === this.posterior && input === this.input)) return;
    this.posterior = posterior;
    this.input = input;
    this.seed.textContent = this.t("inside.seed", { seed: epsilon });
    if (input) this.cards.get("input").show(input);
    this.showNumbers();
    this.decode();
  }

  showNumbers() {
    if (!this.posterior) return;
    const values = insideValues(this.posterior);
    const scales = barScales(values);
    for (const { id, scale } of NODES)
      this.cards.get(id).show({ values: values[id], scale: scales[scale], chosen: this.chosen });
  }

  /** The picture of the posterior's sample, which need not be where z is now. */
  async decode() {
    const mine = ++this.drawn;
    const picture = await this.model.decode(this.posterior.sample);
    if (mine === this.drawn) this.cards.get("output").show(picture);
  }

  destroy() {
    this.arrows.destroy();
  }
}

/**
 * The dimension that the address names, from 1.
 * @param {string | undefined} text
 * @param {number} count
 * @param {number} otherwise from 0
 * @returns {{dimension: number, refused: boolean}} from 0
 */
export function readDimension(text, count, otherwise) {
  if (text === undefined) return { dimension: otherwise, refused: false };
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= count) return { dimension: number - 1, refused: false };
  return { dimension: otherwise, refused: true };
}
