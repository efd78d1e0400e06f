"""What ``explorer evaluate`` computes for models with a likelihood and an encoder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.cli.judging import ABOUT_SAMPLES, JUDGED, Judged, add, classes, classifier_of, judge_samples
from explorer.errors import ExplorerError
from explorer.traces import Bytes
from explorer.traces.measures import Comparison, Estimate, FactorTable
from explorer.traces.pictures import ContinuousAttribute

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint
    from explorer.datasets import Split

IMAGES, DRAWS = 1000, 50
"""Held-out images that a likelihood is measured on, and K of its bound, as they are when a training ends."""
PAPER_DRAWS = 5000
"""K for models of binarised images, on all held-out images (Burda et al. 2016, section 5.1)."""
SMALLEST_SAMPLE = 20
DAMAGED = 500
"""Images that are damaged."""
PAPER = (
    "Burda et al. (2016, Table 1) report 86.76 nats for a VAE with one stochastic layer (50 latents, K = 1 in "
    "training, 3,280 epochs), by 5,000 draws on the whole test set, binarised by another draw"
)


def evaluate_latent(checkpoint: Checkpoint, count: int | None, draws: int | None, seed: int) -> Judged:
    """Measure a model with a likelihood afresh.

    Args:
        checkpoint: opened.
        count: held-out images, at least 2; by default :data:`IMAGES`, or all for a model of binarised images.
        draws: K of the bound; by default :data:`DRAWS`, or :data:`PAPER_DRAWS` for a model of binarised images, and no
            bound for a model whose evidence is known.
        seed: of everything that is drawn, but for the binarisation.

    Raises:
        ExplorerError: if the data set is not on this machine, or does not fit the model.
    """
    from explorer import datasets
    from explorer.families.oracle import Oracle
    from explorer.metrics.likelihood import BINARISATION_SEED, active_dimensions, evidence_metrics
    from explorer.metrics.record import Record
    from explorer.metrics.robustness import robustness
    from explorer.probes.browse import posteriors

    name, model = checkpoint.config.dataset["name"], checkpoint.model
    train, held_out = datasets.load(name, "train"), datasets.load(name, "test")
    black_and_white = _black_and_white(checkpoint)
    chosen = count or (len(held_out.images) if black_and_white else IMAGES)
    usual = None if isinstance(model, Oracle) else PAPER_DRAWS if black_and_white else DRAWS
    draws = draws or usual
    images = as_trained_on(checkpoint, held_out.images)[:chosen]
    found = Judged(evidence_metrics(model, images, seed, draws))
    if black_and_white and draws is not None:
        found.remarks += _likelihood_in_words(found.metrics["importance_weighted_bound"], draws, BINARISATION_SEED)
    active = float(active_dimensions(posteriors(model, images)[0]))
    found.metrics["active_dimensions"] = Estimate(active, active, active, len(images), "dimensions")
    _judge(found, checkpoint, train, held_out, count, seed)
    factors = _factors(found, checkpoint, held_out, count, seed)
    curves = robustness(model, images[:DAMAGED], seed)
    binarisation = BINARISATION_SEED if black_and_white else None
    record = Record(seed, len(images), draws, binarisation, tuple(found.remarks), curves, factors)
    found.record = record.as_json()
    return found


def evaluate_samples(checkpoint: Checkpoint, count: int | None, seed: int) -> Judged:
    """Judge samples and reconstructions afresh; all else is what the folder says, whose likelihood may take hours.

    Args:
        checkpoint: opened; measured before.
        count: samples; by default :data:`JUDGED`.
        seed: of the samples.

    Raises:
        ExplorerError: if the folder has no ``evaluation.json``, or the data set is not on this machine.
    """
    from explorer import datasets
    from explorer.metrics.record import read_record

    record, name = read_record(checkpoint.folder), checkpoint.config.dataset["name"]
    found = _known(checkpoint.config.metrics)
    found.remarks = [each for each in record.remarks if not each.startswith(ABOUT_SAMPLES)]
    _judge(found, checkpoint, datasets.load(name, "train"), datasets.load(name, "test"), count, seed)
    found.record = replace(record, remarks=tuple(found.remarks)).as_json()
    return found


def _dependence_in_words(pairs: dict[tuple[str, str], float], floor: float) -> list[str]:
    return [
        f"{one} and {other} are not independent in the data: mutual information {nats:.2f} nats (by chance at most "
        f"{floor:.2f}), so that a dimension that goes with one goes with the other"
        for (one, other), nats in pairs.items()
    ]


def _known(entries: dict[str, dict[str, Any]]) -> Judged:
    """The metrics and floors of a configuration."""
    found = Judged()
    for name, entry in entries.items():
        base = name.removesuffix("_floor")
        kind = Comparison if "reference" in entry else Estimate
        (found.metrics if base == name else found.floors)[base] = kind(**entry)
    return found


def as_trained_on(checkpoint: Checkpoint, images: Bytes) -> Bytes:
    """Images uint8 (N, C, H, W) as the model's likelihood is of them: binarised once, or as they are."""
    from explorer.metrics.likelihood import binarised

    return binarised(images) if _black_and_white(checkpoint) else images


