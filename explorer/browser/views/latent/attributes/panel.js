/** Attributes: a face moved towards a value of an attribute, and how often that works on many faces. */
import { element } from "../../../dom.js";
import { openEffects } from "../../../runtime/attributes.js";
import { createTakeaway } from "../../../parts/takeaway.js";
import { createPainter } from "../../../parts/painter.js";
import { attributeName } from "../controls.js";
import { direction, directed, move } from "./direction.js";
import { attributeFiles, attributePython } from "./files.js";
import { createMeasured } from "./measured.js";
import { MOST, nameMove, readAttributes, usualValue, writeAttributes } from "./state.js";

const STRIP = Object.freeze([0, 0.5, 1, 1.5, 2, 2.5, 3]);
const FILE = "attributes.safetensors";

/** @param {import("../panels.js").Surroundings} surroundings @returns {Promise<import("../panels.js").Opened>} */
export async function create(surroundings) {
  const { model } = surroundings;
  return new AttributesPanel(
    surroundings,
    Object.hasOwn(model.config.files ?? {}, FILE) ? await openEffects(model.folder) : null,
  );
}

class AttributesPanel {
  constructor({ model, map, t, host, view, state, tell }, effects) {
    this.model = model;
    this.map = map;
    this.t = t;
    this.view = view;
    this.tell = tell;
    this.known = directed(map);
    this.painter = createPainter(model, ["after", "before", "strip"]);
    /** @type {import("../panels.js").Point | null} */
    this.point = null;
    this.node = element("section", { class: "attributes" });
    if (this.known.size === 0) {
      this.node.append(element("p", { class: "note" }, t("attributes.no_classes")));
      return;
    }
    const read = readAttributes(state, this.known);
    /** @type {import("./state.js").AttributeState} */
    this.state = read.state;
    this.measured = createMeasured({
      effects,
      latentSize: model.latentSize,
      t,
      onStrength: (strength) => this.change({ strength }),
    });
    this.build(() => host.link("latent"));
    this.node.prepend(
      ...read.refused.map((entry) =>
        element("p", { class: "latent-refused", role: "alert" }, t("paths.refused", { entry })),
      ),
    );
    this.turn();
  }

  build(link) {
    const { t, model } = this;
    const { width, height } = model.imageShape;
    const picture = (/** @type {string} */ key) =>
      element("canvas", { class: "picture", width, height, role: "img", "aria-label": t(key) });
    this.before = picture("attributes.before");
    this.after = picture("attributes.after");
    const names = [...this.known.keys()].map((name) => element("option", { value: name }, attributeName(name, t)));
    this.names = element("select", { class: "select", "aria-label": t("attributes.attribute") }, ...names);
    this.names.addEventListener("change", () =>
      this.change({ name: this.names.value, id: usualValue(this.known.get(this.names.value)) }),
    );
    this.values = element("select", { class: "select attributes-values", "aria-label": t("attributes.value") });
    this.values.addEventListener("change", () => this.change({ id: this.values.value }));
    this.slider = element("input", {
      type: "range",
      min: 0,
      max: MOST,
      step: 0.05,
      class: "attributes-slider",
      "aria-label": t("attributes.strength"),
    });
    this.slider.addEventListener("input", (event) => this.change({ strength: Number(this.slider.value) }, event));
    this.strength = element("output", { class: "number attributes-strength" });
    this.source = element("p", { class: "note" });
    this.support = element("p", { class: "note" });
    this.frames = STRIP.map((strength) => this.frame(strength));
    const go = element(
      "button",
      {
        class: "button",
        type: "button",
        on: { click: (event) => this.view.setLatent(this.moved(this.state.strength), event) },
      },
      t("paths.go"),
    );
    const figure = (/** @type {HTMLElement} */ canvas, /** @type {string} */ key) =>
      element("figure", {}, canvas, element("figcaption", { class: "note" }, t(key)));
    this.files = createTakeaway({ t, link, files: attributeFiles(model, t, () => this.current()) });
    const faces = element(
      "div",
      { class: "attributes-faces" },
      element(
        "div",
        { class: "attributes-pair" },
        figure(this.before, "attributes.before"),
        figure(this.after, "attributes.after"),
      ),
      this.source,
      element("div", { class: "attributes-choice" }, this.names, this.values),
      element("label", { class: "attributes-move" }, t("attributes.strength"), this.slider, this.strength),
      element("div", { class: "attributes-strip" }, ...this.frames.map(({ button }) => button)),
      this.support,
      go,
      this.files.node,
    );
    this.node.append(
      element("p", { class: "note" }, t("attributes.note")),
      element("div", { class: "attributes-body" }, faces, this.measured.node),
    );
  }

