"""From a key to the drawn trace on the LSTM gates view, for every shipped character model.

Typing at the end of a long text, an edit at its start, and steps by key. Times are the page's own: ``explorer:gates``
from the key event's time stamp until what is on the screen was drawn, ``explorer:gates:read`` until the whole text was
read anew.
"""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Browser, Page

from benchmarks.drag import percentiles
from benchmarks.page import browser
from benchmarks.server import APP, running
from explorer.catalog import SHIPPED, checkpoints
from explorer.checkpoints import read_json

CHARACTERS = 1000
KEYS = 100
EDITS = 20
PAUSE = 60
"""Milliseconds between keys: a fast typist's."""
DRAWN, READ = "explorer:gates", "explorer:gates:read"
FIELD = ".explorer .gates-editor textarea"


def main() -> None:
    print("| model | typing at the end | | edit at the start | | all read | | stepping | | requests |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    print("| | p50 ms | p95 ms | p50 ms | p95 ms | p50 ms | p95 ms | p50 ms | p95 ms | |")
    with running(APP) as server, browser() as chromium:
        for name in [config.name for config in checkpoints() if config.family == "recurrent"]:
            times, requests = strokes(chromium, server.url, name)
            cells = [cell for each in times for cell in percentiles(each)]
            print(f"| {name} | {' | '.join(cells)} | {requests} |", flush=True)
    print(
        f"\n{CHARACTERS} characters; aims: p95 of typing at most 16 ms, of an edit 50 ms, of a step 8 ms; no requests"
    )


def strokes(chromium: Browser, url: str, name: str) -> tuple[list[list[float]], int]:
    """Milliseconds of typing, of edits until drawn and until read, and of steps; and requests meanwhile."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    text = read_json(SHIPPED / name / "texts.json")["page"][:CHARACTERS]
    page.goto(f"{url}/?view=gates&model={name}&lang=en&text={quote(text)}")
    page.wait_for_selector(FIELD, timeout=60_000)
    page.locator(FIELD).click()
    press(page, "Control+End", "a", 20)  # the browser compiles what is hot
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    typing = press(page, "Control+End", "e", KEYS)
    edits = press(page, "Control+Home", "o", EDITS, pause=600)
    page.locator(".explorer .gates-text").focus()
    steps = press(page, "Home", "ArrowRight", KEYS)
    context.close()
    return [typing[DRAWN], edits[DRAWN], edits[READ], steps[DRAWN]], len(
        [each for each in requests if "heartbeat" not in each]
    )


def press(page: Page, place: str, key: str, count: int, pause: int = PAUSE) -> dict[str, list[float]]:
    """Go to a place, then press a key so often; the page's measures meanwhile, by name."""
    page.keyboard.press(place)
    page.wait_for_timeout(1000)
    page.evaluate("performance.clearMeasures()")
    for _ in range(count):
        page.keyboard.press(key)
        page.wait_for_timeout(pause)
    script = "(name) => performance.getEntriesByName(name).map((entry) => entry.duration)"
    return {name: page.evaluate(script, name) for name in (DRAWN, READ)}


if __name__ == "__main__":
    main()
