"""What a run over sequences keeps while it trains: the log, the moments and the saved state."""

from __future__ import annotations

import math
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.training.history import Value
from explorer.training.sequences.recorder import SequenceRecorder
from explorer.training.settings import RunSettings
from explorer.training.state import Progress, load_state, save_state

LOG_EVERY = 20
SAVE_SECONDS = 30.0


class SequenceRun:
    """Follows the steps of one run into its folder; a run killed at any moment goes on from the last saved state.

    The state is saved only right after a row was logged, so that no half-averaged row needs saving.

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
        self.settings, self.total, self.folder = settings, total, folder / "state"
        self.networks, self.shown, self.updates, self.recorder = networks, shown, updates, recorder
        self.columns = tuple(entry.name for entry in fields(kind) if entry.name != "number")
        self.folder.mkdir(parents=True, exist_ok=True)
        saved = load_state(self.folder, settings, networks, updates)
        self.step, self.seconds, self.rows = saved.step, saved.seconds, list(saved.rows)
        self._moments = frozenset(recorder.moments)
        self._pending: list[list[float | None]] = []
        self._started = self._saved = time.monotonic()

    def begin(self) -> None:
        """Record the untrained networks, unless the run goes on from a later step."""
        if self.step == 0:
            self.recorder.record(0, self.shown)

    def follow(self, step: Any) -> None:
        """Take note of a step that was just made.

        Raises:
            TrainingError: if a weight is no longer finite when the state is to be saved; the state before it stays.
        """
        self._pending.append([getattr(step, name) for name in self.columns])
        last = step.number == self.total
        if step.number in self._moments:
            self.recorder.record(step.number, self.shown)
        if step.number % LOG_EVERY and not last:
            return
        means = np.array(self._pending, np.float64).mean(0)  # None, of a critic's accuracy, becomes NaN
        self.rows.append((float(step.number), *means.tolist()))
        self._pending.clear()
        if last or time.monotonic() - self._saved >= SAVE_SECONDS:
            self._save(step.number)

    def history(self) -> list[list[Value]]:
        """The rows of the log: the step, and means over the steps since the row before; None where there is none."""
        return [[int(row[0]), *(value if math.isfinite(value) else None for value in row[1:])] for row in self.rows]

    def _save(self, number: int) -> None:
        now = time.monotonic()
        self.seconds += now - self._started
        self._started = self._saved = now
        self.step = number
        progress = Progress(number, self.seconds, tuple(self.rows))
        save_state(self.folder, self.settings, self.networks, self.updates, progress)
