"""What a chart begins with, and how one looks closer: wheel, drag, fingers and keys, and the way back."""

from __future__ import annotations

import math
import re

import pytest
from chart_page import inside, mount, plot, rows, seen, shows
from playwright.sync_api import CDPSession, Page, expect
from waiting import wait_until

COUNT = 101
X = list(range(COUNT))
RISING = [float(x) for x in X]


@pytest.fixture
def ramp(page: Page) -> Page:
    """A chart of 101 rows from 0 to 100 whose values are their x, and 100 − x; a press chooses rows."""
    mount(page)
    rows(page, X, a=RISING, b=RISING[::-1])
    return page


def wait_for_window(page: Page, low: float, high: float, tolerance: float = 1.5) -> None:
    wait_until(
        page,
        """([low, high, tolerance]) => {
          const { x } = chart.describe().seen;
          return Math.abs(x.low - low) <= tolerance && Math.abs(x.high - high) <= tolerance;
        }""",
        arg=[low, high, tolerance],
    )


def point_at(page: Page, share: float) -> None:
    """Move there as a hand does, in steps."""
    x, y = inside(page, share)
    page.mouse.move(x - 30, y)
    page.mouse.move(x, y, steps=3)


def test_the_wheel_zooms_about_the_pointer_and_a_double_click_gives_all_back(ramp: Page) -> None:
    assert seen(ramp) == (0, 100)
    point_at(ramp, 0.25)
    shows(ramp, "25", "75")
    ramp.mouse.wheel(0, -500)
    wait_until(ramp, "chart.describe().seen.x.high < 60")
    low, high = seen(ramp)
    assert (25 - low) / (high - low) == pytest.approx(0.25, abs=0.01), "what is under the pointer stays there"
    shows(ramp, "25", "75")
    values_low, values_high = seen(ramp, "y")
    assert values_low < 20, "the axis of values holds what is seen"
    assert values_high > 80
    back = ramp.get_by_role("button", name="show all")
    expect(back).to_be_visible()
    ramp.mouse.dblclick(*inside(ramp, 0.5))
    wait_for_window(ramp, 0, 100, 0)
    expect(back).to_be_hidden()


def test_a_chart_that_passes_under_the_pointer_lets_the_page_scroll(ramp: Page) -> None:
    ramp.evaluate("document.body.style.cssText = 'padding-block: 1200px 3000px'")
    ramp.mouse.move(400, 300)
    for _ in range(12):
        ramp.mouse.wheel(0, 250)
    wait_until(ramp, "scrollY > 2000")
    assert seen(ramp) == (0, 100)


def test_a_drag_selects_what_to_see_where_nothing_is_chosen_by_pressing(page: Page) -> None:
    mount(page, seeks=False)
    rows(page, X, a=RISING, b=RISING)
    page.mouse.move(*inside(page, 0.2))
    page.mouse.down()
    page.mouse.move(*inside(page, 0.6), steps=5)
    expect(page.locator(".chart-selection")).to_be_visible()
    page.mouse.up()
    wait_for_window(page, 20, 60)
    expect(page.locator(".chart-selection")).to_be_hidden()
    low, high = seen(page, "y")
    assert (low, high) == pytest.approx((20, 60), abs=3), "the axis of values fits what is seen"
    page.get_by_role("button", name="show all").click()
    wait_for_window(page, 0, 100, 0)


def test_with_shift_a_drag_selects_where_a_press_chooses(ramp: Page) -> None:
    ramp.keyboard.down("Shift")
    ramp.mouse.move(*inside(ramp, 0.5))
    ramp.mouse.down()
    ramp.mouse.move(*inside(ramp, 0.9), steps=5)
    ramp.mouse.up()
    ramp.keyboard.up("Shift")
    wait_for_window(ramp, 50, 90)
    assert ramp.evaluate("chosen.length") == 0
    ramp.mouse.click(*inside(ramp, 0.5))
    wait_until(ramp, "chosen.length === 1")
    assert ramp.evaluate("chosen[0]") == pytest.approx(70, abs=1), "a press means what is seen there"


