"""What becomes of images whose latents are moved towards a value of an attribute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from explorer.traces import Floats, Integers


@dataclass(frozen=True)
class PairEffect:
    """How near images that are moved towards a value come to the truth: the same image drawn with that value.

    P values, S strengths. Distances are root mean squared differences of pictures in grey levels of the unit range; the
    last axis (3) holds their mean over the pairs and its 95 % interval: mean, low, high.
    """

    values: list[str]
    """(P) ids of the values that have pairs."""
    strength: Floats
    """(S,) float32, rising from 0: multiples of the direction."""
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
