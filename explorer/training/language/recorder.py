"""What a character model's training looked like: one prompt continued at chosen moments, and how well it predicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from explorer.checkpoints import read_header, read_tensors, write_tensors
from explorer.families.recurrent import LanguageModel
from explorer.metrics.characters import parallel_bits
from explorer.probes.writing import write
from explorer.traces.measures import Estimate
from explorer.training.moments import moments

MOMENTS = 30
"""Of each of the two series, even and geometric: a run of a thousand steps or more has at least 50 moments."""
WRITTEN = 300
"""Characters that are written at each moment."""
SEED, TEMPERATURE = 0, 0.7
MEASURED, ROWS = 16_000, 32
"""Held-out characters of each moment's bits per character, and in how many parts they are read."""


class LanguageRecorder:
    """Records moments of one run into a folder, one file each, so that a run killed at any time overwrites and goes on.

    Args:
        folder: where the moments go.
        total: steps of the run.
        prompt: what each moment's sample continues.
        held_out: text that the model does not train on.
    """

    def __init__(self, folder: Path, total: int, prompt: str, held_out: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.prompt = folder, prompt
        self.held_out = held_out[:MEASURED]
        self.rows = min(ROWS, len(self.held_out))
        self.moments = moments(total, MOMENTS)

    def record(self, step: int, model: LanguageModel, gradient_norm: float) -> None:
        """Write one moment; the model keeps its mode.

        Args:
            step: updates done.
            model: as it is after them.
            gradient_norm: of the last update, before clipping; at step 0, of the first.
        """
        training = model.training
        model.eval()
        text = write(model, self.prompt, WRITTEN, SEED, TEMPERATURE).text
        bits = parallel_bits(model, self.held_out, self.rows)
        model.train(training)
        tensors = {
            "text": torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8),
            "measure.bits_per_character": torch.tensor(bits, dtype=torch.float32),
            "measure.gradient_norm": torch.tensor(gradient_norm, dtype=torch.float32),
        }
        write_tensors(self.folder / f"{step:08d}.safetensors", tensors)

    def last_gradient_norm(self) -> float:
        """The gradient norm that the last moment was recorded with."""
        return float(read_tensors(self.folder / f"{self.moments[-1]:08d}.safetensors")["measure.gradient_norm"])

    def pack(self, path: Path, floor: Estimate, update: int) -> None:
        """Write the timeline.

        Args:
            path: of ``timeline.safetensors``.
            floor: bits per character to stand beside the model's, of the same characters.
            update: characters in each update, whose gradient the norm is of.
        """
        parts = [read_tensors(self.folder / f"{step:08d}.safetensors") for step in self.moments]
        lengths = torch.tensor([0, *(len(part["text"]) for part in parts)])
        measures = [name for name in parts[0] if name.startswith("measure.")]
        tensors = {
            "step": torch.tensor(self.moments),
            "text.bytes": torch.cat([part["text"] for part in parts]),
            "text.offsets": lengths.cumsum(0),
            **{name: torch.stack([part[name] for part in parts]) for name in measures},
        }
        story = self.description(floor, update)
        write_tensors(path, tensors, {"timeline": json.dumps(story, ensure_ascii=False, allow_nan=False)})

    def description(self, floor: Estimate, update: int) -> dict[str, Any]:
        """The timeline's metadata."""
        measured = len(self.held_out) // self.rows * self.rows
        return {
            "kind": "texts",
            "prompt": self.prompt,
            "seed": SEED,
            "temperature": TEMPERATURE,
            "measures": {
                "bits_per_character": {
                    "unit": "bits per character",
                    "count": measured,
                    "floor": _beside(floor),
                    "best": "low",
                },
                "gradient_norm": {"unit": "nats", "count": update, "floor": None, "best": "low"},
            },
        }


def renew_floor(path: Path, floor: Estimate) -> None:
    """Put another floor into the header of a timeline; its tensors stay as they are.

    Args:
        path: of ``timeline.safetensors``.
        floor: as in :meth:`LanguageRecorder.pack`.
    """
    metadata = read_header(path)[1]
    story = json.loads(metadata["timeline"])
    story["measures"]["bits_per_character"]["floor"] = _beside(floor)
    write_tensors(path, read_tensors(path), {**metadata, "timeline": json.dumps(story, ensure_ascii=False)})


def _beside(floor: Estimate) -> dict[str, float]:
    return {"value": floor.value, "low": floor.low, "high": floor.high}
