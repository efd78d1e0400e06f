"""Sequences for models of signals and melodies: ``explorer data get NAME`` fetches a set once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from explorer.datasets.sequences.registry import SEQUENCES, SequenceDataset
from explorer.datasets.store import (
    SPLITS,
    Arrays,
    DatasetError,
    arrays_sha256,
    prepared_folder,
    preparing,
    read_split,
    write_splits,
)
from explorer.traces import CategoricalAttribute, Floats, Integers

__all__ = [
    "SEQUENCES",
    "MelodySplit",
    "SequenceDataset",
    "SignalSplit",
    "fetch_sequences",
    "find_sequences",
    "load_sequences",
    "sequences_are_here",
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


def sequences_are_here(name: str) -> bool:
    """Whether the prepared arrays are on this machine, or need not be."""
    sha256 = find_sequences(name).sha256
    return sha256 is None or prepared_folder(name, sha256).is_dir()


def load_sequences(name: str, split: str) -> SignalSplit | MelodySplit:
    """One split ("train" or "test") of a set that is on this machine; raises DatasetError where it is not."""
    dataset = find_sequences(name)
    if split not in SPLITS:
        raise DatasetError(f"a data set has the splits {' and '.join(SPLITS)}, not '{split}'")
    if not sequences_are_here(name):
        raise DatasetError(f"data set '{name}' is not on this machine; fetch it with: explorer data get {name}")
    arrays = _formula(name)[split] if dataset.sha256 is None else read_split(name, dataset.sha256, split)
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


def fetch_sequences(name: str) -> bool:
    """Downloads and prepares a set, checked against its SHA-256; False where it was here already and is intact.

    May be interrupted at any moment and run again. Raises DatasetError for whatever goes wrong.
    """
    dataset = find_sequences(name)
    if dataset.sha256 is None or is_intact(dataset):
        return False
    with preparing(name) as workspace:
        splits = dataset.prepare(workspace)
        found = arrays_sha256(splits)
        if found != dataset.sha256:
            raise DatasetError(
                f"data set '{name}' came out different: its SHA-256 is {found}, expected {dataset.sha256}"
            )
        write_splits(splits, prepared_folder(name, dataset.sha256), workspace)
    return True


def is_intact(dataset: SequenceDataset) -> bool:
    """Whether the prepared arrays are here and have the right SHA-256."""
    if dataset.sha256 is None:
        return True
    if not sequences_are_here(dataset.name):
        return False
    try:
        splits = {split: read_split(dataset.name, dataset.sha256, split) for split in SPLITS}
    except DatasetError:
        return False
    return arrays_sha256(splits) == dataset.sha256


@cache
def _formula(name: str) -> dict[str, Arrays]:
    return find_sequences(name).prepare(Path())
