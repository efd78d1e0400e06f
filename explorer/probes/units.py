"""Which unit of a model goes with a mark of the text, and how well the best unit would do by chance.

Among many units one always fits somewhat. So chance is the best unit's score where marks and activities do not belong
together: the marks are shifted along the text, which leaves both as they are but for what they have to do with each
other (for time series: Harris 2020, "A Shift Test for Independence in Generic Time Series"). Where every verse has the
same marks in the same places, a shifted text is marked as before but for another place of the form, which a unit that
counts places tells as well: there the marks of each verse are shifted within it, each verse's by an amount of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from explorer.errors import ExplorerError
from explorer.probes.marks import UNLABELLED, Mark
from explorer.traces import Floats

SHIFTS = 200
QUANTILE = 0.95
REPEATED = 0.5
"""A shift is left out where the mark correlates with its shifted self by more than this: there little is shifted."""
UNITS_AT_ONCE = 16

Sums: TypeAlias = Callable[[Floats], Floats]
"""Columns (N, U) → their sums with weights that were shifted in each of S ways, (S, U)."""


class UnitError(ExplorerError):
    """Activities and a mark that no unit can be scored by."""


@dataclass(frozen=True)
class UnitScores:
    """How each of U units goes with a mark."""

    scores: Floats
    """(U,): the area under the ROC curve for a binary mark, Pearson's correlation for a graded one.

    A unit that never changes tells nothing: 0.5, or 0.
    """
    chance: float
    """The best unit's |score − 0.5|, or |correlation|, that 95 % of the shifts stay at or below."""
    count: int
    """Characters with a label."""
    positives: int | None
    """Characters with label 1; None for a graded mark."""
    shifts: int
    seed: int


def score_units(activities: Floats, mark: Mark, seed: int = 0, shifts: int = SHIFTS) -> UnitScores:
    """Compare every unit with a mark; characters without a label are left out first.

    Args:
        activities: (T, U), U ≥ 1, finite; row t after character t was read.
        mark: of the same T characters.
        seed: of the shifts.
        shifts: 200 or more for a 95 % quantile to mean something.

    Raises:
        UnitError: if the shapes do not agree, a value is not finite, no two labels differ (so, where nothing or
            everything is positive), or the text has too few shifts that are no repetition of the mark.
    """
    if activities.ndim != 2 or activities.shape[1] == 0 or len(activities) != len(mark.values):
        raise UnitError(f"the mark {mark.name} is of {len(mark.values)} characters, activities are {activities.shape}")
    labelled = mark.values != UNLABELLED
    labels = mark.values[labelled].astype(np.float64)
    _check_labels(labels, mark)
    weights = _weights(labels, mark.kind)
    chance = _within_verses(weights, mark, seed, shifts) if mark.period else _along(weights, labels, mark, seed, shifts)
    found, best = [], np.zeros(shifts)
    for start in range(0, activities.shape[1], UNITS_AT_ONCE):
        columns = _columns(activities[labelled, start : start + UNITS_AT_ONCE], mark.kind)
        found.append(weights @ columns)
        best = np.maximum(best, np.abs(chance(columns)).max(axis=1))
    return UnitScores(
        scores=np.concatenate(found) + (0.5 if mark.kind == "binary" else 0),
        chance=float(np.quantile(best, QUANTILE, method="higher")),
        count=len(labels),
        positives=int(labels.sum()) if mark.kind == "binary" else None,
        shifts=shifts,
        seed=seed,
    )


def _check_labels(labels: Floats, mark: Mark) -> None:
    if mark.kind == "binary" and not labels.any():
        raise UnitError(f"no character of {len(labels)} has the mark {mark.name}: there is nothing to compare with")
    if len(labels) == 0 or (labels == labels[0]).all():
        raise UnitError(
            f"all {len(labels)} characters have the same mark {mark.name}: there is nothing to compare with"
        )


def _along(weights: Floats, labels: Floats, mark: Mark, seed: int, count: int) -> Sums:
    """Sums of columns with weights that are shifted along the text, distinctly and so as not to repeat the labels."""
    spectrum = np.fft.rfft(labels - labels.mean())
    itself = np.fft.irfft(np.abs(spectrum) ** 2, len(labels))
    usable = np.flatnonzero(np.abs(itself) <= REPEATED * itself[0])
    if len(usable) < count:
        raise UnitError(
            f"chance needs {count} shifts at which the mark {mark.name} does not repeat itself; "
            f"{len(labels)} characters with a label have {len(usable)}"
        )
    chosen = np.random.default_rng(seed).choice(usable, count, replace=False)
    return lambda columns: _shifted_sums(weights, columns)[chosen]


def _within_verses(weights: Floats, mark: Mark, seed: int, count: int) -> Sums:
    """Sums of columns with weights of which each verse's are shifted within it."""
    verses = weights.reshape(-1, mark.period)
    offsets = np.random.default_rng(seed).integers(mark.period, size=(count, len(verses), 1))
    places = (np.arange(mark.period) + offsets) % mark.period
    moved = np.take_along_axis(verses[None], places, 2).reshape(count, -1)
    return lambda columns: moved @ columns


def _weights(labels: Floats, kind: str) -> Floats:
    """What the columns are multiplied by, (N,): their sums are AUC − ½, or correlations."""
    if kind == "binary":
        positives = labels.sum()
        weights: Floats = labels / (positives * (len(labels) - positives))
        return weights
    centred = labels - labels.mean()
    scaled: Floats = centred / np.sqrt(np.sum(centred**2))
    return scaled


def _shifted_sums(weights: Floats, columns: Floats) -> Floats:
    """Σₜ w(t) z(t + s) for every shift s and each column z, (N, U), by the correlation theorem."""
    spectrum = np.fft.rfft(weights).conj()[:, None] * np.fft.rfft(columns, axis=0)
    sums: Floats = np.fft.irfft(spectrum, len(columns), axis=0)
    return sums


def _columns(activities: Floats, kind: str) -> Floats:
    """Activities (N, U) as mid-ranks less their mean, or centred and of length one."""
    if not np.isfinite(activities).all():
        raise UnitError("activities must be finite")
    values = activities.astype(np.float64)
    if kind == "binary":
        return np.stack([_ranks(column) for column in values.T], axis=1) - (len(values) + 1) / 2
    centred = values - values.mean(axis=0)
    length = np.sqrt(np.sum(centred**2, axis=0))
    constant = values.min(axis=0) == values.max(axis=0)
    return np.where(constant, 0, centred / np.where(constant, 1, length))


def _ranks(values: Floats) -> Floats:
    """Ranks (N,) from 1, equal values sharing the mean of theirs: so the area under the curve counts ties as half."""
    _, numbers, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2)[numbers]
    return ranks
