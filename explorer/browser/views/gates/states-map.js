/**
 * The map of states: the states of the held-out page in two dimensions, coloured by the character, a mark or a unit, with the
 * path of the visitor's text through them.
 */

import { element } from "../../dom.js";
import { readPalette } from "../../charts/scale.js";
import { heldOutPage } from "./find/page.js";
import { createTask, inSlices } from "./slices.js";
import { writeUnit } from "./state.js";
import { byActivity, byCharacter, byMark } from "./states/colouring.js";
import { createContext } from "./states/context.js";
import { createLegend } from "./states/legend.js";
import { pageStates } from "./states/page-states.js";
import { Path } from "./states/path.js";
import { placeByNeighbours, project } from "./states/placement.js";
import { Scatter } from "./states/scatter.js";

const LAYOUTS = Object.freeze(["umap", "pca"]);
const SOON = 1; // milliseconds: what follows the cursor must not delay the panels that show it
const CHARACTER = "character";
const UNIT = "unit";
const MARK = "mark:";

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(body, reading, surroundings) {
  return new StatesMap(body, reading, surroundings);
}

class StatesMap {
  constructor(body, reading, surroundings) {
    const { state } = surroundings;
    this.body = body;
    this.reading = reading;
    this.surroundings = surroundings;
    this.t = surroundings.t;
    this.layout = LAYOUTS.includes(state.layout) ? state.layout : LAYOUTS[0];
    this.colour = state.colour ?? CHARACTER;
    this.hovered = this.chosen = -1;
    const fail = (/** @type {Error & {key?: string}} */ error) => {
      if (error.key === undefined) throw error;
      this.status.textContent = this.t(error.key, error.values);
    };
    this.loading = createTask(fail);
    this.following = createTask(fail);
    this.status = element("p", { class: "note", role: "status" });
    body.append(this.status);
  }

  draw(changed) {
    if (!this.begun) {
      this.begun = true;
      this.loading.start((signal) => this.open(signal));
    }
    if (!this.page) return;
    const { unit, quantity } = this.reading;
    if (changed.has("unit") || changed.has("quantity"))
      this.unitOption.textContent = this.t("gates.states_by_unit", {
        unit: writeUnit(unit),
        quantity: this.t(`gates.quantity_${quantity}`),
      });
    const recoloured = this.colour === UNIT && (changed.has("unit") || changed.has("quantity"));
    if (recoloured || changed.has("theme")) this.recolour();
    if (changed.has("text")) this.path.forget();
    if (changed.has("text") || changed.has("cursor")) this.follow();
    else if (changed.has("hover") || changed.has("theme")) this.mark();
  }

  /** Fetch the map and read the page again, when the panel is first looked at. */
  async open(signal) {
    const { model, texts } = this.surroundings;
    this.status.textContent = this.t("gates.states_loading");
    const [map, marks] = await Promise.all([model.loadStates(), model.loadMarks()]);
    if (map === null) {
      this.status.textContent = this.t("gates.states_none");
      return;
    }
    const onProgress = (/** @type {number} */ share) =>
      (this.status.textContent = this.t("gates.states_reading", { share: Math.floor(100 * share) }));
    const trace = await heldOutPage(this.reading.language, texts.page).read(signal, onProgress);
    this.map = map;
    this.page = pageStates(trace, map.positions);
    this.marks = marks?.marks ?? [];
    this.build();
  }

  build() {
    const { t, body } = this;
    this.scatter = new Scatter({
      t,
      label: t("gates.states_label"),
      onHover: (point) => this.hover(point),
      onChoose: (point) => this.choose(point),
    });
    this.context = createContext({ t, onRead: (text, step, event) => this.reading.set({ text, cursor: step }, event) });
    this.legend = createLegend(t);
    this.note = element("p", { class: "note" });
    const aside = element(
      "div",
      { class: "states-aside" },
      this.context.node,
      this.legend.node,
      this.note,
      this.status,
    );
    body.replaceChildren(this.controls(), element("div", { class: "states-body" }, this.scatter.node, aside));
    this.status.textContent = t("gates.states_count", { count: this.map.count });
    this.changeLayout(this.layout);
    this.draw(new Set(["unit"]));
  }

