"""``explorer evaluate`` for models without a likelihood: generators, classifiers and planar GANs."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer import datasets
from explorer.catalog import SHIPPED, open_checkpoint
from explorer.checkpoints import Config, read_config, read_json, rounded, write_config, write_tensors
from explorer.cli import judging
from explorer.cli.judging import Judged
from explorer.cli.writing import REMARKS
from explorer.families.gan import GAN
from explorer.families.graphs import write_graph
from explorer.families.registry import FAMILIES
from explorer.metrics.generation import UNITS
from explorer.protocols import capabilities
from explorer.training.classifier.finish import write_classifier
from tests.cli.test_models import explorer
from tests.training.test_classifier import toy_classes, toy_classifier

GENERATOR = {"image": [1, 8, 8], "latent": 3, "widths": [4, 4]}
TRAINING = {"seed": 0, "steps": 1, "optimiser": "none", "loss": "none", "seconds": 0.0, "device": "1 × cpu"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained generator of 8×8 digits beside a classifier of them."""
    folder = tmp_path_factory.mktemp("checkpoints")
    model, arguments = toy_classifier()
    training = {**TRAINING, "command": ""}
    (folder / "classifier-digits").mkdir()
    card = write_classifier(
        folder / "classifier-digits", model, arguments, "digits", toy_classes(seed=1), training, [[1, 2.0, 0.5]]
    )
    write_generator(folder / "gan-toy", card)
    return folder


def write_generator(folder: Path, like: Config, seed: int = 0) -> None:
    torch.manual_seed(seed)
    model = GAN(**GENERATOR)
    model.load_state_dict(rounded(model.state_dict()))
    folder.mkdir()
    write_graph(folder, model)
    write_tensors(folder / "model.safetensors", model.state_dict())
    described: dict[str, Any] = {"name": folder.name, "family": "gan", "arguments": GENERATOR, "latent_size": 3}
    able = {"capabilities": capabilities(model), "priors": ["standard_normal"], "metrics": {}}
    write_config(folder, replace(like, **described, **able))


@pytest.fixture(autouse=True)
def _toy_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "load", lambda name, split: toy_classes(seed=0 if split == "train" else 1))


