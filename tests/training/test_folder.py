"""A training's folder: one training at a time, nothing lost unasked, and what stops writing is one line."""

from __future__ import annotations

import dataclasses
import errno
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from explorer import checkpoints
from explorer.catalog import open_checkpoint
from explorer.checkpoints import CheckpointError, write_atomically, write_json, write_tensors
from explorer.errors import ExplorerError
from explorer.training import saved_run
from explorer.training.folder import LOCK, claimed
from explorer.training.settings import TrainingError
from explorer.training.vae import launch
from explorer.training.vae.settings import VAESettings
from explorer.training.vae.steps import Step
from tests.training.toy_run import toy_split

TOY = VAESettings("digits", epochs=2, batch=16, widths=(12,), decoder_widths=(12,), browse=40)
STEPS = 12


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "load", lambda data, split: toy_split())
    monkeypatch.setattr(saved_run, "SAVE_SECONDS", 0.0)


def train(out: Path, settings: VAESettings = TOY, replace: bool = False, **options: Callable[..., None]) -> None:
    launch.train_vae(settings, out, accelerator="cpu", replace=replace, **options)  # type: ignore[arg-type]


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_finished_model_is_kept_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    out = tmp_path / "toy"
    train(out)
    (out / "mine.txt").write_text("kept")
    (out / "evaluation.json").write_text("{}")
    (out / "attributes.safetensors").write_text("of the old model")
    before = content(out)
    with pytest.raises(TrainingError, match=r"holds a checkpoint \(config.json, .*--replace"):
        train(out)
    assert content(out) == before
    train(out, dataclasses.replace(TOY, seed=1), replace=True)
    assert open_checkpoint(out).config.training["seed"] == 1
    after = {path.name for path in out.iterdir()}
    assert {"evaluation.json", "attributes.safetensors", LOCK} & after == set()
    assert "mine.txt" in after


def test_settings_that_cannot_be_trained_with_replace_nothing(tmp_path: Path) -> None:
    out = tmp_path / "toy"
    train(out)
    before = content(out)
    for change in ({"batch": 97}, {"mixture": 97}, {"latent": 9000}, {"widths": (9000, 9000)}, {"epochs": 900_000}):
        with pytest.raises(ExplorerError):
            train(out, dataclasses.replace(TOY, **change), replace=True)  # type: ignore[arg-type]
    assert content(out) == before


def test_files_of_a_checkpoint_without_its_configuration_are_not_mixed_with_new_ones(tmp_path: Path) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "evaluation.json").write_text("{}")
    with pytest.raises(TrainingError, match=r"holds a checkpoint \(evaluation.json\)"):
        train(tmp_path / "toy")


def test_a_second_training_is_refused_while_the_first_goes_on(tmp_path: Path) -> None:
    out, refusals = tmp_path / "toy", []

    def second(step: Step, total: int) -> None:
        for replace in (False, True):
            with pytest.raises(TrainingError, match="in use by another training") as refused, claimed(out, replace):
                pass
            refusals.append(str(refused.value))

    train(out, progress=second)
    assert len(refusals) == 2 * STEPS
    assert open_checkpoint(out).config.training["steps"] == STEPS


@pytest.mark.parametrize("place", ["file", "file/run", "/proc/run", ".", "..", "x" * 300])
def test_a_folder_that_cannot_be_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(TrainingError, match=r"^--out "), claimed(Path(place)):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_training_that_cannot_begin_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="more than the 96 images"):
        train(tmp_path / "toy", dataclasses.replace(TOY, batch=97))
    with pytest.raises(KeyError), claimed(tmp_path / "toy"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_state_is_named(tmp_path: Path) -> None:
    (tmp_path / "toy" / "state").mkdir(parents=True)
    for data in (b"", b"abc", bytes(100)):
        (tmp_path / "toy" / "state" / "state.safetensors").write_bytes(data)
        with pytest.raises(TrainingError, match=r"state.safetensors is no state of a run"):
            train(tmp_path / "toy")


@pytest.mark.parametrize("seed", range(4))
def test_a_full_disk_at_any_write_is_one_line_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    train(tmp_path / "whole" / "toy")
    writes, last = 0, random.Random(seed).randrange(1, 20)
    sync = os.fsync

    def full(file: int) -> None:
        nonlocal writes
        writes += 1
        if writes > last:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(file)

    with monkeypatch.context() as patched:
        patched.setattr(checkpoints.os, "fsync", full)
        with pytest.raises(CheckpointError, match=r"cannot be written \(No space left on device\)"):
            train(tmp_path / "toy")
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]
    assert not (tmp_path / "toy" / "config.json").exists()
    train(tmp_path / "toy")
    weights, others = (load_file(each / "model.safetensors") for each in (tmp_path / "toy", tmp_path / "whole" / "toy"))
    assert all(torch.equal(weights[name], others[name]) for name in others)


def test_leftovers_of_a_killed_process_go(tmp_path: Path) -> None:
    for name in (".0123.part", "state/.4567.part", "state/moments/.89ab.part", "mine.part"):
        (tmp_path / "toy" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "toy" / name).write_bytes(b"half")
    with claimed(tmp_path / "toy"):
        left = [path.name for path in (tmp_path / "toy").rglob("*") if path.is_file() and path.name != LOCK]
    assert left == ["mine.part"]


def test_files_have_the_usual_mode(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_json(tmp_path / "a.json", {})
        write_tensors(tmp_path / "a.safetensors", {"a": torch.zeros(2)})
        os.umask(0o027)
        write_tensors(tmp_path / "b.safetensors", {"a": torch.zeros(2)})
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"a.json": 0o644, "a.safetensors": 0o644, "b.safetensors": 0o640}


def test_many_who_write_one_file_never_mix(tmp_path: Path) -> None:
    path = tmp_path / "file"
    parts = [bytes([number]) * 100_000 for number in range(8)]
    threads = [
        threading.Thread(target=lambda part=part: [write_atomically(path, part) for _ in range(10)]) for part in parts
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if path.exists():
            assert path.read_bytes() in parts
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
