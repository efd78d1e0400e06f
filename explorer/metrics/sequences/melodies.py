"""What generated melodies have in common with real ones: pitch classes, steps, durations, key, and what is copied."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from explorer.errors import ExplorerError
from explorer.families.sequences import FIRST_PITCH, Notes
from explorer.metrics.language import fit_n_gram
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


def pitch_classes(melodies: Sequence[Integers], notes: Notes) -> Integers:
    """(N, 12) how many notes of each melody have the pitch class C, C♯, … B, whatever their durations."""
    return _counts([midi(each, notes) % 12 for each in melodies], 12)


def intervals(melodies: Sequence[Integers], notes: Notes) -> Integers:
    """(N, 25) how many steps from note to note are of −12 to 12 semitones, wider ones counted at the ends.

    A step over a rest counts as well.
    """
    steps = [np.diff(midi(each, notes)).clip(-WIDEST, WIDEST) + WIDEST for each in melodies]
    return _counts(steps, 2 * WIDEST + 1)


def durations(melodies: Sequence[Integers], notes: Notes) -> Integers:
    """(N, D − 1) how many notes of each melody have each duration but 0, rests included."""
    return _counts([each[:, 1] - 1 for each in melodies], notes.duration_tokens - 1)


def shares(counts: Integers) -> Floats:
    """(K,) shares of what was counted in all of N melodies (N, K).

    Raises:
        MelodyError: if there is nothing.
    """
    whole = counts.sum(0)
    if not whole.any():
        raise MelodyError("there are no notes to count")
    found: Floats = whole / whole.sum()
    return found


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
    """Melodies, to look for runs of notes in, whatever key they stand in.

    A melody is a line of two characters a note: the step from the note before it, over rests if need be, and the
    duration. A run that begins with a duration says nothing of the pitch that it begins at.
    """

    def __init__(self, melodies: Sequence[Integers], notes: Notes) -> None:
        self._widest = len(notes.pitches)
        self._text = "\0".join(self._line(melody) for melody in melodies)

    def longest_run(self, melody: Integers) -> int:
        """The most notes in a row, alike in steps and durations, that one of the corpus's melodies has in a row.

        Rests are left out. A single note is alike in its duration alone.
        """
        line = self._line(melody)
        size, best = len(line) // 2, 0
        for start in range(size):
            while start + best < size and line[2 * start + 1 : 2 * (start + best + 1)] in self._text:
                best += 1
        return best

    def _line(self, melody: Integers) -> str:
        """Durations are the even characters, steps the odd ones, so that neither is found in the other's place."""
        sounding = melody[melody[:, 0] >= FIRST_PITCH].astype(np.int64)
        steps = np.diff(sounding[:, 0], prepend=sounding[:1, 0]) + self._widest
        return "".join(
            chr(2 * int(step) + 1) + chr(2 * int(duration) + 2)
            for step, duration in zip(steps, sounding[:, 1], strict=True)
        )


def n_gram_bits(
    trained: Sequence[Integers], melodies: Sequence[Integers], notes: Notes, order: int
) -> tuple[Floats, Integers]:
    """What the notes and the end of each melody cost an n-gram: −log₂ p, summed over each of N melodies.

    Its tokens are pitch and duration together (:func:`explorer.metrics.language.fit_n_gram`). As many ends as a note
    depends on stand between two melodies, so that the first notes of one do not depend on the other.

    Args:
        trained: melodies (n, 2) that are counted.
        melodies: N of them.
        notes: what the tokens mean.
        order: n of the n-gram.

    Returns:
        Bits (N,), and notes and ends (N,), that they are of.
    """
    size = notes.pitch_tokens * notes.duration_tokens
    more = np.zeros(max(0, order - 2), np.int64)
    """Ends behind the one that a melody has."""

    def text(lines: Sequence[Integers]) -> Integers:
        parts = [np.zeros(order - 1, np.int64)]
        for line in lines:
            parts += [line[:, 0].astype(np.int64) * notes.duration_tokens + line[:, 1], np.zeros(1, np.int64), more]
        return np.concatenate(parts)

    lengths = np.array([len(line) + 1 for line in melodies])
    given = fit_n_gram(text(trained), size, order).log_probabilities(text(melodies))
    starts = order - 1 + np.cumsum(lengths + len(more)) - lengths - len(more)
    bits = [-given[start : start + length].sum() / math.log(2) for start, length in zip(starts, lengths, strict=True)]
    return np.array(bits), lengths


def _counts(codes: list[Integers], size: int) -> Integers:
    """(N, size) how often each code is there."""
    return np.stack([np.bincount(each, minlength=size) for each in codes])
