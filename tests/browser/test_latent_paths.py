"""Paths in the Latent space view: what they show, save and restore, held to NumPy and torch."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from canvases import rgba
from latent_page import AVATARS, DIGITS, PROJECTED, open_latent
from PIL import Image
from playwright.sync_api import Page, expect
from site_server import Site
from transfer import AS_TEXT, as_numbers
from waiting import wait_until

from explorer import catalog
from explorer.checkpoints import read_tensors
from explorer.philox import normals
from explorer.probes.paths import log_aggregated, log_prior, trace_path
from explorer.probes.samples import latent, pictures, prior
from explorer.sheets import as_bytes

PANEL = "view.tabs.current().opened"
STATE = f"() => ({{ at: {PANEL}.state.at, way: {PANEL}.state.way }})"
DENSITIES = f"() => [{PANEL}.densities.prior, {PANEL}.densities.aggregated]"
LATENTS = f"() => {PANEL}.latents.map((z) => [...z])"


def open_paths(page: Page, model: str = DIGITS, **state: str) -> None:
    open_latent(page, model, panel="paths", **state)
    page.wait_for_selector(".paths:not([aria-busy])")


def wait_for_end(page: Page, latent: str) -> None:
    """Wait until the path ends at a latent, given as what it is in the page."""
    wait_until(page, f"() => {{ const end = {PANEL}.latents.at(-1); return {latent}.every((v, i) => v === end[i]); }}")


def pixels(page: Page, selector: str, channels: int) -> np.ndarray:
    """(N, C, H·W) bytes of canvases."""
    painted = np.stack([rgba(canvas) for canvas in page.locator(selector).all()])
    return painted.reshape(len(painted), -1, 4)[:, :, :channels].transpose(0, 2, 1)


def save(page: Page, file: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator(f".paths [data-file={file}]").click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(("model", "way"), [(DIGITS, "linear"), (PROJECTED, "spherical"), (AVATARS, "spherical")])
def test_the_path_is_python_s(page: Page, model: str, way: str) -> None:
    open_paths(page, model, paths_a="image:3", paths_b="seed:11", paths_way=way)
    checkpoint = catalog.open_checkpoint(catalog.find(model))
    placed = read_tensors(checkpoint.folder / "map.safetensors")
    end = latent(11, checkpoint.config.latent_size or 0, prior(checkpoint, None))
    expected = trace_path(checkpoint, placed["mean"][3].numpy(), end, way, 65)
    np.testing.assert_allclose(page.evaluate(LATENTS), expected.z, atol=2e-6)
    found = page.evaluate(DENSITIES)
    np.testing.assert_allclose(found[0], expected.log_prior, rtol=1e-6)
    np.testing.assert_allclose(found[1], expected.log_aggregated, rtol=1e-5)
    drawn = page.evaluate(f"() => {PANEL}.latents.map((z) => {AS_TEXT}(view.model.decode(z)))")
    decoded = np.stack([as_numbers(each, np.float32) for each in drawn])
    assert np.abs(decoded - expected.image.reshape(65, -1)).max() <= 1e-5
    strip = pixels(page, ".paths-strip canvas", expected.image.shape[1])
    levels = as_bytes(expected.image[::8]).reshape(strip.shape)
    # A value that lies between two levels may fall on either side.
    assert np.abs(strip - levels).max() <= 1
    assert (strip != levels).mean() < 1e-3


def test_scrubbing_asks_for_nothing_and_shows_the_place(page: Page, site: Site) -> None:
    open_paths(page)
    asked = len(site.requests)
    slider = page.locator(".paths .player-slider")
    slider.evaluate("(node) => { node.value = '40'; node.dispatchEvent(new Event('input', { bubbles: true })); }")
    wait_until(page, "() => states.at(-1)?.paths_at === '40'")
    assert len(site.requests) == asked
    z = page.evaluate(LATENTS)[40]
    wait_until(page, "() => performance.getEntriesByName('explorer:latent').some((each) => each.detail === 'paths')")
    checkpoint = catalog.open_checkpoint(catalog.find(DIGITS))
    expected = as_bytes(pictures(checkpoint.model, np.array([z], np.float32))).reshape(1, 1, -1)
    assert np.abs(pixels(page, ".paths-picture", 1) - expected).max() <= 1
    line = page.locator(".paths-line").inner_text().replace("−", "-")
    assert f"ln p(z) = {log_prior(np.array([z]))[0]:.2f} nats" in line
    assert "half of N(0, I) lies within 1.18, the middle 90 % from 0.32 to 2.45" in line
    expect(page.locator(".paths .player-label")).to_have_text("63 % of the way")
    assert page.evaluate("() => view.traced.at") == 40


def test_playing_goes_from_a_to_b(page: Page) -> None:
    open_paths(page)
    page.locator(".paths .player-speed").select_option("30")
    page.locator(".paths .player-play").click()
    wait_until(page, f"() => {PANEL}.state.at === 64")
    wait_until(page, "() => states.at(-1)?.paths_at === '64'")


def test_ends_come_from_map_input_and_seed(page: Page) -> None:
    open_paths(page, z="0.5,-0.25")
    a, b = page.locator(".paths-end").all()
    a.get_by_role("button", name="from the map").click()
    wait_until(page, "() => states.at(-1)?.paths_a === '0.5,-0.25'")
    page.evaluate("() => view.pick(7)")
    wait_until(page, f"() => {PANEL}.point.image === 7")
    b.get_by_role("button", name="input").click()
    wait_until(page, "() => states.at(-1)?.paths_b === 'image:7'")
    assert page.evaluate("() => states.at(-1).paths_a") == "0.5,-0.25"
    mean = page.evaluate("() => [...view.posterior.mean]")
    assert page.evaluate(LATENTS)[-1] == mean
    # A drawing has no number: its mean itself is kept.
    page.evaluate("async () => view.encode(new Float32Array(784).fill(0.4), 'draw', null)")
    wait_until(page, f"() => {PANEL}.point.image === null")
    b.get_by_role("button", name="input").click()
    wait_for_end(page, "view.posterior.mean")
    seed = b.get_by_label("Seed of B")
    seed.fill("5")
    seed.press("Enter")
    wait_for_end(page, "view.model.samplePrior(5)")
    expected = page.evaluate(LATENTS)[-1]
    seed.fill("-1")
    seed.press("Enter")
    expect(seed).to_have_attribute("aria-invalid", "true")
    assert page.evaluate(LATENTS)[-1] == expected


def test_a_link_restores_the_path(page: Page) -> None:
    state = {"paths_a": "seed:4", "paths_b": "1,-2.5", "paths_way": "linear", "paths_at": "17"}
    open_paths(page, **state)
    assert page.evaluate(STATE) == {"at": 17, "way": "linear"}
    assert page.evaluate(LATENTS)[-1] == [1, -2.5]
    page.evaluate("view.tell()")
    wait_until(page, "() => states.at(-1)?.panel === 'paths'")


@pytest.mark.parametrize(
    "entry",
    [
        {"paths_a": "image:2000"},
        {"paths_b": "1,2,3"},
        {"paths_a": "seed:99999999999999999"},
        {"paths_way": "<img onerror=alert(1)>"},
        {"paths_at": "65"},
    ],
)
def test_what_a_link_cannot_mean_is_told(page: Page, entry: dict[str, str]) -> None:
    open_paths(page, **entry)
    ((name, value),) = entry.items()
    expect(page.locator(".paths > [role=alert]")).to_contain_text(f"{name}={value}, where ")
    assert len(page.evaluate(LATENTS)) == 65


def test_the_band_is_where_images_lie_among_the_others(page: Page) -> None:
    open_paths(page, PROJECTED)
    wait_until(page, f"() => {PANEL}.chart.floor !== null")
    floor = page.evaluate(f"() => {PANEL}.chart.floor")
    placed = {name: value.numpy() for name, value in read_tensors(catalog.find(PROJECTED) / "map.safetensors").items()}
    epsilon = np.stack([normals(image, 2, 16) for image in range(200)])
    z = placed["mean"][:200] + np.exp(placed["log_variance"][:200] / 2) * epsilon
    others = [
        (np.delete(placed["mean"], image, 0), np.delete(placed["log_variance"], image, 0)) for image in range(200)
    ]
    density = [log_aggregated(z[image : image + 1].astype(np.float32), *rest)[0] for image, rest in enumerate(others)]
    expected = np.quantile(density, [0.5, 0.05, 0.95])
    np.testing.assert_allclose([floor["value"], floor["low"], floor["high"]], expected, rtol=1e-5)


@pytest.mark.parametrize("model", [DIGITS, AVATARS])
def test_files_hold_the_path(page: Page, model: str) -> None:
    open_paths(page, model, paths_a="image:0", paths_b="image:9")
    channels, side = (1, 28) if model == DIGITS else (3, 64)
    strip = pixels(page, ".paths-strip canvas", channels)
    with Image.open(io.BytesIO(save(page, "png"))) as image:
        assert image.size == (9 * side, side)
        tiles = np.asarray(image.convert("RGB")).reshape(side, 9, side, 3)[..., :channels].transpose(1, 3, 0, 2)
    assert (tiles.reshape(strip.shape) == strip).all()
    with np.load(io.BytesIO(save(page, "npz")), allow_pickle=False) as trace:
        assert trace["z"].tolist() == page.evaluate(LATENTS)
        assert trace["image"].shape == (65, channels, side, side)
        assert np.abs(as_bytes(trace["image"][::8]).reshape(strip.shape).astype(int) - strip).max() <= 1
        assert trace["log_aggregated"].tolist() == page.evaluate(DENSITIES)[1]
        assert (str(trace["a"]), str(trace["b"]), str(trace["model"])) == ("image:0", "image:9", model)
        rows = list(csv.DictReader(io.StringIO(save(page, "csv").decode())))
        assert len(rows) == 65
        assert float(rows[3]["z2"]) == pytest.approx(float(trace["z"][3, 1]))
        assert float(rows[64][f"pixel_{channels - 1}_5_7"]) == pytest.approx(float(trace["image"][64, -1, 5, 7]))
    with Image.open(io.BytesIO(save(page, "gif"))) as film:
        assert film.n_frames == 65
        scale = film.width // side
        film.seek(64)
        last = np.asarray(film.convert("RGB"))[::scale, ::scale, :channels].transpose(2, 0, 1).reshape(channels, -1)
    said = page.locator(".paths .takeaway-said").inner_text()
    allowed = 0 if "exactly" in said else int(said.split("at most ")[1].split()[0])
    assert np.abs(last.astype(int) - strip[8]).max() <= allowed
    assert (allowed == 0) == (channels == 1)


@pytest.mark.parametrize("ends", [("image:2", "seed:8"), ("0.5,-1.25", "image:4")])
def test_the_python_draws_the_strip(
    page: Page, ends: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_paths(page, paths_a=ends[0], paths_b=ends[1])
    code = page.locator(".paths .takeaway-python").text_content()
    assert code
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    strip = pixels(page, ".paths-strip canvas", 1)
    with Image.open(tmp_path / "path.png") as image:
        tiles = np.asarray(image).reshape(28, 9, 28).transpose(1, 0, 2).reshape(strip.shape)
    assert np.abs(tiles.astype(int) - strip).max() <= 1
    assert (tiles != strip).mean() < 1e-3


def test_leaving_the_panel_takes_the_path_off_the_map(page: Page) -> None:
    open_paths(page)
    assert page.evaluate("() => view.traced !== null")
    page.get_by_role("tab", name="Posterior").click()
    wait_until(page, "() => view.traced === null")
    page.get_by_role("tab", name="Path").click()
    wait_until(page, "() => view.traced !== null")
