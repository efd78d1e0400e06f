"""What generated melodies have in common with real ones: pitch classes, steps, durations, key, and what is copied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.errors import ExplorerError
from explorer.families.sequences import FIRST_PITCH, Notes
from explorer.traces import Floats, Integers

C_MAJOR = (0, 2, 4, 5, 7, 9, 11)
"""Pitch classes of the key signature without sharps or flats, of C major and A minor alike."""
WIDEST = 12
"""Semitones; wider steps are counted with these."""


class MelodyError(ExplorerError):
    """Melodies that nothing can be counted in."""


def midi(melody: Integers, notes: Notes) -> Integers:
    """MIDI numbers of a melody's pitches (n, 2), its rests left out."""
    pitch = melody[:, 0]
    numbers: Integers = np.array(notes.pitches)[pitch[pitch >= FIRST_PITCH] - FIRST_PITCH]
    return numbers


def pitch_classes(melodies: Sequence[Integers], notes: Notes) -> Floats:
    """(12,) shares of the pitch classes C, C♯, … B among all notes, each counted once whatever its duration.

    Raises:
        MelodyError: if there is no note.
    """
    return _shares(np.concatenate([midi(each, notes) % 12 for each in melodies]), 12)


def intervals(melodies: Sequence[Integers], notes: Notes) -> Floats:
    """(25,) shares of the steps from note to note, −12 to 12 semitones, wider ones counted at the ends.

    A step over a rest counts as well.

    Raises:
        MelodyError: if there is no step.
    """
    steps = np.concatenate([np.diff(midi(each, notes)) for each in melodies])
    return _shares(steps.clip(-WIDEST, WIDEST) + WIDEST, 2 * WIDEST + 1)


def durations(melodies: Sequence[Integers], notes: Notes) -> Floats:
    """(D − 1,) shares of the durations but 0, rests included.

    Raises:
        MelodyError: if there is no note.
    """
    return _shares(np.concatenate([each[:, 1] for each in melodies]) - 1, notes.duration_tokens - 1)


def total_variation(first: Floats, second: Floats) -> float:
    """½ Σ |p − q|: from 0, the same shares, to 1, nothing in common."""
    return float(np.abs(first - second).sum() / 2)


def in_key(melody: Integers, notes: Notes) -> float:
    """Share of a melody's notes whose pitch class is in :data:`C_MAJOR`.

    Raises:
        MelodyError: if there is no note.
    """
    found = midi(melody, notes)
    if not len(found):
        raise MelodyError("a melody of rests has no key")
    return float(np.isin(found % 12, C_MAJOR).mean())


class Corpus:
    """Melodies, to look for runs of notes in."""

    def __init__(self, melodies: Sequence[Integers], notes: Notes) -> None:
        self._tokens = notes.duration_tokens
        self._lines = [self._line(melody) for melody in melodies]
        self._text = "\0".join(self._lines)

    def longest_run(self, melody: Integers) -> int:
        """The most notes in a row, pitch and duration, that also stand in a row in one of the corpus's melodies."""
        line, best = self._line(melody), 0
        for start in range(len(line)):
            while start + best < len(line) and line[start : start + best + 1] in self._text:
                best += 1
        return best

    def _line(self, melody: Integers) -> str:
        """One character a note."""
        return "".join(chr(1 + int(pitch) * self._tokens + int(duration)) for pitch, duration in melody)


def _shares(codes: Integers, size: int) -> Floats:
    if not len(codes):
        raise MelodyError("there are no notes to count")
    counts: Floats = np.bincount(codes, minlength=size).astype(np.float64)
    shares: Floats = counts / counts.sum()
    return shares
