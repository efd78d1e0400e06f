/**
 * The Latent space view: input → encoder → latent → decoder → output in one row, and below it the numbers behind it.
 * This module keeps the state and tells the parts; each part draws itself and listens.
 */
import { element } from "../dom.js";
import { klPerDimension } from "../runtime/numbers.js";
import { arrange } from "./latent/arrangement.js";
import { createCloseup } from "./latent/closeup.js";
import { createDimensions } from "./latent/dimensions.js";
import { listenToGestures } from "./latent/gestures.js";
import { createIdleWorker } from "./latent/idle.js";
import { createInput } from "./latent/input.js";
import { createOutput } from "./latent/output.js";
import { Plot } from "./latent/plot.js";
import { createPosterior, reparameterise } from "./latent/posterior.js";
import { readState, writeState } from "./latent/state.js";
import { createSurroundings, measureSpacing } from "./latent/surroundings.js";

const QUIET = 100; // milliseconds after an input during which idle work waits
const WORDS = 50; // milliseconds between changes of words and sliders
const SETTLE = 300; // milliseconds after the last step before the address is written
const NEIGHBOURS_LINKED = 5;
const UNITLESS = 100; // CSS pixels that count as one unit for the arrow keys, where the map has no unit

/**
 * @param {HTMLElement} body
 * @param {object} options
 * @param {import("../runtime/model.js").Model} options.model
 * @param {import("../i18n.js").Translator & {language: string}} options.t
 * @param {Record<string, string>} options.state
 * @param {{emit(kind: "state", changes: Record<string, string | null>): void, onUpdate(callback: (update: {theme?: string}) => void): void}} host
 * @returns {Promise<{destroy(): void}>}
 * @throws {import("../runtime/errors.js").ModelError} where the checkpoint cannot be read
 */
export async function mount(body, { model, t, state }, host) {
  const [map] = await Promise.all([model.loadPlaces(), model.loadDecoder()]);
  const view = new LatentView(body, model, map, t, state, host);
  await view.start();
  return view;
}

class LatentView {
  constructor(body, model, map, t, entries, host) {
    Object.assign(this, { body, model, map, t, host });
    const { state, refused } = readState(entries, map, model.latentSize);
    this.state = state;
    this.refused = refused;
    /** @type {Float32Array | null} shown while the pointer only looks; z itself stays */
    this.previewed = null;
    this.hovered = -1;
    /** @type {{mean: Float32Array, logVariance: Float32Array} & ReturnType<typeof reparameterise> | null} */
    this.posterior = null;
    this.input = null;
    this.lastInput = -Infinity;
    this.lastFollow = -Infinity;
    this.redraws = 0;
    this.pictures = 0;
    const isBusy = () => performance.now() - this.lastInput < QUIET;
    this.spacing = createIdleWorker(isBusy);
    this.build(isBusy);
  }

  build(isBusy) {
    const { model, map, t, state } = this;
    const onPick = (/** @type {number} */ index) => this.pick(index);
    const onPoint = (/** @type {number | null} */ dimension) => {
      this.dimensions.point(dimension);
      this.numbers.point(dimension);
    };
    this.source = createInput({ model, count: map.count, t, onPick, onPicture: (...given) => this.encode(...given) });
    this.closeup = createCloseup(t);
    this.plot = new Plot({ model, map, t, state, isBusy, onChange: () => this.changePlot(), onResize: () => this.resize() });
    this.surroundings = createSurroundings({ map, t, onPick });
    this.output = createOutput({
      model,
      t,
      onMean: () => this.setLatent(this.posterior.mean.slice()),
      onSample: () => this.setLatent(this.posterior.sample.slice()),
      onOrigin: () => this.setLatent(new Float32Array(model.latentSize)),
    });
    this.numbers = createPosterior({ model, kl: map.klPerDimension, t, onSeed: (seed) => this.reroll(seed), onPoint });
    const onChange = (...given) => this.setCoordinate(...given);
    this.dimensions = createDimensions({ model, map, t, onChange, onCommit: () => this.tell(), onPoint, isBusy });
    this.gestures = listenToGestures(this.plot.canvas.moving, {
      onHover: (x, y, event) => this.hover(x, y, event),
      onLeave: (event) => this.leave(event),
      onDrag: (x, y, event) => this.drag(x, y, event),
      onTap: (x, y, event) => this.tap(x, y, event),
      onRelease: () => this.tell(),
      onStep: (dx, dy, event) => this.step(dx, dy, event),
    });
  }

