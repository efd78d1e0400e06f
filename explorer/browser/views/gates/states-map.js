/**
 * The map of states: the states of the held-out page in two dimensions, coloured by the character, a mark or a unit,
 * with the path of the visitor's text through them. It is fetched, and the page read again for it, when the panel is
 * first looked at.
 */

import { element } from "../../dom.js";
import { ModelError } from "../../runtime/errors.js";
import { heldOutPage } from "./find/page.js";
import { Task } from "./slices.js";
import { OpenMap } from "./states/open-map.js";
import { pageStates } from "./states/page-states.js";

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(body, reading, surroundings) {
  return new StatesMap(body, reading, surroundings);
}

class StatesMap {
  #body;
  #reading;
  #surroundings;
  #loading;
  #unsubscribe;
  #begun = false;
  #status = element("p", { class: "note", role: "status" });
  /** @type {OpenMap | null} */
  opened = null;

  /**
   * @param {HTMLElement} body
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(body, reading, surroundings) {
    this.#body = body;
    this.#reading = reading;
    this.#surroundings = surroundings;
    this.#loading = new Task((error) => {
      if (!(error instanceof ModelError)) throw error;
      this.#status.textContent = surroundings.t(error.key, error.values);
    });
    // A text that changes takes the trace's steps away, seen or not.
    this.#unsubscribe = reading.subscribe((changed) => changed.has("text") && this.opened?.forget());
    body.append(this.#status);
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    if (!this.#begun) this.#loading.start((signal) => this.#open(signal));
    this.#begun = true;
    this.opened?.draw(changed);
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    const { t, model, texts } = this.#surroundings;
    this.#status.textContent = t("gates.states_loading");
    const [map, marks] = await Promise.all([model.loadStates(), model.loadMarks()]);
    if (map === null) {
      this.#status.textContent = t("gates.states_none");
      return;
    }
    const onProgress = (/** @type {number} */ share) =>
      (this.#status.textContent = t("gates.states_reading", { share: Math.floor(100 * share) }));
    const trace = await heldOutPage(this.#reading.language, texts.page).read(signal, onProgress);
    const opened = { map, page: pageStates(trace, map.positions), marks: marks?.marks ?? [] };
    this.opened = new OpenMap(this.#body, this.#reading, this.#surroundings, opened);
  }

  destroy() {
    this.#unsubscribe();
    this.#loading.stop();
    this.opened?.destroy();
  }
}
