"""A checkpoint with the timeline, history and stored weights of a GAN, made up so that tests know every number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.checkpoints import Config, write_config, write_json, write_tensors
from explorer.families.gan import GAN
from explorer.families.graphs import write_graph
from explorer.sheets import sheet, webp
from explorer.training.gan.moments import read_moments, write_moments

ARGUMENTS = {"image": [1, 8, 8], "latent": 3, "widths": [8, 8, 8], "batch_norm": False}
STEPS = (0, 1, 3, 10, 40, 100)
MOMENTS = (0, 10, 100)
TILES, COLUMNS, BINS = 6, 3, 5
COLUMN_NAMES = (
    "step",
    "discriminator_loss",
    "generator_loss",
    "discriminator_gradient",
    "generator_gradient",
    "real_output",
    "fake_output",
    "accuracy",
)


def level(moment: int, tile: int) -> int:
    """The grey level that all of a tile has at a moment."""
    return 40 * moment + 5 * tile


def sheet_bytes(moment: int) -> Tensor:
    """The WebP picture of a moment, as the recorder stores it."""
    tiles = np.stack([np.full((1, 8, 8), level(moment, tile), np.uint8) for tile in range(TILES)])
    return torch.frombuffer(bytearray(webp(sheet(tiles, COLUMNS))), dtype=torch.uint8)


def shares(moment: int) -> NDArray[np.float32]:
    """A histogram that moves to the right as moments pass."""
    weights = np.array([1.0 + abs(bin - moment % BINS) for bin in range(BINS)])
    return (weights / weights.sum()).astype(np.float32)


def measures() -> dict[str, dict[str, Any]]:
    """Descriptions of the made-up measures."""
    common = {"unit": "", "count": 2000, "features": "classifier-digits"}
    floor = {"value": 2.5, "low": 2.0, "high": 3.0}
    return {
        "frechet": {**common, "reference": 8000, "floor": floor, "best": "low"},
        "recall": {**common, "floor": None, "best": "high"},
    }


def timeline(steps: tuple[int, ...] = STEPS) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of ``timeline.safetensors``."""
    count = len(steps)
    pictures = [sheet_bytes(moment) for moment in range(count)]
    tensors = {
        "step": torch.tensor(steps),
        "sheet.samples.bytes": torch.cat(pictures),
        "sheet.samples.offsets": torch.tensor([0, *map(len, pictures)]).cumsum(0),
        "histogram.edges": torch.linspace(-2, 3, BINS + 1),
        "histogram.real": torch.from_numpy(np.stack([shares(BINS - 1)] * count)),
        "histogram.fake": torch.from_numpy(np.stack([shares(moment) for moment in range(count)])),
        "measure.frechet": torch.tensor([100.0 - moment for moment in range(count)]),
        "measure.recall": torch.tensor([moment / 10 for moment in range(count)]),
    }
    tile = {"height": 8, "width": 8, "columns": COLUMNS, "count": TILES}
    return tensors, {"timeline": json.dumps({"kind": "images", "tile": tile, "measures": measures()})}


def generator() -> GAN:
    """With random weights, large enough for every latent to look its own way."""
    torch.manual_seed(3)
    model = GAN(**ARGUMENTS).eval().requires_grad_(False)  # type: ignore[arg-type]
    for parameter in model.parameters():
        parameter.mul_(4)
    return model


def weights_at(model: GAN, moment: int) -> dict[str, Tensor]:
    """The generator's made-up weights at a stored moment, before they are put into eight bits."""
    return {name: value * (1 + moment) / len(MOMENTS) for name, value in model.state_dict().items()}


def restored(folder: Path, moment: int) -> dict[str, Tensor]:
    """The decoder's weights as eight bits remember them."""
    return read_moments(folder / "moments.safetensors")[1][moment]


def history(steps: tuple[int, ...] = STEPS) -> dict[str, Any]:
    """Rows at every fifth step of the run; the last but one has a loss that is no number."""
    rows = [
        [step, *(round(0.1 * column + 0.01 * step, 4) for column in range(7))] for step in range(5, steps[-1] + 1, 5)
    ]
    rows[-2][1] = None  # type: ignore[call-overload]
    return {"columns": list(COLUMN_NAMES), "rows": rows}


def toy_run(folder: Path, steps: tuple[int, ...] = STEPS, title: str = "A toy run") -> Path:
    """Write a checkpoint folder whose pictures, measures and weights are those of this module."""
    folder.mkdir(parents=True)
    model = generator()
    write_graph(folder, model)
    write_tensors(folder / "model.safetensors", model.state_dict())
    write_moments(folder / "moments.safetensors", MOMENTS, [weights_at(model, i) for i in range(len(MOMENTS))])
    tensors, metadata = timeline(steps)
    write_tensors(folder / "timeline.safetensors", tensors, metadata)
    write_json(folder / "history.json", history(steps))
    write_config(folder, _config(folder.name, title))
    return folder


def _config(name: str, title: str) -> Config:
    training = {"seed": 3, "steps": 100, "optimiser": "none", "loss": "none", "seconds": 0.0, "device": "1 × cpu"}
    return Config(
        name=name,
        title={"en": title, "zh": title},
        family="gan",
        arguments=ARGUMENTS,
        capabilities=["Decodes"],
        image={"channels": 1, "height": 8, "width": 8},
        latent_size=3,
        likelihood=None,
        priors=["standard_normal"],
        condition=None,
        dataset={"name": "toy", "version": "1", "sha256": "0" * 64, "split": "train", "licence": "CC0-1.0"},
        training={**training, "command": "explorer train gan"},
        metrics={},
        versions={},
        licence="MIT",
    )
