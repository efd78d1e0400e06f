"""Which sine wave a sequence is nearest to: frequency, amplitude and phase recovered by least squares.

The mean-square-nearest a·sin(2πft + φ) is found exactly in amplitude and phase for each frequency of a grid, and the
frequency then between the grid's points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.datasets.sequences.sines import LENGTH, times
from explorer.errors import ExplorerError
from explorer.traces import Floats

GRID = np.linspace(0.25, 8.0, 311)
"""Hz; wider than the data's range, so that a wave outside of it is seen to be."""
REFINEMENTS, FINE = 3, 21


class SineError(ExplorerError):
    """Sequences that no sine wave can be fitted to."""


@dataclass(frozen=True)
class Waves:
    """The nearest sine wave of each of N sequences."""

    frequency: Floats
    """(N,) Hz."""
    amplitude: Floats
    """(N,) 0 or more."""
    phase: Floats
    """(N,) radians in (-π, π], of a sine at t = 0."""
    explained: Floats
    """(N,) share of the sequence's sum of squares that the wave has: 1 for a sine wave."""


def nearest_waves(values: Floats) -> Waves:
    """Fit each row of ``values`` (N, LENGTH), sampled at :func:`explorer.datasets.sequences.sines.times`.

    Raises:
        SineError: if the shape is another, a number not finite, or a sequence all zero.
    """
    rows = np.asarray(values, np.float64)
    if rows.ndim != 2 or rows.shape[1] != LENGTH or not np.isfinite(rows).all():
        raise SineError(f"expected sequences (N, {LENGTH}) of finite numbers, got {rows.shape}")
    total = (rows**2).sum(1)
    if not (total > 0).all():
        raise SineError("a sequence of zeros has no frequency")
    power = np.stack([_fit(rows, np.full(len(rows), each))[0] for each in GRID], 1)
    frequency, half = GRID[power.argmax(1)], GRID[1] - GRID[0]
    for _ in range(REFINEMENTS):
        offsets = np.linspace(-half, half, FINE)
        tried = np.clip(frequency[:, None] + offsets, GRID[0], GRID[-1])
        power = np.stack([_fit(rows, tried[:, index])[0] for index in range(FINE)], 1)
        frequency, half = tried[np.arange(len(rows)), power.argmax(1)], offsets[1] - offsets[0]
    found, of_sine, of_cosine = _fit(rows, frequency)
    amplitude, phase = np.hypot(of_sine, of_cosine), np.arctan2(of_cosine, of_sine)
    return Waves(frequency, amplitude, phase, found / total)


def _fit(rows: Floats, frequency: Floats) -> tuple[Floats, Floats, Floats]:
    """Explained sum of squares and the coefficients of sine and cosine, (N,) each, at one frequency a row."""
    angle = 2 * np.pi * frequency[:, None] * times()
    sine, cosine = np.sin(angle), np.cos(angle)
    ss, cc, sc = (sine**2).sum(1), (cosine**2).sum(1), (sine * cosine).sum(1)
    xs, xc = (rows * sine).sum(1), (rows * cosine).sum(1)
    determinant = ss * cc - sc**2
    a, b = (xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant
    return a * xs + b * xc, a, b


def distance_to_uniform(values: Floats, low: float, high: float) -> float:
    """The 1-Wasserstein distance of a sample (N,) from the uniform distribution on [low, high], in the sample's unit.

    ∫₀¹ |Q(u) − (low + (high − low)·u)| du with Q the sample's quantiles, integrated exactly over each step of Q.
    """
    ordered, count = np.sort(np.asarray(values, np.float64)), len(values)
    edges = low + (high - low) * np.arange(count + 1) / count
    left, right = edges[:-1] - ordered, edges[1:] - ordered
    crosses = (left < 0) & (right > 0)
    area = np.where(crosses, (left**2 + right**2) / 2, np.abs(right**2 - left**2) / 2)
    return float(area.sum() / (high - low))
