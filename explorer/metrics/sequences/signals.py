"""Everything that is measured of a model of signals: each number with what real signals get in place of generated ones.

Generated signals come in blocks of seeds of their own, so that no number is one block's luck.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from explorer.datasets.sequences import sines
from explorer.metrics.sequences.classifiers import transfer_accuracy, two_sample_accuracy
from explorer.metrics.sequences.discrepancy import gaussian_kernel, median_distance, of_kernel, two_sample_test
from explorer.metrics.sequences.memorisation import memorisation_test
from explorer.metrics.sequences.report import Report, mean_of, resampled
from explorer.metrics.sequences.sines import distance_to_uniform, nearest_waves
from explorer.traces import Floats, Integers
from explorer.traces.measures import Comparison, Estimate

CUTS = 100
BINS = 20
P_OF_BLOCKS = "p, median and range over blocks of seeds"
SHARE = "share of sequences"


def report_signals(generated: Floats, held_out: Floats, trained: Floats, seed: int = 0) -> Report:
    """Whether generated signals can be told from held-out ones, and whether they are nearer to those trained on.

    Args:
        generated: (B, n, T), at least 2 blocks.
        held_out: (M, T), all of which every block is compared with.
        trained: (N, T), of the training set. In place of the generated ones they give the floors: of MMD² in blocks of
            n, as many as there are, or of N; of the classifier in three parts of n, or N/3, two of them as generated.
        seed: of permutations, forests, and of what is chosen.
    """
    blocks, size, _ = generated.shape
    sigma = median_distance(held_out)
    shuffled = trained[np.random.default_rng(seed).permutation(len(trained))]
    real = _cut(shuffled, min(size, len(trained)))[:blocks]
    first, *others = _cut(shuffled, min(size, len(trained) // 3))[:3]
    metrics = _discrepancies(list(generated), held_out, sigma, seed, ("low", "high"))
    floors = _discrepancies(real, held_out, sigma, seed, ("floor_low", "floor_high"))
    del floors["mmd2_detectable"]  # a floor is no effect to be found
    metrics["two_sample_accuracy"] = two_sample_accuracy(real[0], held_out, list(generated), seed)
    floors["two_sample_accuracy"] = two_sample_accuracy(first, held_out, others, seed)
    test = memorisation_test(generated.reshape(blocks * size, -1), held_out, trained, seed)
    sizes = blocks * size, len(held_out) + len(trained)
    metrics |= {
        "nearest_in_training": _point(test.share, SHARE, sizes),
        "memorisation_detectable": _point(test.detectable, SHARE, sizes),
        "memorisation_p_value": _point(test.p_value, "p", sizes),
    }
    floors["nearest_in_training"] = Comparison(
        test.chance, test.chance_low, test.chance_high, sizes[0], SHARE, reference=sizes[1]
    )
    kernel = f"exp(-|x - y|^2 / (2 sigma^2)), sigma = {sigma:.4g}: the median distance"
    return Report(dict(metrics), dict(floors), {}, kernel, len(held_out), size, blocks)


def _cut(rows: Floats, size: int) -> list[Floats]:
    """As many blocks of ``size`` rows as there are."""
    return [rows[start : start + size] for start in range(0, len(rows) - size + 1, size)]


def _point(value: float, unit: str, sizes: tuple[int, int]) -> Comparison:
    return Comparison(value, value, value, sizes[0], unit, reference=sizes[1])


def _discrepancies(
    blocks: list[Floats], held_out: Floats, sigma: float, seed: int, limits: tuple[str, str]
) -> dict[str, Comparison]:
    """MMD² of blocks (n, T) from the held-out signals: its mean, what could be detected, and the p-values.

    Args:
        blocks: compared one by one.
        held_out: (M, T).
        sigma: of the kernel.
        seed: of the first block's test.
        limits: of MMD², by their names in :class:`TwoSampleTest`; means over the blocks, and so those of one block.
    """
    tests = [two_sample_test(block, held_out, sigma, seed + index) for index, block in enumerate(blocks)]
    value, low, high, detectable = (
        float(np.mean([getattr(test, name) for test in tests])) for name in ("value", *limits, "detectable")
    )
    p_values = [test.p_value for test in tests]
    count, reference = len(blocks[0]), len(held_out)
    return {
        "mmd2": Comparison(value, low, high, count, "squared MMD", reference),
        "mmd2_detectable": _point(detectable, "squared MMD", (count, reference)),
        "mmd_p_value": Comparison(
            float(np.median(p_values)), min(p_values), max(p_values), count, P_OF_BLOCKS, reference
        ),
    }


def discrepancy_floor(real: Floats, seed: int = 0) -> tuple[float, Estimate]:
    """σ of the kernel, and the range of MMD² between halves of a sample of real signals (2·N, T), cut at random."""
    sigma, size = median_distance(real), len(real) // 2
    random = np.random.default_rng(seed)
    kernel = gaussian_kernel(real, real, sigma)
    whole = np.repeat([1, -1], [size, len(real) - size])
    values = of_kernel(kernel, np.stack([random.permutation(whole) for _ in range(CUTS)]))
    low, high = np.quantile(values, [0.025, 0.975])
    return sigma, Estimate(float(np.mean(values)), float(low), float(high), size, "squared MMD")


def report_sines(generated: Floats, held_out: Floats) -> Report:
    """Frequencies, amplitudes and phases of sine waves, generated (N, 30) and real (N, 30), beside the true ones."""
    waves, real = nearest_waves(generated), nearest_waves(held_out)
    truth = {"frequency": ("Hz", *sines.FREQUENCY), "amplitude": ("", *sines.AMPLITUDE)}
    metrics = {"explained_share": mean_of(waves.explained, "share")}
    floors = {"explained_share": mean_of(real.explained, "share")}
    histograms = {}
    for name, (unit, low, high) in truth.items():
        distance = partial(distance_to_uniform, low=low, high=high)
        metrics[f"{name}_distance"] = resampled(getattr(waves, name), distance, unit)
        floors[f"{name}_distance"] = resampled(getattr(real, name), distance, unit)
        edges = np.linspace(low - (high - low) / 4, high + (high - low) / 4, BINS + 11)
        histograms[name] = _binned(edges, getattr(real, name), getattr(waves, name), unit)
    histograms["phase"] = _binned(np.linspace(-np.pi, np.pi, BINS + 1), real.phase, waves.phase, "rad")
    return Report(metrics, floors, histograms)


def report_transfer(
    generated: tuple[Floats, Integers],
    held_out: tuple[Floats, Integers],
    trained: tuple[Floats, Integers],
    classes: int,
    seed: int = 0,
) -> Report:
    """Train on synthetic, test on real, and the reverse; beside both, train and test on real (Esteban et al. 2017).

    Forests learn from as many generated signals as real ones.
    """
    real = transfer_accuracy(trained, held_out, classes, seed)
    size = len(trained[0])
    as_many = generated[0][:size], generated[1][:size]
    metrics = {
        "train_synthetic_test_real": transfer_accuracy(as_many, held_out, classes, seed),
        "train_real_test_synthetic": transfer_accuracy(trained, generated, classes, seed),
    }
    return Report(metrics, dict.fromkeys(metrics, real))


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
