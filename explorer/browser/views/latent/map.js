/**
 * The map: three canvases on top of each other. The lowest holds the decoded manifold, the middle the browse set, axes
 * and contours, which change rarely; the top one what follows the pointer.
 */
import { element } from "../../dom.js";
import { createPointIndex, fitExtent } from "../../charts/geometry.js";
import {
  chooseThumbnails,
  drawAxes,
  drawContours,
  drawDots,
  drawLatent,
  drawLinks,
  drawPath,
  drawPosterior,
  drawStep,
  drawThumbnail,
} from "../../charts/plane.js";
import { sizeCanvas } from "../../charts/canvas.js";
import { createViewport } from "../../charts/viewport.js";

const REACH = 9; // CSS pixels between pointer and dot that still hit
const HOVERED_SIDE = 64; // CSS pixels
const THUMBNAIL_SIDES = Object.freeze({ smallest: 24, largest: 32 });
const SMALLEST = 50; // CSS pixels of a side; less is a hidden element

/**
 * @typedef {import("../../charts/geometry.js").Point} Point
 * @typedef {import("../../charts/plane.js").Theme} Theme
 *
 * @typedef {object} Scene what the still layer shows
 * @property {import("../../runtime/layouts.js").Layout} layout
 * @property {import("../../charts/colours.js").Colouring} colouring
 * @property {boolean} thumbnails images instead of dots
 * @property {(index: number) => boolean} chosen by the legend
 * @property {{x: string, y: string} | null} axes names, where the axes have units
 *
 * @typedef {object} PosteriorMarks
 * @property {Point} mean
 * @property {import("../../charts/plane.js").Covariance | null} covariance null where the layout has none
 * @property {Point} sample
 *
 * @typedef {object} Marks what the moving layer shows; places are on the map
 * @property {Point} z
 * @property {Point | null} preview
 * @property {{places: Point[], at: number} | null} path from its first place to its last, and where on it one is
 * @property {PosteriorMarks | null} posterior
 * @property {{index: number, neighbours: number[]} | null} hovered
 *
 * @typedef {object} Drawing what there is once the map has a size
 * @property {Scene} scene
 * @property {Theme} theme
 * @property {import("../../charts/viewport.js").Viewport} viewport
 * @property {{still: CanvasRenderingContext2D, moving: CanvasRenderingContext2D}} contexts
 * @property {ReturnType<typeof createPointIndex>} find
 */

export class LatentMapCanvas {
  manifold = element("canvas", { class: "latent-layer latent-layer-manifold" });
  /** How many images the still layer shows. */
  shown = 0;
  #still = element("canvas", { class: "latent-layer latent-layer-still" });
  #map;
  #observer;
  /** @type {{scene: Scene, theme: Theme} | null} */
  #asked = null;
  /** @type {Drawing | null} */
  #drawing = null;

  /**
   * @param {object} options
   * @param {import("../../runtime/map.js").PlacedMap} options.map
   * @param {string} options.label for screen readers
   * @param {() => void} options.onResize the viewport is another one now
   */
  constructor({ map, label, onResize }) {
    this.#map = map;
    this.moving = element("canvas", {
      class: "latent-layer latent-layer-moving",
      tabindex: 0,
      role: "application",
      "aria-label": label,
    });
    this.node = element("div", { class: "latent-map-canvas" }, this.manifold, this.#still, this.moving);
    this.#observer = new ResizeObserver(() => {
      if (!this.#resize(false)) return;
      this.#drawStill();
      onResize();
    });
    this.#observer.observe(this.node);
  }

  destroy() {
    this.#observer.disconnect();
  }

