/**
 * The gates view of a sequence model: the cells that make a sequence, or read it, step by step, with sound. A generator's, a note model's,
 * or the two passes of a discriminator side by side.
 */
import { element } from "../../dom.js";
import { createControls } from "./controls.js";
import { createExpected } from "./expected.js";
import { createHeat } from "./heat.js";
import { readSettings, writeSettings } from "./settings.js";
import { Stage } from "./stage.js";
import { Subjects } from "../../runtime/sequences/subjects.js";
import { createUnit } from "./unit.js";

const FIRST_LOOK = 0.3; // of the way through, where a state has something to remember

/**
 * @param {HTMLElement} root
 * @param {{model: import("../../runtime/model.js").Model, t: import("../../i18n.js").Translator, state: Record<string, string>}} options
 * @param {object} host see docs/architecture.md
 * @returns {Promise<{destroy(): void}>}
 */
export async function mount(root, { model, t, state }, host) {
  return new SequenceGatesView(
    root,
    { model, t, subjects: new Subjects(model, await model.loadSequences()) },
    state,
    host,
  );
}

class SequenceGatesView {
  constructor(root, parts, state, host) {
    Object.assign(this, { root, host, ...parts, heats: [], unit: null });
    const { model, t } = parts;
    const { settings, refused } = readSettings(state, model.config.condition?.values ?? []);
    this.settings = { ...settings, share: null };
    this.networks = this.listNetworks();
    this.choice = this.readChoice(state);
    this.build();
    this.refusals.append(
      ...refused.map(({ name, value, expected }) =>
        element("div", { class: "message" }, t("write.state_refused", { name, value: value.slice(0, 60), expected })),
      ),
    );
    this.makeSubject();
    host.onUpdate(() => requestAnimationFrame(() => this.redraw()));
  }

  /** What can be looked into: each has passes over the same steps, with a stack that names their quantities. */
  listNetworks() {
    const { t, subjects } = this;
    const { generator, judgeNetwork: judge, notes } = subjects;
    const single = (/** @type {string} */ key, /** @type {any} */ { stack }) => ({
      key,
      stack,
      passes: [{ title: t(`sequences.network_${key}`), reverse: false, of: () => subjects && this.subject.quantities }],
    });
    return [
      ...(generator ? [single("generator", generator)] : []),
      ...(notes ? [single("notes", notes)] : []),
      ...(judge
        ? [
            {
              key: "discriminator",
              stack: judge.stack,
              passes: [
                { title: t("sequences.pass_forward"), reverse: false, of: () => this.stage.judged.forward },
                { title: t("sequences.pass_backward"), reverse: true, of: () => this.stage.judged.backward },
              ],
            },
          ]
        : []),
    ];
  }

  /** What the link says of the place; anything that does not fit gives way to the default. */
  readChoice(/** @type {Record<string, string>} */ state) {
    const network = this.networks.find(({ key }) => key === state.network) ?? this.networks[0];
    const whole = (/** @type {string} */ name, /** @type {number} */ limit) =>
      /^\d{1,4}$/.test(state[name] ?? "") && Number(state[name]) < limit ? Number(state[name]) : 0;
    const { stack, passes } = network;
    const layer = whole("layer", stack.layers);
    const quantity = stack.quantities.includes(state.quantity)
      ? state.quantity
      : stack.quantities.at(stack.cell === "lstm" ? -2 : -1);
    return {
      network,
      layer,
      quantity,
      unit: whole("unit", stack.hiddenSize),
      pass: whole("pass", passes.length),
      step: state.t === undefined ? null : whole("t", 512),
    };
  }

