"""What was measured of a model."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.traces import Floats


@dataclass(frozen=True)
class Estimate:
    """A mean over independent images with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    unit: str


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
