"""What the Sample view says about a sample, beside what it is measured with, and what can be taken away."""

from __future__ import annotations

import csv
import io
import math
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from links import query
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from sample_page import MODEL, Open, settle, stage, tile
from scipy.stats import chi
from site_server import Site

from explorer.catalog import SHIPPED, Checkpoint, open_checkpoint
from explorer.checkpoints import read_config, write_config
from explorer.cli.export import write_site
from explorer.philox import normals
from explorer.probes.samples import latent, samples
from explorer.sheets import as_bytes, sheet


def test_prior_distance_is_the_exact_tail(open_sample: Open) -> None:
    page = open_sample(seed="7")
    radius = float(np.linalg.norm(latent(7, 2).astype(float)))
    share = 100 * math.exp(-(radius**2) / 2)  # the Rayleigh tail, for two dimensions
    expect(page.locator(".prior-distance")).to_contain_text(f"‖z‖ = {radius:.2f}")
    expect(page.locator(".prior-distance")).to_contain_text(f"{share:.1f} %")
    low, median, high = chi.ppf([0.05, 0.5, 0.95], 2)  # far from √2: half of all draws are shorter than 1.18
    usual = f"half of N(0, I) lies within {median:.2f}, the middle 90 % from {low:.2f} to {high:.2f}"
    expect(page.locator(".prior-distance")).to_contain_text(usual)


@pytest.fixture
def with_mixture(tmp_path: Path) -> Checkpoint:
    """The shipped model with a two-component prior beside N(0, I)."""
    folder = tmp_path / "checkpoints" / MODEL
    shutil.copytree(SHIPPED / MODEL, folder)
    weights = load_file(folder / "model.safetensors")
    weights["prior.weights"] = np.array([0.3, 0.7], np.float32)
    weights["prior.means"] = np.array([[1, 0], [-1, 0.5]], np.float32)
    weights["prior.cholesky"] = np.array([[[0.5, 0], [0.1, 0.4]], [[0.3, 0], [-0.2, 0.6]]], np.float32)
    with safe_open(folder / "model.safetensors", "np") as file:
        metadata = file.metadata()
    save_file(weights, folder / "model.safetensors", metadata)
    write_config(folder, replace(read_config(folder), priors=["mixture", "standard_normal"]))
    return open_checkpoint(folder)


def test_priors_are_told_apart_and_explained(page: Page, site: Site, with_mixture: Checkpoint, tmp_path: Path) -> None:
    write_site(tmp_path / "site", with_mixture.folder.parent)
    page.goto(f"{site.mount('mixture', tmp_path / 'site')}?lang=en&seed=7&count=16")
    settle(page)
    for name, note in (("mixture", "mixture of Gaussians fitted"), ("standard_normal", "every dimension independent")):
        page.locator(f"[data-value={name}]").click()
        expect(page.locator(".prior-note")).to_contain_text(note)
        settle(page)
        expected = as_bytes(samples(with_mixture, 7, 16, name).images)[:, 0].astype(int)
        assert np.abs(np.stack([tile(page, index) for index in range(16)]) - expected).max() <= 1
    assert query(page)["prior"] == "standard_normal"
    page.locator("[data-value=mixture]").click()
    # Seed 7 draws component 1 or 2; within it, z is its mean and C·n, so the distance is ‖n‖.
    radius = float(np.linalg.norm(normals(7, 0, 2)))
    expect(page.locator(".prior-distance")).to_contain_text(f"{radius:.2f} standard deviations from the centre")
    expect(page.locator(".prior-distance")).to_contain_text(f"{100 * math.exp(-(radius**2) / 2):.1f} %")


