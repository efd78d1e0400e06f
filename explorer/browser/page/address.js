/** The page's state in the query string. */

const OWN = ["view", "model", "lang"];
const WRITE_EVERY = 300; // milliseconds; browsers refuse more than a few history entries a second

/**
 * Entries that belong to whoever serves the page (Gradio's `__theme`, a Space's `__sign`); kept, never handed to views.
 */
const isForeign = (/** @type {string} */ key) => key.startsWith("__");

/**
 * Reads and writes the query string. Writes replace the current history entry and are throttled; the last one always
 * lands.
 */
export class Address {
  /** @param {Location} location @param {History} history */
  constructor(location, history) {
    this.location = location;
    this.history = history;
    this.entries = new Map(new URLSearchParams(location.search));
    this.timer = 0;
  }

  /** @param {string} key @returns {string | undefined} */
  get(key) {
    return this.entries.get(key);
  }

  /** What the view owns: a plain object of strings. @returns {Record<string, string>} */
  viewState() {
    return Object.fromEntries([...this.entries].filter(([key]) => !OWN.includes(key) && !isForeign(key)));
  }

  /** Replace everything that the view owns. @param {Record<string, string>} state */
  replaceViewState(state) {
    for (const key of Object.keys(this.viewState())) this.entries.delete(key);
    this.update(state);
  }

  /** Set entries; null removes one. @param {Record<string, string | number | null>} changes */
  update(changes) {
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, String(value));
    }
    this.timer ||= setTimeout(() => this.write(), WRITE_EVERY);
  }

  /** Write now what is pending. */
  write() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.history.replaceState(this.history.state, "", this.href());
  }

  /**
   * The address of the page.
   * @param {Record<string, string>} [own] replacements for view, model and lang
   * @param {Record<string, string>} [state] what the view owns, if not what it owns now
   */
  href(own = {}, state = this.viewState()) {
    const kept = [...this.entries].filter(([key]) => OWN.includes(key) || isForeign(key));
    const all = { ...Object.fromEntries(kept), ...own, ...state };
    const first = OWN.filter((key) => key in all);
    const rest = Object.keys(all).filter((key) => !OWN.includes(key));
    const query = new URLSearchParams([...first, ...rest].map((key) => [key, all[key]]));
    // Commas are legal in a query and z holds many: escaping them would triple a link's length for nothing.
    const text = query.toString().replaceAll("%2C", ",");
    return `${this.location.origin}${this.location.pathname}${text ? `?${text}` : ""}${this.location.hash}`;
  }
}
