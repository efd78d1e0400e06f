"""A text and settings so small that a run takes seconds."""

from __future__ import annotations

import numpy as np

from explorer.datasets import Text
from explorer.training.language.settings import LanguageSettings

TOY = LanguageSettings(
    "names", hidden_size=8, embedding_size=4, batch=4, length=10, steps=200, learning_rate=0.02, dropout=0.2, clip=0.5
)


def toy_text() -> Text:
    """Words of two letters in a fixed order, so that there is something to learn."""
    words = ["to be", "or not", "to me"]
    choice = np.random.default_rng(3).integers(3, size=4000)
    text = "".join(f"{words[i]}\n" for i in choice)
    return Text(train=text[:6000], held_out=text[6000:20_000], supplement="a supplement\n" * 5)
