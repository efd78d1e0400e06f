"""Moved latents against the truth, where it is known: the same image with one attribute changed.

Attribute arithmetic (Larsen et al. 2016, section 4.2) takes a value's direction from images that differ in everything.
Exact pairs x, x′ differ in that value alone, so that they say how near decode(μ(x) + s·direction) comes to x′, and
which direction leads there: the mean of μ(x′) − μ(x).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.classifier import Classifier
from explorer.families.latent_gaussian import LatentGaussian
from explorer.probes.browse import posteriors
from explorer.traces import Bytes, Floats, Integers
from explorer.traces.effects import PairEffect
from explorer.traces.measures import Z95

BATCH = 100


class PairRow(TypedDict):
    """One value's entries of a :class:`~explorer.traces.effects.PairEffect`."""

    value: str
    count: int
    distance: list[Floats]
    gain: list[Floats]
    best: Floats
    cosine: float
    pair_distance: Floats
    pair_present: int
    pair_changed: int


def decode_pictures(model: LatentGaussian, latents: Tensor) -> Tensor:
    """(N, C, H, W) in [0, 1]: the pictures of latents (N, L), as they are shown."""
    parts = [model.picture(model.decode(batch)).clamp(0, 1) for batch in latents.split(BATCH)]
    return torch.cat(parts).contiguous(memory_format=torch.channels_last)


def read_pictures(classifier: Classifier, pictures: Tensor) -> NDArray[np.int64]:
    """(N, A): what the classifier's outputs name in pictures (N, C, H, W)."""
    parts = [torch.stack([each.argmax(1) for each in classifier(batch)], 1) for batch in pictures.split(BATCH)]
    read: NDArray[np.int64] = torch.cat(parts).numpy()
    return read


def root_mean_square(pictures: Tensor, others: Tensor) -> NDArray[np.float64]:
    """(N,): root of the mean squared difference of pictures (N, C, H, W), in grey levels of the unit range."""
    distance: NDArray[np.float64] = (pictures - others).double().square().mean((1, 2, 3)).sqrt().numpy()
    return distance


@torch.no_grad()
def pair_row(
    model: LatentGaussian,
    classifier: Classifier,
    value: tuple[str, int, int],
    images: tuple[Floats, Integers, Bytes],
    moved: Sequence[Tensor],
    along: Floats,
) -> PairRow:
    """How near images that were moved towards a value come to what they would be with it.

    Args:
        model: whose latents were moved, in evaluation mode.
        classifier: whose outputs are the attributes in their order.
        value: its id, its code, and which of the attributes it is of.
        images: posterior means (F, L), true codes (F, A), and counterparts (F, C, H, W), which have the value.
        moved: at each strength, from 0 on, the pictures (F, C, H, W) of the moved latents.
        along: (L,) the direction that they were moved along.

    Raises:
        ExplorerError: if there are fewer than two pairs, or they give no direction.
    """
    identifier, code, place = value
    mean, truth, counterparts = images
    if len(mean) < 2:
        raise ExplorerError(f"{len(mean)} exact pairs of {identifier!r} are too few for a mean and its interval")
    target = torch.from_numpy(counterparts).float() / 255
    theirs = posteriors(model, counterparts)[0]
    difference = theirs.astype(np.float64) - mean
    # Each image is moved by what all *other* pairs say, so that no image sees its own truth.
    others = (difference.sum(0) - difference) / (len(difference) - 1)
    across = decode_pictures(model, torch.from_numpy((mean + others).astype(np.float32)))
    reading = read_pictures(classifier, across)
    wrong = np.delete(reading[:, : truth.shape[1]] != truth, place, axis=1)
    distance = [root_mean_square(pictures, target) for pictures in moved]
    return PairRow(
        value=identifier,
        count=len(mean),
        distance=[_interval(each) for each in distance],
        gain=[_interval(distance[0] - each) for each in distance],
        best=_interval(root_mean_square(decode_pictures(model, torch.from_numpy(theirs)), target)),
        cosine=_cosine(along, difference.mean(0)),
        pair_distance=_interval(root_mean_square(across, target)),
        pair_present=int((reading[:, place] == code).sum()),
        pair_changed=int(wrong.any(1).sum()),
    )


def pair_effect(rows: Sequence[PairRow], strength: Floats) -> PairEffect | None:
    """The rows of one attribute's values at strengths (S,) together; None where there are none."""
    if not rows:
        return None

    def floats(key: Literal["distance", "gain", "best", "cosine", "pair_distance"]) -> Floats:
        return np.asarray([row[key] for row in rows], np.float32)

    def counts(key: Literal["count", "pair_present", "pair_changed"]) -> Integers:
        return np.asarray([row[key] for row in rows], np.int32)

    return PairEffect(
        values=[row["value"] for row in rows],
        strength=strength,
        distance=floats("distance"),
        gain=floats("gain"),
        best=floats("best"),
        cosine=floats("cosine"),
        pair_distance=floats("pair_distance"),
        count=counts("count"),
        pair_present=counts("pair_present"),
        pair_changed=counts("pair_changed"),
    )


def _interval(values: NDArray[np.float64]) -> Floats:
    """(3,) float32: the mean and its 95 % interval, normal, over independent values."""
    half = Z95 * values.std(ddof=1) / np.sqrt(len(values))
    found: Floats = np.array([values.mean(), values.mean() - half, values.mean() + half], np.float32)
    return found


def _cosine(one: Floats, other: NDArray[np.float64]) -> float:
    """Of the angle between two directions (L,)."""
    lengths = np.linalg.norm(one.astype(np.float64)) * np.linalg.norm(other)
    if lengths == 0:
        raise ExplorerError("the exact pairs give no direction: their latents are the same")
    return float(np.dot(one.astype(np.float64), other) / lengths)
