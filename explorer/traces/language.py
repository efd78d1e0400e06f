"""What a character model reads, writes and remembers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.traces import Floats, Integers
from explorer.traces.pictures import PrincipalComponents


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


class Reach(NamedTuple):
    """The first lag at which a median norm is below a share of what it is at lag 1; None where it is at no lag."""

    value: int | None
    low: int | None
    """Of the 95 % interval over positions."""
    high: int | None


@dataclass(frozen=True)
class Memory:
    """How far back the gradients of a character model reach, un-normalised, over some positions of a text.

    The norms are those of :func:`explorer.probes.memory.norms`, (K, 3) float32 for each variant of the weights: the 10,
    50 and 90 % quantiles over positions.
    """

    lag: Integers
    """(K,) int32, rising: k steps back."""
    state: dict[str, Floats]
    """‖∂s_t/∂s_{t−k}‖_F / √S of the whole state: h, and c of an LSTM, of all layers."""
    hidden: dict[str, Floats]
    """‖∂h_t/∂h_{t−k}‖_F / √H of the top layer's h alone, an LSTM's c at t − k held fixed."""
    gradient: dict[str, Floats]
    """‖∂loss_t/∂x_{t−k}‖₂, nats per unit of the first layer's input."""
    reach: dict[str, dict[str, Reach]]
    """Of each kind, as these three are called, and each variant."""
    forget_bias: dict[str, float | None]
    """Of each variant: what its forget biases were set to, if anything."""
    positions: int
    """How many t the quantiles are over."""
    directions: int
    """Random directions, at each position, in which changes of states are followed."""
    share: float
    """Of the norm at lag 1, which is what counts as reached."""
    seed: int
    """What positions and directions were drawn with."""

    def tensors(self) -> dict[str, NDArray[Any]]:
        """As in ``memory.safetensors``."""
        kinds = {"state": self.state, "hidden": self.hidden, "gradient": self.gradient}
        named = {f"{kind}.{variant}": values for kind, each in kinds.items() for variant, values in each.items()}
        return {"lag": self.lag, **named}

    def metadata(self) -> dict[str, Any]:
        """What the file's metadata say under ``memory``."""
        variants = {
            name: {"forget_bias": bias, "reach": {kind: each[name]._asdict() for kind, each in self.reach.items()}}
            for name, bias in self.forget_bias.items()
        }
        names = ("positions", "directions", "share", "seed")
        return {"variants": variants, **{name: getattr(self, name) for name in names}}


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
