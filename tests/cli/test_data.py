import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.cli import app, main
from explorer.datasets import DATASETS


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))


def test_list_as_json_tells_everything(tmp_path: Path) -> None:
    (tmp_path / f"thumbs-{DATASETS['thumbs'].sha256[:12]}").mkdir()
    result = CliRunner().invoke(app, ["data", "list", "--json"])
    assert result.exit_code == 0
    entries = {entry["name"]: entry for entry in json.loads(result.stdout)}
    assert list(entries) == ["avatars", "digits", "fashion", "thumbs"]
    assert {name: entry["here"] for name, entry in entries.items()} == {
        "avatars": False,
        "digits": False,
        "fashion": False,
        "thumbs": True,
    }
    digits = entries["digits"]
    assert digits["images"] == {"train": 60_000, "test": 10_000}
    assert digits["shape"] == {"channels": 1, "height": 28, "width": 28}
    assert digits["title"]["zh"] == "手写数字（MNIST）"
    assert digits["licence"] == "CC-BY-SA-3.0"
    assert digits["megabytes"] == 11.5


def test_list_is_a_table_with_a_row_per_set() -> None:
    result = CliRunner().invoke(app, ["data", "list"])
    header, *rows = result.stdout.splitlines()
    assert header.split() == ["name", "title", "images", "shape", "licence", "download", "here"]
    assert [row.split()[0] for row in rows] == ["avatars", "digits", "fashion", "thumbs"]
    assert rows[0].endswith("2.2 MB    no")


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
    assert captured.err == "error: there is no data set 'faces'; there are: avatars, digits, fashion, thumbs\n"
    assert captured.out == ""
