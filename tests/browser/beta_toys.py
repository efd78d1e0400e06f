"""Small VAEs that differ in β, with a continuous factor, and some that must not be compared with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.datasets import Split
from explorer.families.vae import VAE
from explorer.traces.pictures import CategoricalAttribute, ContinuousAttribute
from explorer.training.vae.finish import write_folder

BETAS = {"toy-b4": 4.0, "toy-b0.5": 0.5, "toy-b0": 0.0}
"""Their order in the catalogue is not that of β."""
ARGUMENTS = {"image": [1, 8, 8], "latent": 2, "widths": [6], "decoder_widths": [5]}
COUNT = 64


def split() -> Split:
    """Images whose brightness is one factor, and whose lit half is another."""
    generator = np.random.default_rng(8)
    brightness = generator.uniform(0, 1, COUNT).astype(np.float32)
    half = (np.arange(COUNT) % 2).astype(np.int16)
    images = generator.integers(0, 30, (COUNT, 1, 8, 8)).astype(np.float64)
    for image, code, light in zip(images, half, brightness, strict=True):
        image[0, 4 * code : 4 * code + 4] += 200 * light
    tint = (2 * half + generator.integers(0, 2, COUNT)).astype(np.int16)  # of four, two for either half
    labels = {"en": ["up", "down"], "zh": ["上", "下"]}
    tints = ["red", "green", "blue", "grey"]
    attributes = {
        "half": CategoricalAttribute(["up", "down"], labels, half),
        "brightness": ContinuousAttribute("px", brightness),
        "tint": CategoricalAttribute(tints, {"en": tints, "zh": tints}, tint),
    }
    return Split(images.astype(np.uint8), attributes)


def write_siblings(folder: Path) -> Path:
    """Write the models of :data:`BETAS`, one of other data, one of other networks and one that is broken."""
    for name, beta in BETAS.items():
        write_toy(folder / name, beta, "digits")
    write_toy(folder / "toy-other-data", 1.0, "fashion")
    write_toy(folder / "toy-other-networks", 1.0, "digits", widths=[7])
    write_toy(folder / "toy-broken", 1.0, "digits")
    (folder / "toy-broken" / "map.safetensors").write_bytes(b"nothing")
    return folder


def write_toy(folder: Path, beta: float, data: str, **changes: Any) -> None:
    """A model with random weights, whose first dimension collapses where β is 4."""
    torch.manual_seed(int(10 * beta))
    arguments = {**ARGUMENTS, **changes}
    model = VAE(**arguments).eval().requires_grad_(False)
    last = model.encoder[-1]
    last.bias[:2] = 1  # far enough from the prior's mean
    if beta == 4:
        last.weight[[0, 2]] = 0  # μ and log σ² of the first dimension
        last.bias[[0, 2]] = 0
    settings = {"data": data, "beta": beta, "seed": 3, "epochs": 2 if beta == 0 else 1}
    training = {"seed": 3, "steps": 7, "optimiser": "none", "loss": "none", "seconds": 0.0, "device": "1 × cpu"}
    folder.mkdir(parents=True)
    described = {**training, "command": "", "settings": settings}
    held_out = split()
    write_folder(folder, "vae", arguments, model, None, data, held_out, held_out.images, 48, described)


def entries(folder: Path) -> list[dict[str, Any]]:
    """The catalogue's entries, in the order of names."""
    keys = ("name", "title", "family", "capabilities", "image", "latent_size")
    configs = [json.loads((each / "config.json").read_text(encoding="utf-8")) for each in sorted(folder.iterdir())]
    return [{key: config[key] for key in keys} for config in configs]
