/**
 * The drawing of the latent map over time: three canvases on top of each other. The images move on the middle one; the
 * axes below them and the prior's circles above them stay. The frame holds still, so that what moves on the screen has
 * moved in the latent space.
 */

import { context2d, sizeCanvas } from "../../charts/canvas.js";
import { fitExtent } from "../../charts/geometry.js";
import { drawAxes, drawContours, drawDots, drawPosterior, readTheme } from "../../charts/plane.js";
import { createViewport } from "../../charts/viewport.js";
import { element } from "../../dom.js";

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
 * @typedef {import("../../charts/viewport.js").Viewport} Viewport
 * @typedef {import("./latents.js").Places} Places
 *
 * @typedef {object} Scene
 * @property {Places} places
 * @property {{x: string, y: string}} names of the axes
 * @property {"run" | "end"} frame holds the places of all moments, or of the last
 * @property {import("../../charts/colours.js").Colouring} colouring
 * @property {(image: number) => boolean} chosen by the legend
 *
 * @typedef {object} Marks
 * @property {number} moment −1 before the first: nothing is drawn
 * @property {number | null} image that is followed
 * @property {Float32Array | null} deviation (L) of its posterior
 *
 * @typedef {object} Plate what is drawn, and where
 * @property {Scene} scene
 * @property {Viewport} viewport
 * @property {import("../../charts/plane.js").Theme} theme
 */

