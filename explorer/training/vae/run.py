"""A VAE's run: the log, the moments and the saved state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from explorer.families.latent_gaussian import LatentGaussian
from explorer.training.average import early, follow
from explorer.training.history import write_history
from explorer.training.moments import moments
from explorer.training.saved_run import SavedRun
from explorer.training.vae.recorder import Recorder
from explorer.training.vae.settings import VAESettings
from explorer.training.vae.steps import Step

LOG_EVERY = 50
COLUMNS = ("loss", "reconstruction", "kl")
"""Of the history, after the step; means over the steps since the row before, in nats per image."""


class Run(SavedRun):
    """Where the weights' average is followed, it is what is recorded and what ships."""

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
        kept = model if average is None else nn.ModuleDict({"model": model, "average": average})
        state = folder / "state"
        super().__init__(settings, total, state, kept, {"model": updates}, moments(total), LOG_EVERY, COLUMNS)
        self.settings, self.folder, self.model, self.average = settings, folder, model, average
        self.shipped = model if average is None else average
        self.recorder = Recorder(state / "moments", held_out, settings.binarise)

    def begin(self) -> None:
        """Record the untrained model, unless the run goes on from a later step."""
        if self.step == 0:
            self.recorder.record(0, self.shipped)

    def follow(self, step: Step) -> None:
        """Take note of a step that was just made; :class:`SavedRun` says what that may raise."""
        if self.average is not None:
            follow(self.average, self.model, early(self.settings.average, step.number))
        super().follow(step)

    def record(self, step: Step) -> None:
        """Of what ships."""
        self.recorder.record(step.number, self.shipped)

    def saved(self) -> None:
        """The history is there for who looks while the run goes on."""
        rows = [[int(row[0]), *row[1:]] for row in self.rows]
        write_history(self.folder / "history.json", ("step", *COLUMNS), rows)
