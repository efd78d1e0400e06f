"""Checkpoint folders: the contract between training, catalogue, views and the page.

Every file is JSON, safetensors, WebP or Markdown; nothing is ever unpickled. Reading refuses before it allocates:
sizes, header, keys, dtypes and shapes are checked against the model that ``config.json`` describes, then hashes and
finiteness.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from explorer.config_form import FORM
from explorer.errors import ExplorerError
from explorer.strict_json import first_wrong, parse

FORMAT = 1
COMMON = ("config.json", "model.safetensors", "graph.json", "history.json", "timeline.safetensors", "README.md")
"""What a model of any family may have."""
FILES = (
    *COMMON,
    "moments.safetensors",
    "map.safetensors",
    "thumbnails.webp",
    "attributes.safetensors",
    "texts.json",
    "marks.safetensors",
    "memory.safetensors",
    "examples.safetensors",
    "evaluation.json",
)
REQUIRED = ("model.safetensors", "graph.json")
PART = ".part"
"""How the name of a file ends that is being written."""
LARGEST_FILE = 10_000_000
LARGEST_HEADER = 1_000_000
DTYPES = {
    "F32": (torch.float32, 4),
    "F16": (torch.float16, 2),
    "I64": (torch.int64, 8),
    "I32": (torch.int32, 4),
    "I16": (torch.int16, 2),
    "I8": (torch.int8, 1),
    "U8": (torch.uint8, 1),
}
HEADER = {str: {"dtype": str, "shape": [int], "data_offsets": [int]}}
"""Of a safetensors file, beside its metadata; see :func:`explorer.strict_json.first_wrong`."""
POINTER = b"version https://git-lfs.github.com/spec/"
"""How a file begins that stands for one that Git LFS has not fetched."""


class CheckpointError(ExplorerError):
    """A checkpoint folder that does not keep the contract; the text names file, key and expectation."""


@dataclass(frozen=True)
class Config:
    """``config.json``; see docs/format.md for the meaning of each entry."""

    name: str
    title: dict[str, str]
    family: str
    arguments: dict[str, Any]
    capabilities: list[str]
    image: dict[str, int] | None
    latent_size: int | None
    likelihood: dict[str, Any] | None
    priors: list[str]
    condition: dict[str, Any] | None
    dataset: dict[str, Any]
    training: dict[str, Any]
    metrics: dict[str, dict[str, Any]]
    versions: dict[str, str]
    licence: str
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def write_atomically(path: Path, data: bytes) -> None:
    """Replace ``path`` in one step, so that a killed process leaves the old file or the new one, never half of one.

    Raises:
        CheckpointError: if it cannot be written; the old file stays.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}{PART}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CheckpointError(f"{path}: cannot be written ({error.strerror})") from error


