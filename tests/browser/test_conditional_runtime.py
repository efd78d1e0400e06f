"""A conditional model without a view: it decodes as torch does, draws and blends classes, and refuses nonsense."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conditional_page import CLASSES
from playwright.sync_api import Page
from site_server import Site

from explorer.catalog import Checkpoint
from explorer.probes.samples import label, latent
from tests.conditional_toys import NAME, SHARES


def in_model(runtime: Page, site: Site, conditional_folder: Path, body: str) -> Any:
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
        site.mount("conditional-model", conditional_folder),
    )


def test_page_and_torch_decode_the_same(
    runtime: Page, site: Site, conditional_folder: Path, conditional_checkpoint: Checkpoint
) -> None:
    generator = torch.Generator().manual_seed(1)
    z = torch.randn(8, 3, generator=generator)
    blends = torch.rand(8, CLASSES, generator=generator)
    labels = torch.where(torch.arange(8)[:, None] < 4, torch.eye(CLASSES).repeat(2, 1), blends / blends.sum(1)[:, None])
    body = f"""
      const [z, labels] = {json.dumps([z.tolist(), labels.tolist()])};
      return z.map((each, i) => Array.from(model.decode(each, labels[i])));
    """
    shown = torch.tensor(in_model(runtime, site, conditional_folder / NAME, body))
    with torch.no_grad():
        expected = conditional_checkpoint.model.decode(z, labels).flatten(1)
    assert (shown - expected).abs().max() <= 1e-5


def test_page_and_python_draw_the_same_class_for_a_seed(runtime: Page, site: Site, conditional_folder: Path) -> None:
    body = """
      const seeds = [...Array(200).keys(), 2 ** 40 + 3];
      return [model.classes, seeds.map((seed) => Array.from(model.sampleLabel(seed)))];
    """
    classes, shown = in_model(runtime, site, conditional_folder / NAME, body)
    assert classes == CLASSES
    np.testing.assert_array_equal(shown, [label(seed, SHARES) for seed in [*range(200), 2**40 + 3]])


def test_seeds_blend_their_labels_as_their_latents(runtime: Page, site: Site, conditional_folder: Path) -> None:
    body = "const { z, label } = model.blendSeeds(3.25, 0.5); return [Array.from(z), Array.from(label)];"
    z, blended = in_model(runtime, site, conditional_folder / NAME, body)
    weights = {3: 0.375, 4: 0.125, 103: 0.375, 104: 0.125}
    np.testing.assert_allclose(z, sum(weight * latent(seed, 3) for seed, weight in weights.items()), atol=1e-6)
    np.testing.assert_allclose(blended, sum(weight * label(seed, SHARES) for seed, weight in weights.items()))


def test_a_model_without_a_condition_ignores_labels(runtime: Page, site: Site, conditional_folder: Path) -> None:
    body = """
      const [plain, labelled] = [model.decode([1, 2, 3]), model.decode([1, 2, 3], null)];
      const same = plain.every((value, i) => value === labelled[i]);
      return [model.classes, model.sampleLabel(1), model.blendSeeds(1, 0).label, same];
    """
    assert in_model(runtime, site, conditional_folder / "vae-toy", body) == [0, None, None, True]


@pytest.mark.parametrize("given", ["undefined", "[1, 0, 0]", "[1, 1, 0, 0]", "[2, -1, 0, 0]", "[NaN, 1, 0, 0]"])
def test_labels_that_make_no_sense_are_refused(runtime: Page, site: Site, conditional_folder: Path, given: str) -> None:
    assert (
        in_model(runtime, site, conditional_folder / NAME, f"return model.decode([0, 0, 0], {given})")["key"]
        == "runtime.label"
    )


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
    runtime: Page, site: Site, conditional_folder: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    for file in (conditional_folder / NAME).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    config["condition"] |= changes
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    refused = in_model(runtime, site, tmp_path, "return null")
    assert refused["key"] == "runtime.config"
    assert refused["values"]["name"] == "condition"
