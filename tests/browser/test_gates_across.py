"""A unit over a whole text: colours and curves are the trace's numbers, pointing is linked, hostile texts are drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from across_page import MODULES, ROW, TEXT, across, at, backgrounds, cells, flow, palette
from canvases import coloured
from gates_panel import expect_reading, reading, series
from playwright.sync_api import Page, Position, expect
from waiting import wait_until

from tests.test_style import SELECTORS


@pytest.mark.parametrize("theme", SELECTORS)
@pytest.mark.parametrize(("name", "quantity"), [("lstm-toy", "forget"), ("lstm-toy", "cell"), ("gru-toy", "hidden")])
def test_colours_are_the_traces_numbers(
    page: Page, toy: Callable[[str], str], theme: str, name: str, quantity: str
) -> None:
    across(page, toy, name, quantity=quantity, unit={"layer": 0, "index": 7}, theme=theme)
    values = np.array(series(page, quantity, 7))
    assert len(values) == len(TEXT)
    gate = quantity == "forget"
    scale = palette(page, theme)["sequential" if gate else "diverging"]
    high = float(np.abs(values).max()) if quantity == "cell" else 1.0
    share = values if gate else (values + high) / (2 * high)
    expected = [scale[int(np.floor(value * 254 + 0.5))] for value in share]
    drawn = backgrounds(page, cells(page, TEXT))
    assert drawn == expected
    assert len(set(drawn)) > 10
    legend = page.locator(".across-legend .number").all_inner_texts()
    assert legend[2] == (f"{high:.3g}")


def test_wide_characters_are_coloured_whole(page: Page, toy: Callable[[str], str]) -> None:
    text = "床前明月光，疑是地上霜。\n举头望明月"
    across(page, toy, "lstm-toy-chinese", text=text, unit={"layer": 0, "index": 2})
    scale = palette(page, "light")["diverging"]
    expected = [scale[int(np.floor((value + 1) / 2 * 254 + 0.5))] for value in series(page, "hidden", 2)]
    places = cells(page, text)
    assert backgrounds(page, places) == expected
    ends = [(left + width - 3, top, width) for left, top, width in places]
    assert backgrounds(page, ends) == expected


def test_series_follow_edits(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy)
    wrong = page.evaluate(
        f"""async () => {{
          const {{ seriesOf }} = await import("{MODULES}/series.js");
          const wrong = [];
          for (const text of ["The gates", "The gates decide", "The hates decide", "", "€", "The gates decide: now"]) {{
            reading.set({{ text }});
            const cached = seriesOf(reading).values({{ layer: 0, index: 4 }}, "cell");
            const fresh = reading.trace.series(0, "cell", 4);
            if (cached.length !== fresh.length || cached.some((value, t) => value !== fresh[t])) wrong.push(text);
            const largest = fresh.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
            if (seriesOf(reading).largest({{ layer: 0, index: 4 }}, "cell") !== largest) wrong.push(text);
          }}
          return wrong;
        }}"""
    )
    assert wrong == []


def test_pointing_is_linked(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, pinned=[{"layer": 0, "index": 3}])
    flow(page).hover(position=at(page, 30))
    expect_reading(page, hover={"time": 30, "unit": None})
    value = series(page, "hidden", 0)[30]
    said = page.locator(".gates-heat-text .across-says").inner_text()
    assert f"character 31 · unit 0.0, hidden state = {value:.3g}".replace("-", "−") in said
    chips = page.locator(".across-chip output").all_inner_texts()
    assert chips[0] == f"{series(page, 'hidden', 3)[30]:.3g}".replace("-", "−")
    page.mouse.move(5, 5)
    expect_reading(page, hover={"time": None, "unit": None})


def test_a_curve_that_is_pointed_at_colours_the_text(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, pinned=[{"layer": 0, "index": 3}])
    values = series(page, "hidden", 3)
    other = series(page, "hidden", 0)
    step = int(np.argmax(np.abs(np.array(values) - other)))
    space = page.locator(".across-plot-space")
    box = space.bounding_box()
    assert box is not None
    pitch = (box["width"] - 52) / len(TEXT)
    space.hover(position={"x": 44 + (step + 0.5) * pitch, "y": 8 + (1 - values[step]) / 2 * (260 - 48)})
    expect_reading(page, hover={"time": step, "unit": {"layer": 0, "index": 3}})
    expect(page.locator(".gates-heat-text h2")).to_contain_text("Unit 0.3")
    scale = palette(page, "light")["diverging"]
    expected = [scale[int(np.floor((value + 1) / 2 * 254 + 0.5))] for value in values]
    assert backgrounds(page, cells(page, TEXT)) == expected
    page.mouse.move(5, 5)
    expect(page.locator(".gates-heat-text h2")).to_contain_text("Unit 0.0")


def test_a_click_moves_the_cursor_and_a_drag_marks_a_span(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy)
    flow(page).click(position=at(page, 12))
    expect_reading(page, cursor=12, span=None)
    box = flow(page).bounding_box()
    assert box is not None
    start, end = at(page, 25), at(page, 20)
    page.mouse.move(box["x"] + start["x"], box["y"] + start["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + end["x"], box["y"] + end["y"], steps=3)
    page.mouse.up()
    expect_reading(page, cursor=12, span={"from": 20, "to": 25})


def test_shift_and_arrows_mark_a_span(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy)
    page.evaluate("reading.set({ cursor: 10 })")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect_reading(page, cursor=13, span={"from": 10, "to": 13})
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    expect_reading(page, cursor=9, span={"from": 9, "to": 10})
    page.keyboard.press("Shift+End")
    expect_reading(page, span={"from": 10, "to": len(TEXT) - 1})
    page.keyboard.press("ArrowLeft")  # the stepper's
    page.keyboard.press("Shift+Home")
    expect_reading(page, cursor=0, span={"from": 0, "to": 10})
    page.keyboard.press("Escape")
    expect_reading(page, span=None)


@pytest.mark.parametrize("quantity", ["forget", "hidden"])
def test_curves_run_where_the_numbers_are(page: Page, toy: Callable[[str], str], quantity: str) -> None:
    across(page, toy, unit={"layer": 0, "index": 3}, pinned=[{"layer": 0, "index": 3}], quantity=quantity)
    values = np.array(series(page, quantity, 3))
    low = 0 if quantity == "forget" else -1
    pixels = coloured(page.locator(".across-plot canvas").first, "--pin-1")
    width = page.locator(".across-plot").evaluate("(node) => node.clientWidth") - 52
    gentle = [t for t in range(2, len(values) - 2) if np.abs(np.diff(values[t - 1 : t + 2])).max() < 0.15]
    assert len(gentle) > 20  # elsewhere a thin, steep line has no pixel of the full colour
    for step in gentle:
        x = 44 + (step + 0.5) * width / len(values)
        y = 8 + (1 - values[step]) / (1 - low) * (260 - 48)
        assert np.abs(pixels - [x, y]).max(axis=1).min() < 2.5, step


def test_letter_by_letter_shows_the_cursors_part(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, text=TEXT * 5)
    page.evaluate("reading.set({ cursor: 400 })")
    page.get_by_role("button", name="Letter by letter").click()
    expect(page.get_by_role("button", name="Letter by letter")).to_have_attribute("aria-pressed", "true")
    left, width = page.locator(".across-plot").evaluate("(node) => [node.scrollLeft, node.clientWidth - 52]")
    assert left < 400 * 11 < left + width
    page.evaluate("reading.set({ cursor: 10 })")
    assert page.locator(".across-plot").evaluate("(node) => node.scrollLeft") == 0


def test_the_wheel_looks_closer_where_it_is_and_a_double_click_shows_all(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, text=TEXT * 5)
    space, plot = page.locator(".across-plot-space"), page.locator(".across-plot")
    count = reading(page, "length")
    width = plot.evaluate("(node) => node.clientWidth") - 52
    step = count // 2
    place: Position = {"x": 44 + (step + 0.5) * width / count, "y": 100}
    space.hover(position=place)
    page.mouse.wheel(0, -900)
    whole = page.get_by_role("button", name="Whole text")
    expect(whole).to_have_attribute("aria-pressed", "false")
    page.mouse.move(5, 5)
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1 + place["x"], box["y"] + 1 + place["y"])
    wait_until(page, "(step) => Math.abs(reading.hover.time - step) <= 1", arg=step)  # it is still there
    assert plot.evaluate("(node) => node.scrollWidth - 52") > 2 * width
    plot.focus()
    page.keyboard.press("-")
    wait_until(page, "(width) => document.querySelector('.across-plot').scrollWidth - 52 < width", arg=3 * width)
    plot.dblclick(position=place)
    expect(whole).to_have_attribute("aria-pressed", "true")
    assert plot.evaluate("(node) => node.scrollWidth === node.clientWidth")


def test_the_curves_are_there_as_numbers(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, pinned=[{"layer": 0, "index": 3}])
    page.get_by_label("Chart: picture, numbers, open large").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Numbers (CSV)").click()
    head, *rows = caught.value.path().read_text("utf-8-sig").splitlines()
    assert head == "character,0.3,0.0"
    values = np.array([row.split(",") for row in rows], np.float64)
    assert values[:, 0].tolist() == list(range(1, len(TEXT) + 1))
    np.testing.assert_allclose(values[:, 1:].T, [series(page, "hidden", 3), series(page, "hidden", 0)], rtol=1e-6)


def test_six_units_have_six_colours_and_keep_them(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, pinned=[{"layer": 0, "index": index} for index in range(6)], unit={"layer": 0, "index": 9})
    chip = page.locator(".across-chip")
    expect(chip).to_have_count(7)
    expect(chip.nth(6).get_by_role("button").last).to_be_disabled()
    colours_of = "(nodes) => nodes.map((node) => getComputedStyle(node).color)"
    before = page.locator(".across-chip .across-swatch").evaluate_all(colours_of)
    assert len(set(before)) == 7
    chip.nth(1).get_by_role("button", name="Unpin").click()
    expect(chip).to_have_count(6)
    after = page.locator(".across-chip .across-swatch").evaluate_all(colours_of)
    assert after == [before[0], *before[2:]]


@pytest.mark.parametrize("typed", ["99", "", "-1", "1.5"])
def test_a_unit_that_does_not_exist_is_refused(page: Page, toy: Callable[[str], str], typed: str) -> None:
    across(page, toy, unit={"layer": 0, "index": 7})
    field = page.get_by_label("Unit", exact=True)
    field.fill(typed)
    expect(field).to_have_attribute("aria-invalid", "true")
    assert reading(page, "unit") == {"layer": 0, "index": 7}
    field.blur()
    expect(field).to_have_value("7")
    field.fill("23")
    expect_reading(page, unit={"layer": 0, "index": 23})


def test_the_menu_has_the_cells_quantities(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, "gru-toy")
    menu = page.get_by_label("Quantity")
    assert menu.locator("option").all_inner_texts() == ["reset gate", "update gate", "candidate", "hidden state"]
    menu.select_option("update")
    expect_reading(page, quantity="update")


def test_unknown_characters_are_named(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy)
    flow(page).hover(position=at(page, TEXT.index("€")))
    expect(page.locator(".gates-heat-text .across-says")).to_contain_text("“€”, character 32, not in the alphabet")


def test_an_empty_text_is_said_in_words(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, text="")
    expect(page.locator(".gates-heat-text")).to_contain_text("There is no text yet")
    expect(page.locator(".across-flow")).to_be_hidden()
    page.evaluate("reading.set({ text: 'Once' })")
    expect(page.locator(".across-flow")).to_be_visible()
    assert len(set(backgrounds(page, cells(page, "Once")))) > 1


HOSTILE = "".join(map(chr, [0, 8, 27, 127])) + "\u202eabc\u0301 <b>😀</b>\u200d\ufeff\ud83d"


def test_hostile_text_is_drawn(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, text=None)
    page.evaluate("(text) => reading.set({ text })", HOSTILE)
    count = reading(page, "length")
    for step in (0, 4, count - 1):
        page.evaluate("(time) => reading.set({ hover: { time } })", step)
        expect(page.locator(".gates-heat-text .across-says")).to_contain_text(f"character {step + 1}")


def test_a_long_text_scrolls_to_its_cursor(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, text=TEXT * 40)
    page.evaluate("reading.set({ cursor: 0 })")
    assert page.locator(".across-flow").evaluate("(node) => node.scrollTop") == 0
    page.evaluate("reading.set({ cursor: reading.length - 1 })")
    height, top = page.locator(".across-flow").evaluate(
        "(node) => [node.scrollHeight, node.scrollTop + node.clientHeight]"
    )
    assert top > height - 2 * ROW
    size = page.locator(".across-flow canvas").first.evaluate("(canvas) => canvas.height")
    assert size < 600
