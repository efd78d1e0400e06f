"""How close generated points of the plane are to a known distribution, and what the discriminator makes of them.

A distance between two finite samples is not zero even where the distributions are the same: every distance here comes
with its floor, what two real samples of the same size are apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.datasets.planar import Support, real_points, support
from explorer.errors import ExplorerError
from explorer.families.adversarial import THRESHOLDS
from explorer.families.planar_gan import PlanarGAN, noise, shown_output
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.proportions import proportion
from explorer.traces import Floats, Integers
from explorer.traces.measures import Estimate

STREAM_SHOWN_NOISE, STREAM_SHOWN_REAL = 16, 17
SHOWN = 512
"""Points that are shown and measured."""
WITHIN = 3.0
"""A point is of high quality within so many σ of the support."""
COVERED = 0.1
"""A mode is covered by this share of the points that it would have if all modes had the same."""
DIRECTIONS = 64
FLOOR_PAIRS = 8


@dataclass(frozen=True)
class Range:
    """A mean with the smallest and the largest value."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Floors:
    """What two real samples of the same size score against each other: a smaller difference from it means nothing."""

    energy: Range
    """Energy distance."""
    sliced_wasserstein: Range
    """In units of the plane."""
    high_quality: float
    """Share of real points that are within 3σ of the support."""
    count: int
    """Points in each sample."""


@dataclass(frozen=True)
class PlanarMeasures:
    """Numbers about one moment of a planar GAN, over ``count`` generated and as many real points."""

    high_quality: float
    """Share of generated points within 3σ of the noise-free support."""
    modes_covered: int | None
    """None where the distribution has no separate modes."""
    modes: int | None
    energy: float
    """Energy distance to the real sample; at least 0."""
    sliced_wasserstein: float
    """Sliced Wasserstein-1 distance to the real sample, in units of the plane."""
    accuracy: float | None
    """Share of real and generated points that D decides rightly; None for a Wasserstein critic."""
    real_output: float
    """Mean of D(x) as it is displayed, over real points."""
    fake_output: float
    count: int


def nearest(points: Floats, target: Support) -> tuple[Integers, NDArray[np.float64]]:
    """Index of the nearest support point and the distance to it, each (N,), for points (N, 2).

    Raises:
        ExplorerError: if there is no point or one is not finite.
    """
    distances = _distances(_checked(points), target.points)
    index = distances.argmin(axis=1)
    return index, distances[np.arange(len(points)), index]


def high_quality_share(points: Floats, target: Support) -> float:
    """Share of points (N, 2) within 3σ of the noise-free support."""
    return float((nearest(points, target)[1] <= WITHIN * target.sigma).mean())


def modes_covered(points: Floats, target: Support) -> int | None:
    """How many modes have at least 10 % of the points that an even share of all N points would give them.

    Only high-quality points count (Srivastava et al. 2017, section 5.1, asks for one; a share does not depend on N).
    """
    if target.modes is None:
        return None
    return int((mode_counts(points, target, target.modes) >= COVERED * len(points) / target.modes).sum())


def mode_counts(points: Floats, target: Support, modes: int) -> Integers:
    """High-quality points of each mode, (modes,), for points (N, 2)."""
    index, distance = nearest(points, target)
    counts: Integers = np.bincount(index[distance <= WITHIN * target.sigma], minlength=modes)
    return counts


def estimate_modes(points: Floats, target: Support) -> Estimate | None:
    """:func:`modes_covered` of independent points (N, 2), with what other draws of N may say.

    The interval's ends are the modes whose share's 95 % interval (Wilson 1927) lies above what covers a mode, and those
    whose interval reaches it.
    """
    if target.modes is None:
        return None
    counts = mode_counts(points, target, target.modes)
    shares = [proportion(int(count), len(points), "share of the points") for count in counts]
    due = COVERED / target.modes
    value, low, high = (sum(getattr(share, end) >= due for share in shares) for end in ("value", "low", "high"))
    return Estimate(value, low, high, len(points), f"of {target.modes} modes")


def energy_distance(x: Floats, y: Floats) -> float:
    """2 E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖ ≥ 0 over all pairs, a point with itself included (Székely & Rizzo 2013).

    Args:
        x: (N, 2).
        y: (M, 2).
    """
    x, y = _checked(x), _checked(y)
    return float(2 * _distances(x, y).mean() - _distances(x, x).mean() - _distances(y, y).mean())


