/** Sequences side by side, each a button that puts it on the stage. */
import { element } from "../dom.js";
import { drawSmall, pitchRange } from "../charts/sequence.js";
import { watchTheme } from "../charts/theme.js";

/** @typedef {import("../runtime/sequences/form.js").Drawn} Drawn */

/**
 * @param {object} options
 * @param {string} options.label what they are, in words
 * @param {number} options.count
 * @param {import("../runtime/sequences/form.js").Form} options.form
 * @param {(index: number, event: Event) => void} options.onPick
 */
export function createTiles({ label, count, form, onPick }) {
  const tiles = Array.from({ length: count }, (_, index) => {
    const canvas = element("canvas", { class: "sequence-small" });
    const name = element("span", { class: "sequence-tile-name number" });
    const button = element(
      "button",
      { class: "sequence-tile", type: "button", on: { click: (event) => onPick(index, event) } },
      canvas,
      name,
    );
    return { canvas, name, button };
  });
  const node = element(
    "div",
    { class: "sequence-tiles", role: "group", "aria-label": label },
    ...tiles.map(({ button }) => button),
  );
  /** @type {readonly Drawn[]} */
  let shown = [];
  const observer = new ResizeObserver(() => redraw());
  observer.observe(node);

  /** One range for all, so that heights can be compared. */
  function range() {
    if (form.kind === "signal") return form.range;
    const melodies = shown.map(({ notes }) => notes ?? []);
    return pitchRange(melodies, form.pitches);
  }

  function redraw() {
    const common = range();
    shown.forEach((subject, i) => {
      if (tiles[i].canvas.clientWidth) drawSmall(tiles[i].canvas, subject, common);
    });
  }

  const sheet = {
    node,
    redraw,

    /**
     * @param {readonly Drawn[]} subjects as many as there are tiles, or fewer
     * @param {readonly string[]} names
     */
    show(subjects, names) {
      shown = subjects;
      tiles.forEach(({ button, name }, i) => {
        button.hidden = i >= subjects.length;
        name.textContent = names[i] ?? "";
      });
      redraw();
    },

    /** @param {number | null} index the one on the stage, if it is among them */
    mark(index) {
      tiles.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === index)));
    },

    destroy() {
      observer.disconnect();
      stopWatching();
    },
  };
  const stopWatching = watchTheme(sheet);
  return sheet;
}
