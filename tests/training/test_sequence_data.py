"""What recurrent GANs and note models train on, and what they refuse to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.datasets import sequences
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.probes.sequences import noise, pick_rows
from explorer.training.adversarial import optimisers
from explorer.training.sequences.adversarial import SequenceNetworks, train_steps
from explorer.training.sequences.data import counted, padded, windows
from explorer.training.sequences.evaluation import _per_note, stretches
from explorer.training.sequences.launch import train_note_model, train_recurrent_gan
from explorer.training.settings import TrainingError
from tests.training.toy_sequences import MELODY, NOTES, SIGNAL, toy_sets


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    toy_sets(monkeypatch)
    yield
    sequences._formula.cache_clear()


def test_notes_are_picked_by_cumulated_probability() -> None:
    logits = np.log(np.array([[0.2, 0.5, 0.3]] * 4))
    draws = np.array([0.1, 0.3, 0.69, 0.71])
    assert pick_rows(logits, draws, 1.0).tolist() == [0, 1, 1, 2]
    assert pick_rows(logits, draws, 0).tolist() == [1] * 4
    sharp = np.array([0.04, 0.25]) / 0.38  # squares at temperature ½
    assert pick_rows(logits[:2], np.array([sharp[0] - 0.01, sharp[0] + 0.01]), 0.5).tolist() == [0, 1]
    assert pick_rows(np.array([[-np.inf, 0.0]]), np.array([1e-9]), 1.0).tolist() == [1]


def test_noise_is_the_seed_s_normals_step_by_step() -> None:
    from explorer.philox import normals

    drawn = noise([5, 6], 4, 3)
    np.testing.assert_allclose(drawn[1], normals(6, 0, 12).reshape(4, 3))


def test_melodies_end_once_and_the_end_counts() -> None:
    rows = padded([np.array([[4, 1], [5, 2]]), np.array([[3, 1]])], 3)
    assert rows[0].tolist() == [[4, 1], [5, 2], [0, 0], [0, 0]]
    assert counted(rows).tolist() == [[True, True, True, False], [True, True, False, False]]
    with pytest.raises(TrainingError, match="more than 1"):
        padded([np.array([[4, 1], [5, 2]])], 1)


def test_stretches_are_parts_of_melodies_that_are_long_enough() -> None:
    melodies = [np.arange(20).reshape(10, 2), np.arange(6).reshape(3, 2)]
    (cut,) = stretches(melodies, 4, 0)
    assert len(cut) == 4
    assert cut.tobytes() in melodies[0].tobytes()
    places = {int(stretches(melodies, 4, seed)[0][0, 0]) // 2 for seed in range(60)}
    assert places == set(range(7))


def test_every_stretch_of_every_melody_is_trained_on() -> None:
    melodies = sequences.load_sequences("melodies", "train").melodies  # type: ignore[union-attr]
    found = [each.tobytes() for each in windows("melodies", "train", 8, False).melodies(slice(None))]
    assert found == [each[at : at + 8].tobytes() for each in melodies for at in range(len(each)) if at + 8 <= len(each)]
    longest = max(map(len, melodies))
    assert len(windows("melodies", "train", longest, False).stored) == sum(len(each) == longest for each in melodies)


def test_bits_per_note_are_over_all_notes_and_their_interval_holds_95_in_100() -> None:
    """Of melodies alike in length: as wide as the normal approximation of a mean makes it."""
    bits = np.random.default_rng(0).normal(80, 10, 400)
    found = _per_note(bits, np.full(400, 40))
    assert (found.value, found.count) == (pytest.approx(bits.mean() / 40), 400 * 40)
    reach = 1.96 * bits.std() / 400**0.5 / 40
    assert (found.low, found.high) == pytest.approx((found.value - reach, found.value + reach), abs=0.15 * reach)
    assert _per_note(np.array([10.0, 90.0]), np.array([10, 30])).value == 100 / 40


@pytest.mark.parametrize(
    "change",
    [
        {"latent": 0},
        {"batch": 1},
        {"steps": 0},
        {"loss": "magic"},
        {"cell": "rnn"},
        {"generator_rate": 0.0},
        {"average": 1.0},
        {"length": -1},
        {"chrono": 1},
        {"chrono": 8, "cell": "gru"},
        {"loss": "wasserstein_penalty", "minibatch_features": 2},
    ],
)
def test_settings_that_no_run_can_mean_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TrainingError):
        replace(SIGNAL, **change)


@pytest.mark.parametrize("change", [{"batch": 0}, {"dropout": 1.0}, {"cell": "rnn"}, {"clip": 0.0}, {"seed": -1}])
def test_note_settings_that_no_run_can_mean_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TrainingError):
        replace(NOTES, **change)


def test_data_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--length"):
        train_recurrent_gan(replace(SIGNAL, length=7), tmp_path / "a")
    with pytest.raises(TrainingError, match="no classes"):
        train_recurrent_gan(replace(MELODY, conditional=True), tmp_path / "b")
    with pytest.raises(TrainingError, match="no melody"):
        train_recurrent_gan(replace(MELODY, length=100), tmp_path / "c")
    with pytest.raises(TrainingError, match="are signals"):
        train_note_model(replace(NOTES, data="sines"), tmp_path / "d")
    with pytest.raises(TrainingError, match="--batch 500"):
        train_recurrent_gan(replace(SIGNAL, batch=500), tmp_path / "e")
    with pytest.raises(TrainingError, match="--batch 500"):
        train_note_model(replace(NOTES, batch=500), tmp_path / "f")


def test_a_run_of_nonsense_stops_with_its_step() -> None:
    real = windows("sines", "train", 0, False)
    nonsense = replace(real, stored=torch.full_like(real.stored, math.nan))
    arguments = SIGNAL.model_arguments(sequences.SEQUENCES["sines"].sequence, 0)
    networks = SequenceNetworks(RecurrentGAN(**arguments), RecurrentGAN(**arguments))
    with pytest.raises(TrainingError, match="at step 1"):
        list(train_steps(networks, optimisers(networks.model, SIGNAL), nonsense, SIGNAL))
