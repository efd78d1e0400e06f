"""A unit over a whole text: its two panels on a toy, and what is drawn there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gates_panel import open_panels, reading
from playwright.sync_api import Locator, Page

from tests.test_style import colours

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
        """async (ends) => (await import("/browser/charts/scale.js")).createPalette(ends)""",
        ends,
    )
    return {
        name: ["#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)) for colour in made[name]]
        for name in ("sequential", "diverging")
    }


TEXT = "The gates decide:\n\tone lets in €, one lets the old go (or not).\n" * 3
ROW = 23


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


def at(page: Page, step: int) -> dict[str, float]:
    """The middle of a character of the heat text, in pixels of its space."""
    left, top, width = cells(page, reading(page, "text"))[step]
    return {"x": left + width / 2, "y": top + ROW / 2}


def flow(page: Page) -> Locator:
    return page.locator(".across-flow-space").first
