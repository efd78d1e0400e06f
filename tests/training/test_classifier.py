"""Classifiers: training repeats, learns what can be learnt, and writes a folder that opens."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from explorer.catalog import open_checkpoint
from explorer.datasets import Split
from explorer.families.classifier import Classifier
from explorer.traces.pictures import CategoricalAttribute, ContinuousAttribute
from explorer.training.classifier import launch
from explorer.training.classifier.damage import KINDS, damage, spoil
from explorer.training.classifier.finish import accuracies
from explorer.training.classifier.launch import train_classifier
from explorer.training.classifier.settings import ClassifierSettings
from explorer.training.classifier.steps import ClassifierStep, summed_cross_entropy
from explorer.training.seeding import seeded_generator
from explorer.training.settings import TrainingError

SETTINGS = ClassifierSettings("digits", epochs=6, batch=16, widths=(6, 8), features=12, shift=0)
ARGUMENTS: dict[str, Any] = {"image": [1, 8, 8], "classes": 3, "auxiliary": [2], "widths": [6, 8], "features": 12}


def toy_classes(seed: int) -> Split:
    """160 pictures 8×8 of a bright row, one of three, in the upper or the lower half, over noise."""
    rng = np.random.default_rng(seed)
    row, half = rng.integers(0, 3, 160), rng.integers(0, 2, 160)
    images = rng.integers(0, 80, (160, 1, 8, 8), dtype=np.uint8)
    images[np.arange(160), 0, 4 * half + row] += 150
    attributes = {
        "row": CategoricalAttribute(["a", "b", "c"], {"en": ["a", "b", "c"]}, row.astype(np.int16)),
        "angle": ContinuousAttribute("°", rng.random(160).astype(np.float32)),
        "half": CategoricalAttribute(["up", "down"], {"en": ["up", "down"]}, half.astype(np.int16)),
    }
    return Split(images, dict(attributes))


def toy_classifier() -> tuple[Classifier, dict[str, Any]]:
    """One that was not trained."""
    torch.manual_seed(0)
    return Classifier(**ARGUMENTS).eval().requires_grad_(False), ARGUMENTS


@pytest.fixture(autouse=True)
def _toy_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "load", lambda name, split: toy_classes(seed=0 if split == "train" else 1))


def trained(settings: ClassifierSettings, out: Path) -> list[ClassifierStep]:
    return list(train_classifier(settings, out))


def test_it_learns_and_says_how_well(tmp_path: Path) -> None:
    steps = trained(dataclasses.replace(SETTINGS, epochs=40, learning_rate=1e-2), tmp_path / "classifier")
    assert [step.number for step in steps] == list(range(1, steps[0].total + 1))
    assert steps[-1].loss < 0.2 * steps[0].loss
    checkpoint = open_checkpoint(tmp_path / "classifier")
    metrics = checkpoint.config.metrics
    assert set(metrics) == {"accuracy", "accuracy_half"}
    assert metrics["accuracy"]["value"] > 0.95
    assert metrics["accuracy"]["count"] == 160
    assert metrics["accuracy"]["low"] < metrics["accuracy"]["value"]
    assert checkpoint.config.latent_size is None
    assert checkpoint.config.priors == []
    assert checkpoint.config.capabilities == ["Classifies"]
    rows = json.loads((tmp_path / "classifier" / "history.json").read_text())["rows"]
    assert rows[0][1] == pytest.approx(np.mean([step.loss for step in steps[:50]]))


def test_the_card_says_what_the_stored_weights_do(tmp_path: Path) -> None:
    """Weights are rounded for storage before they are measured."""
    trained(SETTINGS, tmp_path / "classifier")
    checkpoint = open_checkpoint(tmp_path / "classifier")
    found = {name: dataclasses.asdict(value) for name, value in accuracies(checkpoint.model, toy_classes(1)).items()}
    assert found == checkpoint.config.metrics
    assert f"| accuracy | {found['accuracy']['value']:.4g} |" in (tmp_path / "classifier" / "README.md").read_text()


def test_the_same_seed_trains_the_same_weights(tmp_path: Path) -> None:
    runs = {"a": 0, "b": 0, "c": 1}
    for name, seed in runs.items():
        trained(dataclasses.replace(SETTINGS, seed=seed, damage=0.25, shift=1), tmp_path / name)
    first, again, other = ((tmp_path / name / "model.safetensors").read_bytes() for name in runs)
    assert first == again
    assert first != other


def test_the_command_repeats_the_run() -> None:
    settings = dataclasses.replace(SETTINGS, damage=0.25)
    assert settings.command("runs/toy") == (
        "explorer train classifier --data digits --batch 16 --widths 6,8 --features 12 --shift 0 --damage 0.25 "
        "--out runs/toy"
    )


def test_accuracy_of_a_model_that_always_says_one_class() -> None:
    model, _ = toy_classifier()
    torch.nn.init.zeros_(model.head[0].weight)
    model.head[0].bias.copy_(torch.tensor([0.0, 5, 0]))
    split = toy_classes(1)
    share = float((split.attributes["row"].codes == 1).mean())
    assert accuracies(model, split)["accuracy"].value == pytest.approx(share)


def test_damaged_images_teach_no_attribute() -> None:
    """Two whole images and a damaged one: the attribute's loss is over the two, the state's over all."""
    logits = [torch.tensor([[1.0, 0], [0, 2], [9, -9]]), torch.tensor([[0.0, 1], [3, 0], [0, 0]])]
    labels, states = torch.tensor([[0], [0], [1]]), torch.tensor([0, 0, 1])
    expected = F.cross_entropy(logits[0][:2], labels[:2, 0]) + F.cross_entropy(logits[1], states)
    assert summed_cross_entropy(logits, labels, states).item() == pytest.approx(expected.item())
    assert summed_cross_entropy(logits[:1], labels, states).item() == pytest.approx(
        F.cross_entropy(logits[0][:2], labels[:2, 0]).item()
    )


def test_damage_stays_in_range_changes_every_image_and_repeats() -> None:
    x = torch.rand(8, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    for kind in range(len(KINDS)):
        kinds = torch.full((8,), kind)
        damaged = damage(x, kinds, seeded_generator(0))
        assert damaged.shape == x.shape
        assert 0 <= damaged.min() <= damaged.max() <= 1
        assert (damaged - x).abs().flatten(1).amax(1).min() > 0.02, KINDS[kind]
        assert torch.equal(damaged, damage(x, kinds, seeded_generator(0)))


def test_spoil_damages_the_share_that_it_is_told() -> None:
    x = torch.rand(16, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    spoilt = x.clone()
    states = spoil(spoilt, 0.25, seeded_generator(0))
    assert (states[:12] == 0).all()
    assert (states[12:] > 0).all()
    assert torch.equal(spoilt[:12], x[:12])
    assert not torch.equal(spoilt[12:], x[12:])
    assert (spoil(x.clone(), 0.0, seeded_generator(0)) == 0).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"epochs": 0}, "from 1 to 10000"),
        ({"shift": -1}, "from 0 to 16"),
        ({"damage": 1.0}, "share of each batch"),
        ({"seed": -1}, "--seed"),
        ({"learning_rate": float("nan")}, "--learning-rate"),
    ],
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        dataclasses.replace(SETTINGS, **wrong)


def test_what_cannot_be_trained_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrainingError, match="more than the 160 images"):
        trained(dataclasses.replace(SETTINGS, batch=161), tmp_path / "classifier")
    with pytest.raises(TrainingError, match="the loss is"):
        trained(dataclasses.replace(SETTINGS, learning_rate=1e30), tmp_path / "classifier")
    numbers = {"angle": toy_classes(0).attributes["angle"]}
    monkeypatch.setattr(launch, "load", lambda name, split: Split(toy_classes(0).images, numbers))
    with pytest.raises(TrainingError, match="images have classes"):
        trained(SETTINGS, tmp_path / "classifier")
    assert not (tmp_path / "classifier").exists()