def _black_and_white(checkpoint: Checkpoint) -> bool:
    return bool(checkpoint.config.training.get("settings", {}).get("binarise", False))


def _likelihood_in_words(bound: Estimate, draws: int, binarisation: int) -> list[str]:
    return [
        f"negative log-likelihood: at most {-bound.value:.2f} nats [{-bound.high:.2f}, {-bound.low:.2f}], by {draws} "
        f"importance samples of each of the first {bound.count} test images, binarised once (seed {binarisation})",
        PAPER,
    ]


def _judge(found: Judged, checkpoint: Checkpoint, train: Split, held_out: Split, count: int | None, seed: int) -> None:
    """Samples and reconstructions in a classifier's features, where there is one of such images."""
    from explorer.metrics.generation import Judge

    size = min(count or JUDGED, JUDGED, len(held_out.images) // 2)
    try:
        classifier = classifier_of(checkpoint)
    except ExplorerError as error:
        found.remarks.append(f"samples are not judged: {error}")
        return
    if size < SMALLEST_SAMPLE:
        found.remarks.append(f"samples are not judged: {size} are too few, at least {SMALLEST_SAMPLE} are needed")
        return
    judge = Judge(classifier, held_out.images, classes(held_out).codes, size, seed)
    judged = judge_samples(checkpoint, judge, train, held_out, seed)
    pictures = _reconstructions(checkpoint, held_out.images[judge.left_out])
    add(judged, judge.intervals(pictures), judge.floors, "_reconstructions")
    found.metrics |= judged.metrics
    found.floors |= judged.floors
    found.remarks += judged.remarks


def _reconstructions(checkpoint: Checkpoint, images: Bytes) -> Bytes:
    """What the decoder makes of the posterior means of images uint8 (N, C, H, W)."""
    from explorer.probes.browse import posteriors
    from explorer.probes.samples import pictures
    from explorer.sheets import as_bytes

    return as_bytes(pictures(checkpoint.model, posteriors(checkpoint.model, images)[0]))


def _factors(
    found: Judged, checkpoint: Checkpoint, held_out: Split, count: int | None, seed: int
) -> FactorTable | None:
    """Disentanglement, where the images were drawn from known numbers and there are dimensions to compare."""
    from explorer.metrics.disentanglement import dependence, disentanglement, floors, intervals, known_factors
    from explorer.probes.browse import posteriors

    drawn_from_numbers = any(isinstance(each, ContinuousAttribute) for each in held_out.attributes.values())
    if not drawn_from_numbers or checkpoint.model.latent_size < 2:
        return None
    index = np.arange(len(held_out.images))[:count]
    factors = known_factors({name: each.take(index) for name, each in held_out.attributes.items()})
    mean, log_variance = posteriors(checkpoint.model, held_out.images[index])
    noise = np.random.default_rng(seed).standard_normal(mean.shape)
    samples = mean + np.exp(0.5 * log_variance) * noise
    scored = disentanglement(samples, mean, factors, seed)
    found.metrics |= intervals(scored, samples, mean, factors, seed)
    found.floors |= floors(len(mean), mean.shape[1], factors)
    found.remarks.append(
        f"true factors: {', '.join(factors)}; the mutual information gap is of one posterior sample an image, the rest "
        "of posterior means"
    )
    found.remarks += _dependence_in_words(*dependence(factors))
    return scored.table
