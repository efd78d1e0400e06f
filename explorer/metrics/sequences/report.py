"""Everything that is measured of a model of sequences: numbers with what real sequences get, and histograms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.datasets.sequences import sines
from explorer.families.sequences import Notes
from explorer.metrics.proportions import proportion
from explorer.metrics.sequences.discrepancy import (
    gaussian_kernel,
    median_distance,
    memorisation_test,
    of_kernel,
    squared_mmd,
    two_sample_test,
)
from explorer.metrics.sequences.melodies import (
    Corpus,
    durations,
    in_key,
    intervals,
    pitch_classes,
    total_variation,
)
from explorer.metrics.sequences.sines import distance_to_uniform, nearest_waves
from explorer.metrics.sequences.transfer import transfer_accuracy
from explorer.traces import Floats, Integers
from explorer.traces.measures import Estimate

RESAMPLES, CUTS = 400, 100
BINS = 20
SAME_TUNE = 12
"""Notes in a row that make two melodies the same tune, as where the melodies were split."""
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
    """Held-out and generated sequences that were compared; 0 where there was nothing to compare."""

    def all_metrics(self) -> dict[str, Estimate]:
        """Numbers and floors as ``config.json`` names them."""
        return {**self.metrics, **{f"{name}_floor": floor for name, floor in self.floors.items()}}


def report_signals(generated: Floats, held_out: Floats, trained: Floats, seed: int = 0) -> Report:
    """The discrepancy of generated signals from held-out ones, and whether those trained on are nearer.

    Args:
        generated: (N, T).
        held_out: (N, T) or more; so many of all three are compared as the smallest has.
        trained: (N, T) or more, of the training set: how far these are from held-out ones is the floor.
        seed: of permutations, and of what is chosen.
    """
    count = min(len(generated), len(held_out), len(trained))
    random = np.random.default_rng(seed)
    first, second = (each[random.permutation(len(each))[:count]] for each in (held_out, trained))
    sigma = median_distance(first)
    found = two_sample_test(generated[:count], first, sigma, seed)
    real = two_sample_test(second, first, sigma, seed)
    memory = memorisation_test(generated[:count], first, second, sigma, seed)
    metrics = {
        "mmd2": Estimate(found.value, found.low, found.high, count, "squared MMD"),
        "mmd_p_value": Estimate(found.p_value, found.p_value, found.p_value, count, "p"),
        "memorisation_p_value": Estimate(memory, memory, memory, count, "p"),
    }
    floors = {
        "mmd2": Estimate(real.value, real.floor_low, real.floor_high, count, "squared MMD"),
        "mmd_p_value": Estimate(real.p_value, real.p_value, real.p_value, count, "p"),
    }
    kernel = f"exp(-|x - y|^2 / (2 sigma^2)), sigma = {sigma:.4g}: the median distance"
    return Report(metrics, floors, {}, kernel, count, count)


def discrepancy_floor(real: Floats, seed: int = 0) -> tuple[float, Estimate]:
    """σ of the kernel, and the range of MMD² between halves of a sample of real sequences (2·N, T), cut at random."""
    sigma, size = median_distance(real), len(real) // 2
    random = np.random.default_rng(seed)
    kernel = gaussian_kernel(real, real, sigma)
    whole = np.repeat([1, -1], [size, len(real) - size])
    values = of_kernel(kernel, np.stack([random.permutation(whole) for _ in range(CUTS)]))
    low, high = np.quantile(values, [0.025, 0.975])
    return sigma, Estimate(float(np.mean(values)), float(low), float(high), size, "squared MMD")


def discrepancy(generated: Floats, held_out: Floats, sigma: float) -> float:
    """MMD² of samples (N, T), with a kernel of width σ."""
    return squared_mmd(generated, held_out, sigma)


def report_sines(generated: Floats, held_out: Floats) -> Report:
    """Frequencies, amplitudes and phases of generated sine waves (N, 30) beside the true distributions."""
    waves, real = nearest_waves(generated), nearest_waves(held_out[: len(generated)])
    truth = {"frequency": ("Hz", *sines.FREQUENCY), "amplitude": ("", *sines.AMPLITUDE)}
    metrics = {"explained_share": _mean(waves.explained, "share")}
    floors = {"explained_share": _mean(real.explained, "share")}
    histograms = {}
    for name, (unit, low, high) in truth.items():

        def distance(rows: Floats, low: float = low, high: float = high) -> float:
            return distance_to_uniform(rows, low, high)

        metrics[f"{name}_distance"] = _resampled(getattr(waves, name), distance, unit)
        floors[f"{name}_distance"] = _resampled(getattr(real, name), distance, unit)
        edges = np.linspace(low - (high - low) / 4, high + (high - low) / 4, BINS + 11)
        histograms[name] = _binned(edges, getattr(real, name), getattr(waves, name), unit)
    histograms["phase"] = _binned(np.linspace(-np.pi, np.pi, BINS + 1), real.phase, waves.phase, "rad")
    return Report(metrics, floors, histograms, None, len(real.frequency), len(waves.frequency))


def report_transfer(
    generated: tuple[Floats, Integers],
    held_out: tuple[Floats, Integers],
    trained: tuple[Floats, Integers],
    classes: int,
    seed: int = 0,
) -> Report:
    """Train on synthetic, test on real, and the reverse; beside both, train and test on real (Esteban et al. 2017)."""
    real = transfer_accuracy(trained, held_out, classes, seed)
    metrics = {
        "train_synthetic_test_real": transfer_accuracy(generated, held_out, classes, seed),
        "train_real_test_synthetic": transfer_accuracy(trained, generated, classes, seed),
    }
    return Report(metrics, dict.fromkeys(metrics, real))


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
    metrics, floors, histograms = {}, {}, {}
    counters: dict[str, Callable[[Sequence[Integers], Notes], Floats]] = {
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
        real, fake = count(held_out, notes), count(generated, notes)

        def distance(rows: Sequence[Integers], count: Any = count, real: Floats = real) -> float:
            return total_variation(count(rows, notes), real)

        metrics[f"{name}_distance"] = _resampled(generated, distance, "total variation")
        floors[f"{name}_distance"] = _resampled(trained[: len(generated)], distance, "total variation")
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
        where["share_in_key"] = _mean(np.array([in_key(melody, notes) for melody in melodies]), "share of notes")
        where["longest_copied_run"] = _mean(runs, "notes")
        where["copied_share"] = proportion(int((runs >= SAME_TUNE).sum()), len(runs), "share of melodies")
    return Report(metrics, floors, histograms, None, len(held_out), len(generated))


def merged(*reports: Report) -> Report:
    """All that several reports say."""
    kernel = next((each.kernel for each in reports if each.kernel), None)
    whole = Report({}, {}, {}, kernel, max(each.real for each in reports), max(each.fake for each in reports))
    for each in reports:
        whole.metrics.update(each.metrics)
        whole.floors.update(each.floors)
        whole.histograms.update(each.histograms)
    return whole


def _mean(values: Floats, unit: str) -> Estimate:
    """The mean with its 95 % interval by resampling."""
    return _resampled(values, lambda rows: float(np.mean(rows)), unit)


def _resampled(values: Any, measure: Callable[[Any], float], unit: str, seed: int = 0) -> Estimate:
    """A measure of N sequences, and 95 % of its values over resamples of them (Efron & Tibshirani 1993, chapter 13)."""
    random = np.random.default_rng(seed)
    many = []
    for _ in range(RESAMPLES):
        chosen = random.integers(len(values), size=len(values))
        many.append(measure(values[chosen] if isinstance(values, np.ndarray) else [values[index] for index in chosen]))
    value = measure(values)
    low, high = np.quantile(many, [0.025, 0.975])
    return Estimate(value, min(value, float(low)), max(value, float(high)), len(values), unit)


def _binned(edges: Floats, real: Floats, fake: Floats, unit: str) -> dict[str, Any]:
    shares = {
        name: np.histogram(values.clip(edges[0], edges[-1]), edges)[0] / len(values)
        for name, values in (("real", real), ("fake", fake))
    }
    return {
        "unit": unit,
        "edges": edges.tolist(),
        "categories": None,
        **{name: each.tolist() for name, each in shares.items()},
    }
