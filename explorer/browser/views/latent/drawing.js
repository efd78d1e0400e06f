/** A canvas to draw on: white ink on black for grey models, any colour over the present picture for colour ones. */
import { element } from "../../dom.js";
import { context2d } from "../../charts/canvas.js";
import { centringWindow, planesFromRgba, resampleArea } from "./resample.js";

const PIXELS_PER_PIXEL = 10; // drawing pixels per model pixel
const BRUSH = Object.freeze({ grey: 2.2, colour: 3.5 }); // diameter in model pixels; MNIST's pen is about two wide

/**
 * @param {object} options
 * @param {import("../../parts/pictures.js").ImageShape} options.shape
 * @param {string} options.label for screen readers
 * @param {() => boolean} options.centred whether drawings are centred as MNIST's digits are
 * @param {() => string} options.colour CSS colour of the brush on colour pictures
 * @param {(picture: Float32Array, event: PointerEvent) => void} options.onDraw after each stroke's step
 */
export function createDrawing({ shape, label, centred, colour, onDraw }) {
  const grey = shape.channels === 1;
  const size = { width: shape.width * PIXELS_PER_PIXEL, height: shape.height * PIXELS_PER_PIXEL };
  const canvas = element("canvas", { class: "latent-drawing", ...size, "aria-label": label, role: "img" });
  const context = context2d(canvas, { willReadFrequently: true });
  /** @type {[number, number] | null} */
  let last = null;

  const place = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return /** @type {[number, number]} */ ([across * size.width, down * size.height]);
  };
  const stroke = (/** @type {PointerEvent} */ event) => {
    const to = place(event);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = PIXELS_PER_PIXEL * (grey ? BRUSH.grey : BRUSH.colour);
    context.strokeStyle = grey ? "#ffffff" : colour();
    context.beginPath();
    context.moveTo(...(last ?? to));
    context.lineTo(...to);
    context.stroke();
    last = to;
    onDraw(picture(), event);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = null;
    stroke(event);
  });
  canvas.addEventListener("pointermove", (event) => last !== null && stroke(event));
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (last = null));

  /** What the model sees of the drawing. @returns {Float32Array} (C·H·W), unit range */
  function picture() {
    const planes = planesFromRgba(context.getImageData(0, 0, size.width, size.height).data, shape.channels);
    const window = (grey && centred() && centringWindow(planes[0], size, shape.width)) || {
      x: 0,
      y: 0,
      scale: PIXELS_PER_PIXEL,
    };
    const result = new Float32Array(shape.channels * shape.height * shape.width);
    planes.forEach((plane, channel) =>
      result.set(resampleArea(plane, size, window, shape), channel * shape.height * shape.width),
    );
    return result;
  }

  return {
    node: canvas,
    picture,
    /** Start over: on black, or on a colour model's present picture. @param {CanvasImageSource | null} background */
    clear(background) {
      context.fillStyle = "#000000";
      context.fillRect(0, 0, size.width, size.height);
      if (grey || background === null) return;
      context.imageSmoothingEnabled = false;
      context.drawImage(background, 0, 0, size.width, size.height);
    },
  };
}
