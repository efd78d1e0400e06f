/**
 * The Memory panel: how much each earlier character matters to the loss of the next one, here and over many positions,
 * for this model and for those of other cells that have read the same text. Norms are as they are, on logarithmic axes.
 */

import { element } from "../../dom.js";
import { ModelError } from "../../runtime/errors.js";
import { findCompared } from "./memory/compared.js";
import { GradientsHere } from "./memory/here.js";
import { MeasuredMemory } from "./memory/measured.js";

/**
 * @typedef {import("./memory/compared.js").Compared & {language:
 *   import("../../runtime/recurrent/language.js").Language, memory: import("../../runtime/recurrent/memory.js").Memory
 *   | null}} Prepared `memory` null where it was not measured
 */

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(body, reading, surroundings) {
  return new MemoryPanel(body, reading, surroundings);
}

class MemoryPanel {
  #surroundings;
  #alone;
  #begun = false;
  /** @type {Prepared[]} */
  #compared = [];
  #choice;
  #unmeasured;

  /**
   * @param {HTMLElement} body
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(body, reading, surroundings) {
    const { t, settings } = surroundings;
    this.#surroundings = surroundings;
    this.#alone = settings.alone;
    this.here = new GradientsHere(reading, surroundings);
    this.measured = new MeasuredMemory(surroundings);
    const words = element("span", {}, t("gates.memory_compare"));
    this.#choice = element("label", { class: "field", hidden: true }, this.#checkbox(), words);
    this.#unmeasured = element("p", { class: "note", hidden: true }, t("gates.memory_unmeasured"));
    const note = element("p", { class: "note" }, t("gates.memory_note"));
    body.append(note, this.#choice, this.here.node, this.measured.node, this.#unmeasured);
  }

  #checkbox() {
    const box = element("input", { type: "checkbox", checked: !this.#alone });
    box.addEventListener("change", () => {
      this.#alone = !box.checked;
      this.#surroundings.keep({ alone: this.#alone });
      this.#choose();
    });
    return box;
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    if (!this.#begun) {
      this.#begun = true;
      this.#open();
    }
    if (changed.has("text") || changed.has("cursor")) this.here.follow();
    if (changed.has("hover")) this.here.point();
    if (!changed.has("theme")) return;
    this.here.repaint();
    this.measured.draw();
  }

  /** Open the models that compare, when the panel is first looked at. This model does not wait for the others. */
  async #open() {
    const { model, host, complain } = this.#surroundings;
    try {
      this.#compared = await this.#prepare(await findCompared(model, { checkpoints: [], open: host.open }));
      this.#choose();
      this.#compared = await this.#prepare(await findCompared(model, host));
      this.#choice.hidden = this.#compared.length < 2;
      this.#choose();
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      complain(error.key, error.values);
    }
  }

  /** @param {import("./memory/compared.js").Compared[]} compared @returns {Promise<Prepared[]>} */
  #prepare(compared) {
    return Promise.all(
      compared.map(async (each) => {
        const [language, memory] = await Promise.all([each.model.loadLanguage(), each.model.loadMemory()]);
        return { ...each, language, memory };
      }),
    );
  }

  /** Show all models, or this one alone. */
  #choose() {
    const shown = this.#compared.filter(({ own }) => own || !this.#alone);
    const measured = shown.flatMap(({ memory, ...each }) => (memory === null ? [] : [{ ...each, memory }]));
    this.here.compare(shown);
    this.measured.show(measured);
    this.#unmeasured.hidden = measured.length > 0;
  }

  destroy() {
    this.here.destroy();
    this.measured.destroy();
  }
}
