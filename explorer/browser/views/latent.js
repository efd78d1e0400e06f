/**
 * The Latent space view: input → encoder → latent → decoder → output in one row, and below it the numbers behind it and
 * the panels. This module keeps the state and tells the parts; each part draws itself and listens.
 */
import { ModelError } from "../runtime/errors.js";
import { placed } from "../runtime/map.js";
import { klPerDimension } from "../runtime/numbers.js";
import { element } from "../dom.js";
import { address } from "./latent/address.js";
import { Average } from "./latent/average.js";
import { givenImage, sampled, storedPosterior, widest } from "./latent/given.js";
import { IdleWorker } from "./latent/idle.js";
import { marksOf } from "./latent/marks.js";
import { PANELS } from "./latent/panels.js";
import { createParts } from "./latent/parts.js";
import { alertNote, refusedNotes } from "./latent/refused.js";
import { measureSpacing } from "./latent/surroundings.js";
import { NUMBERS } from "./latent/tabs.js";

export { address };

const QUIET = 100; // milliseconds after an input during which idle work waits
const WORDS = 50; // milliseconds between changes of words and sliders
const SETTLE = 300; // milliseconds after the last step before the address is written

/** @typedef {import("../parts/host.js").ViewHost} ViewHost */

/**
 * @param {HTMLElement} root
 * @param {import("../parts/host.js").ViewOptions} options
 * @param {ViewHost} host
 * @returns {Promise<LatentView>}
 * @throws {ModelError} where the checkpoint cannot be read
 */
export async function mount(root, options, host) {
  root.classList.add("view-body");
  const [map] = await Promise.all([options.model.loadPlaces(), options.model.loadDecoder()]);
  const view = new LatentView(root, placed(map), options, host);
  await view.start();
  return view;
}

export class LatentView {
  /** Shown while the pointer only looks; z itself stays. @type {Float32Array | null} */
  previewed = null;
  /** The image under the pointer, or −1. */
  hovered = -1;
  /** @type {import("./latent/given.js").Given | null} */
  given = null;
  /**
   * A line of latents that a panel shows on the map, and a place on it.
   * @type {{latents: Float32Array[], at: number} | null}
   */
  traced = null;
  /** Resolves once the browse set's pictures are there. @type {Promise<void>} */
  arrival = Promise.resolve();
  /** What the panels have changed in the address and is not written yet. @type {Record<string, string | null>} */
  #told = {};
  #lastInput = -Infinity;
  #lastFollow = -Infinity;
  /** The latent that words and sliders say. @type {Float32Array | null} */
  #followed = null;
  #following = 0; // animation frame
  #telling = 0; // timer
  #redraws = 0; // stamp: only the newest picture is shown
  #pictures = 0; // stamp: only the newest input is encoded
  /** @type {IdleWorker} */
  #spacing;
  #average;
  /** @type {import("./latent/address.js").Context} */
  #context;
  /** @type {import("../parts/address.js").Refusal[]} */
  #refused;

