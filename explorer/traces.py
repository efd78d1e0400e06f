"""What can be shown: frozen dataclasses of NumPy arrays, each field with its shape, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]
Bytes = NDArray[np.uint8]


def save_npz(trace: Any, path: Path) -> None:
    """Write every array of a trace to an uncompressed ``.npz`` that needs no pickle to read.

    Each field goes by its name, each entry of a dictionary by ``<field>.<key>``.
    """
    arrays = {}
    for name, value in vars(trace).items():
        entries = {f"{name}.{key}": entry for key, entry in value.items()} if isinstance(value, dict) else {name: value}
        arrays.update({key: np.asarray(entry) for key, entry in entries.items()})
    np.savez(path, allow_pickle=False, **arrays)


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
    """(N,) reconstruction minus the sum of the KL terms, nats."""


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


@dataclass(frozen=True)
class PairEffect:
    """How near images that are moved towards a value come to the truth: the same image drawn with that value.

    P values, S strengths. Distances are root mean squared differences of pictures in grey levels of the unit range; the
    last axis (3) holds their mean over the pairs and its 95 % interval: mean, low, high.
    """

    values: list[str]
    """(P) ids of the values that have pairs."""
    distance: Floats
    """(P, S, 3) float32: of the moved image's picture to the counterpart; at strength 0 nothing was moved."""
    gain: Floats
    """(P, S, 3) float32: by how much that is less than at strength 0, image by image."""
    best: Floats
    """(P, 3) float32: of the counterpart's own reconstruction to it, the best that the model could do."""
    cosine: Floats
    """(P,) float32: of the angle between the direction and the mean difference of the pairs' latents."""
    pair_distance: Floats
    """(P, 3) float32: as ``distance``, of latents moved by the mean difference of all other pairs."""
    count: Integers
    """(P,) int32: pairs."""
    pair_present: Integers
    """(P,) int32: in how many pictures moved so the classifier reads the value."""
    pair_changed: Integers
    """(P,) int32: in how many it reads any other attribute otherwise than it truly is."""

    def tensors(self, name: str) -> dict[str, NDArray[Any]]:
        """As in ``attributes.safetensors``, of the attribute ``name``."""
        fields = ("distance", "gain", "best", "cosine", "pair_distance", "pair_present", "pair_changed")
        return {f"{each}.{name}": getattr(self, each) for each in fields} | {f"pairs.{name}": self.count}


@dataclass(frozen=True)
class AttributeEffect:
    """What a classifier reads in decoded images whose latents were moved towards the values of one attribute.

    V values, S strengths, B other attributes; all counts are of images.
    """

    values: list[str]
    """(V) ids of the values that have a direction."""
    others: list[str]
    """(B) names of the other attributes that the classifier reads."""
    strength: Floats
    """(S,) float32, rising from 0, the plain reconstruction: multiples of the direction."""
    count: Integers
    """(V, 2) int32: images moved, none of which has the value, and how many of them are held out."""
    present: Integers
    """(V, S) int32: in how many the classifier reads the value."""
    changed: Integers
    """(V, S, B) int32: in how many it reads another attribute otherwise than it truly is."""
    any_changed: Integers
    """(V, S) int32: in how many that is so of any other attribute."""
    whole: Integers | None
    """(V, S) int32: in how many it reads a whole picture, not a damaged one; where it tells these apart."""
    ceiling: Integers
    """(V, 2) int32: of the held-out images that truly have the value, in how many plain reconstructions it reads it;
    and how many these images are."""
    pairs: PairEffect | None = None
    """How near the moved images come to the truth, where it is known."""

    def tensors(self, name: str) -> dict[str, NDArray[Any]]:
        """As in ``attributes.safetensors``, of the attribute ``name``."""
        fields = ["count", "present", "ceiling"]
        fields += ["changed", "any_changed"] * bool(self.others) + ["whole"] * (self.whole is not None)
        found = {f"{each}.{name}": getattr(self, each) for each in fields}
        found |= self.pairs.tensors(name) if self.pairs else {}
        return {key: array for key, array in found.items() if self.others or key != f"pair_changed.{name}"}


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


