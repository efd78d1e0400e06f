"""Which checkpoints there are: what a folder of checkpoints offers, and the models in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from explorer.checkpoints import (
    COMMON,
    CheckpointError,
    Config,
    check_header,
    read_config,
    read_header,
    read_tensors,
    verify_files,
)
from explorer.errors import one_line
from explorer.families.registry import FAMILIES
from explorer.protocols import capabilities

Module = TypeVar("Module", bound=nn.Module)
PRIORS = {"standard_normal", "uniform", "mixture"}
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
                    "url": f"checkpoints/{quote(config.name, safe='')}/",
                }
                for config in self.configs
            ],
            "problems": [{"name": one_line(name), "message": message} for name, message in self.problems.items()],
        }


def survey(folder: Path = SHIPPED) -> Survey:
    """Check every checkpoint in ``folder`` but for its numbers; one bad folder does not hide the good ones.

    The good ones come by family, then small latent spaces first: what is quickest to open is offered first.

    Raises:
        CheckpointError: if there is no such folder.
    """
    configs, problems = [], {}
    for path in _folders(folder):
        try:
            configs.append(_verified(path)[0])
        except CheckpointError as error:
            problems[path.name] = str(error)
    order = list(FAMILIES)
    configs.sort(key=lambda config: (order.index(config.family), config.latent_size or 0, config.name))
    return Survey(folder, tuple(configs), problems)


def _verified(folder: Path) -> tuple[Config, Any]:
    """The configuration of a folder whose files are those of its family, unchanged; and its model, without weights."""
    config = read_config(folder)
    verify_files(folder, config)
    if config.family not in FAMILIES:
        raise CheckpointError(f"{folder.name}/config.json: families are {', '.join(FAMILIES)}, got {config.family!r}")
    others = sorted({*config.files} - {*COMMON, *FAMILIES[config.family].files})
    if others:
        raise CheckpointError(f"{folder.name}/config.json: family {config.family} has no {', '.join(others)}")
    model = weightless(lambda: build(config.family, config.arguments))
    check_header(folder / "model.safetensors", model.state_dict(), optional=("prior.",))
    _check_agreement(config, model)
    _check_prior(config, folder / "model.safetensors")
    return config, model


def _check_agreement(config: Config, model: Any) -> None:
    """Refuse a configuration that says something else than its arguments do."""
    label = f"{config.name}/config.json"
    if capabilities(model) != config.capabilities:
        raise CheckpointError(f"{label}: expected capabilities {capabilities(model)}, got {config.capabilities}")
    image = None if config.image is None else tuple(config.image[side] for side in ("channels", "height", "width"))
    if (getattr(model, "latent_size", None), getattr(model, "image_shape", None)) != (config.latent_size, image):
        raise CheckpointError(f"{label}: latent_size and image do not agree with the arguments")
    likelihood = None if config.likelihood is None else config.likelihood["kind"]
    if getattr(model, "likelihood", None) != likelihood:
        raise CheckpointError(f"{label}: likelihood does not agree with the arguments")
    classes = 0 if "Classifies" in config.capabilities else getattr(model, "classes", 0)
    condition = config.condition or {"values": [], "labels": {}, "shares": []}
    counts = {len(part) for part in (condition["values"], condition["shares"], *condition["labels"].values())}
    if counts != {classes} or any(share < 0 for share in condition["shares"]):
        raise CheckpointError(f"{label}: condition does not agree with the {classes} classes of the arguments")
    known = config.latent_size is None or {*config.priors} & PRIORS
    if not known or {*config.priors} - PRIORS:
        raise CheckpointError(f"{label}: expected priors among {', '.join(sorted(PRIORS))}, got {config.priors}")


def _folders(folder: Path) -> list[Path]:
    """The folders in ``folder`` with a ``config.json``, or with what nobody but their owner may see."""
    try:
        return [path for path in sorted(folder.iterdir()) if _is_checkpoint(path)]
    except OSError as error:
        raise CheckpointError(f"{folder}: expected a folder of checkpoints ({error.strerror})") from error


def _is_checkpoint(path: Path) -> bool:
    try:
        os.lstat(path / "config.json")
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return path.is_dir()
    return True


def checkpoints(folder: Path = SHIPPED) -> list[Config]:
    """The readable configurations in ``folder``, by name; :func:`survey` checks the files, too."""
    found = []
    for path in _folders(folder):
        with suppress(CheckpointError):
            found.append(read_config(path))
    return found


def find(name: str, folder: Path = SHIPPED) -> Path:
    """The checkpoint folder called ``name``.

    Raises:
        CheckpointError: with the names that exist.
    """
    names = [path.name for path in _folders(folder)]
    if name not in names:
        raise CheckpointError(f"no checkpoint is called {name!r:.80}; there are: {', '.join(names) or 'none'}")
    return folder / name


def weightless(make: Callable[[], Module]) -> Module:
    """What ``make`` builds, on the device meta: shapes and dtypes without memory."""
    with torch.device("meta"), _Undrawn():
        return make()


class _Undrawn(TorchFunctionMode):
    """Weights on the device meta need no normal numbers; drawing them would load torch's compiler, for seconds."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        return given["tensor"] if function is nn.init.normal_ else function(*args, **given)


def build(family: str, arguments: dict[str, Any]) -> nn.Module:
    """A model of ``family`` with fresh weights.

    Raises:
        CheckpointError: if the family or an argument is unknown, or no model has such arguments.
    """
    if family not in FAMILIES:
        raise CheckpointError(f"no family is called {family!r}; there are: {', '.join(FAMILIES)}")
    try:
        return FAMILIES[family].build(**arguments)
    except Exception as error:  # whatever arguments of a file that others wrote lead to
        raise CheckpointError(f"family {family}: {error}") from error


def open_checkpoint(folder: Path) -> Checkpoint:
    """Verify a checkpoint folder and load its model, in evaluation mode.

    Raises:
        CheckpointError: naming file, key and expectation.
    """
    config, model = _verified(folder)
    tensors = read_tensors(folder / "model.safetensors", model.state_dict(), optional=("prior.",))
    prior = {name.removeprefix("prior."): tensors.pop(name) for name in list(tensors) if name.startswith("prior.")}
    model.load_state_dict(tensors, strict=True, assign=True)
    model.eval().requires_grad_(False)
    return Checkpoint(folder, config, model, Mixture(**prior) if prior else None)


def _check_prior(config: Config, path: Path) -> None:
    """Refuse tensors of a mixture that are none, or that the configuration does not speak of."""
    entries = {name: entry for name, entry in read_header(path)[0].items() if name.startswith("prior.")}
    size, parts = config.latent_size, (entries.get("prior.weights", {}).get("shape") or [0])[0]
    mixture = {"prior.weights": [parts], "prior.means": [parts, size], "prior.cholesky": [parts, size, size]}
    expected = mixture if "mixture" in config.priors else {}
    floats = all(entry["dtype"] in ("F32", "F16") for entry in entries.values())
    if {name: entry["shape"] for name, entry in entries.items()} != expected or (expected and not parts) or not floats:
        raise CheckpointError(f"{config.name}/model.safetensors: expected tensors prior.* of shapes {expected}")