  /**
   * @param {HTMLElement} root
   * @param {import("../runtime/map.js").PlacedMap} map
   * @param {import("../parts/host.js").ViewOptions} options
   * @param {ViewHost} host
   */
  constructor(root, map, { model, t, state: entries }, host) {
    this.root = root;
    this.model = model;
    this.map = map;
    this.t = t;
    this.host = host;
    const panels = PANELS.filter((panel) => panel.needs(model, host));
    const usual = widest(map);
    this.#context = { map, latentSize: model.latentSize, usual, panels: [NUMBERS, ...panels.map(({ id }) => id)] };
    const { values, refused } = address.read(entries, this.#context);
    this.#refused = refused;
    const start = () => sampled(storedPosterior(map, values.image ?? usual), values.epsilon).sample;
    /** @type {import("./latent/address.js").State} */
    this.state = { ...values, z: values.z ?? start() };
    this.#spacing = new IdleWorker(() => this.isBusy());
    const parts = createParts(this, panels, entries);
    this.source = parts.source;
    this.closeup = parts.closeup;
    this.plot = parts.plot;
    this.surroundings = parts.surroundings;
    this.output = parts.output;
    this.numbers = parts.numbers;
    this.dimensions = parts.dimensions;
    this.tabs = parts.tabs;
    this.moves = parts.moves;
    const onFound = parts.numbers.showAverage;
    this.#average = new Average({ model, isBusy: () => this.isBusy(), onFound });
    const remote = model.remote ? [element("p", { class: "note" }, t("latent.remote"))] : [];
    root.replaceChildren(...refusedNotes(this.#refused, t), ...remote, parts.row, this.tabs.node);
  }

  async start() {
    const { state } = this;
    this.plot.theme();
    if (state.image === null) this.numbers.show(null);
    else this.#give(this.#browse(state.image));
    await this.redraw(null);
    this.arrival = this.#receivePictures();
    this.host.onUpdate(() => this.#theme());
    const distances = new Float32Array(this.map.count);
    this.#spacing.run(measureSpacing(this.map, distances), () => {
      this.surroundings.setSpacing(distances);
      this.#follow();
    });
  }

  /** The browse set's pictures come last: nothing that a drag needs waits for them. */
  async #receivePictures() {
    try {
      await this.map.loadPictures();
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      this.root.prepend(alertNote(this.t(error.key, error.values)));
      return;
    }
    const { given } = this;
    if (given !== null && given.image !== null && given.input === null) {
      this.given = { ...given, input: this.map.image(given.image) };
      this.source.show(this.input, given.words);
      this.#showPosterior();
    }
    this.plot.pictures();
    this.surroundings.repaint();
    this.tabs.update(this.point());
  }

  destroy() {
    this.moves.destroy();
    this.tabs.destroy();
    this.plot.destroy();
    this.dimensions.destroy();
    this.#spacing.stop();
    this.#average.stop();
    clearTimeout(this.#telling);
    cancelAnimationFrame(this.#following);
  }

  /** Whether the visitor is moving something, which must not wait. */
  isBusy() {
    return performance.now() - this.#lastInput < QUIET;
  }

  /** Of the input. @returns {import("./latent/given.js").Posterior | null} */
  get posterior() {
    return this.given && this.given.posterior;
  }

  /** (C·H·W); null while it is on its way, too. @returns {Float32Array | null} */
  get input() {
    return this.given && this.given.input;
  }

  /** What panels see. @returns {import("./latent/panels.js").Point} */
  point() {
    const { z, epsilon } = this.state;
    return { z, epsilon, ...(this.given ?? { input: null, posterior: null, image: null, words: "" }) };
  }

  /* What the visitor does */

  /**
   * The pointer is over an image of the browse set, and looks at a latent without going there.
   * @param {number} hovered index of the image, or −1
   * @param {Float32Array | null} previewed
   * @param {Event} event
   */
  look(hovered, previewed, event) {
    this.hovered = hovered;
    this.previewed = previewed;
    this.redraw(event);
  }

  /** @param {number} dimension @param {number} value @param {Event} event */
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

  /**
   * Encode an image of the browse set: its posterior is stored with it.
   * @param {number} index
   * @param {Event | null} [event]
   */
  pick(index, event = null) {
    this.#enter(this.#browse(index), event);
  }

  /**
   * Encode any other picture; the newest wins where a server encodes.
   * @param {Float32Array} picture (C·H·W), unit range
   * @param {"draw" | "upload"} source
   * @param {Event | null} event
   */
  async encode(picture, source, event) {
    const mine = ++this.#pictures;
    await this.model.loadEncoder();
    const posterior = await this.model.encode(picture);
    if (mine !== this.#pictures) return;
    const words = this.t(`latent.input_${source}`);
    this.#enter({ input: picture, posterior: sampled(posterior, this.state.epsilon), words, image: null }, event);
  }

  /** Another ε for the same input. @param {number} seed */
  reroll(seed) {
    if (this.given === null) return;
    const posterior = sampled(this.given.posterior, seed);
    this.state.epsilon = seed;
    this.given = { ...this.given, posterior };
    this.#showPosterior();
    this.setLatent(posterior.sample.slice());
  }

  /** Another layout, colouring or kind of mark was chosen. */
  changePlot() {
    this.#followed = null; // the close-up has the layout's axes
    this.redraw(null);
    this.tell();
  }

  resize() {
    this.#drawMoving();
    this.closeup.resize();
    this.closeup.show(marksOf(this), this.plot.colours);
  }

  /* What follows */

  #theme() {
    this.plot.theme();
    this.#followed = null; // the close-up has colours, too
    this.tabs.theme();
    this.redraw(null);
  }

  /** @param {number} index @returns {import("./latent/given.js").Given} */
  #browse(index) {
    const value = this.plot.colouring.value(index);
    const words = this.t("latent.image", { index: this.map.datasetIndex[index], value });
    return givenImage(this.map, index, this.state.epsilon, words);
  }

  /** Take a picture, and go to its posterior's sample. */
  #enter(/** @type {import("./latent/given.js").Given} */ given, /** @type {Event | null} */ event) {
    this.#give(given);
    this.setLatent(given.posterior.sample.slice(), event);
  }

  #give(/** @type {import("./latent/given.js").Given} */ given) {
    this.#pictures++;
    this.given = given;
    this.state.image = given.image;
    this.source.show(given.input, given.words);
    if (given.image !== null) this.source.picked(given.image);
    this.output.hasPosterior();
    this.#showPosterior();
  }

