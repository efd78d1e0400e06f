"""The training loop of a classifier as a generator of steps, everything random derived from (seed, step)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.families.classifier import Classifier
from explorer.training.augmentation import augment
from explorer.training.classifier.damage import spoil
from explorer.training.classifier.settings import ClassifierSettings
from explorer.training.fits import check_batch
from explorer.training.seeding import seeded_generator
from explorer.training.settings import TrainingError

WEIGHT_DECAY = 0.05
WARM_UP = 200
"""Steps over which the learning rate rises."""


@dataclass(frozen=True)
class ClassifierStep:
    """One optimiser update."""

    number: int
    """Counted from 1."""
    total: int
    """Steps of the whole run."""
    loss: float
    """Cross entropy in nats per image, summed over the attributes."""
    accuracy: float
    """Share of the batch whose first attribute was named rightly, before the update."""


def train_steps(
    model: Classifier, images: Tensor, labels: Tensor, settings: ClassifierSettings
) -> Iterator[ClassifierStep]:
    """AdamW (Loshchilov & Hutter 2019) along a warm-up and a cosine; each step is random by (seed, its number) alone.

    Args:
        model: trained in place; in training mode while this runs.
        images: uint8 (N, C, H, W).
        labels: int64 (N, A).
        settings: the run.

    Raises:
        TrainingError: if there are fewer images than one batch, or the loss is no finite number.
    """
    check_batch(settings.batch, len(images), "images")
    per_epoch = len(images) // settings.batch
    total = per_epoch * settings.epochs
    updates = torch.optim.AdamW(model.parameters(), settings.learning_rate, weight_decay=WEIGHT_DECAY)
    model.train()
    for number in range(1, total + 1):
        epoch, place = divmod(number - 1, per_epoch)
        if place == 0:
            order = torch.randperm(len(images), generator=seeded_generator(settings.seed, 0, epoch))
        rows = order[place * settings.batch : (place + 1) * settings.batch]
        random = seeded_generator(settings.seed, 1, number)
        x = augment(images[rows].float() / 255, settings.shift, random)
        states = spoil(x, settings.damage, random)
        for group in updates.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * (number - 1) / total))
            group["lr"] = settings.learning_rate * cosine * min(1.0, number / WARM_UP)
        logits = model(x.contiguous(memory_format=torch.channels_last))
        loss = summed_cross_entropy(logits, labels[rows], states)
        if not torch.isfinite(loss):
            raise TrainingError(f"the loss is {loss.item()} at step {number}: a smaller --learning-rate may help")
        updates.zero_grad()
        loss.backward()
        updates.step()
        whole = states == 0
        right = (logits[0].argmax(1) == labels[rows, 0])[whole].float().mean().item()
        yield ClassifierStep(number, total, loss.item(), right)


def summed_cross_entropy(logits: list[Tensor], labels: Tensor, states: Tensor) -> Tensor:
    """Cross entropy in nats per image, summed over the attributes, and over the states where there are logits for them.

    Args:
        logits: for each attribute (N, its classes); one more than there are attributes if states are to be told.
        labels: (N, A) class codes; those of damaged images do not count.
        states: (N,) 0 for whole images, 1 + kind for damaged ones.
    """
    whole = states == 0
    attributes = labels.shape[1]
    terms = [F.cross_entropy(each[whole], labels[whole, i]) for i, each in enumerate(logits[:attributes])]
    terms += [F.cross_entropy(each, states) for each in logits[attributes:]]
    return torch.stack(terms).sum()
