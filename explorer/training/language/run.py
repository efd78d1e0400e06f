"""What a character model's run keeps while it trains: the log, the moments and the saved state."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch

from explorer.training.language.recorder import LanguageRecorder
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.steps import Carried, LanguageStep, Streams, backward
from explorer.training.state import Progress, load_state, save_state

LOG_EVERY = 50
SAVE_SECONDS = 60.0
COLUMNS = ("step", "bits_per_character", "gradient_norm", "learning_rate")


class LanguageRun:
    """Follows the steps of one run into its folder; a run killed at any moment goes on from the last saved state.

    The state is saved only right after a row was logged, so that no half-averaged row needs saving.
    """

    def __init__(
        self,
        settings: LanguageSettings,
        folder: Path,
        carried: Carried,
        updates: torch.optim.Optimizer,
        recorder: LanguageRecorder,
    ) -> None:
        self.settings, self.folder, self.carried, self.updates = settings, folder / "state", carried, updates
        self.recorder = recorder
        self.folder.mkdir(parents=True, exist_ok=True)
        saved = load_state(self.folder, settings, carried, {"model": updates})
        self.step, self.seconds, self.rows = saved.step, saved.seconds, list(saved.rows)
        self._moments = frozenset(recorder.moments)
        self._pending: list[LanguageStep] = []
        self._started = self._saved = time.monotonic()

    def begin(self, streams: Streams) -> None:
        """Record the untrained model with the first update's gradient, unless the run goes on from a later step."""
        if self.step == 0:
            _, norm = backward(self.carried, streams, 1)
            self.carried.zero_grad()
            self.recorder.record(0, self.carried.model, norm)

    def follow(self, step: LanguageStep) -> None:
        """Take note of a step that was just made.

        Raises:
            TrainingError: if a weight is no longer finite when the state is to be saved; the state before it stays.
        """
        self._pending.append(step)
        last = step.number == self.settings.steps
        if step.number in self._moments:
            self.recorder.record(step.number, self.carried.model, step.gradient_norm)
        if step.number % LOG_EVERY and not last:
            return
        bits, norm = np.mean([[each.bits_per_character, each.gradient_norm] for each in self._pending], axis=0)
        self.rows.append((float(step.number), float(bits), float(norm), self.settings.rate(step.number)))
        self._pending.clear()
        if last or time.monotonic() - self._saved >= SAVE_SECONDS:
            self._save(step.number)

    def _save(self, number: int) -> None:
        now = time.monotonic()
        self.seconds += now - self._started
        self._started = self._saved = now
        self.step = number
        progress = Progress(number, self.seconds, tuple(self.rows))
        save_state(self.folder, self.settings, self.carried, {"model": self.updates}, progress)