def write_json(path: Path, content: Any) -> None:
    """Write JSON atomically; NaN and infinities are refused since JSON has none."""
    write_atomically(path, (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode())


def write_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    """Write a safetensors file atomically."""
    ready = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_atomically(path, save(ready, metadata or {}))


def rounded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors whose float32 matrices hold the nearest float16 numbers, still as float32; the others unchanged.

    A matrix is a tensor of two or more dimensions: the weights, almost all of a model's bytes. Biases, norms and scales
    stay exact, and so does a matrix with a number beyond float16's range (65504).
    """
    return {name: _half(value).to(value.dtype) for name, value in tensors.items()}


def compact(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors with each float32 matrix that float16 holds exactly as float16, which halves its bytes in a file.

    :func:`read_tensors` gives the same float32 numbers back. What was not :func:`rounded` before stays float32.
    """
    halves = {name: _half(value) for name, value in tensors.items()}
    return {
        name: half if torch.equal(half.to(tensors[name].dtype), tensors[name]) else tensors[name]
        for name, half in halves.items()
    }


def _half(value: Tensor) -> Tensor:
    """The nearest float16 numbers of a float32 matrix that are all finite; else the tensor itself."""
    if value.dtype != torch.float32 or value.ndim < 2:
        return value
    half = value.half()
    return half if torch.isfinite(half).all() else value


def write_config(folder: Path, config: Config) -> Config:
    """Write ``config.json`` with the hash of every other contract file in ``folder``; returns it with the hashes."""
    hashes = {name: sha256(folder / name) for name in FILES[1:] if (folder / name).exists()}
    complete = Config(**{**asdict(config), "files": hashes})
    write_json(folder / "config.json", asdict(complete))
    return complete


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file; raises CheckpointError where it cannot be read."""
    with _reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_config(folder: Path) -> Config:
    """Read and check ``config.json`` alone.

    Raises:
        CheckpointError: if it is missing, no JSON object, of another format version, or has other keys than known, or
            an entry of another form.
    """
    label = f"{folder.name}/config.json"
    content = read_json(folder / "config.json")
    if not isinstance(content, dict):
        raise CheckpointError(f"{label}: expected an object, got {content!r:.40}")
    known, found = {"format", *FORM}, set(content)
    if found != known:
        missing, others = ", ".join(sorted(known - found)) or "none", ", ".join(sorted(found - known)) or "none"
        raise CheckpointError(f"{label}: expected exactly the keys of the format, missing {missing}, others {others}")
    if content["format"] != FORMAT:
        raise CheckpointError(f"{label}: expected format {FORMAT}, got {content['format']!r:.40}")
    wrong = first_wrong(content, FORM)
    if wrong is not None:
        raise CheckpointError(f"{label}: the entry {wrong} is missing or not what the format asks for")
    if content["name"] != folder.name:
        raise CheckpointError(f"{label}: expected name {folder.name!r}, got {content['name']!r:.60}")
    return Config(**content)


def read_json(path: Path) -> Any:
    """Parse a JSON file of the contract's size.

    Raises:
        CheckpointError: if it is missing, too large or no JSON; see :func:`explorer.strict_json.parse`.
    """
    _check_file(path)
    try:
        with _reading(path):
            return parse(path.read_bytes())
    except ValueError as error:
        raise CheckpointError(f"{_label(path)}: expected JSON ({error})") from error


def verify_files(folder: Path, config: Config) -> None:
    """Check that every listed file is there, of allowed size and unchanged.

    Raises:
        CheckpointError: naming the file and what was expected.
    """
    unlisted = [name for name in REQUIRED if name not in config.files]
    unknown = [name for name in config.files if name not in FILES]
    if unlisted or unknown:
        raise CheckpointError(
            f"{folder.name}/config.json: files must list {', '.join(REQUIRED)} "
            f"and only contract files, got {sorted(config.files)}"
        )
    for name, expected in config.files.items():
        _check_file(folder / name)
        found = sha256(folder / name)
        if found != expected:
            raise CheckpointError(
                f"{folder.name}/{name}: expected sha256 {expected}, got {found}; the file was changed or cut"
            )


def read_header(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The tensors (dtype, shape, data_offsets) and the metadata of a safetensors file, checked against its length.

    Raises:
        CheckpointError: if the header is malformed or does not describe the file's bytes exactly.
    """
    label = _label(path)
    _check_file(path)
    with _reading(path), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(LARGEST_HEADER, size - 8):
            raise CheckpointError(
                f"{label}: expected a header of 2 to {LARGEST_HEADER} bytes inside the file, got {length}"
            )
        data = file.read(length)
    try:
        header = parse(data)
    except ValueError as error:
        raise CheckpointError(f"{label}: expected a safetensors header ({error})") from error
    metadata = header.pop("__metadata__", {}) if isinstance(header, dict) else {}
    wrong = first_wrong(header, HEADER) or first_wrong(metadata, {str: str})
    if wrong is not None or not all(map(_is_tensor, header.values())):
        raise CheckpointError(f"{label}: expected a safetensors header of {', '.join(DTYPES)} tensors")
    spans = sorted((*entry["data_offsets"], name) for name, entry in header.items())
    counts = {name: math.prod(entry["shape"]) * DTYPES[entry["dtype"]][1] for name, entry in header.items()}
    end = 0
    for start, stop, name in spans:
        if start != end or stop - start != counts[name]:
            raise CheckpointError(
                f"{label}: expected {name} at byte {end} with {counts[name]} bytes, got {start} to {stop}"
            )
        end = stop
    if end != size - 8 - length:
        raise CheckpointError(
            f"{label}: expected {end} bytes of tensors, got {size - 8 - length}; the file is cut or padded"
        )
    return header, metadata


def _is_tensor(entry: dict[str, Any]) -> bool:
    return entry["dtype"] in DTYPES and len(entry["data_offsets"]) == 2 and min(entry["shape"], default=0) >= 0


def read_tensors(
    path: Path, expected: dict[str, Tensor] | None = None, optional: tuple[str, ...] = ()
) -> dict[str, Tensor]:
    """Read a safetensors file whose floating-point numbers are all finite; float16 is widened to float32.

    Args:
        path: the file.
        expected: tensors (on any device, ``meta`` too) whose keys, shapes and, once widened, dtypes the file must have.
        optional: prefixes of keys that may be there beside the expected ones.

    Raises:
        CheckpointError: naming file, key and expectation.
    """
    label = _label(path)
    check_header(path, expected, optional)
    try:
        with _reading(path):
            tensors = {name: tensor.to(_widened(tensor.dtype)) for name, tensor in load_file(path).items()}
    except SafetensorError as error:
        raise CheckpointError(f"{label}: expected a safetensors file ({error})") from error
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise CheckpointError(f"{label}: expected finite numbers in {name}, got NaN or infinity")
    return tensors


def check_header(path: Path, expected: dict[str, Tensor] | None, optional: tuple[str, ...] = ()) -> None:
    """Compare the header of a safetensors file with what is expected, as :func:`read_tensors` does.

    Raises:
        CheckpointError: naming file, key and expectation.
    """
    label = _label(path)
    header, _ = read_header(path)
    if expected is None:
        return
    found = {name for name in header if not name.startswith(optional)} if optional else set(header)
    if found != set(expected):
        missing, extra = sorted(set(expected) - found), sorted(found - set(expected))
        raise CheckpointError(f"{label}: tensors missing {missing}, not expected {extra}")
    for name, tensor in expected.items():
        dtype, shape = _widened(DTYPES[header[name]["dtype"]][0]), tuple(header[name]["shape"])
        if dtype != tensor.dtype or shape != tuple(tensor.shape):
            raise CheckpointError(f"{label}: expected {name} {tensor.dtype} {tuple(tensor.shape)}, got {dtype} {shape}")


def _widened(dtype: torch.dtype) -> torch.dtype:
    return torch.float32 if dtype == torch.float16 else dtype


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """What the system says against reading a file, as our error."""
    try:
        yield
    except OSError as error:
        raise CheckpointError(f"{_label(path)}: cannot be read ({error.strerror})") from error


def _check_file(path: Path) -> None:
    """Refuse what is no file of the contract's size, or stands for one that is not here."""
    with _reading(path):
        if not path.is_file():
            raise CheckpointError(f"{_label(path)}: expected a file, found none")
        if not 0 < path.stat().st_size <= LARGEST_FILE:
            raise CheckpointError(f"{_label(path)}: expected 1 to {LARGEST_FILE} bytes, got {path.stat().st_size}")
        with path.open("rb") as file:
            if file.read(len(POINTER)) == POINTER:
                raise CheckpointError(f"{_label(path)}: is a Git LFS pointer, not the file itself; run: git lfs pull")
