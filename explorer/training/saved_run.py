"""What every run keeps while it trains: its log, its moments, and the state that it goes on from."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.training.settings import RunSettings
from explorer.training.state import Progress, load_state, save_state

SAVE_SECONDS = 30.0


class SavedRun:
    """Follows the steps of one run; a run killed at any moment goes on from the last saved state.

    The state is saved only right after a row was logged, so that no half-averaged row needs saving.

    Args:
        settings: of the run.
        total: its steps.
        folder: of the state; made where there is none.
        networks: all that is trained, and its averages.
        updates: the optimisers, by name.
        moments: the steps to record.
        log_every: steps to a row of the log.
        columns: of the log after the step: the steps' own fields.
    """

    def __init__(
        self,
        settings: RunSettings,
        total: int,
        folder: Path,
        networks: nn.Module,
        updates: dict[str, torch.optim.Optimizer],
        moments: Iterable[int],
        log_every: int,
        columns: tuple[str, ...],
    ) -> None:
        self.total, self.log_every, self.columns = total, log_every, columns
        self._kept = folder, settings, networks, updates
        folder.mkdir(parents=True, exist_ok=True)
        saved = load_state(*self._kept)
        self.step, self.seconds, self.rows = saved.step, saved.seconds, list(saved.rows)
        self._moments = frozenset(moments)
        self._pending: list[list[float | None]] = []
        self._started = self._saved = time.monotonic()

    def record(self, step: Any) -> None:
        """Record the moment after a step that was just made."""
        raise NotImplementedError

    def row(self, number: int, means: list[float]) -> tuple[float, ...]:
        """The log's row of a step, from the means of the columns since the row before; NaN where there is no number."""
        return (float(number), *means)

    def logged(self) -> None:
        """Called after every row."""

    def saved(self) -> None:
        """Called after the state was saved."""

    def follow(self, step: Any) -> None:
        """Take note of a step that was just made.

        Raises:
            TrainingError: if a weight is no longer finite when the state is to be saved; the state before it stays.
        """
        self._pending.append([getattr(step, name) for name in self.columns])
        last = step.number == self.total
        if step.number in self._moments:
            self.record(step)
        if step.number % self.log_every and not last:
            return
        self.rows.append(self.row(step.number, np.array(self._pending, np.float64).mean(0).tolist()))
        self._pending.clear()
        self.logged()
        if last or time.monotonic() - self._saved >= SAVE_SECONDS:
            self._save(step.number)

    def _save(self, number: int) -> None:
        now = time.monotonic()
        self.seconds += now - self._started
        self._started = self._saved = now
        self.step = number
        save_state(*self._kept, Progress(number, self.seconds, tuple(self.rows)))
        self.saved()
