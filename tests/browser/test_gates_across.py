"""A unit over a whole text: readable colours, lines that wrap, and numbers that are the trace's."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from gates_panels import open_panels, reading, series
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect
from recurrent_toys import toy_language
from site_server import Site

from tests.test_style import SELECTORS, VISION, colours, contrast, lab, linear

MODULES = "/browser/views/gates/across"


def palette(runtime: Page, theme: str) -> dict[str, list[str]]:
    """Both scales as #rrggbb, from the theme's own variables."""
    named = colours(theme)
    ends = {
        "ink": named["text"],
        "ground": named["panel"],
        "negative": named["heat-negative"],
        "positive": named["heat-positive"],
    }
    made: Any = runtime.evaluate(
        f"""async (ends) => (await import("{MODULES}/scale.js")).createPalette(ends)""",
        ends,
    )
    return {
        name: ["#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)) for colour in made[name]]
        for name in ("sequential", "diverging")
    }


@pytest.mark.parametrize("theme", SELECTORS)
def test_text_is_readable_on_every_colour(runtime: Page, theme: str) -> None:
    ink = colours(theme)["text"]
    scales = palette(runtime, theme)
    assert {name: len(scale) for name, scale in scales.items()} == {"sequential": 255, "diverging": 255}
    weak = [(name, colour) for name, scale in scales.items() for colour in scale if contrast(ink, colour) < 4.5]
    assert weak == []


@pytest.mark.parametrize("theme", SELECTORS)
def test_scales_start_at_the_ground_and_end_at_the_ends(runtime: Page, theme: str) -> None:
    named, scales = colours(theme), palette(runtime, theme)
    assert (scales["sequential"][0], scales["sequential"][-1]) == (named["panel"], named["heat-positive"])
    signed = scales["diverging"]
    assert (signed[0], signed[127], signed[-1]) == (named["heat-negative"], named["panel"], named["heat-positive"])


@pytest.mark.parametrize("theme", SELECTORS)
def test_a_larger_value_is_further_from_the_ground(runtime: Page, theme: str) -> None:
    for scale in (palette(runtime, theme)["sequential"], palette(runtime, theme)["diverging"][127:]):
        points = np.array([lab(linear(colour)) for colour in scale])
        distance = np.linalg.norm(points - points[0], axis=1)
        assert distance[-1] > 40
        assert np.all(np.diff(distance[::16]) > 1)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", SELECTORS)
def test_the_signs_are_told_apart(runtime: Page, theme: str, vision: str) -> None:
    signed = palette(runtime, theme)["diverging"]
    seen = [lab(VISION[vision] @ linear(signed[level])) for level in (63, 191)]
    assert np.linalg.norm(seen[0] - seen[1]) > 20


def test_levels_follow_the_quantitys_range(runtime: Page) -> None:
    levels: Any = runtime.evaluate(
        f"""async () => {{
          const {{ createScale }} = await import("{MODULES}/scale.js");
          const colours = {{ sequential: [], diverging: [], ink: "" }};
          const at = (name, largest, values) => {{
            const scale = createScale(name, largest, colours);
            return [scale.low, scale.high, ...values.map(scale.level)];
          }};
          return [at("forget", 9, [0, 0.5, 1, 2, -1, NaN]), at("hidden", 9, [-1, 0, 1]), at("cell", 4, [-4, -2, 0, 4]),
            at("cell", 0, [0])];
        }}"""
    )
    assert levels == [
        [0, 1, 0, 127, 254, 254, 0, -1],
        [-1, 1, 0, 127, 254],
        [-4, 4, 0, 64, 127, 254],
        [-1e-6, 1e-6, 127],
    ]


WRAP = f"""async ([text, width]) => {{
  const {{ wrap }} = await import("{MODULES}/lines.js");
  const characters = [...text];
  const {{ count, starts, columns, widths }} = wrap(characters, width);
  const lines = Array.from({{ length: count }}, (_, i) => characters.slice(starts[i], starts[i + 1]).join(""));
  return {{ lines, columns: [...columns], widths: [...widths], last: starts[count] }};
}}"""


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 8, [""]),
        ("one two three", 8, ["one two ", "three"]),
        ("one two  three", 7, ["one two ", " three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a abcdefgh", 4, ["a ", "abcd", "efgh"]),
        ("a\n\nb\n", 4, ["a\n", "\n", "b\n"]),
        ("abcd\nef", 4, ["abcd\n", "ef"]),
        ("春眠不觉晓", 4, ["春眠", "不觉", "晓"]),
        ("a春眠b", 4, ["a春", "眠b"]),
        ("😀😀", 2, ["😀", "😀"]),
    ],
)
def test_text_wraps(runtime: Page, text: str, width: int, lines: list[str]) -> None:
    made = runtime.evaluate(WRAP, [text, width])
    assert made["lines"] == lines
    assert made["last"] == len(text)


