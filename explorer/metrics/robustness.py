"""What becomes of a reconstruction when its input is damaged: error against the clean image, over the strength.

The model is fed the damaged image and compared with the clean one. The curve of the damaged image itself, as if nothing
had been done to it, stands beside: where the model's lies below, it undoes more damage than it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.latent_gaussian import LatentGaussian
from explorer.metrics.likelihood import estimate
from explorer.traces import Bytes
from explorer.traces.measures import DamageCurve

ROWS = 50
"""Images that go through the model at once."""
COVER = 0.5
"""Grey level of the square that covers a part: neither the black nor the white that images consist of."""


@dataclass(frozen=True)
class Damage:
    """A way to damage images, and how strongly it is tried."""

    unit: str
    steps: tuple[float, ...]
    """Rising from 0, which leaves images as they are."""
    apply: Callable[[Tensor, float, torch.Generator], Tensor]
    """Damages images (N, C, H, W) in unit range; the same generator state chooses the same places and directions."""
    strength: Callable[[float, int], float]
    """What a step means in ``unit`` for images of so many pixels a side."""


def noisy(x: Tensor, deviation: float, generator: torch.Generator) -> Tensor:
    """Gaussian noise of a standard deviation in grey levels (unit range), cut to that range."""
    return (x + deviation * torch.randn(x.shape, generator=generator)).clamp(0, 1)


def occluded(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """A mid-grey square at a random place of each image, ``share`` of the shorter side wide."""
    height, width = x.shape[2:]
    side = covered_pixels(share, min(height, width))
    places = torch.rand(2, len(x), generator=generator)
    top = (places[0] * (height - side + 1)).long()[:, None, None]
    left = (places[1] * (width - side + 1)).long()[:, None, None]
    row, column = torch.arange(height)[None, :, None], torch.arange(width)[None, None, :]
    hidden = (row >= top) & (row < top + side) & (column >= left) & (column < left + side)
    return x.masked_fill(hidden[:, None], COVER)


def shifted(x: Tensor, pixels: float, generator: torch.Generator) -> Tensor:
    """Each image moved by whole pixels up, down, left or right, as chance has it; edges are repeated."""
    distance, (height, width) = int(pixels), x.shape[2:]
    padded = F.pad(x, (distance,) * 4, mode="replicate")
    starts = torch.tensor([[0, 1], [2, 1], [1, 0], [1, 2]]) * distance
    chosen = starts[torch.randint(4, (len(x),), generator=generator)]
    moved = [
        image[:, top : top + height, left : left + width]
        for image, (top, left) in zip(padded, chosen.tolist(), strict=True)
    ]
    return torch.stack(moved)


def covered_pixels(share: float, side: int) -> int:
    """The whole pixels that come closest to a share of a side."""
    return round(share * side)


DAMAGES: Mapping[str, Damage] = {
    "noise": Damage("grey levels, unit range", (0.0, 0.05, 0.1, 0.2, 0.3, 0.5), noisy, lambda step, _: step),
    "occlusion": Damage(
        "share of the picture that is covered",
        (0.0, 0.125, 0.25, 0.375, 0.5, 0.7),
        occluded,
        lambda step, side: (covered_pixels(step, side) / side) ** 2,
    ),
    "shift": Damage("pixels", (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0), shifted, lambda step, _: step),
}


@torch.no_grad()
def robustness(model: LatentGaussian, images: Bytes, seed: int) -> dict[str, DamageCurve]:
    """One curve for each of :data:`DAMAGES`, over the same images.

    Every step of a kind uses the same noise, places and directions, so that a curve rises for its strength alone.

    Args:
        model: in evaluation mode.
        images: uint8 (N, C, H, W), N at least 2, square, more than 8 pixels a side.
        seed: of noise, places and directions.

    Raises:
        ExplorerError: if the images are not the model's, too small to shift, or fewer than two.
    """
    largest = max(DAMAGES["shift"].steps)
    if images.shape[1:] != model.image_shape or min(images.shape[2:]) < largest or images.shape[2] != images.shape[3]:
        raise ExplorerError(
            f"expected square images {model.image_shape} of at least {largest:g} pixels a side, got {images.shape[1:]}"
        )
    clean = torch.from_numpy(images).float() / 255
    return {name: _curve(model, clean, damage, seed) for name, damage in DAMAGES.items()}


def _curve(model: LatentGaussian, clean: Tensor, damage: Damage, seed: int) -> DamageCurve:
    errors, untouched = [], []
    for step in damage.steps:
        damaged = damage.apply(clean, step, torch.Generator().manual_seed(seed))
        restored = torch.cat([model.picture(model.decode(model.encode(x)[0])) for x in damaged.split(ROWS)])
        errors.append(_interval(restored, clean))
        untouched.append(_interval(damaged, clean))
    strength = np.array([damage.strength(step, clean.shape[2]) for step in damage.steps])
    return DamageCurve(damage.unit, strength, np.array(errors), np.array(untouched), len(clean), seed)


def _interval(pictures: Tensor, clean: Tensor) -> tuple[float, float, float]:
    """Mean squared error over pixels: its mean over images with the 95 % interval, never below 0."""
    found = estimate((pictures - clean).square().flatten(1).mean(1), "squared grey level, unit range")
    return found.value, max(0.0, found.low), found.high
