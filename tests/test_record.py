"""evaluation.json: what was written is read back, and what is broken is refused in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.checkpoints import CheckpointError, write_json
from explorer.metrics.record import FILE, Record, read_record
from explorer.traces.measures import DamageCurve, FactorTable


def record() -> Record:
    rows = np.array([[0.1, 0.05, 0.15], [0.3, 0.2, 0.4]])
    curve = DamageCurve("pixels", np.array([0.0, 2.0]), rows, rows * 2, 40, 7)
    table = FactorTable(("x", "colour"), np.eye(2, 3), np.array([1.0, 2.0]), np.full((2, 3), 1 / 3), 50)
    return Record(7, 1000, 5000, 0, ("one", "two"), {"shift": curve}, table)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write_json(tmp_path / FILE, record().as_json())
    found = read_record(tmp_path)
    assert found.as_json() == record().as_json()
    np.testing.assert_array_equal(found.robustness["shift"].identity, record().robustness["shift"].identity)
    assert found.factors is not None
    assert found.factors.factors == ("x", "colour")


def test_a_model_of_grey_levels_without_factors(tmp_path: Path) -> None:
    content = {**record().as_json(), "factors": None}
    content["protocol"]["binarisation"] = None
    write_json(tmp_path / FILE, content)
    found = read_record(tmp_path)
    assert found.factors is None
    assert found.binarisation is None


def broken(path: list[str], value: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(record().as_json()))
    *before, last = path
    part = content
    for name in before:
        part = part[name]
    part[last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["format"], 2, "format 1, got 2"),
        (["protocol", "seed"], -1, "seed: expected a whole number"),
        (["protocol", "draws"], 1.5, "draws: expected a whole number"),
        (["protocol"], None, "expected the entries of an evaluation"),
        (["robustness"], [], "expected the entries of an evaluation"),
        (["robustness", "shift", "error"], [[1, 0, 2]], "finite numbers of shape"),
        (["robustness", "shift", "error"], [[1, 2, 3], [1, 0, 2]], "inside its interval"),
        (["robustness", "shift", "error"], [[1, 2], [1]], "rows of one length"),
        (["robustness", "shift", "identity"], "no", "expected numbers"),
        (["robustness", "shift", "strength"], [2, 1], "rising"),
        (["robustness", "shift", "strength"], [1], "rising"),
        (["factors", "importance"], [[1, 0]], "finite numbers of shape"),
        (["factors", "information"], [], "finite numbers of shape"),
        (["factors", "count"], True, "whole number"),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, path: list[str], value: Any, said: str) -> None:
    write_json(tmp_path / FILE, broken(path, value))
    with pytest.raises(CheckpointError, match=said) as refused:
        read_record(tmp_path)
    assert FILE in str(refused.value)


def test_what_json_lets_through_but_no_number_is_refused(tmp_path: Path) -> None:
    text = json.dumps(record().as_json()).replace("0.15", "1e999")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(CheckpointError, match="1e999 is too large a number"):
        read_record(tmp_path)


def test_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="expected a file, found none"):
        read_record(tmp_path)
