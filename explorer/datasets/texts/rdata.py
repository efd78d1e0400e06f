"""Character vectors out of an R package's data, read without R.

A package keeps its data in a lazy-load database: an index (.rdx, gzip) that says where each object is in the data file
(.rdb), each object there being its length as a 32-bit integer and a zlib stream. Both hold R's serialisation format, in
its big-endian (XDR) form; see "Serialization Formats" in R Internals,
https://cran.r-project.org/doc/manuals/r-release/R-ints.html. Only the kinds of object that text needs are read.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

from explorer.datasets.store import DatasetError

HAS_ATTRIBUTES, HAS_TAG = 0x200, 0x400
SYMBOL, PAIRS, CHARACTERS, LOGICALS, INTEGERS, STRINGS, VECTOR, NULL, REFERENCE = 1, 2, 9, 10, 13, 16, 19, 254, 255


class Reader:
    """Reads one serialised object; ``item`` gives lists, strings and integers, and named lists as dictionaries."""

    def __init__(self, content: bytes) -> None:
        """Reads the header; raises DatasetError where it is not that of version 3, big-endian."""
        self.content, self.position = content, 0
        self.symbols: list[str] = []
        if self.take(2) != b"X\n" or self.integer() != 3:
            raise DatasetError("the R data is not in serialisation format 3, big-endian")
        self.take(8)  # the versions of R that wrote it and that can read it
        self.take(self.integer())  # the name of its native encoding

    def take(self, count: int) -> bytes:
        """The next bytes."""
        start, self.position = self.position, self.position + count
        if not 0 <= count <= len(self.content) - start:
            raise DatasetError(f"the R data ends early, or is damaged: {count} bytes wanted after byte {start}")
        return self.content[start : self.position]

    def integer(self) -> int:
        """The next 32-bit integer."""
        value: int = struct.unpack(">i", self.take(4))[0]
        return value

    def item(self) -> Any:
        """The next object."""
        flags = self.integer()
        kind = flags & 0xFF
        if kind == NULL:
            return None
        if kind == REFERENCE:
            return self.symbols[(flags >> 8) - 1]
        if kind == SYMBOL:
            self.symbols.append(self.item())
            return self.symbols[-1]
        if kind == PAIRS:
            return self.pairs(flags)
        if kind == CHARACTERS:
            return self.string()
        values = self.values(kind)
        attributes = self.item() if flags & HAS_ATTRIBUTES else {}
        return dict(zip(attributes["names"], values, strict=True)) if "names" in attributes else values

    def pairs(self, flags: int) -> dict[str, Any]:
        """A pairlist, whose elements have tags: how R keeps attributes."""
        if flags & HAS_ATTRIBUTES or not flags & HAS_TAG:
            raise DatasetError("the R data has a pairlist that is not one of attributes")
        tag = self.item()
        return {tag: self.item()} | (self.item() or {})

    def string(self) -> str | None:
        """A string, None for a missing one."""
        length = self.integer()
        return None if length == -1 else self.take(length).decode()

    def values(self, kind: int) -> list[Any]:
        """The elements of a vector."""
        count = self.integer() if kind in (LOGICALS, INTEGERS, STRINGS, VECTOR) else -1
        if count < 0:
            raise DatasetError(f"the R data has an object of kind {kind}, which is not read here")
        if kind in (LOGICALS, INTEGERS):
            return list(struct.unpack(f">{count}i", self.take(4 * count)))
        return [self.item() for _ in range(count)]


def read_database(index: bytes, data: bytes) -> dict[str, Any]:
    """Every object of a lazy-load database by name, from its .rdx and .rdb files; raises DatasetError if damaged."""
    try:
        variables = Reader(zlib.decompress(index, wbits=31)).item()["variables"]
        # Before each zlib stream stands the object's length, four bytes.
        chunks = {name: data[start + 4 : start + length] for name, (start, length) in variables.items()}
        return {name: Reader(zlib.decompress(chunk)).item() for name, chunk in chunks.items()}
    except (zlib.error, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise DatasetError(f"the R data is damaged: {error}") from error
