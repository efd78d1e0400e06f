"""Attribute arithmetic in latent space: does adding an attribute's direction add the attribute, and what else changes?

The direction of a value is the mean of posterior means of the images that have it minus the mean of those that lack it
(Larsen et al. 2016, section 4.2; White 2016, section 4). Images that lack the value are moved along it and decoded, and
a classifier reads what the pictures show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from explorer.catalog import Checkpoint
from explorer.checkpoints import read_header, read_tensors
from explorer.datasets.pairs import Pairs
from explorer.errors import ExplorerError
from explorer.families.classifier import Classifier
from explorer.families.latent_gaussian import LatentGaussian
from explorer.probes.exact_pairs import PairRow, decode_pictures, pair_effect, pair_row, read_pictures
from explorer.traces import Floats, Integers
from explorer.traces.effects import AttributeEffect
from explorer.traces.pictures import CategoricalAttribute

STRENGTHS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Multiples of a direction; 0 is the plain reconstruction."""
FACES = 500
"""Images moved for each value, where there are as many that lack it."""
FEWEST = 5
"""A value that fewer images of the browse set have, or lack, has no direction: a mean of so few says little."""
PART = 500
"""Pictures that are held at a time."""
FindPairs: TypeAlias = Callable[[str, str, Integers], Pairs]
"""(attribute, value, indices into the test split) → exact pairs of those images; see ``explorer.datasets.pairs``."""


@dataclass(frozen=True)
class Pool:
    """Images that may be moved."""

    mean: Floats
    """(N, L) their posterior means."""
    attributes: Mapping[str, CategoricalAttribute]
    """What they truly show, in the order of the classifier's outputs."""
    origin: Integers
    """(N,) 0: held out and not of the browse set, 1: of the browse set, 2: of the training set. Lower ones go first.

    The images stand in the order of the test split, then of the training set.
    """