  async #showPosterior() {
    const { given } = this;
    if (given === null) return;
    const { posterior, input } = given;
    this.#average.measure(input, posterior);
    const evidence = input && (await this.model.evidence(input, posterior, posterior.sample));
    if (given !== this.given) return;
    this.numbers.show({ ...posterior, klPerDimension: klPerDimension(posterior), evidence, seed: this.state.epsilon });
  }

  /**
   * Draw a line on the map, or none.
   * @param {{latents: Float32Array[], at: number} | null} path never changed afterwards
   */
  trace(path) {
    this.traced = path;
    this.#drawMoving();
  }

  /**
   * Draw what follows the pointer: the decoded picture, then the map's marks. The words follow in the next frame.
   * @param {Event | null} event
   * @returns {void | Promise<void>} a promise where a server decodes
   */
  redraw(event) {
    if (event) this.#lastInput = performance.now();
    const mine = ++this.#redraws;
    const finish = (/** @type {Float32Array} */ picture) => {
      if (mine !== this.#redraws) return;
      this.output.show(picture);
      this.#drawMoving();
      if (event) performance.measure("explorer:latent", { start: event.timeStamp });
      this.#followSoon();
    };
    const picture = this.model.decode(this.previewed ?? this.state.z);
    return picture instanceof Promise ? picture.then(finish) : finish(picture);
  }

  #drawMoving() {
    this.plot.canvas.mark(marksOf(this));
  }

  /** Words and sliders need not change at each frame; the pictures come first. */
  #followSoon() {
    cancelAnimationFrame(this.#following);
    this.#following = requestAnimationFrame((now) =>
      now - this.#lastFollow < WORDS ? this.#followSoon() : this.#follow(),
    );
  }

  /** Bring words, sliders and neighbours up to what is shown. */
  #follow() {
    const { state, t, hovered, previewed } = this;
    this.#lastFollow = performance.now();
    if (this.#followed !== state.z) {
      this.#followed = state.z;
      this.dimensions.show(state.z);
      this.numbers.showLatent(state.z);
      this.closeup.show(marksOf(this), this.plot.colours);
    }
    if (hovered >= 0) {
      const words = t("latent.near_image", { index: hovered, value: this.plot.colouring.value(hovered) });
      this.surroundings.show(words, storedPosterior(this.map, hovered).mean, hovered);
    } else this.surroundings.show(t(previewed ? "latent.near_preview" : "latent.near_z"), previewed ?? state.z, -1);
    this.output.label(previewed !== null);
    this.tabs.update(this.point());
  }

  /**
   * Write the state, and what panels changed of theirs, into the address once things have settled.
   * @param {Record<string, string | null>} [changes] of a panel's entries
   */
  tell(changes = {}) {
    Object.assign(this.#told, changes);
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => {
      this.host.emit("state", { ...address.write(this.state, this.#context), ...this.#told });
    }, SETTLE);
  }
}
