"""Pictures are changed as far as it is said, in every direction, and no farther."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.training.augmentation import augment as shifted
from explorer.training.classifier.damage import KINDS, damage
from explorer.training.gan.augmentation import augment

COUNT = 2000


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def bright_pixel(side: int) -> Tensor:
    """Black pictures with one white pixel in the middle."""
    x = torch.zeros(COUNT, 3, side, side)
    x[:, :, side // 2, side // 2] = 1
    return x


def places(x: Tensor) -> tuple[list[int], list[int]]:
    """Rows and columns where the white pixel may have come to, each as often as it should."""
    found = x[:, 0].flatten(1).argmax(1)
    lines = found // x.shape[-1], found % x.shape[-1]
    for line in lines:
        counts = line.unique(return_counts=True)[1]
        assert counts.min() > 0.7 * COUNT / len(counts)
    return lines[0].unique().tolist(), lines[1].unique().tolist()


def test_a_shift_reaches_all_places_within_it_evenly() -> None:
    reached = list(range(4 - 2, 4 + 2 + 1))
    assert places(shifted(bright_pixel(9), 2, generator())) == (reached, reached)


def test_a_translation_moves_by_up_to_an_eighth_of_the_side() -> None:
    reached = list(range(8 - 2, 8 + 2 + 1))
    assert places(augment(bright_pixel(16), ("translation",), generator())) == (reached, reached)


def test_a_cutout_blackens_a_square_of_half_the_side_or_what_of_it_is_inside() -> None:
    black = augment(torch.ones(COUNT, 1, 16, 16), ("cutout",), generator())[:, 0] == 0
    for axis in (1, 2):
        lines = black.any(axis).sum(1)
        assert (lines.min(), lines.max()) == (4, 8)
    assert torch.equal(black.sum((1, 2)), black.any(1).sum(1) * black.any(2).sum(1))


def test_colours_change_within_their_ranges_and_to_both_sides() -> None:
    """Of pictures in one hue with a lighter half: brightness moves the mean, contrast and saturation stretch."""
    hue = torch.tensor([0.1, 0.0, -0.1])[None, :, None, None]
    light = torch.tensor([-0.1, 0.1]).repeat_interleave(4)[None, None, :, None]
    x = (0.5 + hue + light).expand(COUNT, 3, 8, 8)
    changed = augment(x, ("colour",), generator())
    brightness = changed.mean((1, 2, 3)) - 0.5
    grey = changed.mean(1)
    contrast = (grey[:, -1, 0] - grey[:, 0, 0]) / 0.2
    saturation = (changed[:, 0, 0, 0] - changed[:, 2, 0, 0]) / 0.2 / contrast
    for values, low, high in ((brightness, -0.5, 0.5), (contrast, 0.5, 1.5), (saturation, 0.0, 2.0)):
        reach = 0.05 * (high - low)
        assert low - 1e-4 <= values.min() < low + reach
        assert high - reach < values.max() <= high + 1e-4
        assert abs(values.mean() - (low + high) / 2) < reach


def test_damage_is_as_much_as_it_is_said() -> None:
    """Speckles on 1 to 10 % of the pixels, and 30 to 70 % of the picture itself where another is blended in."""
    x = torch.full((COUNT, 1, 32, 32), 0.5)
    speckled = damage(x, torch.full((COUNT,), KINDS.index("speckled")), generator())
    share = (speckled != x).flatten(1).float().mean(1)
    assert 0.002 < share.min() < 0.015
    assert 0.09 < share.max() < 0.14
    x = (torch.arange(COUNT) % 2).float()[:, None, None, None].expand(COUNT, 1, 4, 4)
    blended = damage(x, torch.full((COUNT,), KINDS.index("blended")), generator())[:, 0, 0, 0]
    own = torch.where(x[:, 0, 0, 0] == 1, blended, 1 - blended)
    assert 0.3 - 1e-6 <= own.min() < 0.32
    assert 0.68 < own.max() <= 0.7 + 1e-6
