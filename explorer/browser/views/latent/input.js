/** Where pictures to encode come from: the browse set, a drawing, a file. */
import { element } from "../../dom.js";
import { context2d } from "../../charts/canvas.js";
import { paint } from "../../parts/pictures.js";
import { createDrawing } from "./drawing.js";
import { createUpload } from "./upload-panel.js";

const MODES = Object.freeze(/** @type {const} */ (["browse", "draw", "upload"]));

/**
 * @typedef {typeof MODES[number]} Mode
 * @typedef {import("../../parts/pictures.js").ImageShape} ImageShape
 * @typedef {import("../../i18n.js").Translator} Translator
 */

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {Int32Array} options.numbers (N) of the browse set's images in the data set's test images
 * @param {Translator} options.t
 * @param {(index: number) => void} options.onPick an image of the browse set
 * @param {(picture: Float32Array, source: "draw" | "upload", event: Event | null) => void} options.onPicture
 */
export function createInput({ model, numbers, t, onPick, onPicture }) {
  const shape = model.imageShape;
  const { width, height } = shape;
  const label = t("latent.input_picture");
  const canvas = element("canvas", { class: "picture", width, height, role: "img", "aria-label": label });
  const caption = element("p", { class: "note latent-caption" });
  const message = element("p", { class: "latent-refused", role: "alert", hidden: true });
  const panels = {
    browse: browsePanel(numbers, t, onPick),
    draw: drawPanel(
      shape,
      t,
      () => canvas,
      (picture, event) => onPicture(picture, "draw", event),
    ),
    upload: createUpload({ shape, t, message, onPicture: (picture) => onPicture(picture, "upload", null) }),
  };
  const buttons = MODES.map((mode) =>
    element(
      "button",
      { class: "segment", type: "button", "aria-pressed": "false", on: { click: () => open(mode) } },
      t(`latent.source_${mode}`),
    ),
  );
  function open(/** @type {Mode} */ chosen) {
    message.hidden = true;
    MODES.forEach((mode, i) => {
      buttons[i].setAttribute("aria-pressed", String(mode === chosen));
      panels[mode].node.hidden = mode !== chosen;
    });
    if (chosen === "draw") panels.draw.clear();
  }
  open("browse");
  const group = { class: "segments latent-sources", role: "group", "aria-label": t("latent.source") };
  const sources = MODES.map((mode) => panels[mode].node);
  return {
    node: element(
      "div",
      { class: "latent-input" },
      canvas,
      caption,
      element("div", group, ...buttons),
      ...sources,
      message,
    ),
    /** @param {Float32Array | null} picture null while it is on its way @param {string} words what it is */
    show(picture, words) {
      if (picture) paint(canvas, picture, shape);
      else context2d(canvas).clearRect(0, 0, width, height);
      caption.textContent = words;
    },
    /** An image of the browse set is shown. @param {number} index */
    picked(index) {
      panels.browse.picked(index);
      if (panels.browse.node.hidden) open("browse");
    },
  };
}

/** @param {Int32Array} numbers @param {Translator} t @param {(index: number) => void} onPick */
function browsePanel(numbers, t, onPick) {
  const count = numbers.length;
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const label = t("latent.image_number", { first, last });
  const range = { type: "number", min: first, max: last, step: 1 };
  const number = element("input", { class: "input number", ...range, "aria-label": label });
  let shown = first;
  number.addEventListener("change", () => {
    const valid = number.value !== "" && number.validity.valid;
    number.setAttribute("aria-invalid", String(!valid));
    if (valid) onPick(nextNumber(numbers, Number(number.value), shown));
  });
  const random = element("button", { class: "button latent-random", type: "button" }, t("latent.random"));
  random.addEventListener("click", () => onPick(Math.floor(Math.random() * count)));
  const hint = element("p", { class: "note" }, t("latent.browse_hint", { count, first, last }));
  return {
    node: element("div", { class: "latent-source" }, random, number, hint),
    picked(/** @type {number} */ index) {
      shown = numbers[index];
      number.value = String(shown);
      number.setAttribute("aria-invalid", "false");
    },
  };
}

/**
 * Where the image of a number is; of one that is not there, the next in the direction that was taken.
 * @param {Int32Array} numbers that there are
 * @param {number} wanted between the lowest and the highest of them
 * @param {number} from the number before
 * @returns {number} index into `numbers`
 */
export function nextNumber(numbers, wanted, from) {
  const side = wanted < from ? -1 : 1;
  let found = -1;
  for (let i = 0; i < numbers.length; i++) {
    const ahead = side * (numbers[i] - wanted);
    if (ahead >= 0 && (found < 0 || ahead < side * (numbers[found] - wanted))) found = i;
  }
  return found;
}

/**
 * @param {ImageShape} shape
 * @param {Translator} t
 * @param {() => HTMLCanvasElement} background what a colour drawing begins on
 * @param {(picture: Float32Array, event: Event) => void} onDraw
 */
function drawPanel(shape, t, background, onDraw) {
  const grey = shape.channels === 1;
  const centre = element("input", { type: "checkbox", checked: grey });
  const colour = element("input", { type: "color", value: "#d62728", "aria-label": t("latent.brush_colour") });
  const drawing = createDrawing({
    shape,
    label: t("latent.draw_here"),
    centred: () => centre.checked,
    colour: () => colour.value,
    onDraw,
  });
  const clear = () => drawing.clear(grey ? null : background());
  centre.addEventListener("change", (event) => onDraw(drawing.picture(), event));
  const wipe = element("button", { class: "button", type: "button", on: { click: clear } }, t("latent.clear"));
  const option = grey ? element("label", { class: "latent-option" }, centre, t("latent.centre")) : colour;
  return { node: element("div", { class: "latent-source" }, drawing.node, wipe, option), clear };
}
