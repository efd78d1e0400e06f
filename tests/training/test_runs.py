"""Whole runs: the same twice, after a kill, and on two processes; stopped by what cannot be trained."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from explorer.catalog import open_checkpoint
from explorer.probes.samples import latent, pictures
from explorer.sheets import as_bytes, sheet
from explorer.training import saved_run
from explorer.training.moments import moments
from explorer.training.settings import TrainingError
from explorer.training.vae import launch, steps
from explorer.training.vae.settings import VAESettings
from tests.training.toy_run import toy_split

SCRIPT = Path(__file__).with_name("toy_run.py")
EPOCHS = 50
STEPS = EPOCHS * 6
HASHED = {
    "model.safetensors",
    "graph.json",
    "history.json",
    "timeline.safetensors",
    "map.safetensors",
    "thumbnails.webp",
    "README.md",
}
TOY = VAESettings("digits", epochs=EPOCHS, batch=16, widths=(12,), decoder_widths=(12,), batch_norm=True)


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "load", lambda data, split: toy_split())
    monkeypatch.setattr(saved_run, "SAVE_SECONDS", 0.0)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run in its own process."""
    out = tmp_path_factory.mktemp("whole") / "toy"
    subprocess.run([sys.executable, str(SCRIPT), str(out), str(EPOCHS), "1", "norm"], check=True)
    return out


def same_training(one: Path, other: Path) -> None:
    for name in ("history.json", "timeline.safetensors"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    weights, others = load_file(one / "model.safetensors"), load_file(other / "model.safetensors")
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_a_run_becomes_a_complete_checkpoint(finished: Path) -> None:
    assert {path.name for path in finished.iterdir()} == {"config.json", "state", *HASHED}
    checkpoint = open_checkpoint(finished)
    assert checkpoint.config.training["steps"] == STEPS
    assert checkpoint.config.training["command"].startswith("explorer train vae --data digits --epochs 50 --batch 16")
    assert set(checkpoint.config.files) == HASHED


def test_the_loss_falls(finished: Path) -> None:
    history = json.loads((finished / "history.json").read_text())
    losses = [row[history["columns"].index("loss")] for row in history["rows"]]
    assert [row[0] for row in history["rows"]] == list(range(50, STEPS + 1, 50))
    assert losses[-1] < 0.9 * losses[0]


def test_the_same_settings_give_the_same_run(finished: Path, tmp_path: Path) -> None:
    launch.train_vae(TOY, tmp_path / "toy", accelerator="cpu")
    same_training(finished, tmp_path / "toy")


def test_another_seed_gives_another_run(finished: Path, tmp_path: Path) -> None:
    launch.train_vae(dataclasses.replace(TOY, seed=1), tmp_path / "toy", accelerator="cpu")
    assert (finished / "history.json").read_bytes() != (tmp_path / "toy" / "history.json").read_bytes()


def test_a_run_killed_at_any_moment_resumes_bit_for_bit(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "toy"
    process = subprocess.Popen([sys.executable, str(SCRIPT), str(out), str(EPOCHS), "1", "norm"])
    deadline = time.monotonic() + 120
    while not (out / "history.json").exists():
        assert time.monotonic() < deadline, "the run never saved a state"
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (out / "config.json").exists(), "the run ended before it could be killed"
    launch.train_vae(TOY, out, accelerator="cpu")
    same_training(finished, out)


def test_two_processes_train_like_one(tmp_path: Path) -> None:
    for devices in (1, 2):
        command = [sys.executable, str(SCRIPT), str(tmp_path / str(devices) / "toy"), "3", str(devices), "plain"]
        subprocess.run(command, check=True, timeout=300)
    one, two = (json.loads((tmp_path / str(each) / "toy" / "history.json").read_text()) for each in (1, 2))
    assert one["rows"][-1][0] == 18
    np.testing.assert_allclose(two["rows"], one["rows"], rtol=1e-5)
    weights, others = (load_file(tmp_path / str(each) / "toy" / "model.safetensors") for each in (1, 2))
    for name, value in weights.items():
        torch.testing.assert_close(others[name], value, rtol=1e-3, atol=1e-5)


def test_a_loss_that_is_not_finite_stops_and_keeps_the_last_good_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = steps.beta_loss
    count = 0

    def breaking(terms: steps.Evidence, beta: float) -> torch.Tensor:
        nonlocal count
        count += 1
        return good(terms, beta) * (float("nan") if count == 77 else 1.0)

    monkeypatch.setattr(steps, "beta_loss", breaking)
    with pytest.raises(TrainingError, match="step 77"):
        launch.train_vae(TOY, tmp_path / "toy", accelerator="cpu")
    state = load_file(tmp_path / "toy" / "state" / "state.safetensors")
    assert state["history"][-1, 0] == 50
    assert all(value.isfinite().all() for value in state.values())


def test_another_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    def stop(step: steps.Step, total: int) -> None:
        if step.number == 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        launch.train_vae(TOY, tmp_path / "toy", accelerator="cpu", progress=stop)
    with pytest.raises(TrainingError, match="other settings"):
        launch.train_vae(dataclasses.replace(TOY, beta=2.0), tmp_path / "toy", accelerator="cpu")


def test_a_batch_larger_than_the_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="96 images"):
        launch.train_vae(dataclasses.replace(TOY, batch=97), tmp_path / "toy", accelerator="cpu")


@pytest.mark.parametrize("total", [200, 5000, 100_000])
def test_at_least_forty_moments_from_start_to_end(total: int) -> None:
    chosen = moments(total)
    assert len(chosen) >= 40
    assert (chosen[0], chosen[-1]) == (0, total)
    assert chosen == sorted(set(chosen))


def test_the_timeline_shows_what_the_model_was(finished: Path) -> None:
    timeline = load_file(finished / "timeline.safetensors")
    assert timeline["step"].tolist() == moments(STEPS)
    assert timeline["mean"].shape == (len(moments(STEPS)), 96, 2)
    checkpoint = open_checkpoint(finished)
    mean, _ = checkpoint.model.encode(torch.from_numpy(toy_split().images).float() / 255)
    # Both the timeline's means and the weights that are shipped were rounded to half precision.
    np.testing.assert_allclose(timeline["mean"][-1].numpy(), mean.numpy(), rtol=2e-3, atol=2e-3)


def test_the_timeline_s_pictures_are_the_model_s_within_what_lossy_storage_costs(finished: Path) -> None:
    timeline = load_file(finished / "timeline.safetensors")
    start, end = timeline["sheet.samples.offsets"][-2:].tolist()
    stored = Image.open(io.BytesIO(timeline["sheet.samples.bytes"][start:end].numpy().tobytes())).convert("L")
    z = np.stack([latent(seed, 2) for seed in range(36)])
    exact = sheet(as_bytes(pictures(open_checkpoint(finished).model, z)), 6)
    difference = np.abs(np.asarray(stored, np.float64) - np.asarray(exact, np.float64))
    assert stored.size == exact.size
    assert difference.mean() < 6, "grey levels of 255, on pictures as noisy as the toy's"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"beta": -1.0}, "--beta"),
        ({"beta": float("nan")}, "--beta"),
        ({"learning_rate": 0.0}, "--learning-rate"),
        ({"optimiser": "lion"}, "adamw"),
        ({"epochs": 0}, "--epochs"),
        ({"warm_up": 1.5}, "share"),
        ({"seed": -1}, "--seed"),
    ],
)
def test_impossible_settings_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        dataclasses.replace(TOY, **change)
