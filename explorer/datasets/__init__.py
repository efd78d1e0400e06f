"""Real data: ``explorer data get NAME`` fetches a set once, then ``load(NAME, SPLIT)`` reads images.

Texts are read by ``load_text(NAME)``, signals and melodies by ``load_sequences(NAME, SPLIT)``; see
``explorer.datasets.texts`` and ``explorer.datasets.sequences``.
"""

from __future__ import annotations

from explorer.datasets.attributes import Split, attach_labels
from explorer.datasets.registry import DATASETS, Dataset
from explorer.datasets.sequences import (
    SEQUENCES,
    SequenceDataset,
    fetch_sequences,
    find_sequences,
    load_sequences,
    sequences_are_here,
)
from explorer.datasets.store import (
    SPLITS,
    DatasetError,
    arrays_sha256,
    prepared_folder,
    preparing,
    read_split,
    write_splits,
)
from explorer.datasets.texts import TEXTS, Text, TextDataset, fetch_text, find_text, load_text, text_is_here
from explorer.traces import Attribute, CategoricalAttribute, ContinuousAttribute

__all__ = [
    "DATASETS",
    "SEQUENCES",
    "TEXTS",
    "Attribute",
    "CategoricalAttribute",
    "ContinuousAttribute",
    "Dataset",
    "DatasetError",
    "SequenceDataset",
    "Split",
    "Text",
    "TextDataset",
    "fetch",
    "fetch_sequences",
    "fetch_text",
    "find_dataset",
    "find_sequences",
    "find_text",
    "is_here",
    "load",
    "load_sequences",
    "load_text",
    "sequences_are_here",
    "text_is_here",
]


def find_dataset(name: str) -> Dataset:
    """The data set of that name; raises DatasetError that names those there are."""
    if name not in DATASETS:
        raise DatasetError(f"there is no data set '{name}'; there are: {', '.join(DATASETS)}")
    return DATASETS[name]


def is_here(name: str) -> bool:
    """Whether the prepared arrays are on this machine."""
    return prepared_folder(name, find_dataset(name).sha256).is_dir()


def load(name: str, split: str) -> Split:
    """One split ("train" or "test") of a data set that is on this machine; raises DatasetError where it is not."""
    dataset = find_dataset(name)
    if split not in SPLITS:
        raise DatasetError(f"a data set has the splits {' and '.join(SPLITS)}, not '{split}'")
    if not is_here(name):
        raise DatasetError(f"data set '{name}' is not on this machine; fetch it with: explorer data get {name}")
    arrays = read_split(name, dataset.sha256, split)
    return Split(images=arrays["images"], attributes=attach_labels(name, arrays))


def fetch(name: str) -> bool:
    """Downloads and prepares a data set, checked against its SHA-256; False where it was here already and is intact.

    May be interrupted at any moment and run again. Raises DatasetError for whatever goes wrong.
    """
    dataset = find_dataset(name)
    folder = prepared_folder(name, dataset.sha256)
    if is_intact(dataset):
        return False
    with preparing(name) as workspace:
        splits = dataset.prepare(workspace)
        found = arrays_sha256(splits)
        if found != dataset.sha256:
            raise DatasetError(
                f"data set '{name}' came out different: its SHA-256 is {found}, expected {dataset.sha256}"
            )
        write_splits(splits, folder, workspace)
    return True


def is_intact(dataset: Dataset) -> bool:
    """Whether the prepared arrays are here and have the right SHA-256."""
    if not is_here(dataset.name):
        return False
    try:
        splits = {split: read_split(dataset.name, dataset.sha256, split) for split in SPLITS}
    except DatasetError:
        return False
    return arrays_sha256(splits) == dataset.sha256
