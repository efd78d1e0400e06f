"""Attributes in the Latent space view: directions, moved faces and measured shares, held to NumPy and torch."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from canvases import grey, rgba
from latent_page import AVATARS, DIGITS, open_latent
from PIL import Image
from playwright.sync_api import Page, expect
from site_server import Site
from waiting import wait_until

from explorer import catalog
from explorer.checkpoints import read_header, read_tensors, write_config, write_tensors
from explorer.metrics.proportions import proportion
from explorer.probes.attribute_arithmetic import checkpoint_direction
from explorer.probes.samples import pictures
from explorer.sheets import as_bytes

PANEL = "view.tabs.current().opened"
AFTER = ".attributes-pair figure:last-child canvas"


def open_attributes(page: Page, model: str = DIGITS, **state: str) -> None:
    open_latent(page, model, panel="attributes", **state)
    page.wait_for_selector(".attributes:not([aria-busy])")


def move_to(page: Page, strength: float) -> None:
    page.locator(".attributes-slider").evaluate(
        "(node, value) => { node.value = value; node.dispatchEvent(new Event('input', { bubbles: true })); }",
        str(strength),
    )
    expect(page.locator(".attributes-strength")).to_have_text(f"{strength:.2f}")


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [(DIGITS, "class", "7"), (AVATARS, "accessories", "glasses"), (AVATARS, "facial_hair", "none")],
)
def test_a_moved_face_is_python_s(page: Page, model: str, name: str, value: str) -> None:
    open_attributes(page, model, image="12", attributes_name=name, attributes_value=value, attributes_strength="1.5")
    checkpoint = catalog.open_checkpoint(catalog.find(model))
    along = checkpoint_direction(checkpoint, name, value)
    np.testing.assert_allclose(page.evaluate(f"() => [...{PANEL}.along]"), along, rtol=1e-6, atol=1e-7)
    mean = read_tensors(checkpoint.folder / "map.safetensors")["mean"][12].numpy()
    expected = pictures(checkpoint.model, (mean + 1.5 * along.astype(np.float64)).astype(np.float32)[None])
    decoded = page.evaluate(f"() => [...view.model.decode({PANEL}.moved(1.5))]")
    assert np.abs(np.array(decoded) - expected.reshape(-1)).max() <= 1e-5
    levels = as_bytes(expected)[0].transpose(1, 2, 0)
    assert np.abs(rgba(page.locator(AFTER))[..., : levels.shape[-1]] - levels).max() <= 1


def test_the_slider_asks_for_nothing_and_is_kept(page: Page, site: Site) -> None:
    open_attributes(page, image="3")
    before, asked = rgba(page.locator(AFTER)), len(site.requests)
    move_to(page, 2.4)
    wait_until(page, "() => states.at(-1)?.attributes_strength === '2.4'")
    assert len(site.requests) == asked
    wait_until(
        page, "() => performance.getEntriesByName('explorer:latent').some((each) => each.detail === 'attributes')"
    )
    assert (rgba(page.locator(AFTER)) != before).any()
    page.evaluate("() => view.pick(9)")
    wait_until(page, f"() => {PANEL}.point.image === 9")
    expected = page.evaluate(f"() => [...{PANEL}.moved(2.4)]")
    mean, along = page.evaluate(f"() => [[...view.posterior.mean], [...{PANEL}.along]]")
    assert expected == pytest.approx([m + 2.4 * d for m, d in zip(mean, along, strict=True)], abs=1e-6)


def test_the_numbers_are_the_file_s(page: Page) -> None:
    open_attributes(page, attributes_name="class", attributes_value="3", attributes_strength="2.1")
    path = catalog.find(DIGITS) / "attributes.safetensors"
    counts = read_tensors(path)["present.class"][3].tolist()
    rows = page.evaluate(f"() => {PANEL}.measured.chart.columns.present")
    assert rows == pytest.approx([count / 5 for count in counts])
    share = proportion(counts[4], 500, "")
    text = page.locator(".attributes-measured").inner_text()
    assert f"of 500 pictures that lacked it, {counts[4]} show" in text
    assert f"{100 * share.value:.1f} % [{100 * share.low:.1f}, {100 * share.high:.1f}]" in text
    judge = json.loads(read_header(path)[1]["attributes"])["attributes"]["class"]["accuracy"]
    assert f"{100 * judge['value']:.1f} %" in text
    assert "Latent arithmetic fails here" in text


@pytest.mark.parametrize(("successes", "count"), [(0, 500), (500, 500), (123, 500), (1, 3)])
def test_intervals_are_wilson_s(runtime: Page, successes: int, count: int) -> None:
    found = runtime.evaluate(
        "async ([k, n]) => (await import('/browser/runtime/statistics.js')).proportion(k, n)", [successes, count]
    )
    expected = proportion(successes, count, "")
    assert [found[key] for key in ("value", "low", "high")] == pytest.approx(
        [expected.value, expected.low, expected.high]
    )


@pytest.mark.parametrize(
    ("present", "changed", "kind", "strength"),
    [
        ([0, 20, 40, 30], [10, 10, 20, 20], "fails", 1),
        ([0, 20, 60, 90], [10, 20, 45, 80], "costs", 1),
        ([0, 20, 60, 90], [10, 20, 25, 80], "works", 1),
        ([0, 20, 60, 90], None, "works", 1),
    ],
)
def test_the_verdict_follows_its_rule(
    runtime: Page, present: list[int], changed: list[int] | None, kind: str, strength: float
) -> None:
    found = runtime.evaluate(
        """async ([present, anyChanged]) => (await import("/browser/views/latent/attributes/verdict.js"))
        .judge({ moved: 100, present, anyChanged }, [0, 0.5, 1, 2])""",
        [present, changed],
    )
    assert (found["kind"], found["strength"]) == (kind, strength)
    assert found["share"] == pytest.approx(present[2] / 100)


def copy_of(name: str, folder: Path) -> Path:
    return Path(shutil.copytree(catalog.find(name), folder / name))


def test_other_attributes_and_damage_have_their_floor(page: Page, site: Site, tmp_path: Path) -> None:
    """On a copy whose digits have a second attribute that half of the moves change."""
    folder = copy_of(DIGITS, tmp_path)
    path = folder / "attributes.safetensors"
    metadata = read_header(path)[1]
    tensors = read_tensors(path)
    described = json.loads(metadata["attributes"])
    described["attributes"]["class"]["others"] = ["skin"]
    tensors["changed.class"] = torch.tensor([50, 100, 150, 200, 250, 400], dtype=torch.int32).repeat(10, 1)[..., None]
    tensors["any_changed.class"] = tensors["changed.class"][..., 0].clone()
    tensors["whole.class"] = torch.full((10, 6), 400, dtype=torch.int32)
    write_tensors(path, tensors, {"attributes": json.dumps(described)})
    write_config(folder, catalog.read_config(folder))
    site.mount("copies", tmp_path)
    page.route(
        "**/checkpoints/**", lambda route: route.continue_(url=route.request.url.replace("checkpoints", "copies"))
    )
    open_attributes(page, attributes_value="7", attributes_strength="2")
    cells = page.locator(".attributes-table td").all_inner_texts()
    assert cells[0].startswith("50.0 %")
    assert cells[1].startswith("10.0 %")
    assert cells[2].startswith("20.0 %")
    # 7 is shown by most pictures at strength 1, where 30 % have changed, and at 1.5: 40 %.
    assert "works here" in page.locator(".attributes-verdict").first.inner_text()
    floor = page.evaluate(f"() => {PANEL}.measured.chart.floor")
    expected = proportion(50, 500, "")
    assert [floor["value"], floor["low"], floor["high"]] == pytest.approx(
        [100 * expected.value, 100 * expected.low, 100 * expected.high]
    )


def give_pairs(folder: Path) -> dict[str, torch.Tensor]:
    """Writes exact pairs of the digits 7 and 1 into a copy, and returns their tensors."""
    path = folder / "attributes.safetensors"
    described = json.loads(read_header(path)[1]["attributes"])
    described["attributes"]["class"]["paired"] = ["7", "1"]
    middle = torch.tensor([[0.2, 0.17, 0.14, 0.16, 0.25, 0.4], [0.2, 0.21, 0.22, 0.23, 0.24, 0.25]])
    around = torch.tensor([0, -0.01, 0.01])
    added = {
        "distance.class": middle[..., None] + around,
        "gain.class": middle[:, :1, None] - middle[..., None] + around,
        "best.class": 0.12 + around.repeat(2, 1),
        "cosine.class": torch.tensor([0.625, -0.25]),
        "pair_distance.class": 0.13 + around.repeat(2, 1),
        "pairs.class": torch.tensor([500, 400], dtype=torch.int32),
        "pair_present.class": torch.tensor([321, 45], dtype=torch.int32),
    }
    write_tensors(path, read_tensors(path) | added, {"attributes": json.dumps(described)})
    write_config(folder, catalog.read_config(folder))
    return added


def test_exact_pairs_say_how_near_the_truth_is(page: Page, site: Site, tmp_path: Path) -> None:
    added = give_pairs(copy_of(DIGITS, tmp_path))
    site.mount("copies", tmp_path)
    page.route(
        "**/checkpoints/**", lambda route: route.continue_(url=route.request.url.replace("checkpoints", "copies"))
    )
    open_attributes(page, attributes_name="class", attributes_value="7", attributes_strength="1")
    chart = page.evaluate(f"() => (({{ columns, floor }}) => ({{ columns, floor }}))({PANEL}.measured.truth.chart)")
    assert chart["columns"]["moved"] == pytest.approx(added["distance.class"][0, :, 0].tolist())
    assert chart["columns"]["best"] == pytest.approx([0.12] * 6)
    assert chart["columns"]["along"] == pytest.approx([0.13] * 6)
    assert [chart["floor"][key] for key in ("value", "low", "high")] == pytest.approx([0.2, 0.19, 0.21])
    text = page.locator(".attributes-truth").inner_text()
    # 0.2 − 0.14 of 0.2 − 0.12 is 75 %.
    assert "strength 1 comes nearest" in text
    assert "75 % of the way" in text
    assert "0.0600 [0.0500, 0.0700]" in text
    assert "0.1400 [0.1300, 0.1500] from the truth; nothing moved: 0.2000 [0.1900, 0.2100]" in text
    # Two random directions of a plane: 1 / √2.
    assert "0.63; between random directions it is 0 ± 0.71" in text
    assert "321 of 500 show" in text
    move_to(page, 2.9)
    truth = page.locator(".attributes-truth")
    expect(truth).to_contain_text("At strength 3, pictures are 0.4000 [0.3900, 0.4100]")
    page.get_by_label("Value to move towards").select_option("1")
    expect(truth).to_contain_text("No nearer to the truth")
    expect(truth).to_contain_text("−0.0100 [−0.0200, 0.0000]")
    expect(truth).to_contain_text("400 held-out pictures")
    page.get_by_label("Value to move towards").select_option("2")
    expect(truth).to_contain_text("has not been measured")
    expect(truth.locator("canvas")).not_to_be_visible()


@pytest.mark.parametrize(
    ("distance", "spread", "best", "kind", "place", "share"),
    [
        ([4, 3, 2, 5], 0.5, 1, "nearer", 2, 2 / 3),
        ([4, 3.9, 4.5, 5], 0.5, 1, "farther", 1, 1 / 30),
        ([4, 5, 6, 7], 0.5, 1, "farther", 1, -1 / 3),
        ([4, 3, 2, 5], 0.5, 4, "blind", 2, None),
    ],
)
def test_near_is_judged_by_pairs_and_by_what_the_model_can_draw(
    runtime: Page, distance: list[float], spread: float, best: float, kind: str, place: int, share: float | None
) -> None:
    def mean(value: float) -> dict[str, float]:
        return {"value": value, "low": value - spread, "high": value + spread}

    pairs = {
        "distance": [mean(each) for each in distance],
        "gain": [mean(distance[0] - each) for each in distance],
        "best": mean(best),
    }
    found = runtime.evaluate(
        "async (pairs) => (await import('/browser/views/latent/attributes/verdict.js')).nearestApproach(pairs)", pairs
    )
    assert (found["kind"], found["place"]) == (kind, place)
    assert found["share"] == (None if share is None else pytest.approx(share))


@pytest.mark.parametrize("harm", ["strength", "present", "metadata", "pairs", "distance"])
def test_a_broken_file_is_one_message(page: Page, site: Site, tmp_path: Path, harm: str) -> None:
    folder = copy_of(DIGITS, tmp_path)
    path = folder / "attributes.safetensors"
    give_pairs(folder)
    metadata, tensors = read_header(path)[1], read_tensors(path)
    if harm == "pairs":
        tensors["pair_present.class"] += 400
    elif harm == "distance":
        del tensors["distance.class"]
    elif harm == "strength":
        tensors["strength"] = tensors["strength"].flip(0).contiguous()
    elif harm == "present":
        tensors["present.class"] = tensors["present.class"][:, :3].contiguous()
    write_tensors(path, tensors, {"attributes": "{}"} if harm == "metadata" else metadata)
    site.mount("copies", tmp_path)
    page.route(
        "**/checkpoints/**", lambda route: route.continue_(url=route.request.url.replace("checkpoints", "copies"))
    )
    open_latent(page, DIGITS, panel="attributes")
    assert "attributes.safetensors" in page.locator(".latent-below-attributes [role=alert]").inner_text()
    page.get_by_role("tab", name="Posterior").click()
    expect(page.locator(".latent-table").first).to_be_visible()


@pytest.mark.parametrize(
    "entry",
    [
        {"attributes_name": "hat"},
        {"attributes_value": "<b>"},
        {"attributes_strength": "9"},
        {"attributes_strength": "NaN"},
    ],
)
def test_what_a_link_cannot_mean_is_told(page: Page, entry: dict[str, str]) -> None:
    open_attributes(page, **entry)
    ((name, value),) = entry.items()
    expect(page.locator(".attributes > [role=alert]")).to_contain_text(f"{name}={value}, where ")


def test_choosing_an_attribute_and_a_value(page: Page) -> None:
    open_attributes(page, AVATARS)
    attribute, chosen = page.get_by_label("Attribute", exact=True), page.locator(".attributes-values option:checked")
    expect(chosen).to_have_text(re.compile(r"^\+ "))
    attribute.select_option("skin")
    expect(chosen).to_have_text(re.compile("^→ "))
    attribute.select_option("facial_hair")
    page.get_by_label("Value to move towards").select_option("none")
    expect(chosen).to_have_text("− facial hair")
    wait_until(page, "() => states.at(-1)?.attributes_value === 'none'")


def test_the_python_draws_the_pair(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_attributes(page, image="5", attributes_value="0", attributes_strength="1.25")
    code = page.locator(".attributes .takeaway-python").text_content()
    assert code
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    drawn = np.concatenate(
        [grey(page.locator(f".attributes-pair figure:{place} canvas")) for place in ("first-child", "last-child")],
        1,
    )
    with Image.open(tmp_path / "moved.png") as image:
        assert np.abs(np.asarray(image).astype(int) - drawn).max() <= 1
    with page.expect_download() as waiting:
        page.locator(".attributes [data-file=png]").click()
    with Image.open(waiting.value.path()) as image:
        assert (np.asarray(image.convert("L")) == drawn).all()
    with page.expect_download() as waiting:
        page.locator(".attributes [data-file=npz]").click()
    with np.load(io.BytesIO(Path(waiting.value.path()).read_bytes()), allow_pickle=False) as trace:
        assert (str(trace["attribute"]), str(trace["value"])) == ("class", "0")
        assert trace["strength"].tolist() == [0, 1.25]
        assert np.abs(as_bytes(trace["image"])[1, 0].astype(int) - drawn[:, 28:]).max() <= 1
