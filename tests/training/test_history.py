"""The log as a file."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from explorer.training.history import write_history


def test_a_log_has_a_line_for_each_row_and_keeps_six_digits(tmp_path: Path) -> None:
    write_history(
        tmp_path / "history.json", ("step", "loss", "accuracy"), [[1234567, 1 / 3, None], [2, -2.5e-9 / 3, 1.0]]
    )
    text = (tmp_path / "history.json").read_text()
    rows = [[1234567, 0.333333, None], [2, -8.33333e-10, 1.0]]
    assert json.loads(text) == {"columns": ["step", "loss", "accuracy"], "rows": rows}
    assert len(text.splitlines()) == 2 + len(rows)


def test_what_json_has_not_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text("old")
    with pytest.raises(ValueError, match="JSON"):
        write_history(path, ("step", "loss"), [[1, math.nan]])
    assert path.read_text() == "old"
