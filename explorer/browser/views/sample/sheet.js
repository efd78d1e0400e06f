/** The sheet: a grid of samples, painted a few at a time. */

import { element } from "../../dom.js";
import { paint } from "../pictures.js";

const SLICE = 10; // milliseconds of painting before the page may breathe

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(index: number) => void} options.onPick a sample was chosen with the keyboard
 * @param {(event: PointerEvent, index: number) => void} options.onPress a pointer went down on a sample
 * @param {(index: number) => void} options.onOpen a sample was opened with Enter or Space
 */
export function createSheet({ model, t, onPick, onPress, onOpen }) {
  const node = element("div", { class: "sheet", role: "group", "aria-label": t("sample.sheet") });
  const state = { tiles: [], stamp: 0, pick: 0 };

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

    /**
     * Decode and paint every sample, in slices; a newer call ends this one.
     * @param {(index: number) => Float32Array} latent
     * @returns {Promise<boolean>} whether all were painted
     */
    async draw(latent) {
      const stamp = ++state.stamp;
      node.setAttribute("aria-busy", "true");
      let began = performance.now();
      for (let index = 0; index < state.tiles.length; index++) {
        const picture = await this.decode(latent(index));
        if (stamp !== state.stamp) return false;
        paint(state.tiles[index].canvas, picture, model.imageShape);
        if (performance.now() - began > SLICE) {
          await new Promise((resolve) => setTimeout(resolve));
          if (stamp !== state.stamp) return false;
          began = performance.now();
        }
      }
      node.removeAttribute("aria-busy");
      return true;
    },

    /** One picture; where a server decodes and a newer request replaced this one, ask again. @param {Float32Array} z */
    async decode(z) {
      for (;;) {
        try {
          return await model.decode(z);
        } catch (error) {
          if (error.name !== "AbortError") throw error;
        }
      }
    },

    /** Paint one sample anew. @param {number} index @param {Float32Array} z */
    async repaint(index, z) {
      paint(state.tiles[index].canvas, await this.decode(z), model.imageShape);
    },

    /** End the drawing under way. */
    stop() {
      state.stamp += 1;
    },

    /** All samples as one picture, pixel for pixel, as `explorer sample` writes it. @returns {Promise<Blob>} */
    toPng() {
      const { height, width } = model.imageShape;
      const columns = Math.sqrt(state.tiles.length);
      const whole = new OffscreenCanvas(columns * width, columns * height);
      const context = whole.getContext("2d");
      state.tiles.forEach(({ canvas }, index) => {
        context.drawImage(canvas, (index % columns) * width, Math.floor(index / columns) * height);
      });
      return whole.convertToBlob({ type: "image/png" });
    },
  };
}
