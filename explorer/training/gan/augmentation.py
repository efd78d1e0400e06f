"""Augmentations that gradients pass through, for real and generated pictures alike (Zhao et al. 2020, DiffAugment)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.families.choices import Augmentation


def _colour(x: Tensor, generator: torch.Generator) -> Tensor:
    """Brightness by up to ±½, saturation by up to 2×, contrast from ½ to 1½."""
    brightness, saturation, contrast = torch.rand(3, len(x), 1, 1, 1, generator=generator).to(x)
    x = x + brightness - 0.5
    grey = x.mean(1, keepdim=True)
    x = grey + 2 * saturation * (x - grey)
    mean = x.mean((1, 2, 3), keepdim=True)
    changed: Tensor = mean + (contrast + 0.5) * (x - mean)
    return changed


def _translation(x: Tensor, generator: torch.Generator) -> Tensor:
    """Move by up to an eighth of the side, black coming in."""
    count, _, height, width = x.shape
    reach = max(1, max(height, width) // 8)
    padded = F.pad(x, (reach,) * 4)
    top, left = torch.randint(0, 2 * reach + 1, (2, count), generator=generator)
    rows = (top[:, None] + torch.arange(height)).to(x.device)
    columns = (left[:, None] + torch.arange(width)).to(x.device)
    index = torch.arange(count, device=x.device)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[index, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def _cutout(x: Tensor, generator: torch.Generator) -> Tensor:
    """Blacken a square of half the side, anywhere, cut off at the edges."""
    count, _, height, width = x.shape
    middle = torch.rand(2, count, 1, generator=generator)
    rows = (torch.arange(height) - middle[0] * height).abs() < height / 4
    columns = (torch.arange(width) - middle[1] * width).abs() < width / 4
    hole = (rows[:, :, None] & columns[:, None, :])[:, None].to(x.device)
    return x.masked_fill(hole, 0)


AUGMENTATIONS: dict[Augmentation, Callable[[Tensor, torch.Generator], Tensor]] = {
    "colour": _colour,
    "translation": _translation,
    "cutout": _cutout,
}


def augment(x: Tensor, names: Sequence[str], generator: torch.Generator) -> Tensor:
    """Apply the named augmentations, in the order of :data:`AUGMENTATIONS`, to pictures (N, C, H, W) in unit range."""
    for name, change in AUGMENTATIONS.items():
        if name in names:
            x = change(x, generator)
    return x
