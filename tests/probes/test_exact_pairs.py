"""Moved latents against the truth, on a model whose latent is its picture, so that every distance is known."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.datasets import Split
from explorer.datasets.pairs import Pairs
from explorer.errors import ExplorerError
from explorer.probes.attribute_arithmetic import FEWEST, Pool, attribute_effect
from explorer.probes.exact_pairs import pair_row
from explorer.traces import Integers
from explorer.traces.effects import AttributeEffect
from explorer.traces.pictures import CategoricalAttribute
from explorer.training.vae.attributes import finding_pairs

FACES = 40


class Mirror:
    """Its latent (N, 3) is its picture (N, 1, 1, 3), but for what reconstruction adds to the last pixel."""

    def __init__(self, lost: float = 0.0) -> None:
        self.lost = lost

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x[:, 0, 0], torch.zeros(len(x), 3)

    def decode(self, z: Tensor) -> Tensor:
        return (z + torch.tensor([0, 0, self.lost]))[:, None, None]

    def picture(self, parameter: Tensor) -> Tensor:
        return parameter


class Reader:
    """Reads hat and beard from the first two pixels: 1 above a half, else 0."""

    classes = 2
    auxiliary_classes = (2,)

    def __call__(self, x: Tensor) -> list[Tensor]:
        return [torch.stack([0.5 - x[:, 0, 0, i], x[:, 0, 0, i] - 0.5], 1) for i in range(2)]


def attribute(*codes: int) -> CategoricalAttribute:
    return CategoricalAttribute(["no", "yes"], {}, np.array(codes, np.int16))


def measure(
    tilt: float, jump: tuple[int, int, int] = (102, 0, 0), lost: float = 0.0, left_out: int = 0
) -> AttributeEffect:
    """Faces at 51 grey levels, all without a hat. The labelled direction of hats is (0.4, tilt, 0); a hat truly adds
    ``jump`` grey levels to each face but the last ``left_out``, which have no counterpart."""
    images = np.full((FACES, 1, 1, 3), 51, np.uint8)
    mean = np.zeros((20, 3), np.float32)
    mean[10:] = [0.4, tilt, 0]
    pool = Pool(
        (images[:, 0, 0] / 255).astype(np.float32),
        {"hat": attribute(*[0] * FACES), "beard": attribute(*[0] * FACES)},
        np.zeros(FACES, np.int64),
    )

    def find(name: str, value: str, index: Integers) -> Pairs:
        assert name == "hat"
        kept = np.sort(index)[: len(index) - left_out] if value == "yes" else index[:0]
        return Pairs(kept, (images[kept] + np.array(jump, np.uint8)).astype(np.uint8))

    model, reader = cast(Any, Mirror(lost)), cast(Any, Reader())
    browse = mean, attribute(*[0] * 10, *[1] * 10)
    return attribute_effect(model, reader, "hat", browse, pool, find)


def test_distances_are_what_the_hand_computes() -> None:
    found = measure(tilt=0.3).pairs
    assert found is not None
    assert found.values == ["yes"]
    assert found.count.tolist() == [FACES]
    # The truth is (0.4, 0, 0): s·(0.4, 0.3, 0) misses it by (0.4(1 − s), 0.3 s, 0), unless the picture ends.
    strength = np.array([0, 0.5, 1, 1.5, 2])
    expected = np.sqrt(((0.4 * (1 - strength)) ** 2 + (0.3 * strength) ** 2) / 3)
    np.testing.assert_allclose(found.distance[0, :5, 0], expected, atol=1e-6)
    # At strength 3 the pixels would be 1.4 and 1.1, and are shown as 1: away from 0.6, 0.2 and 0.2.
    assert found.distance[0, 5, 0] == pytest.approx(np.sqrt((0.4**2 + 0.8**2) / 3), abs=1e-6)
    np.testing.assert_allclose(found.gain[0, :, 0], found.distance[0, 0, 0] - found.distance[0, :, 0], atol=1e-6)
    # All pairs are alike: the intervals have no width.
    np.testing.assert_allclose(found.distance[0, :, 1:], found.distance[0, :, :1].repeat(2, 1), atol=1e-6)
    assert found.best[0, 0] == pytest.approx(0, abs=1e-6)
    assert found.cosine[0] == pytest.approx(0.8)
    assert found.pair_distance[0, 0] == pytest.approx(0, abs=1e-6)
    assert (found.pair_present.tolist(), found.pair_changed.tolist()) == ([FACES], [0])


def test_the_best_is_the_counterpart_s_own_reconstruction() -> None:
    found = measure(tilt=0.0, lost=0.3).pairs
    assert found is not None
    assert found.best[0, 0] == pytest.approx(0.3 / np.sqrt(3), abs=1e-6)
    assert found.pair_distance[0, 0] == pytest.approx(0.3 / np.sqrt(3), abs=1e-6)
    assert found.distance[0, 0, 0] == pytest.approx(np.sqrt((0.4**2 + 0.3**2) / 3), abs=1e-6)


def test_a_direction_at_right_angles_leads_nowhere() -> None:
    found = measure(tilt=0.0, jump=(0, 102, 0)).pairs
    assert found is not None
    assert found.cosine[0] == pytest.approx(0, abs=1e-6)
    assert (found.gain[0, 1:, 0] < 0).all()
    assert (found.pair_present.tolist(), found.pair_changed.tolist()) == ([0], [FACES])


def test_only_faces_with_a_counterpart_are_compared() -> None:
    found = measure(tilt=0.3, left_out=7).pairs
    assert found is not None
    assert found.count.tolist() == [FACES - 7]
    assert measure(tilt=0.3, left_out=FACES - FEWEST + 1).pairs is None


def test_every_face_is_compared_with_its_own_counterpart() -> None:
    """No two faces are alike, counterparts come in another order, and one step along the direction is the truth."""
    images = np.full((FACES, 1, 1, 3), 51, np.uint8)
    images[..., 2] = (np.arange(FACES) * 6)[:, None, None]
    mean = np.zeros((20, 3), np.float32)
    mean[10:] = [0.4, 0, 0]
    attributes = {"hat": attribute(*[0] * FACES), "beard": attribute(*[0] * FACES)}
    pool = Pool((images[:, 0, 0] / 255).astype(np.float32), attributes, np.zeros(FACES, np.int64))

    def find(name: str, value: str, index: Integers) -> Pairs:
        kept = np.sort(index)[::2]
        return Pairs(kept, images[kept] + np.array([102, 0, 0], np.uint8))

    browse = mean, attribute(*[0] * 10, *[1] * 10)
    found = attribute_effect(cast(Any, Mirror()), cast(Any, Reader()), "hat", browse, pool, find).pairs
    assert found is not None
    assert found.distance[0, 2, 0] == pytest.approx(0, abs=1e-6)
    assert found.distance[0, 0, 0] == pytest.approx(0.4 / np.sqrt(3), abs=1e-6)


def test_without_pairs_nothing_is_written_of_them() -> None:
    effect = measure(tilt=0.3, left_out=FACES)
    assert effect.pairs is None
    assert not [key for key in effect.tensors("hat") if key.startswith(("pair", "distance", "gain", "best", "cosine"))]
    shapes = {key: value.shape for key, value in measure(tilt=0.3).tensors("hat").items()}
    assert shapes["distance.hat"] == shapes["gain.hat"] == (1, 6, 3)
    assert shapes["best.hat"] == shapes["pair_distance.hat"] == (1, 3)
    assert (
        shapes["pairs.hat"] == shapes["cosine.hat"] == shapes["pair_present.hat"] == shapes["pair_changed.hat"] == (1,)
    )


def test_no_face_is_moved_by_its_own_truth() -> None:
    """Of three faces one gains 0.6 and two nothing: each is moved by the mean of the other two."""
    images = np.full((3, 1, 1, 3), 51, np.uint8)
    counterparts = images.copy()
    counterparts[0, 0, 0, 0] += 153
    mean = (images[:, 0, 0] / 255).astype(np.float32)
    truth = np.zeros((3, 2), np.int64)
    pictures = torch.from_numpy(images).float() / 255
    row = pair_row(
        cast(Any, Mirror()),
        cast(Any, Reader()),
        ("yes", 1, 0),
        (mean, truth, counterparts),
        [pictures],
        np.array([1, 0, 0], np.float32),
    )
    assert row["pair_distance"][0] == pytest.approx((0.6 + 0.3 + 0.3) / 3 / np.sqrt(3), abs=1e-6)
    # The mean of 0.6, 0 and 0, over √3, and 1.96 standard errors.
    each = np.array([0.6, 0, 0]) / np.sqrt(3)
    half = 1.959964 * each.std(ddof=1) / np.sqrt(3)
    assert row["distance"][0].tolist() == pytest.approx([each.mean(), each.mean() - half, each.mean() + half], abs=1e-6)
    assert row["cosine"] == pytest.approx(1)


@pytest.mark.parametrize(("count", "message"), [(1, "too few"), (3, "no direction")])
def test_pairs_that_say_nothing_are_refused(count: int, message: str) -> None:
    images = np.full((count, 1, 1, 3), 51, np.uint8)
    mean = (images[:, 0, 0] / 255).astype(np.float32)
    with pytest.raises(ExplorerError, match=message):
        pair_row(
            cast(Any, Mirror()),
            cast(Any, Reader()),
            ("yes", 1, 0),
            (mean, np.zeros((count, 2), np.int64), images),
            [torch.from_numpy(images).float() / 255],
            np.array([1, 0, 0], np.float32),
        )


def test_photographs_are_measured_without_pairs() -> None:
    with finding_pairs("digits", Split(np.zeros((0, 1, 28, 28), np.uint8), {})) as find:
        assert find is None
