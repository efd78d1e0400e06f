"""What a sequence is: samples of a signal, or the notes of a melody; and how either is written as numbers.

A network's sequence is (N, T, C): N of them, T steps, C numbers a step. The units of a signal, and which token is which
pitch or duration, stand in ``arguments.sequence`` of a checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.families.errors import FamilyError
from explorer.traces import Integers

END, REST = 0, 1
"""Pitch tokens that are no pitch; the end's duration is token 0."""
FIRST_PITCH = 2
LONGEST = 512
"""Steps of a sequence."""


@dataclass(frozen=True)
class Signal:
    """One number a step: sample t is at t/rate seconds, and its value in ``unit`` is offset + scale·y."""

    kind: ClassVar[str] = "signal"
    length: int
    rate: float
    """Samples a second."""
    unit: str
    """"" where values have none."""
    offset: float = 0.0
    scale: float = 1.0

    @property
    def channels(self) -> int:
        """C."""
        return 1

    def values(self, y: Tensor) -> Tensor:
        """(N, T) in ``unit`` for what a network gives (N, T, 1)."""
        return self.offset + self.scale * y[..., 0]

    def numbers(self, values: Tensor) -> Tensor:
        """The inverse of :meth:`values`."""
        return ((values - self.offset) / self.scale)[..., None]


@dataclass(frozen=True)
class Notes:
    """A pitch and a duration a step.

    Pitch token 0 is the end, 1 a rest, 2 + i the MIDI number ``pitches[i]``; duration token d lasts ``durations[d]``
    quarter notes, and token 0, of no duration, belongs to the end.
    """

    kind: ClassVar[str] = "notes"
    length: int
    pitches: tuple[int, ...]
    """Rising MIDI numbers; 60 is the middle C."""
    durations: tuple[float, ...]
    """Rising from 0, in quarter notes."""
    tempo: float
    """Quarter notes a minute."""

    @property
    def pitch_tokens(self) -> int:
        """P."""
        return FIRST_PITCH + len(self.pitches)

    @property
    def duration_tokens(self) -> int:
        """D."""
        return len(self.durations)

    @property
    def channels(self) -> int:
        """C = P + D."""
        return self.pitch_tokens + self.duration_tokens

    def numbers(self, tokens: Tensor) -> Tensor:
        """One-hot (N, T, P + D) float32 for tokens (N, T, 2): the pitch's, then the duration's."""
        pitch = F.one_hot(tokens[..., 0].long(), self.pitch_tokens)
        duration = F.one_hot(tokens[..., 1].long(), self.duration_tokens)
        return torch.cat([pitch, duration], -1).float()

    def probabilities(self, logits: Tensor) -> Tensor:
        """(N, T, P + D): each of the two groups of logits to probabilities that sum to one."""
        groups = logits.split([self.pitch_tokens, self.duration_tokens], -1)
        return torch.cat([group.softmax(-1) for group in groups], -1)

    def tokens(self, probabilities: Tensor) -> Tensor:
        """The most probable pitch, and the most probable duration that it can have: (N, T, 2) int64.

        Of equals the lower token. The end has duration 0, every other token one of the others.
        """
        pitch, duration = probabilities.split([self.pitch_tokens, self.duration_tokens], -1)
        chosen = pitch.argmax(-1)
        lasting = 1 + duration[..., 1:].argmax(-1)
        return torch.stack([chosen, lasting.masked_fill(chosen == END, 0)], -1)

    def melodies(self, probabilities: Tensor) -> list[Integers]:
        """The tokens (n, 2) of each row of :meth:`tokens`, as far as its first end, which is not among them."""
        rows = self.tokens(probabilities).numpy()
        return [row[: int((row[:, 0] != END).cumprod().sum())] for row in rows]


SequenceKind = Signal | Notes


def sequence_kind(described: dict[str, Any]) -> SequenceKind:
    """What ``arguments.sequence`` of a checkpoint describes.

    Raises:
        FamilyError: naming the entry that cannot be.
    """
    entries = {name: tuple(value) if isinstance(value, list) else value for name, value in described.items()}
    kind = entries.pop("kind", None)
    try:
        sequence: SequenceKind = {"signal": Signal, "notes": Notes}[kind](**entries)  # type: ignore[index]
    except (KeyError, TypeError) as error:
        raise FamilyError(f"a sequence is a signal or notes, with their entries and no others; got {error}") from error
    if not isinstance(sequence.length, int) or not 1 <= sequence.length <= LONGEST:
        raise FamilyError(f"a sequence has 1 to {LONGEST} steps, got {sequence.length}")
    if isinstance(sequence, Signal):
        _expect(sequence.rate > 0 and sequence.scale > 0, "a signal's rate and scale are positive")
        return sequence
    _expect(
        _rises(sequence.pitches) and sequence.pitches[0] >= 0 and sequence.pitches[-1] <= 127, "pitches rise, 0-127"
    )
    _expect(_rises(sequence.durations) and sequence.durations[0] == 0, "durations rise from 0")
    _expect(
        len(sequence.durations) > 1 and sequence.tempo > 0, "there is a duration beside 0, and the tempo is positive"
    )
    return sequence


def described(sequence: SequenceKind) -> dict[str, Any]:
    """What :func:`sequence_kind` reads, as plain values."""
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(sequence).items()}
    return {"kind": sequence.kind, **values}


def _rises(values: Sequence[float]) -> bool:
    return len(values) > 0 and all(low < high for low, high in pairwise(values))


def _expect(condition: bool, message: str) -> None:
    if not condition:
        raise FamilyError(message)
