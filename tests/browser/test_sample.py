"""The Sample view: the same pictures as Python, seed space, what is said about each sample, what can be taken away."""

from __future__ import annotations

import base64
import csv
import io
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from site_server import Site

from explorer.catalog import SHIPPED, Checkpoint, open_checkpoint, survey
from explorer.checkpoints import read_config, write_config
from explorer.cli.export import write_site
from explorer.philox import normals
from explorer.probes.samples import latent, pictures, samples
from explorer.sheets import as_bytes, sheet

MODEL = "vae-digits-2d"
LARGEST = 9_007_199_254_740_000
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return open_checkpoint(SHIPPED / MODEL)


@pytest.fixture
def opened(page: Page, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Sample view with a query; returns once the whole sheet is painted and the sample at rest."""
    if "sample" not in site.folders:
        folder = tmp_path_factory.mktemp("sample") / "site"
        write_site(folder, SHIPPED)
        site.mount("sample", folder)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/sample/?{urlencode({'model': MODEL, 'lang': 'en', **query})}")
        settle(page)
        return page

    return go


def settle(page: Page) -> None:
    expect(page.locator(".sheet .tile").first).to_be_visible()
    expect(page.locator(".sheet[aria-busy]")).to_have_count(0)
    expect(page.locator(".prior-distance")).not_to_be_empty()
    expect(page.locator(".details.stale")).to_have_count(0)


def query(page: Page) -> dict[str, str]:
    page.wait_for_timeout(500)  # the address is written at most every 300 ms
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def pixels(canvas: Locator) -> NDArray[np.int64]:
    """Grey levels (H, W) of a canvas."""
    height, width, values = canvas.evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [canvas.height, canvas.width, Array.from(data.filter((_, i) => i % 4 === 0))];
        }"""
    )
    return np.array(values).reshape(height, width)


def stage(page: Page) -> NDArray[np.int64]:
    return pixels(page.locator(".stage-picture canvas"))


def tile(page: Page, index: int) -> NDArray[np.int64]:
    return pixels(page.locator(".sheet .tile canvas").nth(index))


def drag(page: Page, picture: Locator, dx: float, dy: float, steps: int = 8) -> None:
    box = picture.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=steps)
    page.mouse.up()


@pytest.mark.parametrize("name", [config.name for config in survey().configs if "Decodes" in config.capabilities])
def test_same_seed_gives_the_same_pixels_as_python(opened: Open, name: str) -> None:
    page = opened(model=name, seed="7", count="64")
    expected = as_bytes(samples(open_checkpoint(SHIPPED / name), seed=7, count=64).images)
    # As text: a million numbers, one by one, take a minute to come from the browser.
    shown = page.locator(".sheet .tile canvas").evaluate_all(
        """(canvases) => canvases.map((canvas) =>
          btoa(String.fromCharCode(...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)))"""
    )
    channels, height, width = expected.shape[1:]
    pixels = np.frombuffer(b"".join(map(base64.b64decode, shown)), np.uint8)
    rgba = pixels.reshape(64, height, width, 4).transpose(0, 3, 1, 2)[:, :channels]
    assert np.abs(rgba - expected.astype(int)).max() <= 1  # a value on the border of two levels may fall on either side


