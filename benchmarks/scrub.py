"""Milliseconds for one frame of a scrub in the lab, with all layers on.

The plot alone is measured at three sizes of both networks: computing and issuing the drawing, and the same until the
pixels are there (a pixel is read back, which waits for the rasteriser). The whole view is measured on the shipped
planar runs by its own ``performance.measure("explorer:lab")``, from the slider's input event until everything is drawn.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from benchmarks.drag import percentiles
from benchmarks.page import blank_page, browser
from benchmarks.server import APP, running
from explorer.catalog import checkpoints

SIZES = (16, 32, 64)
MOVES = 240
RUNS = 3
MEASURE = "explorer:lab"
SLIDER = ".explorer .player-slider"

SCRUB = """async () => {
  const { loadKernels } = await import("/browser/runtime/kernels.js");
  const { createEngine } = await import("/browser/runtime/planar/engine.js");
  const engine = createEngine(await loadKernels(), settings);
  const states = Array.from({ length: 60 }, () => {
    for (let i = 0; i < 20; i++) engine.iterate();
    return engine.state();
  });
  const times = { issued: [], painted: [] };
  for (let frame = -states.length; frame < 4 * states.length; frame++) {
    const start = performance.now();
    plot.show({ settings, evaluator, state: states.at(frame % states.length) });
    const issued = performance.now() - start;
    plot.picture.context.getImageData(0, 0, 1, 1);
    const painted = performance.now() - start;
    await new Promise(requestAnimationFrame);
    if (frame < 0) continue; // the browser compiles what is hot
    times.issued.push(issued);
    times.painted.push(painted);
  }
  return times;
}"""


def main() -> None:
    print("| networks | issued p50 ms | issued p95 ms | painted p50 ms | painted p95 ms |")
    print("|---|---|---|---|---|")
    for width in SIZES:
        with blank_page() as page:
            times = plot_times(page, width)
        cells = [*percentiles(times["issued"]), *percentiles(times["painted"])]
        print(f"| 2-{width}-{width}-2 and 2-{width}-{width}-1 | {' | '.join(cells)} |", flush=True)
    names = [config.name for config in checkpoints() if config.family == "planar_gan"][:RUNS]
    if names:
        print("\n| run | view p50 ms | view p95 ms | moves | requests |\n|---|---|---|---|---|")
        with running(APP) as server, browser() as chromium:
            for name in names:
                view_times, requests = scrub_view(chromium, server.url, name)
                print(
                    f"| {name} | {' | '.join(percentiles(view_times))} | {len(view_times)} | {requests} |", flush=True
                )
    print("\naims: p95 at most 16 ms, no requests")


def plot_times(page: Page, width: int) -> dict[str, list[float]]:
    """Milliseconds of each frame of the plot alone, 600 CSS pixels wide."""
    from lab_plot_page import mount, settings_of  # on the path since benchmarks.page

    network = {"widths": [width, width]}
    mount(page, settings_of(generator=network, discriminator=network))
    times: dict[str, list[float]] = page.evaluate(SCRUB)
    return times


def scrub_view(chromium: Browser, url: str, name: str) -> tuple[list[float], int]:
    """Milliseconds of each redraw of a drag of the slider to the end and back, and how many requests were made."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{url}/?view=lab&model={name}&lang=en")
    page.wait_for_selector(SLIDER, timeout=60_000)
    page.wait_for_selector(".explorer .view:not([aria-busy])", timeout=60_000)
    scrub(page, moves=40)
    page.wait_for_load_state("networkidle")
    page.evaluate("performance.clearMeasures()")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    scrub(page, MOVES)
    times = page.evaluate(f"performance.getEntriesByName('{MEASURE}').map((entry) => entry.duration)")
    context.close()
    return times, len([each for each in requests if "heartbeat" not in each])


def scrub(page: Page, moves: int) -> None:
    """Drag the slider to its end and back."""
    page.locator(SLIDER).scroll_into_view_if_needed()
    box = page.locator(SLIDER).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 4, y)
    page.mouse.down()
    for move in range(moves):
        share = 1 - abs(2 * move / (moves - 1) - 1)
        page.mouse.move(box["x"] + 4 + share * (box["width"] - 8), y)
    page.mouse.up()
