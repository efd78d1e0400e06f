"""Bytes over the wire from an empty cache until the first drag on the Latent view is answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

from playwright.sync_api import Browser

from benchmarks.drag import drag, open_latent, vaes
from benchmarks.page import browser
from benchmarks.server import APP, running

KINDS = {"/browser/": "page", "/checkpoints/": "checkpoint", "/catalog.json": "page", "/plotly/": "charts"}


def main() -> None:
    print("| model | Gradio kB | page kB | checkpoint kB | charts kB | total kB | requests |")
    print("|---|---|---|---|---|---|---|")
    with running(APP) as server, browser() as chromium:
        for name in vaes():
            sizes = transferred(chromium, server.url, name)
            parts = [sum(sizes[kind]) / 1000 for kind in ("Gradio", "page", "checkpoint", "charts")]
            count = sum(map(len, sizes.values()))
            print(
                f"| {name} | {' | '.join(f'{part:.0f}' for part in parts)} | {sum(parts):.0f} | {count} |", flush=True
            )
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
        kinds[event["requestId"]] = next((kind for start, kind in KINDS.items() if path.startswith(start)), "Gradio")

    def on_finished(event: dict[str, Any]) -> None:
        received[event["requestId"]] += event["encodedDataLength"]

    session.on("Network.responseReceived", on_response)
    session.on("Network.loadingFinished", on_finished)
    session.send("Network.enable")
    open_latent(page, url, name)
    drag(page, moves=3)
    sizes: dict[str, list[int]] = {kind: [] for kind in ("Gradio", "page", "checkpoint", "charts")}
    for request, size in received.items():
        if request in kinds:
            sizes[kinds[request]].append(int(size))
    context.close()
    return sizes
