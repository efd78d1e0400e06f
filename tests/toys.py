"""A tiny trained-shaped checkpoint for tests."""

from __future__ import annotations

from pathlib import Path

import torch

from explorer.catalog import Mixture
from explorer.families.vae import VAE
from explorer.training.vae.finish import write_folder
from tests.layouts import quick_layouts
from tests.training.toy_run import toy_split

ARGUMENTS = {"image": [1, 8, 8], "latent": 3, "widths": [6], "decoder_widths": [5]}


def toy_checkpoint(folder: Path, mixture: bool = True) -> Path:
    """Write a complete folder with random weights, 3 latent dimensions, and a mixture prior of two components."""
    torch.manual_seed(3)
    model = VAE(**ARGUMENTS).eval().requires_grad_(False)
    prior = Mixture(
        torch.tensor([0.25, 0.75]),
        torch.tensor([[5.0, 0.0, 0.0], [-5.0, 0.0, 0.0]]),
        torch.tensor([[[0.1, 0, 0], [0.2, 0.3, 0], [0, 0, 0.1]]] * 2),
    )
    training = {"seed": 3, "steps": 0, "optimiser": "none", "loss": "none", "seconds": 0.0, "device": "1 × cpu"}
    folder.mkdir(parents=True)
    with quick_layouts():
        write_folder(
            folder,
            "vae",
            ARGUMENTS,
            model,
            prior if mixture else None,
            "digits",
            toy_split(),
            toy_split().images,
            40,
            {**training, "command": "", "settings": {}},
        )
    return folder
