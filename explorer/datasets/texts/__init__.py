"""Texts for models of characters: ``explorer data get NAME`` fetches one once, ``load_text(NAME)`` reads it."""

from __future__ import annotations

from pathlib import Path

from explorer.datasets.store import DatasetError, prepared_folder, preparing, replace_folder
from explorer.datasets.texts.registry import TEXTS, TextDataset
from explorer.datasets.texts.text import SPLITS, Text

__all__ = ["TEXTS", "Text", "TextDataset", "fetch_text", "find_text", "load_text", "text_is_here"]


def find_text(name: str) -> TextDataset:
    """The text of that name; raises DatasetError that names those there are."""
    if name not in TEXTS:
        raise DatasetError(f"there is no text '{name}'; there are: {', '.join(TEXTS)}")
    return TEXTS[name]


def text_is_here(name: str) -> bool:
    """Whether the prepared text is on this machine."""
    sha256 = find_text(name).sha256
    return sha256 is None or prepared_folder(name, sha256).is_dir()


def load_text(name: str) -> Text:
    """A text that is on this machine; raises DatasetError where it is not, or cannot be read."""
    dataset = find_text(name)
    if dataset.sha256 is None:
        return dataset.prepare(Path())
    if not text_is_here(name):
        raise DatasetError(f"text '{name}' is not on this machine; fetch it with: explorer data get {name}")
    folder = prepared_folder(name, dataset.sha256)
    try:
        return Text(**{split: (folder / f"{split}.txt").read_bytes().decode() for split in SPLITS})
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{folder} cannot be read ({error}); repair it with: explorer data get {name}") from error


def fetch_text(name: str) -> bool:
    """Downloads and prepares a text, checked against its SHA-256; False where it was here already and is intact.

    May be interrupted at any moment and run again. Raises DatasetError for whatever goes wrong.
    """
    dataset = find_text(name)
    if dataset.sha256 is None or is_intact(dataset):
        return False
    with preparing(name) as workspace:
        text = dataset.prepare(workspace)
        found = text.sha256()
        if found != dataset.sha256:
            raise DatasetError(f"text '{name}' came out different: its SHA-256 is {found}, expected {dataset.sha256}")
        write_text(text, prepared_folder(name, dataset.sha256), workspace)
    return True


def is_intact(dataset: TextDataset) -> bool:
    """Whether the prepared text is here and has the right SHA-256."""
    if not text_is_here(dataset.name):
        return False
    try:
        return load_text(dataset.name).sha256() == dataset.sha256
    except DatasetError:
        return False


def write_text(text: Text, folder: Path, workspace: Path) -> None:
    """Writes every split in ``workspace``, then moves them to ``folder`` in one step."""
    finished = workspace / "finished"
    finished.mkdir()
    for split in SPLITS:
        (finished / f"{split}.txt").write_bytes(getattr(text, split).encode())
    replace_folder(finished, folder)
