"""The exponential moving average of a model's weights (Polyak & Juditsky 1992), often better than the weights."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from torch import nn

Module = TypeVar("Module", bound=nn.Module)


def average_of(model: Module) -> Module:
    """A copy in evaluation mode, without gradients, to follow ``model`` from where it stands."""
    return copy.deepcopy(model).eval().requires_grad_(False)


def early(decay: float, number: int) -> float:
    """What an average keeps of itself at the update ``number`` (from 1): little at first, so that it soon forgets the
    untrained weights that it began with, and ``decay`` in the end."""
    return min(decay, number / (number + 10))


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, weight: float) -> None:
    """Move the average: ``weight`` of itself, the rest of the model; buffers too, but whole numbers are copied."""
    new = model.state_dict()
    for name, value in average.state_dict().items():
        if value.is_floating_point():
            value.lerp_(new[name], 1 - weight)
        else:
            value.copy_(new[name])
