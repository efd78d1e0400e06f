"""``explorer export NAME --int8``: a decoder whose linear layers keep their weights as 8-bit integers.

Dynamic quantisation: weights are rounded once, row by row, to scale · integer; inputs are rounded as they come. What is
saved is plain numbers, no pickle: integers, scales, zero points, and the layers that stay as they are.

PyTorch's own eager quantisation is used although it is announced to go: the integer product that its successor builds
on is, on a CPU and not compiled, many times slower than float32.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from explorer.checkpoints import compact, read_tensors, write_json, write_tensors
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint
    from explorer.families.latent_gaussian import LatentGaussian

WEIGHTS, REPORT = "decoder-int8.safetensors", "report.json"
IMAGES = 1000
"""Held-out images that quality is measured on."""
ROWS = 50
"""Images that are decoded at once."""
TURNS = 100
"""Decodings that a median time is taken over."""
BATCHES = (1, 64)
PARTS = ("weight", "scale", "zero_point", "bias")
"""Of a quantised layer in the file: int8 (out, in), float32 (out), int32 (out), float32 (out)."""


def export_int8(checkpoint: Checkpoint, out: Path) -> dict[str, Any]:
    """Write the quantised decoder and a report of what it gains and costs to ``out``; returns the report.

    Args:
        checkpoint: of a model with an encoder, a likelihood and linear layers in its decoder.
        out: a new or empty folder, or an earlier export of this kind.

    Raises:
        ExplorerError: if the model cannot be quantised or measured, or ``out`` holds other files.
    """
    from explorer import datasets
    from explorer.cli.latent_evaluation import as_trained_on

    if checkpoint.config.likelihood is None:
        raise ExplorerError(f"{checkpoint.config.name} has no likelihood, by which --int8 is measured")
    decoder: nn.Sequential = checkpoint.model.decoder
    tensors = quantised(decoder)
    held_out = as_trained_on(checkpoint, datasets.load(checkpoint.config.dataset["name"], "test").images)[:IMAGES]
    _make_room(out)
    write_tensors(out / WEIGHTS, tensors, {"checkpoint": checkpoint.config.name})
    small = load_int8(out, decoder)
    names = [name for name, layer in decoder.named_modules() if isinstance(layer, nn.Linear)]
    latent = torch.randn(max(BATCHES), checkpoint.model.latent_size, generator=torch.Generator().manual_seed(0))
    report = {
        "checkpoint": checkpoint.config.name,
        "quantised_layers": names,
        "bytes": {
            "float32": sum(value.numel() * 4 for value in decoder.state_dict().values()),
            "as_shipped": sum(value.nbytes for value in compact(decoder.state_dict()).values()),
            "int8": sum(value.nbytes for value in tensors.values()),
        },
        "milliseconds": {str(count): _times(decoder, small, latent[:count]) for count in BATCHES},
        "quality": quality(checkpoint.model, small, torch.from_numpy(held_out).float() / 255),
        "seed": 0,
    }
    write_json(out / REPORT, report)
    return report


def quantised(decoder: nn.Sequential) -> dict[str, Tensor]:
    """The tensors of a decoder with int8 weights in its linear layers, named as in the file; see :data:`PARTS`.

    What else the decoder holds keeps its names; its matrices are as float16 where that holds them exactly.

    Raises:
        ExplorerError: if it has no linear layer.
    """
    if not any(isinstance(layer, nn.Linear) for layer in decoder.modules()):
        raise ExplorerError("this decoder has no linear layer to quantise")
    tensors: dict[str, Tensor] = {}
    with _announced():
        for name, layer in _linear_layers(_skeleton(decoder)):
            weight = layer.weight()
            parts = (
                weight.int_repr(),
                weight.q_per_channel_scales().float(),
                weight.q_per_channel_zero_points().int(),
                layer.bias(),
            )
            tensors |= {f"{name}.{part}": value for part, value in zip(PARTS, parts, strict=True) if value is not None}
    linear = tuple(f"{name}." for name, layer in decoder.named_modules() if isinstance(layer, nn.Linear))
    rest = {name: value for name, value in decoder.state_dict().items() if not name.startswith(linear)}
    return tensors | compact(rest)


def load_int8(folder: Path, decoder: nn.Sequential) -> nn.Sequential:
    """The decoder that was exported to ``folder``, in evaluation mode.

    Args:
        folder: of the export.
        decoder: of the same architecture, with whatever weights; it stays as it is.

    Raises:
        CheckpointError: if the file is missing or broken, or is of another architecture.
    """
    tensors = read_tensors(folder / WEIGHTS, {name: _wide(value) for name, value in quantised(decoder).items()})
    with _announced():
        small = _skeleton(decoder)
        for name, layer in _linear_layers(small):
            weight, scale, zero_point = (tensors.pop(f"{name}.{part}") for part in PARTS[:3])
            whole = torch._make_per_channel_quantized_tensor(weight, scale.double(), zero_point.long(), 0)
            layer.set_weight_bias(whole, tensors.pop(f"{name}.bias", None))
    others = dict(small.named_parameters()) | dict(small.named_buffers())
    for name, value in tensors.items():  # load_state_dict would ask for what quantised layers keep to themselves
        others[name].data.copy_(value)
    return small.eval()


@torch.no_grad()
def quality(model: LatentGaussian, small: nn.Sequential, x: Tensor) -> dict[str, Any]:
    """What quantising costs on images (N, C, H, W) in unit range: estimates with intervals, image by image.

    ``elbo_change`` is that of the bound in nats at the same posterior samples, below 0 where the small decoder is
    worse; ``picture_difference`` the mean squared difference of the pictures.
    """
    from explorer.metrics.likelihood import estimate

    epsilon = torch.randn(len(x), model.latent_size, generator=torch.Generator().manual_seed(0))
    change, difference = [], []
    for images, noise in zip(x.split(ROWS), epsilon.split(ROWS), strict=True):
        mean, log_variance = model.encode(images)
        z = mean + torch.exp(0.5 * log_variance) * noise
        before, after = model.decode(z), small(z)
        change.append(model.log_likelihood(images, after) - model.log_likelihood(images, before))
        difference.append((model.picture(after) - model.picture(before)).square().flatten(1).mean(1))
    return {
        "elbo_change": asdict(estimate(torch.cat(change), "nats")),
        "picture_difference": asdict(estimate(torch.cat(difference), "squared grey level, unit range")),
    }


def _skeleton(decoder: nn.Sequential) -> nn.Sequential:
    from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

    small: nn.Sequential = quantize_dynamic(decoder, {nn.Linear: per_channel_dynamic_qconfig})
    return small


def _linear_layers(small: nn.Sequential) -> Iterator[tuple[str, Any]]:
    from torch.ao.nn.quantized.dynamic import Linear

    return ((name, layer) for name, layer in small.named_modules() if isinstance(layer, Linear))


@contextmanager
def _announced() -> Iterator[None]:
    """Quietly: that the interface will go is known; see this module's first lines."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.ao.quantization is deprecated", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message="torch.quantize_per_tensor", category=UserWarning)
        yield


def _wide(value: Tensor) -> Tensor:
    return value.float() if value.dtype == torch.float16 else value


@torch.no_grad()
def _times(decoder: nn.Sequential, small: nn.Sequential, latent: Tensor) -> dict[str, float]:
    """Median milliseconds of each, decoding in turns, so that a busy machine slows both."""
    taken: dict[str, list[float]] = {"float32": [], "int8": []}
    for _ in range(TURNS):
        for name, network in (("float32", decoder), ("int8", small)):
            started = time.perf_counter()
            network(latent)
            taken[name].append(1000 * (time.perf_counter() - started))
    return {name: round(statistics.median(values), 4) for name, values in taken.items()}


def _make_room(out: Path) -> None:
    """Never write among files that an export of this kind did not write."""
    if out.exists() and not out.is_dir():
        raise ExplorerError(f"{out}: expected a folder, found a file")
    if out.is_dir() and {path.name for path in out.iterdir()} - {WEIGHTS, REPORT}:
        raise ExplorerError(f"{out}: expected a new or empty folder, or an earlier export of this kind")
    out.mkdir(parents=True, exist_ok=True)
