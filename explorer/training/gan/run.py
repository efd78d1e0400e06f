"""What a GAN's run keeps while it trains: a log and moments that a page can follow, and the state to go on from."""

from __future__ import annotations

import json
import math
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.checkpoints import write_json
from explorer.training.adversarial import GANStep
from explorer.training.gan.recorder import GANRecorder
from explorer.training.gan.settings import GANSettings
from explorer.training.gan.steps import Networks
from explorer.training.state import Progress, load_state, save_state

LOG_EVERY = 20
SAVE_SECONDS = 30.0
COLUMNS = ("step", *(entry.name for entry in fields(GANStep) if entry.name != "number"))
LIVE = "history.jsonl"


class GANRun:
    """Follows the steps of one run into its folder; a run killed at any moment goes on from the last saved state.

    Rows of the log go to ``history.jsonl`` at once, one JSON object each; the state is saved only right after a row was
    logged, so that no half-averaged row needs saving.
    """

    def __init__(
        self,
        settings: GANSettings,
        folder: Path,
        networks: Networks,
        updates: dict[str, torch.optim.Optimizer],
        recorder: GANRecorder,
    ) -> None:
        self.settings, self.folder, self.networks, self.updates = settings, folder, networks, updates
        self.recorder = recorder
        (folder / "state").mkdir(parents=True, exist_ok=True)
        saved = load_state(folder / "state", settings, networks, updates)
        self.step, self.seconds, self.rows = saved.step, saved.seconds, list(saved.rows)
        self._moments = frozenset(recorder.moments)
        self._pending: list[GANStep] = []
        self._started = self._saved = time.monotonic()

    def begin(self, description: dict[str, Any]) -> None:
        """Write what a page needs to follow the run, and record the untrained networks unless the run goes on."""
        described = self.recorder.description(f"classifier-{self.settings.data}")
        codes = self.recorder.tile_codes
        live = {
            "format": 1,
            "name": self.folder.name,
            **description,
            "total": self.settings.steps,
            "tile": described["tile"],
            "measures": described["measures"],
            "edges": self.recorder.edges.tolist(),
            "label": None if codes is None else codes.tolist(),
        }
        write_json(self.folder / "run.json", live)
        lines = [json.dumps(row) + "\n" for row in self.history()]
        (self.folder / LIVE).write_text("".join(lines))
        if self.step == 0:
            self.recorder.record(0, self.networks)

    def follow(self, step: GANStep) -> None:
        """Take note of a step that was just made.

        Raises:
            TrainingError: if a weight is no longer finite when the state is to be saved; the state before it stays.
        """
        self._pending.append(step)
        last = step.number == self.settings.steps
        if step.number in self._moments:
            self.recorder.record(step.number, self.networks)
        if step.number % LOG_EVERY and not last:
            return
        numbers = [[getattr(each, name) for name in COLUMNS[1:]] for each in self._pending]
        means = np.array(numbers, np.float64).mean(0)  # None, of a critic's accuracy, becomes NaN
        self.rows.append((float(step.number), *means.tolist()))
        self._pending.clear()
        with (self.folder / LIVE).open("a") as file:
            file.write(json.dumps(self.history()[-1]) + "\n")
        if last or time.monotonic() - self._saved >= SAVE_SECONDS:
            self._save(step.number)

    def history(self) -> list[dict[str, float | None]]:
        """The rows of the log: means over the steps since the row before; null where there is no such number."""
        return [
            {
                "step": int(row[0]),
                **{
                    name: value if math.isfinite(value) else None
                    for name, value in zip(COLUMNS[1:], row[1:], strict=True)
                },
            }
            for row in self.rows
        ]

    def _save(self, number: int) -> None:
        now = time.monotonic()
        self.seconds += now - self._started
        self._started = self._saved = now
        self.step = number
        progress = Progress(number, self.seconds, tuple(self.rows))
        save_state(self.folder / "state", self.settings, self.networks, self.updates, progress)
