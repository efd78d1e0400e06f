"""How well a model explains held-out images, in nats, each number with its sample size and 95 % interval."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from explorer.errors import ExplorerError
from explorer.families.latent_gaussian import LatentGaussian
from explorer.families.oracle import Oracle
from explorer.traces import Bytes
from explorer.traces.measures import Estimate

ACTIVE = 0.01
"""A dimension is active if its posterior mean's variance over images exceeds this (Burda et al. 2016, section 5.2)."""
BINARISATION_SEED = 0
"""Of the one draw of black and white pixels that a model of binarised images is measured on, whatever else is drawn."""
IMAGES = 16
"""Images whose posterior draws are made at once."""
DECODED = 400_000
"""Numbers of the pictures that are decoded at once: few enough to stay in the processor's cache, enough to be quick."""


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


def binarised(images: Bytes, seed: int = BINARISATION_SEED) -> Bytes:
    """Images with every pixel drawn once as white (255) with the probability of its grey level, else black (0).

    Dynamically binarised MNIST's test images are such draws (Burda et al. 2016, section 5.1). The draw of an image
    depends on the images before it alone, so that the first N images are the same ones for every N.

    Args:
        images: uint8 (N, C, H, W).
        seed: of the draw.
    """
    uniforms = np.random.default_rng(seed).random(images.shape, np.float32)
    drawn: Bytes = np.where(uniforms < images / np.float32(255), np.uint8(255), np.uint8(0))
    return drawn


@torch.no_grad()
def evidence_metrics(model: LatentGaussian, images: Bytes, seed: int, draws: int | None) -> dict[str, Estimate]:
    """ELBO and its terms, the importance-weighted bound with ``draws`` samples, and reconstruction error.

    Terms are taken at one posterior sample an image, but for an oracle, whose terms and evidence have closed forms. The
    KL is an upper bound of what codes tell of images: its mean is their mutual information plus KL(q(z) ‖ p(z)), q(z)
    being the mean of the posteriors (Hoffman & Johnson 2016, "ELBO surgery"). Shows a progress bar where someone is
    looking.

    Args:
        model: in evaluation mode.
        images: uint8 (N, C, H, W) held-out images; of a model of binarised images, :func:`binarised` ones.
        seed: of the posterior draws.
        draws: K of the importance-weighted bound; None for none, where the evidence itself is known.
    """
    generator = torch.Generator().manual_seed(seed)
    columns: dict[str, list[Tensor]] = {}
    with tqdm(total=len(images), unit=" images", desc=f"evidence, K = {draws or 1}", leave=False, disable=None) as bar:
        for batch in torch.from_numpy(images).split(IMAGES):
            x = batch.float() / 255
            epsilon = torch.randn(draws or 1, len(x), model.latent_size, generator=generator)
            row = _row(model, x, epsilon[0])
            if draws is not None:
                row["importance_weighted_bound"] = importance_weighted_bound(model, x, epsilon)
            for name, values in row.items():
                columns.setdefault(name, []).append(values)
            bar.update(len(x))
    units = {"mean_squared_error": "squared grey level, unit range", "importance_weighted_bound": f"nats, K = {draws}"}
    return {name: estimate(torch.cat(values), units.get(name, "nats")) for name, values in columns.items()}


def _row(model: LatentGaussian, x: Tensor, epsilon: Tensor) -> dict[str, Tensor]:
    """Every measure (N,) of images (N, C, H, W) in unit range, for ε (N, L)."""
    terms = model.expected_evidence(x) if isinstance(model, Oracle) else model.evidence(x, epsilon)
    error = (model.picture(model.decode(model.encode(x)[0])) - x).square().flatten(1).mean(1)
    row = {"elbo": terms.elbo, "reconstruction": terms.reconstruction, "kl": terms.kl, "mean_squared_error": error}
    return row | {"log_evidence": model.log_evidence(x)} if isinstance(model, Oracle) else row


def importance_weighted_bound(model: LatentGaussian, x: Tensor, epsilon: Tensor) -> Tensor:
    """ln (1/K) Σ_k p(x, z_k)/q(z_k|x), (N,), nats (Burda et al. 2016, eq. 8), for thousands of draws.

    The images are encoded once, and as many draws are decoded together as :data:`DECODED` allows. Weights are kept in
    float64, so that K does not round them away.

    Args:
        model: in evaluation mode.
        x: (N, C, H, W), unit range.
        epsilon: (K, N, L), standard normal.
    """
    bounds = []
    for image, mean, log_variance, draws in zip(x, *model.encode(x), epsilon.transpose(0, 1), strict=True):
        weights = [
            model.log_weight(image.expand(len(some), *image.shape), mean[None], log_variance[None], some)
            for some in draws.split(max(1, DECODED // image.numel()))
        ]
        bounds.append(torch.logsumexp(torch.cat(weights).double(), 0) - math.log(len(epsilon)))
    return torch.stack(bounds)


@torch.no_grad()
def active_dimensions(mean: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> int:
    """How many coordinates of posterior means (N, L) vary by more than :data:`ACTIVE`."""
    return int((mean.var(0) > ACTIVE).sum())
