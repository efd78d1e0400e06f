"""Figures of what becomes of images whose latents are moved towards a value of an attribute.

There may be many values: each is a series, of which the first few are shown and the others wait in the legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from explorer.figures.panels import Panel, stack
from explorer.figures.parts import intervals, known
from explorer.figures.theme import DASHES, TEXT, colour
from explorer.traces import Floats, Integers
from explorer.traces.effects import AttributeEffect, PairEffect
from explorer.traces.measures import wilson
from explorer.words import word

SHOWN = 4
"""Values whose curves are shown at first."""
PERCENT = {"tickformat": ".0%", "range": [-0.02, 1.02]}


def attribute_effect_figure(trace: AttributeEffect, language: str) -> go.Figure:
    """Over the strength, in which share of the images the classifier reads what, with 95 % intervals.

    Below, where the truth is known, how near the pictures are to it.
    """
    counted: list[tuple[str, Integers]] = [(word(language, "figure.present"), trace.present)]
    if trace.others:
        counted.append((word(language, "attributes.any_changed"), trace.any_changed))
        label = word(language, "attributes.other")
        counted += [
            (f"{label}: {known(language, 'attribute', name)}", trace.changed[:, :, other])
            for other, name in enumerate(trace.others)
        ]
    if trace.whole is not None:
        counted.append((word(language, "figure.whole"), trace.whole))
    panels = [_share_panel(trace, counts, title, language, index == 0) for index, (title, counts) in enumerate(counted)]
    if trace.pairs is not None:
        panels += _pair_panels(trace.pairs, trace.values, language)
    return stack(panels)


def pair_effect_figure(trace: PairEffect, language: str) -> go.Figure:
    """Over the strength, how near the pictures are to the truth, with 95 % intervals."""
    return stack(_pair_panels(trace, trace.values, language))


def _share_panel(trace: AttributeEffect, counts: Integers, title: str, language: str, first: bool) -> Panel:
    """Counts (V, S) of images as shares; on the first panel the legend, and what plain reconstructions reach."""
    drawn: list[BaseTraceType] = []
    for index, (value, moved) in enumerate(zip(trace.values, trace.count[:, 0], strict=True)):
        shares = wilson(counts[index], int(moved))
        drawn.append(intervals(trace.strength, shares, value, index, **_of_value(value, index, first)))
        read, real = trace.ceiling[index].tolist()
        if first and real:
            drawn.append(_level(trace.strength, wilson(read, real), value, index, 2))
    if first:
        title = f"{title} ({word(language, 'figure.ceiling')})"
    return Panel(drawn, word(language, "attributes.strength"), word(language, "figure.share_of_images"), title,
                 yaxis=PERCENT)  # fmt: skip


def _pair_panels(trace: PairEffect, values: Sequence[str], language: str) -> list[Panel]:
    """Of the values that have pairs, in the colours of all values."""
    strength, unit = word(language, "attributes.strength"), word(language, "attributes.truth_unit")
    gain: list[BaseTraceType] = []
    near: list[BaseTraceType] = []
    for row, value in enumerate(trace.values):
        index = values.index(value)
        gain.append(intervals(trace.strength, trace.gain[row], value, index, **_of_value(value, index, True)))
        near.append(intervals(trace.strength, trace.distance[row], value, index, **_of_value(value, index, False)))
        near.append(_level(trace.strength, trace.best[row], value, index, 2))
        near.append(_level(trace.strength, trace.pair_distance[row], value, index, 3))
    words = ("attributes.truth_moved", "attributes.truth_best", "attributes.truth_along")
    near += [_key(word(language, key), dash) for key, dash in zip(words, (0, 2, 3), strict=True)]
    return [
        Panel(gain, strength, unit, word(language, "figure.gain")),
        Panel(near, strength, unit, word(language, "attributes.truth_chart"), yaxis={"rangemode": "tozero"}),
        *_count_panels(trace, language),
    ]


def _count_panels(trace: PairEffect, language: str) -> list[Panel]:
    """How many pairs there are and what is read in them, and the angle between the two directions."""
    counts = (("figure.pairs", trace.count), ("figure.pair_present", trace.pair_present),
              ("figure.pair_changed", trace.pair_changed))  # fmt: skip
    bars = [
        go.Bar(x=trace.values, y=values, name=word(language, key), marker={"color": colour(index)})
        for index, (key, values) in enumerate(counts)
    ]
    hover = "%{x}: %{y:.3f}<extra></extra>"
    angle = go.Bar(x=trace.values, y=trace.cosine, marker={"color": colour(0)}, hovertemplate=hover)
    value, axis = word(language, "about.value"), {"type": "category"}
    return [
        Panel(bars, value, word(language, "figure.images"), xaxis=axis),
        Panel([angle], value, word(language, "figure.cosine"), xaxis=axis, yaxis={"range": [-1.05, 1.05]}),
    ]


def _of_value(value: str, index: int, legend: bool) -> dict[str, Any]:
    """What all curves of a value share: they come and go together."""
    style = {"color": colour(index), "width": 2, "dash": "solid"}
    visible = True if index < SHOWN else "legendonly"
    return {"legendgroup": value, "visible": visible, "showlegend": legend, "line": style}


def _level(x: Floats, values: Floats, value: str, index: int, dash: int) -> BaseTraceType:
    """What does not depend on the strength (3,): a line from end to end, with its interval at both."""
    style = {"color": colour(index), "width": 1, "dash": DASHES[dash]}
    settings = {**_of_value(value, index, False), "line": style}
    return intervals(x[[0, -1]], np.stack([values, values]), value, index, **settings)


def _key(name: str, dash: int) -> BaseTraceType:
    """An entry of the legend that says what a kind of line means."""
    return go.Scatter(x=[None], y=[None], mode="lines", name=name, line={"color": TEXT, "dash": DASHES[dash]})
