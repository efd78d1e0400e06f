"""Panels of the gates view on an empty page of a plain file server, with the reading that they draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from recurrent_toys import toy_language
from site_server import Site
from waiting import wait_until

MOUNT = """async (given) => {
  const { url, panels, text, unit, quantity, pinned, cursor, state, language, theme, marks, page } = given;
  document.documentElement.lang = language;
  document.body.style.margin = "0";
  const sections = ["across", "find", "intervene", "memory", "states-map"].map((name) => `views/gates/${name}.css`);
  await Promise.all(["style.css", "charts/chart.css", "views/gates.css", ...sections].map((name) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}` });
    return new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }));
  const files = ["runtime/model.js", "views/gates/reading.js", "views/gates/address.js", "i18n.js"];
  const [{ openModel }, { Reading }, { address }, { loadTranslator }, ...modules] = await Promise.all(
    [...files, ...panels.map((name) => `views/gates/${name}.js`)].map((file) => import(`/browser/${file}`)));
  const model = await openModel(url);
  for (const name of given.without) model[name] = async () => null;
  const [runs, texts] = await Promise.all([model.loadLanguage(), model.loadTexts()]);
  if (page !== null) texts.page = page;
  if (marks !== undefined) model.loadMarks = async () => {
    if (marks?.fails) throw new Error(marks.fails);
    return marks && { ...marks, marks: marks.marks.map((mark) => ({ ...mark, values: Int16Array.from(mark.values),
      scores: mark.scores.map((layer) => Float32Array.from(layer)) })) };
  };
  const context = { language: runs, examples: texts.examples };
  const { values: settings } = address.read(state, context);
  const { span, seed, temperature, topK, topP } = settings;
  window.states = [];
  window.complaints = [];
  const whole = text ?? texts.page.slice(0, 300);
  window.reading = new Reading(runs, { text: whole, cursor: cursor ?? Infinity,
    unit: unit ?? undefined, quantity: quantity ?? undefined, pinned, span });
  const keep = (changes) => states.push(address.write(Object.assign(settings, changes), context));
  const open = (name) => openModel(new URL(`../${name}`, new URL(`${url}/`, location.href)).href);
  const host = { checkpoints: [...given.others, model.name].map((name) => ({ name, family: "recurrent" })), open };
  const root = Object.assign(document.createElement("div"), { className: "explorer view-body" });
  root.dataset.theme = theme;
  root.style.container = "view / inline-size";
  document.body.replaceChildren(root);
  const surroundings = {
    t: await loadTranslator(language), host, model, texts, keep, settings: { ...settings },
    shared: { writing: { seed, temperature, topK, topP } }, remember() {},
    complain: (key) => complaints.push(key), theme: () => root.dataset.theme,
  };
  window.panels = modules.map(({ createPanel }, i) => {
    const place = Object.assign(document.createElement("div"), { className: `gates-panel gates-${panels[i]}` });
    root.append(place);
    return createPanel(place, reading, surroundings);
  });
  window.panel = window.panels[0];
  const keys = ["text", "computed", "cursor", "unit", "quantity", "pinned", "span", "hover", "theme", "size"];
  const draw = (changed) => window.away || window.panels.forEach((each) => each.draw(new Set(changed)));
  draw(keys);
  reading.subscribe(draw);
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest("input")) window.panels.some((each) => each.press?.(event));
  });
}"""
PATIENCE = 120_000
"""Milliseconds that a test waits for what the page computes, on however busy a machine."""
WRITING = {"seed": 3, "temperature": 0.8, "topK": 0, "topP": 1}


def open_panels(opened: Page, url: str, *panels: str, **options: Any) -> None:
    """Mount panels one below the other as ``window.panels``, the first as ``window.panel``, with ``window.reading``.

    What they keep in the address is in ``window.states``, what they complain of in ``window.complaints``. ``state`` is
    what the address says at first, ``others`` names models that compare, ``without`` what the model cannot load;
    ``marks`` replaces what it ships, ``page`` its held-out page. While ``window.away`` is true, panels are not drawn,
    as if they were out of sight.
    """
    usual = {
        "text": None,
        "cursor": None,
        "unit": {"layer": 0, "index": 0},
        "quantity": "hidden",
        "pinned": [],
        "state": {},
        "language": "en",
        "theme": "light",
        "page": None,
        "others": [],
        "without": [],
    }
    opened.evaluate(MOUNT, {**usual, "url": url, "panels": list(panels), **options})
    wait_until(opened, "reading.trace.computed === reading.length")


def open_panel(page: Page, panel: str, model: str, *, state: dict[str, str] | None = None, **options: Any) -> None:
    """Mount one panel on a toy of ``/toys/``; the model writes as :data:`WRITING` says."""
    writing = {"seed": "3", "temperature": "0.8"}
    usual = {"unit": None, "quantity": None}
    open_panels(page, f"/toys/{model}", panel, state={**writing, **(state or {})}, **{**usual, **options})


def serve_toys(site: Site, folder: Path, *names: str) -> None:
    """Write toys into an empty folder and serve it as ``/toys/``."""
    for name in names:
        toy_language(folder / name, name)
    site.mount("toys", folder)


def reading(page: Page, *keys: str) -> Any:
    """What the reading holds under these keys; of one key the value alone."""
    found = page.evaluate("(keys) => keys.map((key) => reading[key])", list(keys))
    return found[0] if len(keys) == 1 else found


def expect_reading(page: Page, **values: Any) -> None:
    """Wait until the reading holds these values."""
    wait_until(
        page,
        """(wanted) => {
          const ordered = (value) => value && typeof value === "object"
            ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])])) : value;
          return Object.entries(wanted).every(([key, value]) =>
            JSON.stringify(ordered(reading[key])) === JSON.stringify(ordered(value)));
        }""",
        arg=values,
    )


def series(page: Page, quantity: str, index: int, layer: int = 0) -> list[float]:
    """A unit's values over the text, from the trace itself."""
    values: list[float] = page.evaluate(
        "([layer, name, index]) => [...reading.trace.series(layer, name, index)]", [layer, quantity, index]
    )
    return values
