"""Figures of places in a plane: posteriors in a latent space, layouts of many points, principal components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from explorer.figures.checks import expect
from explorer.figures.panels import Panel, stack
from explorer.figures.parts import categories, dimension_names, heat, points_panel
from explorer.figures.theme import SEQUENTIAL, SYMBOLS, colour
from explorer.traces import Floats, Integers, standard_deviation
from explorer.traces.language import StateMap
from explorer.traces.pictures import Attribute, CategoricalAttribute, LatentMap, PrincipalComponents
from explorer.words import word

CORNERS = 49
"""Of the polygon that stands for an ellipse; first and last are one."""
SIZE = 6
"""CSS pixels of a point."""


def ellipses_panel(
    mean: Floats, log_variance: Floats, axes: tuple[int, int], language: str, z: Floats | None = None
) -> Panel:
    """Posteriors (N, L) along two dimensions: means, ellipses of 1σ, and draws (N, L) where there are some."""
    chosen, names = list(axes), dimension_names(mean.shape[1])
    traces: list[BaseTraceType] = [_ellipses(mean, log_variance, axes)]
    for key, values, symbol in (("μ", mean, "circle"), ("z", z, "circle-open")):
        if values is not None:
            x, y = values[:, chosen].T
            marker = {"color": colour(0 if key == "μ" else 1), "size": SIZE + 2, "symbol": symbol}
            hover = f"{key} %{{pointNumber}}: %{{x:.3f}}, %{{y:.3f}}<extra></extra>"
            traces.append(go.Scatter(x=x, y=y, mode="markers", name=key, marker=marker, hovertemplate=hover))
    deviation = standard_deviation(log_variance)
    reach = np.concatenate([mean - deviation, mean + deviation, *([] if z is None else [z])])[:, chosen]
    titles = (names[axes[0]], names[axes[1]])
    return points_panel(reach, titles, traces, word(language, "latent.latent"))


def _ellipses(mean: Floats, log_variance: Floats, axes: tuple[int, int], **settings: Any) -> go.Scatter:
    """One curve with a gap after each posterior's ellipse of 1σ."""
    chosen = list(axes)
    centre, deviation = mean[:, chosen], standard_deviation(log_variance)[:, chosen]
    angle = np.linspace(0, 2 * np.pi, CORNERS)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    corners = centre[:, None] + deviation[:, None] * circle
    rows = [[*row, (None, None)] for row in corners.tolist()]
    x, y = zip(*(corner for row in rows for corner in row), strict=True)
    style = {"color": colour(0), "width": 1}
    return go.Scatter(x=x, y=y, mode="lines", name="1σ", line=style, hoverinfo="skip", **settings)


def layout_panels(trace: LatentMap, language: str) -> list[Panel]:
    """The posterior means in the latent's own two dimensions, or in PCA and UMAP; coloured by the first attribute."""
    attribute = next(iter(trace.attributes.values()), None)
    title, number = word(language, "latent.latent"), trace.dataset_index
    if trace.pca is None:
        width = trace.mean.shape[1]
        axes, names = (0, width - 1), dimension_names(width)
        places = trace.mean[:, list(axes)]
        traces = [_ellipses(trace.mean, trace.log_variance, axes, visible="legendonly")]
        traces += coloured(places, attribute, number, language)
        return [points_panel(places, (names[0], names[-1]), traces, title)]
    projected = trace.pca.project(trace.mean)
    drawn = coloured(projected, attribute, number, language)
    panels = [points_panel(projected, component_titles(trace.pca, language), drawn, title)]
    if trace.umap is not None:
        drawn = coloured(trace.umap, attribute, number, language)
        panels.append(points_panel(trace.umap, ("UMAP 1", "UMAP 2"), drawn, title))
    return panels


