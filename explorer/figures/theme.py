"""What all figures share: no background of their own, so that the page's theme shows, and colours for every eye."""

from __future__ import annotations

import plotly.graph_objects as go

SERIES = ("#3b6fb6", "#d1703c", "#4d9a6a", "#b3609a", "#9c7a12", "#3590bd", "#8a63b8", "#93704a", "#7b818b", "#728c22")
"""Distinguishable to colour-blind eyes, in this order, on light and on dark."""
SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "triangle-down", "star", "hexagon", "bowtie")
"""Of the points of each series, so that no meaning is in the colour alone."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
GRID = "rgba(128, 128, 128, 0.25)"
TEXT = "#777c86"
"""As far from white as from the page's dark ground."""
SEQUENTIAL = "Viridis"
"""Of what has a least value: lightness grows evenly."""
DIVERGING = ((0.0, "#1f4fc4"), (0.25, "#8fa9e6"), (0.5, "#f4f4f2"), (0.75, "#e6b45c"), (1.0, "#a86500"))
"""Of what has a middle: blue below, orange above."""
GREY = ((0.0, "#000000"), (1.0, "#ffffff"))
"""Of pictures of one channel."""


def colour(index: int) -> str:
    """Of the series with that number, counted from 0; after the last the first comes again."""
    return SERIES[index % len(SERIES)]


def dress(figure: go.Figure) -> go.Figure:
    """Transparent ground, quiet grid, text that is read on light and on dark."""
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 72, "r": 24},
        font={"size": 13, "color": TEXT, "family": "system-ui, sans-serif"},
        bargap=0.15,
        hoverlabel={"align": "left", "namelength": -1},
    )
    figure.update_xaxes(gridcolor=GRID, linecolor=GRID, zeroline=False, automargin=True, title_font_size=13)
    figure.update_yaxes(gridcolor=GRID, linecolor=GRID, zeroline=False, automargin=True, title_font_size=13)
    return figure
