/** Inside a network: a quantity of each of its passes as a map, one unit's equations and curves, what is expected. */

import { element } from "../../dom.js";
import { createList } from "../../parts/fields.js";
import { createExpected } from "./expected.js";
import { createHeat } from "./heat.js";
import { createUnit } from "./unit.js";

/**
 * @typedef {import("./networks.js").Network} Network
 * @typedef {Omit<import("./address.js").Place, "step"> & {step: number}} Place
 *
 * @typedef {object} Seen
 * @property {import("./networks.js").Subject} subject
 * @property {import("./networks.js").Judged | null} judged
 * @property {number[]} edges of its steps, see `Course`
 *
 * @typedef {object} Parts of a network
 * @property {Network} network
 * @property {import("../../parts/fields.js").Field<number>} layer
 * @property {import("../../parts/fields.js").Field<string>} quantity
 * @property {ReturnType<typeof createHeat>[]} heats one for each pass
 * @property {ReturnType<typeof createUnit>} unit
 * @property {ReturnType<typeof createExpected> | null} expected
 *
 * @typedef {object} Options
 * @property {import("../../i18n.js").Translator} t
 * @property {readonly Network[]} networks
 * @property {import("../../runtime/sequences/note-model.js").NoteModel | null} notes
 * @property {import("./address.js").Place} place at first
 * @property {(changes: Partial<Place>) => void} onChoose
 * @property {(changes: Partial<Place>, step: number) => void} onPick a unit at a step
 * @property {(step: number) => void} onSeek
 */

export class Cells {
  /** @type {HTMLElement} */
  node;
  #options;
  #network;
  #body = element("div", { class: "sequence-passes" });
  #detail = element("div", { class: "sequence-details" });
  /** @type {Parts} */
  #parts;
  /** @type {Place} */
  #place;
  /** @type {Seen | null} */
  #seen = null;

  /** @param {Options} options */
  constructor(options) {
    const { t, networks, place } = options;
    this.#options = options;
    this.#place = { ...place, step: place.step ?? 0 };
    this.#network = createList({
      label: t("sequences.network"),
      entries: networks.map(({ key }) => [key, t(`sequences.network_${key}`)]),
      onChoose: (key) => this.#choose(key),
    });
    this.#network.node.hidden = networks.length < 2;
    this.#parts = this.#open();
    const { layer, quantity } = this.#parts;
    this.node = element(
      "section",
      { class: "sequence-section", tabindex: 0, "aria-label": t("sequences.inside") },
      element("h2", {}, t("sequences.inside")),
      element("p", { class: "note" }, t("sequences.inside_note")),
      element("div", { class: "control-row" }, this.#network.node, layer.node, quantity.node),
      this.#body,
      this.#detail,
    );
  }

  /** H, units of each layer. */
  get units() {
    return this.#parts.network.stack.hiddenSize;
  }

  /** @param {Seen} seen @param {Place} place */
  show(seen, place) {
    this.#seen = seen;
    this.place(place);
  }

  /** @param {Place} place */
  place(place) {
    this.#place = place;
    if (place.network !== this.#parts.network.key) {
      const { layer, quantity } = this.#parts;
      this.destroy();
      this.#parts = this.#open();
      layer.node.replaceWith(this.#parts.layer.node);
      quantity.node.replaceWith(this.#parts.quantity.node);
    }
    this.#draw();
  }

  destroy() {
    const { heats, unit, expected } = this.#parts;
    for (const part of [...heats, unit]) part.destroy();
    expected?.chart.destroy();
  }

  /** Look into another network, at the place that comes nearest to this one. @param {string} key */
  #choose(key) {
    const { networks, onChoose } = this.#options;
    const network = networks.find((each) => each.key === key);
    if (!network) return;
    const { stack, passes } = network;
    const { layer, unit, pass, quantity } = this.#place;
    onChoose({
      network: key,
      layer: Math.min(layer, stack.layers - 1),
      unit: Math.min(unit, stack.hiddenSize - 1),
      pass: Math.min(pass, passes.length - 1),
      quantity: stack.quantities.includes(quantity) ? quantity : stack.quantities[stack.quantities.length - 1],
    });
  }

  /** What belongs to the network of the place. @returns {Parts} */
  #open() {
    const { t, networks, notes, onChoose, onPick, onSeek } = this.#options;
    const network = networks.find(({ key }) => key === this.#place.network) ?? networks[0];
    const { stack, passes, key } = network;
    /** @type {[number, string][]} */
    const layers = Array.from({ length: stack.layers }, (_, i) => [i, String(i)]);
    const layer = createList({
      label: t("gates.layer"),
      entries: layers,
      onChoose: (chosen) => onChoose({ layer: chosen }),
    });
    layer.node.hidden = stack.layers < 2;
    const quantity = createList({
      label: t("sequences.quantity"),
      entries: stack.quantities.map((name) => [name, t(`gates.quantity_${name}`)]),
      onChoose: (chosen) => onChoose({ quantity: chosen }),
    });
    const heats = passes.map(({ title }, pass) =>
      createHeat({ t, title, onPick: (unit, step) => onPick({ unit, pass }, step) }),
    );
    const unit = createUnit({ t, cell: stack.cell, quantities: stack.quantities, onSeek });
    const expected = notes && key === "notes" ? createExpected({ t, notes }) : null;
    this.#body.replaceChildren(...heats.map(({ node }) => node));
    this.#detail.replaceChildren(unit.node, ...(expected ? [expected.node] : []));
    return { network, layer, quantity, heats, unit, expected };
  }

  #draw() {
    const [place, seen] = [this.#place, this.#seen];
    const { network, layer, quantity, heats, unit, expected } = this.#parts;
    this.#network.show(network.key);
    layer.show(place.layer);
    quantity.show(place.quantity);
    const steps = (seen?.edges.length ?? 0) - 1;
    this.#body.hidden = this.#detail.hidden = steps < 1;
    if (!seen || steps < 1) return;
    const passes = network.passes.map(({ of }) => of(seen.subject, seen.judged));
    const { unit: row, step } = place;
    heats.forEach((heat, pass) => {
      const at = this.#reader(passes[pass], place.quantity);
      heat.show({ at, units: this.units, edges: seen.edges }, { quantity: place.quantity, unit: row, step });
    });
    const all = passes[place.pass];
    // A generator's melody may end before its noise does; the discriminator reads all of it.
    const last = all.length / network.stack.width - 1;
    const reverse = network.passes[place.pass].reverse;
    const before = reverse && place.step === last ? -1 : place.step + (reverse ? 1 : -1);
    unit.show({ ...place, steps, before }, (name, step) => this.#reader(all, name)(place.unit, step));
    expected?.show(seen.subject, place.step);
  }

  /**
   * A quantity of the layer, by unit and step.
   * @param {Float32Array} all (N, layers, Q, H)
   * @param {string} name
   * @returns {(unit: number, step: number) => number}
   */
  #reader(all, name) {
    const { width, quantities, hiddenSize } = this.#parts.network.stack;
    const start = (this.#place.layer * quantities.length + quantities.indexOf(name)) * hiddenSize;
    return (unit, step) => all[step * width + start + unit];
  }
}
