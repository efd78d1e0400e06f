/**
 * The Sample view: a sheet of samples from the prior, one of them on the stage. Dragging it moves it through seed
 * space; below, a path leads from one sample to another, and a conditional model shows every class from the same z.
 * Everything that follows the pointer runs in the page.
 */

import { context2d } from "../charts/canvas.js";
import { element } from "../dom.js";
import { refusals } from "../parts/address.js";
import { Messages, errorWords } from "../parts/messages.js";
import { Painter } from "../parts/painter.js";
import { move, snap } from "../runtime/seed-space.js";
import { address } from "./sample/address.js";
import { createBelow } from "./sample/below.js";
import { createControls } from "./sample/controls.js";
import { createDetails } from "./sample/details.js";
import { followPointer } from "./sample/drag.js";
import { createExports } from "./sample/exports.js";
import { createLatentLink } from "./sample/latent-link.js";
import { Samples } from "./sample/samples.js";
import { Settling } from "./sample/settling.js";
import { Sheet } from "./sample/sheet.js";
import { createStage } from "./sample/stage.js";

export { address };

const PIXELS_PER_SEED = 160;

/**
 * @typedef {import("./sample/address.js").Settings} Settings
 * @typedef {import("../parts/host.js").ViewHost} ViewHost
 * @typedef {import("../runtime/seed-space.js").Position} Position
 *
 * @typedef {object} Options
 * @property {import("../runtime/model.js").Model} model
 * @property {import("../i18n.js").Translator} t
 * @property {import("../runtime/numbers.js").Mixture | null} mixture of the prior, where it is one
 * @property {Record<string, string>} state the view's entries of the address
 */

/**
 * @param {HTMLElement} root
 * @param {import("../parts/host.js").ViewOptions} options
 * @param {ViewHost} host
 * @returns {Promise<import("../parts/host.js").Mounted>}
 */
export async function mount(root, { model, t, state }, host) {
  root.classList.add("view-body");
  const [mixture] = await Promise.all([model.loadPrior(), model.loadDecoder()]);
  return new SampleView(root, { model, t, mixture, state }, host);
}

class SampleView {
  #root;
  #model;
  #t;
  #mixture;
  #host;
  /** @type {Samples} */
  #samples;
  /** The sample on the stage, once it is decoded. @type {{z: Float32Array, picture: Float32Array} | null} */
  #subject = null;
  /** The newest painting of the sheet. @type {Promise<boolean>} */
  #drawing = Promise.resolve(false);
  #settling = new Settling(() => this.#rest());
  #painter;
  #messages = new Messages();
  #controls;
  #sheet;
  #stage;
  #details;
  #exports;
  #below;

