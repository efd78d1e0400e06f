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

/**
 * @typedef {object} Scene what the still layer shows
 * @property {import("../../runtime/layouts.js").Layout} layout
 * @property {import("../../charts/colours.js").Colouring} colouring
 * @property {boolean} thumbnails images instead of dots
 * @property {(index: number) => boolean} chosen by the legend
 * @property {{x: string, y: string} | null} axes names, where the axes have units
 *
 * @typedef {object} PosteriorMarks the covariance is null where the layout has none
 * @property {import("../../charts/geometry.js").Point} mean
 * @property {{xx: number, xy: number, yy: number} | null} covariance
 * @property {import("../../charts/geometry.js").Point} sample
 *
 * @typedef {object} Marks what the moving layer shows; places are on the map
 * @property {import("../../charts/geometry.js").Point} z
 * @property {import("../../charts/geometry.js").Point | null} preview
 * @property {{places: import("../../charts/geometry.js").Point[], at: number} | null} path from its first place to its last, and where on it one is
 * @property {PosteriorMarks | null} posterior
 * @property {{index: number, neighbours: number[]} | null} hovered
 */

export class LatentMapCanvas {
  /**
   * @param {object} options
   * @param {import("../../runtime/map.js").LatentMap} options.map
   * @param {string} options.label for screen readers
   * @param {() => void} options.onResize the viewport is another one now
   */
  constructor({ map, label, onResize }) {
    this.map = map;
    this.canvases = ["manifold", "still", "moving"].map((name) =>
      element("canvas", { class: `latent-layer latent-layer-${name}` }),
    );
    const [manifold, , moving] = this.canvases;
    this.manifold = manifold;
    this.moving = moving;
    for (const [name, value] of Object.entries({ tabindex: "0", role: "application", "aria-label": label }))
      moving.setAttribute(name, value);
    this.node = element("div", { class: "latent-map-canvas" }, ...this.canvases);
    this.shown = 0;
    /** @type {Scene | null} */
    this.scene = null;
    this.observer = new ResizeObserver(() => {
      if (this.scene === null || !this.#resize()) return;
      this.#drawStill();
      onResize();
    });
    this.observer.observe(this.node);
  }

  destroy() {
    this.observer.disconnect();
  }

  /** Draw the still layer anew. @param {Scene} scene @param {import("../../charts/plane.js").Theme} theme */
  show(scene, theme) {
    const moved = this.scene?.layout !== scene.layout;
    this.scene = scene;
    this.theme = theme;
    if (moved || !this.viewport) this.#resize(true);
    this.#drawStill();
  }

  /** The point under a pixel, or −1. */
  hit(/** @type {number} */ px, /** @type {number} */ py) {
    const { x, y } = this.viewport.toPlace(px, py);
    return this.find(x, y, REACH / this.viewport.scale, this.scene.chosen);
  }

  /** Draw the moving layer anew. @param {Marks} marks */
  mark({ z, preview, path, posterior, hovered }) {
    const { context, viewport, theme } = this;
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
    if (hovered !== null) this.#drawHovered(hovered);
    drawLatent(context, viewport, theme, z, false);
    if (preview !== null && hovered === null) drawLatent(context, viewport, theme, preview, true);
    context.restore();
  }

  #drawHovered({ index, neighbours }) {
    const { context, viewport, theme, scene } = this;
    const { points } = scene.layout;
    const from = { x: points[2 * index], y: points[2 * index + 1] };
    drawLinks(context, viewport, theme, from, points, [index, ...neighbours]);
    // Above the point, or below it near the upper edge, so that the pointer does not cover the image.
    const [px, py] = [viewport.toX(from.x), viewport.toY(from.y)];
    const above = py - viewport.plot.top > HOVERED_SIDE + 14;
    const { left, width } = viewport.plot;
    const x = Math.min(left + width - HOVERED_SIDE / 2, Math.max(left + HOVERED_SIDE / 2, px));
    drawThumbnail(
      context,
      this.map,
      index,
      x,
      py + (above ? -1 : 1) * (HOVERED_SIDE / 2 + 12),
      HOVERED_SIDE,
      scene.colouring.colour(index),
    );
  }

  /** Fit the canvases to the element. @returns {boolean} whether anything changed */
  #resize(force = false) {
    const width = Math.round(this.node.clientWidth);
    const height = Math.round(this.node.clientHeight);
    if (width < 50 || height < 50) return false; // hidden
    if (!force && this.viewport?.width === width && this.viewport?.height === height) return false;
    const { points, contours } = this.scene.layout;
    this.viewport = createViewport(width, height, (aspect) => fitExtent(points, contours, aspect));
    const contexts = this.canvases.map((canvas) => sizeCanvas(canvas, width, height));
    this.stillContext = contexts[1];
    this.context = contexts[2];
    this.find = createPointIndex(points, REACH / this.viewport.scale);
    return true;
  }

  #drawStill() {
    const { stillContext: context, viewport, theme, scene, map } = this;
    context.clearRect(0, 0, viewport.width, viewport.height);
    drawAxes(context, viewport, theme, scene.axes);
    const { points } = scene.layout;
    if (scene.thumbnails) {
      const { smallest, largest } = THUMBNAIL_SIDES;
      const side = Math.min(largest, Math.max(smallest, map.tile(0).width));
      const kept = chooseThumbnails(viewport, points, side, scene.chosen);
      for (const i of kept) {
        const [x, y] = [viewport.toX(points[2 * i]), viewport.toY(points[2 * i + 1])];
        drawThumbnail(context, map, i, x, y, side, scene.colouring.colour(i));
      }
      this.shown = kept.length;
    } else {
      drawDots(context, viewport, points, scene.colouring, scene.chosen);
      this.shown = map.count;
    }
    drawContours(context, viewport, theme, scene.layout.contours);
  }
}
