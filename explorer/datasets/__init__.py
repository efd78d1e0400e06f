"""Real data: ``explorer data get NAME`` fetches a set once, then ``load(NAME, SPLIT)`` reads images.

Texts are read by ``load_text(NAME)``, signals and melodies by ``load_sequences(NAME, SPLIT)``; see
``explorer.datasets.texts`` and ``explorer.datasets.sequences``.
"""

from __future__ import annotations

from typing import Any

from explorer.datasets.attributes import Split, attach_labels
from explorer.datasets.dataset import Dataset
from explorer.datasets.registry import DATASETS, ImageDataset
from explorer.datasets.sequences import SEQUENCES, SequenceDataset, find_sequences, load_sequences
from explorer.datasets.store import DatasetError
from explorer.datasets.texts import TEXTS, Text, TextDataset, load_text
from explorer.traces.pictures import Attribute, CategoricalAttribute, ContinuousAttribute

__all__ = [
    "DATASETS",
    "SEQUENCES",
    "TEXTS",
    "Attribute",
    "CategoricalAttribute",
    "ContinuousAttribute",
    "Dataset",
    "DatasetError",
    "ImageDataset",
    "SequenceDataset",
    "Split",
    "Text",
    "TextDataset",
    "every_dataset",
    "fetch",
    "find_any",
    "find_dataset",
    "find_sequences",
    "is_here",
    "load",
    "load_sequences",
    "load_text",
]


def every_dataset() -> dict[str, Dataset[Any]]:
    """All sets of images, texts and sets of sequences, by their names, in that order."""
    return {**DATASETS, **TEXTS, **SEQUENCES}


def find_any(name: str) -> Dataset[Any]:
    """The data set of that name, of any kind; raises DatasetError that names those there are."""
    known = every_dataset()
    if name not in known:
        raise DatasetError(f"there is no data set '{name}'; there are: {', '.join(known)}")
    return known[name]


def find_dataset(name: str) -> ImageDataset:
    """The set of images of that name; raises DatasetError that names those there are."""
    if name not in DATASETS:
        raise DatasetError(f"there is no data set '{name}'; there are: {', '.join(DATASETS)}")
    return DATASETS[name]


def load(name: str, split: str) -> Split:
    """One split ("train" or "test") of a set of images on this machine; raises DatasetError where it is not."""
    arrays = find_dataset(name).read_split(split)
    return Split(images=arrays["images"], attributes=attach_labels(name, arrays))


def is_here(name: str) -> bool:
    """Whether a data set of any kind is on this machine; see ``Dataset.is_here``."""
    return find_any(name).is_here()


def fetch(name: str) -> bool:
    """Downloads and prepares a data set of any kind; see ``Dataset.fetch``."""
    return find_any(name).fetch()
