"""``explorer train classifier``: the small networks that samples are judged by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def classifier(
    data: Annotated[str, typer.Option(help="Data set; see `explorer data list`.")],
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint.")],
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    epochs: Annotated[int, typer.Option(help="Passes over the training images.")] = 6,
    batch: Annotated[int, typer.Option(help="Images per step.")] = 128,
    widths: Annotated[str, typer.Option(help="Channels after each halving of the resolution.")] = "16,32,64",
    features: Annotated[int, typer.Option(help="Size of the hidden layer that samples are compared in.")] = 80,
    learning_rate: Annotated[float, typer.Option(help="At its highest; falls to zero along a cosine.")] = 3e-3,
    shift: Annotated[int, typer.Option(help="Augmentation: move images by up to so many pixels.")] = 2,
    damage: Annotated[float, typer.Option(help="Share of each batch that is damaged, to be told from whole.")] = 0.0,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Train a classifier of a data set's attributes: minutes, in one go."""
    import torch
    from tqdm import tqdm

    from explorer.training.classifier.launch import train_classifier
    from explorer.training.classifier.settings import ClassifierSettings
    from explorer.training.settings import TrainingError

    try:
        sizes = tuple(int(word) for word in widths.split(","))
    except ValueError:
        raise TrainingError(f"--widths are whole numbers joined by commas, such as 16,32,64; got {widths!r}") from None
    torch.set_num_threads(threads)
    settings = ClassifierSettings(data, seed, epochs, batch, sizes, features, learning_rate, shift, damage)
    with tqdm(unit="step", mininterval=0.5) as bar:
        for step in train_classifier(settings, out):
            bar.total = step.total
            bar.set_postfix(loss=f"{step.loss:.3f}", accuracy=f"{step.accuracy:.3f}", refresh=False)
            bar.update(1)
    typer.echo(f"{out} is complete; see what was measured in {out / 'README.md'}")
