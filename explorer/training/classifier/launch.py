"""One classifier's run from settings to a checkpoint folder: minutes on one core, in one go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.checkpoints import rounded
from explorer.datasets import load
from explorer.families.classifier import Classifier
from explorer.training.classifier.damage import KINDS
from explorer.training.classifier.finish import write_classifier
from explorer.training.classifier.labels import class_attributes, class_labels
from explorer.training.classifier.settings import ClassifierSettings
from explorer.training.classifier.steps import ClassifierStep, train_steps
from explorer.training.fits import check_batch, check_weights
from explorer.training.folder import claimed

LOG_EVERY = 50


def train_classifier(settings: ClassifierSettings, out: Path, replace: bool = False) -> Iterator[ClassifierStep]:
    """Train on the data set's training images, yielding each step, then measure on its test images and write ``out``.

    Raises:
        DatasetError: if the data set is not on this machine.
        TrainingError: if it has no classes, fewer images than one batch, the loss is no finite number, or ``out`` holds
            a finished model that is not to be replaced.
    """
    train, held_out = load(settings.data, "train"), load(settings.data, "test")
    labels = class_labels(train)
    counts = [len(attribute.values) for attribute in class_attributes(train).values()]
    arguments: dict[str, Any] = {
        "image": list(train.images.shape[1:]),
        "classes": counts[0],
        "auxiliary": [*counts[1:], *([1 + len(KINDS)] if settings.damage else [])],
        "widths": list(settings.widths),
        "features": settings.features,
    }
    check_batch(settings.batch, len(train.images), "images")
    check_weights(lambda: Classifier(**arguments))
    with claimed(out, replace):
        torch.manual_seed(settings.seed)
        model = Classifier(**arguments)
        started = time.monotonic()
        rows: list[list[float]] = []
        pending: list[ClassifierStep] = []
        for step in train_steps(model, torch.from_numpy(train.images), labels, settings):
            pending.append(step)
            if step.number % LOG_EVERY == 0 or step.number == step.total:
                means = np.mean([[each.loss, each.accuracy] for each in pending], axis=0).tolist()
                rows.append([step.number, *means])
                pending.clear()
            yield step
        training = {
            "seed": settings.seed,
            "steps": step.number,
            "optimiser": "adamw",
            "loss": "cross entropy, summed over the attributes" + " and the damage" * (settings.damage > 0),
            "seconds": round(time.monotonic() - started, 1),
            "device": "1 × cpu",
            "command": settings.command(str(out)),
            "settings": settings.as_json(),
        }
        model.load_state_dict(rounded(model.state_dict()))
        model.eval().requires_grad_(False)
        write_classifier(out, model, arguments, settings.data, held_out, training, rows)
