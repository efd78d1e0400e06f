"""Text files with a visitor's curve: every dialect gives the numbers that were written, or is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from sound_page import run

CASES = Path(__file__).parents[1] / "cases" / "csv"


def read_curve(page: Page, text: str, length: int = 3) -> Any:
    body = 'const { readCurve } = await load("curve-file"); return readCurve(input.text, input.length);'
    return run(page, body, {"text": text, "length": length})


@pytest.mark.parametrize(
    "text", ["1\n-2.5\n3e-1\n", "time;mV\r\n0;1\r\n1;-2.5\r\n2;0.3", "\ufeff0, 1\n1,\t-2.5\n2 0.3\n\n"]
)
def test_a_curve_is_read_from_the_last_column(runtime: Page, text: str) -> None:
    np.testing.assert_allclose(read_curve(runtime, text), [1, -2.5, 0.3], rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("", "csv_empty", {}),
        ("time,value\n", "csv_empty", {}),
        ("1\n2\n", "csv_length", {"expected": "3", "found": "2"}),
        ("1\n2\n" * 50_000, "csv_length", {"expected": "3", "found": "100000"}),
        ("1\nNaN\n3", "csv_number", {"line": "2", "found": "NaN"}),
        ("nan\n1\n2\n3", "csv_number", {"line": "1", "found": "nan"}),
        ("5mV\n1\n2\n3", "csv_number", {"line": "1", "found": "5mV"}),
        ("t,v\n0,\n1,2\n3,4\n5,6", "csv_missing", {"line": "2"}),
        ("1\n\n2\n3", "csv_missing", {"line": "2"}),
        ("0,1;0,2\n0,3;\n0,4;0,5", "csv_missing", {"line": "2"}),
        ("1,234.5\n1,234.5\n1,234.5", "csv_ambiguous", {"line": "1", "found": "1,234.5"}),
        ("1,5\n0,5\n2,25", "csv_ambiguous", {"line": "1", "found": "1,5"}),
        ("1,325;\n1,425;\n1,525;", "csv_ambiguous", {"line": "1", "found": "1,325;"}),
        ("0\t\n1\t2\n3\t4", "csv_missing", {"line": "1"}),
        ("1 2 3\n4 5\n6 7 8", "csv_columns", {"line": "2", "found": "2", "expected": "3"}),
        ("1.234\n357\n2.345", "csv_ambiguous", {"line": "1", "found": "1.234"}),
        ("1 234\n2 345\n3 456", "csv_ambiguous", {"line": "1", "found": "1 234"}),
        ("1\n2\n1e300", "csv_number", {"line": "3", "found": "1e300"}),
        ("1\n" * 100_001, "csv_large", {"found": "200002", "most": "200000"}),
    ],
)  # fmt: skip
def test_what_is_no_curve_is_refused_in_words(runtime: Page, text: str, key: str, values: dict[str, str]) -> None:
    assert read_curve(runtime, text) == {"key": f"sound.{key}", "values": values}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0,0325\n-1,5\n3,25", [0.0325, -1.5, 3.25]),
        ("t,v\n0,5\n1,7\n2,9", [5, 7, 9]),
        ("0,5\n1,-7\n2,9", [5, -7, 9]),
        ("1.234,5;\n0,5;\n12;", [1234.5, 0.5, 12]),
        ("0,033;1,325\n0,067;1,425\n0,1;1,525", [1.325, 1.425, 1.525]),
        ("1\t0,5\n2\t0,6\n3\t0,7", [0.5, 0.6, 0.7]),
        ("1.234\n-2.345\n3.456", [1.234, -2.345, 3.456]),
        ("0;-2.890.554\n1;985.387\n2;3.000", [-2890554, 985387, 3000]),
        ('0,"1,234.5"\n1,"2.5"\n2,"3,000.5"', [1234.5, 2.5, 3000.5]),
        ('"0,5"\n"1,25"\n"2,5"', [0.5, 1.25, 2.5]),
        ("1'234.5\n2\n3", [1234.5, 2, 3]),
        ("1,234.5\n999.5\n3", [1234.5, 999.5, 3]),
        ("1\u202f234,5\n0,5\n2,25", [1234.5, 0.5, 2.25]),
        ("\u22120,5\n\u22120,25\n1", [-0.5, -0.25, 1]),
        ("0.1;0.2;;\n0.3;0.4;;\n.5;6.;;", [0.2, 0.4, 6]),
        ("# made by hand\nsep=;\nt;v\n1;2\n2;3\n3;4,5", [2, 3, 4.5]),
    ],
)
def test_decimal_commas_thousands_and_trailing_separators(runtime: Page, text: str, values: list[float]) -> None:
    np.testing.assert_allclose(read_curve(runtime, text), values, rtol=1e-6)


@pytest.mark.parametrize("name", ["ok_dot", "decimal_comma", "trailing_semicolon"])
def test_one_curve_in_each_dialect(runtime: Page, name: str) -> None:
    text = (CASES / f"{name}.csv").read_text(encoding="utf-8")
    curve = 0.8 * np.sin(2 * np.pi * 2 * np.arange(30) / 30)
    np.testing.assert_allclose(read_curve(runtime, text, 30), curve, atol=1e-4)


def test_files_that_leave_doubt_are_refused(runtime: Page) -> None:
    refused = {name: read_curve(runtime, (CASES / f"{name}.csv").read_text(encoding="utf-8"), 30)["key"]
               for name in ("thousands", "missing_last_cell")}  # fmt: skip
    assert refused == {"thousands": "sound.csv_ambiguous", "missing_last_cell": "sound.csv_missing"}


def written(value: float, places: int, decimal: str, group: str) -> str:
    return f"{value:,.{places}f}".translate(str.maketrans({",": group, ".": decimal}))


def test_no_dialect_is_ever_read_as_other_numbers(runtime: Page) -> None:
    """Drawn curves in drawn dialects: each gives its numbers or is refused, and those that leave no doubt are read."""
    random = np.random.default_rng(11)
    texts, expected, clear = [], [], []
    for _ in range(400):
        places, scale = int(random.integers(0, 5)), float(random.choice([1, 20, 3000, 2e6]))
        values = random.normal(0, scale, 12).round(places) + 0.0
        decimal, separator = random.choice([".", ","]), random.choice(["", ";", ",", "\t", " "])
        group = random.choice(["", "'", "\u00a0", "." if decimal == "," else ","])
        if separator == "," and "," in (decimal, group):
            separator = ";"  # no program writes that without quotation marks
        columns = [str(i) for i in range(12)] if separator and random.integers(2) else [""] * 12
        after = separator.strip() if random.integers(3) == 0 else ""
        rows = [
            (f"{column}{separator}" if column else "") + written(value, places, decimal, group) + after
            for column, value in zip(columns, values, strict=True)
        ]
        texts.append("\r\n".join(rows))
        expected.append(values)
        clear.append(decimal == "." and group in ("", "'"))
    body = """const { readCurve } = await load("curve-file");
    return input.map((text) => { try { return readCurve(text, 12); } catch (error) { return error.key; } });"""
    told = run(runtime, body, texts)
    for text, values, found, sure in zip(texts, expected, told, clear, strict=True):
        if isinstance(found, str):
            assert found in ("sound.csv_ambiguous", "sound.csv_number", "sound.csv_columns"), text
            assert not sure, text
        else:
            np.testing.assert_allclose(found, values, rtol=1e-6, err_msg=text)
    assert sum(isinstance(found, list) for found in told) > 250
