"""The lab of the exported page, with three small recorded runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect
from site_server import Site
from waiting import wait_until

from explorer.cli.export import write_site
from explorer.families.planar_settings import PlanarSettings
from explorer.training.planar.command import Wording
from explorer.training.planar.finish import train_planar_gan

RUN = "lab-toy"
PENALTY = "lab-penalty"
DIVERGED = "lab-diverged"
SMALL: dict[str, Any] = {"generator": {"widths": [8]}, "discriminator": {"widths": [8]}, "batch": 64}
FAST = {kind: {"kind": "sgd", "learning_rate": 10.0} for kind in ("generator", "discriminator")}
SETTINGS: dict[str, dict[str, Any]] = {
    RUN: SMALL,
    PENALTY: {**SMALL, "loss": "wasserstein_penalty"},
    DIVERGED: {**SMALL, "loss": "least_squares", "optimisers": FAST},
}
ITERATIONS = {RUN: 200, PENALTY: 20, DIVERGED: 400}
SENTENCES = {"en": "The generator starts small. <b>Look</b> at its grid.", "zh": "生成器从很小开始。请看它的网格。"}
Open = Callable[..., Page]
PATIENCE = 60_000  # milliseconds; the page's worker shares the machine with everything else that is tested


@pytest.fixture(scope="session")
def lab_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three small recorded runs, of which one breaks off."""
    folder = tmp_path_factory.mktemp("lab") / "checkpoints"
    for name, content in SETTINGS.items():
        wording = Wording({"en": f"Run {name}", "zh": f"训练 {name}"}, SENTENCES)
        train_planar_gan(PlanarSettings.from_json(content), ITERATIONS[name], wording, folder / name)
    return folder


@pytest.fixture(scope="session")
def lab_folder(lab_checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lab-site") / "site"
    write_site(out, lab_checkpoints)
    return out


@pytest.fixture
def open_lab(page: Page, site: Site, lab_folder: Path) -> Open:
    """Open a recorded run in the lab, with a query; returns once every moment of it is measured."""
    address = site.mount("lab", lab_folder)
    page.set_default_timeout(PATIENCE)

    def go(model: str = RUN, **query: str) -> Page:
        page.goto(f"{address}?{urlencode({'model': model, 'view': 'lab', 'lang': 'en', **query})}")
        expect(page.locator(".player")).to_be_visible()
        return page

    return go


ITERATION = """Number(document.querySelector(".lab-counters").textContent
  .split("·")[0].replace("\u202f", "").match(/[0-9]+/)[0])"""


def iteration(page: Page) -> int:
    """The iteration that the training bar counts now; after an input, wait with ``expect_iteration``."""
    return counted(page.locator(".lab-counters").inner_text())


def counted(counters: str) -> int:
    return int(counters.split("·")[0].replace("\u202f", "").split()[-1])


def expect_iteration(page: Page, number: int) -> None:
    """Wait until the training bar counts an iteration."""
    wait_until(page, f"(number) => {ITERATION} === number", arg=number)


def wait_for_iteration(page: Page, least: int) -> None:
    wait_until(page, f"(least) => {ITERATION} >= least", arg=least)


def press(page: Page, key: str, moment: int) -> None:
    """Press a key of the player, and wait for the moment where it leads."""
    page.keyboard.press(key)
    expect(slider(page)).to_have_value(str(moment))


def setting(page: Page, path: str) -> Locator:
    """The control of a setting, such as ``generator.widths``."""
    return page.locator(f"[data-setting='{path}'] :is(input, select)")


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Moment")


def picture(page: Page) -> str:
    """The plot's pixels now, as a text to compare; after an input, wait with ``expect_picture``."""
    return str(page.locator(".lab-plot-canvas-scene").evaluate("(canvas) => canvas.toDataURL()"))


def expect_picture(page: Page, pixels: str, *, same: bool = True) -> None:
    """Wait until the plot shows these pixels, or others."""
    wait_until(
        page,
        """([pixels, same]) =>
          (document.querySelector(".lab-plot-canvas-scene").toDataURL() === pixels) === same""",
        arg=[pixels, same],
    )


def chart(page: Page, title: str) -> Locator:
    return page.locator(".chart").filter(has=page.get_by_role("heading", name=title, exact=True))
