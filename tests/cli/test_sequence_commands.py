"""The commands that train and look at models of sequences, in process."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import cli
from explorer.catalog import open_checkpoint
from explorer.datasets import sequences
from explorer.probes.sequences import generate, write_melodies
from tests.training.toy_sequences import toy_sizes

SMALL = ("--hidden-size", 6, "--batch", 8, "--steps", 12)


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    toy_sizes(monkeypatch)
    yield
    sequences._formula.cache_clear()


def explorer(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run the command line; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["explorer", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three models, each trained by its command."""
    folder = tmp_path_factory.mktemp("checkpoints")
    with pytest.MonkeyPatch.context() as patch:
        toy_sizes(patch)
        gan = ("train", "recurrent-gan", *SMALL, "--discriminator-size", 5, "--latent", 2)
        assert explorer(patch, *gan, "--data", "sines", "--conditional", "--out", folder / "waves") == 0
        assert explorer(patch, *gan, "--data", "melodies", "--length", 6, "--out", folder / "tunes") == 0
        assert explorer(patch, "train", "note-model", *SMALL, "--data", "melodies", "--out", folder / "notes") == 0
    return folder


def test_commands_make_checkpoints_that_say_their_command(folder: Path) -> None:
    commands = {name: open_checkpoint(folder / name).config.training["command"] for name in ("waves", "tunes", "notes")}
    assert commands == {
        "waves": "explorer train recurrent-gan --data sines --latent 2 --conditional --hidden-size 6 "
        "--discriminator-size 5 --steps 12 --batch 8 --out runs/waves",
        "tunes": "explorer train recurrent-gan --data melodies --latent 2 --length 6 --hidden-size 6 "
        "--discriminator-size 5 --steps 12 --batch 8 --out runs/tunes",
        "notes": "explorer train note-model --data melodies --hidden-size 6 --steps 12 --batch 8 --out runs/notes",
    }


def test_models_are_listed_with_their_lengths(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "list", "--checkpoints", folder) == 0
    printed = capsys.readouterr().out
    assert "30 samples" in printed
    assert "6 notes" in printed
    assert "lstm, 1 × 6" in printed


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_signals_are_written_as_a_table(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "waves.csv"
    words = ("sample", "waves", "--checkpoints", folder, "--seed", 5, "--count", 2, "--label", "wide", "--out", out)
    assert explorer(monkeypatch, *words) == 0
    table, model = rows(out), open_checkpoint(folder / "waves").model
    expected = model.sequence.values(generate(model, [5, 6], torch.tensor([[0.0, 1.0]] * 2)))
    assert [float(row["value"]) for row in table] == pytest.approx(expected.flatten().tolist())
    assert [float(row["seconds"]) for row in table[:3]] == pytest.approx([0, 1 / 30, 2 / 30])
    assert {row["seed"] for row in table} == {"5", "6"}


def test_melodies_are_written_note_by_note(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "notes.npz"
    words = ("sample", "notes", "--checkpoints", folder, "--seed", 3, "--count", 1, "--temperature", 0.5, "--out", out)
    assert explorer(monkeypatch, *words) == 0
    model = open_checkpoint(folder / "notes").model
    (melody,) = write_melodies(model, [3], 0.5)
    with np.load(out) as table:
        durations = np.array(model.sequence.durations)[melody.tokens[:, 1]]
        np.testing.assert_allclose(table["duration"], durations)
        np.testing.assert_allclose(table["start"], np.cumsum([0, *durations[:-1]])[: len(durations)])
        assert set(table["midi"]) <= {0, *model.sequence.pitches}


def test_rows_are_printed_as_json(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "sample", "tunes", "--checkpoints", folder, "--count", 2, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert len(printed) <= 12
    assert all(set(row) == {"seed", "start", "duration", "midi"} for row in printed)


@pytest.mark.parametrize("name", ["waves", "tunes", "notes"])
def test_models_are_measured_again(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "evaluate", name, "--checkpoints", folder, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    card = open_checkpoint(folder / name).config.metrics
    for metric, value in found["metrics"].items():
        assert value["value"] == pytest.approx(card[metric]["value"])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("sample", "waves", "--out", "x.png"), ".csv or .npz"),
        (("sample", "waves"), "say where to"),
        (("sample", "waves", "--json", "--temperature", 1), "no --temperature"),
        (("sample", "waves", "--json", "--label", "round"), "classes are narrow, wide"),
        (("sample", "tunes", "--json", "--label", "wide"), "no --label"),
        (("sample", "notes", "--json", "--label", "wide"), "no --label"),
        (("sample", "notes", "--json", "--prompt", "a"), "no --prompt"),
        (("sample", "notes", "--json", "--temperature", -1), "temperature"),
        (("sample", "notes", "--json", "--count", 0), "--count"),
        (("evaluate", "notes", "--count", 5), "no count"),
        (("trace", "notes", "--text", "a", "--out", "x.npz"), "no --text"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    words: tuple[object, ...],
    reason: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert explorer(monkeypatch, *words, "--checkpoints", folder) == 1
    said = capsys.readouterr().err.strip()
    assert reason in said
    assert "\n" not in said
