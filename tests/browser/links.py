"""What the address of a page keeps."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page


def query(page: Page) -> dict[str, str]:
    # Views tell what they are 300 ms after the last change, and the address is written 300 ms later. The page's own
    # clock is waited for: a busy machine may hold it back.
    page.evaluate("() => new Promise((done) => setTimeout(done, 700))")
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}