def coloured(places: Floats, attribute: Attribute | None, number: Integers, language: str) -> list[BaseTraceType]:
    """Points (N, 2), a series for each value of an attribute, or one series in the colours of a scale."""
    if isinstance(attribute, CategoricalAttribute):
        labels = attribute.labels.get(language, attribute.values)
        members = [np.flatnonzero(attribute.codes == code) for code in range(len(labels))]
        return [
            points(
                places[found], number[found], name,
                {"color": colour(code), "symbol": SYMBOLS[code % len(SYMBOLS)], "size": SIZE},
            )
            for code, (name, found) in enumerate(zip(labels, members, strict=True))
            if len(found)
        ]  # fmt: skip
    if attribute is None:
        return [points(places, number, None, {"color": colour(0), "size": SIZE})]
    return [points(places, number, None, scale(attribute.values, attribute.unit))]


def scale(values: Any, title: str) -> dict[str, Any]:
    """Markers whose colours are values (N,)."""
    bar = {"title": {"text": title}}
    return {"color": values, "colorscale": SEQUENTIAL, "showscale": True, "colorbar": bar, "size": SIZE}


def points(places: Floats, number: Integers, name: str | None, marker: dict[str, Any]) -> go.Scatter:
    """Points (N, 2), each with a number that the pointer reads."""
    hover = "%{customdata}: %{x:.3f}, %{y:.3f}" + ("<br>%{marker.color}" if "colorscale" in marker else "")
    settings = {"marker": marker, "customdata": number, "hovertemplate": hover + f"<extra>{name or ''}</extra>"}
    return go.Scatter(x=places[:, 0], y=places[:, 1], mode="markers", name=name, **settings)


def component_titles(pca: PrincipalComponents, language: str) -> tuple[str, str]:
    """Of the axes of a projection on the first two components."""
    shares: Sequence[float] = pca.explained_variance_ratio[:2].tolist()
    expect(len(shares) == 2, "PrincipalComponents.components: expected two at least, for a plane, got 1")
    first, second = (
        word(language, "latent.component", number=number, share=f"{100 * share:.1f}")
        for number, share in enumerate(shares, 1)
    )
    return first, second


def components_figure(trace: PrincipalComponents, language: str) -> go.Figure:
    """How much of the variance each component has, what it is made of, and the mean that they start from."""
    names = dimension_names(len(trace.center))
    numbers = [str(number) for number in range(1, len(trace.components) + 1)]
    titles = (word(language, "figure.component"), word(language, "figure.variance"))
    hover = "%{x}: %{y:.2%}<extra></extra>"
    bars = go.Bar(x=numbers, y=trace.explained_variance_ratio, marker={"color": colour(0)}, hovertemplate=hover)
    share = Panel([bars], *titles, xaxis={"type": "category"}, yaxis={"tickformat": ".0%", "rangemode": "tozero"})
    hover = "%{y}, %{x}: %{z:.3f}<extra></extra>"
    drawn = heat(trace.components, names, numbers, word(language, "figure.entry"), signed=True, hovertemplate=hover)
    dimension = word(language, "figure.dimension")
    rows = categories(numbers, downwards=True)
    made_of = Panel([drawn], dimension, word(language, "figure.component"), xaxis=categories(names), yaxis=rows)
    middle = go.Bar(x=names, y=trace.center, marker={"color": colour(0)}, hovertemplate="%{x}: %{y:.3f}<extra></extra>")
    center = Panel([middle], dimension, word(language, "figure.mean"), xaxis={"type": "category"})
    return stack([share, made_of, center])


def states_figure(trace: StateMap, language: str) -> go.Figure:
    """The hidden states in their two layouts, coloured by where in the page they occur."""
    marker = scale(trace.position, word(language, "figure.position"))
    layouts = (
        (trace.layout_pca, component_titles(trace.pca, language)),
        (trace.layout_umap, ("UMAP 1", "UMAP 2")),
    )
    title = word(language, "gates.section_states")
    return stack(
        [points_panel(each, titles, [points(each, trace.position, None, marker)], title) for each, titles in layouts]
    )
