"""Every number that the lab's plot draws, against torch and by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from lab_plot_page import fresh_model, mount, scene_of, settings_of, weights_of
from numpy.typing import NDArray
from planar_page import relative_error
from playwright.sync_api import Page

from explorer.datasets.planar import real_points
from explorer.families.adversarial import THRESHOLDS, generator_loss
from explorer.families.planar_gan import PlanarGAN, noise

TOLERANCE = 1e-5
EXTENT = 1.25
WIDE = {"widths": [32, 32], "activation": "leaky_relu"}
CASES: dict[str, dict[str, Any]] = {
    "default": {},
    "minimax, a curve": {"loss": "minimax", "noise": {"dimensions": 1}, "data": "ring", "generator": WIDE},
    "least squares, Gaussian noise": {"loss": "least_squares", "noise": {"kind": "gaussian"}, "data": "moons"},
    "hinge, spectral": {"loss": "hinge", "discriminator": {"widths": [16, 8], "normalisation": "spectral"}},
    "clipped critic, batch": {
        "loss": "wasserstein_clip",
        "generator": {"widths": [12, 9], "normalisation": "batch", "activation": "tanh"},
        "discriminator": {"widths": [9], "normalisation": "batch"},
    },
    "penalised critic, Gaussian curve": {
        "loss": "wasserstein_penalty",
        "noise": {"kind": "gaussian", "dimensions": 1},
        "discriminator": {"widths": [128, 128, 128]},
        "seed": 7,
    },
}


@dataclass(frozen=True)
class Drawn:
    """What a plot draws of fresh random weights, and these weights in torch."""

    model: PlanarGAN
    scene: dict[str, NDArray[np.float64]]
    slopes: NDArray[np.float64]
    side: int
    span: tuple[float, float]
    legend: str


_drawn: dict[str, Drawn] = {}


@pytest.fixture(params=CASES)
def drawn(request: pytest.FixtureRequest, runtime: Page) -> Drawn:
    """Each case is drawn once."""
    if request.param not in _drawn:
        _drawn[request.param] = draw(runtime, settings_of(**CASES[request.param]))
    return _drawn[request.param]


def draw(page: Page, settings: dict[str, Any]) -> Drawn:
    model = fresh_model(settings, seed=1)
    mount(page, settings)
    page.evaluate("(weights) => show(weights)", weights_of(model))
    scene, legend = scene_of(page), page.inner_text(".lab-plot-legend")
    side, low, high = page.evaluate(
        "() => { const { side, range: { low, high } } = plot.picture.scene; return [side, low, high]; }"
    )
    page.evaluate("plot.setArrows('discriminator')")
    slopes = scene_of(page)["arrows"]
    page.evaluate("() => { plot.destroy(); root.remove(); }")
    return Drawn(model, scene, slopes, side, (low, high), legend)


def plane(side: int) -> NDArray[np.float64]:
    """The corners of a grid's cells over the plane, row by row from above."""
    axis = np.linspace(-EXTENT, EXTENT, side + 1)
    x, y = np.meshgrid(axis, axis[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1)


def outputs(model: PlanarGAN, points: NDArray[np.float64]) -> NDArray[np.float64]:
    return model.discriminate(torch.from_numpy(points)).detach().numpy()


def test_points_are_the_shown_streams(drawn: Drawn) -> None:
    scene, model, settings = drawn.scene, drawn.model, drawn.model.settings
    z = noise(settings.noise, settings.seed, 16, 512)
    real = real_points(settings.data, settings.seed, 17, 512)
    assert scene["real"].tolist() == real.reshape(-1).tolist()
    assert scene["noise"].tolist() == z.reshape(-1).tolist()
    assert relative_error(scene["fake"], model.generate(torch.from_numpy(z).double()).detach().flatten()) <= TOLERANCE


def test_heat_map_is_the_discriminator(drawn: Drawn) -> None:
    assert drawn.side >= 24
    expected = outputs(drawn.model, plane(drawn.side))
    assert relative_error(drawn.scene["heat"], expected) <= TOLERANCE
    limits = {"minimax": (0, 1), "non_saturating": (0, 1), "least_squares": (0, 1), "hinge": (-1, 1)}
    span = limits.get(drawn.model.settings.loss, (expected.min(), expected.max()))
    assert drawn.span == pytest.approx(span, rel=1e-5)


def test_manifold_is_the_generator_on_a_grid_of_noise(drawn: Drawn) -> None:
    scene, model = drawn.scene, drawn.model
    kind, dimensions = model.settings.noise.kind, model.latent_size
    reach = 2.5 if kind == "gaussian" else 1.0
    cells = 24 if dimensions == 2 else 192
    axis = np.linspace(-reach, reach, cells + 1)
    grid = np.stack([mesh.ravel() for mesh in np.meshgrid(axis, axis)], axis=1) if dimensions == 2 else axis[:, None]
    vertices = model.generate(torch.from_numpy(grid)).detach().numpy()
    assert relative_error(scene["vertices"], vertices.ravel()) <= TOLERANCE

    masses = np.diff([math.erf(edge / math.sqrt(2)) / 2 if kind == "gaussian" else edge / 2 for edge in axis])
    if dimensions == 1:
        expected = masses / np.linalg.norm(np.diff(vertices, axis=0), axis=1)
    else:
        expected = np.outer(masses, masses) / areas(vertices.reshape(cells + 1, cells + 1, 2))
    # Where the generator crushes a cell, its area is a small difference of float32 coordinates.
    sound = expected.ravel() < 50
    assert sound.mean() > 0.5
    np.testing.assert_allclose(1 / scene["densities"][sound], 1 / expected.ravel()[sound], rtol=1e-3, atol=1e-5)


def areas(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Areas of the cells between vertices (n + 1, n + 1, 2), each two triangles on its main diagonal."""
    a, b, c, d = vertices[:-1, :-1], vertices[:-1, 1:], vertices[1:, 1:], vertices[1:, :-1]
    stretch = np.stack([b - a, c - a, d - a], axis=2)
    first = np.abs(np.linalg.det(stretch[:, :, [0, 1]]))
    second = np.abs(np.linalg.det(stretch[:, :, [1, 2]]))
    return np.asarray((first + second) / 2)


@pytest.mark.parametrize("kind", ["generator_loss", "discriminator"])
def test_arrows_are_torch_gradients(drawn: Drawn, kind: str) -> None:
    model = drawn.model
    arrows = drawn.slopes if kind == "discriminator" else drawn.scene["arrows"]
    points = torch.from_numpy(drawn.scene["fake"].reshape(-1, 2)[:96]).requires_grad_(True)
    raw = model.discriminate(points)
    # The loss is a mean: its gradient at a point, times their number, is that of the point's own term.
    target = raw.sum() if kind == "discriminator" else -len(points) * generator_loss(model.settings.loss, raw)
    (expected,) = torch.autograd.grad(target, points)
    assert arrows.size == 2 * 96
    assert relative_error(arrows, expected.flatten()) <= TOLERANCE


def test_decision_boundary_is_where_the_discriminator_is_undecided(drawn: Drawn) -> None:
    """Each end of a piece lies on a side of a cell, where a line between torch's values at its corners is undecided."""
    ends = drawn.scene["decision"].reshape(-1, 2)
    limit = THRESHOLDS[drawn.model.settings.loss]
    if limit is None:
        assert ends.size == 0
        assert "No decision boundary: a critic gives scores" in drawn.legend
        return
    side = drawn.side
    values = outputs(drawn.model, plane(side)).reshape(side + 1, side + 1)
    above = values > limit
    crossed = int((above[:, 1:] != above[:, :-1]).sum() + (above[1:] != above[:-1]).sum())
    at = np.stack([(EXTENT - ends[:, 1]), ends[:, 0] + EXTENT], axis=1) * side / (2 * EXTENT)  # row, column
    corner = np.floor(at + 1e-4).astype(int)
    part = at - corner
    assert np.abs(part).min(axis=1).max(initial=0) <= 1e-3  # on a side of a cell
    along = np.where(part[:, 0] > part[:, 1], 0, 1)
    other = corner + np.eye(2, dtype=int)[along]
    first, second = values[tuple(corner.T)], values[tuple(other.T)]
    between = first + part[np.arange(len(part)), along] * (second - first)
    assert np.abs(between - limit).max(initial=0) <= TOLERANCE * max(1.0, np.abs(values).max())
    assert len({tuple(end) for end in ends.round(5)}) >= crossed * 0.99  # ends of neighbouring pieces coincide
    assert len(ends) >= crossed


def test_straight_decision_boundary_by_hand(page: Page) -> None:
    """A linear discriminator: x₁ + 2 x₂ = ½."""
    mount(page, settings_of(discriminator={"widths": []}))
    page.evaluate("() => show({ discriminator: [1, 2, -0.5] })")
    ends = scene_of(page)["decision"].reshape(-1, 2)
    assert np.abs(ends @ [1, 2] - 0.5).max() <= 1e-6
    lengths = np.linalg.norm(ends[0::2] - ends[1::2], axis=1)
    assert lengths.sum() == pytest.approx(2.5 * math.hypot(1, 0.5), rel=1e-6)  # from one edge of the plane to the other


def test_density_of_a_linear_generator_by_hand(page: Page) -> None:
    """x = A z with det A = 0.3 on uniform noise over [−1, 1]²: 1/4 on the square, 1/(4·0.3) on its image."""
    mount(page, settings_of(generator={"widths": []}))
    page.evaluate("() => show({ generator: [0.5, 0.2, -0.5, 0.4, 0.1, 0] })")
    np.testing.assert_allclose(scene_of(page)["densities"], 1 / (4 * 0.3), rtol=1e-4)
    opacities = page.evaluate(
        """async () => { const { densityOpacity } = await import("/browser/views/lab/plot/layers.js");
        return [0, 0.5, 1, 2, 8, Infinity].map((density) => densityOpacity(2, density)); }"""
    )
    assert opacities == pytest.approx([0, 0.1875, 0.375, 0.75, 0.75, 0.75])


def test_saddles_are_cut_by_their_mean(runtime: Page) -> None:
    cut = """async (values) => {
      const { thresholdSegments } = await import("/browser/views/lab/plot/contour.js");
      const segments = new Float32Array(8);
      return [...segments.subarray(0, 4 * thresholdSegments(values, 1, 0, segments))];
    }"""
    upper_left, upper_right = [-1.25, 1.25], [1.25, 1.25]
    # High at the upper left and the lower right; the middle is high, so the low corners are cut off.
    joined = np.reshape(runtime.evaluate(cut, [3, -1, -1, 3]), (2, 2, 2))
    apart = np.reshape(runtime.evaluate(cut, [1, -3, -3, 1]), (2, 2, 2))
    distance = lambda pieces, corner: np.abs(pieces - corner).sum(axis=2).max(axis=1).min()  # noqa: E731
    assert distance(joined, upper_right) == pytest.approx(2.5 / 4)
    assert distance(apart, upper_left) == pytest.approx(2.5 / 4)
    assert runtime.evaluate(cut, [1, 1, 1, 1]) == runtime.evaluate(cut, [-1, -1, -1, -1]) == []
    assert runtime.evaluate(cut, [-1, -1, 3, 3]) == pytest.approx([1.25, 0.625, -1.25, 0.625])


def test_morph_runs_from_the_noise_to_the_manifold(page: Page) -> None:
    mount(page, settings_of(noise={"kind": "gaussian"}))
    page.evaluate("() => show({})")
    only_points = page.evaluate("() => { plot.setLayers({ manifold: false }); return { ...plot.layers }; }")
    end = scene_of(page)
    page.evaluate("plot.morph(0)")
    start = scene_of(page)
    page.evaluate("plot.morph(0.25)")
    quarter = scene_of(page)
    np.testing.assert_allclose(start["fake"], 0.4 * start["noise"], rtol=0, atol=1e-6)
    assert np.abs(start["vertices"]).max() == pytest.approx(1)  # ±2.5 at the scale of 0.4
    for name in ("fake", "vertices"):
        np.testing.assert_allclose(quarter[name], 0.75 * start[name] + 0.25 * end[name], rtol=0, atol=1e-6)
    assert page.inner_text(".lab-plot-message") == "z (× 0.4) → G(z): 25 %"
    page.evaluate("plot.morph(1)")
    np.testing.assert_array_equal(scene_of(page)["fake"], end["fake"])
    assert page.evaluate("plot.layers") == only_points
    assert page.locator(".lab-plot-message").is_hidden()


def test_scale_of_arrows_by_hand(runtime: Page) -> None:
    scales = runtime.evaluate(
        """async () => { const { fittingScale } = await import("/browser/views/lab/plot/arrow-scale.js");
        return [0.35, 1, 3.6, 0.0175, 7e-9].map(fittingScale); }"""
    )
    assert scales == pytest.approx([1, 0.2, 0.05, 20, 5e7])


def test_mistakes_and_places_of_slow_motion(runtime: Page) -> None:
    found = runtime.evaluate(
        """async () => { const { mistakenPoints, noisePlaces } = await import("/browser/views/lab/plot/substep.js");
        const places = [1, 2].map((dimensions) => [...noisePlaces([1, -2], { dimensions, scale: 0.5 })]);
        return [mistakenPoints([1, 2, 3, 4, 5, 6], [0.2, -0.1, 0.7], (output) => output > 0), ...places]; }"""
    )
    assert found == [[1, 2, 5, 6], [0.5, 0, -1, 0], [0.5, -1]]
