/**
 * The page's shell: header, tabs, messages, and one view mounted at a time. It knows no model by name and no view by
 * heart; what a model can do (catalogue) and what a view needs (registry) decide what is offered.
 */

import { element } from "./dom.js";
import { chooseLanguage, loadTranslator } from "./i18n.js";
import { Address } from "./page/address.js";
import { loadCatalog } from "./page/catalog.js";
import { choices } from "./page/choices.js";
import { createHeader, createTabs } from "./page/header.js";
import { useStyleSheet } from "./parts/styles.js";
import { currentTheme, watchTheme } from "./page/theme.js";
import { VIEWS, viewsFor } from "./page/registry.js";

const PANEL = "explorer-view";
const LONGEST_ECHO = 60; // characters of the visitor's own query string that a message repeats

/**
 * @typedef {object} Host what the surroundings offer; a static page offers nothing
 * @property {(route: string, body?: BodyInit) => Promise<Response>} [call] reaches the server
 */

/**
 * Build the page inside an element.
 * @param {HTMLElement} root
 * @param {{base: string, host?: Host}} options `base`: the address, ending in a slash, that holds `catalog.json`
 * @returns {Promise<{destroy(): void}>}
 */
export async function mountPage(root, { base, host = {} }) {
  const page = new Page(root, new URL(base, location.href), host);
  await page.start();
  return page;
}

class Page {
  /** @param {HTMLElement} root @param {URL} base @param {Host} host */
  constructor(root, base, host) {
    this.root = root;
    this.base = base;
    this.host = host;
    this.address = new Address(location, history);
    this.models = new Map(); // checkpoint name → promise of an opened model
    this.remembered = new Map(); // view id → the state it had when it was left
    this.mounts = 0; // stamp: only the newest mount may put its view on the page
    this.listeners = new Set();
    root.classList.add("explorer");
    root.dataset.theme = currentTheme();
    this.stopWatching = watchTheme((theme) => {
      root.dataset.theme = theme;
      for (const listener of this.listeners) listener({ theme });
    });
  }

  async start() {
    this.t = await loadTranslator(chooseLanguage(this.address.get("lang"), navigator.language));
    await useStyleSheet(new URL("./style.css", import.meta.url));
    let problems;
    try {
      ({ checkpoints: this.checkpoints, problems } = await loadCatalog(new URL("catalog.json", this.base)));
    } catch (error) {
      return this.fail("page.catalog_failed", { reason: error.message });
    }
    if (!this.checkpoints.length) return this.fail("page.catalog_empty");
    const notices = [
      ...this.settle(),
      ...problems.map(({ name, message }) => ["page.checkpoint_broken", { name, reason: message }]),
    ];
    await this.render();
    notices.forEach(([key, values]) => this.notify(key, values));
  }

  destroy() {
    this.mounts += 1;
    this.closeView();
    this.stopWatching();
    this.root.replaceChildren();
  }

  /**
   * Decide on model and view. What the query string asks for and does not exist gives way to a default.
   * @returns {[string, Record<string, string>][]} a message for each such request
   */
  settle() {
    const notices = [];
    const model = this.address.get("model");
    const offered = choices(this.checkpoints, undefined, this.t).flatMap(({ entries }) =>
      entries.map(({ name }) => name),
    );
    this.model = this.checkpoints.some(({ name }) => name === model) ? model : (offered[0] ?? this.checkpoints[0].name);
    if (model !== undefined && model !== this.model) {
      notices.push(["page.model_unknown", { asked: shorten(model), shown: this.model, count: offered.length }]);
      this.address.replaceViewState(this.portableState(this.address.get("view")));
    }
    const language = this.address.get("lang");
    if (language !== undefined && language !== this.t.language) {
      notices.push(["page.language_unknown", { asked: shorten(language) }]);
    }
    const asked = this.address.get("view");
    const views = this.views().map(({ id }) => id);
    this.view = views.includes(asked) ? asked : views[0];
    if (asked !== undefined && asked !== this.view) {
      const key = VIEWS.some(({ id }) => id === asked) ? "page.view_unfit" : "page.view_unknown";
      notices.push([key, { asked: shorten(asked), known: views.join(", ") || "–" }]);
      this.address.replaceViewState({});
    }
    this.address.update({ view: this.view ?? null, model: this.model });
    return notices;
  }

