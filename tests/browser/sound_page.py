"""Runs the page's modules for sound and its files on an empty page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

RUN = """async (input) => {
  const files = { "midi-read": "files", "midi-write": "files", "top-line": "files", wav: "files" };
  const rooms = { ...files, form: "runtime/sequences" };
  const load = (name) => import(`/browser/${rooms[name] ?? "runtime/sound"}/${name}.js`);
  const listed = (_, each) => (ArrayBuffer.isView(each) ? Array.from(each) : each);
  const plain = (value) => JSON.parse(JSON.stringify(value, listed));
  try {
    return plain(await (async (input) => { BODY })(input));
  } catch (error) {
    if (!error.key) throw error;
    return { key: error.key, values: error.values };
  }
}"""


def run(page: Page, body: str, given: Any = None) -> Any:
    """What a function's body returns for ``input``; of a refusal its key and values."""
    return page.evaluate(RUN.replace("BODY", body), given)
