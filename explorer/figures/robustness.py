"""Reconstructions of damaged images: error against the clean image over the damage's strength."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.theme import SERIES, dress
from explorer.traces import Floats
from explorer.traces.measures import DamageCurve
from explorer.words import word

HEIGHT = 680
"""CSS pixels, for three curves below each other: side by side they would not fit a telephone."""
AXES = {"noise": "figure.noise", "occlusion": "figure.occlusion", "shift": "figure.shift"}
"""What each kind of damage says under its axis, with its unit."""


def robustness_figure(curves: Mapping[str, DamageCurve], language: str) -> go.Figure:
    """One row for each kind of damage: the model's error and the untouched image's, with 95 % intervals.

    A kind that has no words is named as the file names it, with its unit.
    """
    figure = make_subplots(rows=len(curves), cols=1, vertical_spacing=0.14)
    for row, (kind, curve) in enumerate(curves.items(), 1):
        lines = (("figure.restored", curve.error), ("figure.untouched", curve.identity))
        for index, (key, values) in enumerate(lines):
            line = _line(curve.strength, values, word(language, key), SERIES[index], dashed=index == 1)
            figure.add_trace(line.update(showlegend=row == 1, legendgroup=key), row=row, col=1)
        title = word(language, AXES[kind]) if kind in AXES else f"{kind}, {curve.unit}"
        figure.update_xaxes(title_text=title, row=row, col=1)
        figure.update_yaxes(title_text=word(language, "figure.squared_error"), rangemode="tozero", row=row, col=1)
    return dress(figure).update_layout(height=HEIGHT)


def _line(strength: Floats, values: Floats, name: str, colour: str, dashed: bool) -> go.Scatter:
    """Values (S, 3) as a line through the first column with bars from the second to the third."""
    middle, low, high = values.T
    bars = {"type": "data", "array": high - middle, "arrayminus": middle - low, "thickness": 1, "width": 3}
    style = {"color": colour, "width": 2, "dash": "dash" if dashed else "solid"}
    return go.Scatter(x=strength, y=middle, error_y=bars, name=name, line=style, mode="lines+markers")
