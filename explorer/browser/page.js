/**
 * The page's shell: header, tabs, messages, and one view mounted at a time. It knows no model by name and no view by
 * heart; what a model can do (catalogue) and what a view needs (registry) decide what is offered.
 */

import { element } from "./dom.js";
import { chooseLanguage, languageTag, loadTranslator } from "./i18n.js";
import { Address } from "./page/address.js";
import { settle } from "./page/asked.js";
import { loadCatalog } from "./page/catalog.js";
import { choices } from "./page/choices.js";
import { createHeader } from "./page/header.js";
import { Models } from "./page/models.js";
import { viewsFor } from "./page/registry.js";
import { currentTheme, watchTheme } from "./page/theme.js";
import { Messages, createMessage, errorWords } from "./parts/messages.js";
import { useStyleSheet } from "./parts/styles.js";
import { createTabBar } from "./parts/tabs.js";

const PANEL = "explorer-view";

/**
 * @typedef {object} Host what the surroundings offer; a static page offers nothing
 * @property {(route: string, body?: BodyInit) => Promise<Response>} [call] reaches the server
 *
 * @typedef {import("./i18n.js").Translator} Translator
 * @typedef {import("./page/catalog.js").CheckpointEntry} CheckpointEntry
 * @typedef {import("./page/registry.js").View} View
 * @typedef {import("./parts/host.js").ViewHost} ViewHost
 */

/**
 * Build the page inside an element.
 * @param {HTMLElement} root
 * @param {{base: string, host?: Host}} options `base`: the address, ending in a slash, that holds `catalog.json`
 * @returns {Promise<{destroy(): void}>}
 */
export async function mountPage(root, { base, host = {} }) {
  const address = new Address(location, history);
  root.classList.add("explorer");
  root.dataset.theme = currentTheme();
  const t = await loadTranslator(chooseLanguage(address.get("lang"), navigator.language));
  await useStyleSheet(new URL("./style.css", import.meta.url));
  const fail = (/** @type {string} */ words) => {
    const messages = new Messages();
    messages.show(words);
    root.replaceChildren(messages.node);
    return { destroy: () => root.replaceChildren() };
  };
  let catalog;
  try {
    catalog = await loadCatalog(new URL("catalog.json", new URL(base, location.href)));
  } catch (error) {
    return fail(t("page.catalog_failed", { reason: errorWords(error, t) }));
  }
  const { checkpoints, problems } = catalog;
  if (!checkpoints.length) return fail(t("page.catalog_empty"));
  const page = new Page(root, { address, checkpoints, host, t });
  await page.start(problems);
  return page;
}

class Page {
  #root;
  #address;
  #checkpoints;
  #host;
  #t;
  #stopWatching;
  #models = new Models();
  /** The state that a view had when it was left, by model and view. @type {Map<string, Record<string, string>>} */
  #remembered = new Map();
  /** Stamp: only the newest mount may put its view on the page. */
  #mounts = 0;
  /** @type {Set<Parameters<ViewHost["onUpdate"]>[0]>} */
  #listeners = new Set();
  /** @type {{destroy(): void} | null} */
  #mounted = null;
  /** @type {{destroy(): void} | null} */
  #card = null;
  #entry;
  /** @type {View | null} */
  #view = null;
  #messages = element("div", { class: "messages", role: "alert" });
  #panel = element("div");
  #about = element("button");
  #aboutPanel = element("section");

