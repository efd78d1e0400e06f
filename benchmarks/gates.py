"""Milliseconds from a key to the drawn trace on the Gates view, for every shipped character model.

Three inputs, on the model's own held-out text: typing at the end of 1,000 characters, typing at their start, stepping.
"drawn" is the page's own ``performance.measure("explorer:gates")``: from the key event's time stamp until every panel on
the screen was drawn. "frame" is from the same time stamp until the browser had handed on the frame with it; it waits for
the screen's clock (up to 17 ms), which "drawn" does not. After an edit at the start what is on the screen is drawn first
and the rest is computed in slices; "read" is when the last of them was drawn.
"""

from __future__ import annotations

import json

from playwright.sync_api import Browser, Page

from benchmarks.drag import percentiles
from benchmarks.page import browser
from benchmarks.server import APP, running
from explorer.catalog import SHIPPED, checkpoints

CHARACTERS = 1000
KEYS = 200
EDITS = 40
WARM = 60
MEASURE = "explorer:gates"
INPUT = ".explorer .gates-input"
TYPED = "the quick brown fox "
"""Typed again and again; what a vocabulary lacks is read as unknown, at the same cost."""

WATCH = """() => {
  window.frames_ = [];
  const channel = new MessageChannel();
  const stamps = [];
  channel.port1.onmessage = () => window.frames_.push(performance.now() - stamps.shift());
  addEventListener("keydown", (event) => {
    const { timeStamp } = event;
    requestAnimationFrame(() => (stamps.push(timeStamp), channel.port2.postMessage(null)));
  }, true);
}"""
"""A message posted from an animation frame arrives once that frame was handed on."""
READ = "(count) => performance.getEntriesByName('explorer:gates:read').length > count"


def main() -> None:
    print(
        "| model | input | drawn p50 ms | drawn p95 ms | frame p50 ms | read p50 ms | read p95 ms | inputs | requests |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with running(APP) as server, browser() as chromium:
        for name in character_models():
            measure_model(chromium, server.url, name)
    print(
        "\naims: typing at the end p95 at most 16 ms, an edit at the start drawn within 50 ms, "
        "a step p95 at most 8 ms, no requests"
    )


def character_models() -> list[str]:
    """The shipped checkpoints that the view reads texts with."""
    return [config.name for config in checkpoints() if {"Writes", "Unrolls"} <= set(config.capabilities)]


def measure_model(chromium: Browser, url: str, name: str) -> None:
    """Print a row for each kind of input."""
    text = json.loads((SHIPPED / name / "texts.json").read_text(encoding="utf-8"))["page"][:CHARACTERS]
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    open_gates(page, url, name)
    page.evaluate(WATCH)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for label, act, count in (
        ("key at the end", type_at_the_end, KEYS),
        ("key at the start", type_at_the_start, EDITS),
        ("step", step, KEYS),
    ):
        fill(page, text)
        act(page, WARM)  # the browser compiles what is hot
        page.evaluate("() => { performance.clearMeasures(); window.frames_ = []; }")
        asked = len(requests)
        act(page, count)
        read = durations(page, f"{MEASURE}:read") if act is type_at_the_start else []
        drawn = durations(page, MEASURE)
        frames = page.evaluate("window.frames_")
        made = len([each for each in requests[asked:] if "heartbeat" not in each])
        cells = [*percentiles(drawn), percentiles(frames)[0], *(percentiles(read) if read else ["", ""])]
        print(f"| {name} | {label} | {' | '.join(cells)} | {len(drawn)} | {made} |", flush=True)
    context.close()


def open_gates(page: Page, url: str, name: str) -> None:
    """Open the view."""
    page.goto(f"{url}/?view=gates&model={name}&lang=en")
    page.wait_for_selector(INPUT, timeout=60_000)
    page.wait_for_selector(".explorer .view:not([aria-busy])", timeout=60_000)
    page.wait_for_load_state("networkidle")


def fill(page: Page, text: str) -> None:
    """Put a text in and wait until it is read to its end."""
    before = page.evaluate(f"performance.getEntriesByName('{MEASURE}:read').length")
    page.locator(INPUT).fill(text)
    page.wait_for_function(READ, arg=before)


def durations(page: Page, name: str) -> list[float]:
    """Milliseconds of the page's own measures of a name."""
    found: list[float] = page.evaluate(
        "(name) => performance.getEntriesByName(name).map((entry) => entry.duration)", name
    )
    return found


def type_at_the_end(page: Page, count: int) -> None:
    """One key after another behind the last character."""
    page.locator(INPUT).focus()
    page.keyboard.press("Control+End")
    for i in range(count):
        page.keyboard.press(TYPED[i % len(TYPED)].replace(" ", "Space"))


def type_at_the_start(page: Page, count: int) -> None:
    """One key before the first character, after the one before was read to the end."""
    page.locator(INPUT).focus()
    for i in range(count):
        page.keyboard.press("Control+Home")
        before = page.evaluate(f"performance.getEntriesByName('{MEASURE}:read').length")
        page.keyboard.press(TYPED[i % len(TYPED)].replace(" ", "Space"))
        page.wait_for_function(READ, arg=before)


def step(page: Page, count: int) -> None:
    """→ and ← through the text, from its middle."""
    page.locator(".explorer .gates-text").focus()
    for i in range(count):
        page.keyboard.press("ArrowRight" if i % 50 < 25 else "ArrowLeft")
