"""Bytes over the wire from an empty cache until the first drag on the Latent view is answered.

The browse set's pictures, which the view fetches last, are held back until then: what is counted before is all that a
drag needs, however fast the line. Their size is told beside it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from playwright.sync_api import Browser, Route

from benchmarks.drag import MEASURE, drag, open_latent, vaes
from benchmarks.page import browser
from benchmarks.server import APP, running

PICTURES = "/thumbnails.webp"
KINDS = {"/browser/": "page", "/checkpoints/": "checkpoint", "/catalog.json": "page", "/plotly/": "charts"}


def main() -> None:
    print("| model | Gradio kB | page kB | checkpoint kB | charts kB | total kB | requests | pictures afterwards kB |")
    print("|---|---|---|---|---|---|---|---|")
    with running(APP) as server, browser() as chromium:
        for name in vaes():
            sizes = transferred(chromium, server.url, name)
            pictures = sum(sizes.pop("pictures")) / 1000
            parts = [sum(each) / 1000 for each in sizes.values()]
            count = sum(map(len, sizes.values()))
            cells = [*parts, sum(parts), count, pictures]
            print(f"| {name} | {' | '.join(f'{cell:.0f}' for cell in cells)} |", flush=True)
    print("\naim: at most 3000 kB; compressed bodies and response headers, as Chromium received them")


def transferred(chromium: Browser, url: str, name: str) -> dict[str, list[int]]:
    """Bytes of each response, by what it belongs to."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    received: Counter[str] = Counter()

    def on_response(event: dict[str, Any]) -> None:
        path = event["response"]["url"].removeprefix(url)
        kind = next((kind for start, kind in KINDS.items() if path.startswith(start)), "Gradio")
        kinds[event["requestId"]] = "pictures" if path.endswith(PICTURES) else kind

    def on_finished(event: dict[str, Any]) -> None:
        received[event["requestId"]] += event["encodedDataLength"]

    held: list[Route] = []
    page.route(f"**{PICTURES}", lambda route: held.append(route))
    session.on("Network.responseReceived", on_response)
    session.on("Network.loadingFinished", on_finished)
    session.send("Network.enable")
    open_latent(page, url, name)
    drag(page, moves=3)
    page.wait_for_function(f"performance.getEntriesByName('{MEASURE}').length > 0")
    with page.expect_event("requestfinished", lambda request: request.url.endswith(PICTURES)):
        held[0].continue_()
    sizes: dict[str, list[int]] = {kind: [] for kind in ("Gradio", "page", "checkpoint", "charts", "pictures")}
    for request, size in received.items():
        if request in kinds:
            sizes[kinds[request]].append(int(size))
    context.close()
    return sizes
