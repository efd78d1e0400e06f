"""Where prepared data lives: one folder per data set in the user's cache, complete or absent, never half there.

The folder's name carries the SHA-256 of its content, so that another version's is simply not found.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from platformdirs import user_cache_dir
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from explorer.errors import ExplorerError

Arrays: TypeAlias = dict[str, NDArray[Any]]
"""One split: "images" (N, C, H, W) uint8 and "attribute.<name>" (N,) int16 or float32."""
SPLITS = ("train", "test")


class DatasetError(ExplorerError):
    """A data set that is not here, or that could not be fetched or prepared; the text is one line."""


def cache_folder() -> Path:
    """The folder of all data sets: the environment variable EXPLORER_DATA, or the user's cache folder."""
    return Path(os.environ.get("EXPLORER_DATA") or user_cache_dir("generative-model-explorer")).expanduser().resolve()


def prepared_folder(name: str, sha256: str) -> Path:
    """Where the prepared files of a data set are, or will be."""
    return cache_folder() / f"{name}-{sha256[:12]}"


def arrays_sha256(splits: dict[str, Arrays]) -> str:
    """SHA-256 over split, name, dtype, shape and bytes of every array, in the order train, test and by name."""
    digest = hashlib.sha256()
    for split in SPLITS:
        for key, array in sorted(splits[split].items()):
            digest.update(f"{split} {key} {array.dtype} {array.shape}\n".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def read_arrays(path: Path, name: str) -> Arrays:
    """The arrays of one file of the data set ``name``; raises DatasetError where it cannot be read."""
    try:
        arrays: Arrays = load_file(path)
    except (OSError, SafetensorError) as error:
        raise DatasetError(f"{path} cannot be read ({error}); repair it with: explorer data get {name}") from error
    return arrays


def write_arrays(splits: dict[str, Arrays], folder: Path) -> None:
    """Writes a file for each split; raises DatasetError where that fails."""
    for split, arrays in splits.items():
        contiguous = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
        try:
            save_file(contiguous, folder / f"{split}.safetensors")
        except SafetensorError as error:
            raise DatasetError(f"the {split} split could not be written to {folder}: {error}") from error


def replace_folder(finished: Path, folder: Path) -> None:
    """Moves a finished folder to its place in one step; what was there is removed."""
    if folder.exists():
        shutil.rmtree(folder)
    finished.rename(folder)


@contextmanager
def preparing(name: str) -> Iterator[Path]:
    """An empty folder to prepare a data set in, for one process at a time; gone afterwards, whatever happens.

    What an interrupted preparation left behind is removed first. A full disk, or a cache folder that cannot be written
    to, raises DatasetError.
    """
    cache = cache_folder()
    workspace = cache / f".preparing-{name}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f".preparing-{name}.lock", timeout=0):
            shutil.rmtree(workspace, ignore_errors=True)
            workspace.mkdir()
            try:
                yield workspace
            finally:
                shutil.rmtree(workspace, ignore_errors=True)
    except Timeout as error:
        raise DatasetError(
            f"data set '{name}' is being prepared by another process; try again when it is done"
        ) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DatasetError(f"the disk is full: data set '{name}' does not fit into {cache}") from error
        raise DatasetError(f"data set '{name}' could not be prepared in {cache}: {error}") from error
