"""The images that ship beside a model: ``map.safetensors`` and ``thumbnails.webp``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoints import write_atomically, write_tensors
from explorer.sheets import sheet, webp
from explorer.traces.pictures import BrowseSet, LatentMap

SHEET_COLUMNS = 50


def write_map(out: Path, browse: BrowseSet) -> None:
    """Write ``map.safetensors`` and ``thumbnails.webp``; what is latent only where the images have been placed."""
    tensors: dict[str, Any] = {"dataset_index": browse.dataset_index}
    if isinstance(browse, LatentMap):
        tensors |= _placed(browse)
    described: dict[str, Any] = {}
    for name, attribute in browse.attributes.items():
        if attribute.kind == "categorical":
            described[name] = {"kind": "categorical", "values": attribute.values, "labels": attribute.labels}
            tensors[f"attribute.{name}"] = attribute.codes
        else:
            described[name] = {"kind": "continuous", "unit": attribute.unit}
            tensors[f"attribute.{name}"] = attribute.values
    height, width = browse.images.shape[2:]
    metadata = {
        "count": len(browse.images),
        "tile": {"height": height, "width": width, "columns": SHEET_COLUMNS},
        "attributes": described,
        "umap": browse.umap_settings if isinstance(browse, LatentMap) else None,
    }
    arrays: dict[str, Tensor] = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in tensors.items()}
    write_tensors(out / "map.safetensors", arrays, {"map": json.dumps(metadata, ensure_ascii=False)})
    write_atomically(out / "thumbnails.webp", webp(sheet(browse.images, SHEET_COLUMNS)))


def _placed(latent_map: LatentMap) -> dict[str, Any]:
    tensors = {name: getattr(latent_map, name) for name in ("mean", "log_variance", "kl_per_dimension")}
    if latent_map.pca is not None:
        tensors |= {f"pca.{name}": value for name, value in vars(latent_map.pca).items()}
        tensors |= {"layout.pca": latent_map.pca.project(latent_map.mean), "layout.umap": latent_map.umap}
    return tensors
