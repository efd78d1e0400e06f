"""A run over sequences: the log, the moments and the saved state."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from torch import nn

from explorer.training.history import Value
from explorer.training.saved_run import SavedRun
from explorer.training.sequences.recorder import SequenceRecorder
from explorer.training.settings import RunSettings

LOG_EVERY = 20


class SequenceRun(SavedRun):
    """Of a recurrent GAN or of a note model.

    Args:
        settings: of the run.
        total: its steps.
        folder: of the run.
        networks: all that is trained, and its averages.
        shown: the part of it that moments are recorded of.
        updates: the optimisers, by name.
        recorder: of the moments.
        kind: the dataclass of a step; its fields but ``number`` are the columns of the log.
    """

    def __init__(
        self,
        settings: RunSettings,
        total: int,
        folder: Path,
        networks: nn.Module,
        shown: nn.Module,
        updates: dict[str, torch.optim.Optimizer],
        recorder: SequenceRecorder,
        kind: type,
    ) -> None:
        columns = tuple(entry.name for entry in fields(kind) if entry.name != "number")
        super().__init__(settings, total, folder / "state", networks, updates, recorder.moments, LOG_EVERY, columns)
        self.settings, self.shown, self.recorder = settings, shown, recorder

    def begin(self) -> None:
        """Record the untrained networks, unless the run goes on from a later step."""
        if self.step == 0:
            self.recorder.record(0, self.shown)

    def record(self, step: Any) -> None:
        """Of what is shown."""
        self.recorder.record(step.number, self.shown)

    def history(self) -> list[list[Value]]:
        """The rows of the log: the step, and means over the steps since the row before; None where there is none."""
        return [[int(row[0]), *(value if math.isfinite(value) else None for value in row[1:])] for row in self.rows]
