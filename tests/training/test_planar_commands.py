"""A run in the plane becomes a checkpoint, by its command, and again by the command on its card."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from typer.testing import CliRunner

from explorer.catalog import open_checkpoint
from explorer.cli import app
from explorer.families.planar_gan import flat_state
from explorer.families.planar_settings import PlanarSettings
from explorer.graph.network import graph_json
from explorer.metrics.planar import measure
from explorer.training.planar.command import command, default_wording
from explorer.training.planar.finish import train_planar_gan
from tests.training.toy_planar import EXPLOSIVE, SMALL, WORDS, settings


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = settings(
        data="drawn", points=[[0.5, 0.5], [-1, 0.25]], discriminator={"widths": [6], "normalisation": "spectral"}
    )
    out = tmp_path_factory.mktemp("runs") / "lab-small"
    train_planar_gan(chosen, 30, WORDS, out)
    return out


def test_a_run_becomes_a_checkpoint(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    config = checkpoint.config
    assert (config.family, config.title, config.priors) == ("planar_gan", WORDS.title, ["uniform"])
    assert set(config.files) == {"model.safetensors", "graph.json", "history.json", "timeline.safetensors", "README.md"}
    assert json.loads((finished / "graph.json").read_text()) == graph_json(checkpoint.model)
    timeline = load_file(finished / "timeline.safetensors")
    assert torch.equal(timeline["generator"][-1], flat_state(checkpoint.model.generator))
    assert config.metrics["high_quality_share"]["count"] == 8 * 512
    shares = [measure(checkpoint.model, index=index).high_quality for index in range(8)]
    assert config.metrics["high_quality_share"]["value"] == pytest.approx(np.mean(shares))
    distances = [measure(checkpoint.model, index=index).energy for index in range(8)]
    found, reach = config.metrics["energy_distance"], 1.96 * np.std(distances, ddof=1) / 8**0.5
    assert found["count"] == 8 * 512
    assert [found[each] for each in ("low", "value", "high")] == pytest.approx(
        [np.mean(distances) + step * reach for step in (-1, 0, 1)]
    )


def test_the_timeline_tells_its_settings_and_words(finished: Path) -> None:
    with safe_open(finished / "timeline.safetensors", "pt") as file:
        story = json.loads(file.metadata()["timeline"])
    assert story["kind"] == "planar"
    assert story["description"] == WORDS.description
    assert story["stopped"] is None
    assert PlanarSettings.from_json(story["settings"]) == open_checkpoint(finished).model.settings


def test_tensors_that_the_graph_names_are_stored(finished: Path) -> None:
    stored = set(load_file(finished / "model.safetensors"))
    layers = json.loads((finished / "graph.json").read_text())["graphs"]["discriminator"]["layers"]
    assert [layer["op"] for layer in layers] == ["spectral_linear", "relu", "spectral_linear"]
    named = {layer[key] for layer in layers for key in ("weight", "bias", "u", "v") if key in layer}
    assert named <= stored


def test_the_command_on_the_card_repeats_the_run(finished: Path, tmp_path: Path) -> None:
    said = shlex.split(open_checkpoint(finished).config.training["command"])
    assert said[0] == "explorer"
    said[said.index("--out") + 1] = str(tmp_path / "lab-small")
    done = CliRunner().invoke(app, said[1:])
    assert done.exit_code == 0, done.output
    for name in ("model.safetensors", "timeline.safetensors"):
        one, other = load_file(finished / name), load_file(tmp_path / "lab-small" / name)
        assert all(torch.equal(one[key], other[key]) for key in one)
    for name in ("history.json", "graph.json"):
        assert (finished / name).read_bytes() == (tmp_path / "lab-small" / name).read_bytes()


def test_a_diverged_run_is_a_checkpoint_that_says_so(tmp_path: Path) -> None:
    recording = train_planar_gan(EXPLOSIVE, 50, WORDS, tmp_path / "lab-lost")
    with safe_open(tmp_path / "lab-lost" / "timeline.safetensors", "pt") as file:
        story = json.loads(file.metadata()["timeline"])
    assert story["stopped"] == {"iteration": recording.stopped, "reason": "nan"}
    assert open_checkpoint(tmp_path / "lab-lost").config.training["steps"] == recording.states[-1].iteration


def test_options_win_over_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({**SMALL, "data": "ring", "seed": 3}))
    words = [
        "train",
        "planar-gan",
        "--settings",
        str(file),
        "--seed",
        "4",
        "--generator-widths",
        "",
        "--iterations",
        "2",
    ]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "lab-two")])
    assert done.exit_code == 0, done.output
    config = open_checkpoint(tmp_path / "lab-two").config
    assert (config.arguments["data"], config.arguments["seed"]) == ("ring", 4)
    assert config.arguments["generator"]["widths"] == []
    assert config.title == default_wording(PlanarSettings.from_json(config.arguments)).title


@pytest.mark.parametrize(
    "words",
    [
        ["--generator-widths", "16,-1"],
        ["--points", "[[0, 0"],
        ["--points", "[" * 100_000],
        ["--settings", "/nowhere/settings.json"],
        ["--generator-learning-rate", "nan"],
    ],
)
def test_what_cannot_be_trained_is_one_line(words: list[str], tmp_path: Path) -> None:
    from explorer.errors import ExplorerError

    done = CliRunner().invoke(app, ["train", "planar-gan", *words, "--out", str(tmp_path / "lab-none")])
    assert isinstance(done.exception, ExplorerError)
    assert "\n" not in str(done.exception)
    assert not (tmp_path / "lab-none").exists()


def test_the_command_says_only_what_is_not_default() -> None:
    said = command(settings(generator={"widths": [6]}), 7, WORDS, "runs/x")
    assert said.startswith("explorer train planar-gan --data gaussians --generator-widths 6 --discriminator-widths 6")
    assert "--loss" not in said
    assert said.endswith("--out runs/x")
