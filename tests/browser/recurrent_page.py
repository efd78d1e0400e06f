"""Character models in an empty page, opened by a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page
from recurrent_toys import toy_language
from site_server import Site
from transfer import AS_TEXT

OPEN = """async (url) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const { Trace } = await import("/browser/runtime/recurrent/trace.js");
  const { createWriter } = await import("/browser/runtime/recurrent/writer.js");
  const { gradientNorms } = await import("/browser/runtime/recurrent/backward.js");
  const { bitsPerCharacter } = await import("/browser/runtime/recurrent/held-out.js");
  const model = await openModel(url);
  const language = await model.loadLanguage();
  const everything = (trace) => {
    const perStep = language.layers * language.quantities.length * language.hiddenSize;
    const numbers = new Float32Array((trace.computed + 1) * perStep);
    let place = 0;
    for (let t = -1; t < trace.computed; t++) {
      for (let layer = 0; layer < language.layers; layer++) {
        for (const name of language.quantities) {
          numbers.set(trace.quantity(layer, name, t), place);
          place += language.hiddenSize;
        }
      }
    }
    return numbers;
  };
  const asText = AS_TEXT;
  try {
    return await (async (input) => { BODY })(INPUT);
  } catch (error) {
    if (error.name !== "ModelError") throw error;
    return { key: error.key, values: error.values };
  }
}""".replace("AS_TEXT", AS_TEXT)


def in_language(runtime: Page, url: str, body: str, value: Any = None) -> Any:
    """The value of a JavaScript function body that has ``model``, ``language`` and ``input``, or its ModelError."""

    return runtime.evaluate(OPEN.replace("BODY", body).replace("INPUT", json.dumps(value)), url)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Callable[[str], str]:
    """Writes and serves a toy once; gives its URL."""

    @cache
    def serve(name: str) -> str:
        return site.mount(name, toy_language(tmp_path_factory.mktemp("language") / name, name))

    return serve
