"""Conditional models and paths: the same pictures as torch, what a link restores, what is refused in words."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from site_server import Site

from explorer.catalog import Checkpoint
from explorer.cli.export import write_site
from explorer.probes.samples import label, latent, pictures, samples
from explorer.sheets import as_bytes
from tests.conditional_toys import NAME, SHARES, conditional_toy
from tests.toys import toy_checkpoint

Open = Callable[..., Page]
CLASSES = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conditional") / "checkpoints"
    conditional_toy(folder / NAME)
    toy_checkpoint(folder / "vae-toy", mixture=False)
    return folder


@pytest.fixture(scope="module")
def checkpoint(folder: Path) -> Checkpoint:
    from explorer.catalog import open_checkpoint

    return open_checkpoint(folder / NAME)


@pytest.fixture
def opened(page: Page, site: Site, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Sample view of the conditional toy; returns once everything is painted and at rest."""
    if "conditional" not in site.folders:
        out = tmp_path_factory.mktemp("conditional") / "site"
        write_site(out, folder)
        site.mount("conditional", out)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/conditional/?{urlencode({'model': NAME, 'lang': 'en', 'count': '16', **query})}")
        settle(page)
        return page

    return go


def settle(page: Page) -> None:
    expect(page.locator(".sheet .tile").first).to_be_visible()
    expect(page.locator(".prior-distance")).not_to_be_empty()
    expect(page.locator(".path-line")).not_to_be_empty()
    expect(page.locator(".details.stale, .sheet[aria-busy], .class-grid[aria-busy], .path[aria-busy]")).to_have_count(0)


def query(page: Page) -> dict[str, str]:
    page.wait_for_timeout(500)  # the address is written at most every 300 ms
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def grey(canvases: Locator) -> NDArray[np.int64]:
    """Grey levels (N, 8, 8) of canvases."""
    shown = canvases.evaluate_all(
        """(canvases) => canvases.map((canvas) =>
          Array.from(canvas.getContext("2d").getImageData(0, 0, 8, 8).data.filter((_, i) => i % 4 === 0)))"""
    )
    return np.array(shown).reshape(-1, 8, 8)


def drawn(checkpoint: Checkpoint, z: Any, labels: Any) -> NDArray[np.int64]:
    """What torch draws, as grey levels (N, 8, 8)."""
    rows = np.asarray(z, np.float32), np.asarray(labels, np.float32)
    return as_bytes(pictures(checkpoint.model, *rows))[:, 0].astype(np.int64)


def close(shown: NDArray[np.int64], expected: NDArray[np.int64]) -> bool:
    """A value on the border of two levels may fall on either side."""
    return shown.shape == expected.shape and bool(np.abs(shown - expected).max() <= 1)


def one_hot(index: int) -> NDArray[np.float32]:
    return np.eye(CLASSES, dtype=np.float32)[index]


def in_model(runtime: Page, site: Site, folder: Path, body: str) -> Any:
    return runtime.evaluate(
        f"""async (url) => {{
          try {{
            const model = await (await import("/browser/runtime/model.js")).openModel(url);
            await model.loadDecoder();
            {body}
          }} catch (error) {{
            if (error.name !== "ModelError") throw error;
            return {{ key: error.key, values: error.values }};
          }}
        }}""",
        site.mount("conditional-model", folder),
    )


def test_page_and_torch_decode_the_same(runtime: Page, site: Site, folder: Path, checkpoint: Checkpoint) -> None:
    generator = torch.Generator().manual_seed(1)
    z = torch.randn(8, 3, generator=generator)
    blends = torch.rand(8, CLASSES, generator=generator)
    labels = torch.where(torch.arange(8)[:, None] < 4, torch.eye(CLASSES).repeat(2, 1), blends / blends.sum(1)[:, None])
    body = f"""
      const [z, labels] = {json.dumps([z.tolist(), labels.tolist()])};
      return z.map((each, i) => Array.from(model.decode(each, labels[i])));
    """
    shown = torch.tensor(in_model(runtime, site, folder / NAME, body))
    with torch.no_grad():
        expected = checkpoint.model.decode(z, labels).flatten(1)
    assert (shown - expected).abs().max() <= 1e-5