def test_keys_read_zoom_and_go_back(ramp: Page) -> None:
    ramp.locator(".chart-plot").focus()
    for key, value in (("ArrowRight", 0), ("ArrowRight", 1), ("End", 100), ("ArrowLeft", 99), ("Home", 0)):
        ramp.keyboard.press(key)
        shows(ramp, str(value), str(100 - value))
    for _ in range(5):
        ramp.keyboard.press("Shift+ArrowRight")
    shows(ramp, "50", "50")
    expect(ramp.locator(".chart [role=status]")).to_have_text("iteration 50, First50, Second50")
    ramp.keyboard.press("+")
    wait_for_window(ramp, 100 / 6, 100 - 100 / 6, 0.01)
    ramp.keyboard.press("-")
    wait_for_window(ramp, 0, 100, 0)
    ramp.keyboard.press("+")
    ramp.keyboard.press("End")
    wait_for_window(ramp, 100 / 3, 100, 0.01)
    ramp.keyboard.press("Escape")
    wait_for_window(ramp, 0, 100, 0)
    assert ramp.evaluate("chosen.length") == 0
    ramp.keyboard.press("Enter")
    wait_until(ramp, "String(chosen) === '100'")


def test_keys_that_mean_nothing_to_a_chart_are_left_to_the_view(ramp: Page) -> None:
    ramp.evaluate("window.heard = []; document.body.addEventListener('keydown', ({ key }) => heard.push(key))")
    ramp.locator(".chart-plot").focus()
    for key in (" ", "ArrowRight", "PageDown", "+", "Escape", "Escape"):
        ramp.keyboard.press(key)
    wait_until(ramp, "String(heard) === ' ,PageDown,Escape'")