  controls() {
    const { t } = this;
    const buttons = LAYOUTS.map((layout) =>
      element("button", { class: "segment", type: "button", "data-layout": layout }, t(`gates.states_${layout}`)),
    );
    for (const button of buttons) button.addEventListener("click", () => this.changeLayout(button.dataset.layout));
    this.layoutButtons = buttons;
    this.unitOption = element("option", { value: UNIT });
    const markOptions = this.marks.map(({ name, title }) =>
      element("option", { value: MARK + name }, title[t.language]),
    );
    const choice = element(
      "select",
      { class: "select", id: "gates-states-colour" },
      element("option", { value: CHARACTER }, t("gates.states_by_character")),
      this.unitOption,
      ...markOptions,
    );
    if (![...choice.options].some(({ value }) => value === this.colour)) this.colour = CHARACTER;
    choice.value = this.colour;
    choice.addEventListener("change", () => {
      this.colour = choice.value;
      this.tell();
      this.recolour();
    });
    return element(
      "div",
      { class: "states-controls" },
      element("div", { class: "segments", role: "group", "aria-label": t("gates.states_layout") }, ...buttons),
      element(
        "div",
        { class: "field" },
        element("label", { class: "field-name", for: "gates-states-colour" }, t("gates.states_colour")),
        choice,
      ),
    );
  }

  changeLayout(layout) {
    const { map, page, t } = this;
    const anew = !this.path || layout !== this.layout;
    this.layout = layout;
    for (const button of this.layoutButtons)
      button.setAttribute("aria-pressed", String(button.dataset.layout === layout));
    const locate = (/** @type {Float32Array} */ state) =>
      layout === "pca" ? project(state, map.pca) : placeByNeighbours(state, page.states, map.layouts.umap);
    const { trace, language } = this.reading;
    this.path = new Path(locate, (step) => trace.quantity(language.layers - 1, "hidden", step));
    const share = (100 * (map.pca.explainedVarianceRatio[0] + map.pca.explainedVarianceRatio[1])).toFixed(1);
    this.note.textContent = layout === "pca" ? t("gates.states_note_pca", { share }) : t("gates.states_note_umap");
    if (anew) this.tell();
    this.recolour(true);
    this.follow();
  }

  recolour(anew = false) {
    this.colours = this.makeColours();
    this.legend.show(this.colours);
    this.scatter.show(this.map.layouts[this.layout], this.colours.colour, anew);
    this.showContext();
  }

  makeColours() {
    const { page, colour, t, reading } = this;
    const theme = this.surroundings.theme();
    if (colour === UNIT)
      return byActivity(
        page.activity(reading.unit.layer, reading.quantity, reading.unit.index),
        reading.quantity,
        readPalette(this.body),
      );
    const mark = this.marks.find(({ name }) => MARK + name === colour);
    if (mark) return byMark(mark, page.positions, theme, t);
    return byCharacter(
      Array.from(page.positions, (position) => page.characters[position]),
      theme,
      t,
    );
  }

  /** Place what the text has come to, step by step back from the cursor. */
  follow() {
    const { cursor } = this.reading;
    this.mark();
    this.following.start((signal) => inSlices(this.path.reachTo(cursor), signal, () => this.mark()), SOON);
  }

  mark() {
    const { reading, path, hovered, chosen } = this;
    const places = path.upTo(reading.cursor);
    this.scatter.mark({
      path: places,
      linked: places.find(({ step }) => step === reading.hover.time) ?? null,
      hovered,
      chosen,
    });
  }

  hover(point) {
    if (point === this.hovered) return;
    this.hovered = point;
    this.showContext();
    this.mark();
  }

  choose(point) {
    this.chosen = point;
    this.showContext();
    this.mark();
  }

  showContext() {
    const point = this.hovered >= 0 ? this.hovered : this.chosen;
    if (point < 0) return this.context.clear();
    return this.context.show(
      this.page.characters,
      this.page.positions[point],
      this.colours.value(point),
      point === this.chosen,
    );
  }

  tell() {
    this.surroundings.host.emit("state", {
      layout: this.layout === LAYOUTS[0] ? null : this.layout,
      colour: this.colour === CHARACTER ? null : this.colour,
    });
  }

  destroy() {
    this.loading.stop();
    this.following.stop();
    this.scatter?.destroy();
  }
}
