/**
 * The drawing of the latent map over time: three canvases on top of each other. The images move on the middle one; the axes below
 * them and the prior's circles above them stay. The frame holds still, so that what moves on the screen has moved in the latent space.
 */

import { element } from "../../dom.js";
import { fitExtent } from "../../charts/geometry.js";
import { drawAxes, drawContours, drawDots, drawPosterior, readTheme } from "../../charts/plane.js";
import { sizeCanvas } from "../../charts/canvas.js";
import { createViewport } from "../../charts/viewport.js";

const REACH = 9; // CSS pixels between pointer and dot that still hit
const EDGE_RADIUS = 3.2; // CSS pixels of a dot that stands on the frame for one beyond it
const SMALLEST = 50; // CSS pixels of a side; less is a hidden element
const LABEL_ROOM = 16; // CSS pixels between circles
const NARROW = 300; // CSS pixels below which the axes' names have no room
const MARGINS = Object.freeze({
  wide: { left: 44, right: 10, top: 10, bottom: 40 },
  narrow: { left: 28, right: 4, top: 6, bottom: 22 },
});

/**
 * @typedef {object} Scene
 * @property {import("./latents.js").Places} places
 * @property {{x: string, y: string}} names of the axes
 * @property {"run" | "end"} frame holds the places of all moments, or of the last
 * @property {import("../../charts/colours.js").Colouring} colouring
 * @property {(image: number) => boolean} chosen by the legend
 *
 * @typedef {object} Marks
 * @property {number} moment −1 before the first: nothing is drawn
 * @property {number | null} image that is followed
 * @property {Float32Array | null} deviation (L) of its posterior
 */