def fingers(session: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_two_fingers_zoom_and_one_reads(page: Page) -> None:
    mount(page, seeks=False)
    rows(page, X, a=RISING, b=RISING)
    session = page.context.new_cdp_session(page)
    left, right = inside(page, 0.4), inside(page, 0.6)
    fingers(session, "touchStart", left)
    shows(page, "40", "40")
    fingers(session, "touchStart", left, right)
    fingers(session, "touchMove", inside(page, 0.3), right)
    fingers(session, "touchMove", inside(page, 0.3), inside(page, 0.7))
    fingers(session, "touchEnd")
    wait_until(page, "(({ low, high }) => high - low < 60 && high - low > 40)(chart.describe().seen.x)")


def test_what_is_under_each_finger_stays_under_it(page: Page) -> None:
    mount(page, seeks=False)
    rows(page, X, a=RISING, b=RISING)
    session = page.context.new_cdp_session(page)
    left, right = inside(page, 0.4), inside(page, 0.6)
    fingers(session, "touchStart", left)
    fingers(session, "touchStart", left, right)
    fingers(session, "touchMove", inside(page, 0.2), right)
    wait_for_window(page, 30, 80)
    fingers(session, "touchMove", inside(page, 0.2), inside(page, 0.5))
    wait_for_window(page, 40 - 40 / 3, 60 + 100 / 3)
    fingers(session, "touchEnd")


def test_the_wheel_sideways_or_with_shift_moves_the_window_as_far_as_there_is_something(ramp: Page) -> None:
    ramp.evaluate("chart.setCursor(50)")
    ramp.locator(".chart-plot").focus()
    for _ in range(4):
        ramp.keyboard.press("+")
    width = 100 / 1.5**4
    wait_for_window(ramp, 50 - width / 2, 50 + width / 2, 0.01)
    point_at(ramp, 0.5)
    step = plot(ramp)["width"] / 2
    ramp.mouse.wheel(step, 0)
    wait_for_window(ramp, 50, 50 + width, 0.01)
    ramp.keyboard.down("Shift")
    ramp.mouse.wheel(0, -step)
    ramp.keyboard.up("Shift")
    wait_for_window(ramp, 50 - width / 2, 50 + width / 2, 0.01)
    ramp.mouse.wheel(20 * step, 0)
    wait_for_window(ramp, 100 - width, 100, 0.01)
    ramp.mouse.move(*inside(ramp, 0))
    ramp.mouse.wheel(0, 200)
    wider = width * math.exp(200 * 0.0016)
    wait_for_window(ramp, 100 - wider, 100, 0.01)


def test_a_bin_that_begins_outside_the_window_is_seen_as_high_as_it_is(page: Page) -> None:
    mount(page, seeks=False, series=[{"key": "a", "label": "Share", "colour": "--real", "kind": "steps"}])
    rows(page, [0, 10, 20], a=[5, 1])
    page.mouse.move(*inside(page, 0.25))
    page.mouse.down()
    page.mouse.move(*inside(page, 0.75), steps=5)
    page.mouse.up()
    wait_for_window(page, 5, 15, 0.2)
    assert seen(page, "y")[1] >= 5


def test_the_cursor_is_shown_where_it_can_be_seen(ramp: Page) -> None:
    ramp.evaluate("chart.setCursor(90)")
    cursor = ramp.locator(".chart-cursor:not(.chart-ghost)")
    expect(cursor).to_be_visible()
    point_at(ramp, 0.1)
    ramp.mouse.wheel(0, -500)
    wait_until(ramp, "chart.describe().seen.x.high < 80")
    expect(cursor).to_be_hidden()
    ramp.keyboard.press("Escape")


def test_what_lies_far_beyond_is_counted_and_named_and_shown_when_asked_for(page: Page) -> None:
    mount(page)
    curve = [-50_000.0, -9_000.0, -700.0] + [-200 + x / 2 for x in range(98)]
    rows(page, X, a=curve, b=["NaN"] * COUNT)
    low, high = seen(page, "y")
    assert -260 < low < -200
    assert high == pytest.approx(-151.5, abs=10)
    words = page.locator(".chart-beyond")
    expect(words).to_contain_text("3 values lie below this range, down to −50000.")
    words.get_by_role("button", name="Show all").click()
    wait_until(page, "chart.describe().seen.y.low < -50000")
    expect(words).not_to_contain_text("below")
    words.get_by_role("button", name="Show what can be read").click()
    wait_until(page, "chart.describe().seen.y.low > -300")


def test_values_that_crowd_in_little_room_lie_beyond_too(page: Page) -> None:
    """Moments of training are dense at its start."""
    mount(page)
    steps = [0, 1, 2, 4, 8, 16, 32, 64, *range(1000, 20_001, 1000)]
    curve = [-9000.0 + 500 * i for i in range(8)] + [-120.0 + i for i in range(20)]
    rows(page, steps, a=curve, b=["NaN"] * len(steps))
    assert seen(page, "y")[0] > -160
    expect(page.locator(".chart-beyond")).to_contain_text("8 values lie below this range, down to −9000.")


@pytest.mark.parametrize(
    ("curve", "why"),
    [
        ([float(x) for x in range(20)], "a slope has no exceptions"),
        ([-50_000.0, 1.0, 2.0, 3.0, 4.0], "so few values have no rest"),
        ([0.0] * 10 + [1.0] * 10, "half of them is no exception"),
        ([5.0] * 19 + [6.0], "a rest without a span has none to compare with"),
    ],
)
def test_what_is_no_exception_is_shown(page: Page, curve: list[float], why: str) -> None:
    mount(page)
    rows(page, list(range(len(curve))), a=curve, b=["NaN"] * len(curve))
    low, high = seen(page, "y")
    assert low <= min(curve), why
    assert high >= max(curve), why
    expect(page.locator(".chart-beyond")).to_be_hidden()


def test_a_held_range_is_held_whole(page: Page) -> None:
    mount(page, y={"range": [0, 1]})
    rows(page, X, a=[0.5] * COUNT, b=["NaN"] * COUNT)
    low, high = seen(page, "y")
    assert low <= 0
    assert high >= 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "1 value lies above this range, up to 1000. Show all"),
        ("zh", "有 1 个值高于此范围，最高 1000。 显示全部"),
    ],
)
def test_words_are_in_both_languages(page: Page, language: str, words: str) -> None:
    mount(page, language=language)
    rows(page, X, a=[1000.0] + [x / 100 for x in range(100)], b=["NaN"] * COUNT)
    expect(page.locator(".chart-beyond")).to_have_text(words)
    label = page.locator(".chart canvas").get_attribute("aria-label")
    assert label is not None
    assert re.search(r"First(: 0 to 1000|：0 至 1000)", label)


