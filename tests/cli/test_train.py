"""The commands of resumable runs: options become settings, and each process that is told of steps draws one bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from explorer.cli import app
from explorer.training.gan import launch as gan
from explorer.training.gan.settings import GANSettings
from explorer.training.language import launch as language
from explorer.training.language.settings import LanguageSettings
from explorer.training.sequences import launch as sequences
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings
from explorer.training.settings import RunSettings, TrainingError
from explorer.training.vae import launch
from explorer.training.vae.settings import VAESettings

COMMANDS = {
    "vae": (launch, "train_vae", VAESettings("toy"), {"loss": 1.0, "kl": 2.0}),
    "gan": (gan, "train_gan", GANSettings("toy"), {"discriminator_loss": 1.0, "generator_loss": 2.0}),
    "recurrent-gan": (
        sequences,
        "train_recurrent_gan",
        RecurrentGANSettings("toy"),
        {"discriminator_loss": 1.0, "generator_loss": 2.0},
    ),
    "note-model": (sequences, "train_note_model", NoteSettings("toy"), {"loss": 1.0}),
    "language-model": (language, "train_language_model", LanguageSettings("toy"), {"bits_per_character": 1.0}),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_options_left_out_are_the_settings_defaults(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module, function, expected, numbers = COMMANDS[name]
    given: list[RunSettings] = []

    def run(settings: RunSettings, out: Path, *, progress: Callable[[Any, int], None], **machine: Any) -> None:
        given.append(settings)
        for number in (8, 9):  # a run that goes on after its seventh step
            progress(SimpleNamespace(number=number, **numbers), 9)

    monkeypatch.setattr(module, function, run)
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    result = CliRunner().invoke(app, ["train", name, "--data", "toy", "--out", str(tmp_path / "run")])
    assert result.exception is None
    assert given == [expected]
    assert "9/9 [" in result.stderr
    assert "1.0" in result.stderr
    assert f"{tmp_path / 'run'} is complete" in result.stdout


@pytest.mark.parametrize(("name", "option"), [("vae", "--decoder-widths"), ("gan", "--widths")])
def test_widths_are_whole_numbers(name: str, option: str, tmp_path: Path) -> None:
    words = ["train", name, "--data", "toy", "--out", str(tmp_path / "run"), option, "64,0"]
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, TrainingError)
    assert "joined by commas" in str(result.exception)
