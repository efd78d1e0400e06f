"""A text in its splits, and what a text must go through to become one."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from explorer.datasets.idx import read_member
from explorer.datasets.store import DatasetError

SPLITS = ("train", "held_out", "supplement")


@dataclass(frozen=True)
class Text:
    """A text, split by whole works, files, poems or names: whatever its kind, never by characters."""

    train: str
    held_out: str
    supplement: str = ""
    """More text for training only, close in kind; most texts have none."""

    def sha256(self) -> str:
        """SHA-256 over the name, the length in bytes and the UTF-8 bytes of each split, in the order of SPLITS."""
        digest = hashlib.sha256()
        for name, split in zip(SPLITS, astuple(self), strict=True):
            content = split.encode()
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()


def normalise_lines(text: str) -> str:
    """Ends every line with one line feed, without spaces before it, and the text with exactly one."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"


def join_works(works: Iterable[str]) -> str:
    """Normalised works one after another, three empty lines apart."""
    return "\n\n\n".join(works)


def stable_hash(text: str) -> int:
    """A number in [0, 2²⁵⁶) that depends on the text alone: choosing by it is as good as by chance, and repeats."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def read_text(archive: tarfile.TarFile, name: str, encoding: str = "utf-8") -> str:
    """The text of one file in a tar archive; raises DatasetError where it is missing or not in that encoding."""
    try:
        return read_member(archive, name).decode(encoding)
    except UnicodeDecodeError as error:
        raise DatasetError(f"{name} is not {encoding} text: {error.reason} at byte {error.start}") from error
