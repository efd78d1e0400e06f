"""Shares of independent trials."""

from __future__ import annotations

import numpy as np

from explorer.errors import ExplorerError
from explorer.traces import Floats
from explorer.traces.measures import Estimate, wilson


def proportion(successes: int, count: int, unit: str) -> Estimate:
    """A share with Wilson's 95 % interval.

    Raises:
        ExplorerError: unless 0 ≤ successes ≤ count and count ≥ 1.
    """
    if not (count >= 1 and 0 <= successes <= count):
        raise ExplorerError(f"a share needs 0 to N of N ≥ 1 trials, got {successes} of {count}")
    share, low, high = wilson(successes, count).tolist()
    return Estimate(share, low, high, count, unit)


def mean_of_proportions(successes: Floats, counts: Floats, unit: str) -> Estimate:
    """The mean of K shares of independent trials, such as a balanced accuracy, with its 95 % interval.

    Wilson's limits of the shares are joined by the root of their squared distances (Newcombe 1998, method 10; Zou &
    Donner 2008): the interval is none of a point where every share is 0 or 1.

    Args:
        successes: (K,); a mean over several repetitions need not be whole.
        counts: (K,) trials behind each share.
        unit: of the estimate.

    Raises:
        ExplorerError: unless 0 ≤ successes ≤ counts and counts ≥ 1.
    """
    if not ((counts >= 1) & (successes >= 0) & (successes <= counts)).all():
        raise ExplorerError(f"shares need 0 to N of N ≥ 1 trials, got {successes} of {counts}")
    shares = np.array([wilson(each, count) for each, count in zip(successes, counts, strict=True)])
    value = float(shares[:, 0].mean())
    below, above = (float(np.sqrt(((shares[:, 0] - limit) ** 2).sum())) / len(shares) for limit in shares[:, 1:].T)
    return Estimate(value, value - below, value + above, int(counts.sum()), unit)
