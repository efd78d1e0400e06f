/**
 * The Latent space view: input → encoder → latent → decoder → output in one row, and below it the numbers behind it and
 * the panels. This module keeps the state and tells the parts; each part draws itself and listens.
 */
import { element } from "../dom.js";
import { klPerDimension } from "../runtime/numbers.js";
import { givenImage, sampled, storedPosterior } from "./latent/given.js";
import { createIdleWorker } from "./latent/idle.js";
import { marksOf } from "./latent/marks.js";
import { PANELS } from "./latent/panels.js";
import { createParts } from "./latent/parts.js";
import { readState, writeState } from "./latent/state.js";
import { measureSpacing } from "./latent/surroundings.js";

const QUIET = 100; // milliseconds after an input during which idle work waits
const WORDS = 50; // milliseconds between changes of words and sliders
const SETTLE = 300; // milliseconds after the last step before the address is written

/**
 * @param {HTMLElement} body
 * @param {object} options
 * @param {import("../runtime/model.js").Model} options.model
 * @param {import("../i18n.js").Translator} options.t
 * @param {Record<string, string>} options.state
 * @param {{emit(kind: "state", changes: Record<string, string | null>): void, onUpdate(callback: (update: {theme?: string}) => void): void}} host
 * @returns {Promise<LatentView>}
 * @throws {import("../runtime/errors.js").ModelError} where the checkpoint cannot be read
 */
export async function mount(body, { model, t, state }, host) {
  const [map] = await Promise.all([model.loadPlaces(), model.loadDecoder()]);
  const view = new LatentView(body, model, map, t, state, host);
  await view.start();
  return view;
}

export class LatentView {
  constructor(body, model, map, t, entries, host) {
    this.body = body;
    this.model = model;
    this.map = map;
    this.t = t;
    this.host = host;
    const panels = PANELS.filter((panel) => panel.needs(model, host));
    const { state, refused } = readState(
      entries,
      map,
      model.latentSize,
      panels.map(({ id }) => id),
    );
    this.state = state;
    this.refused = refused;
    /** @type {Record<string, string | null>} what the panels have changed in the address and is not written yet */
    this.told = {};
    /** @type {Float32Array | null} shown while the pointer only looks; z itself stays */
    this.previewed = null;
    this.hovered = -1;
    /** @type {import("./latent/given.js").Given | null} */
    this.given = null;
    /** @type {{latents: Float32Array[], at: number} | null} a line of latents that a panel shows on the map, and a place on it */
    this.traced = null;
    this.lastInput = -Infinity;
    this.lastFollow = -Infinity;
    this.redraws = 0;
    this.pictures = 0;
    this.spacing = createIdleWorker(() => this.isBusy());
    Object.assign(this, createParts(this, panels, entries));
  }

  async start() {
    const { state, t, body } = this;
    const refusals = this.refused.map((refusal) => this.refusal(...refusal));
    const remote = this.model.remote ? [element("p", { class: "note" }, t("latent.remote"))] : [];
    body.replaceChildren(...refusals, ...remote, this.row, this.tabs.node);
    this.plot.theme(body);
    if (state.image === null) this.numbers.show(null);
    else this.give(this.browse(state.image));
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
    const { given } = this;
    if (given?.image != null && given.input === null) {
      this.given = { ...given, input: this.map.image(given.image) };
      this.source.show(this.input, given.words);
      this.showPosterior();
    }
    this.plot.pictures();
    this.surroundings.repaint();
    this.tabs.update(this.point());
  }

  refusal(key, values) {
    return element("p", { class: "latent-refused", role: "alert" }, this.t(key, values));
  }

  destroy() {
    this.moves.destroy();
    this.tabs.destroy();
    this.plot.destroy();
    this.dimensions.destroy();
    this.spacing.stop();
    clearTimeout(this.telling);
    cancelAnimationFrame(this.following);
  }

  /** Whether the visitor is moving something, which must not wait. */
  isBusy() {
    return performance.now() - this.lastInput < QUIET;
  }

  /** @returns {import("./latent/given.js").Posterior | null} of the input */
  get posterior() {
    return this.given && this.given.posterior;
  }

