/** The cards of the diagram: a network, a picture, or an operation with its number and its bars over all dimensions. */
import { element } from "../../../dom.js";
import { paint } from "../../../parts/pictures.js";
import { signed } from "../../../charts/numerals.js";
import { createBars } from "./bars.js";
import { NODES } from "./values.js";

/** What a card is headed by: an operation, and what comes out of it. */
const SIGNS = Object.freeze({
  input: ["x", ""],
  mu: ["μ", ""],
  log_variance: ["log σ²", ""],
  half: ["½ ·", "½ log σ²"],
  exp: ["exp", "σ"],
  epsilon: ["ε", "~ N(0, 1)"],
  times: ["×", "σ·ε"],
  plus: ["+", "z"],
  output: ["E[x|z]", ""],
});

/**
 * @typedef {object} Card
 * @property {string} id
 * @property {HTMLElement} node focusable
 * @property {(content: any) => void} show what it holds: a picture, or {values, scale, chosen}
 */

/**
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../../../i18n.js").Translator} t
 * @returns {Map<string, Card>} by id, in the order of the computation
 */
export function createCards(model, t) {
  const { channels, height, width } = model.imageShape;
  const pixels = channels * height * width;
  const size = model.latentSize;
  const numbers = new Map(NODES.map(({ id }) => [id, numberCard(id, size, t)]));
  const cards = [
    pictureCard("input", model, t),
    networkCard("encoder", `${pixels} → 2 × ${size}`, t),
    ...["mu", "log_variance", "half", "exp", "epsilon", "times", "plus"].map((id) => numbers.get(id)),
    networkCard("decoder", `${size} → ${pixels}`, t),
    pictureCard("output", model, t),
  ];
  return new Map(cards.map((card) => [card.id, card]));
}

function frame(
  /** @type {string} */ id,
  /** @type {import("../../../i18n.js").Translator} */ t,
  /** @type {Node[]} */ ...children
) {
  return element(
    "button",
    { class: `inside-card inside-card-${id}`, type: "button", "aria-label": t(`inside.node_${id}`), "data-node": id },
    ...children,
  );
}

function heading(/** @type {string} */ id) {
  const [operation, result] = SIGNS[id];
  return element("span", { class: "inside-sign" }, operation, element("span", { class: "inside-result" }, result));
}

function numberCard(id, size, t) {
  const number = element("output", { class: "number inside-value" });
  const bars = createBars(size);
  const reach = element("span", { class: "note inside-reach" });
  return {
    id,
    node: frame(id, t, heading(id), number, bars.node, reach),
    show({ values, scale, chosen }) {
      number.textContent = signed(values[chosen]);
      bars.show(values, scale, chosen);
      reach.textContent = `± ${scale.toPrecision(3)}`;
    },
  };
}

function networkCard(id, sizes, t) {
  const name = element("span", { class: "inside-sign" }, t(`latent.${id}`));
  return { id, node: frame(id, t, name, element("span", { class: "number inside-sizes" }, sizes)), show() {} };
}

function pictureCard(id, model, t) {
  const canvas = element("canvas", { class: "picture", "aria-hidden": "true" });
  return {
    id,
    node: frame(id, t, heading(id), canvas),
    show(picture) {
      paint(canvas, picture, model.imageShape);
    },
  };
}
