"""Chains of layers that the convolutional families share, all of them layers that the page runs too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from torch import nn

from explorer.families.errors import FamilyError
from explorer.graph.layers import Residual

MOST_LAYERS = 64
"""Widths and residual blocks that a network may have: far more than any that learns, few enough to be built at once."""


def check_depth(*widths: Sequence[int], blocks: int = 0) -> None:
    """Refuse networks too deep to be built."""
    if max(blocks, *map(len, widths)) > MOST_LAYERS:
        raise FamilyError(f"a network has at most {MOST_LAYERS} widths, and as many residual blocks")


def normalised(layer: nn.Module, channels: int, batch_norm: bool, activation: nn.Module) -> list[nn.Module]:
    """A layer, batch normalisation over its ``channels`` if asked for, and an activation."""
    return [layer, *([nn.BatchNorm2d(channels)] if batch_norm else []), activation]


def residual_block(channels: int, batch_norm: bool) -> list[nn.Module]:
    """ReLU(x + f(x)), f two 3×3 convolutions (He et al. 2016, eq. 1)."""
    first = normalised(nn.Conv2d(channels, channels, 3, padding=1), channels, batch_norm, nn.ReLU())
    return [Residual(*first, nn.Conv2d(channels, channels, 3, padding=1)), nn.ReLU()]


def conv_decoder(
    image: tuple[int, int, int],
    inputs: int,
    widths: Sequence[int],
    blocks: int,
    batch_norm: bool,
    hidden: int | None = None,
    middle: Sequence[nn.Module] = (),
) -> list[nn.Module]:
    """From a vector to the values of an image, doubling the resolution with each width but the first.

    Args:
        image: (channels, height, width).
        inputs: length of the vector.
        widths: the channels at the start, after the first convolution, and after each doubling but the last, a pixel
            shuffle (Shi et al. 2016).
        blocks: residual blocks at the starting resolution.
        batch_norm: after hidden layers.
        hidden: size of a hidden layer before the first feature map.
        middle: layers after the residual blocks.

    Raises:
        FamilyError: if the image's sides cannot be halved so often.
    """
    channels, height, width = image
    doublings = len(widths) - 1
    if doublings < 1 or height % 2**doublings or width % 2**doublings:
        raise FamilyError(f"a decoder of {len(widths)} widths needs sides divisible by {2 ** max(doublings, 1)}")
    start = (widths[0], height // 2**doublings, width // 2**doublings)
    layers: list[nn.Module] = []
    if hidden is not None:
        layers += [nn.Linear(inputs, hidden), nn.ReLU()]
    layers.append(nn.Linear(hidden or inputs, math.prod(start)))
    layers += normalised(nn.Unflatten(1, start), widths[0], batch_norm, nn.ReLU())
    layers += normalised(nn.Conv2d(widths[0], widths[1], 3, padding=1), widths[1], batch_norm, nn.ReLU())
    for _ in range(blocks):
        layers += residual_block(widths[1], batch_norm)
    layers += middle
    for inputs, outputs in pairwise(widths[1:]):
        layers += normalised(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1), outputs, batch_norm, nn.ReLU())
    return [*layers, nn.Conv2d(widths[-1], 4 * channels, 3, padding=1), nn.PixelShuffle(2)]
