"""Small character models with fresh weights, large enough for gates to move."""

from __future__ import annotations

from typing import Any

import torch

from explorer.families.recurrent import LanguageModel

VOCABULARY = "\ufffd\n abcdefghijklmnopqrstuvwxyz"
TEXT = "the quick brown fox\njumps over the lazy dog é and all is well\n"


def language_toy(cell: str, layers: int = 1, dtype: torch.dtype = torch.float32, **arguments: Any) -> LanguageModel:
    """A seeded model of 12 units, its recurrent weights half as large again as fresh ones."""
    torch.manual_seed(4)
    model = LanguageModel(VOCABULARY, cell, 12, layers, **{"embedding_size": 5, **arguments}).to(dtype)
    with torch.no_grad():
        for parameter in model.recurrent.parameters():
            parameter.mul_(1.5)
    return model.eval().requires_grad_(False)
