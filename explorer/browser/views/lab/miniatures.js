/** What the model graph's small pictures show: each network's inputs and outputs at one moment, in little. */

import { context2d } from "../../charts/canvas.js";
import { element } from "../../dom.js";
import { STREAMS, noise, realPoints } from "../../runtime/planar/data.js";
import { outputMeaning, shownOutput } from "../../runtime/planar/outputs.js";
import { LIMIT } from "../../runtime/planar/settings.js";
import { dots, mesh, prepare } from "./miniature.js";
import { heatLevel } from "./plot/heat.js";
import { heatRange } from "./plot/quantities.js";

const POINTS = 192;
const HEAT_SIDE = 20; // cells
const GRID = 9; // lines a side of the warped grid
const CURVE_POINTS = 65;
const GAUSSIAN_REACH = 2.5; // standard deviations, where the noise itself is drawn into the plane
const DOT = 1.6; // CSS pixels

/**
 * @typedef {import("../../runtime/planar/settings.js").Settings} Settings
 * @typedef {import("../../runtime/planar/initial.js").State} State
 *
 * @typedef {object} Colours
 * @property {import("./plot/colours.js").Theme} theme
 * @property {Uint32Array} scale of the heat map, see `heatScale`
 *
 * @typedef {(canvas: HTMLCanvasElement, side: number, colours: Colours, state: State) => void} Painter `side` in CSS
 *   pixels
 * @typedef {"noise" | "real" | "fake" | "generator" | "discriminator"} PictureName
 */

/** The pictures that training changes. @type {readonly PictureName[]} */
export const TRAINED = Object.freeze(["fake", "generator", "discriminator"]);

/**
 * @param {Settings} settings
 * @param {import("../../runtime/planar/evaluate.js").Evaluator} evaluator
 * @returns {Record<PictureName, Painter>}
 */
export function createMiniatures(settings, evaluator) {
  const { dimensions, kind } = settings.noise;
  const real = realPoints(settings, STREAMS.shownReal, POINTS);
  const shown = noise(settings, STREAMS.shownNoise, POINTS);
  const grid = noiseLattice(settings.noise);
  const cells = cellCentres();
  const meaning = outputMeaning(settings.loss);
  const image = new ImageData(HEAT_SIDE, HEAT_SIDE);
  const pixels = new Uint32Array(image.data.buffer);
  const tile = element("canvas", { width: HEAT_SIDE, height: HEAT_SIDE });
  const tileContext = context2d(tile);
  return {
    noise(canvas, side, { theme }) {
      const scale = kind === "gaussian" ? LIMIT / GAUSSIAN_REACH : 1;
      const plane = dimensions === 2 ? shown.map((value) => value * scale) : onALine(shown, scale);
      dots(prepare(canvas, side, side), plane, side, theme.soft, DOT);
    },
    real: (canvas, side, { theme }) => dots(prepare(canvas, side, side), real, side, theme.real, DOT),
    fake: (canvas, side, { theme }, state) =>
      dots(prepare(canvas, side, side), evaluator.generate(state, shown), side, theme.fake, DOT),
    generator(canvas, side, { theme }, state) {
      const [rows, columns] = dimensions === 2 ? [GRID, GRID] : [1, CURVE_POINTS];
      const points = evaluator.generate(state, grid);
      mesh(prepare(canvas, side, side), points, { rows, columns, side, colour: theme.generator });
    },
    discriminator(canvas, side, { scale }, state) {
      const outputs = evaluator.discriminate(state, cells);
      const range = heatRange(meaning, outputs);
      for (let i = 0; i < pixels.length; i += 1) {
        pixels[i] = scale[heatLevel(shownOutput(meaning, outputs[i]), range, scale.length)];
      }
      tileContext.putImageData(image, 0, 0);
      const context = prepare(canvas, side, side);
      context.imageSmoothingEnabled = true;
      context.drawImage(tile, 0, 0, side, side);
    },
  };
}

/** @param {Float32Array} values @param {number} scale @returns {Float32Array} points at y = 0 */
function onALine(values, scale) {
  return Float32Array.from({ length: 2 * values.length }, (_, i) => (i % 2 ? 0 : values[i / 2] * scale));
}

/** @param {Settings["noise"]} noise @returns {Float32Array} (n, dimensions), even over the noise */
function noiseLattice({ kind, dimensions }) {
  const reach = kind === "gaussian" ? GAUSSIAN_REACH : 1;
  const place = (/** @type {number} */ i, /** @type {number} */ count) => reach * ((2 * i) / (count - 1) - 1);
  if (dimensions === 1) return Float32Array.from({ length: CURVE_POINTS }, (_, i) => place(i, CURVE_POINTS));
  return Float32Array.from({ length: 2 * GRID * GRID }, (_, i) =>
    place(i % 2 ? Math.floor(i / 2 / GRID) : (i / 2) % GRID, GRID),
  );
}

/** Row by row from the upper left, as pictures are stored. */
function cellCentres() {
  const place = (/** @type {number} */ i) => LIMIT * ((2 * i + 1) / HEAT_SIDE - 1);
  return Float32Array.from({ length: 2 * HEAT_SIDE ** 2 }, (_, i) => {
    const cell = i >> 1;
    return i % 2 ? -place(Math.floor(cell / HEAT_SIDE)) : place(cell % HEAT_SIDE);
  });
}
