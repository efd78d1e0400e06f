"""What a GAN's training looked like: moments recorded while it runs, each a file of its own that a page can follow."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.catalog import Mixture
from explorer.checkpoints import read_tensors, write_tensors
from explorer.families.choices import Loss
from explorer.metrics.generation import Judge
from explorer.probes.samples import label, latent
from explorer.sheets import as_bytes, sheet, webp
from explorer.traces import Bytes, Floats
from explorer.traces.measures import Comparison
from explorer.training.gan.steps import Networks
from explorer.training.moments import moments
from explorer.training.outputs import histogram, histogram_edges

MOMENTS = 34
"""Of each of the two series, even and geometric: a run of a thousand steps or more has at least 60 moments."""
STABLE = 8
"""Moments, beside the first, whose weights are kept."""
COLUMNS_GREY, COLUMNS_COLOUR = 8, 4
QUALITY = 88
"""Of the sheets, lossy WebP: no difference is seen at their size, and a timeline stays below 2.5 MB."""
OUTPUTS = 1000
"""Held-out and generated pictures in the histograms of D's output."""


class GANRecorder:
    """Records moments of one run into a folder, one file each, so that a run killed at any time overwrites and goes on.

    Args:
        folder: where the moments go.
        total: steps of the run.
        loss: decides the histograms' range.
        held_out: uint8 (N, C, H, W) real pictures for D's histogram.
        labels: one-hot (N, K) float32 of the held-out pictures, where the model is conditional.
        shares: of the classes in the training set, where it is conditional.
        prior: what latents are drawn from; None for a standard normal.
        latent_size: L.
        judge: measures samples; None where the data set has no classifier.
    """

    def __init__(
        self,
        folder: Path,
        total: int,
        loss: Loss,
        held_out: Bytes,
        labels: Tensor | None,
        shares: Floats | None,
        prior: Mixture | None,
        latent_size: int,
        judge: Judge | None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.judge = folder, judge
        self.moments = moments(total, MOMENTS)
        self.stable = stable(self.moments)
        self.edges = histogram_edges(loss)
        self.real = torch.from_numpy(held_out[:OUTPUTS]).float() / 255
        self.real_labels = None if labels is None else labels[:OUTPUTS]
        count = OUTPUTS if judge is None else max(OUTPUTS, judge.count)
        self.z = torch.from_numpy(np.stack([latent(seed, latent_size, prior) for seed in range(count)]))
        self.labels = None
        if shares is not None:
            self.labels = torch.from_numpy(np.stack([label(seed, shares.tolist()) for seed in range(count)]))
        grey = held_out.shape[1] == 1
        classes = None if shares is None else len(shares)
        self.columns = min(classes or 64, 10 if classes else (COLUMNS_GREY if grey else COLUMNS_COLOUR))
        self.tiles = self.columns * (6 if classes and grey else self.columns)
        self.tile_codes = None if classes is None else np.arange(self.tiles, dtype=np.int16) % classes

    @torch.no_grad()
    def record(self, step: int, networks: Networks) -> dict[str, float]:
        """Write one moment; returns the judge's measures. The networks keep their mode."""
        generator, discriminator = networks.average, networks.discriminator
        device = next(generator.parameters()).device
        training = discriminator.training
        discriminator.eval()
        fake = torch.cat([part.cpu() for part in _decode(generator, self.z, self.labels, device)])
        outputs = {
            "real": _outputs(networks, self.real, self.real_labels, device),
            "fake": _outputs(networks, fake[:OUTPUTS], None if self.labels is None else self.labels[:OUTPUTS], device),
        }
        discriminator.train(training)
        tensors: dict[str, Tensor] = {
            f"histogram.{name}": torch.from_numpy(histogram(values, self.edges)) for name, values in outputs.items()
        }
        tensors["samples"] = torch.frombuffer(bytearray(self._sheet(networks, device)), dtype=torch.uint8)
        measures = {} if self.judge is None else self.judge.measure(as_bytes(fake[: self.judge.count].numpy()))
        tensors |= {f"measure.{name}": torch.tensor(value, dtype=torch.float32) for name, value in measures.items()}
        if step in self.stable:
            tensors |= {f"weights.{name}": value for name, value in generator.state_dict().items()}
        write_tensors(self.folder / f"{step:08d}.safetensors", tensors)
        return measures

    def weights(self) -> list[dict[str, Tensor]]:
        """The averaged generator's state at each of the stable moments, as recorded."""
        prefix = "weights."
        parts = [read_tensors(self.folder / f"{step:08d}.safetensors") for step in self.stable]
        return [
            {name.removeprefix(prefix): value for name, value in part.items() if name.startswith(prefix)}
            for part in parts
        ]

    def description(self, classifier: str | None) -> dict[str, Any]:
        """The timeline's metadata: the tiles of its sheets, and what each measure is."""
        with_floors = {} if self.judge is None else self.judge.floors
        measures = {
            name: {
                "unit": floor.unit,
                **sizes_and_floor(floor),
                "best": "low" if name == "frechet" else "high",
                "features": classifier,
            }
            for name, floor in with_floors.items()
        }
        return {"kind": "images", "tile": self.tile(), "measures": measures}

    def tile(self) -> dict[str, int]:
        """How the sheets are divided."""
        height, width = self.real.shape[2:]
        return {"height": height, "width": width, "columns": self.columns, "count": self.tiles}

    def _sheet(self, networks: Networks, device: torch.device) -> bytes:
        labels = None
        if self.tile_codes is not None and self.labels is not None:
            labels = torch.eye(self.labels.shape[1])[torch.from_numpy(self.tile_codes.astype(np.int64))]
        parts = _decode(networks.average, self.z[: self.tiles], labels, device)
        return webp(sheet(as_bytes(torch.cat(parts).cpu().numpy()), self.columns), QUALITY)


def sizes_and_floor(floor: Comparison) -> dict[str, Any]:
    """What a timeline says of the pictures that a measure is of: how many, beside how many, and what real ones get."""
    return {
        "count": floor.count,
        "reference": floor.reference,
        "floor": {key: asdict(floor)[key] for key in ("value", "low", "high")},
    }


def stable(steps: list[int]) -> list[int]:
    """The moments whose weights are kept: the first, and :data:`STABLE` that are even in the square root of the step.

    Early training changes fast; the square root puts more of them there.
    """
    wanted = (np.linspace(0, 1, STABLE + 1) ** 2 * steps[-1]).tolist()
    chosen: list[int] = []
    for target in wanted:
        left = [step for step in steps if step not in chosen]
        chosen.append(min(left, key=lambda step: abs(step - target)))
    return sorted(chosen)


def _decode(generator: Any, z: Tensor, labels: Tensor | None, device: torch.device) -> list[Tensor]:
    pairs = zip(z.split(250), [None] * math.ceil(len(z) / 250) if labels is None else labels.split(250), strict=True)
    return [generator.decode(part.to(device), None if each is None else each.to(device)) for part, each in pairs]


def _outputs(networks: Networks, x: Tensor, labels: Tensor | None, device: torch.device) -> Floats:
    taken = networks.discriminator.embedding is not None or networks.discriminator.label_plane is not None
    label_parts = labels.split(250) if taken and labels is not None else [None] * math.ceil(len(x) / 250)
    parts = [
        networks.discriminator(part.to(device), None if each is None else each.to(device))[0].cpu()
        for part, each in zip(x.split(250), label_parts, strict=True)
    ]
    outputs: Floats = torch.cat(parts).numpy()
    return outputs