  frame(strength) {
    const { width, height } = this.model.imageShape;
    const canvas = element("canvas", { class: "picture", width, height });
    const label = this.t("attributes.at_strength", { strength });
    return {
      canvas,
      strength,
      button: element(
        "button",
        {
          class: "attributes-frame",
          type: "button",
          title: label,
          "aria-label": label,
          on: { click: (event) => this.change({ strength }, event) },
        },
        canvas,
        element("span", { class: "number" }, String(strength)),
      ),
    };
  }

  label(name, id) {
    const { values, labels } = this.map.attributes.get(name);
    return (labels?.[this.t.language] ?? values)[values.indexOf(id)];
  }

  /** What a value is called when one moves towards it. */
  words(name, id) {
    return nameMove(id, this.known.get(name), this.label(name, id), attributeName(name, this.t));
  }

  change(changes, event = null) {
    const turned = changes.name !== undefined || changes.id !== undefined;
    Object.assign(this.state, changes);
    if (turned) this.turn();
    else this.show(event);
    this.tell(writeAttributes(this.state));
  }

  /** Another direction. */
  turn() {
    const { t, map, known, state } = this;
    const values = known.get(state.name);
    const chosen = values.find(({ id }) => id === state.id);
    this.along = direction(map, map.attributes.get(state.name).data, chosen.code);
    this.names.value = state.name;
    const named = values.map(({ id }) => ({ id, words: this.words(state.name, id) }));
    this.values.replaceChildren(...named.map(({ id, words }) => element("option", { value: id }, words)));
    this.values.value = state.id;
    const shown = `${attributeName(state.name, t)}: ${this.label(state.name, state.id)}`;
    this.support.textContent = t("attributes.support", {
      value: shown,
      having: chosen.count,
      lacking: map.count - chosen.count,
    });
    this.measured.choose(state.name, state.id, shown);
    if (this.point) this.paintStrip();
    this.show();
  }

  /** Where the face is before it is moved: the input's posterior mean, or z where there is no input. */
  base() {
    return this.point.posterior?.mean ?? this.point.z;
  }

  /** @returns {Float32Array} the latent at a strength */
  moved(strength) {
    return move(this.base(), this.along, strength);
  }

  /** @returns {import("./files.js").Moved} */
  current() {
    return {
      z: this.base(),
      image: this.point.posterior ? this.point.image : null,
      along: this.along,
      state: { ...this.state },
    };
  }

  paintStrip() {
    this.node.setAttribute("aria-busy", "true");
    const jobs = this.frames.map(({ canvas, strength }) => ({ canvas, z: this.moved(strength), label: null }));
    this.painter.paint("strip", jobs).then((complete) => complete && this.node.removeAttribute("aria-busy"));
    this.painter.paint("before", [{ canvas: this.before, z: this.base(), label: null }]);
  }

  /** The face at the chosen strength, and what is known of that strength. */
  show(event = null) {
    const { state } = this;
    if (Number(this.slider.value) !== state.strength) this.slider.value = String(state.strength);
    this.strength.textContent = state.strength.toFixed(2);
    this.measured.show(state.strength);
    if (!this.point) return;
    this.painter
      .paint("after", [{ canvas: this.after, z: this.moved(state.strength), label: null }])
      .then((complete) => {
        if (complete && event) performance.measure("explorer:latent", { start: event.timeStamp, detail: "attributes" });
      });
    this.files.setPython(attributePython(this.model, this.current()));
    this.saySource();
  }

  /** Whose face it is, and whether it has the value already. */
  saySource() {
    const { t, map, state, point } = this;
    if (!point.posterior) {
      this.source.textContent = t("attributes.from_z");
      return;
    }
    const { data, values } = map.attributes.get(state.name);
    const has = point.image !== null && values[data[point.image]] === state.id;
    this.source.textContent = t(has ? "attributes.from_input_has" : "attributes.from_input", { input: point.words });
  }

  update(point) {
    const before = this.point;
    this.point = point;
    if (
      this.known.size === 0 ||
      (before && before.posterior?.mean === point.posterior?.mean && (point.posterior || before.z === point.z))
    )
      return;
    this.paintStrip();
    this.show();
  }

  theme() {
    this.measured?.redraw();
  }

  destroy() {
    this.painter.stop();
    this.measured?.destroy();
  }
}
