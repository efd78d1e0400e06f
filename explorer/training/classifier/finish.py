"""From trained weights to a measured classifier in a complete checkpoint folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from explorer.checkpoints import Config, compact, write_atomically, write_config, write_tensors
from explorer.datasets import DATASETS, Split
from explorer.families.classifier import FAMILY, Classifier
from explorer.families.graphs import write_graph
from explorer.metrics.features import in_batches
from explorer.metrics.proportions import proportion
from explorer.protocols import capabilities
from explorer.traces.measures import Estimate
from explorer.training.card import card
from explorer.training.classifier.damage import spoil
from explorer.training.classifier.labels import class_attributes, class_labels
from explorer.training.entries import trained_on, versions
from explorer.training.history import write_history
from explorer.training.seeding import seeded_generator


def accuracies(model: Classifier, split: Split) -> dict[str, Estimate]:
    """The share of images named rightly, with Wilson's 95 % interval: ``accuracy`` of the first attribute, then others.

    Args:
        model: in evaluation mode.
        split: images that it was not trained on.
    """
    labels = class_labels(split)
    sizes = [model.classes, *model.auxiliary_classes]
    parts = in_batches(lambda x: torch.cat(model(x), 1), split.images).split(sizes, 1)
    result: dict[str, Estimate] = {}
    for column, (name, part) in enumerate(zip(class_attributes(split), parts, strict=False)):
        right = int((part.argmax(1) == labels[:, column]).sum())
        key = "accuracy" if column == 0 else f"accuracy_{name}"
        result[key] = proportion(right, len(labels), f"share of images whose {name.replace('_', ' ')} is named rightly")
    if len(sizes) > labels.shape[1]:
        result["accuracy_damage"] = damage_accuracy(model, split)
    return result


def damage_accuracy(model: Classifier, split: Split) -> Estimate:
    """How often the last attribute tells whole images from damaged ones and the kind of damage; half are damaged."""
    generator = seeded_generator(0, 2)

    def right(x: Tensor) -> Tensor:
        spoilt = x.clone()
        states = spoil(spoilt, 0.5, generator)
        logits: Tensor = model(spoilt)[-1]
        return (logits.argmax(1) == states).float()

    count = int(in_batches(right, split.images).sum())
    return proportion(count, len(split.images), "share of images, half of them damaged, whose state is named rightly")


def write_classifier(
    out: Path,
    model: Classifier,
    arguments: dict[str, Any],
    data: str,
    held_out: Split,
    training: dict[str, Any],
    rows: list[list[float]],
) -> Config:
    """Measure a trained classifier and write its checkpoint folder."""
    source = DATASETS[data]
    label = FAMILY.title
    config = Config(
        name=out.name,
        title={language: f"{label[language]} · {source.title[language]}" for language in ("en", "zh")},
        family="classifier",
        arguments=arguments,
        capabilities=capabilities(model),
        image=dict(zip(("channels", "height", "width"), model.image_shape, strict=True)),
        latent_size=None,
        likelihood=None,
        priors=[],
        condition=None,
        dataset=trained_on(source, source.sha256),
        training=training,
        metrics={name: asdict(value) for name, value in accuracies(model, held_out).items()},
        versions=versions(),
        licence="MIT",
    )
    write_graph(out, model)
    write_history(out / "history.json", ("step", "loss", "accuracy"), rows)
    write_tensors(out / "model.safetensors", compact(model.state_dict()))
    write_atomically(out / "README.md", card(config, source).encode())
    return write_config(out, config)
