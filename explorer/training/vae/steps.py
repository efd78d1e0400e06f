"""The training loop as a generator of steps: one optimiser update each, everything random derived from (seed, step)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from lightning_fabric import Fabric
from lightning_fabric.wrappers import _FabricModule, _FabricOptimizer
from torch import Tensor, nn

from explorer.families.latent_gaussian import Evidence
from explorer.families.vae import beta_loss
from explorer.training.augmentation import augment
from explorer.training.fits import check_batch
from explorer.training.seeding import seeded_generator
from explorer.training.settings import MOMENTUM, TrainingError
from explorer.training.vae.settings import VAESettings


@dataclass(frozen=True)
class Step:
    """One optimiser update; the losses are means over its batch, nats per image."""

    number: int
    """Counted from 1."""
    loss: float
    reconstruction: float
    """E[ln p(x|z)]."""
    kl: float


def optimiser(model: nn.Module, settings: VAESettings) -> torch.optim.Optimizer:
    """The optimiser that the settings name, over all of the model's parameters."""
    rate, decay = settings.learning_rate, settings.weight_decay
    match settings.optimiser:
        case "sgd":
            return torch.optim.SGD(model.parameters(), rate, weight_decay=decay)
        case "momentum":
            return torch.optim.SGD(model.parameters(), rate, momentum=MOMENTUM, weight_decay=decay)
        case "adam":
            return torch.optim.Adam(model.parameters(), rate, weight_decay=decay, fused=True)
        case "adamw":
            return torch.optim.AdamW(model.parameters(), rate, weight_decay=decay, fused=True)


def steps_per_epoch(images: int, settings: VAESettings) -> int:
    """Whole batches in a set of ``images``.

    Raises:
        TrainingError: if there is not one.
    """
    check_batch(settings.batch, images, "images")
    return images // settings.batch


def train_steps(
    fabric: Fabric,
    model: _FabricModule,
    updates: _FabricOptimizer,
    images: Tensor,
    settings: VAESettings,
    done: int = 0,
) -> Iterator[Step]:
    """Train on from step ``done``; every step depends on the weights, the optimiser and its number alone.

    Args:
        fabric: its devices share each batch in equal parts.
        model: a family's module; returns the evidence's terms from images and noise.
        updates: the optimiser.
        images: uint8 (N, C, H, W).
        settings: the run.
        done: steps that were made already.

    Raises:
        TrainingError: if the loss is no finite number; the text names the step.
    """
    per_epoch = steps_per_epoch(len(images), settings)
    total = settings.epochs * per_epoch
    share = slice(fabric.global_rank, None, fabric.world_size)
    order = torch.empty(0)
    for number in range(done + 1, total + 1):
        epoch, place = divmod(number - 1, per_epoch)
        if place == 0 or len(order) == 0:
            order = torch.randperm(len(images), generator=seeded_generator(settings.seed, 0, epoch))
        noise = seeded_generator(settings.seed, 1, number)
        rows = order[place * settings.batch : (place + 1) * settings.batch]
        epsilon = torch.randn(settings.batch, settings.latent, generator=noise)[share]
        x = augment(images[rows].float() / 255, settings.shift, noise)
        x = (torch.bernoulli(x, generator=noise) if settings.binarise else x)[share]
        for group in updates.param_groups:
            group["lr"] = settings.learning_rate * 0.5 * (1 + math.cos(math.pi * (number - 1) / total))
        beta = settings.beta * min(1.0, number / (settings.warm_up * total)) if settings.warm_up else settings.beta
        yield _update(fabric, model, updates, x, epsilon, beta, number)


def _update(
    fabric: Fabric,
    model: _FabricModule,
    updates: _FabricOptimizer,
    x: Tensor,
    epsilon: Tensor,
    beta: float,
    number: int,
) -> Step:
    x, epsilon = fabric.to_device((x, epsilon))
    terms = Evidence(*model(x, epsilon))
    loss = beta_loss(terms, beta)
    logged = fabric.all_reduce(torch.stack([loss, terms.reconstruction.mean(), terms.kl.mean()]).detach())
    assert isinstance(logged, Tensor)
    values: list[float] = logged.tolist()
    if not all(map(math.isfinite, values)):
        raise TrainingError(
            f"the loss is {values[0]} at step {number}: the run stopped (a smaller --learning-rate may help)"
        )
    updates.zero_grad()
    fabric.backward(loss)
    updates.step()
    return Step(number, *values)
