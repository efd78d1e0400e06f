/**
 * The model as a graph: noise → generator → generated points; these and real points → discriminator → losses, and the
 * gradients back. Its nodes are small pictures and switch the plot's layers; in slow motion they light up one by one.
 */

import { readable } from "../../charts/axis.js";
import { vector } from "../../charts/vector.js";
import { element, freshId } from "../../dom.js";
import { PARTS } from "./address.js";
import { TRAINED, createMiniatures } from "./miniatures.js";
import { heatScale, readTheme } from "./plot/colours.js";

/**
 * @typedef {import("./address.js").Layer} Layer
 * @typedef {import("./address.js").Part} Part
 * @typedef {import("./miniatures.js").PictureName} PictureName
 * @typedef {import("../../runtime/planar/initial.js").State} State
 * @typedef {import("../../runtime/planar/explain.js").Step} SubStep
 *
 * @typedef {object} Node
 * @property {number} x the middle of the picture, in the graph's units
 * @property {number} y
 * @property {number} [side] of the picture, where it has one
 * @property {Layer} [layer] that it switches
 *
 * @typedef {object} Edge
 * @property {string} path in the graph's units
 * @property {string} colour a CSS variable
 * @property {boolean} [back] whether gradients go this way
 */

const SIZE = Object.freeze({ width: 660, height: 320 });

/** @type {Readonly<Record<PictureName | `${Part}_loss`, Node>>} */
const NODES = Object.freeze({
  noise: { x: 46, y: 100, side: 80 },
  generator: { x: 172, y: 100, side: 80, layer: "manifold" },
  fake: { x: 298, y: 100, side: 80, layer: "fake" },
  real: { x: 298, y: 250, side: 80, layer: "real" },
  discriminator: { x: 436, y: 175, side: 92, layer: "heat" },
  generator_loss: { x: 590, y: 100, layer: "arrows" },
  discriminator_loss: { x: 590, y: 250 },
});

/** @type {Readonly<Record<string, Edge>>} */
const EDGES = Object.freeze({
  noise_generator: { path: "M88 100 H128", colour: "--text-soft" },
  generator_fake: { path: "M214 100 H254", colour: "--fake" },
  fake_discriminator: { path: "M340 100 C370 100 360 156 386 158", colour: "--fake" },
  real_discriminator: { path: "M340 250 C370 250 360 194 386 192", colour: "--real" },
  discriminator_generator_loss: { path: "M484 158 C510 156 508 106 528 101", colour: "--text-soft" },
  discriminator_discriminator_loss: { path: "M484 192 C510 194 508 242 528 249", colour: "--text-soft" },
  generator_gradient: { path: "M590 72 C590 0 172 0 172 36", colour: "--generator", back: true },
  discriminator_gradient: { path: "M590 279 C590 320 436 330 436 248", colour: "--discriminator", back: true },
});

/**
 * What each sub-step of slow motion lights, for the update of the discriminator and of the generator.
 * @type {Readonly<Record<Part, Record<SubStep["kind"], string[]>>>}
 */
const LIT = Object.freeze({
  discriminator: {
    noise: ["noise"],
    generate: ["noise", "noise_generator", "generator", "generator_fake", "fake", "real"],
    discriminate: ["fake", "real", "fake_discriminator", "real_discriminator", "discriminator"],
    losses: ["discriminator", "discriminator_discriminator_loss", "discriminator_loss"],
    gradients: ["discriminator_loss", "discriminator_gradient"],
    update: ["discriminator"],
  },
  generator: {
    noise: ["noise"],
    generate: ["noise", "noise_generator", "generator", "generator_fake", "fake"],
    discriminate: ["fake", "fake_discriminator", "discriminator"],
    losses: ["discriminator", "discriminator_generator_loss", "generator_loss"],
    gradients: ["generator_loss", "generator_gradient", "fake"],
    update: ["generator"],
  },
});

