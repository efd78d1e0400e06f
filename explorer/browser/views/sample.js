/**
 * The Sample view: a sheet of samples from the prior, one of them on the stage. Dragging it moves it through seed space;
 * below, a path leads from one sample to another, and a conditional model shows every class from the same z. Everything
 * that follows the pointer runs in the page.
 */

import { element } from "../dom.js";
import { createBelow } from "./sample/below.js";
import { createControls } from "./sample/controls.js";
import { createDetails } from "./sample/details.js";
import { followPointer } from "./sample/drag.js";
import { createExports, toCsv, toPython } from "./sample/exports.js";
import { createLatentLink } from "./sample/latent-link.js";
import { createPainter } from "../parts/painter.js";
import { move, snap } from "../runtime/seed-space.js";
import { readSettings, writeSettings } from "./sample/settings.js";
import { Settling } from "./sample/settling.js";
import { createSheet } from "./sample/sheet.js";
import { createStage } from "./sample/stage.js";
import { subjectAt } from "../runtime/subjects.js";
import { nameSample } from "../parts/subject-names.js";

const PIXELS_PER_SEED = 160;

/**
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: import("../i18n.js").Translator, state: Record<string, string>}} options
 * @param {object} host see docs/architecture.md
 * @returns {Promise<{destroy(): void}>}
 */
export async function mount(root, { model, t, state }, host) {
  const [mixture] = await Promise.all([model.loadPrior(), model.loadDecoder()]);
  const view = new SampleView(root, { model, t, mixture }, host);
  view.start(state);
  return view;
}

class SampleView {
  constructor(root, { model, t, mixture }, host) {
    this.root = root;
    this.model = model;
    this.t = t;
    this.mixture = mixture;
    this.host = host;
    this.picture = null;
    this.settling = new Settling(() => this.rest());
    this.painter = createPainter(model, ["tile", "sheet", "path", "classes"]);
    this.controls = createControls({
      t,
      config: model.config,
      onChange: (changes, event) => this.change(changes, event),
    });
    this.sheet = createSheet({
      model,
      painter: this.painter,
      t,
      onPick: (index) => this.pick(index),
      onPress: (event, index) => this.press(event, index),
      onOpen: (index) => this.pick(index, true),
    });
    this.stage = createStage({
      model,
      t,
      onPress: (event) => this.press(event, this.settings.pick),
      onStep: (dx, dy, event) => this.moveTo(move(this.settings, dx, dy), event),
      onSnap: () => this.moveTo(snap(this.settings)),
      onReset: () => this.moveTo(this.home()),
    });
    this.details = createDetails({
      model,
      t,
      latentLink: (z) => createLatentLink(z, model, t, host),
      onCompare: () => this.rememberComparison(),
      idle: () => this.settling.idle(),
      describe: (error) => (error.key ? t(error.key, error.values) : error.message),
    });
    this.exports = createExports({
      t,
      csv: () => this.csv(),
      png: () => this.sheetPicture(),
      fileName: (ending) => `${model.name}-seed-${this.settings.seed}.${ending}`,
    });
    this.below = createBelow({
      model,
      t,
      painter: this.painter,
      sheet: this.sheet,
      settings: () => this.settings,
      position: (index) => this.position(index),
      onPath: (changes) => (Object.assign(this.settings, changes), this.remember()),
      onOpen: (index, group) => this.openClass(index, group),
      onError: (error) => this.refuse(error),
    });
    this.build();
  }

  build() {
    const { t, root } = this;
    const remote = element("p", { class: "note", hidden: !this.model.remote }, t("sample.remote"));
    this.refusals = element("div", { class: "refusals", role: "alert" });
    root.append(
      this.refusals,
      this.controls.node,
      remote,
      element(
        "div",
        { class: "sample-columns" },
        element("div", { class: "sheet-column" }, this.sheet.node, this.exports.downloads, this.exports.python),
        element("div", { class: "stage-column" }, this.stage.node, this.details.node),
      ),
      ...this.below.nodes,
    );
  }

  /** @param {Record<string, string>} state */
  start(state) {
    const { settings, refused } = readSettings(state, this.model.config);
    this.settings = settings;
    this.refusals.replaceChildren(
      ...refused.map(({ name, value, expected }) =>
        element(
          "div",
          { class: "message" },
          this.t("sample.state_refused", { name, value: value.slice(0, 60), expected }),
        ),
      ),
    );
    this.sheet.resize(settings.count);
    this.redraw();
    if (settings.compare) this.details.compare();
  }

  destroy() {
    this.settling.end();
    this.below.stop();
    this.painter.stop();
    this.root.replaceChildren();
  }

  /** A control was used. @param {Partial<import("./sample/settings.js").Settings>} changes @param {Event} event */
  change(changes, event) {
    Object.assign(this.settings, changes);
    this.settings.pick = Math.min(this.settings.pick, this.settings.count - 1);
    if ("seed" in changes || "count" in changes) Object.assign(this.settings, this.home());
    this.sheet.resize(this.settings.count);
    this.redraw(event);
    this.remember();
  }

