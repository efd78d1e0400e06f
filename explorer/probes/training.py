"""What a checkpoint folder remembers of its training."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.checkpoints import CheckpointError, read_json
from explorer.traces.training import History


def history(folder: Path) -> History:
    """The logged rows of a run.

    Raises:
        CheckpointError: if ``history.json`` is missing, empty, ragged, or does not begin with the step.
    """
    content = read_json(folder / "history.json")
    try:
        columns, rows = tuple(content["columns"]), np.array(content["rows"], np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{folder.name}/history.json: expected columns and rows of numbers ({error})") from error
    if not columns or columns[0] != "step" or rows.ndim != 2 or rows.shape[1] != len(columns) or len(rows) == 0:
        raise CheckpointError(f"{folder.name}/history.json: expected rows of {len(columns)} numbers, the step first")
    return History(columns, rows)
