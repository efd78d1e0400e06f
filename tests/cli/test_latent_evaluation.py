"""``explorer evaluate`` for models with a likelihood: samples, reconstructions, factors, curves, and where they go."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import catalog, datasets
from explorer.catalog import open_checkpoint
from explorer.checkpoints import read_json, sha256, write_config
from explorer.cli import latent_evaluation
from explorer.metrics import disentanglement
from explorer.metrics.disentanglement import UNITS as FACTORS
from explorer.metrics.generation import UNITS
from explorer.metrics.likelihood import BINARISATION_SEED, binarised, evidence_metrics
from explorer.metrics.record import read_record
from explorer.training.classifier.finish import write_classifier
from tests.cli.test_models import explorer
from tests.toys import toy_checkpoint
from tests.training.test_classifier import toy_classes, toy_classifier

EVIDENCE = {"elbo", "reconstruction", "kl", "mean_squared_error", "importance_weighted_bound"}
TRAINING = {"seed": 0, "steps": 1, "optimiser": "none", "loss": "none", "seconds": 0.0, "device": "1 × cpu"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy VAE with two priors, beside a classifier of its data."""
    folder = tmp_path_factory.mktemp("checkpoints")
    toy_checkpoint(folder / "toy")
    model, arguments = toy_classifier()
    out, training, rows = folder / "classifier-digits", {**TRAINING, "command": ""}, [[1, 2.0, 0.5]]
    out.mkdir()
    write_classifier(out, model, arguments, "digits", toy_classes(1), training, rows)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to write to; forests are small, for speed."""
    monkeypatch.setattr(datasets, "load", lambda name, split: toy_classes(seed=0 if split == "train" else 1))
    monkeypatch.setattr(disentanglement, "TREES", 2)
    monkeypatch.setattr(disentanglement, "SEEDS", 2)
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    return tmp_path


def evaluated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert explorer(monkeypatch, "evaluate", "toy", *words, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_every_prior_reconstructions_and_factors_are_measured_beside_their_floors(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(monkeypatch, capsys, "--checkpoints", folder)
    judged = {name + suffix for name in UNITS for suffix in ("", "_standard_normal", "_reconstructions")}
    beside = {*judged, *FACTORS, "nearest_training_image", "nearest_is_training"}
    assert set(found["metrics"]) == {*EVIDENCE, "active_dimensions", *beside}
    assert set(found["floors"]) == beside
    for name in judged:
        assert found["metrics"][name]["count"] == found["floors"][name]["count"] == 80, name
    # The mixture of this toy lies ten units apart: its samples are not those of the standard normal.
    assert found["metrics"]["frechet"]["value"] != found["metrics"]["frechet_standard_normal"]["value"]
    assert found["floors"]["frechet"] == found["floors"]["frechet_reconstructions"]
    assert found["metrics"]["frechet"]["low"] > found["floors"]["frechet"]["high"]


def test_write_puts_numbers_curves_and_card_in_place_and_keeps_the_weights(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = sha256(folder / "toy" / "model.safetensors")
    found = evaluated(monkeypatch, capsys, "--count", 60, "--draws", 3, "--seed", 4, "--write", "--checkpoints", folder)
    checkpoint = open_checkpoint(folder / "toy")
    assert checkpoint.config.files["model.safetensors"] == weights
    floors = {f"{name}_floor": floor for name, floor in found["floors"].items()}
    assert checkpoint.config.metrics == found["metrics"] | floors
    record = read_record(folder / "toy")
    assert (record.seed, record.images, record.draws, record.binarisation) == (4, 60, 3, None)
    assert list(record.remarks) == found["remarks"]
    assert set(record.robustness) == {"noise", "occlusion", "shift"}
    assert record.factors is not None
    assert record.factors.information.shape == (3, 3)
    text = (folder / "toy" / "README.md").read_text(encoding="utf-8")
    assert "| frechet reconstructions floor |" in text
    assert all(f"- {remark}" in text for remark in found["remarks"])
    again = evaluated(monkeypatch, capsys, "--count", 60, "--draws", 3, "--seed", 4, "--checkpoints", folder)
    assert again["metrics"] == found["metrics"]


def test_a_model_of_binarised_images_is_measured_on_them_beside_the_paper(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = open_checkpoint(folder / "toy").config
    training = {**config.training, "settings": {"binarise": True}}
    write_config(folder / "toy", replace(config, training=training))
    monkeypatch.setattr(latent_evaluation, "PAPER_DRAWS", 20)
    found = evaluated(monkeypatch, capsys, "--checkpoints", folder)
    images = binarised(toy_classes(1).images, BINARISATION_SEED)
    expected = evidence_metrics(open_checkpoint(folder / "toy").model, images, 0, 20)
    for name in EVIDENCE:
        assert found["metrics"][name]["value"] == pytest.approx(expected[name].value), name
    bound = found["metrics"]["importance_weighted_bound"]
    assert bound["unit"] == "nats, K = 20"
    said = f"at most {-bound['value']:.2f} nats [{-bound['high']:.2f}, {-bound['low']:.2f}], by 20 importance samples"
    assert said in found["remarks"][0]
    assert "binarised once (seed 0)" in found["remarks"][0]
    assert "86.76" in found["remarks"][1]


def test_a_chosen_number_of_draws_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(monkeypatch, capsys, "--count", 10, "--draws", 7, "--checkpoints", folder)
    assert found["metrics"]["importance_weighted_bound"]["unit"] == "nats, K = 7"
    assert found["metrics"]["elbo"]["count"] == 10
    assert any("10 are too few" in remark for remark in found["remarks"])


def test_without_a_classifier_the_rest_is_measured_and_that_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "classifier-digits").rename(folder / "elsewhere")
    monkeypatch.setattr(catalog, "SHIPPED", folder)
    found = evaluated(monkeypatch, capsys, "--count", 60, "--checkpoints", folder)
    assert not {"frechet", "precision"} & set(found["metrics"])
    assert set(found["metrics"]) > EVIDENCE
    said = "samples are not judged: there is no classifier-digits, neither beside the model nor among those that ship"
    assert said in found["remarks"]


def test_reconstructions_are_of_images_that_they_are_not_compared_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A perfect model: reconstructions that are the images themselves score like real images, not better."""
    seen: list[Any] = []
    monkeypatch.setattr(latent_evaluation, "_reconstructions", lambda _, images: seen.append(images) or images)
    found = evaluated(monkeypatch, capsys, "--checkpoints", folder)
    value, floor = found["metrics"]["frechet_reconstructions"], found["floors"]["frechet_reconstructions"]
    assert floor["low"] - 0.01 <= value["value"] <= floor["high"] + 0.01
    assert len(np.unique(seen[0], axis=0)) == 80


