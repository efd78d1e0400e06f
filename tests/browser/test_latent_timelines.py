"""Timelines of VAEs in the page: held-out evidence and KL per dimension as the recorder stored them; faults refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Site
from playwright.sync_api import Page
from safetensors import safe_open
from safetensors.torch import load_file
from training_page import without_measures

from explorer.catalog import SHIPPED
from explorer.checkpoints import write_tensors

NAME = "vae-thumbs-b100"
FILE = "timeline.safetensors"
OPEN = """async (url) => {
  const { openModel } = await import("/browser/runtime/model.js");
  try {
    const { steps, sheets, measures, klPerDimension } = await (await openModel(url)).loadTimeline();
    return {
      steps,
      sheets: [...sheets.keys()],
      measures: Object.fromEntries([...measures].map(([name, each]) => [name, Array.from(each.values)])),
      klPerDimension: klPerDimension?.map((row) => Array.from(row)) ?? null,
    };
  } catch (error) {
    if (error.name !== "ModelError") throw error;
    return error.message;
  }
}"""


def test_the_page_reads_what_the_recorder_stored(runtime: Page, site: Site) -> None:
    found = runtime.evaluate(OPEN, f"{site.url}/checkpoints/{NAME}/")
    stored = load_file(SHIPPED / NAME / FILE)
    assert found["steps"] == stored["step"].tolist()
    assert set(found["sheets"]) == {"samples", "reconstructions"}
    assert set(found["measures"]) == {"elbo", "reconstruction", "kl"}
    for name, values in found["measures"].items():
        np.testing.assert_array_equal(np.float32(values), stored[f"measure.{name}"])
    np.testing.assert_array_equal(np.float32(found["klPerDimension"]), stored["measure.kl_per_dimension"])


def test_a_timeline_without_measures_is_read_as_before(runtime: Page, site: Site, tmp_path: Path) -> None:
    without_measures(NAME, tmp_path / "model")
    found = runtime.evaluate(OPEN, f"{site.mount('unmeasured', tmp_path)}model/")
    assert (found["measures"], found["klPerDimension"]) == ({}, None)


def cut_short(tensors: dict[str, Any], metadata: dict[str, Any]) -> None:
    tensors["measure.kl_per_dimension"] = tensors["measure.kl_per_dimension"][:-1]


def lose_rows(tensors: dict[str, Any], metadata: dict[str, Any]) -> None:
    del tensors["measure.kl_per_dimension"]


def undescribe(tensors: dict[str, Any], metadata: dict[str, Any]) -> None:
    del metadata["measures"]["kl_per_dimension"]


def spoil(tensors: dict[str, Any], metadata: dict[str, Any]) -> None:
    tensors["measure.kl_per_dimension"][2, 1] = float("nan")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (cut_short, "measure.kl_per_dimension"),
        (lose_rows, FILE),
        (undescribe, FILE),
        (spoil, "measure.kl_per_dimension"),
    ],
)
def test_a_fault_is_refused_in_words(
    runtime: Page, site: Site, tmp_path: Path, fault: Callable[..., None], words: str
) -> None:
    folder = tmp_path / "toy"
    shutil.copytree(SHIPPED / NAME, folder)
    tensors = load_file(folder / FILE)
    with safe_open(folder / FILE, "pt") as file:
        metadata = json.loads(file.metadata()["timeline"])
    fault(tensors, metadata)
    write_tensors(folder / FILE, tensors, {"timeline": json.dumps(metadata)})
    site.mount(f"broken-{fault.__name__}", folder)
    message = runtime.evaluate(OPEN, f"{site.url}/broken-{fault.__name__}/")
    assert isinstance(message, str)
    assert words in message
