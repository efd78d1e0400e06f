"""``moments.safetensors``: a decoder as it was at some moments of its training, in few bytes.

Matrices are stored in eight bits, and as what changed since the moment before: late in training that is little, so that
Huffman's code makes two thirds of it. It is exact, and every browser can undo it.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoints import CheckpointError, read_header, read_tensors, write_tensors
from explorer.traces import Bytes

ZERO = 128
"""The byte that stands for nought."""
MOST_BYTES = 2**26
"""Of one unpacked matrix at all moments."""


def write_moments(path: Path, steps: Sequence[int], weights: Sequence[Mapping[str, Tensor]]) -> None:
    """Write the floating-point weights of W moments; docs/format.md describes the file.

    Args:
        path: the file.
        steps: W steps, ascending.
        weights: as many state dicts of one decoder. Every number of a matrix comes back within half a 127th of the
            largest in its row at any of the moments.
    """
    tensors, shapes = {"step": torch.tensor(steps)}, {}
    for name in [name for name, value in weights[0].items() if value.is_floating_point()]:
        values = torch.stack([each[name] for each in weights])
        if torch.equal(values, values[:1].expand_as(values)):
            values = values[:1]
        if values.ndim < 3:
            tensors[name] = values
            continue
        scale = values.flatten(2).abs().amax((0, 2)).clamp_min(1e-12) / (ZERO - 1)
        numbers = (values / _along_rows(scale, values)).round() + ZERO
        shapes[name] = list(values.shape)
        tensors[name] = _pack(numbers.to(torch.uint8).numpy())
        tensors[f"{name}.scale"] = scale
    write_tensors(path, tensors, {"moments": json.dumps({"shapes": shapes})})


def read_moments(path: Path) -> tuple[list[int], list[dict[str, Tensor]]]:
    """The steps and, for each, the weights by name.

    Raises:
        CheckpointError: naming file and key, if the file does not keep the contract.
    """
    label = f"{path.parent.name}/{path.name}"
    tensors = read_tensors(path)
    steps = [int(step) for step in tensors.pop("step", torch.zeros(0))]
    try:
        shapes = json.loads(read_header(path)[1]["moments"])["shapes"]
        for name, shape in shapes.items():
            numbers = torch.from_numpy(_unpack(tensors[name].numpy(), shape)).float()
            tensors[name] = (numbers - ZERO) * _along_rows(tensors.pop(f"{name}.scale"), numbers)
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError, zlib.error) as error:
        raise CheckpointError(f"{label}: expected packed weights ({error!r})") from error
    for name, value in tensors.items():
        if len(value) not in (1, len(steps)):
            raise CheckpointError(f"{label}: expected {name} at {len(steps)} moments, got {len(value)}")
    return steps, [{name: value[index % len(value)] for name, value in tensors.items()} for index in range(len(steps))]


def _along_rows(scale: Tensor, values: Tensor) -> Tensor:
    return scale.view(1, -1, *(1,) * (values.ndim - 2))


def _pack(numbers: Bytes) -> Tensor:
    """Differences from moment to moment, modulo 256, in zlib's format: bytes (n)."""
    changes = np.diff(numbers, axis=0, prepend=np.zeros_like(numbers[:1]))
    compressor = zlib.compressobj(9, strategy=zlib.Z_HUFFMAN_ONLY)  # there is nothing to find but unequal frequencies
    return torch.frombuffer(bytearray(compressor.compress(changes.tobytes()) + compressor.flush()), dtype=torch.uint8)


def _unpack(packed: Bytes, shape: Sequence[int]) -> Bytes:
    count = math.prod(shape)
    if not 0 < count <= MOST_BYTES:
        raise ValueError(f"expected a shape of 1 to {MOST_BYTES} numbers, got {shape}")
    changes = zlib.decompressobj().decompress(packed.tobytes(), count + 1)
    numbers: Bytes = np.frombuffer(changes, np.uint8).reshape(shape).cumsum(0, dtype=np.uint8)
    return numbers