def test_draws_are_refused_where_there_is_no_likelihood(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "evaluate", "classifier-digits", "--draws", 5, "--checkpoints", folder) == 1
    assert "no likelihood" in capsys.readouterr().err


def test_samples_alone_are_judged_afresh_and_all_else_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy, words = folder / "toy", ("--count", 60, "--checkpoints", folder)
    found = evaluated(monkeypatch, capsys, *words, "--draws", 3, "--write")
    config, record = open_checkpoint(toy).config, read_json(toy / "evaluation.json")
    old = {name: {**config.metrics[name], "value": 0.5, "low": 0.25, "high": 0.75} for name in ("elbo", "frechet")}
    write_config(toy, replace(config, metrics=config.metrics | old))
    again = evaluated(monkeypatch, capsys, *words, "--samples-only", "--write")
    assert again["metrics"] == {**found["metrics"], "elbo": old["elbo"]}
    assert again["floors"] == found["floors"]
    assert sorted(again["remarks"]) == sorted(found["remarks"])
    after = open_checkpoint(toy).config.metrics
    assert list(after) == list(config.metrics)
    assert after == {**config.metrics, "elbo": old["elbo"]}
    assert read_json(toy / "evaluation.json") == {**record, "remarks": again["remarks"]}


def test_samples_alone_are_refused_where_nothing_else_was_measured_or_nothing_is_sampled(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "toy" / "evaluation.json").unlink(missing_ok=True)
    for words, expected in (
        (("toy",), "toy/evaluation.json"),
        (("toy", "--draws", 5), "--samples-only judges pictures"),
        (("classifier-digits",), "--samples-only judges pictures"),
    ):
        assert explorer(monkeypatch, "evaluate", *words, "--samples-only", "--checkpoints", folder) == 1
        assert expected in capsys.readouterr().err
