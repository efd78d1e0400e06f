"""The browse set's pictures arrive last on the Latent view: nothing that a drag needs waits for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from latent_page import DIGITS, PIXELS, at, open_latent, wait_for_other_picture, z_of
from PIL import Image
from playwright.sync_api import Page, Route
from waiting import wait_until

from explorer.catalog import SHIPPED

INPUT = """() => {
  const canvas = document.querySelector(".latent-input canvas");
  return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
}"""
NEIGHBOUR = """() => {
  const canvas = document.querySelector(".latent-near canvas");
  return Math.max(...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data);
}"""
TERMS = "() => [...document.querySelectorAll('.latent-one')].map((term) => term.textContent)"


@pytest.fixture
def deliver(page: Page) -> Callable[..., None]:
    """Hold the sheet of pictures back until this is called, with anything to send in its place."""
    held: list[Route] = []
    page.route("**/thumbnails.webp", lambda route: held.append(route))

    def release(body: bytes | None = None) -> None:
        assert len(held) == 1, "the sheet is asked for once"
        if body is None:
            held[0].continue_()
        else:
            held[0].fulfill(body=body)
        page.evaluate("() => view.arrival")

    return release


def test_a_drag_is_answered_before_the_pictures_come(page: Page, deliver: Callable[..., None]) -> None:
    open_latent(page, pictures=False, image="0")
    assert not any(page.evaluate(INPUT))
    assert page.evaluate(TERMS) == ["…"] * 3
    before = page.evaluate(PIXELS)
    page.mouse.move(*at(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*at(page, 1.5, 1.0))
    page.mouse.up()
    wait_for_other_picture(page, before)
    page.mouse.move(2, 2)
    wait_until(page, "() => states.length > 0")
    assert page.evaluate(NEIGHBOUR) == 0
    z = z_of(page)
    deliver()
    with Image.open(SHIPPED / DIGITS / "thumbnails.webp") as sheet:
        first = np.asarray(sheet.convert("RGBA").crop((0, 0, 28, 28))).reshape(-1)
    assert page.evaluate(INPUT) == first.tolist()
    assert page.evaluate(NEIGHBOUR) == 255
    wait_until(page, f"() => ({TERMS})().every((term) => term !== '…')")
    assert z_of(page) == z, "pictures that arrive move nothing"


def test_a_drawing_made_meanwhile_stays_the_input(page: Page, deliver: Callable[..., None]) -> None:
    open_latent(page, pictures=False)
    page.evaluate("() => view.encode(new Float32Array(784).fill(0.4), 'draw', null)")
    deliver()
    assert page.evaluate(INPUT) == [102, 102, 102, 255] * 784


def test_thumbnails_on_the_map_are_drawn_when_they_come(page: Page, deliver: Callable[..., None]) -> None:
    open_latent(page, pictures=False, marks="thumbnails")
    still = "() => document.querySelector('.latent-layer-still').toDataURL()"
    frames = page.evaluate(still)
    deliver()
    assert page.evaluate(still) != frames


def test_a_broken_sheet_is_told_and_the_rest_goes_on(page: Page, deliver: Callable[..., None]) -> None:
    open_latent(page, pictures=False)
    deliver(b"no picture")
    assert "thumbnails.webp" in page.get_by_role("alert").first.inner_text()
    before = page.evaluate(PIXELS)
    page.evaluate("() => view.setLatent(new Float32Array([1, -1]))")
    wait_for_other_picture(page, before)


def test_a_view_that_is_gone_takes_no_harm(page: Page, deliver: Callable[..., None]) -> None:
    open_latent(page, pictures=False, marks="thumbnails")
    page.evaluate("() => { view.destroy(); document.body.replaceChildren(); }")
    deliver()


def test_pictures_asked_for_too_early_are_refused(page: Page) -> None:
    key = page.evaluate(
        """async (url) => {
          const { openModel } = await import("/browser/runtime/model.js");
          const map = await (await openModel(url)).loadPlaces();
          try { map.image(0); } catch (error) { return error.key; }
        }""",
        f"/checkpoints/{DIGITS}",
    )
    assert key == "runtime.notLoaded"