  /** @returns {Float32Array | null} (C·H·W) null while it is on its way, too */
  get input() {
    return this.given && this.given.input;
  }

  /** What panels see. @returns {import("./latent/panels.js").Point} */
  point() {
    const { z, epsilon } = this.state;
    return { z, epsilon, ...(this.given ?? { input: null, posterior: null, image: null, words: "" }) };
  }

  /* What the visitor does */

  /** The pointer is over an image of the browse set (or −1), and looks at a latent without going there. */
  look(hovered, previewed, event) {
    this.hovered = hovered;
    this.previewed = previewed;
    this.redraw(event);
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
    this.give(this.browse(index));
    this.setLatent(this.posterior.sample.slice(), event);
  }

  /** Encode any other picture; the newest wins where a server encodes. */
  async encode(picture, source, event) {
    const mine = ++this.pictures;
    await this.model.loadEncoder();
    const posterior = await this.model.encode(picture);
    if (mine !== this.pictures) return;
    this.give({
      input: picture,
      posterior: sampled(posterior, this.state.epsilon),
      words: this.t(`latent.input_${source}`),
      image: null,
    });
    this.setLatent(this.posterior.sample.slice(), event);
  }

  reroll(seed) {
    this.state.epsilon = seed;
    this.given = { ...this.given, posterior: sampled(this.posterior, seed) };
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
    this.tabs.theme();
    this.redraw(null);
  }

  resize() {
    this.drawMoving();
    this.closeup.resize();
    this.closeup.show(marksOf(this), this.plot.colours);
  }

  /* What follows */

  /** @returns {import("./latent/given.js").Given} */
  browse(index) {
    return givenImage(
      this.map,
      index,
      this.state.epsilon,
      this.t("latent.image", { index, value: this.plot.colouring.value(index) }),
    );
  }

  /** @param {import("./latent/given.js").Given} given */
  give(given) {
    this.pictures++;
    this.given = given;
    this.state.image = given.image;
    this.source.show(given.input, given.words);
    if (given.image !== null) this.source.picked(given.image);
    this.output.hasPosterior();
    this.showPosterior();
  }

  async showPosterior() {
    const { given } = this;
    const { posterior, input } = given;
    const evidence = input && (await this.model.evidence(input, posterior, posterior.sample));
    if (given !== this.given) return;
    this.numbers.show({ ...posterior, klPerDimension: klPerDimension(posterior), evidence, seed: this.state.epsilon });
  }

  /** Draw a line on the map, or none. @param {{latents: Float32Array[], at: number} | null} path never changed afterwards */
  trace(path) {
    this.traced = path;
    this.drawMoving();
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
    if (this.plot.canvas.viewport) this.plot.canvas.mark(marksOf(this));
  }

  /** Words and sliders need not change at each frame; the pictures come first. */
  followSoon() {
    cancelAnimationFrame(this.following);
    this.following = requestAnimationFrame((now) =>
      now - this.lastFollow < WORDS ? this.followSoon() : this.follow(),
    );
  }

  /** Bring words, sliders and neighbours up to what is shown. */
  follow() {
    const { state, t, hovered } = this;
    this.lastFollow = performance.now();
    if (this.followed !== state.z) {
      this.followed = state.z;
      this.dimensions.show(state.z);
      this.numbers.showLatent(state.z);
      this.closeup.show(marksOf(this), this.plot.colours);
    }
    if (hovered >= 0) {
      const words = t("latent.near_image", { index: hovered, value: this.plot.colouring.value(hovered) });
      this.surroundings.show(words, storedPosterior(this.map, hovered).mean, hovered);
    } else
      this.surroundings.show(
        t(this.previewed ? "latent.near_preview" : "latent.near_z"),
        this.previewed ?? state.z,
        -1,
      );
    this.output.label(this.previewed !== null);
    this.tabs.update(this.point());
  }

  /** Write the state, and what panels changed of theirs, into the address once things have settled. */
  tell(/** @type {Record<string, string | null>} */ changes = {}) {
    Object.assign(this.told, changes);
    clearTimeout(this.telling);
    this.telling = setTimeout(
      () => this.host.emit("state", { ...writeState(this.state, this.map), ...this.told }),
      SETTLE,
    );
  }
}
