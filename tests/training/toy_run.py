"""Trains a tiny VAE on toy images, as its own process: ``python toy_run.py OUT EPOCHS DEVICES NORM``."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from explorer.datasets import Split
from explorer.traces.pictures import CategoricalAttribute


def toy_split() -> Split:
    """96 grey 8×8 images: a bright square in one of four corners, with noise."""
    generator = np.random.default_rng(5)
    codes = np.arange(96, dtype=np.int16) % 4
    images = generator.integers(0, 40, (96, 1, 8, 8), dtype=np.uint8)
    for image, code in zip(images, codes, strict=True):
        row, column = divmod(int(code), 2)
        image[0, 4 * row : 4 * row + 4, 4 * column : 4 * column + 4] += 200
    labels = {"en": ["a", "b", "c", "d"], "zh": ["甲", "乙", "丙", "丁"]}
    return Split(images, {"corner": CategoricalAttribute(["a", "b", "c", "d"], labels, codes)})


def main(out: Path, epochs: int, devices: int, batch_norm: bool) -> None:
    import torch

    from explorer.training import saved_run
    from explorer.training.vae import launch
    from explorer.training.vae.settings import VAESettings

    torch.set_num_threads(1)
    launch.load = lambda data, split: toy_split()  # type: ignore[assignment]
    saved_run.SAVE_SECONDS = 0.0
    settings = VAESettings("digits", epochs=epochs, batch=16, widths=(12,), decoder_widths=(12,), batch_norm=batch_norm)
    launch.train_vae(settings, out, accelerator="cpu", devices=devices)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "norm")
