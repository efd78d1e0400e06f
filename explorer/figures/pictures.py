"""Figures of pictures, of what is known of them, and of the latents that they were decoded from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures.panels import Panel, stack
from explorer.figures.parts import categories, dimension_names, heat, kl_panel, known, latents_panel, line
from explorer.figures.plane import ellipses_panel, layout_panels
from explorer.figures.sheets import bytes_panel, floats_panel
from explorer.figures.theme import SYMBOLS, colour
from explorer.traces import standard_deviation
from explorer.traces.pictures import (
    Attribute,
    BrowseSet,
    CategoricalAttribute,
    ConditionalSamples,
    LatentMap,
    LatentPath,
    Reconstruction,
    Samples,
)
from explorer.words import word


def samples_figure(trace: Samples, language: str) -> go.Figure:
    """The pictures by seed, and the latents that they were decoded from; with classes, their weights too."""
    captions = [str(seed) for seed in trace.seeds]
    panels = [
        floats_panel(trace.images, captions, word(language, "sequences.sheet"), language),
        latents_panel(trace.z, captions, word(language, "sample.seed"), language),
    ]
    if isinstance(trace, ConditionalSamples):
        names = [str(code) for code in range(trace.labels.shape[1])]
        hover = "%{y}, %{x}: %{z:.3f}<extra></extra>"
        drawn = heat(
            trace.labels, names, captions, word(language, "figure.weight"), zmin=0, zmax=1, hovertemplate=hover
        )
        titles = (word(language, "sample.class"), word(language, "sample.seed"))
        rows = categories(captions, downwards=True)
        panels.append(Panel([drawn], *titles, height=panels[1].height, xaxis=categories(names), yaxis=rows))
    return stack(panels)


def reconstruction_figure(trace: Reconstruction, language: str) -> go.Figure:
    """Input and picture below each other; posterior and its draw; KL per dimension; the terms of the bound."""
    count, size = trace.mean.shape
    numbers = [str(number) for number in range(1, count + 1)]
    sheet = floats_panel(
        np.concatenate([trace.x, trace.image]),
        [f"x {each}" for each in numbers] + [f"p(x|z) {each}" for each in numbers],
        f"{word(language, 'latent.input')}; {word(language, 'latent.output')}",
        language,
        columns=max(2, count),
    )
    panels = [sheet, _posteriors_panel(trace, numbers, language)]
    if size == 2:
        panels.append(ellipses_panel(trace.mean, trace.log_variance, (0, 1), language, z=trace.z))
    kl = [
        go.Bar(x=dimension_names(size), y=row, name=number, marker={"color": colour(index)})
        for index, (number, row) in enumerate(zip(numbers, trace.kl_per_dimension, strict=True))
    ]
    titles = (word(language, "figure.dimension"), word(language, "figure.kl_nats"))
    panels.append(Panel(kl, *titles, xaxis={"type": "category"}))
    terms = (("latent.reconstruction", trace.reconstruction), ("figure.elbo", trace.elbo))
    bars = [
        go.Bar(x=numbers, y=values, name=word(language, key), marker={"color": colour(index)})
        for index, (key, values) in enumerate(terms)
    ]
    titles = (word(language, "figure.image"), word(language, "figure.nats"))
    panels.append(Panel(bars, *titles, xaxis={"type": "category"}))
    return stack(panels)


def _posteriors_panel(trace: Reconstruction, numbers: Sequence[str], language: str) -> Panel:
    """For each image μ, a bar of σ on either side, and the draw z, in each dimension; ε is under the pointer."""
    names = dimension_names(trace.mean.shape[1])
    deviation = standard_deviation(trace.log_variance)
    drawn = []
    for index, number in enumerate(numbers):
        bars = {"type": "data", "array": deviation[index], "thickness": 2, "width": 4}
        style = {"color": colour(index), "symbol": SYMBOLS[index % len(SYMBOLS)], "size": 8}
        group = {"legendgroup": number, "mode": "markers"}
        hover = "μ = %{y:.3f}, σ = %{error_y.array:.3f}"
        mean = {"error_y": bars, "marker": style, "name": f"μ ± σ {number}", "hovertemplate": hover}
        drawn.append(go.Scatter(x=names, y=trace.mean[index], **mean, **group))
        hollow = {**style, "symbol": f"{style['symbol']}-open", "size": 12}
        hover = "z = %{y:.3f}, ε = %{customdata:.3f}"
        z = {"customdata": trace.epsilon[index], "marker": hollow, "name": f"z {number}", "hovertemplate": hover}
        drawn.append(go.Scatter(x=names, y=trace.z[index], **z, **group))
    titles = (word(language, "figure.dimension"), word(language, "figure.latent"))
    return Panel(drawn, *titles, word(language, "latent.posterior"), xaxis={"type": "category"})


def browse_figure(trace: BrowseSet, language: str) -> go.Figure:
    """The images, what is known of them, and where they are in a latent space where they have been placed in one."""
    panels = []
    if isinstance(trace, LatentMap):
        panels = [*layout_panels(trace, language), kl_panel(trace.kl_per_dimension, language)]
    sheet = bytes_panel(
        trace.images, [str(each) for each in trace.dataset_index], word(language, "about.images"), language
    )
    known_of = [
        _attribute_panel(each, known(language, "attribute", name), language) for name, each in trace.attributes.items()
    ]
    return stack([*panels, sheet, *known_of])


def attribute_figure(trace: Attribute, language: str) -> go.Figure:
    """How many images have each value."""
    return stack([_attribute_panel(trace, word(language, "about.value"), language)])


def _attribute_panel(attribute: Attribute, name: str, language: str) -> Panel:
    hover = "%{x}: %{y}<extra></extra>"
    settings: dict[str, Any] = {"marker": {"color": colour(0)}, "hovertemplate": hover}
    images = word(language, "figure.images")
    if isinstance(attribute, CategoricalAttribute):
        labels = attribute.labels.get(language, attribute.values)
        drawn = go.Histogram(x=[labels[code] for code in attribute.codes], **settings)
        return Panel([drawn], name, images, xaxis=categories(labels))
    return Panel([go.Histogram(x=attribute.values, **settings)], f"{name}, {attribute.unit}", images)


def path_figure(trace: LatentPath, language: str) -> go.Figure:
    """The pictures on the way, how dense the latent space is there, and the latents."""
    way = word(language, "figure.way")
    captions = [f"{share:.0%}" for share in trace.share]
    strip = floats_panel(trace.image, captions, word(language, "paths.title"), language)
    lines = [
        line(trace.share, trace.log_prior, word(language, "paths.prior"), 0),
        line(trace.share, trace.log_aggregated, word(language, "figure.aggregated"), 1),
    ]
    axis = {"tickformat": ".0%"}
    density = Panel(lines, way, word(language, "paths.density_unit"), word(language, "paths.density"), xaxis=axis)
    names, title = dimension_names(trace.z.shape[1]), word(language, "figure.latent")
    hover = "%{x:.0%}, %{y}: %{z:.3f}<extra></extra>"
    drawn = heat(trace.z.T, trace.share, names, title, signed=True, hovertemplate=hover)
    dimensions = categories(names, downwards=True)
    latents = Panel([drawn], way, word(language, "figure.dimension"), xaxis=axis, yaxis=dimensions)
    return stack([strip, density, latents])
