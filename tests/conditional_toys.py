"""A tiny conditional generator, as a checkpoint folder without an encoder: 3 latents, 4 classes, 8×8 pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from explorer.catalog import Checkpoint, open_checkpoint
from explorer.checkpoints import Config, write_config, write_tensors
from explorer.families.gan import GAN
from explorer.families.graphs import write_graph
from explorer.probes.browse import real_images
from explorer.training.browse import write_map
from tests.training.toy_run import toy_split

NAME = "cgan-toy"
SHARES = [0.1, 0.2, 0.3, 0.4]
ARGUMENTS = {"image": [1, 8, 8], "latent": 3, "classes": 4, "widths": [8, 8, 8], "batch_norm": False}
METRICS = {
    "frechet": {
        "value": 9.5,
        "low": 9.0,
        "high": 10.0,
        "count": 2000,
        "unit": "squared feature units",
        "reference": 8000,
    },
    "frechet_floor": {"value": 1.5, "low": 1.0, "high": 2.0, "count": 2000, "unit": "squared feature units"},
    "classes": {"value": 4.0, "low": 4.0, "high": 4.0, "count": 2000, "unit": "classes"},
}


def conditional_toy(folder: Path) -> Checkpoint:
    """Write a complete folder with random weights, large enough for every class and seed to look its own way."""
    torch.manual_seed(8)
    model = GAN(**ARGUMENTS).eval().requires_grad_(False)  # type: ignore[arg-type]
    for parameter in model.parameters():
        parameter.mul_(5)
    folder.mkdir(parents=True)
    write_graph(folder, model)
    write_tensors(folder / "model.safetensors", model.state_dict())
    split = toy_split()
    write_map(folder, real_images(split.images, split.attributes, np.arange(40)))
    write_config(folder, _config(folder.name, split.attributes["corner"].labels))  # type: ignore[union-attr]
    return open_checkpoint(folder)


def _config(name: str, labels: dict[str, list[str]]) -> Config:
    training = {"seed": 8, "steps": 0, "optimiser": "none", "loss": "none", "seconds": 0.0, "device": "1 × cpu"}
    return Config(
        name=name,
        title={"en": "Conditional toy", "zh": "条件玩具模型"},
        family="gan",
        arguments=ARGUMENTS,
        capabilities=["Decodes", "Conditional"],
        image={"channels": 1, "height": 8, "width": 8},
        latent_size=3,
        likelihood=None,
        priors=["standard_normal"],
        condition={"attribute": "corner", "values": ["a", "b", "c", "d"], "labels": labels, "shares": SHARES},
        dataset={"name": "toy", "version": "1", "sha256": "0" * 64, "split": "train", "licence": "CC0-1.0"},
        training={**training, "command": "explorer train gan"},
        metrics=METRICS,
        versions={},
        licence="MIT",
    )
