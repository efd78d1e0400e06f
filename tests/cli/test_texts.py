"""The commands that look at character models, in process."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer import cli, datasets
from explorer.catalog import open_checkpoint
from explorer.checkpoints import read_config, write_config
from explorer.datasets import Text
from explorer.metrics.characters import log_probabilities
from explorer.metrics.language import bits_per_character, yardsticks
from explorer.probes.gates import trace_gates
from explorer.probes.writing import write
from tests.browser.recurrent_toys import PASSAGE, toy_language
from tests.toys import toy_checkpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints")
    toy_language(folder / "lstm-toy", "lstm-toy")
    toy_checkpoint(folder / "toy")
    return folder


def explorer(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run the command line; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["explorer", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def test_sample_prints_the_prompt_and_what_follows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ("--prompt", "The gates", "--seed", 5, "--temperature", 0.7, "--top-k", 9, "--top-p", 0.9)
    assert explorer(monkeypatch, "sample", "lstm-toy", "--checkpoints", folder, "--count", 40, *settings) == 0
    expected = write(open_checkpoint(folder / "lstm-toy").model, "The gates", 40, 5, 0.7, 9, 0.9)
    assert capsys.readouterr().out == "The gates" + expected.text + "\n"


def test_sample_writes_500_characters_after_nothing_unless_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "sample", "lstm-toy", "--checkpoints", folder, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    expected = write(open_checkpoint(folder / "lstm-toy").model, "", 500, 0)
    assert (printed["prompt"], printed["text"]) == ("", expected.text)
    np.testing.assert_array_equal(printed["tokens"], expected.tokens)
    np.testing.assert_array_equal(printed["surprise"], expected.surprise)


def test_sample_writes_files(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("sample", "lstm-toy", "--checkpoints", folder, "--prompt", "é\r\n", "--count", 60, "--out")
    assert explorer(monkeypatch, *words, tmp_path / "text.txt") == 0
    assert explorer(monkeypatch, *words, tmp_path / "trace.npz") == 0
    with np.load(tmp_path / "trace.npz") as file:
        trace = dict(file)
    assert set(trace) == {"prompt", "text", "tokens", "surprise"}
    assert (tmp_path / "text.txt").read_bytes().decode() == "é\n" + str(trace["text"])


@pytest.mark.parametrize("source", ["--text", "--file"])
def test_trace_writes_all_that_the_cells_compute(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    text, out, file = "Open the gates: é\n", tmp_path / "trace.npz", tmp_path / "text.txt"
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    given = text if source == "--text" else file
    assert explorer(monkeypatch, "trace", "lstm-toy", source, given, "--out", out, "--checkpoints", folder) == 0
    expected = trace_gates(open_checkpoint(folder / "lstm-toy").model, text)
    with np.load(out) as written:
        trace = dict(written)
    assert "".join(trace["characters"]) == text
    assert trace["unknown"].tolist() == [character == "é" for character in text]
    np.testing.assert_array_equal(trace["surprise"], expected.surprise)
    for name, value in expected.quantity.items():
        np.testing.assert_array_equal(trace[f"quantity.{name}"], value)
        assert value.shape == (len(text), 1, 24)


def test_list_shows_cell_size_and_characters(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "list", "--checkpoints", folder) == 0
    line = capsys.readouterr().out.splitlines()[0]
    model = open_checkpoint(folder / "lstm-toy").model
    assert f"{len(model.vocabulary) - 1} chars" in line
    assert "lstm, 1 × 24" in line
    assert line.endswith("bits per character 3.1 [3, 3.2] on 5000 characters")


def test_evaluate_measures_the_whole_held_out_text_beside_its_floors(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Text(train=PASSAGE * 30, held_out=PASSAGE[::-1] * 40)
    config = read_config(folder / "lstm-toy")
    dataset = {**config.dataset, "sha256": text.sha256()}
    write_config(
        folder / "lstm-toy",
        replace(config, dataset=dataset, training={**config.training, "settings": {"supplement": False}}),
    )
    monkeypatch.setattr(datasets, "load_text", lambda name: text)
    assert explorer(monkeypatch, "evaluate", "lstm-toy", "--checkpoints", folder, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    model = open_checkpoint(folder / "lstm-toy").model
    bits = bits_per_character(log_probabilities(model, text.held_out))
    tokens = [model.encode_text(part).numpy() for part in (text.train, text.held_out)]
    assert found["metrics"]["bits_per_character"]["value"] == pytest.approx(bits.value)
    best = -yardsticks(*tokens, len(model.vocabulary)).mean(1).max() / math.log(2)
    assert found["metrics"]["best_ngram_bits_per_character"]["value"] == pytest.approx(best)
    said, compared = found["remarks"]
    assert f"The best, of order {found['metrics']['best_ngram_order']['value']}" in said
    assert "better than those of order 2, 3; worse than those of order 1, 4, 5, 6, 7, 8, 9." in compared
    assert explorer(monkeypatch, "evaluate", "lstm-toy", "--checkpoints", folder) == 0
    assert f"{len(text.held_out)} characters" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sample", "lstm-toy", "--prior", "mixture"), "lstm-toy takes no --prior; it can: Writes, Unrolls"),
        (("sample", "lstm-toy", "--scale", "2", "--label", "3"), "takes no --scale or --label"),
        (("sample", "lstm-toy", "--count", "0"), "count of characters must be from 1 to 100000, got 0"),
        (("sample", "lstm-toy", "--temperature", "nan"), "temperature must be a number of 0 or more"),
        (("sample", "lstm-toy", "--temperature", "-1"), "temperature must be a number of 0 or more"),
        (("sample", "lstm-toy", "--top-p", "1.5"), "top-p must be above 0 and at most 1"),
        (("sample", "lstm-toy", "--top-k", "-2"), "top-k must be 1 or more"),
        (("sample", "lstm-toy", "--prompt", "a" * 100_001), "at most 100000 characters, got 100001"),
        (("sample", "lstm-toy", "--out", "x.png"), "--out must end in .txt or .npz"),
        (("sample", "lstm-toy", "--out", "no/x.txt"), "there is no folder 'no'"),
        (("sample", "toy", "--prompt", "a", "--out", "x.png"), "toy takes no --prompt"),
        (("trace", "lstm-toy", "--out", "x.npz"), "either --text TEXT or --file FILE"),
        (("trace", "lstm-toy", "--out", "x.npz", "--text", "a", "--file", "b"), "either --text TEXT or --file FILE"),
        (("trace", "lstm-toy", "--out", "x.npz", "--text", ""), "there is no text to read"),
        (("trace", "lstm-toy", "--out", "x.npz", "--file", "missing.txt"), "expected a file of text, found none"),
        (("trace", "lstm-toy", "--out", "x.npz", "--browse", "1"), "lstm-toy takes no --browse"),
        (("trace", "lstm-toy", "--out", "x.csv", "--text", "a"), "--out must end in .npz"),
        (("trace", "toy", "--out", "x.npz", "--text", "a"), "toy takes no --text; it can: Decodes"),
        (("evaluate", "lstm-toy", "--count", "50"), "measured on the whole held-out text"),
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
    assert explorer(monkeypatch, *words, "--checkpoints", folder) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("error: ")
    assert message in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a" * 5_000_000, "at most 100000 characters, got a file of 5000000 bytes"),
        (b"a" * 100_001, "at most 100000 characters, got 100001"),
        (b"abc\xff", "expected text in UTF-8; byte 3 is none"),
        (b"", "there is no text to read"),
    ],
)
def test_files_that_are_no_such_text(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    message: str,
) -> None:
    (tmp_path / "text.txt").write_bytes(content)
    words = ("--file", tmp_path / "text.txt", "--out", tmp_path / "trace.npz", "--checkpoints", folder)
    assert explorer(monkeypatch, "trace", "lstm-toy", *words) == 1
    assert message in capsys.readouterr().err
