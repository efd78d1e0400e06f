"""Texts for models of characters: ``explorer data get NAME`` fetches one once, ``load_text(NAME)`` reads it."""

from __future__ import annotations

from pathlib import Path

from explorer.datasets.store import DatasetError
from explorer.datasets.texts.registry import TEXTS, TextDataset
from explorer.datasets.texts.text import Text

__all__ = ["TEXTS", "Text", "TextDataset", "load_text"]


def load_text(name: str) -> Text:
    """A text that is on this machine; raises DatasetError where it is not, or cannot be read, or there is none."""
    if name not in TEXTS:
        raise DatasetError(f"there is no text '{name}'; there are: {', '.join(TEXTS)}")
    dataset = TEXTS[name]
    return dataset.prepare(Path()) if dataset.sha256 is None else dataset.read()
