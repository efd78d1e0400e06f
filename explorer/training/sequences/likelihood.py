"""Training a note model by likelihood, as a generator of steps: whole melodies, each from its first note."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.families.notes import NoteModel
from explorer.training.fits import check_batch
from explorer.training.seeding import seeded_generator
from explorer.training.sequences.data import counted
from explorer.training.sequences.settings import NoteSettings
from explorer.training.settings import TrainingError

BATCH, DROPOUT = 0, 1
"""Purposes of random numbers."""


@dataclass(frozen=True)
class NoteStep:
    """One optimiser update."""

    number: int
    """Counted from 1."""
    loss: float
    """Mean −ln p of the batch's notes and ends, in nats, with dropout."""
    gradient_norm: float
    """L2 norm over all parameters, before clipping."""
    learning_rate: float


def optimiser(model: nn.Module, settings: NoteSettings) -> torch.optim.Optimizer:
    """Adam, with decoupled weight decay."""
    return torch.optim.AdamW(model.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True)


def train_steps(
    model: NoteModel, updates: torch.optim.Optimizer, melodies: Tensor, settings: NoteSettings, done: int = 0
) -> Iterator[NoteStep]:
    """Train on from step ``done``; a step depends on weights, optimiser and its number alone.

    Args:
        model: the model.
        updates: the optimiser.
        melodies: (N, T, 2) tokens, padded with ends.
        settings: the run.
        done: steps that were made already.

    Raises:
        TrainingError: if there are fewer melodies than a batch, or a loss is no finite number, naming the step.
    """
    check_batch(settings.batch, len(melodies), "melodies")
    for number in range(done + 1, settings.steps + 1):
        model.train()
        for group in updates.param_groups:
            group["lr"] = settings.rate(number)
        rows = torch.randperm(len(melodies), generator=seeded_generator(settings.seed, BATCH, number))[: settings.batch]
        chosen = melodies[rows]
        chosen = chosen[:, : int(counted(chosen).sum(1).max())]
        torch.manual_seed(
            seeded_generator(settings.seed, DROPOUT, number).initial_seed()
        )  # a resumed run drops the same
        loss = -(model.log_probability(chosen).where(counted(chosen), 0).sum() / counted(chosen).sum())
        updates.zero_grad()
        loss.backward()
        norm = float(nn.utils.clip_grad_norm_(model.parameters(), settings.clip))
        if not (math.isfinite(loss.item()) and math.isfinite(norm)):
            raise TrainingError(f"the loss is {loss.item()} at step {number}: the run stopped")
        updates.step()
        yield NoteStep(number, loss.item(), norm, settings.rate(number))


@torch.no_grad()
def note_bits(model: NoteModel, melodies: Tensor) -> list[Tensor]:
    """−log₂ p of each note, and of the end, of each padded melody (N, T, 2): (n + 1,) each, in bits."""
    model.eval()
    bits = -model.log_probability(melodies) / math.log(2)
    return [row[mask] for row, mask in zip(bits, counted(melodies), strict=True)]
