"""The oracle is not trained but solved: maximum likelihood in closed form, then a checkpoint folder like any other."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Any

import torch

from explorer.datasets import Split, load
from explorer.families.oracle import Oracle
from explorer.training.fits import check_file, check_weights
from explorer.training.folder import claimed
from explorer.training.vae.finish import write_folder


def solve_oracle(data: str, latent: int, out: Path, browse: int, replace: bool = False) -> None:
    """Fit probabilistic PCA to a data set's training images and write its folder.

    Raises:
        TrainingError: if ``out`` holds a finished model that is not to be replaced, or a file would be too large.
    """
    train, held_out = load(data, "train"), load(data, "test")
    arguments: dict[str, Any] = {"image": list(train.images.shape[1:]), "latent": latent}
    check_weights(lambda: Oracle(**arguments))
    check_file("the browse set's posteriors", browse * (8 * latent + 8 + 4 * len(held_out.attributes)))
    with claimed(out, replace):
        _solve(data, arguments, out, browse, train, held_out)


def _solve(data: str, arguments: dict[str, Any], out: Path, browse: int, train: Split, held_out: Split) -> None:
    started, latent = time.monotonic(), arguments["latent"]
    model = Oracle(**arguments)
    model.fit(torch.from_numpy(train.images).float() / 255)
    model.eval().requires_grad_(False)
    training = {
        "seed": 0,
        "steps": 1,
        "optimiser": "none",
        "loss": "-ln p(x), closed form",
        "seconds": round(time.monotonic() - started, 1),
        "device": "1 × cpu",
        "command": f"explorer train oracle --data {data} --latent {latent} --out {shlex.quote(str(out))}",
        "settings": {"data": data, "latent": latent, "browse": browse},
    }
    write_folder(out, "oracle", arguments, model, None, data, held_out, held_out.images, browse, training)
