/** The sheet: a grid of samples, painted a few at a time. */

import { element } from "../../dom.js";
import { pasteTiles } from "../../files/tiles.js";

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {ReturnType<typeof import("../../parts/painter.js").createPainter>} options.painter
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(index: number) => void} options.onPick a sample was chosen with the keyboard
 * @param {(event: PointerEvent, index: number) => void} options.onPress a pointer went down on a sample
 * @param {(index: number) => void} options.onOpen a sample was opened with Enter or Space
 */
export function createSheet({ model, painter, t, onPick, onPress, onOpen }) {
  const node = element("div", { class: "sheet", role: "group", "aria-label": t("sample.sheet") });
  const state = { tiles: [], pick: 0 };

  node.addEventListener("pointerdown", (event) => {
    const index = state.tiles.findIndex(({ button }) => button.contains(event.target));
    if (index >= 0 && event.button === 0) onPress(event, index);
  });
  // A click without a pointer comes from assistive technology.
  node.addEventListener("click", (event) => {
    const index = state.tiles.findIndex(({ button }) => button.contains(event.target));
    if (index >= 0 && event.detail === 0) onOpen(index);
  });
  node.addEventListener("keydown", (event) => {
    const columns = Math.sqrt(state.tiles.length);
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const target = state.pick + (steps[event.key] ?? NaN);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(state.pick);
    } else if (event.key in steps) {
      event.preventDefault();
      if (target < 0 || target >= state.tiles.length) return;
      onPick(target);
      state.tiles[target].button.focus();
    }
  });

  return {
    node,
    canvas: (index) => state.tiles[index].canvas,

    /** Make room for `count` samples; what is there stays until it is painted over. */
    resize(count) {
      if (state.tiles.length === count) return;
      const { height, width } = model.imageShape;
      state.tiles = Array.from({ length: count }, () => {
        const canvas = element("canvas", { class: "picture", width, height });
        return { canvas, button: element("button", { class: "tile", type: "button", tabindex: -1 }, canvas) };
      });
      node.style.setProperty("--columns", String(Math.sqrt(count)));
      node.replaceChildren(...state.tiles.map(({ button }) => button));
    },

    /** Say which seeds the samples come from, and which sample is looked at. @param {string[]} names @param {number} pick */
    label(names, pick) {
      state.pick = pick;
      state.tiles.forEach(({ button }, index) => {
        button.setAttribute("aria-label", names[index]);
        button.title = names[index];
        button.setAttribute("aria-pressed", String(index === pick));
        button.tabIndex = index === pick ? 0 : -1;
      });
    },

    /** Letters on samples, such as the ends of a path. @param {Map<number, string>} letters by sample */
    mark(letters) {
      state.tiles.forEach(({ button }, index) => {
        if (letters.has(index)) button.dataset.mark = letters.get(index);
        else delete button.dataset.mark;
      });
    },

    /**
     * Decode and paint every sample; a newer call ends this one.
     * @param {(index: number) => {z: Float32Array, label: Float32Array | null}} subject
     * @returns {Promise<boolean>} whether all were painted
     */
    async draw(subject) {
      node.setAttribute("aria-busy", "true");
      const complete = await painter.paint(
        "sheet",
        state.tiles.map(({ canvas }, index) => ({ canvas, ...subject(index) })),
      );
      if (complete) node.removeAttribute("aria-busy");
      return complete;
    },

    /** Paint one sample anew. @param {number} index @param {{z: Float32Array, label: Float32Array | null}} subject */
    repaint: (index, subject) => painter.paint("tile", [{ canvas: state.tiles[index].canvas, ...subject }]),

    /** All samples as one picture, pixel for pixel, as `explorer sample` writes it. @returns {Promise<Blob>} */
    toPng() {
      const canvases = state.tiles.map(({ canvas }) => canvas);
      return pasteTiles(canvases, Math.sqrt(canvases.length), model.imageShape);
    },
  };
}
