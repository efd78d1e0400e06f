"""One run from settings to a checkpoint folder: the same on a laptop's core, a GPU, or many processes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import torch
from lightning_fabric import Fabric
from lightning_fabric.utilities.rank_zero import rank_zero_only

from explorer.datasets import Split, load
from explorer.families.vae import VAE
from explorer.training.average import average_of
from explorer.training.fits import check_accelerator, check_file, check_weights
from explorer.training.folder import claimed
from explorer.training.moments import moments
from explorer.training.settings import MOST_STEPS, TrainingError
from explorer.training.vae.finish import finish
from explorer.training.vae.recorder import MAP_IMAGES, SPREAD_LATENTS
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
    replace: bool = False,
    progress: Callable[[Step, int], None] = lambda step, total: None,
) -> None:
    """Train, or go on with, the run in ``out`` and turn it into a checkpoint folder.

    Args:
        settings: the run.
        out: its folder.
        accelerator: ``auto``, ``cpu`` or ``cuda``.
        devices: processes per machine; each takes an equal share of every batch.
        nodes: machines.
        replace: remove what an earlier training wrote to ``out``.
        progress: called on the first process after every step with the step and the total.

    Raises:
        TrainingError: on settings that cannot be trained with, another run or a finished model in ``out``, or a loss
            that is not finite.
    """
    check_machines(settings, accelerator, devices, nodes)
    train, held_out = load(settings.data, "train"), load(settings.data, "test")
    check_fits(settings, train, held_out)
    with claimed(out, replace) if getattr(rank_zero_only, "rank", 0) == 0 else nullcontext():
        world = devices * nodes
        strategy = "ddp" if world > 1 else "auto"
        fabric = Fabric(accelerator=accelerator, devices=devices, num_nodes=nodes, strategy=strategy)
        fabric.launch()
        _train(settings, out, fabric, train, held_out, progress)


def check_machines(settings: VAESettings, accelerator: str, devices: int, nodes: int) -> None:
    """Refuse what processes cannot share, or what is not there.

    Raises:
        TrainingError: naming the option.
    """
    check_accelerator(accelerator, devices)
    if nodes > 1 and not {"MASTER_ADDR", "SLURM_JOB_ID"} & os.environ.keys():
        raise TrainingError(f"--nodes {nodes}: no other machine is told where this one is; set MASTER_ADDR on each")
    if settings.batch % (devices * nodes):
        raise TrainingError(f"--batch {settings.batch} must be divisible by the {devices * nodes} processes")


def check_fits(settings: VAESettings, train: Split, held_out: Split) -> None:
    """Refuse settings whose run would fail when its files are written.

    Raises:
        TrainingError: naming the option, or the file that would be too large.
        FamilyError: if there is no such model.
    """
    shape, latent, mixture = train.images.shape[1:], settings.latent, settings.mixture
    total = settings.epochs * steps_per_epoch(len(train.images), settings)
    if total > MOST_STEPS:
        raise TrainingError(f"--epochs {settings.epochs} make {total:,} steps, at most {MOST_STEPS:,} are trained")
    if mixture > len(train.images):
        raise TrainingError(f"--mixture {mixture} is more than the {len(train.images)} images that it is fitted to")
    arguments = settings.model_arguments((shape[0], shape[1], shape[2]))
    check_weights(lambda: VAE(**arguments), extra=mixture * (4 + 2 * latent + 2 * latent**2))
    images = min(settings.browse, len(held_out.images))
    check_file("the browse set's posteriors", images * (8 * latent + 8 + 4 * len(held_out.attributes)))
    followed = MAP_IMAGES * latent * (4 if latent <= SPREAD_LATENTS else 2)
    check_file("the timeline", len(moments(total)) * (followed + 40_000))


def _train(
    settings: VAESettings,
    out: Path,
    fabric: Fabric,
    train: Split,
    held_out: Split,
    progress: Callable[[Step, int], None],
) -> None:
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
        finish(run, run.shipped.cpu(), train, held_out, out, f"{fabric.world_size} × {device}")
