"""A GAN's run: a log and moments that a page can follow, and the saved state."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch

from explorer.checkpoints import write_json
from explorer.training.adversarial import GANStep
from explorer.training.gan.recorder import GANRecorder
from explorer.training.gan.settings import GANSettings
from explorer.training.gan.steps import Networks
from explorer.training.saved_run import SavedRun

LOG_EVERY = 20
COLUMNS = ("step", *(entry.name for entry in fields(GANStep) if entry.name != "number"))
LIVE = "history.jsonl"


class GANRun(SavedRun):
    """Rows of the log go to ``history.jsonl`` at once, one JSON object each, for a page that follows the run."""

    def __init__(
        self,
        settings: GANSettings,
        folder: Path,
        networks: Networks,
        updates: dict[str, torch.optim.Optimizer],
        recorder: GANRecorder,
    ) -> None:
        columns, state = COLUMNS[1:], folder / "state"
        super().__init__(settings, settings.steps, state, networks, updates, recorder.moments, LOG_EVERY, columns)
        self.settings, self.folder, self.networks, self.recorder = settings, folder, networks, recorder

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

    def record(self, step: GANStep) -> None:
        """Of both networks and the generator's average."""
        self.recorder.record(step.number, self.networks)

    def logged(self) -> None:
        """Let a page that follows see the row."""
        with (self.folder / LIVE).open("a") as file:
            file.write(json.dumps(self.history()[-1]) + "\n")

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
