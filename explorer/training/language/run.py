"""A character model's run: the log, the moments and the saved state."""

from __future__ import annotations

from pathlib import Path

import torch

from explorer.training.language.recorder import LanguageRecorder
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.steps import Carried, LanguageStep, Streams, backward
from explorer.training.saved_run import SavedRun

LOG_EVERY = 50
COLUMNS = ("step", "bits_per_character", "gradient_norm", "learning_rate")


class LanguageRun(SavedRun):
    """The learning rate of a row is the row's own step's."""

    def __init__(
        self,
        settings: LanguageSettings,
        folder: Path,
        carried: Carried,
        updates: torch.optim.Optimizer,
        recorder: LanguageRecorder,
    ) -> None:
        measured = COLUMNS[1:3]
        state, named = folder / "state", {"model": updates}
        super().__init__(settings, settings.steps, state, carried, named, recorder.moments, LOG_EVERY, measured)
        self.settings, self.carried, self.recorder = settings, carried, recorder

    def begin(self, streams: Streams) -> None:
        """Record the untrained model with the first update's gradient, unless the run goes on from a later step."""
        if self.step == 0:
            _, norm = backward(self.carried, streams, 1)
            self.carried.zero_grad()
            self.recorder.record(0, self.carried.model, norm)

    def record(self, step: LanguageStep) -> None:
        """With the gradient's norm of the step itself."""
        self.recorder.record(step.number, self.carried.model, step.gradient_norm)

    def row(self, number: int, means: list[float]) -> tuple[float, ...]:
        """With the learning rate."""
        return (*super().row(number, means), self.settings.rate(number))
