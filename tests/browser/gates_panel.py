"""One panel of the gates view on an empty page of a plain file server, with the reading that it draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from recurrent_toys import toy_language
from site_server import Site

MOUNT = """async ({ panel, model, text, cursor, unit, quantity, state, language, theme, others, without, writing }) => {
  const sheets = ["style.css", "charts/chart.css", "views/gates.css", `views/gates/${panel}.css`];
  for (const name of sheets) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}` });
    await new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }
  const files = ["runtime/model.js", `views/gates/${panel}.js`, "views/gates/reading.js", "i18n.js"];
  const [{ openModel }, { createPanel }, { createReading }, { loadTranslator }] = await Promise.all(
    files.map((file) => import(`/browser/${file}`)));
  const root = Object.assign(document.createElement("div"), { className: "explorer" });
  root.dataset.theme = theme;
  const body = Object.assign(document.createElement("div"), { className: `gates-panel gates-${panel}` });
  root.append(body);
  document.body.replaceChildren(root);
  const open = (name) => openModel(`/toys/${name}`);
  const opened = await open(model);
  for (const name of without) opened[name] = async () => null;
  const [runs, texts] = await Promise.all([opened.loadLanguage(), opened.loadTexts()]);
  const initial = { text: text ?? texts.page.slice(0, 300) };
  for (const [name, value] of Object.entries({ cursor, unit, quantity })) if (value !== null) initial[name] = value;
  window.states = [];
  window.complaints = [];
  window.reading = createReading(runs, initial);
  const host = {
    emit: (kind, changes) => states.push(changes),
    checkpoints: [...others, model].map((name) => ({ name, family: "recurrent" })),
    open,
  };
  const t = await loadTranslator(language);
  const complain = (key, values) => complaints.push(key);
  const of = { t, host, model: opened, state, texts, shared: { writing } };
  const surroundings = { ...of, theme: () => root.dataset.theme, remember() {}, complain };
  window.panel = createPanel(body, reading, surroundings);
  const everything = ["text", "computed", "cursor", "unit", "quantity", "pinned", "span", "hover", "theme", "size"];
  window.panel.draw(new Set(everything));
  reading.subscribe((changed) => window.panel.draw(changed));
}"""
PATIENCE = 120_000
"""Milliseconds that a test waits for what the page computes, on however busy a machine."""
WRITING = {"seed": 3, "temperature": 0.8, "topK": 0, "topP": 1}


def open_panel(page: Page, panel: str, model: str, **options: Any) -> None:
    """Mount a panel on a toy of ``/toys/``, as ``window.panel``, with ``window.reading``.

    What it tells its host is in ``window.states``, what it complains of in ``window.complaints``.
    """
    usual = {
        "text": None,
        "cursor": None,
        "unit": None,
        "quantity": None,
        "state": {},
        "language": "en",
        "theme": "light",
        "others": [],
        "without": [],
        "writing": WRITING,
    }
    page.evaluate(MOUNT, {**usual, "panel": panel, "model": model, **options})


def serve_toys(site: Site, folder: Path, *names: str) -> None:
    """Write toys into an empty folder and serve it as ``/toys/``."""
    for name in names:
        toy_language(folder / name, name)
    site.mount("toys", folder)