def test_nearest_real_images_and_their_yardstick(open_sample: Open, sample_checkpoint: Checkpoint) -> None:
    page = open_sample(seed="7", count="16")
    assert page.locator(".neighbour").count() == 0
    page.get_by_role("button", name="Show the nearest real images").click()
    expect(page.locator(".judged")).to_be_visible()
    images, means = browse_set()
    picture = as_bytes(samples(sample_checkpoint, seed=7, count=1).images).reshape(1, -1)
    distances = root_mean_square(picture, images)[0]
    expect(page.locator(".neighbour figcaption")).to_have_count(5)
    shown = [float(text) for text in page.locator(".neighbour figcaption").all_inner_texts()]
    np.testing.assert_allclose(shown, np.sort(distances)[:5], atol=1.5e-3)
    numbers = load_file(sample_checkpoint.folder / "map.safetensors")["dataset_index"][np.argsort(distances)[:2]]
    titles = [str(each.get_attribute("title")) for each in page.locator(".neighbour").all()]
    assert [title.split(" of ")[0] for title in titles[:2]] == [f"Test image {number}" for number in numbers]
    chosen = np.arange(100) * len(images) // 100
    among = root_mean_square(images[chosen], images)
    among[np.arange(100), chosen] = np.inf
    nearest = among.min(1)
    line = page.locator(".pixel-line").inner_text()
    assert f"the nearest of {len(images)} real images is {shown[0]:.3f} away" in line
    assert f"typically {np.median(nearest):.3f}, measured on 100" in line
    assert f"{100 * np.mean(nearest < distances.min()):.1f} %" in line
    z = latent(7, 2).astype(float)
    between = np.linalg.norm(means[chosen, None] - means[None], axis=2)
    between[np.arange(100), chosen] = np.inf
    line = page.locator(".latent-line").inner_text()
    assert f"is {np.linalg.norm(means - z, axis=1).min():.2f} away" in line
    assert f"typically {np.median(between.min(1)):.2f}" in line
    assert query(page)["compare"] == "1"


def browse_set() -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The browse set's images (N, D) and posterior means (N, L), read without the page."""
    means = load_file(SHIPPED / MODEL / "map.safetensors")["mean"].astype(float)
    with Image.open(SHIPPED / MODEL / "thumbnails.webp") as opened_sheet:
        grey = np.asarray(opened_sheet.convert("L"))
    columns = grey.shape[1] // 28
    tiles = grey.reshape(-1, 28, columns, 28).transpose(0, 2, 1, 3).reshape(-1, 784)
    return tiles[: len(means)], means


def root_mean_square(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float64]:
    a, b = first.astype(float) / 255, second.astype(float) / 255
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squared, 0) / a.shape[1])


def test_a_click_on_a_sample_opens_its_neighbours(open_sample: Open) -> None:
    page = open_sample(seed="7", count="16")
    page.locator(".sheet .tile").nth(5).click()
    expect(page.locator(".neighbour")).to_have_count(5)
    state = query(page)
    assert (state["pick"], state["compare"]) == ("5", "1")


def test_the_link_to_the_latent_space_carries_z(open_sample: Open) -> None:
    page = open_sample(seed="7")
    address = page.locator(".latent-link a").get_attribute("href")
    assert address is not None
    linked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert set(linked) == {"view", "model", "lang", "z"}
    np.testing.assert_allclose([float(value) for value in linked["z"].split(",")], latent(7, 2), rtol=1e-6)


def test_png_is_the_sheet_pixel_for_pixel(open_sample: Open, sample_checkpoint: Checkpoint) -> None:
    page = open_sample(seed="7", count="36")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Sheet (PNG)").click()
    with Image.open(waiting.value.path()) as image:
        shown = np.asarray(image.convert("L")).astype(int)
    expected = np.asarray(sheet(as_bytes(samples(sample_checkpoint, seed=7, count=36).images), 6)).astype(int)
    assert shown.shape == expected.shape == (168, 168)
    assert np.abs(shown - expected).max() <= 1


def test_csv_holds_seeds_positions_and_latents(open_sample: Open) -> None:
    page = open_sample(seed="7", count="16", scale="1.2", pick="1", x="8.5", y="0.5")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="z and seeds (CSV)").click()
    assert waiting.value.suggested_filename == f"{MODEL}-seed-7.csv"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["seed"] for row in rows[:3]] == ["7", "", "9"]
    assert (rows[1]["x"], rows[1]["y"], rows[0]["scale"], rows[0]["prior"]) == ("8.5", "0.5", "1.2", "standard_normal")
    z = np.array([[float(row["z1"]), float(row["z2"])] for row in rows])
    np.testing.assert_allclose(z[15], latent(22, 2, None, 1.2), rtol=1e-6)
    np.testing.assert_allclose(z[1], np.mean([latent(seed, 2, None, 1.2) for seed in (8, 9, 108, 109)], 0), rtol=1e-6)


def test_python_draws_the_same_pictures(open_sample: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_sample(seed="7", count="16", scale="1.2", pick="1", x="8.5", y="0.5")
    code = page.locator(".python").text_content()
    assert code is not None
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "snippet", "exec"), {})
    with Image.open("samples.png") as drawn, Image.open("moved.png") as moved:
        assert np.abs(np.asarray(drawn).astype(int)[-28:, -28:] - tile(page, 15)).max() <= 1
        assert np.abs(np.asarray(moved).astype(int) - stage(page)).max() <= 1
