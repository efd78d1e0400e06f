"""Timelines of VAEs with faults: what is wrong is named, and the rest of the training is shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from site_server import Site
from training_page import open_training

from explorer.catalog import SHIPPED

NAME = "vae-thumbs-b100"
FILE = "timeline.safetensors"
Tensors = dict[str, np.ndarray[Any, Any]]

OPEN = """async (url) => {
  const [{ openModel }, { openLatents }] = await Promise.all(
    ["runtime/model.js", "views/training/latents.js"].map((file) => import(`/browser/${file}`)));
  try {
    const model = await openModel(url);
    await openLatents(model, await model.loadTimeline());
    return "";
  } catch (error) {
    if (error.name !== "ModelError") throw error;
    return `${error.key}: ${error.message}`;
  }
}"""


def lose_a_moment(tensors: Tensors) -> None:
    tensors["mean"] = tensors["mean"][:-1]


def lose_a_dimension(tensors: Tensors) -> None:
    tensors["mean"] = tensors["mean"][..., :-1].copy()


def spoil(tensors: Tensors) -> None:
    tensors["mean"][3, 2, 1] = np.nan


def lose_a_spread(tensors: Tensors) -> None:
    tensors["log_variance"] = tensors["log_variance"][:, :-1].copy()


def lose_classes(tensors: Tensors) -> None:
    del tensors["attribute"]


def invent_a_class(tensors: Tensors) -> None:
    tensors["attribute"][5] = 99


def widen_kl(tensors: Tensors) -> None:
    tensors["measure.kl_per_dimension"] = np.repeat(tensors["measure.kl_per_dimension"], 2, 1)


def broken(folder: Path, fault: Callable[[Tensors], None]) -> None:
    shutil.copytree(SHIPPED / NAME, folder)
    tensors = load_file(folder / FILE)
    with safe_open(folder / FILE, "np") as file:
        metadata = file.metadata()
    fault(tensors)
    save_file(tensors, folder / FILE, metadata)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lose_a_moment, "mean"),
        (lose_a_dimension, "mean"),
        (spoil, "runtime.notFinite"),
        (lose_a_spread, "log_variance"),
        (lose_classes, "attribute"),
        (invent_a_class, "99"),
        (widen_kl, "measure.kl_per_dimension"),
    ],
)
def test_a_fault_of_the_followed_images_names_file_and_key(
    runtime: Page, site: Site, tmp_path: Path, fault: Callable[[Tensors], None], words: str
) -> None:
    broken(tmp_path / "model", fault)
    message = runtime.evaluate(OPEN, f"{site.mount(f'latents-{fault.__name__}', tmp_path)}model/")
    assert FILE in message
    assert words in message


def test_the_rest_of_the_training_is_shown_without_its_map(page: Page, site: Site, tmp_path: Path) -> None:
    broken(tmp_path / "model", spoil)
    site.mount("latents-shown", tmp_path)
    open_training(page, "/latents-shown/model")
    expect(page.locator(".view-body .messages .message")).to_contain_text(FILE)
    expect(page.locator(".training-map")).to_have_count(0)
    expect(page.locator(".training-charts .chart")).to_have_count(4)
    expect(page.locator(".training-tile").first).to_be_visible()


def test_a_run_beside_that_is_cut_short_is_named_and_the_first_one_stays(
    page: Page, site: Site, tmp_path: Path
) -> None:
    shutil.copytree(SHIPPED / NAME, tmp_path / "model")
    path = tmp_path / "model" / FILE
    path.write_bytes(path.read_bytes()[:-500])
    site.mount("latents-cut", tmp_path)
    open_training(page, "vae-thumbs-b1", "/latents-cut/model")
    page.get_by_label("Beside it").select_option(NAME)
    expect(page.locator(".view-body .messages .message")).to_contain_text(FILE)
    expect(page.locator(".training-run")).to_have_count(1)
    expect(page.locator(".training-map")).to_be_visible()


def test_what_was_followed_and_measured_is_said(page: Page, site: Site, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / NAME, tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["training"]["settings"] |= {"binarise": True, "average": 0.0}
    path.write_text(json.dumps(config), encoding="utf-8")
    site.mount("latents-said", tmp_path)
    for model, averaged, grey in (("/latents-said/model", 0, 0), (NAME, 1, 3)):
        open_training(page, model)
        expect(page.locator(".training-place", has_text="moving average of the weights")).to_have_count(averaged)
        expect(page.locator(".chart", has_text="192 held-out images. ")).to_have_count(grey)
        expect(page.locator(".chart", has_text="192 held-out images, black and white")).to_have_count(3 - grey)
