"""Which checkpoints there are: what a folder of checkpoints offers, and the models in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from explorer.checkpoints import COMMON, CheckpointError, Config, read_config, read_tensors, verify_files
from explorer.families.registry import FAMILIES
from explorer.protocols import capabilities

SHIPPED = Path(__file__).resolve().parent.parent / "checkpoints"


@dataclass(frozen=True)
class Mixture:
    """A Gaussian mixture fitted to the aggregated posterior, to sample latents from."""

    weights: Tensor
    """(K,) positive, sum one."""
    means: Tensor
    """(K, L)."""
    cholesky: Tensor
    """(K, L, L) lower triangular factors of the covariances."""


@dataclass(frozen=True)
class Checkpoint:
    """A verified folder, opened."""

    folder: Path
    config: Config
    model: Any
    """A module of the family; :func:`explorer.protocols.capabilities` says what it can do."""
    mixture: Mixture | None


@dataclass(frozen=True)
class Survey:
    """What a folder of checkpoints holds, the broken ones beside the good."""

    folder: Path
    configs: tuple[Config, ...]
    problems: dict[str, str]
    """Why each broken checkpoint was left out, by folder name."""

    def as_json(self) -> dict[str, Any]:
        """``catalog.json``, as the page reads it."""
        return {
            "families": {name: family.plural for name, family in FAMILIES.items()},
            "checkpoints": [
                {
                    "name": config.name,
                    "title": config.title,
                    "family": config.family,
                    "capabilities": config.capabilities + ["Timeline"] * ("timeline.safetensors" in config.files),
                    "image": config.image,
                    "latent_size": config.latent_size,
                    "url": f"checkpoints/{config.name}/",
                }
                for config in self.configs
            ],
            "problems": [{"name": name, "message": message} for name, message in self.problems.items()],
        }


def survey(folder: Path = SHIPPED) -> Survey:
    """Check every checkpoint's files in ``folder`` against their hashes; one bad folder does not hide the good ones.

    The good ones come by family, then small latent spaces first: what is quickest to open is offered first.

    Raises:
        CheckpointError: if there is no such folder.
    """
    configs, problems = [], {}
    for path in _folders(folder):
        try:
            configs.append(_verified(path))
        except CheckpointError as error:
            problems[path.name] = str(error)
    order = list(FAMILIES)
    configs.sort(key=lambda config: (order.index(config.family), config.latent_size or 0, config.name))
    return Survey(folder, tuple(configs), problems)


def _verified(folder: Path) -> Config:
    """The configuration of a checkpoint folder whose files are those of its family, unchanged."""
    config = read_config(folder)
    verify_files(folder, config)
    if config.family not in FAMILIES:
        raise CheckpointError(f"{folder.name}/config.json: families are {', '.join(FAMILIES)}, got {config.family!r}")
    others = sorted({*config.files} - {*COMMON, *FAMILIES[config.family].files})
    if others:
        raise CheckpointError(f"{folder.name}/config.json: family {config.family} has no {', '.join(others)}")
    return config


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CheckpointError(f"{folder}: expected a folder of checkpoints")
    return [path.parent for path in sorted(folder.glob("*/config.json"))]


def checkpoints(folder: Path = SHIPPED) -> list[Config]:
    """The configurations of every checkpoint folder in ``folder``, by name; folders without a config.json are none."""
    return [read_config(path) for path in _folders(folder)]


def find(name: str, folder: Path = SHIPPED) -> Path:
    """The checkpoint folder called ``name``.

    Raises:
        CheckpointError: with the names that exist.
    """
    names = [path.name for path in _folders(folder)]
    if name not in names:
        raise CheckpointError(f"no checkpoint is called {name!r}; there are: {', '.join(names) or 'none'}")
    return folder / name


def build(family: str, arguments: dict[str, Any]) -> nn.Module:
    """A model of ``family`` with fresh weights.

    Raises:
        CheckpointError: if the family or an argument is unknown.
    """
    if family not in FAMILIES:
        raise CheckpointError(f"no family is called {family!r}; there are: {', '.join(FAMILIES)}")
    try:
        return FAMILIES[family].build(**arguments)
    except TypeError as error:
        raise CheckpointError(f"family {family}: {error}") from error


def open_checkpoint(folder: Path) -> Checkpoint:
    """Verify a checkpoint folder and load its model, in evaluation mode.

    Raises:
        CheckpointError: naming file, key and expectation.
    """
    config = _verified(folder)
    with torch.device("meta"):
        model = build(config.family, config.arguments)
    tensors = read_tensors(folder / "model.safetensors", model.state_dict(), optional=("prior.",))
    prior = {name.removeprefix("prior."): tensors.pop(name) for name in list(tensors) if name.startswith("prior.")}
    model.load_state_dict(tensors, strict=True, assign=True)
    model.eval().requires_grad_(False)
    if capabilities(model) != config.capabilities:
        raise CheckpointError(
            f"{folder.name}/config.json: expected capabilities {capabilities(model)}, got {config.capabilities}"
        )
    image = None if config.image is None else tuple(config.image.values())
    if (getattr(model, "latent_size", None), getattr(model, "image_shape", None)) != (config.latent_size, image):
        raise CheckpointError(f"{folder.name}/config.json: latent_size and image do not agree with the arguments")
    return Checkpoint(folder, config, model, _mixture(folder, config, prior))


def _mixture(folder: Path, config: Config, tensors: dict[str, Tensor]) -> Mixture | None:
    if "mixture" not in config.priors:
        return None
    size, parts = config.latent_size or 0, tensors.get("weights", torch.empty(0)).numel()
    expected = {"weights": (parts,), "means": (parts, size), "cholesky": (parts, size, size)}
    if parts == 0 or {name: tuple(value.shape) for name, value in tensors.items()} != expected:
        raise CheckpointError(f"{folder.name}/model.safetensors: expected prior.* of shapes {expected}")
    return Mixture(**tensors)
