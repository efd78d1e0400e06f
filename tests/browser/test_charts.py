"""Line charts: what is drawn is where the numbers are, and the cursor, the hover and the click agree with the rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from canvases import coloured
from chart_page import mount, plot, rows, shows
from playwright.sync_api import Page, expect
from waiting import wait_until

CANVAS = ".chart canvas"


@pytest.fixture
def chart(page: Page) -> Page:
    """A page with an empty chart of two lines."""
    return mount(page)


def test_without_rows_it_says_so(chart: Page) -> None:
    expect(chart.locator(".chart-empty")).to_be_visible()
    shows(chart, "", "")
    rows(chart, [0, 1], a=[1, 2], b=[2, 1])
    expect(chart.locator(".chart-empty")).to_be_hidden()


def test_a_line_runs_where_its_numbers_are(chart: Page) -> None:
    rows(chart, [0, 100, 200], a=[0, 1, 0], b=["NaN"] * 3)
    pixels = coloured(chart.locator(CANVAS), "--real")
    left, right = pixels[:, 0].min(), pixels[:, 0].max()
    top = pixels[pixels[:, 1].argmin()]
    assert abs(top[0] - (left + right) / 2) <= 6  # the peak stands in the middle; a shallow line has pale pixels
    lows = pixels[np.abs(pixels[:, 0] - left) <= 1, 1], pixels[np.abs(pixels[:, 0] - right) <= 1, 1]
    assert abs(lows[0].max() - lows[1].max()) <= 2
    quarter = pixels[np.abs(pixels[:, 0] - (3 * left + right) / 4) <= 1, 1].mean()
    assert abs(quarter - (top[1] + lows[0].max()) / 2) <= 3  # halfway up after a quarter of the way
    assert len(coloured(chart.locator(CANVAS), "--fake")) == 0


def test_a_value_that_is_not_a_number_breaks_the_line(chart: Page) -> None:
    x = list(range(11))
    rows(chart, x, a=[0.0] * 11, b=[1.0] * 11)
    whole = np.unique(coloured(chart.locator(CANVAS), "--real")[:, 0])
    rows(chart, x, a=[0.0] * 4 + ["NaN", "Infinity", "NaN"] + [0.0] * 4, b=[1.0] * 11)
    broken = np.unique(coloured(chart.locator(CANVAS), "--real")[:, 0])
    assert np.diff(whole).max() == 1
    assert np.diff(broken).max() > 0.3 * (whole[-1] - whole[0])  # from the 4th to the 8th of eleven


def test_the_cursor_shows_the_nearest_row_and_hovering_gives_it_back(chart: Page) -> None:
    rows(chart, [0, 1000, 2000], a=[0.5, 1.25, -2], b=[1e-5, "NaN", 123456])
    chart.evaluate("chart.setCursor(1100)")
    shows(chart, "1.25", "–")
    expect(chart.locator(".chart-at")).to_have_text("iteration 1\u202f000")
    box = plot(chart)
    chart.mouse.move(box["x"] + box["width"] - 12, box["y"] + 40)
    shows(chart, "−2", "1.2·10⁵")
    chart.mouse.move(box["x"] + 60, box["y"] + 40)
    shows(chart, "0.5", "10⁻⁵")
    chart.mouse.move(box["x"], box["y"] + box["height"] + 200)
    shows(chart, "1.25", "–")


def test_clicking_and_dragging_choose_rows(chart: Page) -> None:
    rows(chart, [0, 10, 20, 30, 40], a=[1, 2, 3, 4, 5], b=[5, 4, 3, 2, 1])
    box = plot(chart)
    first, last, y = box["x"] + 52, box["x"] + box["width"] - 10, box["y"] + 50
    chart.mouse.click(first + 0.27 * (last - first), y)
    wait_until(chart, "String(chosen) === '10'")
    chart.mouse.move(first, y)
    chart.mouse.down()
    chart.mouse.move(last, y, steps=4)
    chart.mouse.up()
    wait_until(chart, "String(chosen) === '10,0,10,20,30,40'")


def test_a_logarithmic_axis_spaces_decades_evenly_and_counts_what_it_leaves_out(page: Page) -> None:
    mount(page, y={"log": False})
    rows(page, [0, 1, 2], a=[1, 10, 100], b=[0, -1, "NaN"])
    page.get_by_role("button", name="log").click()
    pixels = coloured(page.locator(CANVAS), "--real")
    left, right = pixels[:, 0].min(), pixels[:, 0].max()
    middle = pixels[np.abs(pixels[:, 0] - (left + right) / 2) <= 1, 1].mean()
    assert abs(middle - (pixels[:, 1].min() + pixels[:, 1].max()) / 2) <= 2
    expect(page.locator(".chart-beyond")).to_contain_text("2 values below it stand in the strip.")


def test_the_floor_is_drawn_and_named(page: Page) -> None:
    mount(page, floor={"value": 0.5, "low": 0.4, "high": 0.7, "label": "Two real samples"})
    rows(page, [0, 1], a=[0, 0], b=[1, 1])
    expect(page.locator(".chart-floor")).to_have_text("Two real samples0.5 (0.4 to 0.7)")
    real, fake = (
        coloured(page.locator(CANVAS), "--real")[:, 1].mean(),
        coloured(page.locator(CANVAS), "--fake")[:, 1].mean(),
    )
    dashes = coloured(page.locator(CANVAS), "--text-soft")
    inside = dashes[(dashes[:, 0] > 60) & (dashes[:, 1] < real - 4) & (dashes[:, 1] > fake + 4)]
    assert abs(inside[:, 1].mean() - (real + fake) / 2) <= 1.5
    page.evaluate("chart.setFloor(null)")
    expect(page.locator(".chart-floor")).to_be_hidden()


def test_one_row_is_a_mark(chart: Page) -> None:
    rows(chart, [7], a=[3], b=["NaN"])
    assert len(coloured(chart.locator(CANVAS), "--real")) >= 9
    chart.evaluate("chart.setCursor(7)")
    shows(chart, "3", "–")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.5, "−0.5"),
        (0.00321, "0.00321"),
        (0.0002, "2·10⁻⁴"),
        (-1e-7, "−1·10⁻⁷"),
        (99999, "100000"),
        (123456, "1.2·10⁵"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ],
)
def test_numbers_read_well(runtime: Page, value: float, text: str) -> None:
    script = "async (value) => (await import('/browser/charts/axis.js')).readable(Number(value))"
    assert runtime.evaluate(script, {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, str(value))) == text


def test_the_nearest_row_is_found(runtime: Page) -> None:
    script = "async ([x, v]) => (await import('/browser/charts/axis.js')).nearestRow(x, v)"
    asked = [-5, 0, 1, 2, 3, 6, 7, 8, 100]
    assert [runtime.evaluate(script, [[0, 3, 10], value]) for value in asked] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert runtime.evaluate(script, [[], 3]) == -1


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.2, 0.41, ["0.2", "0.3", "0.4"]),
        (0.3, 2.2, ["0.5", "1", "1.5", "2"]),
        (0.001, 50, ["0.001", "0.1", "10"]),
    ],
)
def test_ticks_of_a_logarithmic_axis_are_round_and_in_their_places(
    runtime: Page, low: float, high: float, texts: list[str]
) -> None:
    script = "async (range) => (await import('/browser/charts/axis.js')).axisTicks(range, 4, true)"
    found = runtime.evaluate(script, {"low": math.log10(low) - 1e-9, "high": math.log10(high) + 1e-9})
    assert [each["text"] for each in found] == texts
    assert [each["place"] for each in found] == pytest.approx([math.log10(float(text)) for text in texts])
