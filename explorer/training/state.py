"""A run's state on disk: one safetensors file, replaced in one step, from which a killed run goes on bit for bit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from explorer.checkpoints import write_tensors
from explorer.training.settings import RunSettings, TrainingError

FILE = "state.safetensors"


@dataclass(frozen=True)
class Progress:
    """How far a run has come."""

    step: int
    seconds: float
    rows: tuple[tuple[float, ...], ...]
    """The logged history so far."""


def save_state(
    folder: Path,
    settings: RunSettings,
    model: nn.Module,
    updates: dict[str, torch.optim.Optimizer],
    progress: Progress,
) -> None:
    """Write the state of a model and of its optimisers, which have names.

    Raises:
        TrainingError: if a weight is no finite number; the last good state stays.
    """
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    broken = [name for name, value in tensors.items() if value.is_floating_point() and not value.isfinite().all()]
    if broken:
        raise TrainingError(f"{broken[0]} is not finite after step {progress.step}; the state before it is kept")
    for part, optimiser in updates.items():
        for index, entries in optimiser.state_dict()["state"].items():
            kept = {name: value for name, value in entries.items() if isinstance(value, Tensor)}
            tensors |= {f"optimiser.{part}.{index}.{name}": value for name, value in kept.items()}
    tensors["history"] = torch.tensor(progress.rows, dtype=torch.float64)
    metadata = {
        "settings": json.dumps(settings.as_json()),
        "step": str(progress.step),
        "seconds": repr(progress.seconds),
    }
    write_tensors(folder / FILE, tensors, metadata)


def load_state(
    folder: Path, settings: RunSettings, model: nn.Module, updates: dict[str, torch.optim.Optimizer]
) -> Progress:
    """Put a saved state into model and optimisers; nothing saved means step 0.

    Raises:
        TrainingError: if the folder holds a run with other settings, or what is no state.
    """
    if not (folder / FILE).exists():
        return Progress(0, 0.0, ())
    try:
        with safe_open(folder / FILE, "pt") as file:
            metadata = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        saved = json.loads(metadata["settings"])
    except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
        raise TrainingError(f"{folder / FILE} is no state of a run ({error}); give --replace to begin anew") from error
    differing = sorted(name for name, value in settings.as_json().items() if saved.get(name) != value)
    if differing:
        raise TrainingError(
            f"{folder} holds a run with other settings ({', '.join(differing)}); "
            "choose another --out or repeat its command"
        )
    prefix = "model."
    weights = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
    model.load_state_dict(weights)
    for part, optimiser in updates.items():
        entries: dict[int, dict[str, Any]] = {}
        for name, value in tensors.items():
            if name.startswith(f"optimiser.{part}."):
                index, key = name.removeprefix(f"optimiser.{part}.").split(".", 1)
                entries.setdefault(int(index), {})[key] = value
        optimiser.load_state_dict({"state": entries, "param_groups": optimiser.state_dict()["param_groups"]})
    rows = tuple(tuple(row) for row in tensors["history"].tolist())
    return Progress(int(metadata["step"]), float(metadata["seconds"]), rows)
