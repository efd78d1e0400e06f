"""Paths between two latents: the pictures on the way, and how dense the prior and the encoded images are there."""

from __future__ import annotations

import math

import numpy as np

from explorer.catalog import Checkpoint
from explorer.checkpoints import read_tensors
from explorer.errors import ExplorerError
from explorer.probes.samples import pictures
from explorer.traces import Floats
from explorer.traces.pictures import LatentPath

WAYS = ("linear", "spherical")
SMALLEST_SINE = 1e-6
"""Below it the directions agree or oppose each other, and the arc between them is not defined."""


def between(way: str, a: Floats, b: Floats, share: float) -> Floats:
    """The latent (L,) float32 a share of the way from ``a`` to ``b`` (L,).

    Linear: (1 − t)·a + t·b. Spherical: its direction along the arc between theirs (Shoemake 1985, section 3.3), its
    length from the one to the other; straight where there is no such arc. The same formula with the lengths left in
    (White 2016) leaves for far outside where they differ and the directions nearly oppose each other.

    Raises:
        ExplorerError: if the way is unknown.
    """
    if way not in WAYS:
        raise ExplorerError(f"ways are {', '.join(WAYS)}, got {way!r}")
    first, second = a.astype(np.float64), b.astype(np.float64)
    near, far = 1 - share, share
    if way == "spherical":
        lengths = (float(np.linalg.norm(first)), float(np.linalg.norm(second)))
        cosine = float(first @ second) / math.prod(lengths) if all(lengths) else 1.0
        angle = math.acos(max(-1.0, min(1.0, cosine)))
        if math.sin(angle) > SMALLEST_SINE:
            length = near * lengths[0] + far * lengths[1]
            turned = [math.sin(each * angle) / math.sin(angle) for each in (near, far)]
            near, far = (weight * length / own for weight, own in zip(turned, lengths, strict=True))
    mixed: Floats = (near * first + far * second).astype(np.float32)
    return mixed


def log_prior(z: Floats) -> Floats:
    """ln N(z; 0, I) (T,) float64, nats per unit of volume, for latents (T, L)."""
    latents = z.astype(np.float64)
    density: Floats = -0.5 * (latents.shape[1] * math.log(2 * math.pi) + np.square(latents).sum(1))
    return density


def log_aggregated(z: Floats, mean: Floats, log_variance: Floats) -> Floats:
    """ln (1/N) Σ_n N(z; μ_n, diag σ²_n) (T,) float64, nats per unit of volume (Tomczak & Welling 2018, eq. 5).

    Args:
        z: (T, L).
        mean: (N, L) of the posteriors of N images.
        log_variance: (N, L).
    """
    centre, spread = mean.astype(np.float64), log_variance.astype(np.float64)
    norm = -0.5 * (centre.shape[1] * math.log(2 * math.pi) + spread.sum(1)) - math.log(len(centre))
    rows = [norm - 0.5 * (np.square(each - centre) * np.exp(-spread)).sum(1) for each in z.astype(np.float64)]
    terms = np.stack(rows)
    peak = terms.max(1, keepdims=True)
    density: Floats = peak[:, 0] + np.log(np.exp(terms - peak).sum(1))
    return density


def image_mean(checkpoint: Checkpoint, image: int) -> Floats:
    """The posterior mean (L,) of an image of the browse set, by its number there.

    Raises:
        ExplorerError: if there is no such image, or the model has placed none.
    """
    placed = read_tensors(checkpoint.folder / "map.safetensors")
    if "mean" not in placed or not 0 <= image < len(placed["mean"]):
        raise ExplorerError(f"{checkpoint.config.name} has no image {image} with a posterior in its browse set")
    mean: Floats = placed["mean"][image].numpy()
    return mean


def trace_path(checkpoint: Checkpoint, a: Floats, b: Floats, way: str = "linear", count: int = 65) -> LatentPath:
    """The path from ``a`` to ``b`` (L,) in ``count`` latents, evenly spaced in the share of the way.

    Raises:
        ExplorerError: if an end has another size or is not finite, the way is unknown, or the count is below two.
    """
    size = checkpoint.config.latent_size
    if any(end.shape != (size,) or not np.isfinite(end).all() for end in (a, b)) or count < 2:
        raise ExplorerError(f"a path needs two latents of {size} finite numbers and a count of at least 2")
    share = np.arange(count) / (count - 1)
    z = np.stack([between(way, a, b, float(each)) for each in share])
    placed = read_tensors(checkpoint.folder / "map.safetensors")
    aggregated = log_aggregated(z, placed["mean"].numpy(), placed["log_variance"].numpy())
    return LatentPath(share, z, pictures(checkpoint.model, z), log_prior(z), aggregated)
