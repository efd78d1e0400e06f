"""Timelines of pictures, and stored weights, with faults: refused by name, by page and Python, and the page goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors import safe_open
from safetensors.torch import load_file
from site_server import Site
from timeline_toys import MOMENTS, timeline, toy_run

from explorer.catalog import SHIPPED
from explorer.checkpoints import CheckpointError, read_config, write_tensors
from explorer.cli.export import write_site
from explorer.training.gan.moments import read_moments


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults") / "checkpoints"
    toy_run(folder / "toy")
    return folder


OPEN = """async (url) => {
  const { openModel } = await import("/browser/runtime/model.js");
  try {
    const model = await openModel(url);
    const timeline = await model.loadTimeline();
    await model.loadMoments();
    for (const sheet of timeline.sheets.values()) for (let i = 0; i < sheet.length; i++) await sheet.bitmap(i);
    return "";
  } catch (error) {
    if (error.name !== "ModelError") throw error;
    return error.message;
  }
}"""


def shorten(tensors: dict[str, torch.Tensor]) -> None:
    tensors["sheet.samples.offsets"] = tensors["sheet.samples.offsets"][:-1]


def disorder(tensors: dict[str, torch.Tensor]) -> None:
    tensors["sheet.samples.offsets"][2] = 1


def spoil(tensors: dict[str, torch.Tensor]) -> None:
    start = int(tensors["sheet.samples.offsets"][3])
    tensors["sheet.samples.bytes"][start : start + 16] = 0


def unsort(tensors: dict[str, torch.Tensor]) -> None:
    tensors["step"][1] = 50


def unbalance(tensors: dict[str, torch.Tensor]) -> None:
    tensors["histogram.fake"][1, 0] += 0.5


def lose_measure(tensors: dict[str, torch.Tensor]) -> None:
    del tensors["measure.frechet"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (shorten, "sheet.samples.offsets"),
        (disorder, "sheet.samples.offsets"),
        (spoil, "sheet.samples.bytes; moment 3"),
        (unsort, "tensor step"),
        (unbalance, "histogram.fake; moment 1"),
        (lose_measure, "measure.frechet"),
    ],
)
def test_a_fault_names_file_and_key(
    runtime: Page, site: Site, tmp_path: Path, folder: Path, fault: Callable[..., None], words: str
) -> None:
    shutil.copytree(folder / "toy", tmp_path / "toy")
    tensors, metadata = timeline()
    fault(tensors)
    write_tensors(tmp_path / "toy" / "timeline.safetensors", tensors, metadata)
    message = runtime.evaluate(OPEN, site.mount("faulty", tmp_path) + "toy")
    assert "timeline.safetensors" in message
    assert words in message


PACKED = "decoder.0.weight"


def cut(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    tensors[PACKED] = tensors[PACKED][:-9].clone()


def scribble(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    tensors[PACKED][:] = 7


def claim_less(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    shapes[PACKED][-1] -= 1


def claim_more(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    shapes[PACKED][-1] += 1


def claim_everything(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    shapes[PACKED] = [len(MOMENTS), 2**20, 2**20]


def lose_scale(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    del tensors[f"{PACKED}.scale"]


def lose_weights(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    del tensors[PACKED]


def shorten_scale(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    tensors[f"{PACKED}.scale"] = tensors[f"{PACKED}.scale"][1:].clone()


def forget_a_moment(tensors: dict[str, torch.Tensor], shapes: dict[str, Any]) -> None:
    tensors["step"] = tensors["step"][1:].clone()


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (cut, "runtime.packed"),
        (scribble, "runtime.packed"),
        (claim_less, "runtime.packed"),
        (claim_more, "runtime.packed"),
        (claim_everything, "runtime.shape"),
        (lose_scale, "runtime.missingTensor"),
        (lose_weights, "runtime.missingTensor"),
        (shorten_scale, "runtime.tensorShape"),
        (forget_a_moment, "runtime.tensorShape"),
    ],
)
def test_stored_weights_with_a_fault_are_refused_by_page_and_python(
    runtime: Page, site: Site, tmp_path: Path, folder: Path, fault: Callable[..., None], key: str
) -> None:
    shutil.copytree(folder / "toy", tmp_path / "toy")
    path = tmp_path / "toy" / "moments.safetensors"
    with safe_open(path, "pt") as file:
        shapes = json.loads(file.metadata()["moments"])["shapes"]
    tensors = load_file(path)
    fault(tensors, shapes)
    write_tensors(path, tensors, {"moments": json.dumps({"shapes": shapes})})
    message = runtime.evaluate(OPEN, site.mount("faulty", tmp_path) + "toy")
    assert key in message
    assert "moments.safetensors" in message
    with pytest.raises(CheckpointError, match=r"toy/moments\.safetensors"):
        read_moments(path)


@pytest.mark.parametrize("metadata", ["{", json.dumps({"kind": "planar"}), json.dumps({"kind": "images", "tile": {}})])
def test_a_description_that_is_none_is_refused(
    runtime: Page, site: Site, tmp_path: Path, folder: Path, metadata: str
) -> None:
    shutil.copytree(folder / "toy", tmp_path / "toy")
    write_tensors(tmp_path / "toy" / "timeline.safetensors", timeline()[0], {"timeline": metadata})
    assert "runtime.timelineDescription" in runtime.evaluate(OPEN, site.mount("faulty", tmp_path) + "toy")


def test_a_timeline_that_is_cut_short_leaves_the_rest_of_the_page(
    page: Page, site: Site, tmp_path: Path, folder: Path
) -> None:
    write_site(tmp_path / "site", folder)
    path = tmp_path / "site" / "checkpoints" / "toy" / "timeline.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    page.goto(site.mount("cut", tmp_path / "site") + "?view=training&model=toy&lang=en")
    expect(page.locator(".messages .message")).to_contain_text("timeline.safetensors: tensor sheet.samples.bytes")
    page.get_by_role("tab", name="Sample").click()
    expect(page.locator(".sheet .tile").first).to_be_visible()


def test_the_shipped_timelines_are_in_order(runtime: Page, site: Site) -> None:
    found = [path.parent.name for path in sorted(SHIPPED.glob("*/timeline.safetensors"))]
    pictured = [name for name in found if "Decodes" in read_config(SHIPPED / name).capabilities]
    assert pictured
    assert {name: runtime.evaluate(OPEN, f"{site.url}/checkpoints/{name}") for name in pictured} == dict.fromkeys(
        pictured, ""
    )