def test_page_and_python_draw_the_same_class_for_a_seed(runtime: Page, site: Site, folder: Path) -> None:
    body = """
      const seeds = [...Array(200).keys(), 2 ** 40 + 3];
      return [model.classes, seeds.map((seed) => Array.from(model.sampleLabel(seed)))];
    """
    classes, shown = in_model(runtime, site, folder / NAME, body)
    assert classes == CLASSES
    np.testing.assert_array_equal(shown, [label(seed, SHARES) for seed in [*range(200), 2**40 + 3]])


def test_seeds_blend_their_labels_as_their_latents(runtime: Page, site: Site, folder: Path) -> None:
    body = "const { z, label } = model.blendSeeds(3.25, 0.5); return [Array.from(z), Array.from(label)];"
    z, blended = in_model(runtime, site, folder / NAME, body)
    weights = {3: 0.375, 4: 0.125, 103: 0.375, 104: 0.125}
    np.testing.assert_allclose(z, sum(weight * latent(seed, 3) for seed, weight in weights.items()), atol=1e-6)
    np.testing.assert_allclose(blended, sum(weight * label(seed, SHARES) for seed, weight in weights.items()))


def test_a_model_without_a_condition_ignores_labels(runtime: Page, site: Site, folder: Path) -> None:
    body = """
      const [plain, labelled] = [model.decode([1, 2, 3]), model.decode([1, 2, 3], null)];
      const same = plain.every((value, i) => value === labelled[i]);
      return [model.classes, model.sampleLabel(1), model.blendSeeds(1, 0).label, same];
    """
    assert in_model(runtime, site, folder / "vae-toy", body) == [0, None, None, True]


@pytest.mark.parametrize("given", ["undefined", "[1, 0, 0]", "[1, 1, 0, 0]", "[2, -1, 0, 0]", "[NaN, 1, 0, 0]"])
def test_labels_that_make_no_sense_are_refused(runtime: Page, site: Site, folder: Path, given: str) -> None:
    assert in_model(runtime, site, folder / NAME, f"return model.decode([0, 0, 0], {given})")["key"] == "runtime.label"


