/**
 * The map of states once it is there: its points in their colours, the path of the text, and the words around a point.
 */

import { createMenu } from "../../../charts/chart/menu.js";
import { describeMap } from "../../../charts/map.js";
import { readPalette } from "../../../charts/scale.js";
import { element, freshId } from "../../../dom.js";
import { nameOfUnit } from "../reading.js";
import { Task, inSlices, rethrow } from "../slices.js";
import { CHARACTER, MARK, UNIT, byActivity, byCharacter, byMark } from "./colouring.js";
import { createContext } from "./context.js";
import { createLegend } from "./legend.js";
import { Path } from "./path.js";
import { LAYOUTS, placeByNeighbours, project } from "./placement.js";
import { Scatter } from "./scatter.js";

const SOON = 1; // milliseconds: what follows the cursor must not delay the panels that show it

/**
 * @typedef {typeof LAYOUTS[number]} Layout
 *
 * @typedef {object} Opened
 * @property {import("../../../runtime/recurrent/states.js").StatesMap} map
 * @property {import("./page-states.js").PageStates} page
 * @property {readonly import("../../../runtime/recurrent/marks.js").Mark[]} marks
 */

export class OpenMap {
  #body;
  #reading;
  #surroundings;
  #page;
  #marks;
  /** @type {Layout} */
  #layout;
  #colour;
  #hovered = -1;
  #following = new Task(rethrow);
  #context;
  #legend;
  #note = element("p", { class: "note" });
  #unitOption = element("option", { value: UNIT });
  #layoutButtons;
  #choice;
  #menu;