def test_the_value_of_a_bin_and_of_a_bar_is_under_the_pointer(page: Page) -> None:
    kinds = [{"key": "a", "label": "Share", "colour": "--real", "kind": "steps"}]
    mount(page, seeks=False, series=kinds)
    rows(page, [0, 1, 3, 4], a=[10, 30, 20])
    for share, value, place in ((0.1, "10", "0 … 1"), (0.5, "30", "1 … 3"), (0.9, "20", "3 … 4")):
        page.mouse.move(*inside(page, share))
        shows(page, value)
        expect(page.locator(".chart-at")).to_have_text(f"iteration {place}")
    assert seen(page, "y")[0] == 0, "areas rise from zero"


def test_a_bar_is_as_high_as_its_value_and_has_its_name(page: Page) -> None:
    mount(page, seeks=False, series=[{"key": "a", "label": "KL", "colour": "--real", "kind": "bars"}])
    rows(page, [0, 1, 2], labels=["z₃", "z₁", "z₂"], a=[3, 2, 0.5])
    page.mouse.move(*inside(page, 0.5))
    shows(page, "2")
    expect(page.locator(".chart-at")).to_have_text("iteration z₁")


def test_a_point_is_read_in_both_directions(page: Page) -> None:
    series = [{"key": "a", "label": "Models", "colour": "--real", "kind": "points"}]
    mount(page, series=series, y={"label": "distortion"}, x={"label": "rate", "log": True})
    rows(page, [1, 10, 100], labels=["β = 4", "β = 1", "β = 0"], a=[300, 200, 100])
    low, high = seen(page)
    assert (low, high) == pytest.approx((0, 2), abs=0.1), "a logarithmic axis counts in decades"
    box = plot(page)
    for label, value in (("β = 1", 200), ("β = 0", 100)):
        x, y = page.evaluate(
            """([label]) => {
              const { rows, columns, labels, seen } = chart.describe();
              const row = labels.indexOf(label), box = chart.plot.getBoundingClientRect();
              const across = (Math.log10(rows[row]) - seen.x.low) / (seen.x.high - seen.x.low);
              const up = (columns.a[row] - seen.y.low) / (seen.y.high - seen.y.low);
              return [56 + across * (box.width - 68), box.height - 38 - up * (box.height - 46)];
            }""",
            [label],
        )
        page.mouse.move(box["x"] + x + 3, box["y"] + y - 3)
        shows(page, str(value))
        expect(page.locator(".chart-at")).to_contain_text(label)
    page.mouse.move(box["x"] + x + 3, box["y"] + 12)
    shows(page, "")


def test_a_cell_is_read_chosen_and_zoomed_in_both_directions(page: Page) -> None:
    heat = {"lines": 2, "low": -1, "high": 1}
    series = [{"key": "a", "label": "State", "colour": "--heat-positive", "kind": "heat", "heat": heat}]
    mount(page, series=series, x={"label": "step"}, y={"label": "unit"})
    rows(page, [0, 1, 2, 4], ["1", "2", "3"], a=[0.1, 0.2, 0.3, -0.4, -0.5, -0.6])
    for share, height, value, place in ((0.1, 0.2, "0.1", "unit 0 · step 1"), (0.9, 0.6, "−0.6", "unit 1 · step 3")):
        page.mouse.move(*inside(page, share, height))
        shows(page, value)
        expect(page.locator(".chart-at")).to_have_text(place)
    page.mouse.click(*inside(page, 0.3, 0.6))
    wait_until(page, "String(chosen) === '1'")
    page.locator(".chart-plot").focus()
    page.evaluate("chart.setCell(0)")
    page.mouse.move(0, 0)
    for key, value in (("ArrowDown", "−0.4"), ("ArrowRight", "−0.5"), ("ArrowUp", "0.2"), ("End", "−0.6")):
        page.keyboard.press(key)
        shows(page, value)
    point_at(page, 0.5)
    page.mouse.wheel(0, -300)
    wait_until(page, "(({ x, y }) => x.high - x.low < 4 && y.high - y.low < 2)(chart.describe().seen)")
    page.keyboard.press("Escape")
    wait_for_window(page, 0, 4, 0)
