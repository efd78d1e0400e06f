"""What several figures draw with: names, lines with bands, points with intervals, heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from explorer.figures.checks import expect
from explorer.figures.panels import Panel
from explorer.figures.theme import DASHES, DIVERGING, SEQUENTIAL, SYMBOLS, colour
from explorer.traces import Floats, Integers
from explorer.words import catalogue, word

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ROW = 16
"""CSS pixels of a heat map's row, where there is room."""


def dimension_names(count: int) -> list[str]:
    """z₁ to z_L."""
    return [f"z{str(index + 1).translate(SUBSCRIPTS)}" for index in range(count)]


def known(language: str, prefix: str, name: str) -> str:
    """The word for a name from the data, such as an attribute's, or the name itself where the page has no word."""
    return catalogue(language).get(f"{prefix}.{name}", name)


def unit_words(language: str, unit: str) -> str:
    """A measure's unit, which stands in English in files; as it is there, where the page has no word."""
    catalogue_en = catalogue("en")
    keys = [key for key, text in catalogue_en.items() if key.startswith("unit.") and text.replace("’", "'") == unit]
    return word(language, keys[0]) if keys else unit


def line(x: Any, y: Any, name: str, index: int = 0, **settings: Any) -> go.Scatter:
    """A curve: its colour and dash are those of the series with that number."""
    style = {"color": colour(index), "width": 2, "dash": DASHES[index % len(DASHES)]}
    return go.Scatter(x=x, y=y, name=name, **{"mode": "lines", "line": style, **settings})


def band(x: Any, values: Floats, name: str, index: int) -> list[go.Scatter]:
    """Values (N, 3), one column inside the two others: a curve, and the band between the two behind it."""
    middle, low, high = _inside(values, name)
    quiet = {"line": {"width": 0}, "hoverinfo": "skip", "showlegend": False, "legendgroup": name, "mode": "lines"}
    fill = f"rgba({', '.join(str(int(colour(index)[at : at + 2], 16)) for at in (1, 3, 5))}, 0.2)"
    hover = "%{y:.4~g} [%{customdata[0]:.4~g}, %{customdata[1]:.4~g}]"
    return [
        go.Scatter(x=x, y=low, **quiet),
        go.Scatter(x=x, y=high, fill="tonexty", fillcolor=fill, **quiet),
        line(x, middle, name, index, legendgroup=name, customdata=values[:, 1:], hovertemplate=hover),
    ]


def _inside(values: Floats, name: str) -> Floats:
    """The columns of (N, 3): values, each of which lies between the two others."""
    middle, low, high = values.T
    expect(bool(((low <= middle) & (middle <= high)).all()), f"{name}: expected each value inside its interval")
    return values.T


def intervals(x: Any, values: Floats, name: str, index: int, **settings: Any) -> go.Scatter:
    """Values (N, 3), mean, low and high: points on a curve with bars from low to high."""
    middle, low, high = _inside(values, name)
    bars = {"type": "data", "array": high - middle, "arrayminus": middle - low, "thickness": 1, "width": 3}
    hover = "%{y:.4~g} [%{customdata[0]:.4~g}, %{customdata[1]:.4~g}]"
    given = {"mode": "lines+markers", "error_y": bars, "customdata": values[:, 1:], "hovertemplate": hover}
    return line(x, middle, name, index, **{"marker": {"symbol": SYMBOLS[index % len(SYMBOLS)]}, **given, **settings})


def heat(z: Any, x: Any, y: Any, title: str, *, signed: bool = False, **settings: Any) -> go.Heatmap:
    """Numbers (rows, columns) as colours, of which a bar with a title says what they mean."""
    colours: dict[str, Any] = {"colorscale": DIVERGING, "zmid": 0} if signed else {"colorscale": SEQUENTIAL}
    bar = {"title": {"text": title}}
    return go.Heatmap(z=z, x=x, y=y, zsmooth=False, colorbar=bar, hoverongaps=False, **{**colours, **settings})


def categories(names: Sequence[str], *, downwards: bool = False) -> dict[str, Any]:
    """Settings of an axis of names in their order."""
    order = {"type": "category", "categoryorder": "array", "categoryarray": list(names)}
    return {**order, "autorange": "reversed"} if downwards else order


def latents_panel(z: Floats, rows: Sequence[str], title: str, language: str) -> Panel:
    """Latents (N, L) as a heat map with a row for each."""
    names = dimension_names(z.shape[1])
    value = word(language, "figure.latent")
    drawn = heat(z, names, list(rows), value, signed=True, hovertemplate="%{y}, %{x}: %{z:.3f}<extra></extra>")
    height = min(420, 40 + ROW * len(rows))
    return Panel(
        [drawn], word(language, "figure.dimension"), title, height=height,
        xaxis=categories(names), yaxis=categories(rows, downwards=True),
    )  # fmt: skip


def kl_panel(kl_per_dimension: Floats, language: str) -> Panel:
    """Bars of the KL (L,) of each dimension, largest first, named z₁ to z_L."""
    order: Integers = np.argsort(-kl_per_dimension, kind="stable")
    names = dimension_names(len(order))
    ranked = [names[index] for index in order]
    hover = "%{x}: %{y:.4~g}<extra></extra>"
    bars: list[BaseTraceType] = [
        go.Bar(x=ranked, y=kl_per_dimension[order], marker={"color": colour(0)}, hovertemplate=hover)
    ]
    return Panel(
        bars, word(language, "figure.dimension"), word(language, "figure.kl_nats"),
        xaxis={"type": "category"}, yaxis={"rangemode": "tozero"},
    )  # fmt: skip


def points_panel(places: Floats, titles: tuple[str, str], traces: Sequence[BaseTraceType], title: str) -> Panel:
    """What is drawn in a plane over places (N, 2), where one unit is as long to the right as upwards."""
    low, high = places.min(0), places.max(0)
    pad = 0.06 * np.maximum(high - low, 1e-6)
    ranges = [[float(each) for each in pair] for pair in np.stack([low - pad, high + pad], 1)]
    return Panel(
        traces, *titles, title, 440, xaxis={"range": ranges[0], "constrain": "domain"},
        yaxis={"range": ranges[1]}, square=True,
    )  # fmt: skip
