from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.pictures import PictureError, read_picture


def png_of_size(width: int, height: int) -> bytes:
    """A PNG header that claims a size, with almost no data behind it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(b"\0"), b"IEND"]
    body = b"".join(struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_picture_of_the_right_size_is_taken_exactly(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    read = read_picture(tmp_path / "x.png", (3, 8, 8))
    np.testing.assert_array_equal(read, pixels.transpose(2, 0, 1).astype(np.float32) / np.float32(255))


def test_a_wide_picture_is_cropped_to_its_centre(tmp_path: Path) -> None:
    pixels = np.zeros((10, 30), np.uint8)
    pixels[:, 10:20] = 255
    Image.fromarray(pixels).save(tmp_path / "x.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "x.png", (1, 10, 10)), 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "PNG, JPEG, WEBP, GIF"),
        (b"hello", "PNG, JPEG, WEBP, GIF"),
        (b"%PDF-1.4", "PNG, JPEG, WEBP, GIF"),
        (png_of_size(20_000, 20_000), "at most 16000000 pixels"),
        (png_of_size(5_000, 5_000), "at most 16000000 pixels, got 5000×5000"),
        (png_of_size(100, 100), "expected a PNG"),
        (b"\0" * 10_000_001, "10000000 bytes"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "x.png").write_bytes(data)
    with pytest.raises(PictureError, match=words):
        read_picture(tmp_path / "x.png", (1, 8, 8))