  build() {
    const { t, model, subjects, root, choice } = this;
    this.refusals = element("div", { class: "refusals", role: "alert" });
    this.controls = createControls({
      t,
      config: model.config,
      writes: subjects.generator === null,
      onChange: (changes) => this.change(changes),
    });
    const button = (/** @type {string} */ words, /** @type {number} */ by) =>
      element(
        "button",
        { class: "button step", type: "button", title: words, "aria-label": words, on: { click: () => this.step(by) } },
        by < 0 ? "←" : "→",
      );
    this.stage = new Stage({
      model,
      t,
      subjects,
      onError: (error) =>
        this.refusals.replaceChildren(
          element("div", { class: "message" }, error.key ? t(error.key, error.values) : error.message),
        ),
      onStep: (step) => this.at(step),
      buttons: [button(t("sequences.step_back"), -1), button(t("sequences.step_forward"), 1)],
    });
    this.network = this.select(
      "sequence-network",
      t("sequences.network"),
      this.networks.map(({ key }) => [key, t(`sequences.network_${key}`)]),
      choice.network.key,
      (key) => this.setNetwork(key),
    );
    this.layer = this.select("sequence-layer", t("gates.layer"), [], "", (layer) =>
      this.choose({ layer: Number(layer) }),
    );
    this.quantity = this.select("sequence-quantity", t("sequences.quantity"), [], "", (quantity) =>
      this.choose({ quantity }),
    );
    this.body = element("div", { class: "sequence-passes" });
    this.detail = element("div", { class: "sequence-details" });
    const bar = element("div", { class: "control-row" }, this.network.node, this.layer.node, this.quantity.node);
    const inside = element(
      "section",
      { class: "sequence-section", tabindex: 0, "aria-label": t("sequences.inside") },
      element("h2", {}, t("sequences.inside")),
      element("p", { class: "note" }, t("sequences.inside_note")),
      bar,
      this.body,
      this.detail,
    );
    inside.addEventListener("keydown", (event) => this.press(event));
    root.append(this.refusals, this.controls.node, this.stage.node, inside);
  }

  select(
    /** @type {string} */ id,
    /** @type {string} */ words,
    /** @type {string[][]} */ options,
    /** @type {string} */ value,
    /** @type {(value: string) => void} */ act,
  ) {
    const select = element("select", { class: "select", id, on: { change: () => act(select.value) } });
    const node = element("label", { class: "field", for: id }, element("span", { class: "field-name" }, words), select);
    const fill = (/** @type {string[][]} */ entries, /** @type {string} */ chosen) => {
      select.replaceChildren(
        ...entries.map(([key, text]) => element("option", { value: key, selected: key === chosen }, text)),
      );
      node.hidden = entries.length < 2;
    };
    fill(options, value);
    return { node, fill };
  }

  /** @param {Partial<import("./settings.js").Settings>} changes */
  change(changes) {
    Object.assign(this.settings, changes);
    this.refusals.replaceChildren();
    this.makeSubject();
    this.remember();
  }

  makeSubject() {
    const { settings, subjects, t } = this;
    this.controls.update(settings);
    const seed = settings.seed + settings.pick;
    this.subject = subjects.ofSeed(seed, settings);
    this.stage.show(this.subject, t("sequences.of_seed", { seed }));
    const steps = this.stage.steps;
    const first = this.choice.step ?? Math.floor(FIRST_LOOK * steps);
    this.choice.step = Math.max(0, Math.min(steps - 1, first));
    this.setNetwork(this.choice.network.key);
    if (steps > 0 && !this.stage.playback.playing) this.stage.goTo(this.choice.step);
  }

