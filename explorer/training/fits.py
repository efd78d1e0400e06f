"""What could only fail when a training ends, or takes more than the machine has, refused before its first step."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from explorer.catalog import weightless
from explorer.checkpoints import LARGEST_FILE
from explorer.training.settings import TrainingError

ROOM = LARGEST_FILE - 200_000
"""Bytes of tensors in a file; the rest is for what describes them."""
MOST_PARAMETERS = 50_000_000
"""Of all networks of a training together."""


def check_weights(build: Callable[[], nn.Module], extra: int = 0, copies: int = 0) -> None:
    """Refuse a model whose weights are more than a checkpoint's file holds.

    Args:
        build: makes the model; called on the device meta, where it takes no room.
        extra: bytes beside the weights in their file.
        copies: of the weights, a byte a number, in a file of their own.

    Raises:
        TrainingError: saying how many bytes there would be.
        FamilyError: if there is no such model.
    """
    tensors = weightless(build).state_dict().values()
    size = extra + sum(each.numel() * (2 if each.ndim > 1 else 4) for each in tensors)
    check_file("the weights", max(size, copies * sum(each.numel() for each in tensors)))


def check_file(what: str, size: int) -> None:
    """Refuse a file of more bytes than a checkpoint may have.

    Raises:
        TrainingError: saying what has how many.
    """
    if size > ROOM:
        raise TrainingError(
            f"{what} would have {size / 1e6:,.1f} MB, and a checkpoint's file has at most {ROOM / 1e6:g} MB: "
            "choose smaller sizes"
        )


def check_parameters(build: Callable[[], nn.Module]) -> None:
    """Refuse networks that would take more memory than any training here is worth.

    Raises:
        TrainingError: saying how many parameters there would be.
    """
    count = sum(each.numel() for each in weightless(build).parameters())
    if count > MOST_PARAMETERS:
        raise TrainingError(f"the networks would have {count:,} parameters, at most {MOST_PARAMETERS:,} are trained")


def check_batch(batch: int, count: int, what: str) -> None:
    """Refuse a batch larger than the data set.

    Raises:
        TrainingError: saying how many there are.
    """
    if batch > count:
        raise TrainingError(f"--batch {batch} is more than the {count} {what} of the data set")


def check_accelerator(name: str, devices: int = 1) -> None:
    """Refuse an accelerator that this machine has not.

    Args:
        name: ``auto``, ``cpu`` or ``cuda``.
        devices: how many are asked for.

    Raises:
        TrainingError: saying what there is.
    """
    if name not in ("auto", "cpu", "cuda"):
        raise TrainingError(f"--accelerator must be auto, cpu or cuda, got {name!r:.60}")
    there = torch.cuda.device_count()
    if name == "cpu" or (name == "auto" and not there):
        return
    if devices > there:
        raise TrainingError(f"--accelerator {name}: this machine has {there} CUDA devices, {devices} are asked for")
