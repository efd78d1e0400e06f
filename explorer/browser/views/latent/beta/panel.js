/** β: the models that differ in it alone, over one slider, with the same input and the same seeds. */
import { element } from "../../../dom.js";
import { joined } from "../../../i18n.js";
import { readable } from "../../../charts/axis.js";
import { attributeName } from "../../../measures.js";
import { orderByKl } from "../../../runtime/dimensions.js";
import { findSiblings } from "../../../runtime/siblings.js";
import { alertNote, refusedNotes } from "../refused.js";
import { betaAddress } from "./address.js";
import { createFactorTable, createKlBars } from "./dimensions.js";
import { dependence } from "./dependence.js";
import { correlate } from "./factors.js";
import { comparePictures, createPictures, createTraversal } from "./pictures.js";
import { createPlane } from "./plane.js";
import { createTable } from "./table.js";

/**
 * @typedef {import("../../../runtime/siblings.js").Sibling} Sibling
 * @typedef {import("../../../runtime/siblings.js").Refusal} Refusal
 * @typedef {import("../panels.js").Point} Point
 * @typedef {import("../panels.js").Surroundings} Surroundings
 * @typedef {import("../../../i18n.js").Translator} Translator
 */

/** @param {Surroundings} surroundings @returns {Promise<import("../panels.js").Opened>} */
export async function create(surroundings) {
  const { model, t, host, state } = surroundings;
  const { siblings, refusals } = await findSiblings(model, host);
  const names = siblings.map((each) => each.model.name);
  const context = { names, own: model.name, latentSize: model.latentSize };
  const { values, refused } = betaAddress.read(state, context);
  const node = element(
    "section",
    { class: "latent-panel beta" },
    element("p", { class: "note" }, t("beta.hint")),
    ...refusedNotes(refused, t),
  );
  const said = refusalNotes(refusals, t);
  if (siblings.length < 2) {
    node.append(alertNote(t("beta.alone")), ...said);
    return { node, update() {}, destroy() {} };
  }
  const panel = new BetaPanel(surroundings, { node, siblings, context, state: values });
  node.append(...said);
  return panel;
}

/** Why models of the same kind are not compared. @param {Refusal[]} refusals @param {Translator} t */
function refusalNotes(refusals, t) {
  return refusals.map(({ name, key, values }) =>
    element("p", { class: "note beta-refused" }, t("beta.refused", { name, reason: t(key, values) })),
  );
}

class BetaPanel {
  #t;
  #tell;
  #siblings;
  #context;
  #state;
  /** @type {Point | null} */
  #point = null;
  #shown = 0; // stamp: only the newest choice is drawn
  /** @type {Map<string, import("./factors.js").Correlations[]>} */
  #correlations = new Map();
  #range;
  #name = element("output", { class: "number beta-name" });
  #pictures;
  plane;
  bars;
  #strip = element("h3", {});
  #traversal;
  #factors;
  #table;

