"""From a set of sequences to what a training step draws from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.datasets.sequences import MelodySplit, SignalSplit, find_sequences, load_sequences
from explorer.families.sequences import END, Notes, SequenceKind, Signal, sequence_kind
from explorer.traces import Integers
from explorer.traces.pictures import CategoricalAttribute
from explorer.training.settings import TrainingError


@dataclass(frozen=True)
class Windows:
    """Real sequences of one length, to train an adversarial model on or to compare with."""

    kind: SequenceKind
    stored: Tensor
    """Signals: y (N, T, 1) float32. Melodies: tokens (N, T, 2) uint8."""
    attribute: tuple[str, CategoricalAttribute] | None
    """The classes, by the name that the data set gives them."""

    @property
    def labels(self) -> Tensor | None:
        """One-hot (N, K) float32."""
        if self.attribute is None:
            return None
        codes = torch.from_numpy(self.attribute[1].codes.astype(np.int64))
        return F.one_hot(codes, len(self.attribute[1].values)).float()

    def numbers(self, rows: Tensor | slice) -> Tensor:
        """What a network reads (n, T, C) float32: the stored y, or one-hot notes."""
        chosen = self.stored[rows]
        return self.kind.numbers(chosen) if isinstance(self.kind, Notes) else chosen

    def melodies(self, rows: Tensor | slice) -> list[Integers]:
        """Notes as tokens, (T, 2) each, for windows of melodies."""
        return [each.numpy().astype(np.int64) for each in self.stored[rows]]


def windows(name: str, split: str, length: int, conditional: bool) -> Windows:
    """Sequences of one split: whole signals, or every stretch of ``length`` notes of the melodies.

    Args:
        name: of a set of sequences.
        split: "train" or "test".
        length: notes of a stretch; 0 for the data set's own length.
        conditional: keep the classes.

    Raises:
        TrainingError: if the set has no classes, a signal's length is not its own, or no melody is as long.
        DatasetError: if the set is not on this machine.
    """
    kind = sequence_kind(find_sequences(name).sequence)
    content = load_sequences(name, split)
    if isinstance(content, SignalSplit) and isinstance(kind, Signal):
        if length not in (0, kind.length):
            raise TrainingError(f"--length: the signals of {name} have {kind.length} samples, got {length}")
        classes = next(iter(content.classes.items()), None)
        if conditional and classes is None:
            raise TrainingError(f"--conditional: the sequences of {name} have no classes")
        values = torch.from_numpy(np.ascontiguousarray(content.values))
        return Windows(kind, kind.numbers(values).float(), classes if conditional else None)
    assert isinstance(content, MelodySplit)
    if conditional:
        raise TrainingError(f"--conditional: the sequences of {name} have no classes")
    cut = replace(kind, length=length or kind.length)
    stretches = [
        melody[start : start + cut.length]
        for melody in content.melodies
        for start in range(len(melody) - cut.length + 1)
    ]
    if not stretches:
        raise TrainingError(f"--length: no melody of {name} has {cut.length} notes")
    return Windows(cut, torch.from_numpy(np.stack(stretches).astype(np.uint8)), None)


def padded(melodies: tuple[Integers, ...] | list[Integers], length: int) -> Tensor:
    """Whole melodies (N, length + 1, 2) int64, each with its end, and filled up with ends.

    Raises:
        TrainingError: if one is longer than ``length``.
    """
    rows = torch.full((len(melodies), length + 1, 2), END, dtype=torch.long)
    for row, melody in zip(rows, melodies, strict=True):
        if len(melody) > length:
            raise TrainingError(f"a melody has {len(melody)} notes, more than {length}")
        row[: len(melody)] = torch.from_numpy(melody)
    return rows


def counted(melodies: Tensor) -> Tensor:
    """Which notes of padded melodies (N, T, 2) are of the melody, its end among them: (N, T) bool."""
    ends = melodies[..., 0] == END
    return ends.long().cumsum(1) - ends.long() == 0