def test_every_character_has_cells_of_its_own(runtime: Page) -> None:
    text = "".join(np.random.default_rng(0).choice(list("ab c\nd春晓，e"), 400))
    made = runtime.evaluate(WRAP, [text, 17])
    assert "".join(made["lines"]) == text
    start = 0
    for line in made["lines"]:
        columns, widths = (made[key][start : start + len(line)] for key in ("columns", "widths"))
        assert columns == np.cumsum([0, *widths[:-1]]).tolist()
        assert columns[-1] + widths[-1] <= (18 if line[-1] in " \n" else 17)
        start += len(line)


def test_a_place_names_its_character(runtime: Page) -> None:
    places = runtime.evaluate(
        f"""async () => {{
          const {{ wrap, lineOf, characterAt }} = await import("{MODULES}/lines.js");
          const lines = wrap([..."ab春\\ncd"], 4);
          const at = [[0, 0.5], [0, 2.1], [0, 3.9], [0, 9], [1, 1.2], [1, 7], [2, 0], [-1, 0], [0, -1]];
          const characters = at.map(([line, column]) => characterAt(lines, line, column));
          return [[0, 2, 3, 4, 5].map((i) => lineOf(lines, i)), characters];
        }}"""
    )
    assert places == [[0, 0, 0, 1, 1], [0, 2, 2, 3, 5, 5, None, None, None]]


TEXT = "The gates decide:\n\tone lets in €, one lets the old go (or not).\n" * 3
ROW = 23


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Callable[[str], str]:
    """Writes and serves a toy once; gives its URL."""

    @cache
    def serve(name: str) -> str:
        return site.mount(f"across-{name}", toy_language(tmp_path_factory.mktemp("across") / name, name))

    return serve


def across(page: Page, toy: Callable[[str], str], name: str = "lstm-toy", **options: Any) -> Page:
    open_panels(page, toy(name), "heat-text", "unit-curves", **{"text": TEXT, **options})
    return page


def cells(page: Page, text: str) -> list[tuple[float, float, float]]:
    """Where each character is drawn (left, top, width), from the same wrapping, in CSS pixels of the canvas."""
    found: list[tuple[float, float, float]] = page.evaluate(
        f"""async (text) => {{
          const {{ wrap, lineOf }} = await import("{MODULES}/lines.js");
          const node = document.querySelector(".across-flow");
          const context = document.createElement("canvas").getContext("2d");
          context.font = "14px " + getComputedStyle(node).getPropertyValue("--font-number").trim();
          const pitch = context.measureText("0").width;
          const lines = wrap([...text], Math.max(2, Math.floor(node.clientWidth / pitch) - 1));
          return [...text].map((_, t) =>
            [lines.columns[t] * pitch, lineOf(lines, t) * {ROW} - node.scrollTop, lines.widths[t] * pitch]);
        }}""",
        text,
    )
    return found


def backgrounds(page: Page, places: list[tuple[float, float, float]]) -> list[str]:
    """The colour in the upper left of each place, where no glyph reaches, as #rrggbb."""
    found: list[str] = page.evaluate(
        """(places) => {
          const canvas = document.querySelector(".across-flow canvas");
          const context = canvas.getContext("2d");
          return places.map(([left, top]) => {
            const [r, g, b] = context.getImageData(Math.round(left) + 1, Math.round(top) + 2, 1, 1).data;
            return "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("");
          });
        }""",
        places,
    )
    return found


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