export class MomentCanvas {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Marks} */
  #marks = { moment: -1, image: null, deviation: null };
  /** @type {import("../../charts/viewport.js").Viewport | null} */
  viewport = null;
  /** How many images the frame does not hold at the moment. */
  beyond = 0;

  /** @param {{label: string, onDraw: () => void}} options `onDraw`: the size has changed, and all is drawn anew */
  constructor({ label, onDraw }) {
    this.canvases = ["axes", "moving", "prior"].map(() =>
      element("canvas", { class: "training-map-layer", "aria-hidden": true }),
    );
    this.moving = this.canvases[1];
    this.node = element(
      "div",
      { class: "training-map-canvas", tabindex: 0, role: "application", "aria-label": label },
      ...this.canvases,
    );
    this.observer = new ResizeObserver(() => {
      if (this.#scene === null || !this.#resize(false)) return;
      this.#draw();
      onDraw();
    });
    this.observer.observe(this.node);
  }

  destroy() {
    this.observer.disconnect();
  }

  /** Draw other axes, another frame or other colours. @param {Scene} scene */
  show(scene) {
    const moved = scene.places !== this.#scene?.places || scene.frame !== this.#scene?.frame;
    this.#scene = scene;
    this.theme = readTheme(this.node);
    if (moved) this.#resize(true);
    this.#draw();
  }

  /** Draw a moment. @param {Marks} marks */
  mark(marks) {
    this.#marks = marks;
    this.#drawMoving();
  }

  /** The image that is drawn nearest to a pixel, or −1. @param {number} px @param {number} py */
  hit(px, py) {
    if (this.#marks.moment < 0 || !this.viewport) return -1;
    let [best, least] = [-1, REACH ** 2];
    this.#pixels((image, x, y) => {
      const squared = (x - px) ** 2 + (y - py) ** 2;
      if (squared <= least && this.#scene.chosen(image)) [best, least] = [image, squared];
    });
    return best;
  }

  /** Where each image is drawn at the moment: on the frame where it lies beyond. @param {(image: number, x: number, y: number, beyond: boolean) => void} tell */
  #pixels(tell) {
    const { toX, toY, plot } = this.viewport;
    const points = this.#scene.places.points[this.#marks.moment];
    for (let image = 0; image < points.length / 2; image++) {
      const [x, y] = [toX(points[2 * image]), toY(points[2 * image + 1])];
      const [across, down] = [
        Math.min(plot.left + plot.width, Math.max(plot.left, x)),
        Math.min(plot.top + plot.height, Math.max(plot.top, y)),
      ];
      tell(image, across, down, across !== x || down !== y);
    }
  }

  /** Fit canvases and frame to the element. @returns {boolean} whether anything changed */
  #resize(/** @type {boolean} */ force) {
    const [width, height] = [Math.round(this.node.clientWidth), Math.round(this.node.clientHeight)];
    if (width < SMALLEST || height < SMALLEST) return false;
    if (!force && this.viewport?.width === width && this.viewport?.height === height) return false;
    const { places, frame } = this.#scene;
    const held = frame === "end" ? places.points.at(-1) : joined(places.points);
    this.narrow = width < NARROW;
    this.viewport = createViewport(
      width,
      height,
      (aspect) => fitExtent(held, places.contours, aspect),
      this.narrow ? MARGINS.narrow : MARGINS.wide,
    );
    [this.axes, this.context, this.prior] = this.canvases.map((canvas) => sizeCanvas(canvas, width, height));
    return true;
  }

  #draw() {
    const { axes, prior, viewport, theme } = this;
    if (!viewport) return;
    const { names, places } = this.#scene;
    for (const context of [axes, prior]) context.clearRect(0, 0, viewport.width, viewport.height);
    drawAxes(axes, viewport, theme, this.narrow ? { x: "", y: "" } : names);
    drawContours(prior, viewport, theme, legible(places.contours, viewport.scale));
    this.#drawMoving();
  }

  #drawMoving() {
    const { context, viewport } = this;
    if (!viewport) return;
    const { places, colouring, chosen } = this.#scene;
    const { moment, image } = this.#marks;
    this.beyond = 0;
    context.clearRect(0, 0, viewport.width, viewport.height);
    if (moment < 0) return;
    const { left, top, width, height } = viewport.plot;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    drawDots(context, viewport, places.points[moment], colouring, chosen);
    if (image !== null) this.#drawFollowed(image);
    context.restore();
    this.#drawBeyond();
  }

  /** The way that an image has come, its posterior where that was recorded, and its mean. */
  #drawFollowed(/** @type {number} */ image) {
    const { context, viewport, theme } = this;
    const { places } = this.#scene;
    const { moment, deviation } = this.#marks;
    const way = places.points
      .slice(0, moment + 1)
      .map((points) => ({ x: points[2 * image], y: points[2 * image + 1] }));
    context.lineJoin = "round";
    for (const [colour, width] of [
      [theme.page, 4],
      [theme.mu, 1.6],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      for (const { x, y } of way) context.lineTo(viewport.toX(x), viewport.toY(y));
      context.stroke();
    }
    drawPosterior(context, viewport, theme, way[moment], deviation && places.covariance(deviation));
  }

  /** Those beyond the frame stand on it, hollow. */
  #drawBeyond() {
    const { context, theme } = this;
    const { colouring } = this.#scene;
    context.lineWidth = 1.4;
    context.fillStyle = theme.page;
    this.#pixels((image, x, y, beyond) => {
      if (!beyond) return;
      this.beyond += 1;
      context.beginPath();
      context.arc(x, y, EDGE_RADIUS, 0, 2 * Math.PI);
      context.strokeStyle = colouring.colour(image);
      context.fill();
      context.stroke();
    });
  }
}

/** The circles whose labels have room: all, or the outermost. */
function legible(/** @type {import("./latents.js").Places["contours"]} */ contours, /** @type {number} */ scale) {
  const radii = contours.map(({ radius }) => radius * scale);
  const room = radii.every((radius, i) => i === 0 || radius - radii[i - 1] >= LABEL_ROOM);
  return room ? contours : contours.slice(-1);
}

/** @param {Float32Array[]} parts of the same length */
function joined(parts) {
  const whole = new Float32Array(parts.length * parts[0].length);
  parts.forEach((part, i) => whole.set(part, i * part.length));
  return whole;
}
