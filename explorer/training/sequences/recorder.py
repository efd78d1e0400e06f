"""What training looked like: sequences of fixed noise at chosen moments, each a file of its own, packed at the end."""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoints import read_tensors, write_tensors
from explorer.families.choices import Loss
from explorer.families.notes import NoteModel
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Notes, Signal
from explorer.metrics.sequences.discrepancy import squared_mmd
from explorer.metrics.sequences.melodies import MelodyError, intervals, shares, total_variation
from explorer.metrics.sequences.signals import discrepancy_floor
from explorer.probes.sequences import generate, labels, write_melodies
from explorer.traces.measures import Estimate
from explorer.training.moments import moments
from explorer.training.outputs import histogram, histogram_edges
from explorer.training.sequences.data import Windows, padded
from explorer.training.sequences.likelihood import note_bits

SHOWN = 12
"""Sequences that are kept at each moment."""
MOMENTS = 30
"""Of each of the two series, even and geometric: a run of a thousand steps or more has at least 50 moments."""
MEASURED = 500
"""Generated sequences, and as many real ones, that each moment is measured on; of melodies, stretches."""
DRAWS = 40
"""Of stretches of the training, which the range of their floor is of."""
TEMPERATURE = 1.0
KEPT = 64
"""Notes of a melody that a moment keeps."""