def test_a_repaint_touches_what_changed(runtime: Page) -> None:
    counts = runtime.evaluate(
        f"""async () => {{
          const [{{ Cells, createGrid, place }}, {{ createScale }}] = await Promise.all(
            ["cells", "scale"].map((name) => import(`{MODULES}/${{name}}.js`)));
          const colours = Array.from({{ length: 255 }}, (_, level) => `rgb(${{level}} 0 0)`);
          const scale = createScale("forget", 1, {{ sequential: colours, diverging: colours, ink: "black" }});
          const look = {{ font: "14px monospace", pitch: 8, row: 20, soft: "grey" }};
          const cells = new Cells(Object.assign(document.createElement("canvas"), {{ width: 80, height: 40 }}));
          const grid = (characters) => {{
            const made = createGrid(2, 10);
            characters.forEach(([slot, character, level]) =>
              place(made, slot, character, {{ wide: character === "春", unknown: false, level }}));
            return made;
          }};
          const first = [[0, "a", 3], [1, "b", 4], [2, "春", 5]];
          const recoloured = [[0, "a", 3], [1, "b", 9], [2, "春", 5]];
          return [first, first, [...first, [4, "c", 6]], recoloured, [[0, "a", 3], [2, "x", 5]]]
            .map((characters) => cells.paint(grid(characters), scale, look));
        }}"""
    )
    assert counts == [20, 0, 1, 2, 3]  # everything; nothing; a new one; one gone, one recoloured; one gone, two halves


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


def at(page: Page, step: int) -> dict[str, float]:
    """The middle of a character of the heat text, in pixels of its space."""
    left, top, width = cells(page, reading(page, "text"))[step]
    return {"x": left + width / 2, "y": top + ROW / 2}


def flow(page: Page) -> Locator:
    return page.locator(".across-flow-space").first


def test_pointing_is_linked(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, pinned=[{"layer": 0, "index": 3}])
    flow(page).hover(position=at(page, 30))
    assert reading(page, "hover") == {"time": 30, "unit": None}
    value = series(page, "hidden", 0)[30]
    said = page.locator(".gates-heat-text .across-says").inner_text()
    assert f"character 31 · unit 0.0, hidden state = {value:.3g}".replace("-", "−") in said
    chips = page.locator(".across-chip output").all_inner_texts()
    assert chips[0] == f"{series(page, 'hidden', 3)[30]:.3g}".replace("-", "−")
    page.mouse.move(5, 5)
    assert reading(page, "hover")["time"] is None


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
    assert reading(page, "hover") == {"time": step, "unit": {"layer": 0, "index": 3}}
    expect(page.locator(".gates-heat-text h2")).to_contain_text("Unit 0.3")
    scale = palette(page, "light")["diverging"]
    expected = [scale[int(np.floor((value + 1) / 2 * 254 + 0.5))] for value in values]
    assert backgrounds(page, cells(page, TEXT)) == expected
    page.mouse.move(5, 5)
    expect(page.locator(".gates-heat-text h2")).to_contain_text("Unit 0.0")


