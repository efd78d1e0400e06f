"""R's serialisation format, written here by hand, and the novels in it."""

from __future__ import annotations

import gzip
import struct
import zlib
from typing import Any

import pytest

from explorer.datasets import DatasetError
from explorer.datasets.texts.austen import NOVELS, split_novels
from explorer.datasets.texts.rdata import Reader, read_database

HEADER = b"X\n" + struct.pack(">iii", 3, 0x040201, 0x030500) + struct.pack(">i", 5) + b"UTF-8"


def integer(value: int) -> bytes:
    return struct.pack(">i", value)


def characters(text: str) -> bytes:
    return integer(0x40009) + integer(len(text.encode())) + text.encode()


def strings(*values: str, flags: int = 16) -> bytes:
    return integer(flags) + integer(len(values)) + b"".join(map(characters, values))


def integers(*values: int) -> bytes:
    return integer(13) + integer(len(values)) + b"".join(map(integer, values))


def named(symbol: bytes, **values: bytes) -> bytes:
    """A list with names; ``symbol`` is how the tag of its attribute is written."""
    attributes = integer(0x402) + symbol + strings(*values) + integer(254)
    return integer(0x213) + integer(len(values)) + b"".join(values.values()) + attributes


NAMES, AGAIN = integer(1) + characters("names"), integer(0x1FF)


def database(objects: dict[str, bytes]) -> tuple[bytes, bytes]:
    data, places = b"", {}
    for name, content in objects.items():
        chunk = integer(len(content)) + zlib.compress(content)
        places[name] = integers(len(data), len(chunk))
        data += chunk
    # R writes an attribute's tag in full once, then refers to it.
    index = named(AGAIN, variables=named(NAMES, **places), references=integer(19) + integer(0), compressed=integers(1))
    return gzip.compress(HEADER + index), data


def test_hand_written_database_is_read() -> None:
    found = read_database(
        *database({"emma": HEADER + strings("Emma", "", "émigré"), "ages": HEADER + integers(20, -3)})
    )
    assert found == {"emma": ["Emma", "", "émigré"], "ages": [20, -3]}


def test_missing_string_is_none() -> None:
    assert Reader(HEADER + integer(16) + integer(1) + integer(9) + integer(-1)).item() == [None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends early"),
        (b"A\n" + HEADER[2:], "not in serialisation format 3"),
        (b"X\n" + struct.pack(">i", 2) + HEADER[6:], "not in serialisation format 3"),
        (HEADER, "ends early"),
        (HEADER + strings("Emma")[:-1], "ends early"),
        (HEADER + integer(16) + integer(1) + integer(9) + integer(-7), "ends early, or is damaged"),
        (HEADER + integer(14) + integer(1), "an object of kind 14"),
        (HEADER + integer(16) + integer(-1), "kind 16"),
        (HEADER + integer(2) + integer(254), "a pairlist that is not one of attributes"),
    ],
)
def test_damaged_object_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        Reader(content).item()


def test_damaged_database_is_refused() -> None:
    index, data = database({"emma": HEADER + strings("Emma")})
    for damaged in (
        (index, data[:-2]),
        (index, b"\xff" * len(data)),
        (index[:-9], data),
        (b"", data),
        (gzip.compress(HEADER + integers(1)), data),
        (gzip.compress(HEADER + AGAIN), data),
        (gzip.compress(HEADER + named(NAMES, variables=named(AGAIN, emma=integers(0)))), data),
    ):
        with pytest.raises(DatasetError, match="the R data"):
            read_database(*damaged)


def test_one_novel_is_held_out_whole() -> None:
    text = split_novels({name: [name.upper(), "", f'"Oh, {name}!"  '] for name in NOVELS} | {"other": ["OTHER"]})
    assert text.held_out == 'PERSUASION\n\n"Oh, persuasion!"\n'
    assert text.train.split("\n\n\n\n")[0] == 'EMMA\n\n"Oh, emma!"'
    assert text.train.count("Oh, ") == 5
    assert "other" not in text.train.lower()
    assert text.supplement == ""


@pytest.mark.parametrize("novel", [None, "Emma", ["Emma", None], [3]])
def test_missing_novel_is_named(novel: Any) -> None:
    with pytest.raises(DatasetError, match="the package has no text of emma"):
        split_novels({name: [name] for name in NOVELS} | {"emma": novel})