class SequenceRecorder(ABC):
    """Records moments of one run into a folder, so that a run killed at any time overwrites and goes on.

    Args:
        folder: where the moments go.
        total: steps of the run.
    """

    def __init__(self, folder: Path, total: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.moments = moments(total, MOMENTS)

    def record(self, step: int, model: Any) -> None:
        """Write one moment; the model keeps its mode."""
        training = model.training
        model.eval()
        tensors = self.look(model)
        model.train(training)
        write_tensors(self.folder / f"{step:08d}.safetensors", tensors)

    @abstractmethod
    def look(self, model: Any) -> dict[str, Tensor]:
        """The tensors of one moment of the timeline."""

    @abstractmethod
    def description(self) -> dict[str, Any]:
        """The timeline's metadata."""

    @property
    def constant(self) -> dict[str, Tensor]:
        """Tensors that are the same at every moment."""
        return {}

    def pack(self, path: Path) -> None:
        """Write ``timeline.safetensors`` from the recorded moments."""
        parts = [read_tensors(self.folder / f"{step:08d}.safetensors") for step in self.moments]
        tensors: dict[str, Tensor] = {"step": torch.tensor(self.moments), **self.constant}
        for name in parts[0]:
            whole = torch.stack([part[name] for part in parts])
            halved = name == "samples" or name.startswith("judgement.")
            tensors[name] = whole.half() if halved else whole
        write_tensors(path, tensors, {"timeline": json.dumps(self.description(), ensure_ascii=False)})


class GANRecorder(SequenceRecorder):
    """Of a recurrent GAN: sequences, D's output along them, and how near they are to held-out ones.

    Args:
        folder: where the moments go.
        total: steps of the run.
        loss: decides the histograms' range.
        held_out: real sequences.
        trained: those of the training set: how far stretches of its melodies are from held-out ones is their floor.
        shares: of the classes in the training set, where the model is conditional.
    """

    def __init__(
        self, folder: Path, total: int, loss: Loss, held_out: Windows, trained: Windows, shares: list[float] | None
    ) -> None:
        super().__init__(folder, total)
        self.edges = histogram_edges(loss)
        order = np.random.default_rng(0).permutation(len(held_out.stored))
        self.size = min(MEASURED, len(order), len(trained.stored))
        self.rows = torch.from_numpy(order[: self.size])
        self.held_out = held_out
        self.seeds = list(range(max(SHOWN, self.size)))
        self.labels = labels(self.seeds, shares)
        if self.labels is not None:
            shown = torch.arange(SHOWN) % self.labels.shape[1]
            self.labels[:SHOWN] = torch.eye(self.labels.shape[1])[shown]
        self.floor = self._floor(trained)

    @property
    def constant(self) -> dict[str, Tensor]:
        """The histograms' edges, and the classes of the sequences that are kept."""
        kept = {"histogram.edges": torch.from_numpy(self.edges.astype(np.float32))}
        if self.labels is not None:
            kept["label"] = self.labels[:SHOWN].argmax(1).to(torch.int16)
        return kept

    @torch.no_grad()
    def look(self, model: RecurrentGAN) -> dict[str, Tensor]:
        """Sequences of fixed noise, D's outputs, and the measure."""
        kind = self.held_out.kind
        fake = generate(model, self.seeds, self.labels)
        if isinstance(kind, Notes):
            tokens = kind.tokens(fake)
            fake = kind.numbers(tokens)
            shown = {"pitch": tokens[:SHOWN, :, 0].byte(), "duration": tokens[:SHOWN, :, 1].byte()}
        else:
            shown = {"samples": kind.values(fake[:SHOWN])}
        of_real = None if self.held_out.labels is None else self.held_out.labels[self.rows]
        on_fake = model.judge_steps(fake, self.labels)
        on_real = model.judge_steps(self.held_out.numbers(self.rows), of_real)
        return {
            **shown,
            "judgement.fake": on_fake[:SHOWN],
            "judgement.real": on_real.mean(0),
            "histogram.fake": torch.from_numpy(histogram(on_fake.mean(1).numpy(), self.edges)),
            "histogram.real": torch.from_numpy(histogram(on_real.mean(1).numpy(), self.edges)),
            f"measure.{self.measure}": torch.tensor(self._measured(fake), dtype=torch.float32),
        }

    @property
    def measure(self) -> str:
        """What each moment is measured by."""
        return "mmd2" if isinstance(self.held_out.kind, Signal) else "interval_distance"

    def description(self) -> dict[str, Any]:
        """The timeline's metadata."""
        floor = {key: asdict(self.floor)[key] for key in ("value", "low", "high")}
        measured = {"unit": self.floor.unit, "count": self.size, "floor": floor, "best": "low"}
        return {"kind": "sequences", "seeds": SHOWN, "temperature": None, "measures": {self.measure: measured}}

    def _floor(self, trained: Windows) -> Estimate:
        kind, random = self.held_out.kind, np.random.default_rng(1)
        if isinstance(kind, Signal):
            rows = torch.from_numpy(random.permutation(len(trained.stored))[: self.size])
            pooled = torch.cat([self.held_out.numbers(self.rows), trained.numbers(rows)])
            self.sigma, floor = discrepancy_floor(kind.values(pooled).numpy())
            return floor
        self.wanted = shares(intervals(self.held_out.melodies(self.rows), kind))
        counts = intervals(trained.melodies(slice(None)), kind)
        draws = [counts[random.permutation(len(counts))[: self.size]] for _ in range(DRAWS)]
        values = [total_variation(shares(each), self.wanted) for each in draws]
        low, high = np.quantile(values, [0.025, 0.975])
        return Estimate(float(np.mean(values)), float(low), float(high), self.size, "total variation")

    def _measured(self, fake: Tensor) -> float:
        kind = self.held_out.kind
        if isinstance(kind, Signal):
            values = kind.values(self.held_out.numbers(self.rows)).numpy()
            return squared_mmd(kind.values(fake[: self.size]).numpy(), values, self.sigma)
        try:
            return total_variation(shares(intervals(kind.melodies(fake[: self.size]), kind)), self.wanted)
        except MelodyError:  # a young generator may end every melody before its second note
            return math.nan


class NoteRecorder(SequenceRecorder):
    """Of a note model: melodies that it writes from the same uniforms, and the bits that held-out notes cost it.

    Args:
        folder: where the moments go.
        total: steps of the run.
        held_out: melodies (N, T, 2), padded.
    """

    def __init__(self, folder: Path, total: int, held_out: Tensor) -> None:
        super().__init__(folder, total)
        self.held_out = held_out

    @torch.no_grad()
    def look(self, model: NoteModel) -> dict[str, Tensor]:
        """Melodies of the seeds, cut after :data:`KEPT` notes, and the bits of a held-out note."""
        written = write_melodies(model, range(SHOWN), TEMPERATURE, KEPT)
        tokens = padded([melody.tokens for melody in written], KEPT)[:, :KEPT]
        bits = torch.cat(note_bits(model, self.held_out))
        return {
            "pitch": tokens[..., 0].byte(),
            "duration": tokens[..., 1].byte(),
            "measure.bits_per_note": bits.mean(),
        }

    def description(self) -> dict[str, Any]:
        """The timeline's metadata."""
        count = int((self.held_out[..., 0] != 0).sum() + len(self.held_out))
        measured = {"unit": "bits per note", "count": count, "floor": None, "best": "low"}
        return {
            "kind": "sequences",
            "seeds": SHOWN,
            "temperature": TEMPERATURE,
            "measures": {"bits_per_note": measured},
        }
