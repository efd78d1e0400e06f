"""What all figures share: no background of their own, so that the page's theme shows, and units on every axis."""

from __future__ import annotations

import plotly.graph_objects as go

SERIES = ("#3b6fb6", "#d1703c", "#4d9a6a")
"""Distinguishable to colour-blind eyes, on light and on dark."""
GRID = "rgba(128, 128, 128, 0.25)"


def dress(figure: go.Figure) -> go.Figure:
    """Transparent ground, quiet grid, tight margins."""
    figure.update_layout(
        template=None,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 64, "r": 16, "t": 16, "b": 48},
        font={"size": 13},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02},
    )
    figure.update_xaxes(gridcolor=GRID, zeroline=False)
    figure.update_yaxes(gridcolor=GRID, zeroline=False)
    return figure
