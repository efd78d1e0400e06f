"""The oracle is not trained but solved: maximum likelihood in closed form, then a checkpoint folder like any other."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from explorer.datasets import load
from explorer.families.oracle import Oracle
from explorer.training.vae.finish import write_folder


def solve_oracle(data: str, latent: int, out: Path, browse: int) -> None:
    """Fit probabilistic PCA to a data set's training images and write its folder."""
    train, held_out = load(data, "train"), load(data, "test")
    arguments: dict[str, Any] = {"image": list(train.images.shape[1:]), "latent": latent}
    started = time.monotonic()
    model = Oracle(**arguments)
    model.fit(torch.from_numpy(train.images).float() / 255)
    model.eval().requires_grad_(False)
    out.mkdir(parents=True, exist_ok=True)
    training = {
        "seed": 0,
        "steps": 1,
        "optimiser": "none",
        "loss": "-ln p(x), closed form",
        "seconds": round(time.monotonic() - started, 1),
        "device": "1 × cpu",
        "command": f"explorer train oracle --data {data} --latent {latent} --out {out}",
        "settings": {"data": data, "latent": latent, "browse": browse},
    }
    write_folder(out, "oracle", arguments, model, None, data, held_out, held_out.images, browse, training)
