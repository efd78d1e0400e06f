/**
 * The model as a graph: noise → generator → generated points; these and real points → discriminator → losses, and the
 * gradients back. Its nodes are small pictures and switch the plot's layers; in slow motion they light up one by one.
 */

import { element } from "../../dom.js";
import { readable } from "../../charts/axis.js";
import { vector } from "../../charts/vector.js";
import { createMiniatures } from "./miniatures.js";
import { readTheme } from "./plot/colours.js";

const SIZE = Object.freeze({ width: 660, height: 320 });

/** Nodes by name: the middle of the picture in the graph's units, its side, and the layer that it switches. */
const NODES = Object.freeze({
  noise: { x: 46, y: 100, side: 80 },
  generator: { x: 172, y: 100, side: 80, layer: "manifold" },
  fake: { x: 298, y: 100, side: 80, layer: "fake" },
  real: { x: 298, y: 250, side: 80, layer: "real" },
  discriminator: { x: 436, y: 175, side: 92, layer: "heat" },
  generator_loss: { x: 590, y: 100, layer: "arrows" },
  discriminator_loss: { x: 590, y: 250 },
});

/** Paths in the graph's units; `colour` names a CSS variable, `back` marks gradients. */
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

/** What each sub-step of slow motion lights, for the update of the discriminator and of the generator. */
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

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(layer: string) => void} options.onToggle a node's layer is to be shown or put away
 * @param {(on: boolean) => void} options.onMorph the generator is pointed at or left
 */
export function createGraph({ t, onToggle, onMorph }) {
  return new Graph(t, onToggle, onMorph);
}

class Graph {
  constructor(t, onToggle, onMorph) {
    this.t = t;
    this.parts = new Map(); // node and edge names → elements
    this.canvases = new Map();
    const edges = Object.entries(EDGES).map(([name, edge]) => this.edge(name, edge));
    const drawing = vector("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, "aria-hidden": "true" }, ...edges);
    const nodes = Object.entries(NODES).map(([name, node]) => this.buildNode(name, node, onToggle));
    this.node = element("div", { class: "lab-graph", role: "group", "aria-label": t("lab.graph") }, drawing, ...nodes);
    const generator = this.parts.get("generator");
    for (const [event, on] of Object.entries({ pointerenter: true, pointerleave: false, focus: true, blur: false })) {
      // A finger has no hover: there the generator only switches its layer.
      generator.addEventListener(event, (cause) => cause.pointerType !== "touch" && onMorph(on));
    }
  }

  edge(name, { path, colour, back = false }) {
    const line = vector("path", { d: path, "marker-end": `url(#lab-arrow-${name})` });
    const group = vector("g", { class: back ? "lab-edge lab-edge-back" : "lab-edge" }, arrowHead(name), line);
    group.style.color = `var(${colour})`;
    this.parts.set(name, group);
    return group;
  }

  buildNode(name, { x, y, side, layer }, onToggle) {
    const { t } = this;
    const words = element("span", { class: "lab-node-name" }, t(`lab.node_${name}`));
    const value = element("span", { class: "number lab-node-value" });
    const picture = side ? [element("canvas", { "aria-hidden": true })] : [];
    for (const canvas of picture) this.canvases.set(name, canvas);
    const position = {
      left: `${(100 * x) / SIZE.width}%`,
      top: `${(100 * y) / SIZE.height}%`,
      ...(side && { "--side": `${(100 * side) / SIZE.width}cqw` }),
    };
    const kind = `lab-node lab-node-${name.replace("_", "-")}`;
    const children = side ? [words, ...picture, value] : [words, value];
    const node = layer
      ? element(
          "button",
          {
            class: kind,
            type: "button",
            style: position,
            "data-layer": layer,
            title: t(`lab.switch_${layer}`),
            on: { click: () => onToggle(layer) },
          },
          ...children,
        )
      : element("div", { class: kind, style: position }, ...children);
    this.parts.set(name, node);
    return node;
  }

  /** A run's networks and data. */
  open(settings, evaluator) {
    this.settings = settings;
    this.painters = createMiniatures(settings, evaluator);
    this.constant = true; // the pictures that no training changes are to be painted
    for (const part of ["generator", "discriminator"]) {
      const inputs = part === "generator" ? settings.noise.dimensions : 2;
      const sizes = [inputs, ...settings[part].widths, part === "generator" ? 2 : 1];
      this.parts.get(part).querySelector(".lab-node-value").textContent = sizes.join("·");
    }
  }

  /** Paint one moment; several in one frame cost one painting. */
  show(state) {
    this.state = state;
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = 0;
    if (!this.state || !this.node.isConnected) return;
    this.theme ??= readTheme(this.node);
    const names = this.constant
      ? ["noise", "real", "fake", "generator", "discriminator"]
      : ["fake", "generator", "discriminator"];
    this.sides ??= new Map([...this.canvases].map(([name, { clientWidth }]) => [name, clientWidth])); // reading one costs a layout
    if (!this.sides.get("fake")) return;
    for (const name of names)
      this.painters[name](this.canvases.get(name), this.sides.get(name), this.theme, this.state);
    this.constant = false;
    this.say("generator_loss", this.state.losses?.generator);
    this.say("discriminator_loss", this.state.losses?.discriminator);
  }

  say(name, value) {
    this.parts.get(name).querySelector(".lab-node-value").textContent = Number.isFinite(value) ? readable(value) : "–";
  }

  /** After a change of theme or size. */
  redraw() {
    this.theme = this.sides = undefined;
    this.constant = true;
    this.show(this.state);
  }

  setLayers(layers) {
    for (const node of this.parts.values())
      if (node.dataset.layer) node.setAttribute("aria-pressed", String(layers[node.dataset.layer]));
  }

  /**
   * Light what a sub-step is about and grey the network that stands still; null ends it.
   * @param {{network: "generator" | "discriminator", kind: string} | null} step
   */
  light(step) {
    const lit = step ? LIT[step.network][step.kind] : [];
    this.node.classList.toggle("lab-graph-slow", step !== null);
    for (const [name, part] of this.parts) part.classList.toggle("lab-lit", lit.includes(name));
    for (const network of ["generator", "discriminator"]) {
      this.parts.get(network).classList.toggle("lab-frozen", step !== null && step.network !== network);
    }
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.node.remove();
  }
}

/** A marker of an edge's own: browsers do not agree on markers that take the colour of their line. */
function arrowHead(name) {
  const head = vector("path", { d: "M0 0 L8 4 L0 8 Z" });
  return vector(
    "marker",
    { id: `lab-arrow-${name}`, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 5, markerHeight: 5, orient: "auto" },
    head,
  );
}
