"""Figures of what was measured: single numbers with their intervals, and what each dimension tells of each factor."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from explorer.figures.checks import expect
from explorer.figures.panels import Panel, stack
from explorer.figures.parts import categories, dimension_names, heat, known, unit_words
from explorer.figures.theme import colour
from explorer.traces.measures import Comparison, Estimate, FactorTable
from explorer.words import word


def estimate_figure(trace: Estimate, language: str) -> go.Figure:
    """The mean and its 95 % interval, in the measure's unit, and the sizes that it is of."""
    numbers = np.array([trace.value, trace.low, trace.high])
    expect(bool(np.isfinite(numbers).all()), f"Estimate: expected finite numbers, got {numbers.tolist()}")
    expect(
        trace.low <= trace.value <= trace.high, f"Estimate: expected the value in its interval, got {numbers.tolist()}"
    )
    count = word(language, "figure.of_samples", count=trace.count)
    if isinstance(trace, Comparison):
        count = word(language, "about.count_beside", count=trace.count, reference=trace.reference)
    bars = {"type": "data", "array": [trace.high - trace.value], "arrayminus": [trace.value - trace.low], "width": 8}
    hover = f"%{{x:.5~g}} [{trace.low:.5g}, {trace.high:.5g}]<extra></extra>"
    drawn = go.Scatter(
        x=[trace.value], y=[count], error_x=bars, mode="markers", marker={"color": colour(0), "size": 10},
        hovertemplate=hover,
    )  # fmt: skip
    interval = word(language, "about.interval")
    return stack([Panel([drawn], unit_words(language, trace.unit), interval, height=90, yaxis={"type": "category"})])


def factors_figure(trace: FactorTable, language: str) -> go.Figure:
    """Mutual information of each factor and dimension, the factors' entropy, and shares in predicting the factors."""
    names = dimension_names(trace.information.shape[1])
    factors = [known(language, "attribute", name) for name in trace.factors]
    rows, dimension = categories(factors, downwards=True), word(language, "figure.dimension")
    factor, height = word(language, "beta.factor"), 60 + 28 * len(factors)
    hover = "%{y}, %{x}: %{z:.3f}<extra></extra>"
    panels = []
    for key, values in (("figure.information", trace.information), ("figure.importance", trace.importance)):
        title = word(language, key)
        drawn = heat(values, names, factors, "", zmin=0, hovertemplate=hover)
        panels.append(Panel([drawn], dimension, factor, title, height, xaxis=categories(names), yaxis=rows))
    hover = "%{y}: %{x:.3f}<extra></extra>"
    bars = go.Bar(x=trace.entropy, y=factors, orientation="h", marker={"color": colour(0)}, hovertemplate=hover)
    panels.append(Panel([bars], word(language, "figure.entropy"), factor, height=height, yaxis=rows))
    return stack(panels)
