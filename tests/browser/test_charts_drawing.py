"""What a chart paints of bars, bands, whiskers and cells stands where its numbers are, and so do ticks and marks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from canvases import coloured, rgba
from chart_page import MARGINS, inside, mount, plot, rows, seen, shows
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

CANVAS = ".chart canvas"
TOP, BOTTOM = 8, 38
"""CSS pixels of a plot above and below its window."""


def one(**options: Any) -> list[dict[str, Any]]:
    return [{"key": "a", "label": "First", "colour": "--real", **options}]


def heat(lines: int, low: float) -> list[dict[str, Any]]:
    return one(colour="--heat-positive", kind="heat", heat={"lines": lines, "low": low, "high": 1})


def y_of(page: Page, value: float) -> float:
    """CSS pixels from the top of the plot."""
    low, high = seen(page, "y")
    return TOP + (high - value) / (high - low) * (plot(page)["height"] - TOP - BOTTOM)


def x_of(page: Page, share: float) -> float:
    """CSS pixels from the left of the plot."""
    return inside(page, share)[0] - plot(page)["x"]


def written(page: Page) -> list[tuple[str, float, float]]:
    """The texts that the chart paints, and where, in CSS pixels."""
    found = page.evaluate(
        """() => {
          const texts = [];
          const context = chart.canvas.getContext("2d");
          context.fillText = (text, x, y) => texts.push([text, x, y]);
          chart.redraw();
          delete context.fillText;
          return texts;
        }"""
    )
    return [(str(text), float(x), float(y)) for text, x, y in found]


def opacity(page: Page, share: float) -> NDArray[np.int64]:
    """Of the pixels that stand over each other at a share of the way along x, from 0 to 255."""
    return rgba(page.locator(CANVAS))[:, round(x_of(page, share)), 3]


def test_bars_rise_and_hang_from_zero(page: Page) -> None:
    mount(page, series=one(kind="bars"))
    rows(page, [0, 1, 2], a=[2, -2, 1])
    assert seen(page) == (-0.5, 2.5), "bars at the ends are seen whole"
    pixels = coloured(page.locator(CANVAS), "--real")
    for row, value in enumerate((2, -2, 1)):
        middle = x_of(page, (row + 0.5) / 3)
        bar = pixels[np.abs(pixels[:, 0] - middle) <= 2, 1]
        ends = sorted((y_of(page, 0), y_of(page, value)))
        assert (bar.min(), bar.max()) == pytest.approx(ends, abs=1.5), value


def test_a_band_reaches_from_its_lower_to_its_upper_ends(page: Page) -> None:
    mount(page, series=one(low="low", high="high"))
    rows(page, [0, 1, 2], a=[3, 3, 3], low=[1, 2, 1], high=[4, 6, 4])
    for share, low, high in ((0.5, 2, 6), (0.25, 1.5, 5)):
        within = opacity(page, share)
        for value, tinted in ((low + 0.2, True), (high - 0.2, True), (low - 0.2, False), (high + 0.2, False)):
            assert (within[round(y_of(page, value))] > 25) == tinted, value


def test_whiskers_reach_from_end_to_end_in_both_directions(page: Page) -> None:
    ends = {"low": "low", "high": "high", "xLow": "left", "xHigh": "right"}
    mount(page, series=one(kind="points", **ends), x={"label": "rate", "range": [0, 10]}, y={"range": [0, 10]})
    rows(page, [5], a=[5], low=[2], high=[6], left=[1], right=[7])
    pixels = coloured(page.locator(CANVAS), "--real")
    low, high = seen(page)

    def across(value: float) -> float:
        return x_of(page, (value - low) / (high - low))

    level = pixels[np.abs(pixels[:, 1] - y_of(page, 5)) <= 1, 0]
    upright = pixels[np.abs(pixels[:, 0] - across(5)) <= 1, 1]
    assert (level.min(), level.max()) == pytest.approx((across(1), across(7)), abs=2)
    assert (upright.min(), upright.max()) == pytest.approx((y_of(page, 6), y_of(page, 2)), abs=2)


def test_cells_have_the_colours_of_their_values_from_the_top(page: Page) -> None:
    mount(page, series=heat(2, 0))
    rows(page, [0, 1, 3], a=[0, 0.5, 0.25, 1])
    pixels = coloured(page.locator(CANVAS), "--heat-positive")
    box = [pixels[:, 0].min(), pixels[:, 0].max(), pixels[:, 1].min(), pixels[:, 1].max()]
    low, high = y_of(page, 1), y_of(page, 0)
    assert box == pytest.approx([x_of(page, 1 / 3), x_of(page, 1), low, high], abs=2)


def test_the_chosen_cell_is_framed(page: Page) -> None:
    mount(page, series=heat(2, -1))
    rows(page, [0, 1, 3], a=[0.1, 0.2, 0.3, 0.4])
    page.evaluate("chart.setCell(3)")
    box = page.locator(".chart-chosen").bounding_box()
    assert box is not None
    left, top = inside(page, 1 / 3)[0], plot(page)["y"] + y_of(page, 1)
    right, bottom = inside(page, 1)[0], plot(page)["y"] + y_of(page, 0)
    found = (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
    assert found == pytest.approx((left, top, right, bottom), abs=2)


def test_ticks_say_the_values_of_their_places(page: Page) -> None:
    mount(page, series=one(), x={"label": "K", "log": True}, y={"range": [-2338, -2326]})
    rows(page, [1, 10, 100], a=[-2330, -2335, -2332])
    texts = written(page)
    for text, share in (("1", 0), ("10", 0.5), ("100", 1)):
        (x,) = (x for found, x, y in texts if found == text and y > plot(page)["height"] - BOTTOM)
        assert x == pytest.approx(x_of(page, share), abs=12), "those at the ends stay on the chart"
    values = {text: y for text, x, y in texts if text.startswith("−")}
    assert set(values) == {"−2335", "−2330"}, "as many digits as tell them apart"
    for text, y in values.items():
        assert y == pytest.approx(y_of(page, -float(text[1:])), abs=1)


def test_under_a_logarithmic_axis_the_strip_takes_its_own_height(page: Page) -> None:
    mount(page, y={"log": True}, series=one(marks=True))
    rows(page, [0, 1, 2], a=[1, 10, 0])
    low, _ = seen(page, "y")
    texts = {text: y for text, x, y in written(page) if x < MARGINS["left"]}
    assert texts["1"] < texts["< " + f"{10**low:.3g}"] < plot(page)["height"] - BOTTOM
    pixels = coloured(page.locator(CANVAS), "--real")
    zero = pixels[np.abs(pixels[:, 0] - x_of(page, 1)) <= 2, 1]
    assert plot(page)["height"] - BOTTOM - 18 < zero.max() < plot(page)["height"] - BOTTOM


def test_a_logarithmic_axis_has_twelve_decades_at_most(page: Page) -> None:
    mount(page, y={"log": True}, series=one())
    rows(page, [0, 1, 2], a=[1e-30, 1e-3, 10])
    low, high = seen(page, "y")
    assert (low, high) == pytest.approx((-11, 1), abs=0.5)
    expect(page.locator(".chart-beyond")).to_contain_text("1 value below it stands in the strip.")


def test_on_a_logarithmic_x_the_row_under_the_pointer_is_read(page: Page) -> None:
    mount(page, series=one(), x={"label": "K", "log": True})
    rows(page, [1, 10, 100, 1000], a=[1, 2, 3, 4])
    for share, value in ((0.02, "1"), (0.34, "2"), (0.66, "3"), (0.98, "4")):
        page.mouse.move(*inside(page, share))
        shows(page, value)


def test_a_bin_is_read_to_the_end_of_the_chart_and_marked_in_its_middle(page: Page) -> None:
    mount(page, seeks=False, series=one(kind="steps"))
    rows(page, [0, 1, 3, 4], a=[10, 30, 20])
    for share, value, middle in ((0.3, "30", 0.5), (1.01, "20", 3.5 / 4), (-0.01, "10", 0.5 / 4)):
        page.mouse.move(*inside(page, share))
        shows(page, value)
        dot = page.locator(".chart-dot").bounding_box()
        assert dot is not None
        assert dot["x"] + dot["width"] / 2 == pytest.approx(inside(page, middle)[0], abs=1)
        assert dot["y"] + dot["height"] / 2 == pytest.approx(plot(page)["y"] + y_of(page, float(value)), abs=1)


def test_a_row_that_is_no_more_is_no_longer_read(page: Page) -> None:
    mount(page, series=one())
    rows(page, [0, 1, 2], a=[1, 2, 3])
    page.evaluate("chart.setCursor(0)")
    page.mouse.move(*inside(page, 0.98))
    shows(page, "3")
    rows(page, [0, 1], a=[4, 5])
    shows(page, "4")