def evaluated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert explorer(monkeypatch, "evaluate", *words, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_generator_is_judged_beside_its_floors(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(monkeypatch, capsys, "gan-toy", "--checkpoints", folder)
    assert set(found["metrics"]) == set(found["floors"]) == {*UNITS, "nearest_training_image", "nearest_is_training"}
    half = len(toy_classes(1).images) // 2
    for name in UNITS:
        assert found["metrics"][name]["count"] == found["floors"][name]["count"] == half, name
    assert {found["metrics"][name]["reference"] for name in UNITS} == {half, 2 * half}
    # Untrained: grey pictures, nowhere near the real ones.
    assert found["metrics"]["frechet"]["low"] > found["floors"]["frechet"]["high"]
    assert found["metrics"]["coverage"]["high"] < found["floors"]["coverage"]["low"]
    assert found["metrics"]["nearest_training_image"]["value"] > found["floors"]["nearest_training_image"]["value"]


def test_a_generator_is_compared_with_the_model_that_it_started_from(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    config = read_config(copy / "gan-toy")
    write_generator(copy / "gan-start", read_config(copy / "classifier-digits"), seed=1)
    for start, expected in (("gan-start", "makes of the same latents"), ("gan-none", "not compared with those of its")):
        write_config(copy / "gan-toy", replace(config, training={**config.training, "settings": {"start": start}}))
        found = evaluated(monkeypatch, capsys, "gan-toy", "--count", 40, "--checkpoints", copy)
        assert expected in found["remarks"][-1]
        assert start in found["remarks"][-1]
        assert ("frechet_change" in found["metrics"]) == (start == "gan-start")
    images = toy_classes(seed=1).images
    for start in ("gan-start", "gan-toy"):
        write_config(copy / "gan-toy", replace(config, training={**config.training, "settings": {"start": start}}))
        change = evaluated(monkeypatch, capsys, "gan-toy", "--count", 40, "--checkpoints", copy)["metrics"]
        change = change["frechet_change"]
        assert (change["count"], change["reference"]) == (40, len(images))
        assert (change["value"] == change["low"] == change["high"] == 0) == (start == "gan-toy")


def test_the_same_seed_evaluates_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("gan-toy", "--count", 40, "--checkpoints", folder)
    first, again = evaluated(monkeypatch, capsys, *words), evaluated(monkeypatch, capsys, *words)
    assert first == again
    assert evaluated(monkeypatch, capsys, *words, "--seed", 1)["metrics"] != first["metrics"]


def test_the_words_name_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "evaluate", "gan-toy", "--count", 40, "--checkpoints", folder) == 0
    said = capsys.readouterr().out
    assert "; floor " in said
    assert "not on the card" in said
    assert "classes not covered: " in said
    assert "no published FID" in said
    assert f"40 images beside {len(toy_classes(1).images) - 40}, squared feature units; floor " in said


def test_too_large_a_sample_is_an_error_in_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "evaluate", "gan-toy", "--count", 5000, "--checkpoints", folder) == 1
    assert "a sample to judge has from 20 to" in capsys.readouterr().err


def test_a_graph_that_is_not_its_model_is_not_measured(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = shutil.copytree(folder, tmp_path / "changed")
    file = changed / "gan-toy" / "graph.json"
    content = json.loads(file.read_text())
    content["graphs"]["decoder"]["layers"].pop()  # the sigmoid
    file.write_text(json.dumps(content))
    write_config(file.parent, read_config(file.parent))
    assert explorer(monkeypatch, "evaluate", "gan-toy", "--checkpoints", changed) == 1
    assert "gan-toy/graph.json: graph decoder: it is not what the model computes" in capsys.readouterr().err


def test_a_classifier_gets_what_its_card_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(monkeypatch, capsys, "classifier-digits", "--checkpoints", folder)
    assert found["metrics"] == open_checkpoint(folder / "classifier-digits").config.metrics
    fewer = evaluated(monkeypatch, capsys, "classifier-digits", "--count", 30, "--checkpoints", folder)
    assert fewer["metrics"]["accuracy"]["count"] == 30


@pytest.mark.parametrize("name", ["gan-toy", "classifier-digits"])
def test_write_puts_the_numbers_into_configuration_and_card_and_keeps_the_weights(
    folder: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    before = read_config(copy / name)
    found = evaluated(monkeypatch, capsys, name, "--count", 40, "--write", "--checkpoints", copy)
    after = open_checkpoint(copy / name).config
    assert after.metrics == found["metrics"] | {f"{key}_floor": floor for key, floor in found["floors"].items()}
    assert after.metrics != before.metrics
    assert after.files["model.safetensors"] == before.files["model.safetensors"]
    text = (copy / name / "README.md").read_text(encoding="utf-8")
    for key, value in after.metrics.items():
        assert f"| {key.replace('_', ' ')} | {value['value']:.4g} |" in text
    assert all(f"- {remark}" in text for remark in found["remarks"])
    assert explorer(monkeypatch, "list", "--checkpoints", copy) == 0
    listed = capsys.readouterr().out
    assert ("on 40 samples beside 120" in listed) == (name == "gan-toy")


@pytest.mark.parametrize("name", ["gan-digits-collapsed", "lab-moons", "rgan-ecg", "vae-digits-50d"])
def test_what_a_card_says_of_its_very_model_stays_on_it(name: str) -> None:
    """Kinds of evaluation whose cards have sentences beside numbers: those that ship are the ones written again."""
    checkpoint = open_checkpoint(SHIPPED / name)
    file = SHIPPED / name / "evaluation.json"
    record = read_json(file) if file.exists() else None
    said = REMARKS[FAMILIES[checkpoint.config.family].evaluation](checkpoint, checkpoint.config, Judged(record=record))
    assert said
    assert said in (SHIPPED / name / "README.md").read_text(encoding="utf-8")


def test_nearest_is_zero_for_copies_of_training_images() -> None:
    images = toy_classes(0).images
    assert judging.nearest(images, np.flip(images, 0).copy()).value == pytest.approx(0, abs=1e-3)
