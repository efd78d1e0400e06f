/** Tabs, as the ARIA tab pattern has them: arrow keys go from one to the next, round and round. */

import { element, freshId } from "../dom.js";

/** @type {Readonly<Record<string, number>>} */
const STEPS = Object.freeze({ ArrowRight: 1, ArrowLeft: -1 });

/**
 * The bar alone, where its owner has the panels.
 * @param {object} options
 * @param {string} options.label
 * @param {{id: string, title: string, name: string, panel: string}[]} options.tabs the tab's own id and that of its
 *   panel are `name` and `panel`
 * @param {string} options.chosen
 * @param {(id: string) => void} options.onChoose the visitor chose another tab
 * @returns {{node: HTMLElement, show(id: string): void}}
 */
export function createTabBar({ label, tabs, chosen, onChoose }) {
  let current = chosen;
  const buttons = tabs.map(({ id, title, name, panel }) =>
    element(
      "button",
      {
        class: "tab",
        type: "button",
        role: "tab",
        id: name,
        "aria-controls": panel,
        "data-tab": id,
        on: { click: () => choose(id) },
      },
      title,
    ),
  );
  const node = element("div", { class: "tabs", role: "tablist", "aria-label": label }, ...buttons);
  node.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(STEPS, event.key)) return;
    event.preventDefault(); // the arrow keys are a text's or a player's elsewhere
    event.stopPropagation();
    const place = tabs.findIndex(({ id }) => id === current) + STEPS[event.key] + tabs.length;
    const next = place % tabs.length;
    buttons[next].focus();
    choose(tabs[next].id);
  });

  function choose(/** @type {string} */ id) {
    if (id === current) return;
    show(id);
    onChoose(id);
  }

  function show(/** @type {string} */ id) {
    current = id;
    tabs.forEach((tab, i) => {
      buttons[i].setAttribute("aria-selected", String(tab.id === id));
      buttons[i].tabIndex = tab.id === id ? 0 : -1;
    });
  }

  show(chosen);
  return { node, show };
}

/**
 * Tabs and what they hold, one at a time.
 * @param {object} options
 * @param {string} options.label
 * @param {readonly {id: string, title: string, nodes: readonly HTMLElement[]}[]} options.tabs
 * @param {string} options.chosen
 * @param {(id: string) => void} options.onChoose the visitor chose another tab
 * @returns {{bar: HTMLElement, panels: Map<string, HTMLElement>}} the panels by the tabs' ids
 */
export function createTabs({ label, tabs, chosen, onChoose }) {
  const made = tabs.map(({ id, title, nodes }) => {
    const name = freshId(`explorer-tab-${id}`);
    const panel = freshId(`explorer-panel-${id}`);
    const body = element("div", { id: panel, role: "tabpanel", "aria-labelledby": name }, ...nodes);
    return { id, title, name, panel, body };
  });
  const reveal = (/** @type {string} */ open) => made.forEach(({ id, body }) => (body.hidden = id !== open));
  const { node: bar } = createTabBar({
    label,
    tabs: made,
    chosen,
    onChoose(id) {
      reveal(id);
      onChoose(id);
    },
  });
  reveal(chosen);
  return { bar, panels: new Map(made.map(({ id, body }) => [id, body])) };
}
