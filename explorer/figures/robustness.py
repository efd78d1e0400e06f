"""Reconstructions of damaged images: error against the clean image over the damage's strength."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from explorer.figures.panels import Panel, stack
from explorer.figures.parts import intervals
from explorer.traces.measures import DamageCurve
from explorer.words import word

AXES = {
    "grey levels, unit range": "figure.noise",
    "share of the picture that is covered": "figure.occlusion",
    "pixels": "figure.shift",
}
"""What each strength's unit says under its axis, with the kind of damage."""


def robustness_figure(curves: Mapping[str, DamageCurve], language: str) -> go.Figure:
    """One panel for each kind of damage; a kind that has no words is named as the file names it, with its unit."""
    return stack([_panel(curve, kind, language) for kind, curve in curves.items()])


def damage_figure(trace: DamageCurve, language: str) -> go.Figure:
    """The model's error and the untouched image's, with 95 % intervals."""
    return stack([_panel(trace, word(language, "attributes.strength"), language)])


def _panel(curve: DamageCurve, kind: str, language: str) -> Panel:
    title = word(language, AXES[curve.unit]) if curve.unit in AXES else f"{kind}, {curve.unit}"
    lines = [
        intervals(curve.strength, curve.error, word(language, "figure.restored"), 0),
        intervals(curve.strength, curve.identity, word(language, "figure.untouched"), 1),
    ]
    return Panel(lines, title, word(language, "figure.squared_error"), height=200, yaxis={"rangemode": "tozero"})