def sliced_wasserstein(x: Floats, y: Floats) -> float:
    """Mean over 64 fixed directions of the Wasserstein-1 distance of the projections (Bonneel et al. 2015).

    Args:
        x: (N, 2).
        y: (N, 2), of the same size.
    """
    x, y = _checked(x), _checked(y)
    if len(x) != len(y):
        raise ExplorerError(f"the sliced Wasserstein distance takes samples of the same size, got {len(x)}, {len(y)}")
    angles = np.pi * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS
    directions = np.stack((np.cos(angles), np.sin(angles)))
    return float(np.abs(np.sort(x @ directions, axis=0) - np.sort(y @ directions, axis=0)).mean())


def accuracy(real: Floats, fake: Floats, threshold: float) -> float:
    """Share of D's raw outputs, (N,) and (M,), on the right side: real above the threshold, generated not above it."""
    right = int((real > threshold).sum()) + int((fake <= threshold).sum())
    return right / (len(real) + len(fake))


@torch.no_grad()
def generated(model: PlanarGAN, count: int = SHOWN, index: int = 0) -> NDArray[np.float32]:
    """Points of a model in evaluation mode, (count, 2); index 0 is what the page shows."""
    settings = model.settings
    z = torch.from_numpy(noise(settings.noise, settings.seed, STREAM_SHOWN_NOISE, count, index))
    points: NDArray[np.float32] = model.generate(z.to(next(model.parameters()).dtype)).numpy()
    return points


@torch.no_grad()
def measure(model: PlanarGAN, count: int = SHOWN, index: int = 0) -> PlanarMeasures:
    """Measure a model in evaluation mode on ``count`` generated and real points; index 0 is what the page shows.

    Raises:
        ExplorerError: if a generated point is not finite.
    """
    settings = model.settings
    dtype = next(model.parameters()).dtype
    points = generated(model, count, index)
    real = shown_real(settings, count, index)
    outputs = [model.discriminate(torch.from_numpy(each).to(dtype)) for each in (real, points)]
    shown = [shown_output(settings.loss, raw).double().mean().item() for raw in outputs]
    target = support(settings.data, settings.points)
    threshold = THRESHOLDS[settings.loss]
    return PlanarMeasures(
        high_quality_share(points, target),
        modes_covered(points, target),
        target.modes,
        energy_distance(points, real),
        sliced_wasserstein(points, real),
        None if threshold is None else accuracy(outputs[0].numpy(), outputs[1].numpy(), threshold),
        shown[0],
        shown[1],
        count,
    )


def shown_real(settings: PlanarSettings, count: int = SHOWN, index: int = 0) -> NDArray[np.float32]:
    """The real points that are shown and measured, (count, 2)."""
    return real_points(settings.data, settings.seed, STREAM_SHOWN_REAL, count, index, settings.points)


@dataclass(frozen=True)
class Floor:
    """What one real sample scores against another of the same size."""

    energy: float
    sliced_wasserstein: float
    high_quality: float
    """Share of the points of both that are within 3σ of the support."""


def floor_pairs(settings: PlanarSettings, count: int = SHOWN) -> list[Floor]:
    """Eight pairs of real samples, draws (1, 2), (3, 4), … (15, 16) of the shown points' stream, against each other."""
    target = support(settings.data, settings.points)
    pairs = []
    for index in range(FLOOR_PAIRS):
        one, other = (shown_real(settings, count, 2 * index + each) for each in (1, 2))
        share = (high_quality_share(one, target) + high_quality_share(other, target)) / 2
        pairs.append(Floor(energy_distance(one, other), sliced_wasserstein(one, other), share))
    return pairs


def floors(settings: PlanarSettings, count: int = SHOWN) -> Floors:
    """Means and ranges over the eight pairs of :func:`floor_pairs`."""
    pairs = floor_pairs(settings, count)
    return Floors(
        _range([pair.energy for pair in pairs]),
        _range([pair.sliced_wasserstein for pair in pairs]),
        math.fsum(pair.high_quality for pair in pairs) / len(pairs),
        count,
    )


def _range(values: list[float]) -> Range:
    return Range(math.fsum(values) / len(values), min(values), max(values))


def _checked(points: Floats) -> NDArray[np.float64]:
    if len(points) == 0 or not np.isfinite(points).all():
        raise ExplorerError(f"a measure takes finite points, at least one; got {len(points)}")
    return points.astype(np.float64)


def _distances(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, M) Euclidean distances."""
    distances: NDArray[np.float64] = np.hypot(x[:, None, 0] - y[None, :, 0], x[:, None, 1] - y[None, :, 1])
    return distances
