"""Some panels of the gates view, on one reading of a toy, without the rest of the page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

MOUNT = """async ({ url, panels, text, unit, quantity, pinned, state, language, theme, marks, page }) => {
  document.documentElement.lang = language;
  const root = Object.assign(document.createElement("div"), { className: "explorer" });
  root.dataset.theme = theme;
  document.body.style.margin = "0";
  document.body.replaceChildren(root);
  await Promise.all(["style.css", "views/gates.css", "views/gates/across.css", "views/gates/find.css"].map((name) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}` });
    return new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }));
  const [{ openModel }, { createReading }, { loadTranslator }, ...modules] = await Promise.all(
    ["runtime/model.js", "views/gates/reading.js", "i18n.js", ...panels.map((name) => `views/gates/${name}.js`)]
      .map((file) => import(`/browser/${file}`)));
  const model = await openModel(url);
  const [runs, texts] = await Promise.all([model.loadLanguage(), model.loadTexts()]);
  if (page !== null) texts.page = page;
  if (marks !== undefined) model.loadMarks = async () => {
    if (marks?.fails) throw new Error(marks.fails);
    return marks && { ...marks, marks: marks.marks.map((mark) => ({ ...mark, values: Int16Array.from(mark.values),
      scores: mark.scores.map((layer) => Float32Array.from(layer)) })) };
  };
  window.states = [];
  window.reading = createReading(runs, { text: text ?? texts.page.slice(0, 300), unit, quantity, pinned });
  const host = { emit: (kind, changes) => states.push(changes) };
  const t = await loadTranslator(language);
  const given = { t, host, model, state, texts, theme: () => root.dataset.theme, shared: {}, complain() {} };
  window.panels = modules.map(({ createPanel }, i) => {
    const place = Object.assign(document.createElement("div"), { className: `gates-panel gates-${panels[i]}` });
    root.append(place);
    return createPanel(place, reading, given);
  });
  const keys = ["text", "computed", "cursor", "unit", "quantity", "pinned", "span", "hover", "theme", "size"];
  window.drawAll = () => window.panels.forEach((panel) => panel.draw(new Set(keys)));
  drawAll();
  reading.subscribe((changed) => panels.forEach((_, i) => window.panels[i].draw(changed)));
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest("input")) window.panels.some((panel) => panel.press?.(event));
  });
}"""


def open_panels(opened: Page, url: str, *panels: str, **options: Any) -> None:
    """Mount panels one below the other, with ``window.reading``; what they emit is in ``window.states``.

    ``marks`` replaces what the model ships, ``page`` its held-out page.
    """
    usual = {
        "text": None,
        "unit": {"layer": 0, "index": 0},
        "quantity": "hidden",
        "pinned": [],
        "state": {},
        "language": "en",
        "theme": "light",
        "page": None,
    }
    opened.evaluate(MOUNT, {**usual, "url": url, "panels": list(panels), **options})
    opened.wait_for_function("reading.trace.computed === reading.length")


def reading(page: Page, *keys: str) -> Any:
    """What the reading holds under these keys; of one key the value alone."""
    found = page.evaluate("(keys) => keys.map((key) => reading[key])", list(keys))
    return found[0] if len(keys) == 1 else found


def series(page: Page, quantity: str, index: int, layer: int = 0) -> list[float]:
    """A unit's values over the text, from the trace itself."""
    values: list[float] = page.evaluate(
        "([layer, name, index]) => [...reading.trace.series(layer, name, index)]", [layer, quantity, index]
    )
    return values
