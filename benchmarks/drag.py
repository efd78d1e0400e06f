"""Pointer to pixels on the Latent view, against the same decoder behind a queued Gradio slider and ``gr.Image``.

The page's times are its own ``performance.measure("explorer:latent")``: from the pointer event's time stamp until the
canvas was drawn. The slider's are from its input event until the new image has loaded, one after another: it is never
made to queue.
"""

from __future__ import annotations

import math
import statistics

from playwright.sync_api import Browser, Page

from benchmarks.page import browser
from benchmarks.server import APP, running
from explorer.catalog import checkpoints

MOVES = 240
SLIDES = 40
MAP = ".explorer .latent-layer-moving"
MEASURE = "explorer:latent"

SLIDE = """async (value) => {
  const slider = document.querySelector("input[type=range]");
  const before = document.querySelector("img[src*='/file=']")?.src;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, value);
  const start = performance.now();
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  for (;;) {
    const image = document.querySelector("img[src*='/file=']");
    if (image && image.src !== before && image.complete) return performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve));
  }
}"""
"""Milliseconds until the slider's new image has loaded."""


def main() -> None:
    print("| model | page p50 ms | page p95 ms | moves | requests | slider p50 ms | slider p95 ms | ratio of p50 |")
    print("|---|---|---|---|---|---|---|---|")
    with running(APP) as server, browser() as chromium:
        for name in vaes():
            page_times, requests = page_drag(chromium, server.url, name)
            slider_times = slider_drag(chromium, name)
            cells = [*percentiles(page_times), str(len(page_times)), str(requests), *percentiles(slider_times)]
            ratio = statistics.median(slider_times) / statistics.median(page_times)
            print(f"| {name} | {' | '.join(cells)} | {ratio:.0f} |", flush=True)
    print("\naims: p95 at most 4 ms for digits and 16 ms for 64×64 RGB, no requests, ratio at least 30")


def vaes() -> list[str]:
    """The shipped checkpoints of the family."""
    return [config.name for config in checkpoints() if config.family == "vae"]


def open_latent(page: Page, url: str, name: str) -> None:
    """Open the Latent view and wait until it can be dragged."""
    page.goto(f"{url}/?view=latent&model={name}&lang=en")
    page.wait_for_selector(MAP, timeout=60_000)
    page.wait_for_selector(".explorer .view:not([aria-busy])", timeout=60_000)


def drag(page: Page, moves: int) -> None:
    """Press in the middle of the map, move on a spiral, release."""
    page.locator(MAP).scroll_into_view_if_needed()
    box = page.locator(MAP).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for move in range(moves):
        angle, radius = move / 12, 0.35 * box["height"] * move / moves
        page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    page.mouse.up()


def page_drag(chromium: Browser, url: str, name: str) -> tuple[list[float], int]:
    """Milliseconds of each redraw of a drag, and how many requests were made meanwhile."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    open_latent(page, url, name)
    drag(page, moves=60)  # the browser compiles what is hot
    page.wait_for_load_state("networkidle")
    page.evaluate("performance.clearMeasures()")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    drag(page, MOVES)
    times = page.evaluate(f"performance.getEntriesByName('{MEASURE}').map((entry) => entry.duration)")
    context.close()
    return times, len([url for url in requests if "heartbeat" not in url])


def slider_drag(chromium: Browser, name: str) -> list[float]:
    """Milliseconds from input to image of each step of the slider."""
    with running(("-m", "benchmarks.slider", name)) as server:
        page = chromium.new_page()
        page.goto(server.url)
        page.wait_for_selector("input[type=range]", timeout=60_000)
        page.evaluate(SLIDE, "0.5")  # the first one opens the queue
        values = [f"{3 * math.sin(step):.2f}" for step in range(1, SLIDES + 1)]
        times = [page.evaluate(SLIDE, value) for value in values]
        page.close()
    return times


def percentiles(times: list[float]) -> list[str]:
    """Median and 95th percentile, as table cells."""
    return [f"{statistics.median(times):.2f}", f"{statistics.quantiles(times, n=20)[-1]:.2f}"]
