/** The cards of the diagram: a network, a picture, or an operation with its number and its bars over all dimensions. */
import { element } from "../../../dom.js";
import { signed } from "../../../charts/numerals.js";
import { paint } from "../../../parts/pictures.js";
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
 * @typedef {import("../../../runtime/model.js").Model} Model
 * @typedef {import("../../../i18n.js").Translator} Translator
 *
 * @typedef {{id: string, node: HTMLElement}} Card its node can have the focus
 * @typedef {Card & {show(picture: Float32Array): void}} PictureCard
 * @typedef {Card & {name: import("./values.js").NodeName, scale: import("./values.js").Scale,
 *   show(values: ArrayLike<number>, reach: number, chosen: number): void}} NumberCard
 *
 * @typedef {object} Cards
 * @property {Card[]} all in the order of the computation
 * @property {PictureCard} input
 * @property {PictureCard} output
 * @property {NumberCard[]} numbers
 */

/** @param {Model} model @param {Translator} t @returns {Cards} */
export function createCards(model, t) {
  const { channels, height, width } = model.imageShape;
  const pixels = channels * height * width;
  const size = model.latentSize;
  const input = pictureCard("input", model, t);
  const output = pictureCard("output", model, t);
  const numbers = NODES.map(({ id, scale }) => numberCard(id, scale, size, t));
  const encoder = networkCard("encoder", `${pixels} → 2 × ${size}`, t);
  const decoder = networkCard("decoder", `${size} → ${pixels}`, t);
  return { all: [input, encoder, ...numbers, decoder, output], input, output, numbers };
}

/** @param {string} id @param {Translator} t @param {...Node} children */
function frame(id, t, ...children) {
  return element(
    "button",
    { class: `inside-card inside-card-${id}`, type: "button", "aria-label": t(`inside.node_${id}`), "data-node": id },
    ...children,
  );
}

function heading(/** @type {keyof typeof SIGNS} */ id) {
  const [operation, result] = SIGNS[id];
  return element("span", { class: "inside-sign" }, operation, element("span", { class: "inside-result" }, result));
}

/**
 * @param {import("./values.js").NodeName} name
 * @param {import("./values.js").Scale} scale
 * @param {number} size L
 * @param {Translator} t
 * @returns {NumberCard}
 */
function numberCard(name, scale, size, t) {
  const number = element("output", { class: "number inside-value" });
  const bars = createBars(size);
  const ends = element("span", { class: "note inside-reach" });
  return {
    id: name,
    name,
    scale,
    node: frame(name, t, heading(name), number, bars.node, ends),
    show(values, reach, chosen) {
      number.textContent = signed(values[chosen]);
      bars.show(values, reach, chosen);
      ends.textContent = `± ${reach.toPrecision(3)}`;
    },
  };
}

/** @param {"encoder" | "decoder"} id @param {string} sizes @param {Translator} t @returns {Card} */
function networkCard(id, sizes, t) {
  const name = element("span", { class: "inside-sign" }, t(`latent.${id}`));
  return { id, node: frame(id, t, name, element("span", { class: "number inside-sizes" }, sizes)) };
}

/** @param {"input" | "output"} id @param {Model} model @param {Translator} t @returns {PictureCard} */
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
