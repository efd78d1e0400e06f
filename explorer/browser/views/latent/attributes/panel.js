/** Attributes: a face moved towards a value of an attribute, and how often that works on many faces. */
import { element } from "../../../dom.js";
import { attributeName } from "../../../measures.js";
import { Painter } from "../../../parts/painter.js";
import { createTakeaway } from "../../../parts/takeaway.js";
import { openEffects } from "../../../runtime/attributes.js";
import { refusedNotes } from "../refused.js";
import { MOST, attributesAddress, nameMove, usualValue, valuesOf } from "./address.js";
import { direction, directed, move } from "./direction.js";
import { attributeFiles, attributePython } from "./files.js";
import { Measured } from "./measured.js";

const STRIP = Object.freeze([0, 0.5, 1, 1.5, 2, 2.5, 3]);
const FILE = "attributes.safetensors";

/**
 * @typedef {import("../panels.js").Point} Point
 * @typedef {import("../panels.js").Surroundings} Surroundings
 * @typedef {import("./address.js").AttributeState} AttributeState
 */

/** @param {Surroundings} surroundings @returns {Promise<import("../panels.js").Opened>} */
export async function create(surroundings) {
  const { model, map, t } = surroundings;
  const known = directed(map);
  if (known.size === 0) return withoutClasses(t("attributes.no_classes"));
  const measured = Object.hasOwn(model.config.files ?? {}, FILE) ? await openEffects(model.folder) : null;
  return new AttributesPanel(surroundings, known, measured);
}

/** @param {string} words @returns {import("../panels.js").Opened} */
function withoutClasses(words) {
  const node = element("section", { class: "attributes" }, element("p", { class: "note" }, words));
  return { node, update() {}, destroy() {} };
}

class AttributesPanel {
  #model;
  #map;
  #t;
  #view;
  #tell;
  #known;
  #painter;
  #files;
  /** Null where nobody has measured. @type {Measured | null} */
  measured;
  /** @type {Point | null} */
  point = null;
  /** (L) the direction of the chosen value. */
  along;
  #before;
  #after;
  #names;
  #values = element("select", { class: "select attributes-values" });
  #slider;
  #strength = element("output", { class: "number attributes-strength" });
  #source = element("p", { class: "note" });
  #support = element("p", { class: "note" });
  #frames;

