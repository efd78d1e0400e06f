"""The commands of resumable runs: options become settings, and each process that is told of steps draws one bar."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
import torch
from typer.main import get_command
from typer.testing import CliRunner

from explorer.catalog import checkpoints
from explorer.checkpoints import Config
from explorer.cli import app, main
from explorer.options import options
from explorer.training.classifier.settings import ClassifierSettings
from explorer.training.gan import launch as gan
from explorer.training.gan.settings import GANSettings
from explorer.training.language import launch as language
from explorer.training.language.settings import LanguageSettings
from explorer.training.sequences import launch as sequences
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings
from explorer.training.settings import RunSettings, TrainingError
from explorer.training.vae import launch
from explorer.training.vae.settings import VAESettings

SETTINGS = [VAESettings, GANSettings, ClassifierSettings, LanguageSettings, RecurrentGANSettings, NoteSettings]
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


def train_command(name: str) -> click.Command:
    """The command ``explorer train name``."""
    train = get_command(app).commands["train"]  # type: ignore[attr-defined]
    found: click.Command = train.commands[name]
    return found


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


@pytest.mark.parametrize(
    ("name", "option"), [("vae", "--decoder-widths"), ("gan", "--widths"), ("classifier", "--widths")]
)
@pytest.mark.parametrize("text", ["64,0", "64,wide", "64,,8", ""])
def test_widths_are_whole_numbers(name: str, option: str, text: str, tmp_path: Path) -> None:
    words = ["train", name, "--data", "toy", "--out", str(tmp_path / "run"), option, text]
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, TrainingError)
    assert f"{option} must be whole numbers from 1 to 10000 joined by commas" in str(result.exception)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.family)
def test_a_command_has_the_options_of_its_settings_and_their_help(settings: type[RunSettings]) -> None:
    command = train_command(settings.family)
    found = {each.opts[0]: each.help for each in command.params}
    assert {each.flag: each.help for each in options(settings)}.items() <= found.items()


def test_a_command_tells_what_its_options_are_where_they_are_left_out() -> None:
    defaults = {each.opts[0]: each.default for each in train_command("gan").params}
    assert (defaults["--widths"], defaults["--latent"], defaults["--augment"]) == ("64,64,32", 32, "")


def test_what_is_on_or_off_is_said_to_be_on() -> None:
    """The opposite of a flag is to leave it out."""
    assert not [each.name for each in train_command("gan").params if each.secondary_opts]


def test_an_impossible_option_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["explorer", "train", "gan", "--data", "toy", "--out", "runs/toy", "--steps", "0"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert capsys.readouterr().err == "error: --steps must be from 1 to 1000000, got 0\n"


def test_help_needs_no_torch() -> None:
    script = "import sys; import explorer.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


@pytest.mark.parametrize(
    "config",
    [each for each in checkpoints() if each.training["command"].split()[2] in COMMANDS],
    ids=lambda config: config.name,
)
def test_the_command_on_a_card_is_the_settings_own(
    config: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = shlex.split(config.training["command"])
    module, function, *_ = COMMANDS[words[2]]
    said: list[str] = []
    monkeypatch.setattr(module, function, lambda settings, out, **_: said.append(settings.command(str(out))))
    assert CliRunner().invoke(app, words[1:]).exception is None
    assert said == [config.training["command"]]
