/** β: the models that differ in it alone, over one slider, with the same input and the same seeds. */
import { element } from "../../../dom.js";
import { readable } from "../../../charts/axis.js";
import { orderByKl } from "../../../runtime/dimensions.js";
import { readDimension } from "../inside/panel.js";
import { createFactorTable, createKlBars } from "./dimensions.js";
import { correlate } from "./factors.js";
import { comparePictures, createPictures, createTraversal } from "./pictures.js";
import { createPlane } from "./plane.js";
import { findSiblings } from "../../../runtime/siblings.js";
import { createTable } from "./table.js";

/** @param {import("../panels.js").Surroundings} surroundings */
export async function create(surroundings) {
  const { siblings, refusals } = await findSiblings(surroundings.model, surroundings.host);
  return new BetaPanel(surroundings, siblings, refusals);
}

class BetaPanel {
  constructor({ model, t, host, state, tell }, siblings, refusals) {
    this.model = model;
    this.t = t;
    this.host = host;
    this.tell = tell;
    this.siblings = siblings;
    this.shown = 0;
    this.own = siblings.findIndex(({ own }) => own);
    const named = siblings.findIndex((each) => each.model.name === state.beta_model);
    this.index = named < 0 ? this.own : named;
    const size = model.latentSize;
    const { dimension, refused } = readDimension(state.beta_dimension, size, -1);
    /** −1 for the one of the largest KL of whatever model is chosen. */
    this.dimension = dimension;
    const words = refusals.map(({ name, key, values }) => t("beta.refused", { name, reason: t(key, values) }));
    if (state.beta_model !== undefined && named < 0)
      words.unshift(
        t("beta.state_model", {
          found: state.beta_model.slice(0, 60),
          expected: siblings.map((each) => each.model.name).join(", "),
        }),
      );
    if (refused) words.unshift(t("inside.state_dimension", { expected: `1…${size}` }));
    /** @type {Map<string, import("./factors.js").Correlations[]>} */
    this.correlations = new Map();
    this.build(words);
    if (siblings.length > 1) this.choose(this.index, false);
  }

  build(refusals) {
    const { t, siblings, model } = this;
    const onChoose = (/** @type {number} */ index) => this.choose(index);
    const onDimension = (/** @type {number} */ dimension) => this.chooseDimension(dimension);
    const said = refusals.map((words) => element("p", { class: "note beta-refused" }, words));
    this.node = element("section", { class: "latent-panel beta" }, element("p", { class: "note" }, t("beta.hint")));
    if (siblings.length < 2)
      return this.node.append(element("p", { class: "latent-refused", role: "alert" }, t("beta.alone")), ...said);
    this.pictures = createPictures(model, t);
    this.plane = createPlane(t, onChoose);
    this.table = createTable(siblings, t, { onChoose, onOpen: (name) => this.host.emit("state", { model: name }) });
    this.bars = createKlBars(t, onDimension);
    this.factors = createFactorTable(t, onDimension);
    this.traversal = createTraversal(model, t);
    this.plane.show(
      siblings.map(({ beta, model: { config } }) => ({
        label: `β = ${readable(beta)}`,
        rate: config.metrics.kl,
        distortion: negated(config.metrics.reconstruction),
      })),
    );
    this.most = Math.max(...siblings.flatMap(({ map }) => [...map.klPerDimension]));
    return this.node.append(...this.confounds(), this.slider(), this.columns(), ...this.sections(), ...said);
  }

  /** What else the models differ in, so that nobody lays it to β. */
  confounds() {
    const names = [...new Set(this.siblings.flatMap(({ otherwise }) => otherwise))];
    return names.length
      ? [
          element(
            "p",
            { class: "latent-refused beta-confounds" },
            this.t("beta.confounds", { names: names.join(", ") }),
          ),
        ]
      : [];
  }

  slider() {
    const { siblings, t } = this;
    this.range = element("input", {
      type: "range",
      min: 0,
      max: siblings.length - 1,
      step: 1,
      "aria-label": t("beta.slider"),
    });
    this.range.addEventListener("input", () => this.choose(Number(this.range.value)));
    this.name = element("output", { class: "number beta-name" });
    const marks = siblings.map(({ beta }) => element("span", {}, readable(beta)));
    return element(
      "div",
      { class: "beta-slider" },
      element("div", { class: "beta-range" }, this.range, element("div", { class: "beta-marks number" }, ...marks)),
      this.name,
    );
  }

  columns() {
    const { t } = this;
    const plane = element(
      "figure",
      { class: "beta-plane-figure" },
      element("h3", {}, t("beta.plane")),
      this.plane.node,
      element("figcaption", { class: "note" }, t("beta.plane_note")),
    );
    return element("div", { class: "beta-columns" }, this.pictures.node, plane);
  }

  sections() {
    const { t } = this;
    const heading = (/** @type {string} */ key) => element("h3", {}, t(key));
    const note = (/** @type {string} */ key) => element("p", { class: "note" }, t(key));
    this.strip = element("h3", {});
    return [
      ...[heading("beta.kl"), this.bars.node, note("beta.kl_note")],
      ...[this.strip, this.traversal.node, note("beta.traversal_note")],
      ...[heading("beta.factors"), this.factors.node, note("beta.factors_note")],
      ...[heading("beta.models"), this.table.node, note("beta.models_note")],
    ];
  }

  /** @param {number} index @param {boolean} [told] whether the address follows */
  choose(index, told = true) {
    this.index = index;
    const { beta, model } = this.siblings[index];
    this.range.value = String(index);
    this.range.setAttribute("aria-valuetext", `β = ${readable(beta)}`);
    this.name.textContent = `β = ${readable(beta)}  ·  ${model.name}`;
    this.plane.choose(index);
    this.table.choose(index);
    if (told) this.tell({ beta_model: index === this.own ? null : model.name });
    if (this.point) this.draw();
  }

  chooseDimension(/** @type {number} */ dimension) {
    this.dimension = dimension;
    this.tell({ beta_dimension: String(dimension + 1) });
    this.draw();
  }

  /** @param {import("../panels.js").Point} point */
  update(point) {
    const same = this.point && point.input === this.point.input && point.epsilon === this.point.epsilon;
    this.point = point;
    if (!same && this.siblings.length > 1) this.draw();
  }

  /** Draw everything of the chosen model; the newest choice wins. */
  async draw() {
    const mine = ++this.shown;
    const { model, map } = this.siblings[this.index];
    await Promise.all([model.loadDecoder(), model.loadEncoder()]);
    const { input, epsilon } = this.point;
    const compared = await comparePictures(model, input, epsilon);
    if (mine !== this.shown) return;
    const dimension = this.dimension < 0 ? orderByKl(map.klPerDimension)[0] : this.dimension;
    this.pictures.show(input, compared);
    this.bars.show(map.klPerDimension, this.most, dimension);
    this.strip.textContent = this.t("beta.traversal", { number: dimension + 1 });
    this.traversal.show(model, compared.posterior?.mean ?? new Float32Array(model.latentSize), dimension);
    this.factors.show(this.correlate(model, map), dimension, map.count, map.klPerDimension);
  }

  correlate(model, map) {
    const factors = [...map.attributes].map(([name, { kind, data }]) => ({ name, kind, data }));
    if (!this.correlations.has(model.name))
      this.correlations.set(model.name, correlate(map.mean, model.latentSize, factors));
    return this.correlations.get(model.name);
  }

  destroy() {
    this.shown += 1;
  }
}

/** Distortion is what the reconstruction term lacks. */
function negated({ value, low, high }) {
  return { value: -value, low: -high, high: -low };
}
