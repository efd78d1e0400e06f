/**
 * The Memory panel: how much each earlier character matters to the loss of the next one, here and over many positions, for
 * this model and for those of other cells that have read the same text. Norms are as they are, on logarithmic axes.
 */

import { element } from "../../dom.js";
import { findCompared } from "./memory/compared.js";
import { GradientsHere } from "./memory/here.js";
import { MeasuredMemory } from "./memory/measured.js";

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(body, reading, surroundings) {
  return new MemoryPanel(body, reading, surroundings);
}

class MemoryPanel {
  constructor(body, reading, surroundings) {
    const { t, host, state } = surroundings;
    this.reading = reading;
    this.surroundings = surroundings;
    this.t = t;
    this.alone = state.alone === "1";
    this.here = new GradientsHere(reading, surroundings);
    this.measured = new MeasuredMemory({ t, host, kind: state.norm });
    this.choice = element(
      "label",
      { class: "field", hidden: true },
      this.checkbox(),
      element("span", {}, t("gates.memory_compare")),
    );
    this.note = element("p", { class: "note" }, t("gates.memory_note"));
    this.unmeasured = element("p", { class: "note", hidden: true }, t("gates.memory_unmeasured"));
    body.append(this.note, this.choice, this.here.node, this.measured.node, this.unmeasured);
  }

  checkbox() {
    const box = element("input", { type: "checkbox", checked: !this.alone });
    box.addEventListener("change", () => {
      this.alone = !box.checked;
      this.surroundings.host.emit("state", { alone: this.alone ? "1" : null });
      this.choose();
    });
    return box;
  }

  draw(changed) {
    if (!this.opening) this.opening = this.open();
    if (changed.has("text") || changed.has("cursor")) this.here.follow();
    if (changed.has("hover")) this.here.point();
    if (!changed.has("theme")) return;
    this.here.repaint();
    this.measured.draw();
  }

  /** Open the models that compare, when the panel is first looked at. This model does not wait for the others. */
  async open() {
    const { model, host, complain } = this.surroundings;
    try {
      this.compared = await this.prepare(await findCompared(model, { checkpoints: [] }));
      this.choose();
      this.compared = await this.prepare(await findCompared(model, host));
      this.choice.hidden = this.compared.length < 2;
      this.choose();
    } catch (error) {
      if (error.key === undefined) throw error;
      complain(error.key, error.values);
    }
  }

  prepare(compared) {
    return Promise.all(
      compared.map(async (each) => {
        const [language, memory] = await Promise.all([each.model.loadLanguage(), each.model.loadMemory()]);
        return { ...each, language, memory };
      }),
    );
  }

  /** Show all models, or this one alone. */
  choose() {
    const shown = this.compared.filter(({ own }) => own || !this.alone);
    const measured = shown.filter(({ memory }) => memory !== null);
    this.here.compare(shown);
    this.measured.show(measured);
    this.unmeasured.hidden = measured.length > 0;
  }

  destroy() {
    this.here.destroy();
    this.measured.destroy();
  }
}