  async start() {
    const { state, t, body } = this;
    const refusals = this.refused.map((refusal) => this.refusal(...refusal));
    const remote = this.model.remote ? [element("p", { class: "note" }, t("latent.remote"))] : [];
    body.replaceChildren(...refusals, ...remote, ...arrange(this.nodes(), t));
    this.plot.theme(body);
    if (state.image === null) this.numbers.show(null);
    else this.usePosterior(this.browsePicture(state.image), this.browsePosterior(state.image), this.imageWords(state.image), state.image);
    state.z ??= this.posterior.sample.slice();
    await this.redraw(null);
    this.arrival = this.receivePictures();
    this.host.onUpdate((update) => update.theme && this.theme());
    const distances = new Float32Array(this.map.count);
    this.spacing.run(measureSpacing(this.map, distances), () => {
      this.surroundings.setSpacing(distances);
      this.follow();
    });
  }

  /** The browse set's pictures come last: nothing that a drag needs waits for them. */
  async receivePictures() {
    try {
      await this.map.loadPictures();
    } catch (error) {
      if (error.key === undefined) throw error;
      this.body.prepend(this.refusal(error.key, error.values));
      return;
    }
    const { image } = this.state;
    if (image !== null && this.input === null) {
      this.input = this.map.image(image);
      this.source.show(this.input, this.imageWords(image));
      this.showPosterior();
    }
    this.plot.pictures();
    this.surroundings.repaint();
  }

  refusal(key, values) {
    return element("p", { class: "latent-refused", role: "alert" }, this.t(key, values));
  }

  nodes() {
    return {
      source: this.source.node,
      closeup: this.closeup.node,
      controls: this.plot.controls.node,
      map: this.plot.canvas.node,
      legend: this.plot.legend.node,
      neighbours: this.surroundings.images,
      notes: this.plot.notes,
      output: this.output.node,
      distances: this.surroundings.distances,
      posterior: this.numbers.node,
      dimensions: this.dimensions.node,
    };
  }

  destroy() {
    this.gestures.destroy();
    this.plot.destroy();
    this.dimensions.destroy();
    this.spacing.stop();
    clearTimeout(this.telling);
    cancelAnimationFrame(this.following);
  }

  /* What the visitor does */

  hover(x, y, event) {
    this.hovered = this.plot.canvas.hit(x, y);
    if (this.plot.controls.previews()) this.previewed = this.plot.layout.invert(this.plot.canvas.viewport.toPlace(x, y));
    this.redraw(event);
  }

  leave(event) {
    this.hovered = -1;
    this.previewed = null;
    this.redraw(event);
  }

  drag(x, y, event) {
    this.hovered = -1;
    this.previewed = null;
    this.state.z = this.plot.layout.invert(this.plot.canvas.viewport.toPlace(x, y));
    this.redraw(event);
  }

  tap(x, y, event) {
    const index = this.plot.canvas.hit(x, y);
    if (index < 0) return this.tell();
    this.hovered = -1;
    return this.pick(index, event);
  }

  /** Move z by a step on the map: along the raw axes or the principal components; elsewhere, to the place beside it. */
  step(dx, dy, event) {
    const { x, y } = this.plot.layout.project(this.state.z);
    if (this.plot.layout.covariance === null) {
      const unit = UNITLESS / this.plot.canvas.viewport.scale;
      this.setLatent(this.plot.layout.invert({ x: x + dx * unit, y: y + dy * unit }), event);
      return;
    }
    const [from, to] = [this.plot.layout.invert({ x, y }), this.plot.layout.invert({ x: x + dx, y: y + dy })];
    this.setLatent(this.state.z.map((value, i) => value + to[i] - from[i]), event);
  }

  setCoordinate(dimension, value, event) {
    const z = this.state.z.slice();
    z[dimension] = value;
    this.setLatent(z, event);
  }

  /** @param {Float32Array} z never changed afterwards @param {Event | null} [event] */
  setLatent(z, event = null) {
    this.previewed = null;
    this.state.z = z;
    this.redraw(event);
    this.tell();
  }

  /** Encode an image of the browse set: its posterior is stored with it. */
  pick(index, event = null) {
    this.state.image = index;
    this.usePosterior(this.browsePicture(index), this.browsePosterior(index), this.imageWords(index), index);
    this.setLatent(this.posterior.sample.slice(), event);
  }

  /** Encode any other picture; the newest wins where a server encodes. */
  async encode(picture, source, event) {
    const mine = ++this.pictures;
    await this.model.loadEncoder();
    const posterior = await this.model.encode(picture);
    if (mine !== this.pictures) return;
    this.state.image = null;
    this.usePosterior(picture, posterior, this.t(`latent.input_${source}`), -1);
    this.setLatent(this.posterior.sample.slice(), event);
  }

