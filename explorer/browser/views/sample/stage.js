/**
 * The stage: one sample, large, with its place in seed space. The picture is the control: dragging it moves the sample.
 */

import { element, freshId } from "../../dom.js";
import { paint } from "../../parts/pictures.js";
import { seedAt } from "../../runtime/seed-space.js";

const STEP = 0.1; // seeds per arrow key
const FINE = 0.1; // factor with Shift

/** Which way the arrow keys lead. @type {Readonly<Record<string, [number, number]>>} */
const MOVES = Object.freeze({ ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] });

/** @typedef {import("../../runtime/seed-space.js").Position} Position */

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(event: PointerEvent) => void} options.onPress a pointer went down on the picture
 * @param {(dx: number, dy: number, event: KeyboardEvent) => void} options.onStep
 * @param {() => void} options.onSnap
 * @param {() => void} options.onReset
 */
export function createStage({ model, t, onPress, onStep, onSnap, onReset }) {
  const { height, width } = model.imageShape;
  const canvas = element("canvas", { class: "picture", width, height });
  const hint = element("p", { class: "note", id: freshId("explorer-stage-hint") }, t("sample.drag_hint"));
  const picture = element(
    "div",
    {
      class: "stage-picture",
      tabindex: 0,
      role: "application",
      "aria-label": t("sample.stage"),
      "aria-describedby": hint.id,
    },
    canvas,
  );
  picture.addEventListener("pointerdown", (event) => event.button === 0 && onPress(event));
  picture.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const step = STEP * (event.shiftKey ? FINE : 1);
    onStep(move[0] * step, move[1] * step, event);
  });
  const name = element("h2", { class: "stage-name" });
  const square = createBlendSquare(t);
  const snap = element(
    "button",
    { class: "button snap", type: "button", title: t("sample.snap_hint"), on: { click: onSnap } },
    t("sample.snap"),
  );
  const reset = element(
    "button",
    { class: "button reset", type: "button", title: t("sample.reset_hint"), on: { click: onReset } },
    t("sample.reset"),
  );
  const clipped = element("p", { class: "note clipped" });
  const node = element(
    "div",
    { class: "stage" },
    picture,
    element(
      "div",
      { class: "stage-place" },
      name,
      square.node,
      element("div", { class: "stage-buttons" }, snap, reset),
      hint,
      clipped,
    ),
  );
  const values = model.imageShape.channels * height * width;
  return {
    node,
    canvas,

    /** @param {Float32Array} pixels */
    paint(pixels) {
      const count = paint(canvas, pixels, model.imageShape);
      clipped.textContent = count ? t("sample.clipped", { count, values }) : "";
    },

    /**
     * @param {Position} position
     * @param {Position} home where Reset leads
     * @param {{seeds: number[], weights: number[]}} blend
     * @param {string} words what the sample is
     */
    place(position, home, blend, words) {
      name.textContent = words;
      square.update(position, blend);
      snap.disabled = seedAt(position) !== null;
      reset.disabled = position.x === home.x && position.y === home.y;
    },
  };
}

/**
 * The four seeds around a position as a square, each with its weight, and a dot where the sample is.
 * @param {import("../../i18n.js").Translator} t
 */
function createBlendSquare(t) {
  const corners = Array.from({ length: 4 }, () => {
    const seed = element("span", { class: "corner-seed" });
    const weight = element("span", { class: "corner-weight" });
    return { node: element("div", { class: "corner" }, seed, weight), seed, weight };
  });
  const dot = element("div", { class: "blend-dot" });
  const field = element("div", { class: "blend-field", "aria-hidden": true }, dot);
  return {
    node: element(
      "div",
      { class: "blend-square number", role: "group", "aria-label": t("sample.blend") },
      ...corners.map((corner) => corner.node),
      field,
    ),
    /** @param {Position} position @param {{seeds: number[], weights: number[]}} blend */
    update({ x, y }, { seeds, weights }) {
      corners.forEach((corner, i) => {
        corner.seed.textContent = String(seeds[i]);
        corner.weight.textContent = t("words.percent", { value: (100 * weights[i]).toFixed(1) });
        corner.node.classList.toggle("idle", weights[i] === 0);
      });
      // A transform moves the dot without a new layout.
      dot.style.transform = `translate(${(x - Math.floor(x)) * 100}cqw, ${(y - Math.floor(y)) * 100}cqh)`;
    },
  };
}
