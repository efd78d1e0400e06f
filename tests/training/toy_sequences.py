"""Sets of sequences and settings so small that a run takes seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer.datasets.sequences import SEQUENCES
from explorer.datasets.sequences.sines import draw
from explorer.datasets.store import Arrays
from explorer.metrics.sequences import classifiers
from explorer.training.sequences import evaluation, recorder
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings

SIGNAL = RecurrentGANSettings(
    "sines", latent=2, hidden_size=6, discriminator_size=5, batch=8, steps=60, average=0.9, discriminator_steps=2
)
MELODY = RecurrentGANSettings(
    "melodies", latent=2, length=8, hidden_size=6, discriminator_size=5, batch=8, steps=60, straight_through=True
)
NOTES = NoteSettings("melodies", hidden_size=8, pitch_size=4, duration_size=2, batch=8, steps=60, learning_rate=0.01)


def scales(count: int, seed: int) -> list[np.ndarray]:
    """Melodies that go up and down by steps of the scale, 14 notes or more."""
    random = np.random.default_rng(seed)
    degrees = np.array([60, 62, 64, 65, 67, 69, 71, 72]) - SEQUENCES["melodies"].sequence["pitches"][0] + 2
    made = []
    for _ in range(count):
        length = int(random.integers(14, 24))
        walk = np.abs(np.cumsum(random.choice([-1, 1], length)) + 3) % 8
        made.append(np.stack([degrees[walk], random.choice([2, 4], length)], 1).astype(np.int64))
    return made


def toy_sets(patch: pytest.MonkeyPatch) -> None:
    """Put few waves and melodies in the place of the real ones, as sets that a formula makes."""
    from explorer.datasets import sequences
    from explorer.datasets.sequences.melodies import pack

    def waves(folder: Any) -> dict[str, Arrays]:
        return {
            split: {"values": draw(seed, count), "attribute.beat": np.arange(count).astype(np.int16) % 2}
            for split, seed, count in (("train", 1, 60), ("test", 2, 40))
        }

    def melodies(folder: Any) -> dict[str, Arrays]:
        return {"train": pack(scales(40, 0)), "test": pack(scales(30, 1))}

    for name, prepare in (("sines", waves), ("melodies", melodies)):
        patch.setitem(SEQUENCES, name, replace(SEQUENCES[name], sha256=None, prepare=prepare))
    sequences._formula.cache_clear()


def toy_sizes(patch: pytest.MonkeyPatch) -> None:
    """Toy sets, few moments of a run, and measures over few sequences."""
    torch.set_num_threads(1)
    toy_sets(patch)
    for name, value in (("MOMENTS", 6), ("MEASURED", 20), ("KEPT", 16)):
        patch.setattr(recorder, name, value)
    for name, value in (("SIGNALS", 20), ("BLOCKS", 2), ("MELODIES", 12), ("STRETCH", 6)):
        patch.setattr(evaluation, name, value)
    patch.setattr(classifiers, "TREES", 20)
