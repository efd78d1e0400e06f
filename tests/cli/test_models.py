"""The commands that look at checkpoints, in process."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer import cli, datasets
from explorer.catalog import open_checkpoint
from explorer.probes.reconstruction import reconstruct
from explorer.probes.samples import samples
from explorer.sheets import as_bytes
from tests.toys import toy_checkpoint
from tests.training.toy_run import toy_split


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints")
    toy_checkpoint(folder / "toy")
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
    assert set(card) == {*fresh, "active_dimensions"}
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
    trace = np.load(out)
    assert set(trace) == {"seeds", "z", "images"}
    assert trace["images"].shape == (3, 1, 8, 8)


def test_trace_of_a_browse_image(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "trace.npz"
    assert explorer(monkeypatch, "trace", "toy", "--browse", 2, "--seed", 4, "--out", out, "--checkpoints", folder) == 0
    trace, checkpoint = np.load(out), open_checkpoint(folder / "toy")
    index = np.sort(np.random.default_rng(0).permutation(96)[:40])[2]
    expected = reconstruct(checkpoint.model, toy_split().images[[index]].astype(np.float32) / np.float32(255), 4)
    for name, value in vars(expected).items():
        np.testing.assert_allclose(trace[name], value, atol=1e-6, err_msg=name)


def test_trace_of_a_picture_file(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (40, 20), (255, 255, 255)).save(tmp_path / "white.png")
    out = tmp_path / "trace.npz"
    words = ("trace", "toy", "--image", tmp_path / "white.png", "--out", out, "--checkpoints", folder)
    assert explorer(monkeypatch, *words) == 0
    np.testing.assert_array_equal(np.load(out)["x"], np.ones((1, 1, 8, 8), np.float32))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sample", "nobody", "--out", "x.png"), "no checkpoint is called 'nobody'; there are: toy"),
        (("sample", "toy"), "--out FILE.png"),
        (("sample", "toy", "--out", "x.gif"), "--out must end in .png or .npz"),
        (("sample", "toy", "--out", "x.png", "--count", "0"), "count must be from 1"),
        (("sample", "toy", "--out", "x.png", "--prior", "flow"), "mixture, standard_normal"),
        (("trace", "toy", "--out", "x.npz"), "either --image FILE or --browse NUMBER"),
        (("trace", "toy", "--out", "x.npz", "--browse", "40"), "images 0 to 39"),
        (("trace", "toy", "--out", "x.npz", "--image", "missing.png"), "expected a picture file, found none"),
        (("train", "vae", "--data", "nothing", "--out", "x"), "there is no data set 'nothing'"),
        (("train", "vae", "--data", "digits", "--out", "x", "--widths", "8,-2"), "whole numbers above 0"),
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
