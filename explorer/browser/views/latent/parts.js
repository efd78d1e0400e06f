/** The parts of the view, each told what to do when the visitor uses it. */
import { arrange } from "./arrangement.js";
import { Closeup } from "./closeup.js";
import { Dimensions } from "./dimensions.js";
import { createInput } from "./input.js";
import { listenToMoves } from "./moves.js";
import { Output } from "./output.js";
import { Plot } from "./plot.js";
import { createPosterior } from "./posterior.js";
import { Surroundings } from "./surroundings.js";
import { Tabs } from "./tabs.js";

/**
 * @param {import("../latent.js").LatentView} view
 * @param {readonly import("./panels.js").Panel[]} panels that the model has
 * @param {Record<string, string>} entries of the address
 */
export function createParts(view, panels, entries) {
  const { root, model, map, t, state, host } = view;
  const isBusy = () => view.isBusy();
  const onPick = (/** @type {number} */ index) => view.pick(index);
  const onPoint = (/** @type {number | null} */ dimension) => {
    view.dimensions.point(dimension);
    view.numbers.point(dimension);
  };
  const source = createInput({
    model,
    numbers: map.datasetIndex,
    t,
    onPick,
    onPicture: (...given) => view.encode(...given),
  });
  const closeup = new Closeup(t);
  const plot = new Plot({
    root,
    model,
    map,
    t,
    state,
    isBusy,
    onChange: () => view.changePlot(),
    onResize: () => view.resize(),
  });
  const surroundings = new Surroundings({ map, t, onPick });
  const output = new Output({
    model,
    t,
    onMean: () => view.posterior && view.setLatent(view.posterior.mean.slice()),
    onSample: () => view.posterior && view.setLatent(view.posterior.sample.slice()),
    onOrigin: () => view.setLatent(new Float32Array(model.latentSize)),
  });
  const numbers = createPosterior({ model, kl: map.klPerDimension, t, onSeed: (seed) => view.reroll(seed), onPoint });
  const dimensions = new Dimensions({
    model,
    map,
    t,
    onChange: (...given) => view.setCoordinate(...given),
    onCommit: () => view.tell(),
    onPoint,
    isBusy,
  });
  const { row, details } = arrange(
    {
      source: source.node,
      closeup: closeup.node,
      controls: plot.controls.node,
      map: plot.canvas.node,
      legend: plot.legend.node,
      neighbours: surroundings.images,
      notes: plot.notes,
      output: output.node,
      distances: surroundings.distances,
      posterior: numbers.node,
      dimensions: dimensions.node,
    },
    t,
  );
  const tabs = new Tabs({
    panels,
    numbers: [details],
    open: state.panel,
    surroundings: { model, map, t, host, view, state: entries, tell: (changes) => view.tell(changes) },
    onOpen: (id) => {
      state.panel = id;
      view.tell();
    },
  });
  return {
    source,
    closeup,
    plot,
    surroundings,
    output,
    numbers,
    dimensions,
    row,
    tabs,
    moves: listenToMoves(view, plot),
  };
}
