"""Distributions in the plane against their formulas, written out again one point at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.datasets import DatasetError
from explorer.datasets.planar import SIGMAS, real_points, support
from explorer.philox import uniforms

DRAWN = [[-0.5, 0.25], [1.0, -1.25], [0.0, 0.0]]


def by_hand(data: str, u: list[float]) -> tuple[float, float]:
    """The noise-free point that four uniforms mean."""
    turn = 2 * math.pi
    match data:
        case "line":
            t = 1.6 * u[1] - 0.8
            return t, t / 2
        case "ring":
            return 0.8 * math.cos(turn * u[1]), 0.8 * math.sin(turn * u[1])
        case "gaussians":
            angle = turn * math.floor(8 * u[0]) / 8
            return 0.8 * math.cos(angle), 0.8 * math.sin(angle)
        case "grid":
            k = math.floor(25 * u[0])
            return -0.8 + 0.4 * (k % 5), -0.8 + 0.4 * (k // 5)
        case "spiral":
            r = math.sqrt(u[1])
            return 0.85 * r * math.cos(3 * math.pi * r), 0.85 * r * math.sin(3 * math.pi * r)
        case "moons":
            angle = math.pi * u[1]
            if u[0] < 0.5:
                return 0.6 * (math.cos(angle) - 0.5), 0.6 * (math.sin(angle) - 0.25)
            return 0.6 * (0.5 - math.cos(angle)), 0.6 * (0.25 - math.sin(angle))
        case "disjoint":
            return [(-0.7, -0.5), (0.0, 0.7), (0.7, -0.5)][math.floor(3 * u[0])]
    x, y = DRAWN[math.floor(3 * u[0])]
    return x, y


@pytest.mark.parametrize("data", SIGMAS)
def test_points_are_the_formula_of_their_uniforms(data: str) -> None:
    draws = uniforms(9, 13, 4 * 50, index=3).reshape(50, 4)
    expected = []
    for u in draws.tolist():
        radius, (x, y) = math.sqrt(-2 * math.log(u[2])), by_hand(data, u)
        noise = radius * math.cos(2 * math.pi * u[3]), radius * math.sin(2 * math.pi * u[3])
        expected.append((x + SIGMAS[data] * noise[0], y + SIGMAS[data] * noise[1]))
    found = real_points(data, 9, 13, 50, 3, DRAWN)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-7)


@pytest.mark.parametrize("data", SIGMAS)
def test_points_scatter_around_the_support_by_sigma(data: str) -> None:
    """Across a curve the noise is one-dimensional, around a centre two-dimensional; both are known."""
    target = support(data, DRAWN)
    points = real_points(data, 0, 17, 4000, 0, DRAWN).astype(np.float64)
    distance = np.linalg.norm(points[:, None] - target.points[None], axis=2).min(1)
    curve = data in ("line", "ring", "spiral", "moons")
    within = math.erf(1 / math.sqrt(2)) if curve else 1 - math.exp(-0.5)
    assert (distance <= target.sigma).mean() == pytest.approx(within, abs=4 * math.sqrt(0.25 / 4000))


@pytest.mark.parametrize(("data", "modes"), [("gaussians", 8), ("grid", 25), ("disjoint", 3), ("ring", None)])
def test_modes_of_mixtures(data: str, modes: int | None) -> None:
    target = support(data)
    assert target.modes == modes
    assert len(target.points) == (1001 if modes is None else modes)


@pytest.mark.parametrize("data", ["line", "ring", "spiral", "moons"])
def test_a_curve_has_no_gap_that_sigma_does_not_bridge(data: str) -> None:
    """The longest step is at the spiral's start; moons are two curves."""
    points = support(data).points
    parts = [points[:501], points[501:]] if data == "moons" else [points]
    assert max(np.linalg.norm(np.diff(part, axis=0), axis=1).max() for part in parts) < 2 * SIGMAS[data]


def test_draws_differ_by_index_and_repeat() -> None:
    one, other = real_points("ring", 0, 13, 8, 0), real_points("ring", 0, 13, 8, 1)
    assert not np.array_equal(one, other)
    assert np.array_equal(one, real_points("ring", 0, 13, 8, 0))


def test_everything_real_is_in_the_plane_that_is_shown() -> None:
    for data in set(SIGMAS) - {"drawn"}:
        assert np.abs(real_points(data, 1, 17, 4000)).max() < 1.25


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(DatasetError, match="gaussians"):
        real_points("gaussian", 0, 13, 4)
    with pytest.raises(DatasetError, match="gaussians"):
        support("gaussian")
    for nothing in (None, []):
        with pytest.raises(DatasetError, match="nothing was drawn"):
            real_points("drawn", 0, 13, 4, drawn=nothing)
