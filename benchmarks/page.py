"""Chromium on a plain file server, as the browser tests have it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tests"), str(REPOSITORY / "tests" / "browser")]

import chromium  # noqa: E402
from site_server import serve  # noqa: E402


@contextmanager
def blank_page() -> Iterator[Page]:
    """An empty page beside ``/browser/`` and ``/checkpoints/``."""
    with serve() as site, sync_playwright() as playwright:
        # An isolated page's clock ticks every 5 µs, any other's every 100 µs.
        site.headers = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
        site.mount("browser", REPOSITORY / "explorer" / "browser")
        site.mount("checkpoints", REPOSITORY / "checkpoints")
        executable = chromium.find(playwright)
        if executable is None:
            raise SystemExit("no Chromium: run `python tests/ensure_browser.py`")
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGUMENTS))
        page = browser.new_page()
        page.goto(f"{site.url}/blank")
        yield page
        browser.close()
