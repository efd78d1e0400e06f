"""Shares of independent trials."""

from __future__ import annotations

from explorer.errors import ExplorerError
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
