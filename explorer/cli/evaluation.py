"""What ``explorer evaluate`` computes for each kind of model: measures, and the floors that they cannot beat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from explorer.errors import ExplorerError
from explorer.traces import Bytes, CategoricalAttribute, Estimate

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint
    from explorer.datasets import Split
    from explorer.families.classifier import Classifier

SAMPLES = 5000
"""Pictures that a generator is judged by, where there are twice as many held-out ones to compare them with."""
NEAREST = 500
"""Of these pictures, so many are looked up among all training images."""
HELD_OUT = 1000
"""Held-out images that a likelihood is measured on."""


@dataclass(frozen=True)
class Evaluation:
    """Measures by name, and what real data score in place of the model's where that says anything."""

    metrics: dict[str, Estimate]
    floors: dict[str, Estimate] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def evaluate(checkpoint: Checkpoint, count: int | None, draws: int, seed: int) -> Evaluation:
    """Measure a checkpoint of any kind afresh.

    Args:
        checkpoint: opened.
        count: images, pictures or points; by default as many as is usual for the kind.
        draws: K of the importance-weighted bound, for models with a likelihood.
        seed: of what is drawn.

    Raises:
        ExplorerError: if the data set or its classifier is not on this machine, or the count is out of range.
    """
    able = checkpoint.config.capabilities
    if checkpoint.config.likelihood is not None:
        return _evidence(checkpoint, count or HELD_OUT, draws, seed)
    if "Decodes" in able:
        return _generation(checkpoint, count, seed)
    if "Classifies" in able:
        return _classification(checkpoint, count)
    if "Writes" in able:
        return _text(checkpoint, count)
    if count is not None:
        raise ExplorerError("planar models are measured on the points that the page shows; there is no count to choose")
    return _points(checkpoint)


def _evidence(checkpoint: Checkpoint, count: int, draws: int, seed: int) -> Evaluation:
    from explorer import datasets
    from explorer.metrics.likelihood import evidence_metrics

    images = datasets.load(checkpoint.config.dataset["name"], "test").images[:count]
    return Evaluation(evidence_metrics(checkpoint.model, images, seed, draws))


def _generation(checkpoint: Checkpoint, count: int | None, seed: int) -> Evaluation:
    from explorer import datasets
    from explorer.metrics.generation import COVERED, Judge
    from explorer.probes.samples import samples
    from explorer.sheets import as_bytes

    name = checkpoint.config.dataset["name"]
    train, held_out = datasets.load(name, "train"), datasets.load(name, "test")
    classes = _classes(held_out)
    size = count or min(SAMPLES, len(held_out.images) // 2)
    judge = Judge(_classifier(checkpoint), held_out.images, classes.codes, size, seed)
    generated = as_bytes(samples(checkpoint, seed, judge.count).images)
    metrics, floors = judge.intervals(generated), judge.floors()
    metrics["nearest_training_image"] = _nearest(generated, train.images)
    floors["nearest_training_image"] = _nearest(held_out.images, train.images)
    shares = judge.shares(generated)
    rare = [
        f"{value} {share:.2%} (real {real:.2%})"
        for value, share, real in zip(classes.values, shares, judge.real_shares, strict=True)
        if share < COVERED * real
    ]
    remarks = [
        f"beside {len(held_out.images)} held-out images, in the features of classifier-{name}: no published FID",
        f"classes not covered: {', '.join(rare) or 'none'}",
    ]
    return Evaluation(metrics, floors, remarks)


def _nearest(pictures: Bytes, references: Bytes) -> Estimate:
    from explorer.metrics.likelihood import estimate
    from explorer.metrics.neighbours import nearest_pictures

    return estimate(nearest_pictures(pictures[:NEAREST], references), "root mean square grey level, unit range")


def _classes(split: Split) -> CategoricalAttribute:
    found = [each for each in split.attributes.values() if isinstance(each, CategoricalAttribute)]
    if not found:
        raise ExplorerError("samples are judged by the classes of their data set, and this one has none")
    return found[0]


def _classifier(checkpoint: Checkpoint) -> Classifier:
    from explorer import catalog

    name = f"classifier-{checkpoint.config.dataset['name']}"
    beside = checkpoint.folder.parent
    folder = beside if (beside / name).is_dir() else catalog.SHIPPED
    classifier: Classifier = catalog.open_checkpoint(catalog.find(name, folder)).model
    return classifier


def _classification(checkpoint: Checkpoint, count: int | None) -> Evaluation:
    from explorer import datasets
    from explorer.training.classifier import accuracies

    held_out = datasets.load(checkpoint.config.dataset["name"], "test")
    index = np.arange(len(held_out.images))[:count]
    attributes = {name: each.take(index) for name, each in held_out.attributes.items()}
    return Evaluation(accuracies(checkpoint.model, datasets.Split(held_out.images[index], attributes)))


def _text(checkpoint: Checkpoint, count: int | None) -> Evaluation:
    from explorer import datasets
    from explorer.training.language.finish import language_metrics

    if count is not None:
        raise ExplorerError("character models are measured on the whole held-out text; there is no count to choose")
    text = datasets.load_text(checkpoint.config.dataset["name"])
    remarks = [] if text.sha256() == checkpoint.config.dataset["sha256"] else ["this is not the text of its training"]
    supplement = checkpoint.config.training["settings"]["supplement"]
    return Evaluation(language_metrics(checkpoint.model, text, supplement), remarks=remarks)


def _points(checkpoint: Checkpoint) -> Evaluation:
    from explorer.training.planar.finish import planar_metrics

    return Evaluation(planar_metrics(checkpoint.model))
