"""Figures of pictures and places: the numbers are the trace's own, pixel by pixel and point by point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.figures import FigureError, figure
from explorer.traces.language import StateMap
from explorer.traces.pictures import (
    BrowseSet,
    CategoricalAttribute,
    ConditionalSamples,
    ContinuousAttribute,
    LatentMap,
    LatentPath,
    PrincipalComponents,
    Reconstruction,
    Samples,
)
from explorer.traces.training import Moment
from explorer.words import word
from tests.figures.drawn import panel, same, sheet, tiles, traces
from tests.figures.traces import OF


@pytest.mark.parametrize("kind", [Samples, ConditionalSamples])
def test_samples_are_their_pictures_and_latents(kind: type) -> None:
    trace = OF[kind]
    drawn = figure(trace)
    pictures = traces(drawn, "image")
    same(np.stack([np.moveaxis(np.asarray(each.z), -1, 0) for each in pictures]), trace.images)
    assert {(tuple(each.zmin[:3]), tuple(each.zmax[:3])) for each in pictures} == {((0, 0, 0), (1, 1, 1))}
    heat = traces(drawn, "heatmap")
    same(heat[0].z, trace.z)
    assert list(heat[0].y) == ["4", "5", "6"]
    if kind is ConditionalSamples:
        same(heat[1].z, trace.labels)


def test_grey_pictures_lie_side_by_side_without_smoothing() -> None:
    trace = replace(OF[Samples], images=OF[Samples].images[:, :1])
    pictures = panel(figure(trace), 1)[:-1]
    same([each.z for each in pictures], trace.images[:, 0])
    assert {(each.zmin, each.zmax, each.zsmooth, each.dx, each.dy) for each in pictures} == {(0, 1, False, 1, 1)}
    assert [(each.x0, each.y0) for each in pictures] == [(0, 0), (5, 0), (10, 0)]
    assert list(panel(figure(trace), 1)[-1].text) == ["4", "5", "6"]


def test_a_reconstruction_has_both_pictures_the_posterior_and_the_terms() -> None:
    trace = OF[Reconstruction]
    drawn = figure(trace)
    same([each.z for each in traces(drawn, "heatmap")], np.concatenate([trace.x, trace.image])[:, 0])
    means, draws = panel(drawn, 2)[::2], panel(drawn, 2)[1::2]
    same([each.y for each in means], trace.mean)
    np.testing.assert_allclose([each.error_y.array for each in means], np.exp(trace.log_variance / 2), rtol=1e-6)
    same([each.y for each in draws], trace.z)
    same([each.customdata for each in draws], trace.epsilon)
    same([each.y for each in panel(drawn, 4)], trace.kl_per_dimension)
    same([each.y for each in panel(drawn, 5)], [trace.reconstruction, trace.elbo])


def test_an_ellipse_is_one_standard_deviation_around_its_mean() -> None:
    trace = OF[Reconstruction]
    ellipses, means, draws = panel(figure(trace), 3)
    same(np.stack([means.x, means.y], 1), trace.mean)
    same(np.stack([draws.x, draws.y], 1), trace.z)
    corners = np.array([ellipses.x, ellipses.y], np.float64).T
    gaps = np.flatnonzero(np.isnan(corners[:, 0]))
    assert len(gaps) == 2
    for around, mean, log_variance in zip(np.split(corners, gaps + 1), trace.mean, trace.log_variance, strict=False):
        away = (around[:-1] - mean) / np.exp(log_variance / 2)
        np.testing.assert_allclose(np.linalg.norm(away, axis=1), 1, atol=1e-5)


def test_a_browse_set_is_its_exact_pixels_and_attributes() -> None:
    trace = OF[BrowseSet]
    drawn = figure(trace)
    image, words = panel(drawn, 1)
    same(tiles(sheet(image.source), (5, 4)), np.repeat(trace.images, 3, 1))
    assert list(words.text) == ["7", "11", "13", "17"]
    colour, angle = traces(drawn, "histogram")
    assert list(colour.x) == ["red", "blue", "blue", "red"]
    same(angle.x, trace.attributes["tilt"].values)
    assert list(traces(figure(trace, "zh"), "histogram")[0].x) == ["红", "蓝", "蓝", "红"]


def test_many_pictures_have_their_captions_under_the_pointer() -> None:
    count = 200
    trace = BrowseSet(np.arange(count), np.zeros((count, 1, 2, 2), np.uint8), {})
    image, words = figure(trace).data
    assert (image.hoverinfo, words.mode, words.hoverinfo) == ("skip", "markers", "text")
    assert list(words.text) == [str(number) for number in range(count)]


def test_a_latent_map_has_its_layouts_coloured_by_the_first_attribute() -> None:
    trace = OF[LatentMap]
    drawn = figure(trace)
    projected = trace.pca.project(trace.mean)
    for number, places in ((1, projected), (2, trace.umap)):
        red, blue = panel(drawn, number)
        same(np.stack([red.x, red.y], 1), places[[0, 3]])
        same(np.stack([blue.x, blue.y], 1), places[[1, 2]])
        assert (red.name, blue.name) == ("red", "blue")
        assert red.marker.symbol != blue.marker.symbol
        same(blue.customdata, [11, 13])
    same(panel(drawn, 3)[0].y, [2, 0.5, 0])
    assert drawn.layout.xaxis.title.text == word("en", "latent.component", number=1, share="60.0")
    two = {name: getattr(trace, name)[..., :2] for name in ("mean", "log_variance", "kl_per_dimension")}
    flat = replace(trace, **two, pca=None, umap=None, attributes={"tilt": OF[ContinuousAttribute]})
    _, points = panel(figure(flat), 1)
    same(np.stack([points.x, points.y], 1), flat.mean)
    same(points.marker.color, OF[ContinuousAttribute].values)


def test_attributes_are_counted_as_they_are() -> None:
    assert list(figure(OF[CategoricalAttribute]).data[0].x) == ["red", "blue", "blue", "red"]
    angle = figure(OF[ContinuousAttribute])
    same(angle.data[0].x, OF[ContinuousAttribute].values)
    assert angle.layout.xaxis.title.text.endswith("°")


def test_components_and_states_are_the_arrays() -> None:
    trace = OF[PrincipalComponents]
    ratio, rows, center = figure(trace).data
    same(ratio.y, trace.explained_variance_ratio)
    same(rows.z, trace.components)
    same(center.y, trace.center)
    states = OF[StateMap]
    pca, umap = figure(states).data
    same(np.stack([pca.x, pca.y], 1), states.layout_pca)
    same(np.stack([umap.x, umap.y], 1), states.layout_umap)
    same(umap.marker.color, states.position)


def test_a_path_has_its_pictures_densities_and_latents() -> None:
    trace = OF[LatentPath]
    drawn = figure(trace)
    same([each.z for each in panel(drawn, 1)[:-1]], trace.image[:, 0])
    prior, aggregated = panel(drawn, 2)
    same([prior.x, prior.y, aggregated.y], [trace.share, trace.log_prior, trace.log_aggregated])
    same(panel(drawn, 3)[0].z, trace.z.T)


def test_a_moment_is_its_sheets_and_the_two_dimensions_that_say_most() -> None:
    trace = OF[Moment]
    drawn = figure(trace)
    for number, pictures in ((1, trace.samples), (2, trace.reconstructions)):
        same(tiles(sheet(panel(drawn, number)[0].source), (5, 4)), pictures)
    _, means = panel(drawn, 3)
    same(np.stack([means.x, means.y], 1), trace.mean[:, [1, 2]])
    assert (drawn.layout.xaxis3.title.text, drawn.layout.yaxis3.title.text) == ("z₂", "z₃")
    same(panel(drawn, 4)[0].y, [2, 1, 0.5])
    with pytest.raises(FigureError, match=r"^Moment\.reconstructions: expected"):
        figure(replace(trace, reconstructions=trace.reconstructions[:3]))
