"""What a character model gives to each character of a text; ``explorer.metrics.language`` makes numbers of it."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.families.recurrent import START, LanguageModel, State
from explorer.metrics.language import LanguageError
from explorer.traces import Floats

CHUNK = 4096
"""Characters that are read at once; the state is carried from chunk to chunk."""


@torch.no_grad()
def log_probabilities(model: LanguageModel, text: str) -> Floats:
    """ln p of every character (T,) float64 of a text, read from its start after a line feed.

    A character that the vocabulary lacks gets what the model gives to unknown characters as a whole. Dropout plays no
    part; the model keeps its mode.

    Raises:
        LanguageError: if the text is empty.
    """
    losses: Floats = -_losses(model, text, 1).numpy()
    return losses


@torch.no_grad()
def parallel_bits(model: LanguageModel, text: str, rows: int) -> float:
    """Mean bits per character of a text that is read in ``rows`` equal parts side by side, each after a line feed.

    Much faster than reading it in one piece, and a little more, since each part begins without what came before it.

    Raises:
        LanguageError: if the text has fewer characters than rows.
    """
    return float(_losses(model, text, rows).mean()) / math.log(2)


def _losses(model: LanguageModel, text: str, rows: int) -> Tensor:
    """−ln p of the characters, part by part in one row (rows · width,) float64."""
    width = len(text) // rows
    if width < 1:
        raise LanguageError(f"{len(text)} characters cannot be read in {rows} parts")
    tokens = torch.stack([model.encode_text(START + text[row * width : (row + 1) * width]) for row in range(rows)])
    training, losses = model.training, []
    model.eval()
    state: State | None = None
    chunks = (part.split(max(1, CHUNK // rows), 1) for part in (tokens[:, :-1], tokens[:, 1:]))
    for inputs, targets in zip(*chunks, strict=True):
        logits, state = model(inputs, state)
        losses.append(F.cross_entropy(logits.flatten(0, 1).double(), targets.flatten(), reduction="none"))
    model.train(training)
    return torch.cat([part.view(rows, -1) for part in losses], 1).flatten()
