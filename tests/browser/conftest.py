"""Chromium and a plain file server for the browser tests. Without a Chromium they fail; they are never skipped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY / "tests"), str(Path(__file__).parent)]

import chromium  # noqa: E402
from site_server import Site, serve  # noqa: E402

PATIENCE = 60_000
"""Milliseconds: the machine may be busy with other tests, and what never comes fails all the same."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The page's sources at ``/browser/`` and the shipped models at ``/checkpoints/``, and nothing else."""
    with serve() as running:
        running.mount("browser", REPOSITORY / "explorer" / "browser")
        running.mount("checkpoints", REPOSITORY / "checkpoints")
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    with sync_playwright() as playwright:
        executable = chromium.find(playwright)
        if executable is None:
            pytest.fail("no Chromium: run `python tests/ensure_browser.py` (make test does)", pytrace=False)
        running = playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGUMENTS))
        yield running
        running.close()


def watch(page: Page) -> list[str]:
    """Collect what a page reports as wrong: console errors and uncaught exceptions."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh page of its own, on the site's empty page; the test fails on any console error or uncaught exception."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url)
    opened = context.new_page()
    errors = watch(opened)
    opened.goto(f"{site.url}/blank")
    yield opened
    context.close()
    assert not errors, f"the page reported: {errors}"


@pytest.fixture(scope="session")
def _shared(browser: Browser, site: Site) -> Iterator[tuple[Page, list[str]]]:
    context = browser.new_context(base_url=site.url)
    opened = context.new_page()
    errors = watch(opened)
    opened.goto(f"{site.url}/blank")
    yield opened, errors
    context.close()


@pytest.fixture
def runtime(_shared: tuple[Page, list[str]]) -> Iterator[Page]:
    """One empty page shared by tests that only compute; fails on console errors like ``page``."""
    opened, errors = _shared
    errors.clear()
    yield opened
    assert not errors, f"the page reported: {errors}"
