"""Chromium, alone or on a plain file server, as the browser tests have it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tests"), str(REPOSITORY / "tests" / "browser")]

import chromium  # noqa: E402
from site_server import serve  # noqa: E402


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        executable = chromium.find(playwright)
        if executable is None:
            raise SystemExit("no Chromium: run `python tests/ensure_browser.py`")
        running = playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGUMENTS))
        yield running
        running.close()


@contextmanager
def blank_page() -> Iterator[Page]:
    """An empty page beside ``/browser/`` and ``/checkpoints/``."""
    with serve() as site, browser() as running:
        site.mount("browser", REPOSITORY / "explorer" / "browser")
        site.mount("checkpoints", REPOSITORY / "checkpoints")
        page = running.new_page()
        page.goto(f"{site.url}/blank")
        yield page