  /** Everything anew. @param {Event} [event] the input that asked for it */
  async redraw(event) {
    this.controls.update(this.settings);
    this.labelTiles();
    this.drawStage();
    this.settling.soon();
    this.updatePython();
    try {
      this.drawing = this.sheet.draw((index) => this.subject(index));
      const complete = await this.drawing;
      if (complete && event) performance.measure("explorer:sample", { start: event.timeStamp, detail: "sheet" });
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Where the sample that is looked at belongs. */
  home() {
    return { x: this.settings.seed + this.settings.pick, y: 0 };
  }

  isMoved() {
    return this.settings.x !== this.home().x || this.settings.y !== 0;
  }

  position(index) {
    const { seed, pick, x, y } = this.settings;
    return index === pick ? { x, y } : { x: seed + index, y: 0 };
  }

  subject(index) {
    return subjectAt(this.model, this.settings, this.position(index), this.settings);
  }

  name(index, subject) {
    return nameSample(this.position(index), subject, this.model, this.t);
  }

  labelTiles() {
    const names = Array.from({ length: this.settings.count }, (_, index) => this.name(index, this.subject(index)));
    this.sheet.label(names, this.settings.pick);
  }

  /** Put the picked sample, where it is now, on the stage and into its tile. @param {Event} [event] */
  drawStage(event) {
    const { pick } = this.settings;
    const subject = this.subject(pick);
    this.stage.place(this.position(pick), this.home(), subject, this.name(pick, subject));
    const show = (picture) => {
      this.picture = picture;
      this.z = subject.z;
      this.stage.paint(picture);
      // The tile shows the same canvas content; copying it is cheaper than painting the pixels twice.
      this.sheet.canvas(pick).getContext("2d").drawImage(this.stage.canvas, 0, 0);
      if (event) performance.measure("explorer:sample", { start: event.timeStamp, detail: "drag" });
    };
    const picture = this.model.decode(subject.z, subject.label);
    if (picture instanceof Promise) picture.then(show, (error) => error.name !== "AbortError" && this.refuse(error));
    else show(picture);
  }

  /** Look at another sample; the one that was moved goes back to its seed. @param {number} index @param {boolean} [open] */
  pick(index, open = false) {
    const previous = this.settings.pick;
    const wasMoved = this.isMoved();
    if (index !== previous) {
      this.settings.pick = index;
      Object.assign(this.settings, this.home());
      if (wasMoved) this.sheet.repaint(previous, this.subject(previous));
      this.labelTiles();
      this.drawStage();
      this.settling.soon();
      this.updatePython();
    }
    if (open) {
      this.settings.compare = true;
      this.details.compare();
    }
    this.remember();
  }

  /** A pointer went down on a picture: a drag moves the sample, a click looks at it closely. */
  press(event, index) {
    const onSheet = event.currentTarget === this.sheet.node;
    if (index !== this.settings.pick) this.pick(index);
    const from = { x: this.settings.x, y: this.settings.y };
    followPointer(event, {
      onMove: (dx, dy, moved) => {
        this.settling.held = true;
        this.root.classList.add("dragging");
        this.moveTo(move(from, dx / PIXELS_PER_SEED, dy / PIXELS_PER_SEED), moved);
      },
      onEnd: (dragged) => {
        this.settling.held = false;
        this.root.classList.remove("dragging");
        if (dragged) this.rest();
        else if (onSheet) this.pick(index, true);
      },
    });
  }

  /** @param {import("../runtime/seed-space.js").Position} position @param {Event} [event] */
  moveTo({ x, y }, event) {
    Object.assign(this.settings, { x, y });
    this.drawStage(event);
    this.details.setStale(true);
    this.settling.soon();
  }

  /** The slow parts, once the sample rests. */
  rest() {
    this.settling.cancel();
    if (!this.picture) return this.settling.soon();
    const mixture = this.settings.prior === "mixture" ? this.mixture : null;
    this.details.update({ z: this.z, picture: this.picture, mixture });
    this.details.setStale(false);
    this.labelTiles();
    this.updatePython();
    this.below.draw();
    this.remember();
  }

  /** A sample goes on the stage, and every sample into its class. */
  openClass(index, group) {
    if (index !== this.settings.pick) this.pick(index);
    this.change({ first: group, second: null, blend: 0 });
  }

  remember() {
    this.host.emit("state", writeSettings(this.settings, this.model.config));
  }

  rememberComparison() {
    this.settings.compare = true;
    this.remember();
  }

  refuse(error) {
    const text = error.key ? this.t(error.key, error.values) : error.message;
    this.refusals.replaceChildren(element("div", { class: "message" }, text));
  }

  csv() {
    const samples = Array.from({ length: this.settings.count }, (_, index) => ({
      position: this.position(index),
      subject: this.subject(index),
    }));
    return toCsv(samples, this.settings, this.model.config.condition?.values ?? []);
  }

  updatePython() {
    this.exports.setPython(
      toPython(this.model, this.settings, this.isMoved() ? this.subject(this.settings.pick) : null),
    );
  }

  /** The sheet as a picture, once all of it is painted. */
  async sheetPicture() {
    let awaited;
    do await (awaited = this.drawing);
    while (awaited !== this.drawing);
    return this.sheet.toPng();
  }
}