def test_a_click_moves_the_cursor_and_a_drag_marks_a_span(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy)
    flow(page).click(position=at(page, 12))
    assert reading(page, "cursor", "span") == [12, None]
    box = flow(page).bounding_box()
    assert box is not None
    start, end = at(page, 25), at(page, 20)
    page.mouse.move(box["x"] + start["x"], box["y"] + start["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + end["x"], box["y"] + end["y"], steps=3)
    page.mouse.up()
    assert reading(page, "cursor", "span") == [12, {"from": 20, "to": 25}]


def test_shift_and_arrows_mark_a_span(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy)
    page.evaluate("reading.set({ cursor: 10 })")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    assert reading(page, "cursor", "span") == [13, {"from": 10, "to": 13}]
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    assert reading(page, "cursor", "span") == [9, {"from": 9, "to": 10}]
    page.keyboard.press("Shift+End")
    assert reading(page, "span") == {"from": 10, "to": len(TEXT) - 1}
    page.keyboard.press("ArrowLeft")  # the stepper's
    assert reading(page, "span") == {"from": 10, "to": len(TEXT) - 1}
    page.keyboard.press("Escape")
    assert reading(page, "span") is None


def coloured(page: Page, variable: str) -> NDArray[np.float64]:
    """Pixels (N, 2: x, y in CSS pixels) of the curves that have a colour of the style sheet."""
    found: Any = page.evaluate(
        """(name) => {
          const canvas = document.querySelector(".across-plot canvas");
          const [, r, g, b] = getComputedStyle(canvas).getPropertyValue(name).trim()
            .match(/#(..)(..)(..)/).map((part) => parseInt(part, 16));
          const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const hits = [];
          for (let i = 0; i < data.length; i += 4) {
            const far = Math.max(Math.abs(data[i] - r), Math.abs(data[i + 1] - g), Math.abs(data[i + 2] - b));
            if (data[i + 3] > 200 && far < 8) hits.push([(i / 4) % width, Math.floor(i / 4 / width)]);
          }
          return hits;
        }""",
        variable,
    )
    return np.array(found, np.float64).reshape(-1, 2)


@pytest.mark.parametrize("quantity", ["forget", "hidden"])
def test_curves_run_where_the_numbers_are(page: Page, toy: Callable[[str], str], quantity: str) -> None:
    across(page, toy, unit={"layer": 0, "index": 3}, pinned=[{"layer": 0, "index": 3}], quantity=quantity)
    values = np.array(series(page, quantity, 3))
    low = 0 if quantity == "forget" else -1
    pixels = coloured(page, "--pin-1")
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
    left, width = page.locator(".across-plot").evaluate("(node) => [node.scrollLeft, node.clientWidth - 52]")
    assert left < 400 * 11 < left + width
    page.evaluate("reading.set({ cursor: 10 })")
    assert page.locator(".across-plot").evaluate("(node) => node.scrollLeft") == 0


def test_thinning_keeps_every_extreme(runtime: Page) -> None:
    values = np.random.default_rng(5).normal(size=5000)
    kept = runtime.evaluate(
        f"""async (values) => (await import("{MODULES}/strip.js")).telling(values, 0, values.length - 1, 0.1)""",
        values.tolist(),
    )
    assert kept == sorted(kept)
    assert len(kept) <= 4 * 500
    thin = values[kept]
    columns = np.floor(np.array(kept) * 0.1)
    for column in (0, 77, 499):
        whole = values[np.floor(np.arange(5000) * 0.1) == column]
        part = thin[columns == column]
        assert (part.min(), part.max()) == (whole.min(), whole.max())


def test_six_units_have_six_colours_and_keep_them(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, pinned=[{"layer": 0, "index": index} for index in range(6)], unit={"layer": 0, "index": 9})
    chip = page.locator(".across-chip")
    expect(chip).to_have_count(7)
    expect(chip.nth(6).get_by_role("button").last).to_be_disabled()
    colours_of = "(nodes) => nodes.map((node) => getComputedStyle(node).color)"
    before = page.locator(".across-chip .across-swatch").evaluate_all(colours_of)
    assert len(set(before)) == 7
    chip.nth(1).get_by_role("button", name="Unpin").click()
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
    assert reading(page, "unit") == {"layer": 0, "index": 23}


def test_the_menu_has_the_cells_quantities(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy, "gru-toy")
    menu = page.get_by_label("Quantity")
    assert menu.locator("option").all_inner_texts() == ["reset gate", "update gate", "candidate", "hidden state"]
    menu.select_option("update")
    assert reading(page, "quantity") == "update"


def test_unknown_characters_are_named(page: Page, toy: Callable[[str], str]) -> None:
    across(page, toy)
    flow(page).hover(position=at(page, TEXT.index("€")))
    expect(page.locator(".gates-heat-text .across-says")).to_contain_text("“€”, character 32, not in the vocabulary")


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
