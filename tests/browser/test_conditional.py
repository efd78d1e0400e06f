"""Conditional models in the Sample view: pictures are torch's, paths, what a link restores and what is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conditional_page import CLASSES, Open, settle
from links import query
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, expect
from waiting import wait_until

from explorer.catalog import Checkpoint
from explorer.probes.samples import label, latent, pictures, samples
from explorer.sheets import as_bytes
from tests.conditional_toys import NAME, SHARES


def grey(canvases: Locator) -> NDArray[np.int64]:
    """Grey levels (N, 8, 8) of canvases."""
    shown = canvases.evaluate_all(
        """(canvases) => canvases.map((canvas) =>
          Array.from(canvas.getContext("2d").getImageData(0, 0, 8, 8).data.filter((_, i) => i % 4 === 0)))"""
    )
    return np.array(shown).reshape(-1, 8, 8)


def drawn(conditional_checkpoint: Checkpoint, z: Any, labels: Any) -> NDArray[np.int64]:
    """What torch draws, as grey levels (N, 8, 8)."""
    rows = np.asarray(z, np.float32), np.asarray(labels, np.float32)
    return as_bytes(pictures(conditional_checkpoint.model, *rows))[:, 0].astype(np.int64)


def close(shown: NDArray[np.int64], expected: NDArray[np.int64]) -> bool:
    """A value on the border of two levels may fall on either side."""
    return shown.shape == expected.shape and bool(np.abs(shown - expected).max() <= 1)


def one_hot(index: int) -> NDArray[np.float32]:
    return np.eye(CLASSES, dtype=np.float32)[index]


def test_each_seed_shows_its_own_class(open_conditional: Open, conditional_checkpoint: Checkpoint) -> None:
    page = open_conditional(seed="7")
    expected = as_bytes(samples(conditional_checkpoint, 7, 16).images)[:, 0].astype(np.int64)
    assert close(grey(page.locator(".sheet .tile canvas")), expected)
    names = page.locator(".sheet .tile").evaluate_all("(tiles) => tiles.map((tile) => tile.title)")
    assert names == [f"Seed {seed}, class {'abcd'[int(label(seed, SHARES).argmax())]}" for seed in range(7, 23)]


def test_one_class_and_a_blend_by_link_and_by_hand(open_conditional: Open, conditional_checkpoint: Checkpoint) -> None:
    page = open_conditional(seed="7", **{"class": "c"})
    tiles = page.locator(".sheet .tile canvas")
    z = np.stack([latent(seed, 3) for seed in range(7, 23)])
    assert close(grey(tiles), drawn(conditional_checkpoint, z, [one_hot(2)] * 16))
    page.get_by_label("blended with", exact=True).select_option("0")
    page.get_by_label("Share of the second class").fill("0.3")
    expect(page.locator(".stage-name")).to_have_text("Seed 7, class c (70 %) + a (30 %)")
    settle(page)
    blended = 0.7 * one_hot(2) + 0.3 * one_hot(0)
    assert close(grey(tiles), drawn(conditional_checkpoint, z, [blended] * 16))
    state = query(page)
    assert (state["class"], state["class2"], state["blend"]) == ("c", "a", "0.3")
    restored = open_conditional(seed="7", **{"class": "c", "class2": "a", "blend": "0.3"})
    assert close(grey(restored.locator(".sheet .tile canvas")), drawn(conditional_checkpoint, z, [blended] * 16))
    restored.get_by_label("Class", exact=True).select_option("")
    settle(restored)
    assert not {"class", "class2", "blend"} & set(query(restored))


def test_the_grid_holds_each_class_from_the_same_z(open_conditional: Open, conditional_checkpoint: Checkpoint) -> None:
    page = open_conditional(seed="7", pick="14")
    rows = [21, 22, 7, 8, 9]  # from the sample on the stage on, around the end of the sheet
    z = np.repeat([latent(seed, 3) for seed in rows], CLASSES, axis=0)
    assert close(
        grey(page.locator(".class-grid canvas")), drawn(conditional_checkpoint, z, np.tile(np.eye(CLASSES), (5, 1)))
    )
    assert page.locator(".grid-row-name").all_inner_texts() == [f"Seed {seed}" for seed in rows]
    assert page.locator(".grid-column-name").all_inner_texts() == ["a", "b", "c", "d"]
    page.locator(".class-grid .tile").nth(2 * CLASSES + 1).click()
    expect(page.locator(".stage-name")).to_have_text("Seed 7, class b")
    settle(page)
    state = query(page)
    assert (state.get("pick"), state["class"]) == (None, "b")  # seed 7 is the first, which is the default
    assert close(
        grey(page.locator(".stage-picture canvas")), drawn(conditional_checkpoint, [latent(7, 3)], [one_hot(1)])
    )
    pressed = page.locator(".class-grid .tile[aria-pressed=true]")
    assert close(grey(pressed.locator("canvas")), grey(page.locator(".stage-picture canvas")))


def spherical(a: NDArray[Any], b: NDArray[Any], share: float) -> NDArray[Any]:
    """Turned in the plane of both, by its share of the angle between them, with its share of the lengths."""
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    angle = share * np.arccos(a @ b / lengths[0] / lengths[1])
    across = b - (a @ b) / (a @ a) * a
    direction = np.cos(angle) * a / lengths[0] + np.sin(angle) * across / np.linalg.norm(across)
    return np.asarray(direction * ((1 - share) * lengths[0] + share * lengths[1]))


def test_a_path_leads_from_one_sample_to_another(open_conditional: Open, conditional_checkpoint: Checkpoint) -> None:
    page = open_conditional(seed="7")
    page.locator(".sheet .tile").nth(3).click()
    page.get_by_role("button", name="Make the sample A").click()
    page.locator(".sheet .tile").nth(9).click()
    page.get_by_role("button", name="Make the sample B").click()
    expect(page.locator(".sheet .tile").nth(9)).to_have_attribute("data-mark", "B")
    settle(page)
    marks = page.locator(".sheet .tile").evaluate_all("(tiles) => tiles.map(({ dataset }) => dataset.mark ?? '')")
    assert [(i, mark) for i, mark in enumerate(marks) if mark] == [(3, "A"), (9, "B")]
    a, b = latent(10, 3).astype(float), latent(16, 3).astype(float)
    shares = np.linspace(0, 1, 9)
    labels = [(1 - share) * label(10, SHARES) + share * label(16, SHARES) for share in shares]
    strip = page.locator(".path-frame canvas")
    assert close(grey(strip), drawn(conditional_checkpoint, [spherical(a, b, share) for share in shares], labels))
    page.locator("[data-way=linear]").click()
    expect(page.locator("[data-way=linear]")).to_have_attribute("aria-pressed", "true")
    settle(page)
    straight = [(1 - share) * a + share * b for share in shares]
    assert close(grey(strip), drawn(conditional_checkpoint, straight, labels))
    page.locator(".path-frame").nth(2).click()
    expect(page.locator(".path-line")).to_contain_text(f"‖z‖ = {np.linalg.norm(straight[2]):.2f}")
    assert close(grey(page.locator(".path-picture")), grey(strip)[[2]])
    state = query(page)
    assert (state["a"], state["b"], state["share"], state["way"]) == ("10,0", "16,0", "0.25", "linear")
    again = open_conditional(**{key: state[key] for key in ("seed", "a", "b", "share", "way")})
    assert close(grey(again.locator(".path-frame canvas")), drawn(conditional_checkpoint, straight, labels))
    assert close(grey(again.locator(".path-picture")), drawn(conditional_checkpoint, straight, labels)[[2]])


def test_the_ends_keep_the_class_that_they_were_taken_in(
    open_conditional: Open, conditional_checkpoint: Checkpoint
) -> None:
    page = open_conditional(seed="7", **{"class": "d"})
    page.get_by_role("button", name="Make the sample A").click()
    page.get_by_label("Class", exact=True).select_option("0")
    page.get_by_role("button", name="Make the sample B").click()
    expect(page.locator(".path-end").last).to_have_text("B: Seed 7, class a")
    settle(page)
    shares = np.linspace(0, 1, 9)[:, None]
    labels = (1 - shares) * one_hot(3) + shares * one_hot(0)
    assert close(grey(page.locator(".path-frame canvas")), drawn(conditional_checkpoint, [latent(7, 3)] * 9, labels))
    assert query(page)["a"] == "7,0,3"


def test_scrubbing_and_playing_a_path_ask_for_nothing(open_conditional: Open) -> None:
    page = open_conditional(seed="7")
    strip = grey(page.locator(".path-frame canvas"))
    page.evaluate("performance.clearMeasures()")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    slider = page.locator(".path-slider")
    details = "performance.getEntriesByName('explorer:sample').map(({ detail }) => detail).join()"
    for count, (share, frame) in enumerate(((0, 0), (1, 8)), start=1):
        slider.fill(str(share))
        wait_until(page, f"(details) => {details} === details", arg=",".join(["path"] * count))
        assert close(grey(page.locator(".path-picture")), strip[[frame]])
    page.locator(".path-play").click()
    expect(page.locator(".path-play")).to_have_text("Pause")
    expect(slider).not_to_have_value("1")
    page.locator(".path-play").click()
    expect(page.locator(".path-play")).to_have_text("Play")
    stopped = slider.input_value()
    assert float(stopped) < 1
    np.testing.assert_array_equal(grey(page.locator(".path-frame canvas")), strip)
    assert slider.input_value() == stopped
    assert requests == []


def test_pictures_of_grid_and_path_pixel_for_pixel(open_conditional: Open) -> None:
    page = open_conditional(seed="7")
    for button, canvases, columns in (
        ("Grid (PNG)", ".class-grid canvas", 4),
        ("Strip (PNG)", ".path-frame canvas", 9),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button).click()
        with Image.open(io.BytesIO(Path(waiting.value.path()).read_bytes())) as image:
            whole = np.asarray(image.convert("L")).astype(np.int64)
        tiles = whole.reshape(-1, 8, columns, 8).transpose(0, 2, 1, 3).reshape(-1, 8, 8)
        np.testing.assert_array_equal(tiles, grey(page.locator(canvases)))


def test_nearest_real_images_need_no_latent_space(open_conditional: Open) -> None:
    page = open_conditional(seed="7", compare="1")
    expect(page.locator(".pixel-line")).to_contain_text("nearest of 40 real images")
    expect(page.locator(".latent-line")).to_be_hidden()
    expect(page.locator(".latent-link a")).to_have_count(0)
    with Image.open(io.BytesIO(page.request.get(f"/conditional/checkpoints/{NAME}/thumbnails.webp").body())) as sheet:
        tiles = np.asarray(sheet.convert("L"))[:8].reshape(8, -1, 8).transpose(1, 0, 2)[:40].astype(float) / 255
    shown = grey(page.locator(".stage-picture canvas"))[0] / 255
    distances = np.sort(np.sqrt(((tiles - shown) ** 2).mean((1, 2))))[:5]
    captions = [float(text) for text in page.locator(".neighbour figcaption").all_inner_texts()]
    np.testing.assert_allclose(captions, distances, atol=2e-3)


def test_python_draws_the_same_pictures(
    open_conditional: Open, conditional_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_conditional(seed="7", x="8.5", y="0.5", pick="1", **{"class": "c", "class2": "a", "blend": "0.25"})
    code = page.locator(".python").text_content()
    assert code is not None
    monkeypatch.chdir(tmp_path)
    code = code.replace(f'catalog.find("{NAME}")', f"__import__('pathlib').Path({str(conditional_folder / NAME)!r})")
    exec(compile(code, "snippet", "exec"), {})
    with Image.open("samples.png") as sheet, Image.open("moved.png") as moved:
        last = np.asarray(sheet).astype(np.int64)[None, -8:, -8:]
        assert close(last, grey(page.locator(".sheet .tile canvas"))[[15]])
        assert close(np.asarray(moved).astype(np.int64)[None], grey(page.locator(".stage-picture canvas")))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("class", "z"),
        ("class", "__proto__"),
        ("a", "7"),
        ("a", "7,0,9"),
        ("b", "7,0,1,2"),
        ("b", "-1,0"),
        ("share", "2"),
        ("way", "up"),
    ],
)
def test_bad_entries_in_the_link_are_refused_by_name(open_conditional: Open, name: str, value: str) -> None:
    page = open_conditional(seed="7", **{name: value})
    expect(page.locator(".view-body .messages .message")).to_contain_text(f"{name}={value}")
    assert name not in query(page) or name == "seed"


def test_a_class_means_nothing_to_a_model_without_a_condition(open_conditional: Open) -> None:
    page = open_conditional(seed="7", **{"class": "c"})
    page.locator("#explorer-model").select_option("vae-toy")
    page.wait_for_url("**model=vae-toy*")
    settle(page)
    assert "class" not in query(page)
    expect(page.locator(".condition, .class-grid")).to_have_count(0)
    expect(page.locator(".view-body .messages .message")).to_have_count(0)
