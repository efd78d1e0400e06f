"""The Training view: its moments, the strip, two runs on one clock, stored weights, and files with faults."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import torch
from canvases import expect_grey, grey
from links import query
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from safetensors.torch import load_file
from site_server import Site
from timeline_toys import COLUMNS, MOMENTS, STEPS, TILES, level, restored, timeline, toy_run
from torch.func import functional_call
from waiting import wait_until

from explorer.catalog import SHIPPED, open_checkpoint
from explorer.cli.export import write_site
from explorer.philox import normals
from explorer.probes.samples import latent

SHORTER = (0, 2, 20, 50)
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GAN's toy run, a shorter one, and a shipped model whose timeline has no description."""
    folder = tmp_path_factory.mktemp("training") / "checkpoints"
    toy_run(folder / "toy")
    toy_run(folder / "shorter", SHORTER, "A shorter run")
    shutil.copytree(SHIPPED / "vae-digits-2d", folder / "vae-digits-2d")
    return folder


@pytest.fixture
def opened(page: Page, site: Site, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Training view with a query; returns once a moment is drawn."""
    if "training" not in site.folders:
        out = tmp_path_factory.mktemp("training") / "site"
        write_site(out, folder)
        site.mount("training", out)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/training/?{urlencode({'view': 'training', 'model': 'toy', 'lang': 'en', **query})}")
        expect(page.locator(".training-tile").first).to_be_attached(timeout=60_000)
        expect(page.locator(".view[aria-busy]")).to_have_count(0)
        return page

    return go


def expected_sheet(moment: int) -> NDArray[np.int64]:
    tiles = np.array([level(moment, tile) for tile in range(TILES)]).reshape(-1, COLUMNS)
    return tiles.repeat(8, 0).repeat(8, 1)


def expect_sheet(page: Page, levels: NDArray[np.int64], run: int = 0, atol: float = 0) -> None:
    """Wait until a run's sheet shows levels."""
    expect_grey(page.locator(".training-sheet canvas").nth(run), levels, atol)


def scrub(page: Page, place: int) -> None:
    page.locator(".player-slider").evaluate(
        """(slider, place) => {
          slider.value = String(place);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        place,
    )


def test_every_moment_is_its_own_picture_both_ways_and_without_a_request(opened: Open, site: Site) -> None:
    page = opened()
    expect_sheet(page, expected_sheet(len(STEPS) - 1))
    page.wait_for_load_state("networkidle")
    site.requests.clear()
    for moment in [*range(len(STEPS)), *reversed(range(len(STEPS)))]:
        scrub(page, moment)
        expect(page.locator(".training-place")).to_have_text(f"Recorded at step {STEPS[moment]}")
        expect_sheet(page, expected_sheet(moment))
    assert site.requests == []


def test_keys_move_the_clock(opened: Open) -> None:
    page = opened()
    page.locator(".player-slider").focus()
    for key, step in [("Home", 0), ("ArrowRight", 1), ("ArrowRight", 3), ("ArrowLeft", 1), ("End", 100)]:
        page.keyboard.press(key)
        expect(page.locator(".training-place")).to_have_text(f"Recorded at step {step}")


def test_playing_ends_at_the_end(opened: Open) -> None:
    page = opened(step="0")
    page.locator(".player-speed").select_option("30")
    page.locator(".player-play").click()
    expect(page.locator(".training-place")).to_have_text("Recorded at step 100")
    expect_sheet(page, expected_sheet(len(STEPS) - 1))


def test_a_shipped_timeline_without_a_description_shows_its_own_pictures(opened: Open, folder: Path) -> None:
    page = opened(model="vae-digits-2d", step="436")
    tensors = load_file(folder / "vae-digits-2d" / "timeline.safetensors")
    moment = int(np.flatnonzero(tensors["step"] == 436)[0])
    for run, name in enumerate(("samples", "reconstructions")):
        start, end = tensors[f"sheet.{name}.offsets"][moment : moment + 2]
        picture = Image.open(io.BytesIO(tensors[f"sheet.{name}.bytes"][start:end].numpy().tobytes())).convert("L")
        expect(page.locator(f"[data-sheet={name}] .training-tile")).to_have_count(36)
        expect_sheet(page, np.asarray(picture, int), run, atol=1)  # lossy pictures are decoded twice


def test_a_picked_seed_is_followed_through_every_moment(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Seed 4").click()
    cells = page.locator(".training-cell")
    expect(cells).to_have_count(len(STEPS))
    expect(cells.locator(".number")).to_have_text([str(step) for step in STEPS])
    wait_until(
        page, "document.querySelectorAll('.training-cell canvas')[5].getContext('2d').getImageData(0,0,1,1).data[3]"
    )
    assert [int(grey(cells.nth(i).locator("canvas"))[0, 0]) for i in range(len(STEPS))] == [
        level(moment, 4) for moment in range(len(STEPS))
    ]
    cells.nth(2).click()
    expect(page.locator(".training-place")).to_have_text("Recorded at step 3")
    expect(page.locator(".training-cell[aria-current]")).to_have_text("3")


def test_two_runs_share_one_clock_and_the_shorter_one_says_so(opened: Open) -> None:
    page = opened(other="shorter")
    expect(page.locator(".training-run")).to_have_count(2)
    clock = sorted({*STEPS, *SHORTER})
    expect(page.locator(".player-slider")).to_have_attribute("max", str(len(clock) - 1))
    expect(page.locator(".training-place").nth(1)).to_have_text("This run ended at step 50; its last moment is shown.")
    for place, step in enumerate(clock):
        scrub(page, place)
        for run, steps in enumerate((STEPS, SHORTER)):
            moment = max(i for i, each in enumerate(steps) if each <= step)
            expect_sheet(page, expected_sheet(moment), run)
    page.get_by_label("Beside it").select_option("")
    expect(page.locator(".training-run")).to_have_count(1)
    expect(page.locator(".player-slider")).to_have_attribute("max", str(len(STEPS) - 1))


def test_of_two_runs_chosen_in_haste_the_later_one_is_shown(opened: Open) -> None:
    page = opened()
    page.get_by_label("Beside it").evaluate(
        """(select) => {
          for (const name of ["shorter", "vae-digits-2d"]) {
            select.value = name;
            select.dispatchEvent(new Event("change"));
          }
        }"""
    )
    expect(page.locator(".training-columns:not([aria-busy]) .training-run h2")).to_have_text(
        ["A toy run", "VAE · Handwritten digits (MNIST) · 2 dimensions"]
    )
    assert query(page)["other"] == "vae-digits-2d"


def test_nothing_can_be_handled_before_the_first_run_stands(opened: Open) -> None:
    """A second run chosen before that would be put beside none."""
    page = opened()
    page.evaluate(
        """() => {
          window.early = window.stood = 0;
          new MutationObserver(() => {
            if (!document.querySelector(".view select, .view button")) return;
            document.querySelector(".training-run") ? window.stood++ : window.early++;
          }).observe(document.querySelector(".view").parentNode, { childList: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="中文").click()  # mounts anew
    expect(page.get_by_label("Beside it")).to_have_count(0)
    expect(page.locator(".training-columns:not([aria-busy]) .training-run")).to_have_count(1)
    wait_until(page, "window.stood > 0")
    assert page.evaluate("window.early") == 0


def test_a_link_restores_step_tile_and_the_other_run(opened: Open) -> None:
    page = opened()
    page.get_by_label("Beside it").select_option("shorter")
    expect(page.locator(".training-run")).to_have_count(2)
    page.get_by_role("button", name="Seed 2").first.click()
    scrub(page, 3)
    state = query(page)
    assert state == {"view": "training", "model": "toy", "lang": "en", "step": "3", "pick": "2", "other": "shorter"}
    page = opened(**{key: state[key] for key in ("step", "pick", "other")})
    expect(page.locator(".training-run")).to_have_count(2)
    expect(page.locator(".training-tile[aria-pressed=true]").first).to_have_attribute("aria-label", "Seed 2")
    expect_sheet(page, expected_sheet(2))
    expect_sheet(page, expected_sheet(1), 1)


def test_what_a_link_asks_in_vain_is_said(opened: Open) -> None:
    page = opened(step="-1", pick="<b>", other="nobody", sheet="none")
    expect(page.locator(".view-body .messages .message")).to_have_count(4)
    expect_sheet(page, expected_sheet(len(STEPS) - 1))


def test_histograms_measures_and_floors_are_those_of_the_file(opened: Open) -> None:
    page = opened(step="10")
    tensors, _ = timeline()
    common = torch.minimum(tensors["histogram.real"][3], tensors["histogram.fake"][3]).sum().item()
    expect(page.locator(".training-histogram")).to_contain_text(f"In common: {100 * common:.1f} %")
    chart = page.locator(".chart", has_text="Fréchet distance")
    expect(chart.locator("output")).to_have_text("97")
    expect(chart.locator(".chart-floor")).to_contain_text("2.5 (2 to 3)")
    expect(chart).to_contain_text("2\u202f000 generated images beside 8\u202f000 held-out ones; features of classifier")
    beside_unknown = page.locator(".chart", has=page.get_by_role("heading", name="recall"))
    expect(beside_unknown).to_contain_text("2\u202f000 generated images; features of classifier")
    losses = page.locator(".chart", has=page.get_by_role("heading", name="Losses"))
    expect(losses.locator("output")).to_have_text(["0.1", "0.2"])


def test_the_sheet_and_the_strip_are_downloaded_pixel_for_pixel(opened: Open) -> None:
    page = opened(step="3", pick="1")
    expect(page.locator(".training-cell")).to_have_count(len(STEPS))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the sheet").click()
    assert waiting.value.suggested_filename == "toy-step-3.png"
    picture = np.asarray(Image.open(waiting.value.path()).convert("L"), int)
    scale = picture.shape[1] // (8 * COLUMNS)
    np.testing.assert_array_equal(picture[::scale, ::scale], expected_sheet(2))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the strip").click()
    strip = np.asarray(Image.open(waiting.value.path()).convert("L"), int)
    assert strip[0, :: strip.shape[1] // len(STEPS)].tolist() == [level(moment, 1) for moment in range(len(STEPS))]


RUN = """async ({url, rows}) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const { steps, decoder } = await (await openModel(url)).loadMoments();
  const pictures = steps.map((_, index) => rows.map((z) => Array.from(decoder(index).run(Float32Array.from(z)))));
  return { steps, pictures };
}"""


def test_the_weights_of_a_moment_are_torchs(runtime: Page, site: Site, folder: Path) -> None:
    url = site.mount("weights", folder) + "toy"
    rows = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    result = runtime.evaluate(RUN, {"url": url, "rows": rows.tolist()})
    assert result["steps"] == list(MOMENTS)
    model = open_checkpoint(folder / "toy").model
    for index, pictures in enumerate(result["pictures"]):
        weights = {name.removeprefix("decoder."): value for name, value in restored(folder / "toy", index).items()}
        expected = functional_call(model.decoder, weights, (torch.from_numpy(rows),))
        np.testing.assert_allclose(np.array(pictures), expected.flatten(1).numpy(), atol=1e-5)


def test_the_generator_as_it_was_moves_in_its_plane(opened: Open, folder: Path) -> None:
    page = opened(step="10", zseed="5")
    expect(page.locator(".training-weights")).to_contain_text("Weights of step 10")
    picture = page.locator(".weights-picture canvas")
    seeded = latent(5, 3, None)
    expect_grey(picture, as_drawn(folder, 1, seeded), atol=1)
    pad = page.locator(".weights-pad")
    box = pad.bounding_box()
    assert box is not None
    pad.click(position={"x": 0.75 * box["width"], "y": box["height"] / 2})
    state = query(page)
    assert abs(float(state["zx"]) - 1.5) < 0.05
    first = normals(1_000_001, 0, 3)
    first /= np.linalg.norm(first)
    second = normals(1_000_002, 0, 3)
    second -= (second @ first) * first
    second /= np.linalg.norm(second)
    z = seeded + float(state["zx"]) * first + float(state.get("zy", 0)) * second
    expect_grey(picture, as_drawn(folder, 1, z), atol=1)
    scrub(page, len(STEPS) - 1)
    expect(page.locator(".training-weights")).to_contain_text("Weights of step 100")
    expect_grey(picture, as_drawn(folder, 2, z), atol=1)


def as_drawn(folder: Path, index: int, z: NDArray[Any]) -> NDArray[Any]:
    """Grey levels (H, W) of the picture that torch makes with the weights of a stored moment."""
    weights = {name.removeprefix("decoder."): value for name, value in restored(folder / "toy", index).items()}
    model = open_checkpoint(folder / "toy").model
    inputs = torch.from_numpy(np.asarray(z, np.float32))[None]
    return 255 * functional_call(model.decoder, weights, (inputs,)).reshape(8, 8).numpy()