def direction(mean: Floats, has: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """The mean of the latents (N, L) that have a value minus the mean of those that lack it: (L,) float32.

    Summed in float64, as on the page.

    Raises:
        ExplorerError: if fewer than :data:`FEWEST` have it or lack it.
    """
    if min(has.sum(), (~has).sum()) < FEWEST:
        raise ExplorerError(f"a direction needs {FEWEST} images that have the value and {FEWEST} that lack it")
    difference = mean[has].mean(0, dtype=np.float64) - mean[~has].mean(0, dtype=np.float64)
    found: Floats = difference.astype(np.float32)
    return found


def checkpoint_direction(checkpoint: Checkpoint, name: str, value: str) -> Floats:
    """The direction (L,) of a value, by its id, of the attribute ``name`` in a checkpoint's browse set.

    Raises:
        ExplorerError: if the browse set has no such attribute or value, or too few images have or lack it.
    """
    path = checkpoint.folder / "map.safetensors"
    placed = read_tensors(path)
    described = json.loads(read_header(path)[1]["map"])["attributes"].get(name, {})
    if "mean" not in placed or value not in described.get("values", ()):
        raise ExplorerError(
            f"{checkpoint.config.name} has placed no images with the attribute {name!r} of value {value!r}"
        )
    codes = placed[f"attribute.{name}"].numpy()
    return direction(placed["mean"].numpy(), codes == described["values"].index(value))


@torch.no_grad()
def attribute_effect(
    model: LatentGaussian,
    classifier: Classifier,
    name: str,
    browse: tuple[Floats, CategoricalAttribute],
    pool: Pool,
    find_pairs: FindPairs | None = None,
    seed: int = 0,
) -> AttributeEffect:
    """Move images of ``pool`` towards each value of the attribute ``name``, and measure what the pictures show.

    Args:
        model: whose latents are moved, in evaluation mode.
        classifier: whose outputs are ``pool.attributes`` in their order; one more may tell damaged pictures from whole.
        name: of the attribute.
        browse: the browse set's posterior means (M, L) and its values of the attribute, which the directions are of.
        pool: the images that are moved.
        find_pairs: gives the truth for held-out images, where it is known.
        seed: of the choice among them.

    Raises:
        ExplorerError: if no value has a direction, or the classifier has other outputs.
    """
    kinds = [len(each.values) for each in pool.attributes.values()]
    heads = [classifier.classes, *classifier.auxiliary_classes]
    if heads[: len(kinds)] != kinds or name not in pool.attributes:
        raise ExplorerError(f"the classifier tells {heads} classes apart, and the images have {kinds}")
    mean, attribute = browse
    truth = np.stack([each.codes for each in pool.attributes.values()], 1)
    place = list(pool.attributes).index(name)
    plain = _read(model, classifier, torch.from_numpy(pool.mean))
    order = np.random.default_rng(seed).permutation(len(truth))
    order = order[np.argsort(pool.origin[order], kind="stable")]
    rows, paired = [], []
    for code, value in enumerate(attribute.values):
        has = attribute.codes == code
        if min(has.sum(), (~has).sum()) < FEWEST:
            continue
        chosen = order[truth[order, place] != code][:FACES]
        along = direction(mean, has)
        latents = torch.from_numpy(pool.mean[chosen])
        moved = [decode_pictures(model, latents + strength * torch.from_numpy(along)) for strength in STRENGTHS[1:]]
        own = plain[(truth[:, place] == code) & (pool.origin < 2), place] == code
        rows.append(
            {
                "value": value,
                "count": [len(chosen), int((pool.origin[chosen] < 2).sum())],
                "ceiling": [int(own.sum()), len(own)],
                **_counts(
                    [plain[chosen], *(read_pictures(classifier, each) for each in moved)], truth[chosen], place, code
                ),
            }
        )
        if find_pairs is not None:
            pairs = find_pairs(name, value, chosen[pool.origin[chosen] < 2])
            if len(pairs.index) >= FEWEST:
                paired.append(_pair(model, classifier, (value, code, place), pool, (chosen, moved, along), pairs))
    if not rows:
        raise ExplorerError(f"no value of {name} has a direction")
    columns = {key: np.asarray([row[key] for row in rows], np.int32) for key in rows[0] if key != "value"}
    strength = np.asarray(STRENGTHS, np.float32)
    return AttributeEffect(
        values=[str(row["value"]) for row in rows],
        others=[each for each in pool.attributes if each != name],
        strength=strength,
        whole=columns.pop("whole", None),
        pairs=pair_effect(paired, strength),
        **columns,
    )


def _pair(
    model: LatentGaussian,
    classifier: Classifier,
    value: tuple[str, int, int],
    pool: Pool,
    move: tuple[Integers, Sequence[Tensor], Floats],
    pairs: Pairs,
) -> PairRow:
    """The row of a value: of the images that were chosen and moved along a direction, those that have a counterpart."""
    chosen, moved, along = move
    places = {image: row for row, image in enumerate(chosen.tolist())}
    rows = [places[image] for image in pairs.index.tolist()]
    mean = pool.mean[pairs.index]
    truth = np.stack([each.codes[pairs.index] for each in pool.attributes.values()], 1)
    pictures = [decode_pictures(model, torch.from_numpy(mean)), *(each[rows] for each in moved)]
    return pair_row(model, classifier, value, (mean, truth, pairs.images), pictures, along)


def _counts(
    readings: list[np.ndarray[tuple[int, int], np.dtype[np.int64]]], truth: Integers, place: int, code: int
) -> dict[str, object]:
    """How many of the images (F, A) show the value, and how many have another attribute that is not the true one."""
    kinds = truth.shape[1]
    wrong = [np.delete(reading[:, :kinds] != truth, place, axis=1) for reading in readings]
    counts: dict[str, object] = {
        "present": [int((reading[:, place] == code).sum()) for reading in readings],
        "changed": [each.sum(0) for each in wrong],
        "any_changed": [int(each.any(1).sum()) for each in wrong],
    }
    if readings[0].shape[1] > kinds:
        counts["whole"] = [int((reading[:, kinds] == 0).sum()) for reading in readings]
    return counts


def _read(
    model: LatentGaussian, classifier: Classifier, latents: Tensor
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """(N, A): what the classifier's outputs name in the pictures of latents (N, L), a few pictures at a time."""
    return np.concatenate([read_pictures(classifier, decode_pictures(model, part)) for part in latents.split(PART)])
