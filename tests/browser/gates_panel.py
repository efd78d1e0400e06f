"""One panel of the gates view on an empty page of a plain file server, with the reading that it draws."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

MOUNT = """async ({ panel, model, text, cursor, unit, quantity, state, language, theme, others, clamps, writing }) => {
  const sheets = ["style.css", "views/curves.css", "views/gates.css", `views/gates/${panel}.css`];
  for (const name of sheets) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}` });
    await new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }
  const [{ openModel }, { createPanel }, { createReading }, { loadTranslator }] = await Promise.all(
    ["runtime/model.js", `views/gates/${panel}.js`, "views/gates/reading.js", "i18n.js"].map((file) => import(`/browser/${file}`)));
  const root = Object.assign(document.createElement("div"), { className: "explorer" });
  root.dataset.theme = theme;
  const body = Object.assign(document.createElement("div"), { className: `gates-panel gates-${panel}` });
  root.append(body);
  document.body.replaceChildren(root);
  const open = (name) => openModel(`/toys/${name}`);
  const opened = await open(model);
  const [runs, texts] = await Promise.all([opened.loadLanguage(), opened.loadTexts()]);
  const initial = { text: text ?? texts.page.slice(0, 300), ...(cursor === null ? {} : { cursor }), ...(unit && { unit }), ...(quantity && { quantity }) };
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
  const surroundings = { t, host, model: opened, state, texts, theme: () => root.dataset.theme, shared: { writing }, remember() {}, complain };
  window.panel = createPanel(body, reading, surroundings);
  const everything = ["text", "computed", "cursor", "unit", "quantity", "pinned", "span", "hover", "theme", "size"];
  window.panel.draw(new Set(everything));
  reading.subscribe((changed) => window.panel.draw(changed));
}"""
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
        "writing": WRITING,
    }
    page.evaluate(MOUNT, {**usual, "panel": panel, "model": model, **options})
