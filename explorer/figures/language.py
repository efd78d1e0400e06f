"""Figures of what a character model reads, writes and remembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures.panels import Panel, stack
from explorer.figures.parts import band, categories, heat
from explorer.figures.theme import TEXT, colour
from explorer.traces import Floats
from explorer.traces.language import GatesTrace, Memory, Written
from explorer.words import word

ACROSS = 48
"""Characters in a line of a text."""
LINE = 26
"""CSS pixels from one line of a text to the next."""
VISIBLE = {"\n": "⏎", " ": "␣", "\t": "⇥", "": "␀"}
"""What stands for a character that cannot be seen; NumPy shows U+0000 as an empty string."""
UNIT_RANGE = ("input", "forget", "output", "reset", "update")
"""Gates: from 0 to 1. All other quantities have a sign."""
BOUNDED = ("candidate", "hidden")
"""From −1 to 1; a cell state has no bounds."""


def visible(character: str) -> str:
    """A character as it is shown on an axis."""
    return VISIBLE.get(character, character)


def written_figure(trace: Written, language: str) -> go.Figure:
    """The prompt, without a colour, and what was written after it, in the colours of the surprise of each character."""
    characters = [visible(each) for each in trace.prompt + trace.text]
    rows = -(-len(characters) // ACROSS)
    missing = [None] * (rows * ACROSS - len(characters))
    surprise = _lines([None] * len(trace.prompt) + trace.surprise.tolist() + missing)
    letters = _lines(characters + [""] * len(missing))
    drawn = heat(
        surprise, list(range(ACROSS)), list(range(rows)), word(language, "figure.surprise"), zmin=0, text=letters,
        texttemplate="%{text}", textfont={"size": 14}, ygap=2, hovertemplate="%{text}: %{z:.2f}<extra></extra>",
    )  # fmt: skip
    place = np.arange(len(trace.prompt))
    prompt = go.Scatter(
        x=place % ACROSS, y=place // ACROSS, text=characters[: len(place)], mode="text", hoverinfo="skip",
        textfont={"size": 14, "color": TEXT}, showlegend=False,
    )  # fmt: skip
    titles = (word(language, "figure.character"), word(language, "figure.line"))
    axis = {"showgrid": False, "dtick": 8, "range": [-0.5, ACROSS - 0.5]}
    lines = {"showgrid": False, "range": [rows - 0.5, -0.5], "tickformat": "d"}
    height = max(60, LINE * rows)
    title = word(language, "gates.write")
    return stack([Panel([drawn, prompt], *titles, title, height, xaxis=axis, yaxis=lines)])


def _lines(entries: list[Any]) -> list[list[Any]]:
    return [entries[start : start + ACROSS] for start in range(0, len(entries), ACROSS)]


def gates_figure(trace: GatesTrace, language: str) -> go.Figure:
    """Over the characters: the surprise, every gate and state of every unit, and what the model expects next.

    The column before the first character is the state after the line feed that the model reads before the text.
    """
    axis = _characters_axis(trace)
    steps = np.arange(len(trace.characters))
    text = word(language, "gates.text")
    shown = [visible(str(each)) for each in trace.characters]
    hover = "%{customdata}: %{y:.2f}<extra></extra>"
    bars = go.Bar(x=steps, y=trace.surprise, customdata=shown, marker={"color": colour(0)}, hovertemplate=hover)
    title = word(language, "sequences.surprise_series")
    panels = [Panel([bars], text, word(language, "figure.surprise"), title, 140, xaxis=axis)]
    for name, values in trace.quantity.items():
        drawn = _quantity(name, values, trace.before[name], shown, language)
        heading = word(language, f"gates.quantity_{name}")
        panels.append(Panel([drawn], text, word(language, "gates.across_unit"), heading, xaxis=axis))
    return stack([*panels, _expected_panel(trace, axis, language)])


def _characters_axis(trace: GatesTrace) -> dict[str, Any]:
    """Ticks at the characters; the axis of every panel is one."""
    count = len(trace.characters)
    labels = [VISIBLE["\n"], *(visible(str(each)) for each in trace.characters)]
    ticks = {"tickmode": "array", "tickvals": list(range(-1, count)), "ticktext": labels, "tickangle": 0}
    return {**ticks, "range": [-1.5, count - 0.5], "showgrid": False, "matches": "x"}


def _quantity(name: str, values: Floats, before: Floats, shown: Sequence[str], language: str) -> go.Heatmap:
    """One quantity (T, layers, H), after what it was before the text (layers, H): a row for each unit."""
    steps, layers, width = values.shape
    units = [
        word(language, "gates.unit", layer=layer, index=index) for layer in range(layers) for index in range(width)
    ]
    z = np.concatenate([before[None], values]).reshape(1 + steps, -1).T
    if name in UNIT_RANGE:
        limits: dict[str, Any] = {"zmin": 0, "zmax": 1}
    else:
        limits = {"signed": True, **({"zmin": -1, "zmax": 1} if name in BOUNDED else {})}
    hover = "%{y}, %{x}: %{z:.3f}<extra></extra>"
    return heat(z, np.arange(-1, steps), units, word(language, f"gates.quantity_{name}"), hovertemplate=hover, **limits)


def _expected_panel(trace: GatesTrace, axis: dict[str, Any], language: str) -> Panel:
    """The most probable next characters after each step, the likeliest on top."""
    ranks = [str(rank) for rank in range(1, trace.likely.shape[1] + 1)]
    letters = np.vectorize(lambda token: visible(str(trace.vocabulary[token])), otypes=[object])(trace.likely.T)
    drawn = heat(
        trace.likely_probability.T, np.arange(len(trace.likely)), ranks, word(language, "figure.probability"),
        zmin=0, zmax=1, text=letters, texttemplate="%{text}", hovertemplate="%{text}: %{z:.3f}<extra></extra>",
    )  # fmt: skip
    rows = categories(ranks, downwards=True)
    titles = (word(language, "gates.text"), word(language, "figure.rank"))
    return Panel([drawn], *titles, word(language, "gates.next"), 150, xaxis=axis, yaxis=rows)


def memory_figure(trace: Memory, language: str) -> go.Figure:
    """The three norms over the distance, logarithmic: the median, and the band from the 10 % to the 90 % quantile.

    A logarithmic axis has no zero: what vanished altogether is not on it.
    """
    names = {"trained": word(language, "gates.memory_trained"), "initial": word(language, "gates.memory_initial")}
    panels = []
    norms = (
        ("state", trace.state, "figure.state_gain"),
        ("hidden", trace.hidden, "figure.hidden_gain"),
        ("gradient", trace.gradient, "gates.memory_gradient_unit"),
    )
    for norm, variants, unit in norms:
        lines = [
            each
            for index, (name, values) in enumerate(variants.items())
            for each in band(trace.lag, values[:, [1, 0, 2]], _variant(name, trace, names, language), index)
        ]
        title = word(language, f"gates.memory_kind_{norm}")
        titles = (word(language, "gates.memory_distance"), word(language, unit), title)
        panels.append(Panel(lines, *titles, 320, yaxis={"type": "log", "exponentformat": "power"}))
    return stack(panels, "x unified")


def _variant(name: str, trace: Memory, names: dict[str, str], language: str) -> str:
    bias = trace.forget_bias.get(name)
    if name in names or bias is None:
        return names.get(name, name)
    return word(language, "gates.memory_bias_of", bias=f"{bias:g}")
