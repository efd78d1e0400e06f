"""Sampling a conditional model: a seed's class, labels in words, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.catalog import Checkpoint, open_checkpoint
from explorer.philox import uniforms
from explorer.probes.samples import SampleError, label, parse_label, samples
from explorer.traces.pictures import ConditionalSamples
from tests.conditional_toys import NAME, SHARES, conditional_toy
from tests.toys import toy_checkpoint

VALUES = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return conditional_toy(tmp_path_factory.mktemp("conditional") / NAME)


def test_a_seed_draws_its_class_by_the_shares() -> None:
    """Uniforms below 0.1 draw the first class, below 0.3 the second, below 0.6 the third."""
    for seed in range(50):
        expected = int(np.digitize(uniforms(seed, 4, 1)[0], [0.1, 0.3, 0.6]))
        np.testing.assert_array_equal(label(seed, SHARES), np.eye(4)[expected])


def test_classes_come_up_as_often_as_their_shares() -> None:
    drawn = np.mean([label(seed, SHARES) for seed in range(4000)], axis=0)
    np.testing.assert_allclose(drawn, SHARES, atol=0.025)  # three standard errors of a share of 4000


def test_a_class_without_a_share_never_comes_up() -> None:
    assert all(label(seed, [0, 1, 0])[1] == 1 for seed in range(20))


def test_pictures_are_what_the_decoder_says_of_z_and_label(checkpoint: Checkpoint) -> None:
    drawn = samples(checkpoint, 3, 6)
    assert isinstance(drawn, ConditionalSamples)
    np.testing.assert_array_equal(drawn.labels, [label(seed, SHARES) for seed in range(3, 9)])
    rows = np.concatenate([drawn.z, drawn.labels], axis=1)
    expected = checkpoint.model.decoder(torch.from_numpy(rows)).numpy()
    np.testing.assert_allclose(drawn.images, expected, atol=1e-6)


def test_a_chosen_class_or_blend_is_every_samples(checkpoint: Checkpoint) -> None:
    alone, blended = samples(checkpoint, 0, 2, label_text="c"), samples(checkpoint, 0, 2, label_text="b:0.25, d:0.75")
    assert isinstance(alone, ConditionalSamples)
    assert isinstance(blended, ConditionalSamples)
    np.testing.assert_array_equal(alone.labels, [[0, 0, 1, 0]] * 2)
    np.testing.assert_array_equal(blended.labels, [[0, 0.25, 0, 0.75]] * 2)
    np.testing.assert_array_equal(alone.z, blended.z)
    assert np.abs(alone.images - blended.images).max() > 0.1


def test_ids_with_separators_are_found_whole() -> None:
    np.testing.assert_array_equal(parse_label("x,y:z", ["x,y:z", "x"]), [1, 0])
    np.testing.assert_allclose(parse_label("u:v:0.3,x:0.7", ["u:v", "x"]), [0.3, 0.7])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("e", "classes are a, b, c, d, got 'e'"),
        ("", "classes are a, b, c, d, got ''"),
        ("a,b", "sum to one"),
        ("a:0.5", "sum to one"),
        ("a:0.5,a:0.5", "each class once"),
        ("a:nan,b:1", "above 0 and at most 1"),
        ("a:-1,b:2", "above 0 and at most 1"),
        ("a:half,b:0.5", "above 0 and at most 1"),
    ],
)
def test_labels_that_make_no_sense_are_refused(text: str, words: str) -> None:
    with pytest.raises(SampleError, match=words):
        parse_label(text, VALUES)


def test_a_model_without_a_condition_takes_no_label(tmp_path: Path) -> None:
    plain = open_checkpoint(toy_checkpoint(tmp_path / "toy"))
    with pytest.raises(SampleError, match="not conditional"):
        samples(plain, 0, 1, label_text="a")


def test_a_model_that_draws_nothing_is_refused(checkpoint: Checkpoint) -> None:
    blind = replace(checkpoint, config=replace(checkpoint.config, capabilities=["Classifies"]))
    with pytest.raises(SampleError, match="draws no pictures; it can: Classifies"):
        samples(blind, 0, 1)
