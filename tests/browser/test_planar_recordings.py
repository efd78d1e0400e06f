"""Recorded runs in the page: opened, scrubbed, measured, trained on, and broken ones refused by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from planar_page import UNTIL, as_page_state, in_page
from playwright.sync_api import Page
from safetensors.torch import load_file, save_file
from site_server import Site

from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.planar import measure
from explorer.training.planar.command import Wording
from explorer.training.planar.finish import train_planar_gan
from explorer.training.planar.loop import Game

SMALL = {"generator": {"widths": [8]}, "discriminator": {"widths": [8]}, "batch": 32}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run, recorded."""
    folder = tmp_path_factory.mktemp("runs") / "lab-test"
    settings = PlanarSettings.from_json({**SMALL, "discriminator": {"widths": [8], "normalisation": "spectral"}})
    wording = Wording({"en": "A test", "zh": "测试"}, {"en": "One. Two.", "zh": "一。二。"})
    train_planar_gan(settings, 30, wording, folder)
    return folder


def open_run(page: Page, site: Site, folder: Path, body: str) -> Any:
    url = site.mount("run", folder)
    opening = "const run = await (await load('recorded')).openRecorded({ folder: argument });"
    return in_page(page, UNTIL + opening + body, url)


def test_a_recorded_run_is_scrubbed_measured_and_trained_on(runtime: Page, site: Site, recorded: Path) -> None:
    """The page opens what Python recorded, measures what Python measures, and goes on as Python goes on."""
    found = open_run(
        runtime,
        site,
        recorded,
        """const [measured, floors] = [await run.measures(run.length - 1), await run.floors()];
        const fork = forkRun(run, 3);
        const start = fork.state(fork.length - 1).iteration;
        while (fork.length < 4 + run.iterations[4] - start) {
          const length = fork.length;
          fork.step("both");
          await until(fork, () => fork.length > length);
        }
        run.destroy();
        fork.destroy();
        const { iterations, description, history, settings } = run;
        const [last, next, continued] = [run.state(run.length - 1), run.state(4), fork.state(fork.length - 1)];
        return { iterations, description, history, settings, last, next, continued, measured, floors };""",
    )
    settings = PlanarSettings.from_json(found["settings"])
    game = Game(settings)
    for _ in range(30):
        game.iterate()
    expected = as_page_state(game.state())
    np.testing.assert_allclose(found["last"]["generator"], expected["generator"], rtol=0, atol=1e-6)
    assert found["last"]["generatorUpdates"] == 30
    assert found["measured"]["energy"] == pytest.approx(measure(game.model.eval()).energy, rel=1e-4)
    assert found["floors"]["pairs"] == 8
    assert found["description"] == {"en": "One. Two.", "zh": "一。二。"}
    assert found["history"]["rows"][-1][0] == 30
    assert found["continued"]["iteration"] == found["next"]["iteration"]
    for name in ("generator", "discriminator", "generatorOptimiser", "discriminatorOptimiser"):
        np.testing.assert_allclose(found["continued"][name], found["next"][name], rtol=0, atol=1e-5)


def _rewrite(folder: Path, change: str) -> None:
    """Break a copy of a recorded run in one way."""
    file = folder / "timeline.safetensors"
    tensors = load_file(file)
    settings = json.loads((folder / "config.json").read_text())["arguments"]
    story = {"kind": "planar", "settings": settings, "description": {"en": "", "zh": ""}, "stopped": None}
    match change:
        case "nan":
            tensors["generator"][1, 2] = torch.nan
        case "short":
            tensors["discriminator"] = tensors["discriminator"][:, :-1].contiguous()
        case "order":
            tensors["iteration"][2] = tensors["iteration"][1]
        case "dtype":
            tensors["losses"] = tensors["losses"].double()
        case "missing":
            del tensors["generator.optimiser"]
        case "settings":
            story["settings"] = {**settings, "batch": 0}
        case "kind":
            story["kind"] = "images"
        case "history":
            (folder / "history.json").write_text('{"columns": ["step"], "rows": [[1]]}')
    save_file(tensors, file, {"timeline": json.dumps(story)})


BROKEN = {
    "nan": ("runtime.notFinite", "generator"),
    "short": ("lab.error_timeline", "discriminator"),
    "order": ("lab.error_timeline", "iteration"),
    "dtype": ("lab.error_timeline", "losses"),
    "missing": ("lab.error_timeline", "generator.optimiser"),
    "settings": ("lab.error_whole", None),
    "kind": ("lab.error_timeline", "timeline"),
    "history": ("lab.error_timeline", "columns, rows"),
}


@pytest.mark.parametrize("change", BROKEN)
def test_a_broken_recording_is_refused_by_name(
    runtime: Page, site: Site, recorded: Path, tmp_path: Path, change: str
) -> None:
    folder = tmp_path / "lab-broken"
    shutil.copytree(recorded, folder)
    _rewrite(folder, change)
    url = site.mount("broken", folder)
    refusal = in_page(
        runtime,
        """const { openRecorded } = await load("recorded");
        return openRecorded({ folder: argument }).then(
          () => null, (error) => [error.key, error.values.tensor ?? null]);""",
        url,
    )
    assert tuple(refusal) == BROKEN[change]