  /**
   * @param {Surroundings} surroundings
   * @param {object} found
   * @param {HTMLElement} found.node gets the panel appended
   * @param {Sibling[]} found.siblings at least two
   * @param {import("./address.js").Context} found.context
   * @param {import("./address.js").BetaState} found.state
   */
  constructor({ model, t, host, tell }, { node, siblings, context, state }) {
    this.node = node;
    this.#t = t;
    this.#tell = tell;
    this.#siblings = siblings;
    this.#context = context;
    this.#state = state;
    const onChoose = (/** @type {number} */ index) => this.#change({ model: siblings[index].model.name });
    const onDimension = (/** @type {number} */ dimension) => this.#change({ dimension });
    const range = { type: "range", min: 0, max: siblings.length - 1, step: 1, "aria-label": t("beta.slider") };
    this.#range = element("input", range);
    this.#range.addEventListener("input", () => onChoose(Number(this.#range.value)));
    this.#pictures = createPictures(model, t);
    this.plane = createPlane(t, siblings.map(placeOf), onChoose);
    this.#table = createTable(siblings, t, { onChoose, onOpen: (name) => host.emit("state", { model: name }) });
    const most = Math.max(...siblings.flatMap(({ map }) => [...map.klPerDimension]));
    this.bars = createKlBars({ t, most, onChoose: onDimension });
    this.#factors = createFactorTable(t, onDimension);
    this.#traversal = createTraversal(model, t);
    const columns = element("div", { class: "beta-columns" }, this.#pictures.node, this.plane.node);
    node.append(...confounds(siblings, t), this.#slider(), columns, ...this.#sections());
    this.#choose();
  }

  #slider() {
    const marks = this.#siblings.map(({ beta }) => element("span", {}, readable(beta)));
    const scale = element("div", { class: "beta-marks number" }, ...marks);
    return element(
      "div",
      { class: "beta-slider" },
      element("div", { class: "beta-range" }, this.#range, scale),
      this.#name,
    );
  }

  #sections() {
    const heading = (/** @type {string} */ key) => element("h3", {}, this.#t(key));
    const note = (/** @type {string} */ key) => element("p", { class: "note" }, this.#t(key));
    return [
      this.bars.node,
      ...[this.#strip, this.#traversal.node, note("beta.traversal_note")],
      ...[heading("beta.factors"), this.#factors.node, note("beta.factors_note")],
      ...dependentNote(this.#siblings[0].map, this.#t),
      ...[heading("beta.models"), this.#table.node, note("beta.models_note")],
    ];
  }

  #change(/** @type {Partial<import("./address.js").BetaState>} */ changes) {
    Object.assign(this.#state, changes);
    this.#tell(betaAddress.write(this.#state, this.#context));
    this.#choose();
  }

  /** Show which model is chosen, and what it makes of the input. */
  #choose() {
    const index = this.#context.names.indexOf(this.#state.model);
    const { beta, model } = this.#siblings[index];
    this.#range.value = String(index);
    this.#range.setAttribute("aria-valuetext", `β = ${readable(beta)}`);
    this.#name.textContent = `β = ${readable(beta)}  ·  ${model.name}`;
    this.plane.choose(index);
    this.#table.choose(index);
    if (this.#point) this.#draw(this.#siblings[index], this.#point);
  }

  /** @param {Point} point */
  update(point) {
    const same = this.#point && point.input === this.#point.input && point.epsilon === this.#point.epsilon;
    this.#point = point;
    if (!same) this.#choose();
  }

  /** Draw everything of the chosen model; the newest choice wins. */
  async #draw(/** @type {Sibling} */ { model, map }, /** @type {Point} */ { input, epsilon }) {
    const mine = ++this.#shown;
    this.node.setAttribute("aria-busy", "true");
    await Promise.all([model.loadDecoder(), model.loadEncoder()]);
    const compared = await comparePictures(model, input, epsilon);
    if (mine !== this.#shown) return;
    const dimension = this.#state.dimension ?? orderByKl(map.klPerDimension)[0];
    this.#pictures.show(input, compared);
    this.bars.show(map.klPerDimension, dimension);
    this.#strip.textContent = this.#t("beta.traversal", { number: dimension + 1 });
    this.#factors.show(this.#correlate(model, map), dimension, map.count, map.klPerDimension);
    await this.#traversal.show(model, compared.posterior?.mean ?? new Float32Array(model.latentSize), dimension);
    if (mine === this.#shown) this.node.removeAttribute("aria-busy");
  }

  #correlate(/** @type {Sibling["model"]} */ model, /** @type {Sibling["map"]} */ map) {
    const known = this.#correlations.get(model.name);
    if (known !== undefined) return known;
    const found = correlate(map.mean, model.latentSize, factorsOf(map));
    this.#correlations.set(model.name, found);
    return found;
  }

  destroy() {
    this.#shown += 1;
    this.plane.destroy();
    this.bars.chart.destroy();
  }
}

/** Where a model is among rates and distortions: distortion is what the reconstruction term lacks. */
function placeOf(/** @type {Sibling} */ { beta, model: { config } }) {
  const { value, low, high } = config.metrics.reconstruction;
  return {
    label: `β = ${readable(beta)}`,
    rate: config.metrics.kl,
    distortion: { value: -value, low: -high, high: -low },
  };
}

/** @param {Sibling["map"]} map @returns {import("./factors.js").Factor[]} */
function factorsOf({ attributes }) {
  return [...attributes].map(([name, { kind, data }]) => ({ name, kind, data }));
}

/** Which factors hang together in the images themselves. @param {Sibling["map"]} map @param {Translator} t */
function dependentNote(map, t) {
  const { pairs, floor } = dependence(factorsOf(map));
  if (pairs.length === 0) return [];
  const words = pairs.map(({ names: [one, other], nats }) =>
    t("beta.dependent_pair", {
      one: attributeName(one, t),
      other: attributeName(other, t),
      nats: nats.toFixed(2),
      floor: floor.toFixed(2),
    }),
  );
  return [element("p", { class: "note beta-dependent" }, t("beta.dependent", { pairs: joined("list", words, t) }))];
}

/** What else the models differ in, so that nobody lays it to β. @param {Sibling[]} siblings @param {Translator} t */
function confounds(siblings, t) {
  const names = [...new Set(siblings.flatMap(({ otherwise }) => otherwise))];
  if (names.length === 0) return [];
  return [
    element("p", { class: "latent-refused beta-confounds" }, t("beta.confounds", { names: joined("list", names, t) })),
  ];
}