  /**
   * @param {HTMLElement} root
   * @param {{address: Address, checkpoints: CheckpointEntry[], host: Host, t: Translator}} options
   */
  constructor(root, { address, checkpoints, host, t }) {
    this.#root = root;
    this.#address = address;
    this.#checkpoints = checkpoints;
    this.#host = host;
    this.#t = t;
    this.#entry = checkpoints[0];
    this.#stopWatching = watchTheme((theme) => {
      root.dataset.theme = theme;
      for (const listener of this.#listeners) listener({ theme });
    });
  }

  /** @param {{name: string, message: string}[]} problems folders that were left out */
  async start(problems) {
    const asked = this.#address.get("model");
    const { entry, view, notices } = settle(this.#address, this.#checkpoints, this.#t);
    if (asked !== undefined && asked !== entry.name) {
      this.#address.replaceViewState(await this.#portableState(view));
    }
    const wanted = this.#address.get("view");
    if (wanted !== undefined && wanted !== view?.id) this.#address.replaceViewState({});
    this.#entry = entry;
    this.#view = view;
    this.#address.update({ view: view?.id ?? null, model: entry.name });
    await this.#render();
    for (const { name, message } of problems) notices.push(["page.checkpoint_broken", { name, reason: message }]);
    for (const [key, values] of notices) this.#notify(this.#t(key, values));
  }

  destroy() {
    this.#mounts += 1;
    this.#closeView();
    this.#stopWatching();
    this.#root.replaceChildren();
  }

  get #views() {
    return viewsFor(this.#entry.capabilities);
  }

  /** Draw the head and mount the view: at the start, and after a change of model, view or language. */
  async #render() {
    this.#closeView();
    const t = this.#t;
    document.title = `${t("page.name")} · ${this.#entry.title[t.language]}`;
    document.documentElement.lang = languageTag(t.language);
    this.#messages = element("div", { class: "messages", role: "alert" });
    const named = { role: "tabpanel", "aria-labelledby": tabName(this.#view?.id ?? "") };
    this.#panel = element("div", { class: "view", id: PANEL, ...named });
    const unfinished = this.#entry.running === true; // a run has no card yet
    this.#about = element(
      "button",
      { class: "button about-open", type: "button", "aria-expanded": false, hidden: unfinished },
      t("page.about"),
    );
    this.#about.addEventListener("click", () => this.#toggleAbout());
    const header = createHeader({
      t,
      groups: choices(this.#checkpoints, this.#entry.name, t),
      model: this.#entry.name,
      onModel: (name) => this.#changeModel(name),
      onLanguage: (language) => this.#changeLanguage(language),
      link: () => this.#address.href({ lang: t.language }),
    });
    const tabs = createTabBar({
      label: t("page.views"),
      tabs: this.#views.map(({ id, title }) => ({ id, title: t(title), name: tabName(id), panel: PANEL })),
      chosen: this.#view?.id ?? "",
      onChoose: (id) => this.#changeView(id),
    });
    this.#aboutPanel = element("section", { class: "about", hidden: true, "aria-label": t("page.about") });
    const bar = element("div", { class: "page-bar" }, tabs.node, this.#about);
    const focused = document.activeElement;
    const name = focused && this.#root.contains(focused) ? focused.id || languageOf(focused) : "";
    this.#root.replaceChildren(header, bar, this.#aboutPanel, this.#messages, this.#panel);
    this.#refocus(name);
    await this.#openView();
  }

  /** Redrawing must not throw a keyboard user back to the top of the document. @param {string} name */
  #refocus(name) {
    const role = name.startsWith(tabName("")) ? tabName(this.#view?.id ?? "") : name;
    if (role === "") return;
    for (const node of this.#root.querySelectorAll("[id], [data-language]")) {
      const same = node.id === role || languageOf(node) === role;
      if (same && node instanceof HTMLElement) return node.focus({ preventScroll: true });
    }
  }

  async #openView() {
    const stamp = ++this.#mounts;
    const view = this.#view;
    if (view === null) return this.#openCardAlone();
    const t = this.#t;
    const body = element("div", { class: `view-body view-${view.id}` });
    const loading = element("p", { class: "loading", role: "status" }, t("page.loading"));
    this.#panel.replaceChildren(loading, body);
    this.#panel.setAttribute("aria-busy", "true");
    try {
      const sheets = view.styles.map((name) => useStyleSheet(new URL(`./${name}`, import.meta.url)));
      const [module, model] = await Promise.all([view.load(), this.#models.openAny(this.#entry), ...sheets]);
      if (stamp !== this.#mounts) return;
      const mounted = await module.mount(body, { model, t, state: this.#address.viewState() }, this.#viewHost());
      if (stamp === this.#mounts) this.#mounted = mounted;
      else mounted.destroy();
    } catch (error) {
      if (stamp !== this.#mounts) return;
      console.warn(error);
      body.replaceChildren();
      this.#notify(t("page.model_failed", { model: this.#entry.name, reason: errorWords(error, t) }));
    }
    loading.remove();
    this.#panel.removeAttribute("aria-busy");
  }

  /** A model that no view fits is shown by its card. */
  #openCardAlone() {
    this.#panel.replaceChildren(element("p", { class: "note" }, this.#t("page.no_views")));
    return this.#toggleAbout();
  }

  #closeView() {
    this.#mounted?.destroy();
    this.#card?.destroy();
    this.#mounted = this.#card = null;
    this.#listeners.clear();
  }

  /** What a view sees of its surroundings; once another one is mounted it is not heard any more. @returns {ViewHost} */
  #viewHost() {
    const stamp = this.#mounts;
    return {
      emit: (kind, changes) => {
        if (stamp !== this.#mounts) return;
        if (kind !== "state") throw new Error(`a view emits "state", got "${kind}"`);
        const { view = null, model = null, ...state } = changes;
        if (model !== null && model !== this.#entry.name) this.#changeModel(String(model));
        else if (view === null || view === this.#view?.id) this.#address.update(state);
        else this.#changeView(String(view), texts(state));
      },
      onUpdate: (callback) => void (stamp === this.#mounts && this.#listeners.add(callback)),
      call: async (route, body) => {
        if (!this.#host.call) throw new Error(this.#t("page.no_server"));
        return this.#host.call(route, body);
      },
      link: (view, state) => this.#address.href({ view }, state),
      checkpoints: this.#checkpoints,
      viewsFor: (capabilities) => viewsFor(capabilities).map(({ id }) => id),
      open: (name) => this.#models.open(this.#find(name)),
      openRun: (name) => this.#models.openRun(this.#find(name)),
    };
  }

  #find(/** @type {string} */ name) {
    const entry = this.#checkpoints.find((each) => each.name === name);
    if (entry === undefined) throw new RangeError(`there is no model "${name}"`);
    return entry;
  }

  /**
   * Open another view, in the state it was left in unless told otherwise.
   * @param {string} id
   * @param {Record<string, string>} [state]
   */
  #changeView(id, state = this.#remembered.get(`${this.#entry.name}/${id}`) ?? {}) {
    this.#remembered.set(`${this.#entry.name}/${this.#view?.id}`, this.#address.viewState());
    this.#view = this.#views.find((each) => each.id === id) ?? null;
    this.#address.replaceViewState(state);
    this.#address.update({ view: this.#view?.id ?? null });
    return this.#render();
  }

  /**
   * What of the state means the same for every model: the address of its view says it. A view that cannot be loaded
   * will say so itself, and keeps nothing.
   * @param {View | null} view
   */
  async #portableState(view) {
    const module = await view?.load().catch(() => null);
    const kept = module?.address?.kept ?? [];
    return Object.fromEntries(Object.entries(this.#address.viewState()).filter(([key]) => kept.includes(key)));
  }

  /** @param {string} name */
  async #changeModel(name) {
    const state = await this.#portableState(this.#view);
    this.#entry = this.#find(name);
    const views = this.#views;
    this.#view = views.find(({ id }) => id === this.#view?.id) ?? views[0] ?? null;
    this.#address.replaceViewState(state);
    this.#address.update({ model: name, view: this.#view?.id ?? null });
    return this.#render();
  }

  /** @param {string} language */
  async #changeLanguage(language) {
    this.#t = await loadTranslator(language);
    this.#address.update({ lang: language });
    return this.#render();
  }

  /** The model card is fetched when it is opened for the first time. */
  async #toggleAbout() {
    const [t, panel] = [this.#t, this.#aboutPanel];
    const open = panel.hidden;
    panel.hidden = !open;
    this.#about.setAttribute("aria-expanded", String(open));
    if (!open || panel.hasChildNodes()) return;
    panel.append(element("p", { class: "loading", role: "status" }, t("page.loading")));
    try {
      const [{ mount }, model] = await Promise.all([import("./page/about.js"), this.#models.open(this.#entry)]);
      if (panel !== this.#aboutPanel) return;
      const body = element("div");
      const { familyTitle } = this.#entry;
      this.#card = mount(body, { model, t, familyTitle }, this.#viewHost());
      panel.replaceChildren(body);
    } catch (error) {
      console.warn(error);
      panel.replaceChildren(createMessage(errorWords(error, t)));
    }
  }

  /** Say something above the view. @param {string} words */
  #notify(words) {
    const label = this.#t("page.dismiss");
    const close = element("button", { class: "message-close", type: "button", "aria-label": label }, "×");
    const message = createMessage(words, close);
    close.addEventListener("click", () => message.remove());
    this.#messages.append(message);
  }
}

/** The id of a view's tab. @param {string} view */
const tabName = (view) => `explorer-tab-${view}`;

/** @param {Element} node */
function languageOf(node) {
  return node instanceof HTMLElement ? (node.dataset.language ?? "") : "";
}

/** Entries as they stand in an address. @param {import("./parts/host.js").StateChanges} changes */
function texts(changes) {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
  );
}