  entry() {
    return this.checkpoints.find(({ name }) => name === this.model);
  }

  views() {
    return viewsFor(this.entry().capabilities);
  }

  /** Draw the head and mount the view: at the start, and after a change of model, view or language. */
  async render() {
    this.closeView();
    const { t } = this;
    document.title = `${t("page.name")} · ${this.entry().title[t.language]}`;
    this.root.lang = t.language === "zh" ? "zh-CN" : "en";
    this.messages = element("div", { class: "messages", role: "alert" });
    this.panel = element("div", {
      class: "view",
      id: PANEL,
      role: "tabpanel",
      "aria-labelledby": `explorer-tab-${this.view}`,
    });
    const unfinished = Boolean(this.entry().running); // a run has no card yet
    this.about = element(
      "button",
      { class: "button about-open", type: "button", "aria-expanded": false, hidden: unfinished },
      t("page.about"),
    );
    this.about.addEventListener("click", () => this.toggleAbout());
    const header = createHeader({
      t,
      groups: choices(this.checkpoints, this.model, t),
      model: this.model,
      onModel: (name) => this.changeModel(name),
      onLanguage: (language) => this.changeLanguage(language),
      link: () => this.address.href({ lang: t.language }),
    });
    const tabs = createTabs({
      t,
      views: this.views(),
      view: this.view,
      panel: PANEL,
      onView: (id) => this.changeView(id),
    });
    this.aboutPanel = element("section", { class: "about", hidden: true, "aria-label": t("page.about") });
    const bar = element("div", { class: "page-bar" }, tabs, this.about);
    const focused = this.root.contains(document.activeElement)
      ? document.activeElement.id || languageOf(document.activeElement)
      : "";
    this.root.replaceChildren(header, bar, this.aboutPanel, this.messages, this.panel);
    this.refocus(focused);
    await this.openView();
  }

  /** Redrawing must not throw a keyboard user back to the top of the document. @param {string} name */
  refocus(name) {
    const role = name.startsWith("explorer-tab-") ? `explorer-tab-${this.view}` : name;
    const target = [...this.root.querySelectorAll("[id], [data-language]")].find(
      (node) => role && (node.id === role || languageOf(node) === role),
    );
    target?.focus({ preventScroll: true });
  }

  async openView() {
    const stamp = ++this.mounts;
    const view = this.views().find(({ id }) => id === this.view);
    if (!view) return this.openCardAlone();
    const body = element("div", { class: `view-body view-${view.id}` });
    this.panel.replaceChildren(element("p", { class: "loading", role: "status" }, this.t("page.loading")), body);
    this.panel.setAttribute("aria-busy", "true");
    try {
      const sheets = view.styles.map((name) => useStyleSheet(new URL(`./${name}`, import.meta.url)));
      const [module, model] = await Promise.all([view.load(), this.openModel(), ...sheets]);
      if (stamp !== this.mounts) return;
      const mounted = await module.mount(body, { model, t: this.t, state: this.address.viewState() }, this.viewHost());
      if (stamp === this.mounts) this.mounted = mounted;
      else mounted.destroy();
    } catch (error) {
      if (stamp !== this.mounts) return;
      console.warn(error);
      body.replaceChildren();
      this.notify("page.model_failed", { model: this.model, reason: this.describe(error) });
    }
    this.panel.querySelector(".loading")?.remove();
    this.panel.removeAttribute("aria-busy");
  }

  /** A model, opened once. A failure is forgotten, so that choosing the model again tries again. */
  openModel(entry = this.entry()) {
    const { name } = entry;
    if (!this.models.has(name)) {
      const opening = entry.running
        ? import("./runtime/running.js").then(({ openRunning }) => openRunning(entry))
        : import("./runtime/model.js").then(({ openModel }) => openModel(entry.folder));
      opening.catch(() => this.models.delete(name));
      this.models.set(name, opening);
    }
    return this.models.get(name);
  }

  /** A model that no view fits is shown by its card. */
  openCardAlone() {
    this.panel.replaceChildren(element("p", { class: "note" }, this.t("page.no_views")));
    return this.toggleAbout();
  }

