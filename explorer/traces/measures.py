"""What was measured of a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.traces import Floats, Integers

Z95 = 1.959963984540054
"""The standard normal's 97.5 % quantile."""


def wilson(successes: Integers | int, count: int) -> Floats:
    """Shares of ``count`` ≥ 1 independent trials with Wilson's 95 % intervals (Wilson 1927), (…, 3): share, low, high.

    They stay in [0, 1] and are no points at 0 or 1.
    """
    share = np.asarray(successes) / count
    shrink = 1 / (1 + Z95**2 / count)
    centre = shrink * (share + Z95**2 / (2 * count))
    half = shrink * Z95 * np.sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2))
    found: Floats = np.stack([share, np.minimum(share, centre - half), np.maximum(share, centre + half)], -1)
    return found.clip(0, 1)  # rounding may take them 1e-17 beyond


@dataclass(frozen=True)
class Estimate:
    """A mean over independent images with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    unit: str


@dataclass(frozen=True)
class Comparison(Estimate):
    """What ``count`` samples get beside other data, with its 95 % interval."""

    reference: int
    """Data that the samples were compared with: measures of other numbers of either do not compare."""


@dataclass(frozen=True)
class DamageCurve:
    """How far reconstructions of damaged images are from the clean images, over the damage's strength."""

    unit: str
    """Of the strength."""
    strength: Floats
    """(S,) rising from 0, no damage."""
    error: Floats
    """(S, 3) mean squared error in squared grey levels (unit range) over images and pixels, and its 95 % interval."""
    identity: Floats
    """(S, 3) the same of the damaged images themselves, which no model has touched."""
    count: int
    """Images."""
    seed: int
    """Of noise, places and directions."""


@dataclass(frozen=True)
class FactorTable:
    """What each latent dimension tells of each factor that the images were drawn from."""

    factors: tuple[str, ...]
    """(K,) names."""
    information: Floats
    """(K, L) mutual information of factor and dimension, nats, in the bins of the estimate."""
    entropy: Floats
    """(K,) of each factor, in the same bins, nats."""
    importance: Floats
    """(K, L) share of a dimension among all in predicting the factor; rows sum to 1, or to 0 where none tells."""
    count: int
    """Images."""
