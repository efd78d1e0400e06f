from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from explorer.pictures import PictureError, exif_orientation, read_picture

CASES = Path(__file__).parent / "cases" / "img"
DIGIT = (1, 28, 28)


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
    np.testing.assert_array_equal(read.pixels, pixels.transpose(2, 0, 1).astype(np.float32) / np.float32(255))
    assert read.done == ()


@pytest.mark.parametrize(("crop", "expected"), [("start", 0.2), ("centre", 1), ("end", 0.4)])
@pytest.mark.parametrize("tall", [False, True])
def test_a_square_is_cut_out_and_that_is_said(tmp_path: Path, crop: str, expected: float, tall: bool) -> None:
    pixels = np.repeat(np.array([[51] * 10 + [255] * 10 + [102] * 10], np.uint8), 10, 0)
    Image.fromarray(pixels.T.copy() if tall else pixels).save(tmp_path / "x.png")
    read = read_picture(tmp_path / "x.png", (1, 10, 10), crop, invert=False)  # type: ignore[arg-type]
    np.testing.assert_allclose(read.pixels, expected, rtol=1e-6)
    assert f"cut to the square at its {crop} of {'10×30' if tall else '30×10'} pixels" in read.done[0]


def test_each_pixel_is_the_mean_of_its_area(tmp_path: Path) -> None:
    """Against the picture drawn larger, so that the areas are whole pixels; up and down, colour and grey."""
    random = np.random.default_rng(2)
    for width, height, size in ((7, 7, 3), (5, 5, 8), (8, 4, 3), (30, 30, 28)):
        pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / "x.png")
        side = min(width, height)
        left, top = (width - side) * size // 2, (height - side) * size // 2
        large = pixels.repeat(size, 0).repeat(size, 1)[top : top + side * size, left : left + side * size] / 255
        means = large.reshape(size, side, size, side, 3).mean((1, 3)).transpose(2, 0, 1)
        read = read_picture(tmp_path / "x.png", (3, size, size)).pixels
        np.testing.assert_allclose(read, means, atol=1e-6)
        grey = read_picture(tmp_path / "x.png", (1, size, size), invert=False).pixels
        np.testing.assert_allclose(grey[0], np.tensordot([0.299, 0.587, 0.114], means, 1), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("7_black_on_white.png", ["inverted"]),
        ("7_white_on_black.png", []),
        ("7_black_on_transparent.png", ["laid on white", "inverted"]),
        ("7_white_on_transparent.png", ["laid on black"]),
        ("7_exif6.webp", ["turned upright", "inverted"]),
    ],
)
def test_a_seven_is_the_same_white_seven_on_black(name: str, done: list[str]) -> None:
    read = read_picture(CASES / name, DIGIT)
    expected = read_picture(CASES / "7_white_on_black.png", DIGIT).pixels
    np.testing.assert_allclose(read.pixels, expected, atol=0.02)
    assert [words for words, said in zip(done, read.done, strict=True) if not said.startswith(words)] == []


def test_a_ramp_of_sixteen_bits_is_that_of_eight() -> None:
    ramps = [read_picture(CASES / f"ramp{bits}.png", DIGIT).pixels for bits in (16, 8)]
    np.testing.assert_allclose(ramps[0], ramps[1], atol=1 / 255)
    assert ramps[0].mean() == pytest.approx(0.5, abs=0.01)


def test_a_blank_square_is_said_and_another_can_be_taken() -> None:
    assert read_picture(CASES / "7_wide_at_left.png", DIGIT).done[-1].startswith("blank")
    read = read_picture(CASES / "7_wide_at_left.png", DIGIT, "start")
    assert [words.split()[0] for words in read.done] == ["cut", "inverted,"]
    np.testing.assert_allclose(read.pixels, read_picture(CASES / "7_white_on_black.png", DIGIT).pixels, atol=0.02)


def test_inverting_can_be_left() -> None:
    inverted, left = (read_picture(CASES / "7_black_on_white.png", DIGIT, invert=given) for given in (None, False))
    np.testing.assert_allclose(left.pixels, 1 - inverted.pixels, atol=1e-6)
    assert left.done == ()


def test_what_is_under_full_transparency_never_shows(tmp_path: Path) -> None:
    """Whatever colour is stored there, and at the edges of what is visible."""
    with Image.open(CASES / "sprite_on_transparent.png") as sprite:
        pixels = np.asarray(sprite).copy()
    read = read_picture(CASES / "sprite_on_transparent.png", (3, 64, 64)).pixels
    hidden = pixels[..., 3] == 0
    assert hidden.any()
    pixels[hidden, :3] = np.random.default_rng(5).integers(0, 256, (hidden.sum(), 3))
    Image.fromarray(pixels).save(tmp_path / "x.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "x.png", (3, 64, 64)).pixels, read)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(tmp_path: Path, kind: str, orientation: int) -> None:
    pixels = np.random.default_rng(orientation).integers(0, 256, (6, 9), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    exif = Image.Exif()
    exif[0x112] = orientation
    stored = Image.fromarray(pixels).convert("RGB")
    stored.save(tmp_path / "x", kind, exif=exif.tobytes(), quality=95)
    with Image.open(tmp_path / "x") as picture:
        ImageOps.exif_transpose(picture).save(tmp_path / "upright.png", exif=b"")
    for crop in ("start", "end"):
        read, upright = (
            read_picture(tmp_path / name, (1, 12, 12), crop, False)  # type: ignore[arg-type]
            for name in ("x", "upright.png")
        )
        np.testing.assert_allclose(read.pixels, upright.pixels, atol=1e-6)
    assert any("upright" in words for words in read.done) is (orientation > 1)


def test_damaged_orientations_are_upright() -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    whole = exif.tobytes()
    assert exif_orientation(whole) == 6
    assert {exif_orientation(whole[:i]) for i in range(len(whole))} <= {1, 6}
    damaged = {
        exif_orientation(whole[:i] + bytes([v]) + whole[i + 1 :]) for i in range(len(whole)) for v in (0, 9, 255)
    }
    assert damaged <= {1, 6}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_is_read(tmp_path: Path, mode: str) -> None:
    """A white square on black."""
    values = np.zeros((8, 8), np.uint8)
    values[2:6, 2:6] = 255
    grey = Image.fromarray(values)
    picture = Image.fromarray(values.astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    stream = io.BytesIO()
    picture.save(stream, "JPEG" if mode == "CMYK" else "PNG", quality=100)
    (tmp_path / "x").write_bytes(stream.getvalue())
    np.testing.assert_allclose(read_picture(tmp_path / "x", (1, 8, 8)).pixels[0], values / 255, atol=0.02)


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


def test_damage_is_refused_in_one_line_and_never_crashes(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    exif = Image.Exif()
    exif[0x112] = 6
    files = [path.read_bytes() for path in sorted(CASES.iterdir())]
    for kind in ("JPEG", "WEBP", "GIF"):
        stream = io.BytesIO()
        Image.fromarray(random.integers(0, 256, (20, 20), dtype=np.uint8)).save(stream, kind, exif=exif.tobytes())
        files.append(stream.getvalue())
    told = []
    for trial in range(600):
        content = bytearray(files[trial % len(files)])
        for at in random.integers(0, random.choice([60, len(content)]), 3):
            content[at] = random.integers(256)
        (tmp_path / "x").write_bytes(content[: random.choice([len(content), random.integers(len(content))])])
        try:
            read_picture(tmp_path / "x", DIGIT)
        except PictureError as error:
            told.append(str(error))
    assert 100 < len(told) < 600
    assert [words for words in told if "\n" in words or len(words) > 300 + len(str(tmp_path))] == []
