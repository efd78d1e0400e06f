"""What a run keeps while it trains: the log, the moments and the saved state."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from explorer.families.latent_gaussian import LatentGaussian
from explorer.training.average import early, follow
from explorer.training.history import write_history
from explorer.training.recorder import Recorder, moments
from explorer.training.settings import VAESettings
from explorer.training.state import Progress, load_state, save_state
from explorer.training.steps import Step

LOG_EVERY = 50
SAVE_SECONDS = 30.0
COLUMNS = ("step", "loss", "reconstruction", "kl")
"""Of the history; the losses are means over the steps since the row before, in nats per image."""


class Run:
    """Follows the steps of one run into its folder; a run killed at any moment goes on from the last saved state.

    The state is saved only right after a row was logged, so that no half-averaged row needs saving. Where the weights'
    average is followed, it is what is recorded and what ships.
    """

    def __init__(
        self,
        settings: VAESettings,
        folder: Path,
        model: LatentGaussian,
        average: LatentGaussian | None,
        updates: torch.optim.Optimizer,
        held_out: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
        total: int,
    ) -> None:
        self.settings, self.folder, self.updates, self.total = settings, folder / "state", updates, total
        self.model, self.average = model, average
        self.shipped = model if average is None else average
        self._kept = model if average is None else nn.ModuleDict({"model": model, "average": average})
        self.folder.mkdir(parents=True, exist_ok=True)
        saved = load_state(self.folder, settings, self._kept, {"model": updates})
        self.step, self.seconds, self.rows = saved.step, saved.seconds, list(saved.rows)
        self.recorder = Recorder(self.folder / "moments", held_out, settings.binarise)
        self._moments = frozenset(moments(total))
        self._pending: list[Step] = []
        self._started = self._saved = time.monotonic()

    def begin(self) -> None:
        """Record the untrained model, unless the run goes on from a later step."""
        if self.step == 0:
            self.recorder.record(0, self.shipped)

    def follow(self, step: Step) -> None:
        """Take note of a step that was just made.

        Raises:
            TrainingError: if a weight is no longer finite when the state is to be saved; the state before it stays.
        """
        self._pending.append(step)
        if self.average is not None:
            follow(self.average, self.model, early(self.settings.average, step.number))
        if step.number in self._moments:
            self.recorder.record(step.number, self.shipped)
        last = step.number == self.total
        if step.number % LOG_EVERY and not last:
            return
        means = np.mean([[each.loss, each.reconstruction, each.kl] for each in self._pending], axis=0)
        self.rows.append((float(step.number), *means.tolist()))
        self._pending.clear()
        if last or time.monotonic() - self._saved >= SAVE_SECONDS:
            self._save(step.number)

    def _save(self, number: int) -> None:
        now = time.monotonic()
        self.seconds += now - self._started
        self._started = self._saved = now
        self.step = number
        progress = Progress(number, self.seconds, tuple(self.rows))
        save_state(self.folder, self.settings, self._kept, {"model": self.updates}, progress)
        rows = [[int(row[0]), *row[1:]] for row in self.rows]
        write_history(self.folder.parent / "history.json", COLUMNS, rows)
