"""Histograms of what a discriminator says, raw, of what is real and of what is generated."""

from __future__ import annotations

import numpy as np

from explorer.families.choices import Loss
from explorer.traces import Floats

BINS = 48
RANGES: dict[Loss, tuple[float, float]] = {
    "minimax": (-8, 8),
    "non_saturating": (-8, 8),
    "least_squares": (-1, 2),
    "hinge": (-4, 4),
    "wasserstein_clip": (-20, 20),
    "wasserstein_penalty": (-20, 20),
}


def histogram_edges(loss: Loss) -> Floats:
    """The edges (:data:`BINS` + 1,) of the histograms of a run with this loss."""
    edges: Floats = np.linspace(*RANGES[loss], BINS + 1)
    return edges


def histogram(values: Floats, edges: Floats) -> Floats:
    """Shares (B,) float32 of outputs (N,) in bins; the outermost hold what lies beyond the edges (B + 1,)."""
    inside = np.clip(values, edges[0], edges[-1])
    shares: Floats = (np.histogram(inside, edges)[0] / len(values)).astype(np.float32)
    return shares
