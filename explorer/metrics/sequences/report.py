"""Everything that is measured of a model of sequences: numbers with what real sequences get, and histograms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from explorer.datasets.sequences.melodies import SAME_TUNE
from explorer.families.sequences import Notes
from explorer.metrics.proportions import proportion
from explorer.metrics.sequences.melodies import (
    Corpus,
    durations,
    in_key,
    intervals,
    pitch_classes,
    shares,
    total_variation,
)
from explorer.traces import Floats, Integers
from explorer.traces.measures import Comparison, Estimate

RESAMPLES = 400
NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


@dataclass(frozen=True)
class Report:
    """What was measured."""

    metrics: dict[str, Estimate]
    floors: dict[str, Estimate]
    """By the metric's name: what real sequences get in place of the generated ones."""
    histograms: dict[str, dict[str, Any]] = field(default_factory=dict)
    """As in ``evaluation.json``."""
    kernel: str | None = None
    """The kernel of the discrepancy, in words."""
    real: int = 0
    fake: int = 0
    """Held-out and generated sequences that were compared, of a block; 0 where there was nothing to compare."""
    blocks: int = 1
    """Of seeds, each compared with all held-out sequences."""

    def all_metrics(self) -> dict[str, Estimate]:
        """Numbers and floors as ``config.json`` names them."""
        return {**self.metrics, **{f"{name}_floor": floor for name, floor in self.floors.items()}}


def report_melodies(
    generated: Sequence[Integers],
    held_out: Sequence[Integers],
    trained: Sequence[Integers],
    notes: Notes,
    corpus: Corpus,
) -> Report:
    """What stretches of generated melodies share with held-out ones, and how much of them stands in the corpus.

    Args:
        generated: (n, 2) tokens each, all of one length.
        held_out: stretches of that length, which the shares are compared with.
        trained: stretches of that length of the training set: their distances from the held-out ones are the floor.
        notes: what the tokens mean.
        corpus: the melodies trained on.
    """
    metrics: dict[str, Estimate] = {}
    floors: dict[str, Estimate] = {}
    histograms: dict[str, dict[str, Any]] = {}
    counters: dict[str, Callable[[Sequence[Integers], Notes], Integers]] = {
        "pitch_class": pitch_classes,
        "interval": intervals,
        "duration": durations,
    }
    labels: dict[str, tuple[str, list[str]]] = {
        "pitch_class": ("", list(NAMES)),
        "interval": ("semitones", [str(step) for step in range(-12, 13)]),
        "duration": ("quarter notes", [f"{each:g}" for each in notes.durations[1:]]),
    }
    for name, count in counters.items():
        real, fake = shares(count(held_out, notes)), shares(count(generated, notes))

        def distance(counts: Integers, real: Floats = real) -> float:
            return total_variation(shares(counts), real)

        for where, melodies in ((metrics, generated), (floors, trained[: len(generated)])):
            found = resampled(count(melodies, notes), distance, "total variation")
            where[f"{name}_distance"] = Comparison(**asdict(found), reference=len(held_out))
        unit, categories = labels[name]
        histograms[name] = {
            "unit": unit,
            "edges": None,
            "categories": categories,
            "real": real.tolist(),
            "fake": fake.tolist(),
        }
    for where, melodies in ((metrics, generated), (floors, held_out)):
        runs = np.array([corpus.longest_run(melody) for melody in melodies], np.float64)
        where["share_in_key"] = mean_of(np.array([in_key(melody, notes) for melody in melodies]), "share of notes")
        where["longest_copied_run"] = mean_of(runs, "notes")
        where["copied_share"] = proportion(int((runs >= SAME_TUNE).sum()), len(runs), "share of melodies")
    return Report(metrics, floors, histograms, None, len(held_out), len(generated))


def merged(*reports: Report) -> Report:
    """All that several reports say."""
    kernel = next((each.kernel for each in reports if each.kernel), None)
    sizes = [max(sizes) for sizes in zip(*((each.real, each.fake, each.blocks) for each in reports), strict=True)]
    whole = Report({}, {}, {}, kernel, *sizes)
    for each in reports:
        whole.metrics.update(each.metrics)
        whole.floors.update(each.floors)
        whole.histograms.update(each.histograms)
    return whole


def mean_of(values: Floats, unit: str) -> Estimate:
    """The mean with its 95 % interval by resampling."""
    return resampled(values, lambda rows: float(np.mean(rows)), unit)


def resampled(values: Any, measure: Callable[[Any], float], unit: str, seed: int = 0) -> Estimate:
    """A measure of N sequences, and 95 % of its values over resamples of them (Efron & Tibshirani 1993, chapter 13)."""
    random = np.random.default_rng(seed)
    many = []
    for _ in range(RESAMPLES):
        chosen = random.integers(len(values), size=len(values))
        many.append(measure(values[chosen]))
    value = measure(values)
    low, high = np.quantile(many, [0.025, 0.975])
    return Estimate(value, min(value, float(low)), max(value, float(high)), len(values), unit)
