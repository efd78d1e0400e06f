import dataclasses
from pathlib import Path

import numpy as np
import pytest

from explorer.datasets import DATASETS, ImageDataset
from explorer.datasets.store import Arrays, arrays_sha256


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder instead of the user's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("EXPLORER_DATA", str(folder))
    return folder


@pytest.fixture
def splits() -> dict[str, Arrays]:
    """Three training images and two test images, 2 × 2, with a class each."""
    generator = np.random.default_rng(0)
    return {
        split: {
            "images": generator.integers(0, 256, (count, 1, 2, 2), np.uint8),
            "attribute.class": generator.integers(0, 10, count).astype(np.int16),
        }
        for split, count in (("train", 3), ("test", 2))
    }


@pytest.fixture
def tiny_digits(splits: dict[str, Arrays], monkeypatch: pytest.MonkeyPatch) -> ImageDataset:
    """Digits whose preparation gives those few images at once."""
    dataset = dataclasses.replace(DATASETS["digits"], sha256=arrays_sha256(splits), prepare=lambda workspace: splits)
    monkeypatch.setitem(DATASETS, "digits", dataset)
    return dataset


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH but for the system's own tools: put executable clients in it."""
    folder = tmp_path / "clients"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    return folder
