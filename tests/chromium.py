"""Where the tests' Chromium is."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""What lets it run as root in a container, and keeps it from calling home."""


def find(playwright: Playwright) -> str | None:
    """Path of the system's Chromium or Chrome, else of Playwright's own; ``None`` if there is neither."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    own = Path(playwright.chromium.executable_path)
    return str(own) if own.is_file() else None


def is_installed() -> bool:
    """Whether there is a browser for the tests."""
    with sync_playwright() as playwright:
        return find(playwright) is not None
