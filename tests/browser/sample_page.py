"""The Sample view of a shipped VAE."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pytest
from canvases import grey
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect
from site_server import Site
from transfer import AS_TEXT, as_numbers
from waiting import wait_until

from explorer.catalog import SHIPPED, Checkpoint, open_checkpoint
from explorer.cli.export import write_site

MODEL = "vae-digits-2d"
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def sample_checkpoint() -> Checkpoint:
    return open_checkpoint(SHIPPED / MODEL)


@pytest.fixture
def open_sample(page: Page, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Sample view with a query; returns once the whole sheet is painted and the sample at rest."""
    if "sample" not in site.folders:
        folder = tmp_path_factory.mktemp("sample") / "site"
        write_site(folder, SHIPPED)
        site.mount("sample", folder)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/sample/?{urlencode({'model': MODEL, 'lang': 'en', **query})}")
        settle(page)
        return page

    return go


DRAW = """async ([name, seed, count]) => {
  const load = (file) => import(`/browser/${file}`);
  const { openModel } = await load("runtime/model.js");
  const { ANY, subjectAt } = await load("runtime/subjects.js");
  const { Painter } = await load("parts/painter.js");
  const { Sheet } = await load("views/sample/sheet.js");
  const model = await openModel(`/checkpoints/${name}`);
  await Promise.all([model.loadPrior(), model.loadDecoder()]);
  const ignored = () => {};
  const sheet = new Sheet({
    model, painter: new Painter(model, ["sheet"]), t: (key) => key, onPick: ignored, onPress: ignored, onOpen: ignored,
  });
  sheet.resize(count);
  const settings = { prior: model.config.priors[0], scale: 1 };
  if (!await sheet.draw((index) => subjectAt(model, settings, { x: seed + index, y: 0 }, ANY))) return false;
  document.body.replaceChildren(sheet.node);
  return true;
}"""
"""Draw the view's sheet alone."""


def pictures_of(canvases: Locator) -> NDArray[np.int64]:
    """Red, green, blue and alpha (N, 4, H, W) of canvases of one size, read at once."""
    count, height, width, text = canvases.evaluate_all(
        f"""(canvases) => {{
          const {{ height, width }} = canvases[0];
          const all = new Uint8Array(4 * width * height * canvases.length);
          canvases.forEach((canvas, i) =>
            all.set(canvas.getContext("2d").getImageData(0, 0, width, height).data, 4 * width * height * i));
          return [canvases.length, height, width, {AS_TEXT}(all)];
        }}"""
    )
    return as_numbers(text, np.uint8).astype(np.int64).reshape(count, height, width, 4).transpose(0, 3, 1, 2)


def settle(page: Page) -> None:
    expect(page.locator(".sheet .tile").first).to_be_visible()
    expect(page.locator(".sheet[aria-busy]")).to_have_count(0)
    expect(page.locator(".prior-distance")).not_to_be_empty()
    expect(page.locator(".details.stale")).to_have_count(0)


def stage(page: Page) -> NDArray[np.int64]:
    return grey(page.locator(".stage-picture canvas"))


def tile(page: Page, index: int) -> NDArray[np.int64]:
    return grey(page.locator(".sheet .tile canvas").nth(index))


def expect_stage(page: Page, levels: NDArray[np.int64]) -> None:
    """Wait until the stage shows these levels."""
    wait_until(
        page,
        """(levels) => {
          const canvas = document.querySelector(".stage-picture canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return levels.every((level, i) => data[4 * i] === level);
        }""",
        arg=levels.ravel().tolist(),
    )
