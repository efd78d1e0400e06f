"""The gates view of the exported page, with some toys."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect
from recurrent_toys import toy_language
from site_server import Site

from explorer.cli.export import write_site

MODELS = ("lstm-toy", "lstm-toy-layers", "gru-toy-one-hot", "rnn-toy-layers", "lstm-toy-chinese")
TEXT = "One lets the old go; one shows what is kept.\n"
STEP = 17
ROUNDING = 0.0005 + 1e-5
"""Numbers are shown to three decimals; the page computes in float32."""
PATIENCE = 60_000
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def gates_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported page with some toys."""
    checkpoints = tmp_path_factory.mktemp("gates") / "checkpoints"
    for name in MODELS:
        toy_language(checkpoints / name, name)
    out = tmp_path_factory.mktemp("gates-site") / "site"
    write_site(out, checkpoints)
    return out


@pytest.fixture
def open_gates(page: Page, site: Site, gates_folder: Path) -> Open:
    """Open a toy in the view, with a query."""
    address = site.mount("gates", gates_folder)
    page.set_default_timeout(PATIENCE)

    def go(model: str = "lstm-toy", **query: str) -> Page:
        page.goto(f"{address}?{urlencode({'model': model, 'view': 'gates', 'lang': 'en', **query})}")
        expect(page.locator(".view:not([aria-busy]) .gates-guess").first).to_be_visible()
        return page

    return go


def number(text: str) -> float:
    return float(text.replace("−", "-").strip("()"))


def field(page: Page) -> Locator:
    return page.get_by_label("Text that the model reads")


def expect_position(page: Page, place: int) -> None:
    """Wait until this character, counted from 1, is the current one and its numbers are drawn."""
    expect(page.locator(".gates-stepper .player-label")).to_have_text(re.compile(rf"^{place}\b"))
    drawn(page)


def drawn(page: Page) -> None:
    """Wait until everything is drawn that the inputs so far have changed: panels draw within a frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def shown_rows(page: Page) -> list[float]:
    """The chosen unit's quantities beside the heat rows."""
    drawn(page)
    return [number(text) for text in page.locator(".gates-rows-values output").all_inner_texts()]


def complaint(page: Page) -> Locator:
    return page.locator(".view-body .messages .message")


def places(page: Page) -> dict[str, float]:
    """The numbers in the diagram's boxes."""
    drawn(page)
    found: dict[str, str] = page.locator(".gates-cell").evaluate(
        """(svg) => Object.fromEntries([...svg.querySelectorAll("[data-value]")]
          .map((node) => [node.dataset.value, node.textContent]))"""
    )
    return {name: number(text) for name, text in found.items()}
