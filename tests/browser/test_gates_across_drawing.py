"""What draws a unit over a text: readable colours, lines that wrap, cells that are repainted, thinned curves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from across_page import MODULES, palette
from playwright.sync_api import Page

from tests.test_style import SELECTORS, VISION, colours, contrast, lab, linear


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
        """async () => {
          const { createScale } = await import("/browser/charts/scale.js");
          const colours = { sequential: [], diverging: [], ink: "" };
          const at = (name, largest, values) => {
            const scale = createScale(name, largest, colours);
            return [scale.low, scale.high, ...values.map(scale.level)];
          };
          return [at("forget", 9, [0, 0.5, 1, 2, -1, NaN]), at("hidden", 9, [-1, 0, 1]), at("cell", 4, [-4, -2, 0, 4]),
            at("cell", 0, [0])];
        }"""
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


def test_a_repaint_touches_what_changed(runtime: Page) -> None:
    counts = runtime.evaluate(
        f"""async () => {{
          const [{{ Cells, createGrid, place }}, {{ createScale }}] = await Promise.all(
            ["{MODULES}/cells.js", "/browser/charts/scale.js"].map((file) => import(file)));
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
