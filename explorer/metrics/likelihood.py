"""How well a model explains held-out images, in nats, each number with its sample size and 95 % interval."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.latent_gaussian import LatentGaussian
from explorer.families.oracle import Oracle
from explorer.traces import Bytes, Estimate

ACTIVE = 0.01
"""A dimension is active if its posterior mean's variance over images exceeds this (Burda et al. 2016, section 5.2)."""


def estimate(values: Tensor, unit: str) -> Estimate:
    """The mean of independent values with its normal 95 % interval.

    Raises:
        ExplorerError: if there are fewer than two values or one is not finite.
    """
    if len(values) < 2 or not torch.isfinite(values).all():
        raise ExplorerError(f"an estimate needs at least two finite values, got {len(values)}")
    mean = values.double().mean().item()
    half = 1.96 * values.double().std().item() / math.sqrt(len(values))
    return Estimate(mean, mean - half, mean + half, len(values), unit)


@torch.no_grad()
def evidence_metrics(model: LatentGaussian, images: Bytes, seed: int, draws: int) -> dict[str, Estimate]:
    """ELBO and its terms, the importance-weighted bound with ``draws`` samples, and reconstruction error.

    Args:
        model: in evaluation mode.
        images: uint8 (N, C, H, W) held-out images.
        seed: of the posterior draws.
        draws: K of the importance-weighted bound.
    """
    generator = torch.Generator().manual_seed(seed)
    columns: dict[str, list[Tensor]] = {}
    for batch in torch.from_numpy(images).split(16):
        x = batch.float() / 255
        epsilon = torch.randn(draws, len(x), model.latent_size, generator=generator)
        terms = model.evidence(x, epsilon[0])
        error = (model.picture(model.decode(model.encode(x)[0])) - x).square().flatten(1).mean(1)
        row = {"elbo": terms.elbo, "reconstruction": terms.reconstruction, "kl": terms.kl, "mean_squared_error": error}
        row["importance_weighted_bound"] = model.importance_weighted_bound(x, epsilon)
        if isinstance(model, Oracle):
            row["log_evidence"] = model.log_evidence(x)
        for name, values in row.items():
            columns.setdefault(name, []).append(values)
    units = {"mean_squared_error": "squared grey level, unit range", "importance_weighted_bound": f"nats, K = {draws}"}
    return {name: estimate(torch.cat(values), units.get(name, "nats")) for name, values in columns.items()}


@torch.no_grad()
def active_dimensions(mean: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> int:
    """How many coordinates of posterior means (N, L) vary by more than :data:`ACTIVE`."""
    return int((mean.var(0) > ACTIVE).sum())