  /** Look into another network. */
  setNetwork(/** @type {string} */ key) {
    const { t, choice } = this;
    const network = this.networks.find((each) => each.key === key);
    const { stack, passes } = network;
    Object.assign(choice, {
      network,
      layer: Math.min(choice.layer, stack.layers - 1),
      unit: Math.min(choice.unit, stack.hiddenSize - 1),
      pass: Math.min(choice.pass, passes.length - 1),
    });
    this.clear();
    this.layer.fill(
      Array.from({ length: stack.layers }, (_, i) => [String(i), String(i)]),
      String(choice.layer),
    );
    this.quantity.fill(
      stack.quantities.map((name) => [name, t(`gates.quantity_${name}`)]),
      choice.quantity,
    );
    this.heats = passes.map(({ title }, pass) =>
      createHeat({ title, onPick: (unit, step) => this.pick({ unit, pass }, step) }),
    );
    this.unit = createUnit({
      t,
      cell: stack.cell,
      quantities: stack.quantities,
      onSeek: (step) => this.stage.goTo(step),
    });
    this.expected = key === "notes" ? createExpected({ t, notes: this.subjects.notes }) : null;
    this.body.replaceChildren(...this.heats.map(({ node }) => node));
    this.detail.replaceChildren(this.unit.node, ...(this.expected ? [this.expected.node] : []));
    this.draw();
  }

  /** @param {Partial<{layer: number, quantity: string, unit: number, pass: number}>} changes */
  choose(changes) {
    Object.assign(this.choice, changes);
    this.draw();
    this.remember();
  }

  pick(/** @type {{unit: number, pass: number}} */ changes, /** @type {number} */ step) {
    Object.assign(this.choice, changes);
    this.stage.goTo(step);
    this.remember();
  }

  /** The cursor is at a step. */
  at(/** @type {number} */ step) {
    if (step === this.choice.step && this.drawn === this.subject) return;
    this.choice.step = step;
    if (this.unit) this.draw();
  }

  step(/** @type {number} */ by) {
    const step = this.choice.step + by;
    if (step < 0 || step >= this.stage.steps) return;
    this.stage.playback.stop();
    this.stage.goTo(step);
    this.remember();
  }

  press(/** @type {KeyboardEvent} */ event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if ((!by && !move) || event.target !== event.currentTarget) return;
    event.preventDefault();
    if (by) this.step(by);
    else
      this.choose({ unit: Math.max(0, Math.min(this.choice.network.stack.hiddenSize - 1, this.choice.unit + move)) });
  }

  draw() {
    const { choice, stage, subject } = this;
    const {
      network: { stack, passes },
      layer,
      quantity,
      unit,
      step,
      pass,
    } = choice;
    this.drawn = subject;
    const empty = stage.steps === 0;
    this.body.hidden = this.detail.hidden = empty;
    if (empty) return;
    const size = stack.hiddenSize;
    const value = (
      /** @type {Float32Array} */ all,
      /** @type {string} */ name,
      /** @type {number} */ row,
      /** @type {number} */ t,
    ) => all[t * stack.width + (layer * stack.quantities.length + stack.quantities.indexOf(name)) * size + row];
    const edges = stage.edges();
    this.heats.forEach((heat, index) => {
      const all = passes[index].of();
      heat.show({ at: (row, t) => value(all, quantity, row, t), units: size, edges }, { quantity, unit, step });
    });
    const all = passes[pass].of();
    // A generator's melody may end before its noise does; the discriminator reads all of it.
    const last = all.length / stack.width - 1;
    const before = passes[pass].reverse ? (step === last ? -1 : step + 1) : step - 1;
    this.unit.show({ layer, unit, step, steps: stage.steps, before }, (name, t) => value(all, name, unit, t));
    this.expected?.show(subject, step);
  }

  remember() {
    const { network, layer, quantity, unit, pass, step } = this.choice;
    const own = {
      network: network.key,
      layer: layer || null,
      quantity,
      unit: unit || null,
      pass: pass || null,
      t: step,
    };
    this.host.emit("state", { ...writeSettings(this.settings, this.model.config.condition?.values ?? []), ...own });
  }

  redraw() {
    this.stage.redraw();
    for (const part of [...this.heats, this.unit]) part.redraw();
  }

  clear() {
    for (const part of [...this.heats, this.unit]) part?.destroy();
  }

  destroy() {
    this.clear();
    this.stage.destroy();
    this.root.replaceChildren();
  }
}
