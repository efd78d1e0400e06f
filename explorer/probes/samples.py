"""Seeds → latents → pictures, by the same arithmetic as the page."""

from __future__ import annotations

import math

import numpy as np
import torch

from explorer.catalog import Checkpoint, Mixture
from explorer.errors import ExplorerError
from explorer.families.latent_gaussian import LatentGaussian
from explorer.philox import normals, uniforms
from explorer.traces import Floats, Samples

NOISE, COMPONENT, EPSILON = 0, 1, 2
"""Streams of the seeded generator; see docs/architecture.md."""


class SampleError(ExplorerError):
    """A request that no sample can answer."""


def latent(seed: int, size: int, mixture: Mixture | None = None, scale: float = 1.0) -> Floats:
    """The latent (L,) float32 that a prior gives for a seed: N(0, I), or ``mixture`` where one is given.

    Args:
        seed: from 0 to 2⁵³ − 1.
        size: L.
        mixture: the prior fitted to the aggregated posterior.
        scale: factor on the prior's standard deviations (within a component, for a mixture).
    """
    noise = scale * normals(seed, NOISE, size)
    if mixture is None:
        return noise.astype(np.float32)
    cumulated = np.cumsum(mixture.weights.double().numpy())
    chosen = int(np.searchsorted(cumulated, uniforms(seed, COMPONENT, 1)[0] * cumulated[-1], side="right"))
    mean, factor = mixture.means[chosen].double().numpy(), mixture.cholesky[chosen].double().numpy()
    moved: Floats = (mean + factor @ noise).astype(np.float32)
    return moved


def prior(checkpoint: Checkpoint, name: str | None) -> Mixture | None:
    """The mixture, or ``None`` for N(0, I); ``name`` defaults to the checkpoint's first prior.

    Raises:
        SampleError: if the checkpoint has no prior of that name.
    """
    chosen = name or checkpoint.config.priors[0]
    if chosen not in checkpoint.config.priors:
        raise SampleError(
            f"{checkpoint.config.name} has the priors {', '.join(checkpoint.config.priors)}, got {chosen!r}"
        )
    return checkpoint.mixture if chosen == "mixture" else None


@torch.no_grad()
def pictures(model: LatentGaussian, z: Floats) -> Floats:
    """E[x|z] (N, C, H, W) float32 for latents (N, L), decoded 64 at a time."""
    chunks = [model.picture(model.decode(chunk)) for chunk in torch.from_numpy(z).split(64)]
    decoded: Floats = torch.cat(chunks).numpy()
    return decoded


def samples(
    checkpoint: Checkpoint, seed: int, count: int, prior_name: str | None = None, scale: float = 1.0
) -> Samples:
    """The pictures of the seeds ``seed`` … ``seed + count − 1``.

    Raises:
        SampleError: if seeds leave [0, 2⁵³), the count is not 1 to 10,000, the scale not 0 to 10, or the prior unknown.
    """
    if not 1 <= count <= 10_000:
        raise SampleError(f"count must be from 1 to 10000, got {count}")
    if seed < 0 or seed + count > 2**53:
        raise SampleError(f"seeds must be from 0 to 2^53 - 1, got {seed} to {seed + count - 1}")
    if not (math.isfinite(scale) and 0 <= scale <= 10):
        raise SampleError(f"scale must be from 0 to 10, got {scale}")
    mixture = prior(checkpoint, prior_name)
    seeds = np.arange(seed, seed + count, dtype=np.int64)
    z = np.stack([latent(int(each), checkpoint.model.latent_size, mixture, scale) for each in seeds])
    return Samples(seeds, z, pictures(checkpoint.model, z))