  /** @param {HTMLElement} root @param {Options} options @param {ViewHost} host */
  constructor(root, { model, t, mixture, state }, host) {
    this.#root = root;
    this.#model = model;
    this.#t = t;
    this.#mixture = mixture;
    this.#host = host;
    const { values, refused } = address.read(state, model.config);
    this.#samples = new Samples(model, t, values);
    this.#painter = new Painter(model, ["tile", "sheet", "path", "classes"]);
    this.#controls = createControls({
      t,
      config: model.config,
      onChange: (changes, event) => this.#change(changes, event),
    });
    this.#sheet = new Sheet({
      model,
      painter: this.#painter,
      t,
      onPick: (index) => this.#pick(index),
      onPress: (event, index) => this.#press(event, index),
      onOpen: (index) => this.#pick(index, true),
    });
    this.#stage = createStage({
      model,
      t,
      onPress: (event) => this.#press(event, this.#settings.pick),
      onStep: (dx, dy, event) => this.#moveTo(move(this.#settings, dx, dy), event),
      onSnap: () => this.#moveTo(snap(this.#settings)),
      onReset: () => this.#moveTo(this.#samples.home),
    });
    this.#details = createDetails({
      model,
      t,
      latentLink: (z) => createLatentLink(z, model, t, host),
      onCompare: () => this.#rememberComparison(),
      idle: () => this.#settling.idle(),
    });
    this.#exports = createExports({
      t,
      csv: () => this.#samples.csv,
      png: () => this.#sheetPicture(),
      fileName: (ending) => `${model.name}-seed-${this.#settings.seed}.${ending}`,
    });
    this.#below = createBelow({
      model,
      t,
      painter: this.#painter,
      sheet: this.#sheet,
      settings: () => this.#settings,
      position: (index) => this.#samples.position(index),
      onPath: (changes) => {
        Object.assign(this.#settings, changes);
        this.#remember();
      },
      onOpen: (index, group) => this.#openClass(index, group),
      onError: (error) => this.#refuse(error),
    });
    this.#build();
    this.#messages.show(...refusals(refused, t));
    this.#sheet.resize(values.count);
    this.#redraw();
    if (values.compare) this.#details.compare();
  }

  get #settings() {
    return this.#samples.settings;
  }

  #build() {
    const remote = element("p", { class: "note", hidden: !this.#model.remote }, this.#t("sample.remote"));
    const sheet = [this.#sheet.node, this.#exports.downloads, this.#exports.python];
    const columns = element(
      "div",
      { class: "sample-columns" },
      element("div", { class: "sheet-column" }, ...sheet),
      element("div", { class: "stage-column" }, this.#stage.node, this.#details.node),
    );
    this.#root.append(this.#messages.node, this.#controls.node, remote, columns, ...this.#below.nodes);
  }

  destroy() {
    this.#settling.end();
    this.#below.stop();
    this.#painter.stop();
    this.#root.replaceChildren();
  }

  /** A control was used. @param {Partial<Settings>} changes @param {Event} [event] */
  #change(changes, event) {
    Object.assign(this.#settings, changes);
    this.#settings.pick = Math.min(this.#settings.pick, this.#settings.count - 1);
    if ("seed" in changes || "count" in changes) Object.assign(this.#settings, this.#samples.home);
    this.#sheet.resize(this.#settings.count);
    this.#redraw(event);
    this.#remember();
  }

  /** Everything anew. @param {Event} [event] the input that asked for it */
  async #redraw(event) {
    this.#controls.show(this.#settings);
    this.#labelTiles();
    this.#drawStage();
    this.#settling.soon();
    this.#updatePython();
    try {
      this.#drawing = this.#sheet.draw((index) => this.#samples.subject(index));
      const complete = await this.#drawing;
      if (complete && event) performance.measure("explorer:sample", { start: event.timeStamp, detail: "sheet" });
    } catch (error) {
      this.#refuse(error);
    }
  }

  #labelTiles() {
    this.#sheet.label(this.#samples.names, this.#settings.pick);
  }

  /** Put the picked sample, where it is now, on the stage and into its tile. @param {Event} [event] */
  #drawStage(event) {
    const { pick } = this.#settings;
    const subject = this.#samples.subject(pick);
    this.#stage.place(this.#samples.position(pick), this.#samples.home, subject, this.#samples.name(pick, subject));
    const show = (/** @type {Float32Array} */ picture) => {
      this.#subject = { z: subject.z, picture };
      this.#stage.paint(picture);
      // The tile shows the same canvas content; copying it is cheaper than painting the pixels twice.
      context2d(this.#sheet.canvas(pick)).drawImage(this.#stage.canvas, 0, 0);
      if (event) performance.measure("explorer:sample", { start: event.timeStamp, detail: "drag" });
    };
    const picture = this.#model.decode(subject.z, subject.label);
    if (picture instanceof Promise) picture.then(show, (error) => error.name !== "AbortError" && this.#refuse(error));
    else show(picture);
  }

  /**
   * Look at another sample; the one that was moved goes back to its seed.
   * @param {number} index
   * @param {boolean} [open]
   */
  #pick(index, open = false) {
    const previous = this.#settings.pick;
    const wasMoved = this.#samples.moved;
    if (index !== previous) {
      this.#settings.pick = index;
      Object.assign(this.#settings, this.#samples.home);
      if (wasMoved) this.#sheet.repaint(previous, this.#samples.subject(previous));
      this.#labelTiles();
      this.#drawStage();
      this.#settling.soon();
      this.#updatePython();
    }
    if (open) {
      this.#settings.compare = true;
      this.#details.compare();
    }
    this.#remember();
  }

  /** A pointer went down on a picture: a drag moves the sample, a click looks at it closely. */
  #press(/** @type {PointerEvent} */ event, /** @type {number} */ index) {
    const onSheet = event.currentTarget === this.#sheet.node;
    if (index !== this.#settings.pick) this.#pick(index);
    const from = { x: this.#settings.x, y: this.#settings.y };
    followPointer(event, {
      onMove: (dx, dy, moved) => {
        this.#settling.held = true;
        this.#root.classList.add("dragging");
        this.#moveTo(move(from, dx / PIXELS_PER_SEED, dy / PIXELS_PER_SEED), moved);
      },
      onEnd: (dragged) => {
        this.#settling.held = false;
        this.#root.classList.remove("dragging");
        if (dragged) this.#rest();
        else if (onSheet) this.#pick(index, true);
      },
    });
  }

  /** @param {Position} position @param {Event} [event] */
  #moveTo({ x, y }, event) {
    Object.assign(this.#settings, { x, y });
    this.#drawStage(event);
    this.#details.setStale(true);
    this.#settling.soon();
  }

  /** The slow parts, once the sample rests. */
  #rest() {
    this.#settling.cancel();
    if (!this.#subject) return this.#settling.soon();
    const mixture = this.#settings.prior === "mixture" ? this.#mixture : null;
    this.#details.update({ ...this.#subject, mixture });
    this.#details.setStale(false);
    this.#labelTiles();
    this.#updatePython();
    this.#below.draw();
    this.#remember();
  }

  /** A sample goes on the stage, and every sample into its class. @param {number} index @param {number} group */
  #openClass(index, group) {
    if (index !== this.#settings.pick) this.#pick(index);
    this.#change({ first: group, second: null, blend: 0 });
  }

  #remember() {
    this.#host.emit("state", address.write(this.#settings, this.#model.config));
  }

  #rememberComparison() {
    this.#settings.compare = true;
    this.#remember();
  }

  /** @param {unknown} error */
  #refuse(error) {
    this.#messages.show(errorWords(error, this.#t));
  }

  #updatePython() {
    this.#exports.setPython(this.#samples.python);
  }

  /** The sheet as a picture, once all of it is painted. */
  async #sheetPicture() {
    let awaited;
    do await (awaited = this.#drawing);
    while (awaited !== this.#drawing);
    return this.#sheet.toPng();
  }
}
