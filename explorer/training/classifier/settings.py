"""Everything that determines a classifier's run, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.options import POSITIVE, SIZES, Range, option
from explorer.training.settings import DATA, SEED, RunSettings


@dataclass(frozen=True)
class ClassifierSettings(RunSettings):
    """A run of ``explorer train classifier``."""

    family = "classifier"
    data: str = option(text=DATA)
    seed: int = option(0, *SEED)
    epochs: int = option(6, "Passes over the training images.", Range(1, 10_000))
    batch: int = option(128, "Images per step.", SIZES)
    widths: tuple[int, ...] = option((16, 32, 64), "Channels after each halving of the resolution.", SIZES)
    features: int = option(80, "Size of the hidden layer that samples are compared in.", SIZES)
    learning_rate: float = option(3e-3, "At its highest; falls to zero along a cosine.", POSITIVE)
    shift: int = option(2, "Augmentation: move images by up to so many pixels.", Range(0, 16))
    damage: float = option(
        0.0,
        "Share of each batch that is damaged, to be told from whole.",
        Range(0, 1, below=True, noun="a share of each batch"),
    )
