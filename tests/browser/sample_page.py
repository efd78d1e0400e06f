"""The Sample view of a shipped VAE."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pytest
from canvases import grey
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from site_server import Site

from explorer.catalog import SHIPPED, Checkpoint, open_checkpoint
from explorer.cli.export import write_site

MODEL = "vae-digits-2d"
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def sample_checkpoint() -> Checkpoint:
    return open_checkpoint(SHIPPED / MODEL)


@pytest.fixture
def open_sample(page: Page, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Sample view with a query; returns once the whole sheet is painted and the sample at rest."""
    if "sample" not in site.folders:
        folder = tmp_path_factory.mktemp("sample") / "site"
        write_site(folder, SHIPPED)
        site.mount("sample", folder)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/sample/?{urlencode({'model': MODEL, 'lang': 'en', **query})}")
        settle(page)
        return page

    return go


def settle(page: Page) -> None:
    expect(page.locator(".sheet .tile").first).to_be_visible()
    expect(page.locator(".sheet[aria-busy]")).to_have_count(0)
    expect(page.locator(".prior-distance")).not_to_be_empty()
    expect(page.locator(".details.stale")).to_have_count(0)


def stage(page: Page) -> NDArray[np.int64]:
    return grey(page.locator(".stage-picture canvas"))


def tile(page: Page, index: int) -> NDArray[np.int64]:
    return grey(page.locator(".sheet .tile canvas").nth(index))