export class Graph {
  /** @type {HTMLElement} */
  node;
  /** Nodes and edges by name. @type {Map<string, Element>} */
  #parts = new Map();
  /** Nodes that switch a layer. @type {{layer: Layer, node: HTMLElement}[]} */
  #switches = [];
  /** What stands below a node. @type {Map<string, HTMLElement>} */
  #values = new Map();
  /** @type {Map<PictureName, HTMLCanvasElement>} */
  #canvases = new Map();
  /** Of the run that is open. @type {ReturnType<typeof createMiniatures> | null} */
  #painters = null;
  /** @type {State | null} */
  #state = null;
  #frame = 0;
  /** Whether the pictures that no training changes are to be painted, too. */
  #all = true;
  /**
   * Reading them costs a style and a layout.
   * @type {{colours: import("./miniatures.js").Colours, sides: Map<PictureName, number>} | null}
   */
  #surroundings = null;

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(layer: Layer) => void} options.onToggle a node's layer is to be shown or put away
   * @param {(on: boolean) => void} options.onMorph the generator is pointed at or left
   */
  constructor({ t, onToggle, onMorph }) {
    const edges = Object.entries(EDGES).map(([name, edge]) => this.#buildEdge(name, edge));
    const drawing = vector("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, "aria-hidden": "true" }, ...edges);
    const nodes = Object.entries(NODES).map(([name, node]) => this.#buildNode(name, node, t, onToggle));
    this.node = element("div", { class: "lab-graph", role: "group", "aria-label": t("lab.graph") }, drawing, ...nodes);
    for (const [event, on] of Object.entries({ pointerenter: true, pointerleave: false, focus: true, blur: false })) {
      this.#parts.get("generator")?.addEventListener(event, (cause) => {
        // A finger has no hover: there the generator only switches its layer.
        if (!(cause instanceof PointerEvent && cause.pointerType === "touch")) onMorph(on);
      });
    }
  }

  /** @param {string} name @param {Edge} edge */
  #buildEdge(name, { path, colour, back = false }) {
    const head = freshId("lab-arrow");
    const line = vector("path", { d: path, "marker-end": `url(#${head})` });
    const group = vector("g", { class: back ? "lab-edge lab-edge-back" : "lab-edge" }, arrowHead(head), line);
    group.style.color = `var(${colour})`;
    this.#parts.set(name, group);
    return group;
  }

  /**
   * @param {string} name
   * @param {Node} node
   * @param {import("../../i18n.js").Translator} t
   * @param {(layer: Layer) => void} onToggle
   */
  #buildNode(name, { x, y, side, layer }, t, onToggle) {
    const words = element("span", { class: "lab-node-name" }, t(`lab.node_${name}`));
    const value = element("span", { class: "number lab-node-value" });
    const canvas = side ? element("canvas", { "aria-hidden": true }) : null;
    const children = canvas ? [words, canvas, value] : [words, value];
    const own = {
      class: `lab-node lab-node-${name.replace("_", "-")}`,
      style: {
        left: `${(100 * x) / SIZE.width}%`,
        top: `${(100 * y) / SIZE.height}%`,
        ...(side ? { "--side": `${(100 * side) / SIZE.width}cqw` } : {}),
      },
    };
    const attributes = layer && { "data-layer": layer, title: t(`lab.switch_${layer}`) };
    const node = layer
      ? element("button", { ...own, ...attributes, type: "button", on: { click: () => onToggle(layer) } }, ...children)
      : element("div", own, ...children);
    this.#parts.set(name, node);
    this.#values.set(name, value);
    if (canvas) this.#canvases.set(/** @type {PictureName} */ (name), canvas); // what has a side is a picture
    if (layer) this.#switches.push({ layer, node });
    return node;
  }

  /**
   * A run's networks and data.
   * @param {import("../../runtime/planar/settings.js").Settings} settings
   * @param {import("../../runtime/planar/evaluate.js").Evaluator} evaluator
   */
  open(settings, evaluator) {
    this.#painters = createMiniatures(settings, evaluator);
    this.#all = true;
    const { generator, discriminator, noise } = settings;
    this.#say("generator", [noise.dimensions, ...generator.widths, 2].join("·"));
    this.#say("discriminator", [2, ...discriminator.widths, 1].join("·"));
  }

  /** Paint one moment; several in one frame cost one painting. @param {State} state */
  show(state) {
    this.#state = state;
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    if (!this.#state || !this.#painters || !this.node.isConnected) return;
    this.#surroundings ??= this.#look();
    const { colours, sides } = this.#surroundings;
    if (!sides.get("fake")) return;
    for (const [name, canvas] of this.#canvases) {
      if (this.#all || TRAINED.includes(name)) {
        this.#painters[name](canvas, sides.get(name) ?? 0, colours, this.#state);
      }
    }
    this.#all = false;
    this.#sayLosses(this.#state);
  }

  /** @param {State} state */
  #sayLosses({ losses }) {
    for (const part of PARTS) {
      const loss = losses?.[part];
      this.#say(`${part}_loss`, Number.isFinite(loss) ? readable(Number(loss)) : "–");
    }
  }

  #look() {
    const theme = readTheme(this.node);
    const sides = new Map([...this.#canvases].map(([name, { clientWidth }]) => [name, clientWidth]));
    return { colours: { theme, scale: heatScale(theme) }, sides };
  }

  #say(/** @type {string} */ name, /** @type {string} */ words) {
    const value = this.#values.get(name);
    if (value) value.textContent = words;
  }

  /** After a change of theme or size. */
  redraw() {
    this.#surroundings = null;
    this.#all = true;
    if (this.#state) this.show(this.#state);
  }

  /** @param {import("./address.js").Layers} layers */
  setLayers(layers) {
    for (const { layer, node } of this.#switches) node.setAttribute("aria-pressed", String(layers[layer]));
  }

  /**
   * Light what a sub-step is about and grey the network that stands still; null ends it.
   * @param {SubStep | null} step
   */
  light(step) {
    const lit = step ? LIT[step.network][step.kind] : [];
    this.node.classList.toggle("lab-graph-slow", step !== null);
    for (const [name, part] of this.#parts) part.classList.toggle("lab-lit", lit.includes(name));
    for (const network of PARTS) {
      this.#parts.get(network)?.classList.toggle("lab-frozen", step !== null && step.network !== network);
    }
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    this.node.remove();
  }
}

/**
 * A marker of an edge's own: browsers do not agree on markers that take the colour of their line.
 * @param {string} id
 */
function arrowHead(id) {
  const head = vector("path", { d: "M0 0 L8 4 L0 8 Z" });
  return vector(
    "marker",
    { id, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 5, markerHeight: 5, orient: "auto" },
    head,
  );
}
