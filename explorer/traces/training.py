"""What training looked like."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.traces import Bytes, Floats


@dataclass(frozen=True)
class Moment:
    """What training looked like after one number of steps."""

    step: int
    mean: Floats
    """(M, L) posterior means of a fixed set of held-out images."""
    samples: Bytes
    """(S, C, H, W) decoded from fixed noise."""
    reconstructions: Bytes
    """(2R, C, H, W): each of R held-out images, then its reconstruction from the posterior mean."""
    log_variance: Floats
    """(M, L) of the posteriors."""
    reconstruction: float
    """E[ln p(x|z)] at one seeded posterior sample of each followed image; nats, mean over the images."""
    kl_per_dimension: Floats
    """(L,) nats, mean over the followed images."""


@dataclass(frozen=True)
class History:
    """What was logged while training."""

    columns: tuple[str, ...]
    """"step" first, then the names of the logged quantities."""
    rows: Floats
    """(T, len(columns)); losses in nats per image, means over the steps since the row before."""