  /**
   * @param {HTMLElement} body what it holds is replaced
   * @param {import("../reading.js").Reading} reading
   * @param {import("../../gates.js").Surroundings} surroundings
   * @param {Opened} opened
   */
  constructor(body, reading, surroundings, { map, page, marks }) {
    const { t, settings } = surroundings;
    this.#body = body;
    this.#reading = reading;
    this.#surroundings = surroundings;
    this.map = map;
    this.#page = page;
    this.#marks = marks;
    this.#layout = settings.layout;
    const known = [CHARACTER, UNIT, ...marks.map(({ name }) => MARK + name)];
    this.#colour = known.includes(settings.colour) ? settings.colour : CHARACTER;
    /** The point whose passage is offered; −1 for none. */
    this.chosen = -1;
    this.scatter = new Scatter({
      t,
      label: t("gates.states_label"),
      onHover: (point) => this.#hover(point),
      onChoose: (point) => this.#choose(point),
    });
    this.#context = createContext({ t, onRead: (text, step, event) => reading.set({ text, cursor: step }, event) });
    this.#legend = createLegend(t);
    this.#layoutButtons = LAYOUTS.map((layout) => {
      const choose = () => this.#changeLayout(layout);
      const words = t(`gates.states_${layout}`);
      const on = { click: choose };
      return {
        layout,
        button: element("button", { class: "segment", type: "button", "data-layout": layout, on }, words),
      };
    });
    const { node, layers } = this.scatter;
    this.#menu = createMenu({ t, describe: () => this.#describe(), node, layers, hint: t("gates.states_hint") });
    this.#choice = this.#colourChoice();
    const count = element("p", { class: "note", role: "status" }, t("gates.states_count", { count: map.count }));
    const around = [this.#context.node, this.#legend.node, this.#note, count];
    const aside = element("div", { class: "states-aside" }, ...around);
    body.replaceChildren(this.#controls(), element("div", { class: "states-body" }, this.scatter.node, aside));
    this.#nameUnit();
    this.path = this.#newPath();
    this.colours = this.#makeColours();
    this.#showLayout();
  }

  #colourChoice() {
    const { t } = this.#surroundings;
    const choice = element(
      "select",
      { class: "select", id: freshId("gates-states-colour") },
      element("option", { value: CHARACTER }, t("gates.states_by_character")),
      this.#unitOption,
      ...this.#marks.map(({ name, title }) => element("option", { value: MARK + name }, title[t.language])),
    );
    choice.value = this.#colour;
    choice.addEventListener("change", () => {
      this.#colour = choice.value;
      this.#surroundings.keep({ colour: this.#colour });
      this.#recolour();
    });
    return choice;
  }

  #controls() {
    const { t } = this.#surroundings;
    const layouts = this.#layoutButtons.map(({ button }) => button);
    const label = element("label", { class: "field-name", for: this.#choice.id }, t("gates.states_colour"));
    return element(
      "div",
      { class: "states-controls" },
      element("div", { class: "segments", role: "group", "aria-label": t("gates.states_layout") }, ...layouts),
      element("div", { class: "field" }, label, this.#choice),
      this.#menu.node,
    );
  }

  /** @param {import("../../gates.js").Changed} changed */
  draw(changed) {
    const unitChanged = changed.has("unit") || changed.has("quantity");
    if (unitChanged) this.#nameUnit();
    if ((unitChanged && this.#colour === UNIT) || changed.has("theme")) this.#recolour();
    if (changed.has("text") || changed.has("cursor")) this.#follow();
    else if (changed.has("hover") || changed.has("theme")) this.#mark();
  }

  /** The text is another one: no step of the one before is there to be placed. */
  forget() {
    this.#following.stop();
    this.path.forget();
  }

  #nameUnit() {
    const { t } = this.#surroundings;
    const { unit, quantity } = this.#reading;
    const values = { unit: nameOfUnit(unit), quantity: t(`gates.quantity_${quantity}`) };
    this.#unitOption.textContent = t("gates.states_by_unit", values);
  }

  /** @param {Layout} layout */
  #changeLayout(layout) {
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#surroundings.keep({ layout });
    this.path = this.#newPath();
    this.#showLayout();
  }

  #newPath() {
    const { map } = this;
    const { states } = this.#page;
    const { trace, language } = this.#reading;
    const locate = (/** @type {Float32Array} */ state) =>
      this.#layout === "pca" ? project(state, map.pca) : placeByNeighbours(state, states, map.layouts.umap);
    return new Path(locate, (step) => trace.quantity(language.layers - 1, "hidden", step));
  }

  #showLayout() {
    const { t } = this.#surroundings;
    for (const { layout, button } of this.#layoutButtons)
      button.setAttribute("aria-pressed", String(layout === this.#layout));
    const [first, second] = this.map.pca.explainedVarianceRatio;
    const share = (100 * (first + second)).toFixed(1);
    this.#note.textContent =
      this.#layout === "pca" ? t("gates.states_note_pca", { share }) : t("gates.states_note_umap");
    this.#recolour(true);
    this.#follow();
  }

  #recolour(anew = false) {
    this.colours = this.#makeColours();
    this.#legend.show(this.colours);
    this.scatter.show(this.map.layouts[this.#layout], this.colours.colour, anew);
    this.#showContext();
  }

  #makeColours() {
    const { t, theme } = this.#surroundings;
    const { activity, characters, positions } = this.#page;
    const { unit, quantity } = this.#reading;
    if (this.#colour === UNIT)
      return byActivity(activity(unit.layer, quantity, unit.index), quantity, readPalette(this.#body));
    const mark = this.#marks.find(({ name }) => MARK + name === this.#colour);
    if (mark) return byMark(mark, positions, theme(), t);
    const read = Array.from(positions, (position) => characters[position]);
    return byCharacter(read, theme(), t);
  }

  /** The same places for a table or a large figure. */
  #describe() {
    const { t } = this.#surroundings;
    const name = t(`gates.states_${this.#layout}`);
    return describeMap({
      title: t("gates.section_states"),
      caption: this.#note.textContent ?? "",
      axes: { x: `${name} 1`, y: `${name} 2` },
      points: this.map.layouts[this.#layout],
      labels: Array.from(this.#page.positions, (position) => String(position + 1)),
      attribute: { ...this.colours, label: this.#choice.selectedOptions[0].textContent ?? "" },
      viewport: this.scatter.stage?.viewport,
    });
  }

  /** Place what the text has come to, step by step back from the cursor. */
  #follow() {
    const { cursor } = this.#reading;
    this.#mark();
    this.#following.start((signal) => inSlices(this.path.reachTo(cursor), signal, () => this.#mark()), SOON);
  }

  #mark() {
    const { cursor, hover } = this.#reading;
    const path = this.path.upTo(cursor);
    const linked = path.find(({ step }) => step === hover.time) ?? null;
    this.scatter.mark({ path, linked, hovered: this.#hovered, chosen: this.chosen });
  }

  /** @param {number} point */
  #hover(point) {
    if (point === this.#hovered) return;
    this.#hovered = point;
    this.#showContext();
    this.#mark();
  }

  /** @param {number} point */
  #choose(point) {
    this.chosen = point;
    this.#showContext();
    this.#mark();
  }

  #showContext() {
    const point = this.#hovered >= 0 ? this.#hovered : this.chosen;
    const { characters, positions } = this.#page;
    if (point < 0) this.#context.clear();
    else this.#context.show(characters, positions[point], this.colours.value(point), point === this.chosen);
  }

  destroy() {
    this.#following.stop();
    this.#menu.destroy();
    this.scatter.destroy();
  }
}
