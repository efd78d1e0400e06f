"""``history.json``: what was logged, row by row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from explorer.checkpoints import write_atomically

DIGITS = 6
"""Significant digits of a number: more than a chart shows and a mean over a batch is worth."""

Value = int | float | None


def write_history(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    """Write a log atomically, one row a line; floats keep :data:`DIGITS` significant digits.

    Args:
        path: the file.
        columns: C names; the first is the step or iteration, the others means since the row before.
        rows: C values each, None where there is no such number.

    Raises:
        ValueError: for NaN and infinities, which JSON has not.
    """
    lines = ",\n".join(json.dumps([_short(value) for value in row], allow_nan=False) for row in rows)
    write_atomically(path, f'{{"columns": {json.dumps(list(columns))}, "rows": [\n{lines}\n]}}\n'.encode())


def _short(value: Value) -> Value:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
