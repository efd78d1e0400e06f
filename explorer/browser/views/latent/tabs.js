/** The tabs below the map: the numbers, which are always there, and the panels, which come when they are opened. */
import { element, freshId } from "../../dom.js";
import { errorWords } from "../../parts/messages.js";
import { useStyleSheet } from "../../parts/styles.js";
import { createTabBar } from "../../parts/tabs.js";
import { ModelError } from "../../runtime/errors.js";
import { alertNote } from "./refused.js";

export const NUMBERS = "numbers";
const BROWSER = new URL("../../", import.meta.url);

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} title
 * @property {string} name id of its tab
 * @property {HTMLElement} body
 * @property {import("./panels.js").Panel | null} panel null for the numbers
 * @property {import("./panels.js").Opened | null} opened the panel, once it was
 * @property {Promise<void> | null} opening
 */

export class Tabs {
  #t;
  #surroundings;
  #onOpen;
  #chosen;
  #entries;
  /** @type {import("./panels.js").Point | null} */
  #point = null;
  #gone = false;

  /**
   * @param {object} options
   * @param {readonly import("./panels.js").Panel[]} options.panels that the model has
   * @param {HTMLElement[]} options.numbers what the first tab holds
   * @param {string} options.open id of the tab that is open at first
   * @param {import("./panels.js").Surroundings} options.surroundings
   * @param {(id: string) => void} options.onOpen the visitor chose a tab
   */
  constructor({ panels, numbers, open, surroundings, onOpen }) {
    const { t } = surroundings;
    this.#t = t;
    this.#surroundings = surroundings;
    this.#onOpen = onOpen;
    this.#chosen = open;
    const first = this.#entry(NUMBERS, "latent.tab_numbers", null);
    first.body.append(...numbers);
    this.#entries = [first, ...panels.map((panel) => this.#entry(panel.id, panel.title, panel))];
    const { node: bar } = createTabBar({
      label: t("latent.tabs"),
      tabs: this.#entries.map(({ id, title, name, body }) => ({ id, title, name, panel: body.id })),
      chosen: open,
      onChoose: (id) => this.#choose(id),
    });
    bar.classList.add("latent-tabs");
    bar.hidden = this.#entries.length < 2;
    this.node = element("div", { class: "latent-below" }, bar, ...this.#entries.map(({ body }) => body));
    this.#show();
  }

  /** @param {string} id @param {string} title @param {Entry["panel"]} panel @returns {Entry} */
  #entry(id, title, panel) {
    const name = freshId(`latent-tab-${id}`);
    const body = element("div", {
      class: `latent-below-body latent-below-${id}`,
      id: `${name}-body`,
      role: "tabpanel",
      "aria-labelledby": name,
    });
    return { id, title: this.#t(title), name, panel, body, opened: null, opening: null };
  }

  /** The tab that is open. @returns {Entry} */
  current() {
    return this.#entries.find(({ id }) => id === this.#chosen) ?? this.#entries[0];
  }

  #choose(/** @type {string} */ id) {
    this.current().opened?.close?.();
    this.#chosen = id;
    this.#show();
    this.#onOpen(id);
  }

  #show() {
    for (const { id, body } of this.#entries) body.hidden = id !== this.#chosen;
    const entry = this.current();
    if (entry.opened) this.#tellPoint(entry);
    else if (entry.panel) entry.opening ??= this.#fetch(entry, entry.panel);
  }

  /**
   * Fetch a panel and make it; a failure is said in its place, and opening it again tries again.
   * @param {Entry} entry
   * @param {import("./panels.js").Panel} panel
   */
  async #fetch(entry, panel) {
    entry.body.replaceChildren(element("p", { class: "loading", role: "status" }, this.#t("page.loading")));
    try {
      const styles = panel.styles.map((name) => useStyleSheet(new URL(name, BROWSER)));
      const [{ create }] = await Promise.all([panel.load(), ...styles]);
      const opened = await create(this.#surroundings);
      if (this.#gone) {
        opened.destroy();
        return;
      }
      entry.opened = opened;
      entry.body.replaceChildren(opened.node);
      if (panel.id === this.#chosen) this.#tellPoint(entry);
    } catch (error) {
      entry.opening = null;
      entry.body.replaceChildren(alertNote(this.#reason(error)));
    }
  }

  #reason(/** @type {unknown} */ error) {
    const reason = errorWords(error, this.#t);
    if (error instanceof ModelError) return reason;
    console.warn(error);
    return this.#t("latent.tab_failed", { reason });
  }

  #tellPoint(/** @type {Entry} */ entry) {
    if (this.#point) entry.opened?.update(this.#point);
  }

  /** Tell the open panel where the view is. @param {import("./panels.js").Point} point */
  update(point) {
    this.#point = point;
    this.#tellPoint(this.current());
  }

  theme() {
    for (const { opened } of this.#entries) opened?.theme?.();
  }

  /** Resolves when what was opened last is there. */
  async arrival() {
    await this.current().opening;
  }

  destroy() {
    this.#gone = true;
    for (const { opened } of this.#entries) opened?.destroy();
  }
}
