"""Seeds → latents → pictures, by the same arithmetic as the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from explorer.catalog import Checkpoint, Mixture
from explorer.errors import ExplorerError
from explorer.philox import normals, uniforms
from explorer.traces import Floats
from explorer.traces.pictures import ConditionalSamples, Samples

NOISE, COMPONENT, EPSILON, LABEL = 0, 1, 2, 4
"""Streams of the seeded generator; see docs/format.md."""

LABEL_TOLERANCE = 1e-4


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
    chosen = _first_beyond(mixture.weights.double().numpy(), uniforms(seed, COMPONENT, 1)[0])
    mean, factor = mixture.means[chosen].double().numpy(), mixture.cholesky[chosen].double().numpy()
    moved: Floats = (mean + factor @ noise).astype(np.float32)
    return moved


def label(seed: int, shares: Sequence[float]) -> Floats:
    """The one-hot label (K,) float32 of a seed where no class is chosen: classes come up as often as ``shares`` say."""
    one_hot: Floats = np.zeros(len(shares), np.float32)
    one_hot[_first_beyond(np.asarray(shares, np.float64), uniforms(seed, LABEL, 1)[0])] = 1
    return one_hot


def parse_label(text: str, values: Sequence[str]) -> Floats:
    """A label (K,) float32 from a class's id (``3``) or a blend of classes (``3:0.6,8:0.4``).

    Raises:
        SampleError: if a class is unknown or named twice, or the weights are not positive or do not sum to one.
    """
    blended: Floats = np.zeros(len(values), np.float32)
    for part in [text] if text in values else text.split(","):
        name, colon, share = part.strip().rpartition(":")
        if not colon or part.strip() in values:
            name, share = part.strip(), "1"
        if name not in values:
            raise SampleError(f"classes are {', '.join(values)}, got {name!r}")
        try:
            weight = float(share)
        except ValueError:
            weight = math.nan
        if not 0 < weight <= 1 or blended[values.index(name)]:
            raise SampleError(f"a label names each class once, with a weight above 0 and at most 1, got {text!r}")
        blended[values.index(name)] = weight
    if abs(float(blended.sum()) - 1) > LABEL_TOLERANCE:
        raise SampleError(f"the weights of a label sum to one, got {text!r}")
    return blended


def _first_beyond(weights: Floats, uniform: float) -> int:
    """The index of the first weight whose cumulated sum exceeds the uniform's share of the whole."""
    cumulated = np.cumsum(weights)
    return int(np.searchsorted(cumulated, uniform * cumulated[-1], side="right"))


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
def pictures(model: Any, z: Floats, labels: Floats | None = None) -> Floats:
    """What ``model``, which decodes, draws: (N, C, H, W) float32 for latents (N, L), decoded 64 at a time.

    E[x|z] where there is a likelihood. A conditional model needs ``labels`` (N, K), weights of classes that sum to one.
    """
    latents = torch.from_numpy(z).split(64)
    if labels is None:
        decoded = [model.decode(chunk) for chunk in latents]
    else:
        pairs = zip(latents, torch.from_numpy(labels).split(64), strict=True)
        decoded = [model.decode(chunk, chosen) for chunk, chosen in pairs]
    drawn: Floats = torch.cat([model.picture(parameter) for parameter in decoded]).numpy()
    return drawn


def samples(
    checkpoint: Checkpoint,
    seed: int,
    count: int,
    prior_name: str | None = None,
    scale: float = 1.0,
    label_text: str | None = None,
) -> Samples:
    """The pictures of the seeds ``seed`` … ``seed + count − 1``; of a conditional model, with their labels.

    Args:
        checkpoint: of a model that decodes.
        seed: the first.
        count: how many.
        prior_name: one of the checkpoint's; the first by default.
        scale: factor on the prior's standard deviations, 0 to 10.
        label_text: of a conditional model: what :func:`parse_label` reads; by default each seed draws its own class.

    Raises:
        SampleError: if seeds leave [0, 2⁵³), the count is not 1 to 10,000, the scale not 0 to 10, the prior or a class
            unknown, or the model does not draw pictures or takes no label.
    """
    _check(checkpoint, seed, count, scale, label_text)
    mixture = prior(checkpoint, prior_name)
    seeds = np.arange(seed, seed + count, dtype=np.int64)
    z = np.stack([latent(int(each), checkpoint.model.latent_size, mixture, scale) for each in seeds])
    condition = checkpoint.config.condition
    if condition is None:
        return Samples(seeds, z, pictures(checkpoint.model, z))
    if label_text is None:
        labels = np.stack([label(int(each), condition["shares"]) for each in seeds])
    else:
        labels = np.tile(parse_label(label_text, condition["values"]), (count, 1))
    return ConditionalSamples(seeds, z, pictures(checkpoint.model, z, labels), labels)


def _check(checkpoint: Checkpoint, seed: int, count: int, scale: float, label_text: str | None) -> None:
    config = checkpoint.config
    if "Decodes" not in config.capabilities:
        raise SampleError(f"{config.name} draws no pictures; it can: {', '.join(config.capabilities)}")
    if label_text is not None and config.condition is None:
        raise SampleError(f"{config.name} is not conditional: it takes no label")
    if not 1 <= count <= 10_000:
        raise SampleError(f"count must be from 1 to 10000, got {count}")
    if seed < 0 or seed + count > 2**53:
        raise SampleError(f"seeds must be from 0 to 2^53 - 1, got {seed} to {seed + count - 1}")
    if not (math.isfinite(scale) and 0 <= scale <= 10):
        raise SampleError(f"scale must be from 0 to 10, got {scale}")
