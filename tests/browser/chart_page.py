"""One chart on an empty page of a plain file server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import FloatRect, Page, expect

MARGINS = {"left": 56, "right": 12}
"""CSS pixels of a plot that hold its axes."""

MOUNT = """async ([options, seeks, language, theme]) => {
  const [{ Chart }, { loadTranslator }] = await Promise.all([
    import("/browser/charts/chart.js"), import("/browser/i18n.js")]);
  document.body.className = "explorer";
  document.body.dataset.theme = theme;
  const styles = ["style.css", "charts/chart.css"].map((name) => new Promise((resolve) => {
    const sheet = { rel: "stylesheet", href: `/browser/${name}`, onload: resolve };
    document.head.append(Object.assign(document.createElement("link"), sheet));
  }));
  await Promise.all(styles);
  window.chosen = [];
  window.chart = new Chart(document.body, {
    t: await loadTranslator(language), title: "Loss", unit: "nats", x: { label: "iteration" },
    series: [{ key: "a", label: "First", colour: "--real" }, { key: "b", label: "Second", colour: "--fake" }],
    ...options });
  if (seeks) chart.onSeek((x) => chosen.push(x));
}"""
ROWS = """([x, columns, labels]) => {
  const numbers = Object.fromEntries(Object.entries(columns).map(([key, values]) => [key, values.map(Number)]));
  chart.setRows(x, numbers, labels);
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}"""


def mount(page: Page, *, seeks: bool = True, language: str = "en", theme: str = "light", **options: Any) -> Page:
    """Put an empty chart of two lines, or as the options say, on the page as ``window.chart``."""
    page.evaluate(MOUNT, [options, seeks, language, theme])
    return page


def rows(page: Page, x: list[float], labels: list[str] | None = None, **columns: list[float | str]) -> None:
    """Draw rows; what JSON cannot say (NaN, Infinity) stands as text."""
    page.evaluate(ROWS, [x, columns, labels])


def shows(page: Page, *texts: str) -> None:
    """Wait until the legend says this of the series."""
    expect(page.locator(".chart-legend output")).to_have_text(list(texts))


def plot(page: Page) -> FloatRect:
    """The box of the plot with its margins."""
    box = page.locator(".chart-plot").bounding_box()
    assert box is not None
    return box


def seen(page: Page, axis: str = "x") -> tuple[float, float]:
    """The places that are seen along an axis."""
    found = page.evaluate("(axis) => chart.describe().seen[axis]", axis)
    return found["low"], found["high"]


def inside(page: Page, share: float, height: float = 0.4) -> tuple[float, float]:
    """A place in the window: a share of the way along x, and from the top of the plot."""
    box = plot(page)
    left, right = box["x"] + MARGINS["left"], box["x"] + box["width"] - MARGINS["right"]
    return left + share * (right - left), box["y"] + height * box["height"]
