"""What the Latent space view lets one take away of a point: files that NumPy reads, and Python for its pixels."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from canvases import rgba
from latent_page import AVATARS, DIGITS, open_latent
from PIL import Image
from playwright.sync_api import Page
from waiting import wait_until

BOX = ".latent-below-takeaway"


def save(page: Page, file: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator(f"{BOX} [data-file={file}]").click()
    return Path(waiting.value.path()).read_bytes()


def shown(page: Page) -> np.ndarray:
    """The output's canvas, (H, W, 3)."""
    return rgba(page.locator(".latent-output canvas"))[..., :3]


def run(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    code = page.locator(f"{BOX} .takeaway-python").text_content()
    assert code
    monkeypatch.chdir(folder)
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    with Image.open(folder / "picture.png") as image:
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.mark.parametrize("model", [DIGITS, AVATARS])
@pytest.mark.parametrize("moved", [False, True])
def test_the_python_draws_the_picture(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, moved: bool
) -> None:
    open_latent(page, model, panel="takeaway", image="8", epsilon="21")
    page.wait_for_selector(f"{BOX} .takeaway")
    if moved:
        page.evaluate("() => view.setLatent(view.state.z.map((value, i) => value + 0.1 * (i + 1) / 3))")
        wait_until(page, f"() => document.querySelector('{BOX} pre').textContent.includes('np.array')")
    else:
        assert "normals(21, EPSILON" in (page.locator(f"{BOX} pre").text_content() or "")
    off = np.abs(run(page, tmp_path, monkeypatch) - shown(page))
    assert off.max() <= 1
    assert (off > 0).mean() < 1e-3


@pytest.mark.parametrize("model", [DIGITS, AVATARS])
def test_files_hold_the_point(page: Page, model: str) -> None:
    open_latent(page, model, panel="takeaway", image="8", epsilon="21")
    page.wait_for_selector(f"{BOX} .takeaway")
    z = page.evaluate("() => [...view.state.z]")
    decoded = page.evaluate("() => [...view.model.decode(view.state.z)]")
    with Image.open(io.BytesIO(save(page, "png"))) as image:
        assert (np.asarray(image.convert("RGB")) == shown(page)).all()
    with np.load(io.BytesIO(save(page, "npz")), allow_pickle=False) as trace:
        assert trace["z"].tolist() == z
        assert trace["image"].reshape(-1).tolist() == decoded
        assert trace["input"].reshape(-1).tolist() == page.evaluate("() => [...view.input]")
        assert int(trace["input_image"]) == 8
        assert float(trace["epsilon_seed"]) == 21
        sample = trace["mean"] + np.exp(trace["log_variance"] / 2) * trace["epsilon"]
        np.testing.assert_allclose(sample, z, atol=1e-5)
    (row,) = csv.DictReader(io.StringIO(save(page, "csv").decode()))
    assert [float(row[f"z{i + 1}"]) for i in range(len(z))] == z
    assert float(row["pixel_0_0_1"]) == decoded[1]
    assert row["model"] == model


def test_a_drawing_has_no_number(page: Page) -> None:
    open_latent(page, panel="takeaway")
    page.wait_for_selector(f"{BOX} .takeaway")
    page.evaluate("async () => view.encode(new Float32Array(784).fill(0.4), 'draw', null)")
    wait_until(page, f"() => document.querySelector('{BOX} pre').textContent.includes('np.array')")
    with np.load(io.BytesIO(save(page, "npz")), allow_pickle=False) as trace:
        assert int(trace["input_image"]) == -1
        assert np.allclose(trace["input"], 0.4)