def test_a_link_restores_the_same_picture_and_the_scale_is_the_priors(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7", scale="0.5", pick="3", x="10.25", y="0.5")
    corners = {10: 0.375, 11: 0.125, 110: 0.375, 111: 0.125}
    z = sum(weight * latent(seed, 2, None, 0.5) for seed, weight in corners.items())
    expected = as_bytes(pictures(checkpoint.model, np.asarray(z, np.float32)[None]))[0, 0].astype(int)
    assert np.abs(stage(page) - expected).max() <= 1
    assert np.abs(tile(page, 3) - expected).max() <= 1
    assert page.locator(".corner-seed").all_inner_texts() == ["10", "11", "110", "111"]
    assert page.locator(".corner-weight").all_inner_texts() == ["37.5 %", "12.5 %", "37.5 %", "12.5 %"]


@pytest.mark.parametrize("where", ["stage", "tile"])
def test_dragging_blends_and_asks_for_nothing(opened: Open, checkpoint: Checkpoint, where: str) -> None:
    page = opened(seed="500", pick="4", count="16")
    before = tile(page, 4)
    page.evaluate("performance.clearMeasures()")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    picture = page.locator(".stage-picture") if where == "stage" else page.locator(".tile").nth(4)
    drag(page, picture, 80, 40)
    settle(page)
    state = query(page)
    assert requests == []
    assert (float(state["x"]), float(state["y"])) == (504.5, 0.25)
    corners = {504: 0.375, 505: 0.375, 604: 0.125, 605: 0.125}
    z = sum(weight * latent(seed, 2) for seed, weight in corners.items())
    expected = as_bytes(pictures(checkpoint.model, np.asarray(z, np.float32)[None]))[0, 0].astype(int)
    assert np.abs(stage(page) - expected).max() <= 1
    assert np.abs(tile(page, 4) - expected).max() <= 1
    assert np.abs(before - expected).max() > 20
    measures = page.evaluate(
        "performance.getEntriesByName('explorer:sample').map(({ detail, duration }) => [detail, duration])"
    )
    assert measures
    assert all(detail == "drag" and duration > 0 for detail, duration in measures)


def test_snap_goes_to_the_nearest_seed_and_reset_goes_home(opened: Open) -> None:
    page = opened(seed="500", pick="4", count="16")
    home = stage(page)
    snap, reset = page.locator(".snap"), page.locator(".reset")
    expect(snap).to_be_disabled()
    expect(reset).to_be_disabled()
    drag(page, page.locator(".stage-picture"), 110, 0)  # 0.69 seeds
    snap.click()
    expect(page.locator(".stage-name")).to_have_text("Seed 505")
    np.testing.assert_array_equal(stage(page), tile(page, 5))
    expect(snap).to_be_disabled()
    reset.click()
    expect(page.locator(".stage-name")).to_have_text("Seed 504")
    np.testing.assert_array_equal(stage(page), home)
    expect(reset).to_be_disabled()
    assert "x" not in query(page)


def test_arrow_keys_move_the_sample_and_shift_moves_it_less(opened: Open) -> None:
    page = opened(seed="500")
    page.locator(".stage-picture").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowLeft")
    state = query(page)
    assert (float(state["x"]), float(state["y"])) == (500.09, 0.1)


def test_seed_space_ends_at_seed_zero(opened: Open) -> None:
    page = opened(seed="0")
    page.locator(".stage-picture").focus()
    for key in ("ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator(".stage-name")).to_have_text("Seed 0")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stage-name")).to_contain_text("0.10")


def test_picking_another_sample_sends_the_moved_one_home(opened: Open) -> None:
    page = opened(seed="500", count="16")
    home = tile(page, 0)
    drag(page, page.locator(".stage-picture"), 90, 90)
    assert np.abs(tile(page, 0) - home).max() > 0
    page.locator(".sheet .tile").nth(2).focus()
    page.locator(".stage-picture").focus()
    page.locator(".sheet .tile").nth(2).click()
    settle(page)
    np.testing.assert_array_equal(tile(page, 0), home)
    np.testing.assert_array_equal(stage(page), tile(page, 2))


def test_arrow_keys_walk_the_sheet(opened: Open) -> None:
    page = opened(seed="500", count="16")
    page.locator(".sheet .tile").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    assert query(page)["pick"] == "3"  # right, down two rows of four, up one, left two
    expect(page.locator(".sheet .tile").nth(3)).to_be_focused()


def test_a_bad_seed_is_one_message_and_changes_nothing(opened: Open) -> None:
    page = opened(seed="7", count="16")
    before = stage(page)
    field, complaint = page.locator("#explorer-seed"), page.locator("#explorer-seed-complaint")
    for typed in ("", "-1", "1.5", "1e3", "seven", "９", str(LARGEST + 1), "9" * 400, "<img src=x onerror=alert(1)>"):
        field.fill(typed)
        expect(complaint).to_contain_text(f"whole number from 0 to {LARGEST}")
        expect(field).to_have_attribute("aria-invalid", "true")
        np.testing.assert_array_equal(stage(page), before, err_msg=typed)
    assert query(page)["seed"] == "7"
    field.fill("8")
    expect(complaint).to_be_hidden()
    expect(page.locator(".stage-name")).to_have_text("Seed 8")