@pytest.mark.parametrize(
    "changes",
    [
        {"values": []},
        {"values": ["a", "b", "c", "c"]},
        {"values": ["a", "b", "c", ""]},
        {"values": "abcd"},
        {"labels": {"en": ["a", "b", "c", "d"]}},
        {"labels": {"en": ["a", "b", "c", "d"], "zh": ["a"]}},
        {"shares": [0.5, 0.5]},
        {"shares": [0.5, 0.5, 0.5, 0.5]},
        {"shares": [1.5, -0.5, 0, 0]},
        {"shares": None},
        {"attribute": 3},
    ],
)
def test_a_nonsense_condition_is_refused_in_words(
    runtime: Page, site: Site, folder: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    for file in (folder / NAME).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    config["condition"] |= changes
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    refused = in_model(runtime, site, tmp_path, "return null")
    assert refused["key"] == "runtime.config"
    assert refused["values"]["name"] == "condition"


def test_each_seed_shows_its_own_class(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7")
    expected = as_bytes(samples(checkpoint, 7, 16).images)[:, 0].astype(np.int64)
    assert close(grey(page.locator(".sheet .tile canvas")), expected)
    names = page.locator(".sheet .tile").evaluate_all("(tiles) => tiles.map((tile) => tile.title)")
    assert names == [f"Seed {seed}, class {'abcd'[int(label(seed, SHARES).argmax())]}" for seed in range(7, 23)]


def test_one_class_and_a_blend_by_link_and_by_hand(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7", **{"class": "c"})
    tiles = page.locator(".sheet .tile canvas")
    z = np.stack([latent(seed, 3) for seed in range(7, 23)])
    assert close(grey(tiles), drawn(checkpoint, z, [one_hot(2)] * 16))
    page.locator("#explorer-class-second").select_option("0")
    page.locator("#explorer-class-blend").fill("0.3")
    settle(page)
    blended = 0.7 * one_hot(2) + 0.3 * one_hot(0)
    assert close(grey(tiles), drawn(checkpoint, z, [blended] * 16))
    expect(page.locator(".stage-name")).to_have_text("Seed 7, class c (70 %) + a (30 %)")
    state = query(page)
    assert (state["class"], state["class2"], state["blend"]) == ("c", "a", "0.3")
    restored = opened(seed="7", **{"class": "c", "class2": "a", "blend": "0.3"})
    assert close(grey(restored.locator(".sheet .tile canvas")), drawn(checkpoint, z, [blended] * 16))
    restored.locator("#explorer-class").select_option("")
    settle(restored)
    assert not {"class", "class2", "blend"} & set(query(restored))


def test_the_grid_holds_each_class_from_the_same_z(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7", pick="14")
    rows = [21, 22, 7, 8, 9]  # from the sample on the stage on, around the end of the sheet
    z = np.repeat([latent(seed, 3) for seed in rows], CLASSES, axis=0)
    assert close(grey(page.locator(".class-grid canvas")), drawn(checkpoint, z, np.tile(np.eye(CLASSES), (5, 1))))
    assert page.locator(".grid-row-name").all_inner_texts() == [f"Seed {seed}" for seed in rows]
    assert page.locator(".grid-column-name").all_inner_texts() == ["a", "b", "c", "d"]
    page.locator(".class-grid .tile").nth(2 * CLASSES + 1).click()
    settle(page)
    state = query(page)
    assert (state.get("pick"), state["class"]) == (None, "b")  # seed 7 is the first, which is the default
    assert close(grey(page.locator(".stage-picture canvas")), drawn(checkpoint, [latent(7, 3)], [one_hot(1)]))
    pressed = page.locator(".class-grid .tile[aria-pressed=true]")
    assert close(grey(pressed.locator("canvas")), grey(page.locator(".stage-picture canvas")))


def spherical(a: NDArray[Any], b: NDArray[Any], share: float) -> NDArray[Any]:
    """Turned in the plane of both, by its share of the angle between them, with its share of the lengths."""
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    angle = share * np.arccos(a @ b / lengths[0] / lengths[1])
    across = b - (a @ b) / (a @ a) * a
    direction = np.cos(angle) * a / lengths[0] + np.sin(angle) * across / np.linalg.norm(across)
    return np.asarray(direction * ((1 - share) * lengths[0] + share * lengths[1]))


def test_a_path_leads_from_one_sample_to_another(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7")
    page.locator(".sheet .tile").nth(3).click()
    page.get_by_role("button", name="Make the sample A").click()
    page.locator(".sheet .tile").nth(9).click()
    page.get_by_role("button", name="Make the sample B").click()
    settle(page)
    marks = page.locator(".sheet .tile").evaluate_all("(tiles) => tiles.map(({ dataset }) => dataset.mark ?? '')")
    assert [(i, mark) for i, mark in enumerate(marks) if mark] == [(3, "A"), (9, "B")]
    a, b = latent(10, 3).astype(float), latent(16, 3).astype(float)
    shares = np.linspace(0, 1, 9)
    labels = [(1 - share) * label(10, SHARES) + share * label(16, SHARES) for share in shares]
    strip = page.locator(".path-frame canvas")
    assert close(grey(strip), drawn(checkpoint, [spherical(a, b, share) for share in shares], labels))
    page.locator("[data-way=linear]").click()
    settle(page)
    straight = [(1 - share) * a + share * b for share in shares]
    assert close(grey(strip), drawn(checkpoint, straight, labels))
    page.locator(".path-frame").nth(2).click()
    assert close(grey(page.locator(".path-picture")), grey(strip)[[2]])
    expect(page.locator(".path-line")).to_contain_text(f"‖z‖ = {np.linalg.norm(straight[2]):.2f}")
    state = query(page)
    assert (state["a"], state["b"], state["share"], state["way"]) == ("10,0", "16,0", "0.25", "linear")
    again = opened(**{key: state[key] for key in ("seed", "a", "b", "share", "way")})
    assert close(grey(again.locator(".path-frame canvas")), drawn(checkpoint, straight, labels))
    assert close(grey(again.locator(".path-picture")), drawn(checkpoint, straight, labels)[[2]])


def test_the_ends_keep_the_class_that_they_were_taken_in(opened: Open, checkpoint: Checkpoint) -> None:
    page = opened(seed="7", **{"class": "d"})
    page.get_by_role("button", name="Make the sample A").click()
    page.locator("#explorer-class").select_option("0")
    page.get_by_role("button", name="Make the sample B").click()
    settle(page)
    shares = np.linspace(0, 1, 9)[:, None]
    labels = (1 - shares) * one_hot(3) + shares * one_hot(0)
    assert close(grey(page.locator(".path-frame canvas")), drawn(checkpoint, [latent(7, 3)] * 9, labels))
    assert query(page)["a"] == "7,0,3"


def test_scrubbing_and_playing_a_path_ask_for_nothing(opened: Open) -> None:
    page = opened(seed="7")
    strip = grey(page.locator(".path-frame canvas"))
    page.evaluate("performance.clearMeasures()")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    slider = page.locator(".path-slider")
    for share, frame in ((0, 0), (1, 8)):
        slider.fill(str(share))
        assert close(grey(page.locator(".path-picture")), strip[[frame]])
    assert page.evaluate("performance.getEntriesByName('explorer:sample').map(({ detail }) => detail)") == ["path"] * 2
    page.locator(".path-play").click()
    expect(page.locator(".path-play")).to_have_text("Pause")
    expect(slider).not_to_have_value("1")
    page.locator(".path-play").click()
    stopped = slider.input_value()
    expect(page.locator(".path-play")).to_have_text("Play")
    assert float(stopped) < 1
    np.testing.assert_array_equal(grey(page.locator(".path-frame canvas")), strip)
    assert slider.input_value() == stopped
    assert requests == []


def test_pictures_of_grid_and_path_pixel_for_pixel(opened: Open) -> None:
    page = opened(seed="7")
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


def test_nearest_real_images_need_no_latent_space(opened: Open) -> None:
    page = opened(seed="7", compare="1")
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
    opened: Open, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(seed="7", x="8.5", y="0.5", pick="1", **{"class": "c", "class2": "a", "blend": "0.25"})
    code = page.locator(".python").text_content()
    assert code is not None
    monkeypatch.chdir(tmp_path)
    code = code.replace(f'catalog.find("{NAME}")', f"__import__('pathlib').Path({str(folder / NAME)!r})")
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
def test_bad_entries_in_the_link_are_refused_by_name(opened: Open, name: str, value: str) -> None:
    page = opened(seed="7", **{name: value})
    expect(page.locator(".refusals .message")).to_contain_text(f"{name}={value}")
    assert name not in query(page) or name == "seed"


def test_a_class_means_nothing_to_a_model_without_a_condition(opened: Open) -> None:
    page = opened(seed="7", **{"class": "c"})
    page.locator("#explorer-model").select_option("vae-toy")
    settle(page)
    assert "class" not in query(page)
    expect(page.locator("#explorer-class, .class-grid")).to_have_count(0)
    expect(page.locator(".refusals .message")).to_have_count(0)


INTERPOLATE = """async (calls) => {
  const { between } = await import("/browser/views/interpolation.js");
  return calls.map((values) => Array.from(between(...values)));
}"""


def test_spherical_keeps_the_length_where_the_straight_way_is_short(runtime: Page) -> None:
    arc, straight = runtime.evaluate(INTERPOLATE, [[way, [3, 0], [0, 3], 0.5] for way in ("spherical", "linear")])
    np.testing.assert_allclose(arc, [3 / np.sqrt(2)] * 2, rtol=1e-6)
    np.testing.assert_allclose(straight, [1.5, 1.5])


def test_spherical_stays_between_the_two_lengths_where_the_directions_nearly_oppose(runtime: Page) -> None:
    ways = [["spherical", [1, 1], [-3, -2.9], share] for share in (0, 0.25, 0.5, 1)]
    lengths = [np.hypot(*latent) for latent in runtime.evaluate(INTERPOLATE, ways)]
    ends = np.sqrt(2), np.hypot(3, 2.9)
    np.testing.assert_allclose(lengths, [(1 - t) * ends[0] + t * ends[1] for t in (0, 0.25, 0.5, 1)], rtol=1e-6)


@pytest.mark.parametrize(("a", "b"), [([1, 2], [1, 2]), ([1, 2], [-1, -2]), ([0, 0], [1, 2]), ([1, 0], [3, 0])])
def test_where_there_is_no_arc_the_way_is_straight(runtime: Page, a: list[float], b: list[float]) -> None:
    (middle,) = runtime.evaluate(INTERPOLATE, [["spherical", a, b, 0.25]])
    np.testing.assert_allclose(middle, 0.75 * np.array(a) + 0.25 * np.array(b))