  /**
   * @param {Surroundings} surroundings
   * @param {import("./address.js").Directed} known
   * @param {import("../../../runtime/attributes.js").Effects | null} effects
   */
  constructor({ model, map, t, host, view, state, tell }, known, effects) {
    this.#model = model;
    this.#map = map;
    this.#t = t;
    this.#view = view;
    this.#tell = tell;
    this.#known = known;
    this.#painter = new Painter(model, ["after", "before", "strip"]);
    const { values, refused } = attributesAddress.read(state, known);
    this.state = values;
    this.along = this.#direction();
    const onStrength = (/** @type {number} */ strength) => this.#change({ strength });
    this.measured = effects && new Measured({ effects, latentSize: model.latentSize, t, onStrength });
    this.#before = this.#picture("attributes.before");
    this.#after = this.#picture("attributes.after");
    const names = [...known.keys()].map((name) => element("option", { value: name }, attributeName(name, t)));
    this.#names = element("select", { class: "select", "aria-label": t("attributes.attribute") }, ...names);
    const strength = t("attributes.strength");
    const range = { type: "range", min: 0, max: MOST, step: 0.05 };
    this.#slider = element("input", { ...range, class: "attributes-slider", "aria-label": strength });
    this.#frames = STRIP.map((each) => this.#frame(each));
    const link = () => host.link("latent");
    const files = attributeFiles(model, t, () => this.#current());
    this.#files = createTakeaway({ t, link, files });
    this.node = element("section", { class: "attributes" }, ...refusedNotes(refused, t), ...this.#parts());
    this.#listen();
    this.#turn();
  }

  #picture(/** @type {string} */ key) {
    const { width, height } = this.#model.imageShape;
    return element("canvas", { class: "picture", width, height, role: "img", "aria-label": this.#t(key) });
  }

  #parts() {
    const t = this.#t;
    const go = element("button", { class: "button", type: "button", on: { click: (event) => this.#go(event) } });
    go.textContent = t("paths.go");
    const figure = (/** @type {HTMLElement} */ canvas, /** @type {string} */ key) =>
      element("figure", {}, canvas, element("figcaption", { class: "note" }, t(key)));
    const pair = [figure(this.#before, "attributes.before"), figure(this.#after, "attributes.after")];
    const faces = element(
      "div",
      { class: "attributes-faces" },
      element("div", { class: "attributes-pair" }, ...pair),
      this.#source,
      element("div", { class: "attributes-choice" }, this.#names, this.#values),
      element("label", { class: "attributes-move" }, t("attributes.strength"), this.#slider, this.#strength),
      element("div", { class: "attributes-strip" }, ...this.#frames.map(({ button }) => button)),
      this.#support,
      go,
      this.#files.node,
    );
    const unmeasured = element("div", {}, element("p", { class: "note" }, t("attributes.unmeasured")));
    return [
      element("p", { class: "note" }, t("attributes.note")),
      element("div", { class: "attributes-body" }, faces, this.measured?.node ?? unmeasured),
    ];
  }

  #listen() {
    this.#values.setAttribute("aria-label", this.#t("attributes.value"));
    this.#names.addEventListener("change", () => {
      const name = this.#names.value;
      this.#change({ name, id: usualValue(valuesOf(this.#known, name)) });
    });
    this.#values.addEventListener("change", () => this.#change({ id: this.#values.value }));
    this.#slider.addEventListener("input", (event) => this.#change({ strength: Number(this.#slider.value) }, event));
  }

  #frame(/** @type {number} */ strength) {
    const { width, height } = this.#model.imageShape;
    const canvas = element("canvas", { class: "picture", width, height });
    const label = this.#t("attributes.at_strength", { strength });
    const button = element(
      "button",
      {
        class: "attributes-frame",
        type: "button",
        title: label,
        "aria-label": label,
        on: { click: (event) => this.#change({ strength }, event) },
      },
      canvas,
      element("span", { class: "number" }, String(strength)),
    );
    return { canvas, strength, button };
  }

  /** The attribute that is chosen; only those with classes have directions. */
  #attribute() {
    const attribute = this.#map.attributes.get(this.state.name);
    if (attribute?.kind !== "categorical") throw new Error(`${this.state.name} has no classes`);
    return attribute;
  }

  #direction() {
    const { data, values } = this.#attribute();
    return direction(this.#map, data, values.indexOf(this.state.id));
  }

  /** A value of the chosen attribute in words. @param {string} id */
  #label(id) {
    const { values, labels } = this.#attribute();
    return (labels?.[this.#t.language] ?? values)[values.indexOf(id)];
  }

  /** @param {Partial<AttributeState>} changes @param {Event | null} [event] */
  #change(changes, event = null) {
    Object.assign(this.state, changes);
    if (changes.name !== undefined || changes.id !== undefined) this.#turn();
    else this.#show(event);
    this.#tell(attributesAddress.write(this.state, this.#known));
  }

  /** Another direction. */
  #turn() {
    const { name, id } = this.state;
    const t = this.#t;
    const values = valuesOf(this.#known, name);
    const attribute = attributeName(name, t);
    const having = values.find((each) => each.id === id)?.count ?? 0;
    this.along = this.#direction();
    this.#names.value = name;
    const options = values.map((each) =>
      element("option", { value: each.id }, nameMove(each.id, values, this.#label(each.id), attribute)),
    );
    this.#values.replaceChildren(...options);
    this.#values.value = id;
    const shown = t("words.named", { name: attribute, value: this.#label(id) });
    const counts = { value: shown, having, lacking: this.#map.count - having };
    this.#support.textContent = t("attributes.support", counts);
    this.measured?.choose(name, id, shown);
    if (this.point) this.#paintStrip();
    this.#show();
  }

  /** Where the face is before it is moved: the input's posterior mean, or z where there is no input. */
  #base() {
    return this.point?.posterior?.mean ?? this.point?.z ?? new Float32Array(this.#model.latentSize);
  }

  /** The latent at a strength. @param {number} strength */
  moved(strength) {
    return move(this.#base(), this.along, strength);
  }

  /** @returns {import("./files.js").Moved} */
  #current() {
    const image = this.point?.posterior ? this.point.image : null;
    return { z: this.#base(), image, along: this.along, state: { ...this.state } };
  }

  #go(/** @type {Event} */ event) {
    this.#view.setLatent(this.moved(this.state.strength), event);
  }

  async #paintStrip() {
    this.node.setAttribute("aria-busy", "true");
    const jobs = this.#frames.map(({ canvas, strength }) => ({ canvas, z: this.moved(strength), label: null }));
    const strip = this.#painter.paint("strip", jobs);
    this.#painter.paint("before", [{ canvas: this.#before, z: this.#base(), label: null }]);
    if (await strip) this.node.removeAttribute("aria-busy");
  }

  /** The face at the chosen strength, and what is known of that strength. @param {Event | null} [event] */
  #show(event = null) {
    const { strength } = this.state;
    if (Number(this.#slider.value) !== strength) this.#slider.value = String(strength);
    this.#strength.textContent = strength.toFixed(2);
    this.measured?.show(strength);
    if (this.point === null) return;
    this.#paintAfter(event);
    this.#files.setPython(attributePython(this.#model, this.#current()));
    this.#source.textContent = this.#sourceWords(this.point);
  }

  async #paintAfter(/** @type {Event | null} */ event) {
    const job = { canvas: this.#after, z: this.moved(this.state.strength), label: null };
    const complete = await this.#painter.paint("after", [job]);
    if (complete && event) performance.measure("explorer:latent", { start: event.timeStamp, detail: "attributes" });
  }

  /** Whose face it is, and whether it has the value already. @param {Point} point */
  #sourceWords({ posterior, image, words }) {
    if (!posterior) return this.#t("attributes.from_z");
    const { data, values } = this.#attribute();
    const has = image !== null && values[data[image]] === this.state.id;
    return this.#t(has ? "attributes.from_input_has" : "attributes.from_input", { input: words });
  }

  /** @param {Point} point */
  update(point) {
    const before = this.point;
    this.point = point;
    const same = before && before.posterior?.mean === point.posterior?.mean;
    if (same && (point.posterior || before.z === point.z)) return;
    this.#paintStrip();
    this.#show();
  }

  destroy() {
    this.#painter.stop();
    this.measured?.destroy();
  }
}
