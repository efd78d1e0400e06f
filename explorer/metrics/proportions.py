"""Shares of independent trials."""

from __future__ import annotations

import math

from explorer.errors import ExplorerError
from explorer.traces.measures import Estimate

Z95 = 1.959963984540054
"""The standard normal's 97.5 % quantile."""


def proportion(successes: int, count: int, unit: str) -> Estimate:
    """A share with Wilson's 95 % interval (Wilson 1927), which stays in [0, 1] and is no point at 0 or 1.

    Raises:
        ExplorerError: unless 0 ≤ successes ≤ count and count ≥ 1.
    """
    if not (count >= 1 and 0 <= successes <= count):
        raise ExplorerError(f"a share needs 0 to N of N ≥ 1 trials, got {successes} of {count}")
    share = successes / count
    shrink = 1 / (1 + Z95**2 / count)
    centre = shrink * (share + Z95**2 / (2 * count))
    half = shrink * Z95 * math.sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2))
    return Estimate(share, min(share, centre - half), max(share, centre + half), count, unit)
