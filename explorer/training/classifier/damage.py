"""Pictures spoilt in the ways in which generators fail, for a classifier to tell from whole ones.

Features that only know what a picture shows hardly change when it is speckled or blurred; distances in them would take
such pictures for good ones.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

KINDS = ("speckled", "stained", "blurred", "blended")
"""Class 0 is a whole picture; class 1 + i is one damaged in the i-th way."""


def damage(x: Tensor, kinds: Tensor, generator: torch.Generator) -> Tensor:
    """Copies of images x (N, C, H, W) in unit range, each damaged in the way kinds (N,), 0 to 3, says of it.

    Speckled: 1 to 10 % of the pixels have a random colour. Stained: smooth random blotches on top. Blurred: a half or a
    quarter of the resolution. Blended: mixed with the next image of the batch, 30 to 70 %.
    """
    ways = (_speckled, _stained, _blurred, _blended)
    versions = torch.stack([way(x, generator) for way in ways])
    return versions[kinds, torch.arange(len(x))]


def spoil(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Damage the last ``share`` of a batch in place; returns the state (N,) of each image, 0 for whole."""
    states = torch.zeros(len(x), dtype=torch.int64)
    if count := round(share * len(x)):
        kinds = torch.randint(len(KINDS), (count,), generator=generator)
        x[-count:] = damage(x[-count:], kinds, generator)
        states[-count:] = 1 + kinds
    return states


def _uniform(x: Tensor, low: float, high: float, generator: torch.Generator) -> Tensor:
    """(N, 1, 1, 1), one number for each image."""
    return low + (high - low) * torch.rand(len(x), 1, 1, 1, generator=generator)


def _speckled(x: Tensor, generator: torch.Generator) -> Tensor:
    share = _uniform(x, 0.01, 0.1, generator)
    hit = torch.rand(len(x), 1, *x.shape[2:], generator=generator) < share
    return torch.where(hit, torch.rand(x.shape, generator=generator), x)


def _stained(x: Tensor, generator: torch.Generator) -> Tensor:
    coarse = torch.randn(len(x), x.shape[1], 8, 8, generator=generator)
    blotches = F.interpolate(coarse, x.shape[2:], mode="bilinear", align_corners=False)
    return (x + _uniform(x, 0.05, 0.2, generator) * blotches).clamp(0, 1)


def _blurred(x: Tensor, generator: torch.Generator) -> Tensor:
    half, quarter = (
        F.interpolate(F.avg_pool2d(x, factor, ceil_mode=True), x.shape[2:], mode="bilinear", align_corners=False)
        for factor in (2, 4)
    )
    return torch.where(_uniform(x, 0, 1, generator) < 0.5, half, quarter)


def _blended(x: Tensor, generator: torch.Generator) -> Tensor:
    share = _uniform(x, 0.3, 0.7, generator)
    return share * x + (1 - share) * x.roll(1, 0)
