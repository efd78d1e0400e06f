"""Damage and the curves of it, on models whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.latent_gaussian import LatentGaussian
from explorer.metrics.robustness import DAMAGES, noisy, occluded, robustness, shifted
from explorer.traces import Bytes


class Echo(LatentGaussian):
    """Gives its input back: its latent is the image itself."""

    def __init__(self) -> None:
        super().__init__()
        self.image_shape, self.latent_size = (1, 10, 10), 100
        self.likelihood, self.scale = "gaussian", 1.0

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x.flatten(1), torch.zeros(len(x), 100)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, 1, 10, 10)


class Blind(Echo):
    """Sees nothing: mid-grey whatever the image."""

    def decode(self, z: Tensor) -> Tensor:
        return torch.full((len(z), 1, 10, 10), 0.5)


def images(count: int = 40) -> Bytes:
    return np.random.default_rng(0).integers(0, 256, (count, 1, 10, 10), dtype=np.uint8)


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(4)


def test_a_model_that_gives_back_what_it_sees_has_the_curve_of_the_damage_itself() -> None:
    curves = robustness(Echo(), images(), seed=1)
    assert set(curves) == {"noise", "occlusion", "shift"}
    for name, curve in curves.items():
        np.testing.assert_array_equal(curve.error, curve.identity)
        assert curve.error[0].tolist() == [0, 0, 0], name
        assert (curve.identity[1:, 0] > 0).all(), name
        if name != "shift":  # of pixels that have nothing to do with each other, a shift by one is as bad as by eight
            assert (np.diff(curve.identity[:, 0]) > 0).all(), name
        assert (np.diff(curve.strength) > 0).all(), name
        assert curve.count == 40


def test_a_model_that_sees_nothing_is_as_wrong_whatever_it_is_fed() -> None:
    x = images().astype(np.float64) / 255
    for name, curve in robustness(Blind(), images(), seed=1).items():
        np.testing.assert_allclose(curve.error[:, 0], np.square(x - 0.5).mean(), rtol=1e-5, err_msg=name)
        assert (curve.error[:, 1] < curve.error[:, 0]).all()
        assert (curve.error[:, 0] < curve.error[:, 2]).all()


def test_noise_has_the_deviation_that_it_is_said_to_have() -> None:
    grey = torch.full((200, 1, 10, 10), 0.5)
    assert (noisy(grey, 0.1, seeded()) - grey).std().item() == pytest.approx(0.1, rel=0.02)
    strong = noisy(grey, 5.0, seeded())
    assert (strong.min(), strong.max()) == (0, 1)


@pytest.mark.parametrize(("share", "pixels"), [(0.0, 0), (0.25, 2), (0.5, 5), (1.0, 10)])
def test_occlusion_covers_one_square_of_its_size(share: float, pixels: int) -> None:
    covered = occluded(torch.zeros(50, 3, 10, 10), share, seeded()) == 0.5
    assert (covered.sum((1, 2, 3)) == 3 * pixels**2).all()
    rows, columns = covered[:, 0].any(2).sum(1), covered[:, 0].any(1).sum(1)
    assert (rows == pixels).all()
    assert (columns == pixels).all()
    if share == 0.5:  # everywhere that it fits
        assert set(covered[:, 0].any(2).int().argmax(1).tolist()) == set(range(6))


def test_a_shift_moves_each_image_one_way_and_repeats_its_edge() -> None:
    ramp = torch.arange(100.0).reshape(1, 1, 10, 10).expand(64, -1, -1, -1) / 100
    moved = shifted(ramp, 3.0, seeded())
    one = ramp[0, 0]
    up = torch.cat([one[3:], one[-1:].expand(3, -1)])
    down = torch.cat([one[:1].expand(3, -1), one[:-3]])
    left = torch.cat([one[:, 3:], one[:, -1:].expand(-1, 3)], 1)
    right = torch.cat([one[:, :1].expand(-1, 3), one[:, :-3]], 1)
    found = [next(i for i, way in enumerate((up, down, left, right)) if torch.equal(way, image[0])) for image in moved]
    assert set(found) == {0, 1, 2, 3}
    assert torch.equal(shifted(ramp, 0.0, seeded()), ramp)


def test_the_same_seed_gives_the_same_curves() -> None:
    first, again, other = (robustness(Echo(), images(), seed) for seed in (3, 3, 4))
    for name in DAMAGES:
        np.testing.assert_array_equal(first[name].error, again[name].error)
        assert (first[name].error != other[name].error).any(), name


@pytest.mark.parametrize("shape", [(1, 1, 10, 10), (5, 3, 10, 10), (5, 1, 10, 8)])
def test_images_that_are_not_the_model_s_are_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(ExplorerError, match=r"expected square images \(1, 10, 10\)|at least two finite"):
        robustness(Echo(), np.zeros(shape, np.uint8), seed=0)
