"""Maximum mean discrepancy between two samples of sequences, and what chance alone would give (Gretton et al. 2012).

The kernel is a Gaussian, k(x, y) = exp(−‖x − y‖² / 2σ²), over whole sequences as vectors; σ is the median distance
between real ones. p-values are of permutation tests, which hold for any sample size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.traces import Floats, Integers

PERMUTATIONS = 500
Z80 = 0.8416212335729143
"""The standard normal's 80 % quantile."""
FEWEST = 10
"""Sequences in each sample."""


class DiscrepancyError(ExplorerError):
    """Samples that no discrepancy can be computed of."""


@dataclass(frozen=True)
class TwoSampleTest:
    """Whether two samples can be told to come from two distributions."""

    value: float
    """MMD², unbiased, and so below 0 about half the time where the distributions are the same."""
    low: float
    high: float
    """95 % interval of MMD², by resampling both samples' sequences (see :func:`two_sample_test`)."""
    floor: float
    """Mean of MMD² over permutations: between samples of one distribution."""
    floor_low: float
    floor_high: float
    """95 % of the permutations."""
    p_value: float
    """Share of permutations, the samples as they are among them, whose MMD² is at least the value."""
    detectable: float
    """The MMD² that samples of these sizes are told apart by in 80 % of repetitions, at the level of 5 %."""


def median_distance(x: Floats) -> float:
    """The median distance between different rows of ``x`` (N, D): the kernel's σ (Gretton et al. 2012, section 8).

    Raises:
        DiscrepancyError: if there are too few rows, or most are the same.
    """
    squared = squared_distances(_checked(x), _checked(x))
    median = float(np.sqrt(np.median(squared[np.triu_indices(len(x), 1)])))
    if median == 0:
        raise DiscrepancyError(
            "at least half of the pairs of sequences are equal: there is no scale to compare them by"
        )
    return median


def gaussian_kernel(x: Floats, y: Floats, sigma: float) -> Floats:
    """k (N, M) between the rows of ``x`` (N, D) and ``y`` (M, D)."""
    kernel: Floats = np.exp(squared_distances(_checked(x), _checked(y)) / (-2 * sigma**2))
    return kernel


def squared_mmd(x: Floats, y: Floats, sigma: float) -> float:
    """MMD², unbiased (Gretton et al. 2012, eq. 3), of samples (N, D) and (M, D)."""
    kernel = gaussian_kernel(np.concatenate([x, y]), np.concatenate([x, y]), sigma)
    return float(of_kernel(kernel, np.repeat([[1, -1]], [len(x), len(y)], axis=1))[0])


def two_sample_test(x: Floats, y: Floats, sigma: float, seed: int = 0) -> TwoSampleTest:
    """Whether generated and real sequences can be told apart; H₀: they come from one distribution.

    The interval of MMD² is of sampling: 95 % of its values over subsamples of half of each sample, drawn without
    replacement, about their mean. They vary as whole samples do: a mean of n/2 of n values by (2/n)·(1 − ½)·s² = s²/n.

    What can be detected is the effect at a power of 80 % (Bloom 1995): the 95 % quantile of the permutations, above
    which H₀ is given up, and 0.84 standard deviations of MMD² more, which is normal where the distributions differ
    (Gretton et al. 2012, corollary 16).

    Args:
        x: (N, D).
        y: (M, D).
        sigma: of the kernel.
        seed: of permutations and subsamples.
    """
    kernel = gaussian_kernel(np.concatenate([x, y]), np.concatenate([x, y]), sigma)
    random = np.random.default_rng(seed)
    whole = np.repeat([1, -1], [len(x), len(y)])
    (value,) = of_kernel(kernel, whole[None])
    shuffled = of_kernel(kernel, np.stack([random.permutation(whole) for _ in range(PERMUTATIONS)]))
    halves = of_kernel(kernel, np.stack([_half(whole, random) for _ in range(PERMUTATIONS)]))
    spread = np.quantile(halves - halves.mean(), [0.025, 0.975])
    floor = np.quantile(shuffled, [0.025, 0.975])
    detectable = np.quantile(shuffled, 0.95) + Z80 * halves.std()
    beyond = (1 + (shuffled >= value).sum()) / (1 + PERMUTATIONS)
    return TwoSampleTest(
        float(value),
        float(value + spread[0]),
        float(value + spread[1]),
        float(np.mean(shuffled)),
        float(floor[0]),
        float(floor[1]),
        float(beyond),
        float(detectable),
    )


def of_kernel(kernel: Floats, sides: Integers) -> Floats:
    """Gretton et al. 2012, eq. 3, (P,), of a kernel of all pairs (N, N), for P ways to take sides.

    Args:
        kernel: of all pairs.
        sides: (P, N): 1 for a row of the first sample, -1 for one of the second, 0 for one of neither.
    """
    first, second = (sides == 1).astype(np.float64), (sides == -1).astype(np.float64)
    n, m = first.sum(1), second.sum(1)
    within, other = (((each @ kernel) * each).sum(1) - each @ kernel.diagonal() for each in (first, second))
    between = ((first @ kernel) * second).sum(1)
    values: Floats = within / (n * (n - 1)) + other / (m * (m - 1)) - 2 * between / (n * m)
    return values


def _half(sides: Integers, random: np.random.Generator) -> Integers:
    """Sides with half of each sample left out."""
    kept: Integers = sides.copy()
    for side in (1, -1):
        rows = np.flatnonzero(sides == side)
        kept[random.permutation(rows)[len(rows) // 2 :]] = 0
    return kept


def squared_distances(x: Floats, y: Floats) -> Floats:
    """‖x − y‖² (N, M) between the rows of ``x`` (N, D) and ``y`` (M, D)."""
    squared: Floats = (x**2).sum(1)[:, None] + (y**2).sum(1)[None] - 2 * x @ y.T
    return squared.clip(0)


def _checked(x: Floats) -> Floats:
    values: Floats = np.asarray(x, np.float64)
    if values.ndim != 2 or len(values) < FEWEST or not np.isfinite(values).all():
        raise DiscrepancyError(f"expected at least {FEWEST} sequences of finite numbers as rows, got {values.shape}")
    return values
