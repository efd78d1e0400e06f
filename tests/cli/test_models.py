"""The commands that look at checkpoints, in process."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer import cli, datasets
from explorer.catalog import open_checkpoint
from explorer.checkpoints import write_config
from explorer.probes.reconstruction import reconstruct
from explorer.probes.samples import samples
from explorer.sheets import as_bytes
from tests.conditional_toys import conditional_toy
from tests.toys import toy_checkpoint
from tests.training.toy_run import toy_split


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints")
    toy_checkpoint(folder / "toy")
    return folder


@pytest.fixture(scope="module")
def conditional(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conditional")
    checkpoint = conditional_toy(folder / "cgan-toy")
    shutil.copytree(checkpoint.folder, folder / "unmeasured")
    write_config(folder / "unmeasured", replace(checkpoint.config, name="unmeasured", metrics={}))
    return folder


def explorer(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run the command line; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["explorer", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def test_list_as_json(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert explorer(monkeypatch, "list", "--checkpoints", folder, "--json") == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["name"], entry["latent_size"]) == ("toy", 3)


def test_list_shows_the_first_metric_with_interval_and_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "list", "--checkpoints", folder) == 0
    elbo = open_checkpoint(folder / "toy").config.metrics["elbo"]
    said = f"elbo {elbo['value']:.4g} [{elbo['low']:.4g}, {elbo['high']:.4g}] nats on 96 samples"
    assert said in capsys.readouterr().out


def test_evaluate_computes_what_the_card_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The card's metrics were computed when the checkpoint was written, from the same images, draws and seed."""
    monkeypatch.setattr(datasets, "load", lambda name, split: toy_split())
    assert explorer(monkeypatch, "evaluate", "toy", "--checkpoints", folder, "--json") == 0
    fresh = json.loads(capsys.readouterr().out)["metrics"]
    card = open_checkpoint(folder / "toy").config.metrics
    assert set(card) == set(fresh)
    assert fresh.pop("active_dimensions")["count"] == 96  # of all images; the card's are of the browse set
    for name, value in fresh.items():
        assert value["value"] == pytest.approx(card[name]["value"], rel=1e-5), name
        assert value["count"] == 96


def test_sample_writes_the_sheet_that_the_seed_names(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "grid.png"
    assert explorer(monkeypatch, "sample", "toy", "--seed", 7, "--count", 5, "--out", out, "--checkpoints", folder) == 0
    expected = as_bytes(samples(open_checkpoint(folder / "toy"), 7, 5).images)
    grid = np.asarray(Image.open(out))
    assert grid.shape == (16, 24)
    np.testing.assert_array_equal(grid[8:, 8:16], expected[4, 0])
    np.testing.assert_array_equal(grid[8:, 16:], 0)


def test_sample_writes_the_trace(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "trace.npz"
    explorer(monkeypatch, "sample", "toy", "--count", 3, "--out", out, "--checkpoints", folder)
    with np.load(out) as file:
        trace = dict(file)
    assert set(trace) == {"seeds", "z", "images"}
    assert trace["images"].shape == (3, 1, 8, 8)


def test_sample_takes_a_label(
    conditional: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "trace.npz"
    words = ("sample", "cgan-toy", "--checkpoints", conditional, "--count", 2, "--json")
    assert explorer(monkeypatch, *words, "--label", "a:0.25,d:0.75", "--out", out) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["labels"] == [[0.25, 0, 0, 0.75]] * 2
    with np.load(out) as file:
        trace = dict(file)
    expected = samples(open_checkpoint(conditional / "cgan-toy"), 0, 2, label_text="a:0.25,d:0.75")
    np.testing.assert_array_equal(trace["images"], expected.images)
    np.testing.assert_array_equal(trace["labels"], printed["labels"])


def test_list_names_models_without_a_likelihood_or_a_measure(
    conditional: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "list", "--checkpoints", conditional) == 0
    measured, unmeasured = capsys.readouterr().out.splitlines()
    assert "frechet 9.5 [9, 10] squared feature units on 2000 samples" in measured
    assert unmeasured.endswith("not measured")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sample", "cgan-toy", "--out", "x.png", "--label", "e"), "classes are a, b, c, d, got 'e'"),
        (("sample", "cgan-toy", "--out", "x.png", "--label", "a:0.5"), "sum to one"),
        (("trace", "cgan-toy", "--out", "x.npz", "--browse", "1"), "does not encode pictures; it can: Decodes"),
    ],
)
def test_mistakes_about_conditional_models_are_one_clear_line(
    conditional: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    assert explorer(monkeypatch, *words, "--checkpoints", conditional) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert message in error


def test_trace_of_a_browse_image(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "trace.npz"
    assert explorer(monkeypatch, "trace", "toy", "--browse", 2, "--seed", 4, "--out", out, "--checkpoints", folder) == 0
    checkpoint = open_checkpoint(folder / "toy")
    with np.load(out) as file:
        trace = dict(file)
    index = np.sort(np.random.default_rng(0).permutation(96)[:40])[2]
    expected = reconstruct(checkpoint.model, toy_split().images[[index]].astype(np.float32) / np.float32(255), 4)
    for name, value in vars(expected).items():
        np.testing.assert_allclose(trace[name], value, atol=1e-6, err_msg=name)


def test_trace_of_a_picture_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (40, 20), (255, 255, 255)).save(tmp_path / "white.png")
    out = tmp_path / "trace.npz"
    words = ("trace", "toy", "--image", tmp_path / "white.png", "--out", out, "--checkpoints", folder)
    assert explorer(monkeypatch, *words) == 0
    with np.load(out) as trace:
        np.testing.assert_array_equal(trace["x"], np.zeros((1, 1, 8, 8), np.float32))
    said = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in said] == ["cut", "inverted,", "blank:"]
    assert explorer(monkeypatch, *words, "--no-invert", "--crop", "end") == 0
    with np.load(out) as trace:
        np.testing.assert_array_equal(trace["x"], np.ones((1, 1, 8, 8), np.float32))
    assert "square at its end" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sample", "nobody", "--out", "x.png"), "no checkpoint is called 'nobody'; there are: toy"),
        (("sample", "toy"), "--out FILE.png"),
        (("sample", "toy", "--out", "x.gif"), "--out must end in .png or .npz"),
        (("sample", "toy", "--out", "x.png", "--count", "0"), "count must be from 1"),
        (("sample", "toy", "--out", "x.png", "--prior", "flow"), "mixture, standard_normal"),
        (("sample", "toy", "--out", "x.png", "--label", "3"), "toy is not conditional"),
        (("trace", "toy", "--out", "x.npz"), "either --image FILE or --browse NUMBER"),
        (("trace", "toy", "--out", "x.npz", "--browse", "40"), "images 0 to 39"),
        (("trace", "toy", "--out", "x.npz", "--browse", "4", "--crop", "end"), "--crop go with --image FILE"),
        (("trace", "toy", "--out", "x.npz", "--image", "missing.png"), "expected a picture file, found none"),
        (("train", "vae", "--data", "nothing", "--out", "x"), "there is no data set 'nothing'"),
        (("train", "vae", "--data", "digits", "--out", "x", "--widths", "8,-2"), "whole numbers from 1 to 10000"),
        (("train", "vae", "--data", "digits", "--out", "x", "--beta", "nan"), "--beta must be 0 or more"),
    ],
)
def test_mistakes_are_one_clear_line(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if words[0] != "train":
        words = (*words, "--checkpoints", str(folder))
    assert explorer(monkeypatch, *words) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("error: ")
    assert message in error
    assert list(tmp_path.iterdir()) == []
