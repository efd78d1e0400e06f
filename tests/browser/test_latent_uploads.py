"""Files of visitors in the Latent space view: what the model sees of them is what the command line sees."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from latent_page import AVATARS, DIGITS, open_latent
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from waiting import wait_until

from explorer.catalog import SHIPPED, open_checkpoint
from explorer.pictures import read_picture
from explorer.probes.reconstruction import reconstruct

CASES = Path(__file__).parents[1] / "cases" / "img"


def png(width: int, height: int, grey: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + bytes([grey]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


HUGE = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + b"IHDR"
    + struct.pack(">II", 20_000, 20_000)
    + b"\x08\x02\0\0\0"
    + bytes(64)
)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.png", b"these are words, no image", "Expected a PNG, JPEG, WebP or GIF"),
        ("empty.png", b"", "Expected a PNG, JPEG, WebP or GIF"),
        ("huge.png", HUGE, "20000 × 20000 pixels; expected at most 16 megapixels"),
        ("heavy.png", png(2, 2, 0) + bytes(10_000_001), "expected at most 10 MB"),
        ("cut.png", png(64, 64, 9)[:50], "could not be decoded"),
    ],
)
def test_bad_uploads_are_refused_and_change_nothing(page: Page, name: str, content: bytes, words: str) -> None:
    open_latent(page)
    state = page.evaluate("() => [[...view.state.z], view.state.image]")
    page.get_by_role("button", name="Upload").click()
    page.set_input_files(".latent-drop input", {"name": name, "mimeType": "image/png", "buffer": content})
    wait_until(page, "() => !document.querySelector('.latent-input .latent-refused').hidden")
    assert words in page.locator(".latent-input .latent-refused").inner_text()
    assert page.evaluate("() => [[...view.state.z], view.state.image]") == state


def test_upload_is_fitted_inverted_and_encoded(page: Page) -> None:
    open_latent(page)
    page.get_by_role("button", name="Upload").click()
    page.set_input_files(".latent-drop input", {"name": "a.png", "mimeType": "image/png", "buffer": png(120, 90, 204)})
    wait_until(page, "() => view.state.image === null")
    # A bright border counts as paper, so that the picture is inverted: 1 - 204/255.
    assert np.array(page.evaluate("() => [...view.input]")) == pytest.approx(np.full(784, 0.2), abs=2e-3)
    page.get_by_label("Invert").uncheck()
    wait_until(page, "() => view.input[0] > 0.5")
    assert np.array(page.evaluate("() => [...view.input]")) == pytest.approx(np.full(784, 0.8), abs=2e-3)


def choose(page: Page, path: Path) -> None:
    """Upload a file, and wait until the model has read it."""
    page.evaluate("() => { window.before = view.input; }")
    page.set_input_files(".latent-drop input", path)
    wait_until(page, "() => view.input !== window.before && view.state.image === null")


ENCODED = """async () => {
  const { input, posterior } = view;
  const { elbo } = await view.model.evidence(input, posterior, posterior.sample);
  return { input: [...input], z: [...posterior.sample], shown: [...view.state.z], elbo, seed: view.state.epsilon };
}"""


@pytest.mark.parametrize("model", [DIGITS, AVATARS])
def test_page_and_command_line_see_the_same_picture(page: Page, model: str) -> None:
    """Every case and one seed: the same pixels, z and ELBO."""
    network = open_checkpoint(SHIPPED / model).model
    open_latent(page, model=model)
    page.get_by_role("button", name="Upload").click()
    cases = sorted(CASES.iterdir())
    assert len(cases) == 9
    for path in cases:
        choose(page, path)
        wait_until(page, "() => view.state.z.every((value, i) => value === view.posterior.sample[i])")
        found = page.evaluate(ENCODED)
        picture = read_picture(path, network.image_shape)
        np.testing.assert_allclose(found["input"], picture.pixels.ravel(), atol=1e-6, err_msg=path.name)
        expected = reconstruct(network, picture.pixels[None], found["seed"])
        np.testing.assert_allclose(found["z"], expected.z[0], atol=2e-4, err_msg=path.name)
        assert found["elbo"] == pytest.approx(expected.elbo[0], rel=1e-4, abs=0.02), path.name
        assert page.locator(".latent-done li").count() == len(picture.done)


def test_what_was_done_is_said_and_can_be_undone(page: Page) -> None:
    open_latent(page)
    page.get_by_role("button", name="Upload").click()
    done = page.locator(".latent-done li")
    choose(page, CASES / "7_exif6.webp")
    expect(done).to_have_text(["Turned upright, as the file says.", "Inverted: light ink on black."])
    page.get_by_label("Invert").uncheck()
    expect(done).to_have_text(["Turned upright, as the file says."])
    expect(page.get_by_label("Part of the picture")).to_be_hidden()
    choose(page, CASES / "7_wide_at_left.png")
    expect(done.last).to_contain_text("Blank: there is nothing in this square")
    page.get_by_label("Part of the picture").select_option(label="The square at its beginning")
    expect(done).to_have_text(
        ["Of 840 × 280 pixels, the square at the beginning taken.", "Inverted: light ink on black."]
    )
    expected = read_picture(CASES / "7_wide_at_left.png", (1, 28, 28), "start").pixels
    np.testing.assert_allclose(page.evaluate("() => [...view.input]"), expected.ravel(), atol=1e-6)


FIT = """async ([files, shape]) => {
  const { openPicture, isDarkOnLight } = await import("/browser/views/latent/upload.js");
  const fitted = [];
  for (const [file, crop] of files) {
    const opened = await openPicture(new File([Uint8Array.from(atob(file), (c) => c.charCodeAt(0))], "x"), shape);
    const { pixels } = opened.fit(crop);
    const invert = shape.channels === 1 && isDarkOnLight(pixels, shape);
    fitted.push([...(invert ? pixels.map((value) => 1 - value) : pixels)]);
  }
  return fitted;
}"""


def drawn_file(random: np.random.Generator) -> tuple[bytes, float]:
    """A file of a drawn type, size, kind of pixels and orientation, and how far decoders may be apart."""
    width, height = random.integers(3, 90, 2).tolist()
    channels = int(random.choice([1, 3, 4]))
    pixels: NDArray[np.uint8] = random.integers(0, 256, (height, width, channels), dtype=np.uint8)
    if channels == 4:
        pixels[..., 3] = random.choice([0, 255, 255, 90], (height, width))
    picture = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    kind = str(random.choice(["PNG", "JPEG", "WEBP", "GIF", "P", "16"]))
    options: dict[str, Any] = {}
    if kind in ("PNG", "JPEG", "WEBP"):
        exif = Image.Exif()
        exif[0x112] = int(random.integers(1, 9))
        options["exif"] = exif.tobytes()
    if kind == "WEBP":
        options["lossless"] = bool(random.integers(2))
    if kind == "JPEG" and channels == 4:
        picture = picture.convert("RGB")
    if kind == "P":
        picture = picture.convert("RGB").quantize(16)
        options["transparency"] = 3
    if kind == "16":
        picture = Image.fromarray(random.integers(0, 65536, (height, width)).astype(np.uint16))
    stream = io.BytesIO()
    picture.save(stream, {"P": "PNG", "16": "PNG"}.get(kind, kind), **options)
    return stream.getvalue(), 1 / 255 + 1e-6 if kind in ("JPEG", "WEBP") else 1e-6


@pytest.mark.parametrize("channels", [1, 3])
def test_drawn_files_are_fitted_alike(runtime: Page, tmp_path: Path, channels: int) -> None:
    random = np.random.default_rng(17)
    files = [(*drawn_file(random), str(random.choice(["start", "centre", "end"]))) for _ in range(80)]
    given = [[base64.b64encode(content).decode(), crop] for content, _, crop in files]
    found = runtime.evaluate(FIT, [given, {"channels": channels, "height": 28, "width": 28}])
    for i, ((content, within, crop), pixels) in enumerate(zip(files, found, strict=True)):
        path = tmp_path / "x"
        path.write_bytes(content)
        expected = read_picture(path, (channels, 28, 28), crop).pixels  # type: ignore[arg-type]
        np.testing.assert_allclose(pixels, expected.ravel(), atol=within, err_msg=f"{i}: {content[:4]!r}")


def test_large_pictures_are_read_in_bands(runtime: Page, tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1300, 2100), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x112] = 6
    Image.fromarray(pixels).save(tmp_path / "x.png", exif=exif.tobytes(), compress_level=1)
    content = base64.b64encode((tmp_path / "x.png").read_bytes()).decode()
    (found,) = runtime.evaluate(FIT, [[[content, "end"]], {"channels": 1, "height": 28, "width": 28}])
    expected = read_picture(tmp_path / "x.png", (1, 28, 28), "end").pixels
    np.testing.assert_allclose(found, expected.ravel(), atol=1e-6)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def deep_png(depth: int, colour: int, key: tuple[int, ...], random: np.random.Generator) -> bytes:
    """A PNG of 40 × 40 pixels of any depth, with one value that is transparent."""
    samples = {0: 1, 2: 3, 6: 4}[colour]
    if depth == 16:
        values = np.where(random.integers(0, 2, (40, 40 * samples)), 16_001, random.integers(0, 65536, 40 * samples))
        rows = values.astype(">u2").view(np.uint8)
    else:
        rows = random.integers(0, 256, (40, 40 * samples * depth // 8), dtype=np.uint8)
    data = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    mark = chunk(b"tRNS", struct.pack(f">{len(key)}H", *key)) if key else b""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + mark + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("channels", [1, 3])
def test_every_depth_is_fitted_alike(runtime: Page, tmp_path: Path, channels: int) -> None:
    random = np.random.default_rng(8)
    kinds: list[tuple[int, int, tuple[int, ...]]] = [
        (1, 0, ()), (1, 0, (0,)), (1, 0, (1,)), (2, 0, (2,)), (4, 0, (5,)), (8, 0, (60,)), (16, 0, (16_001,)),
        (16, 0, ()), (16, 2, ()), (16, 2, (16_001,) * 3), (16, 6, ()),
    ]  # fmt: skip
    contents = [deep_png(*kind, random) for kind in kinds]
    given = [[base64.b64encode(content).decode(), "centre"] for content in contents]
    found = runtime.evaluate(FIT, [given, {"channels": channels, "height": 28, "width": 28}])
    for kind, content, pixels in zip(kinds, contents, found, strict=True):
        (tmp_path / "x").write_bytes(content)
        expected = read_picture(tmp_path / "x", (channels, 28, 28)).pixels
        np.testing.assert_allclose(pixels, expected.ravel(), atol=1e-6, err_msg=str(kind))