  reroll(seed) {
    this.state.epsilon = seed;
    this.posterior = { ...this.posterior, ...reparameterise(this.posterior, seed) };
    this.showPosterior();
    this.setLatent(this.posterior.sample.slice());
  }

  /** Another layout, colouring or kind of mark was chosen. */
  changePlot() {
    this.followed = null; // the close-up has the layout's axes
    this.redraw(null);
    this.tell();
  }

  theme() {
    this.plot.theme(this.body);
    this.followed = null; // the close-up has colours, too
    this.redraw(null);
  }

  resize() {
    this.drawMoving();
    this.closeup.resize();
    this.closeup.show(this.marks(), this.plot.colours);
  }

  /* What follows */

  browsePosterior(index) {
    const size = this.model.latentSize;
    const row = (/** @type {Float32Array} */ values) => values.slice(index * size, (index + 1) * size);
    return { mean: row(this.map.mean), logVariance: row(this.map.logVariance) };
  }

  /** @returns {Float32Array | null} null while the pictures are on their way */
  browsePicture(index) {
    return this.map.thumbnails && this.map.image(index);
  }

  imageWords(index) {
    return this.t("latent.image", { index, value: this.plot.colouring.value(index) });
  }

  /** @param {Float32Array | null} picture null while it is on its way */
  usePosterior(picture, posterior, words, index) {
    this.pictures++;
    this.input = picture;
    this.posterior = { ...posterior, ...reparameterise(posterior, this.state.epsilon) };
    this.source.show(picture, words);
    if (index >= 0) this.source.picked(index);
    this.output.hasPosterior();
    this.showPosterior();
  }

  async showPosterior() {
    const { posterior, input } = this;
    const evidence = input && (await this.model.evidence(input, posterior, posterior.sample));
    if (posterior !== this.posterior || input !== this.input) return;
    this.numbers.show({ ...posterior, klPerDimension: klPerDimension(posterior), evidence, seed: this.state.epsilon });
  }

  /** Draw what follows the pointer: the decoded picture, then the map's marks. The words follow in the next frame. */
  redraw(event) {
    if (event) this.lastInput = performance.now();
    const mine = ++this.redraws;
    const finish = (/** @type {Float32Array} */ picture) => {
      if (mine !== this.redraws) return;
      this.output.show(picture);
      this.drawMoving();
      if (event) performance.measure("explorer:latent", { start: event.timeStamp });
      this.followSoon();
    };
    const picture = this.model.decode(this.previewed ?? this.state.z);
    return picture instanceof Promise ? picture.then(finish) : finish(picture);
  }

  drawMoving() {
    if (this.plot.canvas.viewport) this.plot.canvas.mark(this.marks());
  }

  /** @returns {import("./latent/map.js").Marks} */
  marks() {
    const { posterior, previewed } = this;
    const { layout } = this.plot;
    return {
      z: layout.project(this.state.z),
      preview: previewed && layout.project(previewed),
      posterior: posterior && {
        mean: layout.project(posterior.mean),
        covariance: layout.covariance?.(posterior.deviation) ?? null,
        sample: layout.project(posterior.sample),
      },
      hovered: this.hovered < 0 ? null : { index: this.hovered, neighbours: this.linked(this.hovered) },
    };
  }

  /** Neighbours of an image in latent space. */
  linked(index) {
    const { mean } = this.browsePosterior(index);
    return this.map.nearest(mean, NEIGHBOURS_LINKED + 1).map((each) => each.index).filter((each) => each !== index).slice(0, NEIGHBOURS_LINKED);
  }

  /** Words and sliders need not change at each frame; the pictures come first. */
  followSoon() {
    cancelAnimationFrame(this.following);
    this.following = requestAnimationFrame((now) => (now - this.lastFollow < WORDS ? this.followSoon() : this.follow()));
  }

  /** Bring words, sliders and neighbours up to what is shown. */
  follow() {
    const { state, t, hovered } = this;
    this.lastFollow = performance.now();
    if (this.followed !== state.z) {
      this.followed = state.z;
      this.dimensions.show(state.z);
      this.numbers.showLatent(state.z);
      this.closeup.show(this.marks(), this.plot.colours);
    }
    if (hovered >= 0) {
      const words = t("latent.near_image", { index: hovered, value: this.plot.colouring.value(hovered) });
      this.surroundings.show(words, this.browsePosterior(hovered).mean, hovered);
    } else this.surroundings.show(t(this.previewed ? "latent.near_preview" : "latent.near_z"), this.previewed ?? state.z, -1);
    this.output.label(this.previewed !== null);
  }

  /** Write the state into the address once things have settled. */
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.host.emit("state", writeState(this.state, this.map)), SETTLE);
  }
}