  /** From below. */
  get layers() {
    return [this.manifold, this.#still, this.moving];
  }

  /** Null until the map is seen. */
  get viewport() {
    return this.#drawing && this.#drawing.viewport;
  }

  /** CSS pixels per unit. */
  get scale() {
    return this.viewport?.scale ?? 1;
  }

  /** The place under a pixel. @param {number} px @param {number} py @returns {Point} */
  toPlace(px, py) {
    return this.viewport?.toPlace(px, py) ?? { x: 0, y: 0 };
  }

  /** Draw the still layer anew. @param {Scene} scene @param {Theme} theme */
  show(scene, theme) {
    const moved = this.#asked?.scene.layout !== scene.layout;
    this.#asked = { scene, theme };
    if (moved || this.#drawing === null) this.#resize(true);
    else this.#drawing = { ...this.#drawing, scene, theme };
    this.#drawStill();
  }

  /** The point under a pixel, or −1. @param {number} px @param {number} py */
  hit(px, py) {
    if (this.#drawing === null) return -1;
    const { viewport, find, scene } = this.#drawing;
    const { x, y } = viewport.toPlace(px, py);
    return find(x, y, REACH / viewport.scale, scene.chosen);
  }

  /** Draw the moving layer anew. @param {Marks} marks */
  mark({ z, preview, path, posterior, hovered }) {
    if (this.#drawing === null) return;
    const { contexts, viewport, theme } = this.#drawing;
    const context = contexts.moving;
    context.clearRect(0, 0, viewport.width, viewport.height);
    context.save();
    context.beginPath();
    context.rect(viewport.plot.left, viewport.plot.top, viewport.plot.width, viewport.plot.height);
    context.clip();
    if (posterior !== null) {
      drawPosterior(context, viewport, theme, posterior.mean, posterior.covariance);
      drawStep(context, viewport, theme, posterior.mean, posterior.sample);
    }
    if (path !== null) drawPath(context, viewport, theme, path);
    if (hovered !== null) this.#drawHovered(this.#drawing, hovered);
    drawLatent(context, viewport, theme, z, false);
    if (preview !== null && hovered === null) drawLatent(context, viewport, theme, preview, true);
    context.restore();
  }

  /** @param {Drawing} drawing @param {NonNullable<Marks["hovered"]>} hovered */
  #drawHovered({ contexts, viewport, theme, scene }, { index, neighbours }) {
    const context = contexts.moving;
    const { points } = scene.layout;
    const from = { x: points[2 * index], y: points[2 * index + 1] };
    drawLinks(context, viewport, theme, from, points, [index, ...neighbours]);
    // Above the point, or below it near the upper edge, so that the pointer does not cover the image.
    const [px, py] = [viewport.toX(from.x), viewport.toY(from.y)];
    const above = py - viewport.plot.top > HOVERED_SIDE + 14;
    const { left, width } = viewport.plot;
    const x = Math.min(left + width - HOVERED_SIDE / 2, Math.max(left + HOVERED_SIDE / 2, px));
    const y = py + (above ? -1 : 1) * (HOVERED_SIDE / 2 + 12);
    drawThumbnail(context, this.#map, index, x, y, HOVERED_SIDE, scene.colouring.colour(index));
  }

  /** Fit the canvases to the element. @param {boolean} force @returns {boolean} whether anything changed */
  #resize(force) {
    if (this.#asked === null) return false;
    const width = Math.round(this.node.clientWidth);
    const height = Math.round(this.node.clientHeight);
    if (width < SMALLEST || height < SMALLEST) return false;
    if (!force && this.viewport?.width === width && this.viewport.height === height) return false;
    const { points, contours } = this.#asked.scene.layout;
    const viewport = createViewport(width, height, (aspect) => fitExtent(points, contours, aspect));
    sizeCanvas(this.manifold, width, height);
    const contexts = { still: sizeCanvas(this.#still, width, height), moving: sizeCanvas(this.moving, width, height) };
    const find = createPointIndex(points, REACH / viewport.scale);
    this.#drawing = { ...this.#asked, viewport, contexts, find };
    return true;
  }

  #drawStill() {
    if (this.#drawing === null) return;
    const { contexts, viewport, theme, scene } = this.#drawing;
    const context = contexts.still;
    context.clearRect(0, 0, viewport.width, viewport.height);
    drawAxes(context, viewport, theme, scene.axes);
    const { points } = scene.layout;
    if (scene.thumbnails) this.shown = this.#drawThumbnails(this.#drawing);
    else {
      drawDots(context, viewport, points, scene.colouring, scene.chosen);
      this.shown = this.#map.count;
    }
    drawContours(context, viewport, theme, scene.layout.contours);
  }

  /** @param {Drawing} drawing @returns {number} how many images have room */
  #drawThumbnails({ contexts, viewport, scene }) {
    const { points } = scene.layout;
    const { smallest, largest } = THUMBNAIL_SIDES;
    const side = Math.min(largest, Math.max(smallest, this.#map.tile(0).width));
    const kept = chooseThumbnails(viewport, points, side, scene.chosen);
    for (const i of kept) {
      const [x, y] = [viewport.toX(points[2 * i]), viewport.toY(points[2 * i + 1])];
      drawThumbnail(contexts.still, this.#map, i, x, y, side, scene.colouring.colour(i));
    }
    return kept.length;
  }
}
