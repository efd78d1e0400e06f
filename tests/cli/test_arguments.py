"""Five hundred argument lists, at random by a seed: each ends in a result, or in a clear line and no traceback."""

from __future__ import annotations

import contextlib
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from typer.main import get_command

from explorer import cli, datasets
from explorer.catalog import survey
from explorer.datasets import Split, Text
from explorer.training.classifier import launch as classifier
from explorer.training.gan import launch as gan
from explorer.training.language import launch as language
from explorer.training.planar import finish as planar
from explorer.training.sequences import launch as sequences
from explorer.training.vae import launch as vae
from explorer.training.vae import oracle
from explorer.ui import app as ui
from tests.conditional_toys import conditional_toy
from tests.toys import toy_checkpoint
from tests.training.toy_language import toy_text
from tests.training.toy_run import toy_split

COUNT, SEED = 500, 6
PARTS = 5
STRANGE = [
    *(
        "",
        " ",
        "-1",
        "0",
        "1",
        "2",
        "3",
        "17",
        "1.5",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "1e-400",
        "x",
        "-",
        "--",
        "é",
        "零",
    ),
    *(str(2**31), str(2**53), str(2**70), "9" * 400, "9" * 5000, "٣", "0x10", "True", "null", "[]", "[[0,0]]"),
    *("8,8", "8,,8", "9" * 30 + ",1", ",".join(["8"] * 500), "9999,9999", "a\nb", "\x1b[31m", "\ud800", "x" * 5000),
    *("..", "/", "/proc", "/proc/self/mem", "/dev/null", "/nowhere/x.png", "cuda", "cuda:9", "mps", "auto", "3:0.5"),
]
"""Values that any option may be given."""
LIKELY = [
    "out",
    "out.png",
    "out.npz",
    "out.csv",
    "file",
    "file/x",
    "readonly/x",
    "digits",
    "names",
    "sines",
    "melodies",
]
COMMANDS = [
    *(["train", name] for name in ("vae", "oracle", "gan", "classifier", "planar-gan", "language-model")),
    *(["train", name] for name in ("recurrent-gan", "note-model", "nothing")),
    *([name] for name in ("list", "evaluate", "sample", "trace", "export", "analyse", "app", "nothing")),
    *(["data", "list"], ["data", "get"]),
]
USUAL = {"train": ["--data", "digits", "--out", "out"], "sample": ["toy", "--out", "out.png"], "analyse": ["toy"]}
USUAL |= {"trace": ["toy", "--out", "out.npz", "--browse", "1"], "evaluate": ["toy"], "export": ["--out", "out"]}


class StartedError(Exception):
    """A training came to its first step: its arguments are taken."""


def begin(*_: Any, **__: Any) -> Any:
    raise StartedError


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints")
    toy_checkpoint(folder / "toy")
    conditional_toy(folder / "cgan-toy")
    return folder


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, checkpoints: Path) -> None:
    """Small data at once, no step of a training, no server, no download."""

    def images(name: str, split: str) -> Split:
        datasets.find_dataset(name)
        split = toy_split()
        twice = np.tile(np.arange(len(split.images)), 2)
        return Split(split.images[twice], {key: each.take(twice) for key, each in split.attributes.items()})

    def text(name: str) -> Text:
        if name not in datasets.TEXTS:
            raise datasets.DatasetError(f"there is no text {name}")
        return toy_text()

    for module in (vae, oracle, gan, classifier, datasets):
        monkeypatch.setattr(module, "load", images)
    monkeypatch.setattr(language, "load_text", text)
    for module in (vae, gan, classifier, language):
        monkeypatch.setattr(module, "train_steps", begin)
    for loop in (sequences.adversarial, sequences.likelihood):
        monkeypatch.setattr(loop, "train_steps", begin)
    monkeypatch.setattr(planar, "record", begin)
    monkeypatch.setattr(oracle.Oracle, "fit", begin)
    monkeypatch.setattr(gan.GANRecorder, "record", lambda *_: {})
    monkeypatch.setattr(ui, "build", lambda folder, runs: survey(folder))
    monkeypatch.setattr(ui.uvicorn, "run", begin)
    monkeypatch.setattr(datasets.Dataset, "fetch", lambda _: False)
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    monkeypatch.setattr("explorer.cli.export.write_site", begin)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")


def options_of(words: list[str]) -> list[Any]:
    """The options of a command, if there is such a command."""
    command: Any = get_command(cli.app)
    for word in words:
        command = getattr(command, "commands", {}).get(word)
    return [each for each in getattr(command, "params", []) if each.opts[0].startswith("-")]


def arguments(choose: random.Random, checkpoints: Path) -> list[str]:
    """One list: a command, what it usually has, and a few options with whatever values."""
    words = list(choose.choice(COMMANDS))
    given = [*words, *USUAL.get(words[0], [])] if choose.random() < 0.8 else words
    if words[0] not in ("train", "data", "app") and choose.random() < 0.9:
        given += ["--checkpoints", str(checkpoints)]
    options = options_of(words)
    for each in choose.sample(options, min(len(options), choose.choice([0, 1, 1, 2, 3]))):
        given.append(choose.choice(each.opts))
        if not each.is_flag or choose.random() < 0.05:
            given.append(choose.choice(choose.choice([STRANGE, STRANGE, LIKELY])))
    if choose.random() < 0.1:
        given.insert(choose.randrange(len(given) + 1), choose.choice(STRANGE))
    return given


def run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int | None:
    """The exit code; None where a training, an export or a server would have begun."""
    monkeypatch.setattr(sys, "argv", ["explorer", *words])
    try:
        with contextlib.suppress(StartedError):
            cli.main()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return None


@pytest.mark.parametrize("part", range(PARTS))
def test_every_list_ends_in_a_result_or_in_words(
    part: int, toys: None, checkpoints: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    choose = random.Random(SEED + part)
    codes = []
    for _ in range(COUNT // PARTS):
        words = arguments(choose, checkpoints)
        code = run(words, monkeypatch)
        errors = capsys.readouterr().err
        assert code in (None, 0, 1, 2), words
        assert "Traceback" not in errors, words
        if code == 1:
            assert errors.startswith("error: "), words
            assert errors.count("\n") == 1, words
            assert len(errors) <= 301, words
        codes.append(code)
    assert {None, 0, 1, 2} <= set(codes)
    assert Path("file").read_text() == "mine"


@pytest.mark.parametrize("host", ["a..b", "x" * 64, ".a"])
def test_a_host_that_is_no_name_is_one_line(
    host: str, toys: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["app", "--host", host], monkeypatch) == 1
    assert capsys.readouterr().err.startswith("error: --host is the name or number of this machine")
