"""A figure is a stack of panels: each with its own axes, title, legend and colour bar, below each other."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from explorer.figures.theme import dress

ABOVE, BELOW = 40, 84
"""CSS pixels for a panel's title, and for its ticks and axis title."""
ENTRY, LETTER, ROW, WIDTH = 44, 7, 22, 720
"""CSS pixels of a legend in columns as wide as its longest name: beside it, of a letter, of a row, and across."""
MARGIN = 12
MOST_ABOVE = 6
"""Entries of a legend above a plot."""


@dataclass(frozen=True)
class Panel:
    """One pair of axes and what is drawn on them."""

    traces: Sequence[BaseTraceType]
    x: str
    """Title of the axis, with its unit."""
    y: str
    title: str = ""
    height: int = 260
    """CSS pixels of the plot itself."""
    xaxis: dict[str, Any] = field(default_factory=dict)
    """What Plotly calls it; further settings of the axis."""
    yaxis: dict[str, Any] = field(default_factory=dict)
    square: bool = False
    """Whether one unit is as long to the right as upwards."""


def stack(panels: Sequence[Panel], hovermode: str = "closest") -> go.Figure:
    """The panels, the first on top."""
    above = [ABOVE + ROW * _rows_of_legend(panel) for panel in panels]
    inner = sum(over + panel.height + BELOW for over, panel in zip(above, panels, strict=True))
    figure = go.Figure(layout={"height": inner + 2 * MARGIN, "hovermode": hovermode})
    top = inner
    for number, (over, panel) in enumerate(zip(above, panels, strict=True), 1):
        bottom = top - over - panel.height
        _add(figure, panel, number, (bottom / inner, (top - over) / inner), over - ABOVE)
        top = bottom - BELOW
    return dress(figure).update_layout(margin={"t": MARGIN, "b": MARGIN})


def _rows_of_legend(panel: Panel) -> int:
    """Above the plot; 0 where the legend stands beside it, or there is none."""
    names: list[str] = [trace.name for trace in panel.traces if _is_named(trace)]
    if not names or len(names) > MOST_ABOVE:
        return 0
    letters = max(len(name) + sum(letter >= "⺀" for letter in name) for name in names)  # Chinese is twice as wide
    columns = max(1, WIDTH // (ENTRY + LETTER * letters))
    return -(-len(names) // columns)


def _add(figure: go.Figure, panel: Panel, number: int, domain: tuple[float, float], legend: int) -> None:
    """One panel in its share of the height, with so many CSS pixels between plot and title for the legend."""
    ending = "" if number == 1 else str(number)
    yaxis = {**panel.yaxis, **({"scaleanchor": f"x{ending}", "constrain": "domain"} if panel.square else {})}
    y = "<br>".join(textwrap.wrap(panel.y, max(20, panel.height // LETTER)))
    figure.update_layout(
        {
            f"xaxis{ending}": {"anchor": f"y{ending}", "title": {"text": panel.x}, **panel.xaxis},
            f"yaxis{ending}": {"anchor": f"x{ending}", "title": {"text": y}, "domain": domain, **yaxis},
            f"legend{ending}": _legend(sum(map(_is_named, panel.traces)), domain[1]),
        }
    )
    for trace in panel.traces:
        trace.update(xaxis=f"x{ending}", yaxis=f"y{ending}")
        if _is_named(trace):
            trace.update(legend=f"legend{ending}", showlegend=True)
        elif "showlegend" in trace:
            trace.update(showlegend=False)
        _place_colour_bar(trace, domain)
    figure.add_traces(panel.traces)
    if panel.title:
        place = {"x": 0, "y": domain[1], "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
        figure.add_annotation(text=f"<b>{panel.title}</b>", yshift=legend + 6, showarrow=False, **place)


def _is_named(trace: BaseTraceType) -> bool:
    """Whether it has an entry in the legend; pictures cannot have one."""
    return trace.name is not None and "showlegend" in trace and trace.showlegend is not False


def _legend(entries: int, top: float) -> dict[str, Any]:
    """Above the plot while it fits on a line or two, else beside it."""
    above = {"orientation": "h", "x": 0, "y": top, "xanchor": "left", "yanchor": "bottom"}
    beside = {"orientation": "v", "x": 1.01, "y": top, "xanchor": "left", "yanchor": "top"}
    return {**(above if entries <= MOST_ABOVE else beside), "itemsizing": "constant", "bgcolor": "rgba(0,0,0,0)"}


def _place_colour_bar(trace: BaseTraceType, domain: tuple[float, float]) -> None:
    place = {"y": sum(domain) / 2, "len": domain[1] - domain[0], "thickness": 12, "outlinewidth": 0}
    if trace.type == "heatmap" and trace.showscale is not False:
        trace.update(colorbar={**place, "title": {"side": "right"}})
    elif trace.type == "scatter" and trace.marker.showscale:
        trace.update(marker={"colorbar": {**place, "title": {"side": "right"}}})
