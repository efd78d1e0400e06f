"""What a sequence model generates: signals over time, and melodies note by note."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.traces import Floats, Integers


@dataclass(frozen=True)
class Signals:
    """One signal for each of some seeds."""

    seeds: Integers
    """(N,) int64."""
    seconds: Floats
    """(T,) float64, when each sample is."""
    values: Floats
    """(N, T) float32, in ``unit``."""
    unit: str
    """"" where values have none."""


@dataclass(frozen=True)
class Melodies:
    """The notes of melodies, one melody for each of some seeds, in order; a melody without notes has no row."""

    seed: Integers
    """(N,) int64, of each note's melody."""
    start: Floats
    """(N,) float64, in quarter notes from the melody's first note."""
    duration: Floats
    """(N,) float64, in quarter notes."""
    midi: Integers
    """(N,) int64, the MIDI number, 60 the middle C; 0 a rest."""