@dataclass(frozen=True)
class Written:
    """What a character model wrote after a prompt."""

    prompt: str
    """As it was read: line feeds for all line ends."""
    text: str
    """What was written, without the prompt."""
    tokens: Integers
    """(N,) int64, the text's characters as numbers in the vocabulary."""
    surprise: Floats
    """(N,) float64, −log₂ p of each written character under the model itself (temperature 1, nothing cut off), bits."""


@dataclass(frozen=True)
class GatesTrace:
    """What the cells of a character model compute while it reads a text; step t has read character t."""

    characters: NDArray[np.str_]
    """(T,) as they were read: line feeds for all line ends. NumPy shows U+0000 as an empty string."""
    tokens: Integers
    """(T,) int64, their numbers in the vocabulary."""
    unknown: NDArray[np.bool_]
    """(T,) whether the vocabulary lacks the character, which is then read as token 0."""
    vocabulary: NDArray[np.str_]
    """(V,) the character of each token; token 0 is U+FFFD."""
    quantity: dict[str, Floats]
    """(T, layers, H) each, in the model's precision: of an LSTM ``input``, ``forget``, ``output`` (0 to 1),
    ``candidate`` (-1 to 1), ``cell``, ``hidden`` (-1 to 1); of a GRU ``reset``, ``update``, ``candidate``, ``hidden``;
    of a plain RNN ``hidden``."""
    before: dict[str, Floats]
    """(layers, H) each: the same after the line feed that the model reads before the text, where step 0 goes on."""
    surprise: Floats
    """(T,) float64, bits: −log₂ of the probability that the step before (first, the line feed) gave the character."""
    likely: Integers
    """(T, 5) int64, the tokens that are most probable after step t, the likeliest first (all, where V < 5)."""
    likely_probability: Floats
    """(T, 5) their probabilities."""


@dataclass(frozen=True)
class Memory:
    """How far back the gradients of a character model reach, un-normalised, over some positions of a text."""

    lag: Integers
    """(K,) int32, rising: k steps back."""
    jacobian: dict[str, Floats]
    """(K, 3) float32 for each variant of the weights: 10, 50 and 90 % quantiles of ‖∂h_t/∂h_{t−k}‖₂, top layer."""
    gradient: dict[str, Floats]
    """(K, 3) float32, the same of ‖∂loss_t/∂x_{t−k}‖₂, nats per unit of the first layer's input."""
    forget_bias: dict[str, float | None]
    """Of each variant: what its forget biases were set to, if anything."""
    positions: int
    """How many t the quantiles are over."""
    seed: int
    """What they were drawn with."""

    def tensors(self) -> dict[str, NDArray[Any]]:
        """As in ``memory.safetensors``."""
        parts = {"jacobian": self.jacobian, "gradient": self.gradient}
        named = {f"{part}.{variant}": values for part, each in parts.items() for variant, values in each.items()}
        return {"lag": self.lag, **named}

    def metadata(self) -> dict[str, Any]:
        """What the file's metadata say under ``memory``."""
        variants = {name: {"forget_bias": bias} for name, bias in self.forget_bias.items()}
        return {"variants": variants, "positions": self.positions, "seed": self.seed}


@dataclass(frozen=True)
class StateMap:
    """Hidden states of a character model's top layer at some characters of its held-out page, laid out in two ways."""

    position: Integers
    """(N,) int32, rising: characters of the page; step t of reading it from its start."""
    pca: PrincipalComponents
    """Of those states (N, H)."""
    layout_pca: Floats
    """(N, 2) float32."""
    layout_umap: Floats
    """(N, 2) float32 (McInnes et al. 2018)."""
    umap_settings: dict[str, Any]
    """Seed, neighbours, minimum distance and library version of the layout."""

    def tensors(self) -> dict[str, NDArray[Any]]:
        """As in ``map.safetensors``."""
        return {
            "position": self.position,
            "layout.umap": self.layout_umap,
            "layout.pca": self.layout_pca,
            "pca.center": self.pca.center,
            "pca.components": self.pca.components,
            "pca.explained_variance_ratio": self.pca.explained_variance_ratio,
        }

    def metadata(self) -> dict[str, Any]:
        """What the file's metadata say under ``map``."""
        return {"count": len(self.position), "quantity": "hidden", "umap": self.umap_settings}
