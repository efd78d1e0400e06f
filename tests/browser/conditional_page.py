"""The Sample view of a conditional toy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from site_server import Site

from explorer.catalog import Checkpoint, open_checkpoint
from explorer.cli.export import write_site
from tests.conditional_toys import NAME, conditional_toy
from tests.toys import toy_checkpoint

Open = Callable[..., Page]
CLASSES = 4


@pytest.fixture(scope="session")
def conditional_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conditional") / "checkpoints"
    conditional_toy(folder / NAME)
    toy_checkpoint(folder / "vae-toy", mixture=False)
    return folder


@pytest.fixture(scope="session")
def conditional_checkpoint(conditional_folder: Path) -> Checkpoint:
    return open_checkpoint(conditional_folder / NAME)


@pytest.fixture
def open_conditional(
    page: Page, site: Site, conditional_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Open:
    """Open the Sample view of the conditional toy; returns once everything is painted and at rest."""
    if "conditional" not in site.folders:
        out = tmp_path_factory.mktemp("conditional") / "site"
        write_site(out, conditional_folder)
        site.mount("conditional", out)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/conditional/?{urlencode({'model': NAME, 'lang': 'en', 'count': '16', **query})}")
        settle(page)
        return page

    return go


def settle(page: Page) -> None:
    expect(page.locator(".sheet .tile").first).to_be_visible()
    expect(page.locator(".prior-distance")).not_to_be_empty()
    expect(page.locator(".path-line")).not_to_be_empty()
    expect(page.locator(".details.stale, .sheet[aria-busy], .class-grid[aria-busy], .path[aria-busy]")).to_have_count(0)