def test_seed_keys_buttons_and_die(opened: Open) -> None:
    page = opened(seed="7", count="16")
    field = page.locator("#explorer-seed")
    field.press("ArrowUp")
    field.press("PageUp")
    page.get_by_role("button", name="Previous seed").click()
    expect(field).to_have_value("107")
    page.get_by_role("button", name="Roll").click()
    rolled = field.input_value()
    assert 0 <= int(rolled) < 1_000_000
    expect(page.locator(".stage-name")).to_have_text(f"Seed {rolled}")
    assert query(page)["seed"] == rolled


def test_the_largest_seed_still_draws(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed=str(LARGEST), count="16")
    expected = as_bytes(samples(checkpoint, seed=LARGEST, count=16).images)[15, 0].astype(int)
    assert np.abs(tile(page, 15) - expected).max() <= 1


BAD_ENTRIES = [
    {"seed": "-3", "count": "17", "scale": "NaN", "prior": "__proto__", "pick": "36", "x": "-1", "compare": "<b>"},
    {"seed": "<img src=x onerror=alert(1)>", "scale": "2.1", "pick": "-0", "x": "Infinity", "y": "1e300"},
]


@pytest.mark.parametrize("entries", BAD_ENTRIES)
def test_bad_entries_in_the_link_are_refused_by_name(opened: Open, entries: dict[str, str]) -> None:
    page = opened(**entries)
    messages = page.locator(".refusals .message").all_inner_texts()
    assert len(messages) == len(entries)
    for name, value in entries.items():
        assert any(f"{name}={value}" in message for message in messages)
    assert page.locator(".explorer :is(img, b)").count() == 0
    expect(page.locator(".stage-name")).to_have_text("Seed 1000")


