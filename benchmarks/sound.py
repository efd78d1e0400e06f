"""From a click on Play to the first sound, and how far the cursor is from what is heard, for every sequence model.

The sound's time is the sound card's: ``AudioContext.getOutputTimestamp()`` says which sample leaves the loudspeaker at
which ``performance.now()``, and so when the first sample of the buffer, of ``AudioBufferSourceNode.start(when)``,
does. Where a browser gives no such pair, it is ``currentTime`` less ``outputLatency``. A click counts from its event's
time stamp, with the button let go at once, which leaves the page no time in between. The cursor is read from the drawn
page, at times that have nothing to do with its frames: its place as a share of the picture's width, times the sound's
length.

Last, the walk of a new user from opening the page to a melody that was heard and whose gates were stepped through.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.drag import percentiles
from benchmarks.page import browser, serve
from benchmarks.server import APP, running
from explorer.catalog import SHIPPED, checkpoints
from explorer.cli.export import write_site

CLICKS = 12
"""First clicks, each on a page of its own, and as many clicks on one page, each for a sequence not heard before."""
STEPS = 8
FAMILIES = ("notes", "recurrent_gan")
PLAY = ".explorer .sequence-play"
MELODY = "lstm-melodies"

WATCH = """() => {
  window.sounds = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when = 0) {
    const { context, buffer } = this;
    window.sounds.push({ context, seconds: buffer.duration, when: Math.max(when, context.currentTime) });
    return start.call(this, when);
  };
  addEventListener("click", (event) => (window.clicked = event.timeStamp), { capture: true });
  // Seconds of a sound that have been heard by now, negative before it.
  window.heard = ({ context, when }) => {
    const { contextTime, performanceTime } = context.getOutputTimestamp();
    const now = performanceTime > 0
      ? contextTime + (performance.now() - performanceTime) / 1000
      : context.currentTime - (context.outputLatency || 0);
    return now - when;
  };
}"""

FIRST_SOUND = """() => new Promise((resolve, reject) => {
  const { clicked, sounds } = window;
  const deadline = performance.now() + 20000;
  const look = () => {
    const sound = sounds.at(-1);
    const seconds = sound ? window.heard(sound) : -1;
    if (seconds >= 0) return resolve(performance.now() - 1000 * seconds - clicked);
    if (performance.now() > deadline) return reject(new Error("nothing was heard"));
    return setTimeout(look);
  };
  look();
})"""
"""Milliseconds from the last click until the first sample of the last sound left the loudspeaker."""

CURSOR = """() => new Promise((resolve) => {
  const marker = document.querySelector(".sequence-charts .curves-cursor");
  const [left, right] = [52, 10]; // CSS pixels of the picture's margins
  const errors = [];
  const look = () => {
    const sound = window.sounds.at(-1);
    const heard = sound ? window.heard(sound) : -1;
    if (heard > sound?.seconds) return resolve(errors);
    if (heard > 0 && !marker.hidden) {
      const wide = marker.parentElement.clientWidth - left - right;
      const place = new DOMMatrix(marker.style.transform).e - left;
      errors.push(1000 * Math.abs((place / wide) * sound.seconds - heard));
    }
    return setTimeout(look, 7 * Math.random());
  };
  look();
})"""
"""Milliseconds between cursor and sound, over the whole of the last sound."""


def main() -> None:
    print("| model | first click, ms | slowest | later clicks, ms | slowest | cursor p50 ms | p95 ms | readings |")
    print("|---|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as folder, serve() as site, browser() as chromium:
        write_site(Path(folder), SHIPPED)
        url = site.mount("page", Path(folder))
        for name in [config.name for config in checkpoints() if config.family in FAMILIES]:
            first = [first_click(chromium, url, name) for _ in range(CLICKS)]
            later, errors = further_clicks(chromium, url, name)
            clicks = [f"{each:.0f}" for times in (first, later) for each in (statistics.median(times), max(times))]
            cells = [*clicks, *percentiles(errors)]
            print(f"| {name} | {' | '.join(cells)} | {len(errors)} |", flush=True)
    print(f"\nmedians of {CLICKS} clicks; aims: at most 150 ms from click to sound, cursor within 30 ms of it")
    with running(APP) as server, browser() as chromium:
        heard, stepped = walk(chromium, f"{server.url}/")
    print(f"\nA visitor hears a melody {heard:.1f} s after opening the page, and has gone {STEPS} steps")
    print(f"through its gates after {stepped:.1f} s, with no time to read; aim: a minute")
    print(f"load of the machine (runnable processes, mean of a minute): {os.getloadavg()[0]:.1f}")


def opened(chromium: Browser, url: str, query: str) -> Page:
    """A page of its own that tells what it plays."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(f"({WATCH})()")
    page.goto(url + query)
    return page


def sample_view(chromium: Browser, url: str, name: str) -> Page:
    page = opened(chromium, url, f"?view=sample&model={name}&lang=en")
    page.wait_for_selector(PLAY)
    page.wait_for_load_state("networkidle")
    page.locator(PLAY).scroll_into_view_if_needed()
    return page


def press(page: Page, selector: str) -> None:
    """Move onto the middle of an element, press and let go at once."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def first_click(chromium: Browser, url: str, name: str) -> float:
    """Milliseconds until the first sound that a page makes."""
    page = sample_view(chromium, url, name)
    press(page, PLAY)
    milliseconds: float = page.evaluate(FIRST_SOUND)
    page.context.close()
    return milliseconds


def further_clicks(chromium: Browser, url: str, name: str) -> tuple[list[float], list[float]]:
    """Milliseconds until the sound of each sequence of a page, and between cursor and sound over a whole play."""
    page = sample_view(chromium, url, name)
    press(page, PLAY)
    page.evaluate(FIRST_SOUND)
    times = []
    for seed in range(100, 100 + CLICKS):
        silence(page)
        page.locator("[id^=explorer-seed-]").fill(str(seed))
        page.wait_for_timeout(300)
        press(page, PLAY)
        times.append(page.evaluate(FIRST_SOUND))
    silence(page)
    press(page, PLAY)
    errors: Any = page.evaluate(CURSOR)
    page.context.close()
    return times, errors


def silence(page: Page) -> None:
    """Stop what may still sound, and forget it."""
    if page.locator(PLAY).get_attribute("aria-pressed") == "true":
        press(page, PLAY)
    page.evaluate("window.sounds.length = 0")


def walk(chromium: Browser, url: str) -> tuple[float, float]:
    """Seconds from opening the page until a melody is heard, and until its gates have been stepped through."""
    start = time.monotonic()
    page = opened(chromium, url, "?lang=en")
    page.locator("#explorer-model").select_option(MELODY)
    page.wait_for_selector(PLAY)
    press(page, PLAY)
    page.evaluate(FIRST_SOUND)
    heard = time.monotonic() - start
    page.get_by_role("button", name="Step through its gates").click()
    title = page.locator(".sequence-unit h3").first
    for _ in range(STEPS):
        before = title.inner_text()
        page.get_by_role("button", name="One step forward").click()
        page.wait_for_function("([node, before]) => node.textContent !== before", arg=[title.element_handle(), before])
    stepped = time.monotonic() - start
    page.context.close()
    return heard, stepped


if __name__ == "__main__":
    main()
