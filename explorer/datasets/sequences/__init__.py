"""Sequences for models of signals and melodies: ``explorer data get NAME`` fetches a set once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from explorer.datasets.sequences.registry import SEQUENCES, SequenceDataset
from explorer.datasets.store import SPLITS, Arrays, DatasetError, arrays_sha256
from explorer.traces import Floats, Integers
from explorer.traces.pictures import CategoricalAttribute

__all__ = [
    "SEQUENCES",
    "MelodySplit",
    "SequenceDataset",
    "SignalSplit",
    "find_sequences",
    "load_sequences",
]

LABELS = {
    "beat": (["narrow", "wide"], {"en": ["Narrow (normal)", "Wide (ventricular)"], "zh": ["窄（正常）", "宽（室性）"]}),
}
"""Classes of sequences: their ids, and what they are called."""


@dataclass(frozen=True)
class SignalSplit:
    """One split of a set of signals."""

    values: Floats
    """(N, T) float32, in the unit of the set."""
    classes: dict[str, CategoricalAttribute]
    """By name; at most one."""


@dataclass(frozen=True)
class MelodySplit:
    """One split of a set of melodies."""

    melodies: tuple[Integers, ...]
    """(n, 2) int64 each: the tokens of pitches and durations, without the end."""


def find_sequences(name: str) -> SequenceDataset:
    """The set of that name; raises DatasetError that names those there are."""
    if name not in SEQUENCES:
        raise DatasetError(f"there is no set of sequences '{name}'; there are: {', '.join(SEQUENCES)}")
    return SEQUENCES[name]


def load_sequences(name: str, split: str) -> SignalSplit | MelodySplit:
    """One split ("train" or "test") of a set that is on this machine; raises DatasetError where it is not."""
    dataset = find_sequences(name)
    made_anew = dataset.sha256 is None and split in SPLITS
    arrays = _formula(name)[split] if made_anew else dataset.read_split(split)
    if dataset.sequence["kind"] == "notes":
        bounds = arrays["offsets"].tolist()
        return MelodySplit(tuple(arrays["tokens"][low:high].astype(np.int64) for low, high in pairwise(bounds)))
    classes = {
        key: CategoricalAttribute(values, labels, arrays[f"attribute.{key}"])
        for key, (values, labels) in LABELS.items()
        if f"attribute.{key}" in arrays
    }
    return SignalSplit(arrays["values"], classes)


def sequences_sha256(name: str) -> str:
    """SHA-256 of the prepared arrays: of a formula's, as this machine computes them."""
    return find_sequences(name).sha256 or arrays_sha256(_formula(name))


@cache
def _formula(name: str) -> dict[str, Arrays]:
    return find_sequences(name).prepare(Path())
