"""Distributions in the plane, made up rather than measured: the real data of small adversarial networks.

Every point is a point of a noise-free support plus isotropic Gaussian noise of standard deviation σ. Randomness comes
from the seeded generator that the page shares (``explorer/philox.py``), so both draw the same points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.datasets.store import DatasetError
from explorer.philox import uniforms

Points = NDArray[np.float32]
Coordinates = NDArray[np.float64]

CURVE_POINTS = 1001
"""Of the polyline that stands for a curve."""


@dataclass(frozen=True)
class Support:
    """What a distribution looks like without its noise."""

    points: Coordinates
    """(K, 2): the centres of a mixture, the vertices of a polyline along a curve, or the points drawn."""
    sigma: float
    """Standard deviation of the noise on top, in units of the plane."""
    modes: int | None
    """K for a mixture of separate modes, None where there are none to count."""


def _ring(angle: Coordinates, radius: float | Coordinates) -> Coordinates:
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=-1)


def _line(t: Coordinates) -> Coordinates:
    x = 1.6 * t - 0.8
    return np.stack((x, x / 2), axis=-1)


def _spiral(t: Coordinates) -> Coordinates:
    radius = np.sqrt(t)  # equal mass per area swept
    return _ring(3 * np.pi * radius, 0.85 * radius)


def _moons(t: Coordinates, first: NDArray[np.bool_]) -> Coordinates:
    cosine, sine = np.cos(np.pi * t), np.sin(np.pi * t)
    upper = np.stack((cosine - 0.5, sine - 0.25), axis=-1)
    lower = np.stack((0.5 - cosine, 0.25 - sine), axis=-1)
    return 0.6 * np.where(first[..., None], upper, lower)


def _grid() -> Coordinates:
    steps = -0.8 + 0.4 * np.arange(5)
    return np.stack((np.tile(steps, 5), np.repeat(steps, 5)), axis=-1)


_CENTRES = {
    "gaussians": _ring(2 * np.pi * np.arange(8) / 8, 0.8),
    "grid": _grid(),
    "disjoint": np.array([[-0.7, -0.5], [0.0, 0.7], [0.7, -0.5]]),
}
_CURVES: dict[str, Callable[[Coordinates], Coordinates]] = {
    "line": _line,
    "ring": lambda t: _ring(2 * np.pi * t, 0.8),
    "spiral": _spiral,
}
SIGMAS = {
    "line": 0.02,
    "ring": 0.02,
    "gaussians": 0.04,
    "grid": 0.03,
    "spiral": 0.02,
    "moons": 0.03,
    "disjoint": 0.08,
    "drawn": 0.02,
}
"""The noise of each distribution, by name."""


def real_points(
    data: str, seed: int, stream: int, count: int, index: int = 0, drawn: Sequence[Sequence[float]] | None = None
) -> Points:
    """``count`` points of a distribution, float32 (count, 2).

    Args:
        data: a name in :data:`SIGMAS`.
        seed: in [0, 2⁵³).
        stream: of the generator; four uniforms make one point.
        count: 0 or more.
        index: which of the stream's draws.
        drawn: for ``drawn`` alone, the points drawn, one pair or more.

    Raises:
        DatasetError: if there is no such distribution, or nothing was drawn.
    """
    u = uniforms(seed, stream, 4 * count, index).reshape(count, 4)
    radius, angle = np.sqrt(-2 * np.log(u[:, 2])), 2 * np.pi * u[:, 3]  # Box–Muller
    noise = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return (_clean(data, u, drawn) + SIGMAS[data] * noise).astype(np.float32)


def _clean(data: str, u: Coordinates, drawn: Sequence[Sequence[float]] | None) -> Coordinates:
    """Points of the support (N, 2) for uniforms (N, 4)."""
    if data in _CURVES:
        return _CURVES[data](u[:, 1])
    if data == "moons":
        return _moons(u[:, 1], u[:, 0] < 0.5)
    centres = _points(data, drawn)
    chosen: Coordinates = centres[np.floor(len(centres) * u[:, 0]).astype(np.int64)]
    return chosen


def _points(data: str, drawn: Sequence[Sequence[float]] | None) -> Coordinates:
    if data != "drawn":
        if data not in _CENTRES:
            raise DatasetError(f"there is no distribution '{data}'; there are: {', '.join(SIGMAS)}")
        return _CENTRES[data]
    if not drawn:
        raise DatasetError("drawn data takes at least one point [x, y]; nothing was drawn")
    return np.array(drawn, dtype=np.float64)


def support(data: str, drawn: Sequence[Sequence[float]] | None = None) -> Support:
    """The noise-free support of a distribution; curves as polylines of 1,001 points, even in their parameter.

    Raises:
        DatasetError: if there is no such distribution, or nothing was drawn.
    """
    t = np.linspace(0, 1, CURVE_POINTS)
    if data in _CURVES:
        return Support(_CURVES[data](t), SIGMAS[data], None)
    if data == "moons":
        first = np.arange(CURVE_POINTS) <= CURVE_POINTS // 2
        along = np.concatenate((np.linspace(0, 1, CURVE_POINTS // 2 + 1), np.linspace(0, 1, CURVE_POINTS // 2)))
        return Support(_moons(along, first), SIGMAS[data], None)
    points = _points(data, drawn)
    return Support(points, SIGMAS[data], None if data == "drawn" else len(points))
