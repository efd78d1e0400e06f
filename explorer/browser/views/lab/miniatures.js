/** What the model graph's small pictures show: each network's inputs and outputs at one moment, in little. */

import { STREAMS, noise, realPoints } from "../../runtime/planar/data.js";
import { LIMIT } from "../../runtime/planar/settings.js";
import { heatScale } from "./plot/colours.js";
import { heatRange } from "./plot/quantities.js";
import { outputMeaning, shownOutput } from "../../runtime/planar/outputs.js";
import { dots, mesh, prepare } from "./miniature.js";

const POINTS = 192;
const HEAT_SIDE = 20; // cells
const GRID = 9; // lines a side of the warped grid
const CURVE_POINTS = 65;
const GAUSSIAN_REACH = 2.5; // standard deviations, where the noise itself is drawn into the plane
const DOT = 1.6; // CSS pixels

/**
 * @param {import("../../runtime/planar/settings.js").Settings} settings
 * @param {object} evaluator
 * @returns painters by the graph's node: (canvas, side in CSS pixels, theme, state)
 */
export function createMiniatures(settings, evaluator) {
  const { dimensions, kind } = settings.noise;
  const real = realPoints(settings, STREAMS.shownReal, POINTS);
  const shown = noise(settings, STREAMS.shownNoise, POINTS);
  const grid = noiseLattice(settings.noise);
  const cells = cellCentres();
  const meaning = outputMeaning(settings.loss);
  const image = new ImageData(HEAT_SIDE, HEAT_SIDE);
  const colours = new Uint32Array(image.data.buffer);
  const tile = Object.assign(document.createElement("canvas"), { width: HEAT_SIDE, height: HEAT_SIDE });
  return {
    noise(canvas, side, theme) {
      const scale = kind === "gaussian" ? LIMIT / GAUSSIAN_REACH : 1;
      const plane = dimensions === 2 ? shown.map((value) => value * scale) : onALine(shown, scale);
      dots(prepare(canvas, side, side), plane, side, theme.soft, DOT);
    },
    real: (canvas, side, theme) => dots(prepare(canvas, side, side), real, side, theme.real, DOT),
    fake: (canvas, side, theme, state) =>
      dots(prepare(canvas, side, side), evaluator.generate(state, shown), side, theme.fake, DOT),
    generator(canvas, side, theme, state) {
      const options = {
        rows: dimensions === 2 ? GRID : 1,
        columns: dimensions === 2 ? GRID : CURVE_POINTS,
        side,
        colour: theme.generator,
      };
      mesh(prepare(canvas, side, side), evaluator.generate(state, grid), options);
    },
    discriminator(canvas, side, theme, state) {
      const outputs = evaluator.discriminate(state, cells);
      const { low, high } = heatRange(meaning, outputs);
      const scale = (theme.scale ??= heatScale(theme));
      for (let i = 0; i < cells.length / 2; i += 1) {
        const place = (shownOutput(meaning, outputs[i]) - low) / (high - low || 1);
        colours[i] = scale[Math.round(Math.max(0, Math.min(1, place)) * (scale.length - 1))];
      }
      tile.getContext("2d").putImageData(image, 0, 0);
      const context = prepare(canvas, side, side);
      context.imageSmoothingEnabled = true;
      context.drawImage(tile, 0, 0, side, side);
    },
  };
}

function onALine(values, scale) {
  return Float32Array.from({ length: 2 * values.length }, (_, i) => (i % 2 ? 0 : values[i / 2] * scale));
}

function noiseLattice({ kind, dimensions }) {
  const reach = kind === "gaussian" ? GAUSSIAN_REACH : 1;
  const place = (i, count) => reach * ((2 * i) / (count - 1) - 1);
  if (dimensions === 1) return Float32Array.from({ length: CURVE_POINTS }, (_, i) => place(i, CURVE_POINTS));
  return Float32Array.from({ length: 2 * GRID * GRID }, (_, i) =>
    place(i % 2 ? Math.floor(i / 2 / GRID) : (i / 2) % GRID, GRID),
  );
}

/** Row by row from the upper left, as pictures are stored. */
function cellCentres() {
  const place = (i) => LIMIT * ((2 * i + 1) / HEAT_SIDE - 1);
  return Float32Array.from({ length: 2 * HEAT_SIDE ** 2 }, (_, i) => {
    const cell = i >> 1;
    return i % 2 ? -place(Math.floor(cell / HEAT_SIDE)) : place(cell % HEAT_SIDE);
  });
}
