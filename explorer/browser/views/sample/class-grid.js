/** Every class from the same z: a row for each of a few samples, a column for each class. */

import { download, element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { pasteTiles } from "../../files/tiles.js";
import { oneHot } from "../../runtime/condition.js";

export const ROWS = 5;

/** @typedef {{name: string, z: Float32Array}} Row */

export class ClassGrid {
  /** @type {HTMLElement} */
  node;
  #model;
  #painter;
  #onError;
  #t;
  #names;
  #rows;
  #grid;
  /** Whether the newest drawing was completed. */
  #painted = Promise.resolve(false);

  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../runtime/config.js").Condition} options.condition the model's
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("./sheet.js").Painter} options.painter
   * @param {(row: number, index: number) => void} options.onOpen a sample was chosen, in that row and class
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ model, condition, t, painter, onOpen, onError }) {
    this.#t = t;
    this.#model = model;
    this.#painter = painter;
    this.#onError = onError;
    this.#names = condition.labels[t.language];
    const { height, width } = model.imageShape;
    this.#rows = Array.from({ length: ROWS }, (_, row) => ({
      head: element("div", { class: "grid-row-name number" }),
      cells: this.#names.map((_, index) => {
        const canvas = element("canvas", { class: "picture", width, height });
        const open = () => onOpen(row, index);
        return { canvas, button: element("button", { class: "tile", type: "button", on: { click: open } }, canvas) };
      }),
    }));
    this.#grid = element(
      "div",
      {
        class: "class-grid",
        role: "group",
        "aria-label": t("sample.class_grid"),
        style: { "--columns": String(this.#names.length) },
      },
      element("div"),
      ...this.#names.map((name) => element("div", { class: "grid-column-name", title: name }, name)),
      ...this.#rows.flatMap(({ head, cells }) => [head, ...cells.map(({ button }) => button)]),
    );
    const save = element(
      "button",
      { class: "button", type: "button", on: { click: () => this.#save() } },
      t("sample.class_grid_png"),
    );
    this.node = element(
      "section",
      { class: "sample-extra" },
      element("h3", {}, t("sample.class_grid")),
      element("p", { class: "note" }, t("sample.class_grid_note")),
      element("div", { class: "class-grid-scroll" }, this.#grid),
      element("div", { class: "downloads" }, save),
    );
  }

  /** Decode and paint every row anew. @param {Row[]} shown ROWS of them */
  draw(shown) {
    this.#grid.setAttribute("aria-busy", "true");
    const jobs = shown.flatMap(({ name, z }, row) => {
      this.#rows[row].head.textContent = name;
      return this.#rows[row].cells.map(({ canvas, button }, index) => {
        button.title = joined("list", [name, this.#names[index]], this.#t);
        button.setAttribute("aria-label", button.title);
        return { canvas, z, label: oneHot(index, this.#names.length) };
      });
    });
    this.#painted = this.#painter.paint("classes", jobs);
    this.#painted.then((complete) => complete && this.#grid.removeAttribute("aria-busy"), this.#onError);
  }

  /**
   * Mark the sample on the stage: the first row's, in its class.
   * @param {number | null} index null where it has no class alone
   */
  mark(index) {
    this.#rows[0].cells.forEach(({ button }, each) => button.setAttribute("aria-pressed", String(each === index)));
  }

  async #save() {
    await this.#painted;
    const canvases = this.#rows.flatMap(({ cells }) => cells.map(({ canvas }) => canvas));
    const picture = await pasteTiles(canvases, this.#names.length, this.#model.imageShape);
    download(`${this.#model.name}-classes.png`, picture);
  }
}
