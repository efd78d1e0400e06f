"""Chromium and a plain file server for the browser tests. Without a Chromium they fail; they are never skipped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY / "tests"), str(Path(__file__).parent)]

import chromium  # noqa: E402
from conditional_page import conditional_checkpoint, conditional_folder, open_conditional  # noqa: E402, F401 (fixtures)
from gates_page import gates_folder, open_gates  # noqa: E402, F401
from lab_page import lab_checkpoints, lab_folder, open_lab  # noqa: E402, F401
from recurrent_page import toy  # noqa: E402, F401
from sample_page import open_sample, sample_checkpoint  # noqa: E402, F401
from site_server import Site, serve  # noqa: E402

PATIENCE = 60_000
"""Milliseconds: the machine may be busy with other tests, and what never comes fails all the same."""
expect.set_options(timeout=PATIENCE)
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}


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


class Tab:
    """One page that tests take turns with: a window of its own for each test costs ten times as much."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.context: BrowserContext | None = None

    def open(self) -> Page:
        """The page as a new one would be, on the site's empty page, with :attr:`errors` empty."""
        if self.context is None:
            self.context = self.browser.new_context(viewport=VIEWPORT, base_url=self.url)
            self.page = self.context.new_page()
            self.errors = watch(self.page)
        self.page.goto(f"{self.url}/blank")
        self.errors.clear()
        return self.page

    def leave(self) -> None:
        """Undo what a test may have changed; where that fails, the next test gets a window of its own."""
        assert self.context is not None
        try:
            self.page.unroute_all(behavior="ignoreErrors")
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            self.page.goto("about:blank")
            self.page.mouse.move(0, 0)
            self.page.set_viewport_size(VIEWPORT)
            self.page.emulate_media(color_scheme="null", reduced_motion="null")
            self.context.clear_permissions()
            self.context.clear_cookies()
        except PlaywrightError:
            self.close()

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
        self.context = None


@pytest.fixture(scope="session")
def _tab(browser: Browser, site: Site) -> Iterator[Tab]:
    tab = Tab(browser, site.url)
    yield tab
    tab.close()


@pytest.fixture
def page(_tab: Tab) -> Iterator[Page]:
    """A page as good as fresh, on the site's empty page; the test fails on any console error or uncaught exception."""
    yield _tab.open()
    errors = list(_tab.errors)
    _tab.leave()
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