export class MomentCanvas {
  /** @type {HTMLElement} */
  node;
  /** The canvas of the images. @type {HTMLCanvasElement} */
  moving;
  /** Between places and pixels; null before anything was drawn. @type {Viewport | null} */
  viewport = null;
  /** How many images the frame does not hold at the moment. */
  beyond = 0;
  #canvases;
  #contexts;
  #observer;
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Plate["theme"] | null} */
  #theme = null;
  /** @type {Marks} */
  #marks = { moment: -1, image: null, deviation: null };

  /** @param {{label: string, onDraw: () => void}} options `onDraw`: the size has changed, and all is drawn anew */
  constructor({ label, onDraw }) {
    const layer = () => element("canvas", { class: "training-map-layer", "aria-hidden": true });
    const [axes, moving, prior] = [layer(), layer(), layer()];
    this.moving = moving;
    this.#canvases = [axes, moving, prior];
    this.#contexts = { axes: context2d(axes), moving: context2d(moving), prior: context2d(prior) };
    this.node = element(
      "div",
      { class: "training-map-canvas", tabindex: 0, role: "application", "aria-label": label },
      ...this.#canvases,
    );
    this.#observer = new ResizeObserver(() => {
      if (this.#scene === null || !this.#resize(this.#scene, false)) return;
      this.#draw();
      onDraw();
    });
    this.#observer.observe(this.node);
  }

  /** From below. @returns {readonly HTMLCanvasElement[]} */
  get layers() {
    return this.#canvases;
  }

  destroy() {
    this.#observer.disconnect();
  }

  /** Draw other axes, another frame or other colours. @param {Scene} scene */
  show(scene) {
    const moved = scene.places !== this.#scene?.places || scene.frame !== this.#scene?.frame;
    this.#scene = scene;
    this.#theme = readTheme(this.node);
    if (moved) this.#resize(scene, true);
    this.#draw();
  }

  /** Draw a moment. @param {Marks} marks */
  mark(marks) {
    this.#marks = marks;
    this.#drawMoving();
  }

  /** The image that is drawn nearest to a pixel, or −1. @param {number} px @param {number} py */
  hit(px, py) {
    const plate = this.#plate;
    if (this.#marks.moment < 0 || !plate) return -1;
    let [best, least] = [-1, REACH ** 2];
    this.#pixels(plate, (image, x, y) => {
      const squared = (x - px) ** 2 + (y - py) ** 2;
      if (squared <= least && plate.scene.chosen(image)) [best, least] = [image, squared];
    });
    return best;
  }

  /** Null while there is nothing to draw, or no room. @returns {Plate | null} */
  get #plate() {
    const [scene, theme] = [this.#scene, this.#theme];
    return scene && theme && this.viewport ? { scene, theme, viewport: this.viewport } : null;
  }

  /**
   * Where each image is drawn at the moment: on the frame where it lies beyond.
   * @param {Plate} plate
   * @param {(image: number, x: number, y: number, beyond: boolean) => void} tell
   */
  #pixels({ scene, viewport: { toX, toY, plot } }, tell) {
    const points = scene.places.points[this.#marks.moment];
    for (let image = 0; image < points.length / 2; image++) {
      const [x, y] = [toX(points[2 * image]), toY(points[2 * image + 1])];
      const [across, down] = [
        Math.min(plot.left + plot.width, Math.max(plot.left, x)),
        Math.min(plot.top + plot.height, Math.max(plot.top, y)),
      ];
      tell(image, across, down, across !== x || down !== y);
    }
  }

  /**
   * Fit canvases and frame to the element.
   * @param {Scene} scene
   * @param {boolean} force whatever size it had
   * @returns {boolean} whether anything changed
   */
  #resize({ places, frame }, force) {
    const [width, height] = [Math.round(this.node.clientWidth), Math.round(this.node.clientHeight)];
    if (width < SMALLEST || height < SMALLEST) return false;
    if (!force && this.viewport?.width === width && this.viewport?.height === height) return false;
    const held = frame === "end" ? places.points[places.points.length - 1] : joined(places.points);
    this.viewport = createViewport(
      width,
      height,
      (aspect) => fitExtent(held, places.contours, aspect),
      width < NARROW ? MARGINS.narrow : MARGINS.wide,
    );
    for (const canvas of this.#canvases) sizeCanvas(canvas, width, height);
    return true;
  }

  #draw() {
    const plate = this.#plate;
    if (!plate) return;
    const { axes, prior } = this.#contexts;
    const {
      viewport,
      theme,
      scene: { names, places },
    } = plate;
    for (const context of [axes, prior]) context.clearRect(0, 0, viewport.width, viewport.height);
    drawAxes(axes, viewport, theme, viewport.width < NARROW ? { x: "", y: "" } : names);
    drawContours(prior, viewport, theme, legible(places.contours, viewport.scale));
    this.#drawMoving();
  }

  #drawMoving() {
    const plate = this.#plate;
    if (!plate) return;
    const { scene, viewport } = plate;
    const context = this.#contexts.moving;
    this.beyond = 0;
    context.clearRect(0, 0, viewport.width, viewport.height);
    if (this.#marks.moment < 0) return;
    const { left, top, width, height } = viewport.plot;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    drawDots(context, viewport, scene.places.points[this.#marks.moment], scene.colouring, scene.chosen);
    if (this.#marks.image !== null) this.#drawFollowed(plate, this.#marks.image);
    context.restore();
    this.#drawBeyond(plate);
  }

  /**
   * The way that an image has come, its posterior where that was recorded, and its mean.
   * @param {Plate} plate
   * @param {number} image
   */
  #drawFollowed({ scene: { places }, viewport, theme }, image) {
    const context = this.#contexts.moving;
    const { moment, deviation } = this.#marks;
    const way = places.points
      .slice(0, moment + 1)
      .map((points) => ({ x: points[2 * image], y: points[2 * image + 1] }));
    context.lineJoin = "round";
    for (const { colour, width } of [
      { colour: theme.page, width: 4 },
      { colour: theme.mu, width: 1.6 },
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      for (const { x, y } of way) context.lineTo(viewport.toX(x), viewport.toY(y));
      context.stroke();
    }
    const covariance = deviation && places.covariance ? places.covariance(deviation) : null;
    drawPosterior(context, viewport, theme, way[moment], covariance);
  }

  /** Those beyond the frame stand on it, hollow. @param {Plate} plate */
  #drawBeyond(plate) {
    const context = this.#contexts.moving;
    context.lineWidth = 1.4;
    context.fillStyle = plate.theme.page;
    this.#pixels(plate, (image, x, y, beyond) => {
      if (!beyond) return;
      this.beyond += 1;
      context.beginPath();
      context.arc(x, y, EDGE_RADIUS, 0, 2 * Math.PI);
      context.strokeStyle = plate.scene.colouring.colour(image);
      context.fill();
      context.stroke();
    });
  }
}

/**
 * The circles whose labels have room: all, or the outermost.
 * @param {Places["contours"]} contours
 * @param {number} scale CSS pixels of a latent unit
 */
function legible(contours, scale) {
  const radii = contours.map(({ radius }) => radius * scale);
  const room = radii.every((radius, i) => i === 0 || radius - radii[i - 1] >= LABEL_ROOM);
  return room ? contours : contours.slice(-1);
}

/** @param {readonly Float32Array[]} parts of the same length */
function joined(parts) {
  const whole = new Float32Array(parts.length * parts[0].length);
  parts.forEach((part, i) => whole.set(part, i * part.length));
  return whole;
}
