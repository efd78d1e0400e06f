/** Every class from the same z: a row for each of a few samples, a column for each class. */

import { download, element } from "../../dom.js";
import { oneHot } from "../../runtime/condition.js";
import { pasteTiles } from "../../files/tiles.js";

export const ROWS = 5;

/** @typedef {{name: string, z: Float32Array}} Row */

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model a conditional one
 * @param {import("../../i18n.js").Translator} options.t
 * @param {ReturnType<typeof import("../../parts/painter.js").createPainter>} options.painter
 * @param {(row: number, index: number) => void} options.onOpen a sample was chosen, in that row and class
 * @param {(error: Error) => void} options.onError
 */
export function createClassGrid({ model, t, painter, onOpen, onError }) {
  const { classes, config, imageShape } = model;
  const names = config.condition.labels[t.language];
  const { height, width } = imageShape;
  const rows = Array.from({ length: ROWS }, (_, row) => ({
    head: element("div", { class: "grid-row-name number" }),
    cells: names.map((_, index) => {
      const canvas = element("canvas", { class: "picture", width, height });
      return {
        canvas,
        button: element("button", { class: "tile", type: "button", on: { click: () => onOpen(row, index) } }, canvas),
      };
    }),
  }));
  const grid = element("div", {
    class: "class-grid",
    role: "group",
    "aria-label": t("sample.class_grid"),
    style: { "--columns": classes },
  });
  grid.append(
    element("div"),
    ...names.map((name) => element("div", { class: "grid-column-name", title: name }, name)),
    ...rows.flatMap(({ head, cells }) => [head, ...cells.map(({ button }) => button)]),
  );
  const save = element(
    "button",
    { class: "button", type: "button", on: { click: () => savePicture() } },
    t("sample.class_grid_png"),
  );
  const node = element(
    "section",
    { class: "sample-extra" },
    element("h3", {}, t("sample.class_grid")),
    element("p", { class: "note" }, t("sample.class_grid_note")),
    element("div", { class: "class-grid-scroll" }, grid),
    element("div", { class: "downloads" }, save),
  );

  let painted = Promise.resolve(false);

  async function savePicture() {
    await painted;
    const canvases = rows.flatMap(({ cells }) => cells.map(({ canvas }) => canvas));
    download(`${model.name}-classes.png`, await pasteTiles(canvases, classes, imageShape));
  }

  return {
    node,

    /** Decode and paint every row anew. @param {Row[]} shown ROWS of them */
    draw(shown) {
      grid.setAttribute("aria-busy", "true");
      const jobs = shown.flatMap(({ name, z }, row) => {
        rows[row].head.textContent = name;
        return rows[row].cells.map(({ canvas, button }, index) => {
          button.title = `${name}, ${names[index]}`;
          button.setAttribute("aria-label", button.title);
          return { canvas, z, label: oneHot(index, classes) };
        });
      });
      painted = painter.paint("classes", jobs);
      painted.then((complete) => complete && grid.removeAttribute("aria-busy"), onError);
    },

    /** Mark the sample on the stage: the first row's, in its class. @param {number | null} index null where it has no class alone */
    mark(index) {
      rows[0].cells.forEach(({ button }, each) => button.setAttribute("aria-pressed", String(each === index)));
    },
  };
}
