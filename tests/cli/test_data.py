import json
import platform
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.cli import app, main
from explorer.datasets import DATASETS

NAMES = [
    *("avatars", "digits", "fashion", "thumbs"),
    *("austen", "names", "python-code", "shakespeare", "tang", "tang-traditional"),
    *("ecg", "melodies", "sines"),
]


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))


def test_list_as_json_tells_everything(tmp_path: Path) -> None:
    (tmp_path / f"thumbs-{DATASETS['thumbs'].sha256[:12]}").mkdir()
    result = CliRunner().invoke(app, ["data", "list", "--json"])
    assert result.exit_code == 0
    entries = {entry["name"]: entry for entry in json.loads(result.stdout)}
    assert list(entries) == NAMES
    # The code is this Python's own, the sines are a formula's: both are always here.
    assert [name for name, entry in entries.items() if entry["here"]] == ["thumbs", "python-code", "sines"]
    digits = entries["digits"]
    assert digits["images"] == {"train": 60_000, "test": 10_000}
    assert digits["shape"] == {"channels": 1, "height": 28, "width": 28}
    assert digits["title"]["zh"] == "手写数字（MNIST）"
    assert digits["licence"] == "CC-BY-SA-3.0"
    assert digits["megabytes"] == 11.5
    assert digits["kind"] == "images"


def test_list_as_json_tells_what_a_text_holds_out() -> None:
    entries = {entry["name"]: entry for entry in json.loads(CliRunner().invoke(app, ["data", "list", "--json"]).stdout)}
    austen = entries["austen"]
    assert austen["kind"] == "text"
    assert austen["characters"] == {"train": 3_558_186, "held_out": 466_854}
    assert austen["split"] == "held out whole: Persuasion"
    code = entries["python-code"]
    assert code["version"] == platform.python_version()
    assert code["sha256"] is None
    assert code["characters"] is None


def test_list_is_a_table_with_a_row_per_set() -> None:
    result = CliRunner().invoke(app, ["data", "list"])
    header, *rows = result.stdout.splitlines()
    assert header.split() == ["name", "title", "size", "kind", "licence", "download", "here"]
    assert [row.split()[0] for row in rows] == NAMES
    cells = [re.split(" {2,}", row) for row in rows]
    assert cells[0][2:4] == ["25,780 train + 2,500 test", "64 × 64 RGB"]
    assert cells[0][-2:] == ["2.2 MB", "no"]
    assert cells[4][2:4] == ["3,558,186 train + 466,854 held out", "text"]
    assert cells[6][2:] == ["this Python's", "text", "PSF-2.0", "nothing", "yes"]
    assert cells[10][2:4] == ["343 train + 84 test", "signal"]
    assert cells[12][2:] == ["14,000 train + 2,800 test", "signal", "CC0-1.0", "nothing", "yes"]


@pytest.mark.parametrize("arguments", [[], ["avatars", "--all"]])
def test_get_wants_either_names_or_all(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, ["data", "get", *arguments])
    assert result.exit_code == 2
    assert "name the data sets to fetch, or give --all" in result.stderr


def test_error_is_one_line_and_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["explorer", "data", "get", "faces"])
    with pytest.raises(SystemExit) as raised:
        main()
    assert raised.value.code == 1
    captured = capsys.readouterr()
    assert captured.err == f"error: there is no data set 'faces'; there are: {', '.join(NAMES)}\n"
    assert captured.out == ""
