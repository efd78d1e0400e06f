"""Pictures, where they are in a latent space, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.traces import Bytes, Floats, Integers


@dataclass(frozen=True)
class CategoricalAttribute:
    """One of a few values for each image."""

    values: list[str]
    """Stable ids, in English."""
    labels: dict[str, list[str]]
    """What a visitor reads instead of each id, per language ("en", "zh")."""
    codes: NDArray[np.int16]
    """(N,) indices into ``values``."""
    kind: Literal["categorical"] = field(default="categorical", kw_only=True)

    def take(self, index: Integers) -> CategoricalAttribute:
        """The same attribute for the images at ``index``."""
        return replace(self, codes=self.codes[index])


@dataclass(frozen=True)
class ContinuousAttribute:
    """A real number for each image."""

    unit: str
    """"°" or "px" (pixels of the image; y grows downwards)."""
    values: NDArray[np.float32]
    """(N,) in that unit."""
    kind: Literal["continuous"] = field(default="continuous", kw_only=True)

    def take(self, index: Integers) -> ContinuousAttribute:
        """The same attribute for the images at ``index``."""
        return replace(self, values=self.values[index])


Attribute: TypeAlias = CategoricalAttribute | ContinuousAttribute


@dataclass(frozen=True)
class Samples:
    """Pictures decoded from latents that a prior gave for consecutive seeds."""

    seeds: Integers
    """(N,) int64."""
    z: Floats
    """(N, L) float32, in the latent space's own units."""
    images: Floats
    """(N, C, H, W) float32, 0 black to 1 white; a Gaussian likelihood's mean may leave that range."""


@dataclass(frozen=True)
class ConditionalSamples(Samples):
    """Samples of a conditional model."""

    labels: Floats
    """(N, K) float32, weights of the classes, sum one; one-hot for a class alone."""


@dataclass(frozen=True)
class Reconstruction:
    """One pass of images through encoder, posterior sample, decoder, with the evidence terms in nats."""

    x: Floats
    """(N, C, H, W) the input, unit range."""
    mean: Floats
    """(N, L) posterior mean μ."""
    log_variance: Floats
    """(N, L) ln σ²."""
    epsilon: Floats
    """(N, L) the standard normal draw."""
    z: Floats
    """(N, L) μ + σ·ε (Kingma & Welling 2014, eq. 10)."""
    image: Floats
    """(N, C, H, W) the decoded picture."""
    reconstruction: Floats
    """(N,) ln p(x|z), nats."""
    kl_per_dimension: Floats
    """(N, L) KL of each posterior coordinate to N(0, 1), nats."""
    elbo: Floats
    """(N,) reconstruction minus the sum of the KL terms at this one draw, nats; its mean over draws is the bound."""


@dataclass(frozen=True)
class BrowseSet:
    """Held-out images to compare with and to choose from."""

    dataset_index: Integers
    """(N,) index of each image in the held-out split."""
    images: Bytes
    """(N, C, H, W) uint8, exact pixels."""
    attributes: dict[str, Attribute]
    """Known properties; the first is the default colouring."""


@dataclass(frozen=True)
class LatentMap(BrowseSet):
    """The browse set placed in a latent space: with posteriors and two-dimensional layouts."""

    mean: Floats
    """(N, L) posterior means."""
    log_variance: Floats
    """(N, L) ln σ²."""
    kl_per_dimension: Floats
    """(L,) mean over the set, nats."""
    pca: PrincipalComponents | None
    """Only where L > 2."""
    umap: Floats | None
    """(N, 2) UMAP layout of the means, only where L > 2."""
    umap_settings: dict[str, Any] | None
    """Seed, neighbours, minimum distance and library version of the layout."""


@dataclass(frozen=True)
class PrincipalComponents:
    """Orthogonal directions of largest variance of the posterior means."""

    center: Floats
    """(L,) the mean of the means."""
    components: Floats
    """(P, L) orthonormal rows, largest variance first."""
    explained_variance_ratio: Floats
    """(P,) share of the total variance of each."""

    def project(self, mean: Floats) -> Floats:
        """Coordinates (N, 2) on the first two components."""
        return (mean - self.center) @ self.components[:2].T


@dataclass(frozen=True)
class LatentPath:
    """A path from one latent to another, and what is there."""

    share: Floats
    """(T,) float64 of the way, 0 to 1."""
    z: Floats
    """(T, L) float32."""
    image: Floats
    """(T, C, H, W) float32, the decoded pictures, unit range."""
    log_prior: Floats
    """(T,) float64, ln N(z; 0, I), nats per unit of latent volume."""
    log_aggregated: Floats
    """(T,) float64, ln of the mean of the browse set's posterior densities at z, nats per unit of latent volume."""
