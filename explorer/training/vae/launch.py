"""One run from settings to a checkpoint folder: the same on a laptop's core, a GPU, or many processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from lightning_fabric import Fabric

from explorer.datasets import load
from explorer.families.vae import VAE
from explorer.training.average import average_of
from explorer.training.settings import TrainingError
from explorer.training.vae.finish import finish
from explorer.training.vae.run import Run
from explorer.training.vae.settings import VAESettings
from explorer.training.vae.steps import Step, optimiser, steps_per_epoch, train_steps


def train_vae(
    settings: VAESettings,
    out: Path,
    *,
    accelerator: str = "auto",
    devices: int = 1,
    nodes: int = 1,
    progress: Callable[[Step, int], None] = lambda step, total: None,
) -> None:
    """Train, or go on with, the run in ``out`` and turn it into a checkpoint folder.

    Args:
        settings: the run.
        out: its folder.
        accelerator: ``auto``, ``cpu`` or ``cuda``.
        devices: processes per machine; each takes an equal share of every batch.
        nodes: machines.
        progress: called on the first process after every step with the step and the total.

    Raises:
        TrainingError: on settings that cannot be trained with, another run in ``out``, or a loss that is not finite.
    """
    world = devices * nodes
    if settings.batch % world:
        raise TrainingError(f"--batch {settings.batch} must be divisible by the {world} processes")
    fabric = Fabric(accelerator=accelerator, devices=devices, num_nodes=nodes, strategy="ddp" if world > 1 else "auto")
    fabric.launch()
    train, held_out = load(settings.data, "train"), load(settings.data, "test")
    channels, height, width = train.images.shape[1:]
    total = settings.epochs * steps_per_epoch(len(train.images), settings)
    torch.manual_seed(settings.seed)
    model = VAE(**settings.model_arguments((channels, height, width)))
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing from torch's overloads
    updates = optimiser(model, settings)
    average = average_of(model) if settings.average else None
    run = Run(settings, out, model, average, updates, held_out.images, total)
    run.shipped.to(fabric.device)
    wrapped, wrapped_updates = fabric.setup(model, updates)
    if fabric.is_global_zero:
        run.begin()
    for step in train_steps(fabric, wrapped, wrapped_updates, torch.from_numpy(train.images), settings, run.step):
        if fabric.is_global_zero:
            run.follow(step)
            progress(step, total)
    if fabric.is_global_zero:
        device = "cpu" if fabric.device.type == "cpu" else torch.cuda.get_device_name(fabric.device)
        finish(run, run.shipped.cpu(), train, held_out, out, f"{world} × {device}")
