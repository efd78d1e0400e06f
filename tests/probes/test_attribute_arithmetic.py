"""Attribute arithmetic on a model whose picture is its latent, so that every count is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.checkpoints import read_header, read_tensors
from explorer.errors import ExplorerError
from explorer.families.classifier import Classifier
from explorer.families.latent_gaussian import LatentGaussian
from explorer.probes.attribute_arithmetic import FACES, Pool, attribute_effect, direction
from explorer.traces.effects import AttributeEffect
from explorer.traces.pictures import CategoricalAttribute


class Mirror:
    """A decoder whose picture is the latent (N, 3), as (N, 1, 1, 3)."""

    def decode(self, z: Tensor) -> Tensor:
        return z[:, None, None]

    def picture(self, parameter: Tensor) -> Tensor:
        return parameter


class Reader:
    """Reads hat and beard from the first two pixels, and damage from the third: 1 above a half, else 0."""

    classes = 2
    auxiliary_classes = (2, 2)

    def __call__(self, x: Tensor) -> list[Tensor]:
        return [torch.stack([0.5 - x[:, 0, 0, i], x[:, 0, 0, i] - 0.5], 1) for i in range(3)]


def attribute(*codes: int) -> CategoricalAttribute:
    return CategoricalAttribute(["no", "yes"], {}, np.array(codes, np.int16))


def measure(tilt: float, faces: int = 40) -> AttributeEffect:
    """Hats lie 0.4 along the first axis and ``tilt`` along the second; the faces that are moved have neither."""
    mean = np.zeros((20, 3), np.float32)
    mean[10:] = [0.4, tilt, 0]
    pool = Pool(
        np.full((faces, 3), 0.2, np.float32),
        {"hat": attribute(*[0] * faces), "beard": attribute(*[0] * faces)},
        np.zeros(faces, np.int64),
    )
    browse = mean, attribute(*[0] * 10, *[1] * 10)
    return attribute_effect(cast(LatentGaussian, Mirror()), cast(Classifier, Reader()), "hat", browse, pool)


def test_a_direction_is_a_difference_of_means() -> None:
    mean = np.random.default_rng(1).normal(size=(30, 4)).astype(np.float32)
    has = np.arange(30) % 3 == 0
    expected = [mean[has, i].sum() / 10 - mean[~has, i].sum() / 20 for i in range(4)]
    np.testing.assert_allclose(direction(mean, has), expected, rtol=1e-5)
    with pytest.raises(ExplorerError, match="5 images that have"):
        direction(mean, np.arange(30) < 4)


def test_counts_follow_the_strengths() -> None:
    effect = measure(tilt=0.15)
    assert effect.values == ["no", "yes"]
    assert effect.others == ["beard"]
    assert effect.strength.tolist() == [0, 0.5, 1, 1.5, 2, 3]
    # 0.2 + 0.4·s passes a half above s = 0.75, and 0.2 + 0.15·s above s = 2.
    assert effect.present[1].tolist() == [0, 0, 40, 40, 40, 40]
    assert effect.changed[1, :, 0].tolist() == [0, 0, 0, 0, 0, 40]
    assert effect.any_changed[1].tolist() == [0, 0, 0, 0, 0, 40]
    assert effect.count.tolist() == [[0, 0], [40, 40]]
    assert effect.whole is not None
    assert effect.whole[1].tolist() == [40] * 6


def test_a_clean_direction_changes_nothing_else() -> None:
    assert measure(tilt=0.0).any_changed[1].tolist() == [0] * 6


def test_the_floor_is_what_reconstruction_gets_wrong() -> None:
    pool = Pool(
        np.full((40, 3), 0.2, np.float32),
        {"hat": attribute(*[0] * 40), "beard": attribute(*[1] * 40)},
        np.zeros(40, int),
    )
    mean = np.zeros((20, 3), np.float32)
    mean[10:] = [0.4, 0, 0]
    found = attribute_effect(
        cast(Any, Mirror()), cast(Any, Reader()), "hat", (mean, attribute(*[0] * 10, *[1] * 10)), pool
    )
    assert found.any_changed[1].tolist() == [40] * 6


def test_held_out_images_go_first_and_training_ones_fill_up() -> None:
    count = FACES + 100
    origin = np.array([2] * 200 + [1] * 300 + [0] * (count - 500))
    mean = np.zeros((20, 3), np.float32)
    mean[10:] = 1
    pool = Pool(
        np.zeros((count, 3), np.float32), {"hat": attribute(*[0] * count), "beard": attribute(*[0] * count)}, origin
    )
    found = attribute_effect(
        cast(Any, Mirror()), cast(Any, Reader()), "hat", (mean, attribute(*[0] * 10, *[1] * 10)), pool
    )
    assert found.count[1].tolist() == [FACES, count - 200]


def test_rare_values_are_left_out_and_other_classifiers_refused() -> None:
    mean = np.zeros((20, 3), np.float32)
    pool = Pool(mean, {"hat": attribute(*[0] * 20), "beard": attribute(*[0] * 20)}, np.zeros(20, int))
    with pytest.raises(ExplorerError, match="no value of hat"):
        attribute_effect(cast(Any, Mirror()), cast(Any, Reader()), "hat", (mean, attribute(*[0] * 16, *[1] * 4)), pool)
    three = CategoricalAttribute(["a", "b", "c"], {}, np.zeros(20, np.int16))
    with pytest.raises(ExplorerError, match=r"tells \[2, 2, 2\]"):
        attribute_effect(
            cast(Any, Mirror()), cast(Any, Reader()), "hat", (mean, three), Pool(mean, {"hat": three}, pool.origin)
        )


SHIPPED = Path(__file__).parents[2] / "checkpoints"


@pytest.mark.parametrize("name", sorted(path.parent.name for path in SHIPPED.glob("*/attributes.safetensors")))
def test_shipped_files_hold_counts_of_enough_images(name: str) -> None:
    path = SHIPPED / name / "attributes.safetensors"
    tensors = read_tensors(path)
    for key in (key.removeprefix("count.") for key in tensors if key.startswith("count.")):
        moved = tensors[f"count.{key}"][:, :1]
        assert (moved >= 500).all()
        assert (tensors[f"present.{key}"] <= moved).all()
        # Moving along a direction must do something: some strength shows a value more often than strength 0. Not for
        # every value: a colour between the others has hardly a direction (the avatars' pink clothing is never reached).
        assert (tensors[f"present.{key}"][:, 1:].max(1).values > tensors[f"present.{key}"][:, 0]).float().mean() > 0.8
    assert "attributes" in read_header(path)[1]


@pytest.mark.parametrize("name", ["vae-avatars-32d"])
def test_shipped_pairs_are_enough_and_agree_with_themselves(name: str) -> None:
    path = SHIPPED / name / "attributes.safetensors"
    tensors = {key: tensor.numpy() for key, tensor in read_tensors(path).items()}
    described = json.loads(read_header(path)[1]["attributes"])["attributes"]
    assert "facial_hair" in described
    for key, each in described.items():
        distance, gain, best = (tensors[f"{part}.{key}"] for part in ("distance", "gain", "best"))
        assert each["paired"] == each["values"]
        # Few faces have facial hair or accessories that could be taken away.
        enough = np.array([value != "none" for value in each["paired"]])
        assert (tensors[f"pairs.{key}"][enough] >= 490).all()
        assert (tensors[f"pairs.{key}"] <= tensors[f"count.{key}"][:, 1]).all()
        for mean in (distance, gain, best, tensors[f"pair_distance.{key}"]):
            assert (mean[..., 1] <= mean[..., 0]).all()
            assert (mean[..., 0] <= mean[..., 2]).all()
        np.testing.assert_allclose(gain[..., 0], distance[:, :1, 0] - distance[..., 0], atol=1e-6)
        # The truth's own reconstruction is nearer to it than any other picture, in the mean.
        assert (best[:, None, 0] < distance[..., 0]).all()
        assert (np.abs(tensors[f"cosine.{key}"]) <= 1).all()