def test_scale_zero_shows_the_centre_everywhere(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7", count="16")
    page.locator("#explorer-scale").fill("0")
    settle(page)
    expected = as_bytes(pictures(checkpoint.model, np.zeros((1, 2), np.float32)))[0, 0].astype(int)
    assert all(np.abs(tile(page, index) - expected).max() <= 1 for index in (0, 15))
    expect(page.locator(".prior-distance")).to_contain_text("‖z‖ = 0.00")
    assert query(page)["scale"] == "0"


def test_prior_distance_is_the_exact_tail(opened: Open) -> None:
    page = opened(seed="7")
    radius = float(np.linalg.norm(latent(7, 2).astype(float)))
    share = 100 * math.exp(-(radius**2) / 2)  # the Rayleigh tail, for two dimensions
    expect(page.locator(".prior-distance")).to_contain_text(f"‖z‖ = {radius:.2f}")
    expect(page.locator(".prior-distance")).to_contain_text(f"{share:.1f} %")


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
        settle(page)
        expected = as_bytes(samples(with_mixture, 7, 16, name).images)[:, 0].astype(int)
        assert np.abs(np.stack([tile(page, index) for index in range(16)]) - expected).max() <= 1
        expect(page.locator(".prior-note")).to_contain_text(note)
    assert query(page)["prior"] == "standard_normal"
    page.locator("[data-value=mixture]").click()
    settle(page)
    # Seed 7 draws component 1 or 2; within it, z is its mean and C·n, so the distance is ‖n‖.
    radius = float(np.linalg.norm(normals(7, 0, 2)))
    expect(page.locator(".prior-distance")).to_contain_text(f"{radius:.2f} standard deviations from the centre")
    expect(page.locator(".prior-distance")).to_contain_text(f"{100 * math.exp(-(radius**2) / 2):.1f} %")


def test_nearest_real_images_and_their_yardstick(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7", count="16")
    assert page.locator(".neighbour").count() == 0
    page.get_by_role("button", name="Show the nearest real images").click()
    expect(page.locator(".judged")).to_be_visible()
    images, means = browse_set()
    picture = as_bytes(samples(checkpoint, seed=7, count=1).images).reshape(1, -1)
    distances = root_mean_square(picture, images)[0]
    shown = [float(text) for text in page.locator(".neighbour figcaption").all_inner_texts()]
    np.testing.assert_allclose(shown, np.sort(distances)[:5], atol=1.5e-3)
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


def test_a_click_on_a_sample_opens_its_neighbours(opened: Open) -> None:
    page = opened(seed="7", count="16")
    page.locator(".sheet .tile").nth(5).click()
    expect(page.locator(".neighbour")).to_have_count(5)
    state = query(page)
    assert (state["pick"], state["compare"]) == ("5", "1")


def test_touch_moves_the_sample(opened: Open) -> None:
    page = opened(seed="500", count="16")
    box = page.locator(".stage-picture").bounding_box()
    assert box is not None
    x, y = box["x"] + 100, box["y"] + 100
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        point = {"x": x + 10 * step, "y": y}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    assert float(query(page)["x"]) == pytest.approx(500.5, abs=0.1)


def test_the_link_to_the_latent_space_carries_z(opened: Open) -> None:
    page = opened(seed="7")
    address = page.locator(".latent-link a").get_attribute("href")
    assert address is not None
    linked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert set(linked) == {"view", "model", "lang", "z"}
    np.testing.assert_allclose([float(value) for value in linked["z"].split(",")], latent(7, 2), rtol=1e-6)


def test_png_is_the_sheet_pixel_for_pixel(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7", count="36")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Sheet (PNG)").click()
    with Image.open(waiting.value.path()) as image:
        shown = np.asarray(image.convert("L")).astype(int)
    expected = np.asarray(sheet(as_bytes(samples(checkpoint, seed=7, count=36).images), 6)).astype(int)
    assert shown.shape == expected.shape == (168, 168)
    assert np.abs(shown - expected).max() <= 1


def test_csv_holds_seeds_positions_and_latents(opened: Open) -> None:
    page = opened(seed="7", count="16", scale="1.2", pick="1", x="8.5", y="0.5")
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


def test_python_draws_the_same_pictures(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(seed="7", count="16", scale="1.2", pick="1", x="8.5", y="0.5")
    code = page.locator(".python").text_content()
    assert code is not None
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "snippet", "exec"), {})
    with Image.open("samples.png") as drawn, Image.open("moved.png") as moved:
        assert np.abs(np.asarray(drawn).astype(int)[-28:, -28:] - tile(page, 15)).max() <= 1
        assert np.abs(np.asarray(moved).astype(int) - stage(page)).max() <= 1


STATISTICS = """async (calls) => {
  const module = await import("/browser/views/statistics.js");
  return calls.map(([name, ...values]) => module[name](...values));
}"""


def test_chi_squared_tails(runtime: Page) -> None:
    from scipy.stats import chi2

    values = (0.0, 1e-9, 0.3, 1.0, 7.9, 8.1, 40.0, 300.0, 1500.0)
    cases = [(value, degrees) for value in values for degrees in (1, 2, 3, 16, 33)]
    shown = runtime.evaluate(STATISTICS, [["chiSquaredTail", *case] for case in cases])
    expected = [chi2.sf(*case) for case in cases]
    np.testing.assert_allclose(shown, expected, rtol=1e-10, atol=1e-300)


def test_quantiles(runtime: Page) -> None:
    shown = runtime.evaluate(STATISTICS, [["quantile", [4, 1, 3, 2], share] for share in (0, 0.25, 0.5, 1)])
    np.testing.assert_allclose(shown, [1, 1.75, 2.5, 4])


def test_prior_distance_of_a_mixture_by_hand(runtime: Page) -> None:
    mixture: dict[str, Any] = {
        "weights": [0.5, 0.5],
        "means": [0, 0, 10, 0],
        "cholesky": [1, 0, 0, 1, 2, 0, 1, 1],  # the second: x = 10 + 2a, y = a + b
    }
    near, far = runtime.evaluate(STATISTICS, [["priorDistance", [0, 3], mixture], ["priorDistance", [14, 3], mixture]])
    assert (near["component"], far["component"]) == (0, 1)
    assert near["distance"] == pytest.approx(3)
    assert near["tail"] == pytest.approx(math.exp(-9 / 2))
    assert far["distance"] == pytest.approx(math.sqrt(5))  # a = 2, b = 1
    assert far["tail"] == pytest.approx(math.exp(-5 / 2))


def test_the_component_is_the_one_that_most_probably_drew_the_latent(runtime: Page) -> None:
    wide_and_narrow = {"weights": [0.5, 0.5], "means": [0, 0.1], "cholesky": [3, 1]}
    light_and_heavy = {"weights": [0.3, 0.7], "means": [0.9, -1], "cholesky": [1, 1]}
    dense, heavy = runtime.evaluate(
        STATISTICS, [["priorDistance", [0], wide_and_narrow], ["priorDistance", [0], light_and_heavy]]
    )
    assert (dense["component"], heavy["component"]) == (1, 1)  # though the centre of the first is nearer
    assert (dense["distance"], heavy["distance"]) == pytest.approx((0.1, 1))
