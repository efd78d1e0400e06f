"""What training looked like over time: moments recorded at chosen steps, packed into one timeline."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.checkpoints import compact, read_tensors, rounded, write_tensors
from explorer.families.latent_gaussian import LatentGaussian
from explorer.metrics.likelihood import binarised
from explorer.probes.browse import posteriors
from explorer.probes.samples import latent, pictures
from explorer.sheets import as_bytes, sheet, webp
from explorer.traces import Bytes, Integers
from explorer.traces.training import Moment
from explorer.training.moments import moments

MAP_IMAGES = 192
TILES_GREY, TILES_COLOUR = 36, 9
"""Pictures per sheet, so that a timeline stays about a megabyte."""
QUALITY = 75
"""Of the sheets' lossy WebP: beside the lossless ones, differences show only under a magnifying glass."""
SHEETS = ("samples", "reconstructions")
SPREAD_LATENTS = 16
"""Up to so many dimensions the posteriors' log variances are recorded, too; of more they would be most of the file."""
EPSILON_SEED = 0
"""Of the posterior draws, the same at every moment, at which the reconstruction is measured."""
MEASURES = {"elbo": "high", "reconstruction": "high", "kl": "low", "kl_per_dimension": "low"}
"""Which way each is better, the others being equal."""


class Recorder:
    """Records moments of one run into a folder, one file each, so that a run killed at any time overwrites and goes on.

    Args:
        folder: where the moments go.
        held_out: uint8 (N, C, H, W); the first :data:`MAP_IMAGES` are followed, the first few are reconstructed.
        binarise: measure the evidence on the followed images once binarised, as the model is trained on such.
    """

    def __init__(self, folder: Path, held_out: Bytes, binarise: bool = False) -> None:
        self.folder = folder
        self.held_out = held_out[:MAP_IMAGES]
        self.measured = binarised(self.held_out) if binarise else self.held_out
        self.tiles = TILES_GREY if held_out.shape[1] == 1 else TILES_COLOUR
        folder.mkdir(parents=True, exist_ok=True)

    @torch.no_grad()
    def observe(self, step: int, model: LatentGaussian) -> Moment:
        """What the model is like in evaluation mode; it is left as it is, on whatever device."""
        model = copy.deepcopy(model).cpu().eval()
        noise = np.stack([latent(seed, model.latent_size) for seed in range(self.tiles)])
        mean, log_variance = posteriors(model, self.held_out)
        shown = self.held_out[: self.tiles // 2]
        samples, decoded = (as_bytes(pictures(model, z)) for z in (noise, mean[: len(shown)]))
        epsilon = torch.randn(len(mean), model.latent_size, generator=torch.Generator().manual_seed(EPSILON_SEED))
        terms = model.evidence(torch.from_numpy(self.measured).float() / 255, epsilon)
        return Moment(
            step,
            mean,
            samples,
            np.stack([shown, decoded], 1).reshape(-1, *shown.shape[1:]),
            log_variance,
            terms.reconstruction.mean().item(),
            terms.kl_per_dimension.mean(0).numpy(),
        )

    def record(self, step: int, model: LatentGaussian) -> None:
        """Observe and write one moment."""
        moment = self.observe(step, model)
        side = math.isqrt(self.tiles)
        columns = {"samples": side, "reconstructions": side - side % 2}  # each image beside its reconstruction
        followed = {"mean": torch.from_numpy(moment.mean)}
        if moment.mean.shape[1] <= SPREAD_LATENTS:
            followed["log_variance"] = torch.from_numpy(moment.log_variance)
        tensors = compact(rounded(followed))
        kl = float(moment.kl_per_dimension.sum())
        values = {"elbo": moment.reconstruction - kl, "reconstruction": moment.reconstruction, "kl": kl}
        tensors |= {f"measure.{name}": torch.tensor(value) for name, value in values.items()}
        tensors["measure.kl_per_dimension"] = torch.from_numpy(moment.kl_per_dimension)
        for name in SHEETS:
            picture = webp(sheet(getattr(moment, name), columns[name]), QUALITY)
            tensors[name] = torch.frombuffer(bytearray(picture), dtype=torch.uint8)
        write_tensors(self.folder / f"{step:08d}.safetensors", tensors)

    def pack(self, path: Path, total: int, codes: Integers) -> None:
        """Write the timeline of a run of ``total`` steps, with the followed images' classes (N,)."""
        chosen = moments(total)
        parts = [read_tensors(self.folder / f"{step:08d}.safetensors") for step in chosen]
        tensors = {
            "step": torch.tensor(chosen),
            "attribute": torch.from_numpy(codes[: len(self.held_out)].astype(np.int16)),
        }
        whole = [name for name in parts[0] if name not in SHEETS]
        tensors |= {name: torch.stack([part[name] for part in parts]) for name in whole}
        for name in SHEETS:
            lengths = torch.tensor([0, *(len(part[name]) for part in parts)])
            tensors[f"sheet.{name}.bytes"] = torch.cat([part[name] for part in parts])
            tensors[f"sheet.{name}.offsets"] = lengths.cumsum(0)
        write_tensors(path, compact(tensors), {"timeline": json.dumps(self.description())})

    def description(self) -> dict[str, Any]:
        """The timeline's metadata: the tiles of its sheets of samples, and what each measure is."""
        height, width = self.held_out.shape[2:]
        tile = {"height": height, "width": width, "columns": math.isqrt(self.tiles), "count": self.tiles}
        shared = {"unit": "nats", "count": len(self.held_out), "floor": None}
        return {
            "kind": "latents",
            "tile": tile,
            "measures": {name: {**shared, "best": best} for name, best in MEASURES.items()},
        }