  closeView() {
    this.mounted?.destroy();
    this.mounted = this.mountedAbout = undefined;
    this.listeners.clear();
  }

  /** What a view sees of its surroundings. */
  viewHost() {
    return {
      emit: (kind, changes) => {
        if (kind !== "state") throw new Error(`a view emits "state", got "${kind}"`);
        const { view, model, ...state } = changes;
        if (model !== undefined && model !== this.model) this.changeModel(model);
        else if (view === undefined || view === this.view) this.address.update(state);
        else this.changeView(view, state);
      },
      onUpdate: (callback) => void this.listeners.add(callback),
      call: async (route, body) => {
        if (!this.host.call) throw new Error(this.t("page.no_server"));
        return this.host.call(route, body);
      },
      link: (view, state) => this.address.href({ view }, state),
      checkpoints: this.checkpoints,
      viewsFor: (capabilities) => viewsFor(capabilities).map(({ id }) => id),
      open: (name) => this.openModel(this.checkpoints.find((entry) => entry.name === name)),
    };
  }

  /** Open another view, in the state it was left in unless told otherwise. */
  changeView(id, state = this.remembered.get(`${this.model}/${id}`) ?? {}) {
    this.remembered.set(`${this.model}/${this.view}`, this.address.viewState());
    this.view = id;
    this.address.replaceViewState(state);
    this.address.update({ view: id });
    return this.render();
  }

  /** What of a view's state means the same for every model. @param {string | undefined} view */
  portableState(view) {
    const known = VIEWS.some(({ id }) => id === view) ? view : VIEWS[0].id;
    const kept = VIEWS.filter(({ id }) => id === known).flatMap(({ keeps }) => keeps);
    return Object.fromEntries(Object.entries(this.address.viewState()).filter(([key]) => kept.includes(key)));
  }

  changeModel(name) {
    const state = this.portableState(this.view);
    this.model = name;
    const offered = this.views().map(({ id }) => id);
    if (!offered.includes(this.view)) this.view = offered[0];
    this.address.replaceViewState(state);
    this.address.update({ model: name, view: this.view ?? null });
    return this.render();
  }

  async changeLanguage(language) {
    this.t = await loadTranslator(language);
    this.address.update({ lang: language });
    return this.render();
  }

  /** The model card is fetched when it is opened for the first time. */
  async toggleAbout() {
    const open = this.aboutPanel.hidden;
    this.aboutPanel.hidden = !open;
    this.about.setAttribute("aria-expanded", String(open));
    if (!open || this.aboutPanel.hasChildNodes()) return;
    const panel = this.aboutPanel;
    panel.append(element("p", { class: "loading", role: "status" }, this.t("page.loading")));
    try {
      const [{ mount }, model] = await Promise.all([import("./page/about.js"), this.openModel()]);
      const body = element("div");
      await mount(body, { model, t: this.t, state: {} }, this.viewHost());
      panel.replaceChildren(body);
    } catch (error) {
      console.warn(error);
      panel.replaceChildren(element("p", { class: "message" }, this.describe(error)));
    }
  }

  /**
   * An error in the visitor's language where it has a translation.
   * @param {Error & {key?: string, values?: object}} error
   */
  describe(error) {
    return error.key ? this.t(error.key, error.values) : error.message;
  }

  /** Say something above the view. */
  notify(key, values = {}) {
    const close = element(
      "button",
      { class: "message-close", type: "button", "aria-label": this.t("page.dismiss") },
      "×",
    );
    const message = element("div", { class: "message" }, element("p", {}, this.t(key, values)), close);
    close.addEventListener("click", () => message.remove());
    this.messages.append(message);
  }

  /** Nothing can be shown at all. */
  fail(key, values = {}) {
    this.root.replaceChildren(
      element("div", { class: "message", role: "alert" }, element("p", {}, this.t(key, values))),
    );
  }
}

/** @param {Element} node */
function languageOf(node) {
  return node.dataset.language ?? "";
}

/** @param {string} text */
function shorten(text) {
  return text.length > LONGEST_ECHO ? `${text.slice(0, LONGEST_ECHO)}…` : text;
}
