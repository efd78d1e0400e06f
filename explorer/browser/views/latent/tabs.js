/** The tabs below the map: the numbers, which are always there, and the panels, which come when they are opened. */
import { element } from "../../dom.js";
import { useStyleSheet } from "../../parts/styles.js";

export const NUMBERS = "numbers";
const BROWSER = new URL("../../", import.meta.url);

/**
 * @typedef {object} Tabs
 * @property {HTMLElement} node
 * @property {() => string} open id of the tab that is open
 * @property {(point: import("./panels.js").Point) => void} update tell the open panel where the view is
 * @property {() => void} theme
 * @property {() => Promise<void>} arrival resolves when what was opened last is there
 * @property {() => void} destroy
 */

/**
 * @param {object} options
 * @param {readonly import("./panels.js").Panel[]} options.panels that the model has
 * @param {HTMLElement[]} options.numbers what the first tab holds
 * @param {string} options.open id of the tab that is open at first
 * @param {import("../../i18n.js").Translator} options.t
 * @param {Omit<import("./panels.js").Surroundings, "t">} options.surroundings
 * @param {(id: string) => void} options.onOpen the visitor chose a tab
 * @returns {Tabs}
 */
export function createTabs(options) {
  return new PanelTabs(options);
}

class PanelTabs {
  constructor({ panels, numbers, open, t, surroundings, onOpen }) {
    this.t = t;
    this.surroundings = { ...surroundings, t };
    this.onOpen = onOpen;
    this.chosen = open;
    this.point = null;
    this.gone = false;
    const first = { id: NUMBERS, title: "latent.tab_numbers" };
    this.entries = [first, ...panels].map((panel) => this.entry(panel));
    this.entries[0].body.append(...numbers);
    const tabs = this.entries.map(({ tab }) => tab);
    const bar = element("div", { class: "tabs latent-tabs", role: "tablist", "aria-label": t("latent.tabs") }, ...tabs);
    bar.hidden = tabs.length < 2;
    this.node = element("div", { class: "latent-below" }, bar, ...this.entries.map(({ body }) => body));
    this.show();
  }

  entry(panel) {
    const name = `latent-tab-${panel.id}`;
    const body = element("div", {
      class: `latent-below-body latent-below-${panel.id}`,
      id: `${name}-body`,
      role: "tabpanel",
      "aria-labelledby": name,
    });
    const tab = element(
      "button",
      { class: "tab", type: "button", role: "tab", id: name, "aria-controls": `${name}-body` },
      this.t(panel.title),
    );
    tab.addEventListener("click", () => this.choose(panel.id));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const place = this.entries.findIndex(({ panel: { id } }) => id === panel.id);
      const next = this.entries[(place + by + this.entries.length) % this.entries.length];
      next.tab.focus();
      this.choose(next.panel.id);
    });
    /** @type {import("./panels.js").Opened | null} */
    const opened = null;
    return { panel, tab, body, opened, opening: null };
  }

  open() {
    return this.chosen;
  }

  current() {
    return this.entries.find(({ panel }) => panel.id === this.chosen);
  }

  choose(id) {
    if (id === this.chosen) return;
    this.current().opened?.close?.();
    this.chosen = id;
    this.show();
    this.onOpen(id);
  }

  show() {
    for (const { panel, tab, body } of this.entries) {
      const chosen = panel.id === this.chosen;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      body.hidden = !chosen;
    }
    const entry = this.current();
    if (entry.opened) this.tellPoint(entry);
    else if (entry.panel.load) entry.opening ??= this.fetch(entry);
  }

  /** Fetch a panel and make it; a failure is said in its place, and opening it again tries again. */
  async fetch(entry) {
    const { panel, body } = entry;
    body.replaceChildren(element("p", { class: "loading", role: "status" }, this.t("page.loading")));
    try {
      const styles = panel.styles.map((name) => useStyleSheet(new URL(name, BROWSER)));
      const [{ create }] = await Promise.all([panel.load(), ...styles]);
      const opened = await create(this.surroundings);
      if (this.gone) return opened.destroy();
      entry.opened = opened;
      body.replaceChildren(opened.node);
      if (panel.id === this.chosen) this.tellPoint(entry);
    } catch (error) {
      entry.opening = null;
      if (error.key === undefined) console.warn(error);
      body.replaceChildren(
        element(
          "p",
          { class: "latent-refused", role: "alert" },
          error.key ? this.t(error.key, error.values) : this.t("latent.tab_failed", { reason: error.message }),
        ),
      );
    }
    return undefined;
  }

  tellPoint(entry) {
    if (this.point) entry.opened.update(this.point);
  }

  update(point) {
    this.point = point;
    const entry = this.current();
    if (entry.opened) this.tellPoint(entry);
  }

  theme() {
    for (const { opened } of this.entries) opened?.theme?.();
  }

  async arrival() {
    await this.current().opening;
  }

  destroy() {
    this.gone = true;
    for (const { opened } of this.entries) opened?.destroy();
  }
}
