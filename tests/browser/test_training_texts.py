"""The Training view of models that write: their texts at every moment, what changed, and two runs on one clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from links import query
from playwright.sync_api import Page, expect
from recurrent_toys import PAGE, STEPS, toy_language, written
from site_server import Site
from timeline_toys import toy_run
from waiting import wait_until

from explorer.cli.export import write_site

Open = Callable[..., Page]
LAST = len(STEPS) - 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two character models and a run of pictures."""
    folder = tmp_path_factory.mktemp("texts") / "checkpoints"
    for name in ("lstm-toy", "lstm-toy-chinese"):
        toy_language(folder / name, name)
    toy_run(folder / "pictures")
    return folder


@pytest.fixture
def opened(page: Page, site: Site, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Training view with a query; returns once a text stands there."""
    if "texts" not in site.folders:
        out = tmp_path_factory.mktemp("texts") / "site"
        write_site(out, folder)
        site.mount("texts", out)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/texts/?{urlencode({'view': 'training', 'model': 'lstm-toy', 'lang': 'en', **query})}")
        expect(page.locator(".view[aria-busy]")).to_have_count(0, timeout=60_000)
        expect(page.locator(".training-text").first).to_be_visible()
        return page

    return go


def expect_text(page: Page, text: str, run: int = 0) -> None:
    """Wait until a run's text is this, to the last space."""
    same = "([node, text]) => node.textContent === text"
    wait_until(page, same, arg=[page.locator(".training-text").nth(run).element_handle(), text])


def test_scrubbing_shows_the_text_as_it_was(opened: Open) -> None:
    page = opened()
    expect_text(page, PAGE[:20] + written(LAST, PAGE))
    slider = page.locator(".player-slider")
    for moment in (0, 3):
        slider.fill(str(moment))
        expect_text(page, PAGE[:20] + written(moment, PAGE))
        expect(page.locator(".training-line[aria-current]")).to_contain_text(written(moment, PAGE)[:30])
    page.keyboard.press("ArrowRight")
    page.locator(".player-back").click()
    assert query(page)["step"] == str(STEPS[3])


def test_what_changed_is_marked(opened: Open) -> None:
    page = opened(step="500")
    before, now = written(2, PAGE), written(3, PAGE)
    marked = page.evaluate(
        """() => {
          const places = [];
          let place = 0;
          for (const node of document.querySelector(".training-text").lastElementChild.childNodes) {
            for (const character of node.textContent) {
              if (node.nodeName === "MARK") places.push(place);
              place += 1;
            }
          }
          return places;
        }"""
    )
    expected = [place for place, character in enumerate(now) if before[place : place + 1] != character]
    assert marked == expected
    expect(page.locator(".training-left > .note.number")).to_have_text(
        f"{len(expected)} of {len(now)} characters differ from the moment before."
    )
    page.locator(".player-first").click()
    expect(page.locator(".training-changed")).to_have_count(0)


def test_a_moments_line_goes_there(opened: Open) -> None:
    page = opened()
    lines = page.locator(".training-line")
    expect(lines).to_have_count(len(STEPS))
    expect(lines.nth(2)).to_contain_text("4.60")
    lines.nth(2).click()
    expect_text(page, PAGE[:20] + written(2, PAGE))
    expect(page.locator(".player-label")).to_have_text("step 100")


def test_the_curves_say_what_was_measured(opened: Open) -> None:
    page = opened(step="100")
    titles = page.locator(".training-chart h3")
    expect(titles).to_have_text(
        ["Bits per character", "Bits per character, training batches", "Gradient norm", "Learning rate"]
    )
    held_out = page.locator(".training-chart").first
    expect(held_out).to_contain_text("4.6")
    expect(held_out).to_contain_text("the best n-gram (orders 1 to 9) of the same training text")
    expect(held_out).to_contain_text("5 000 held-out characters")
    expect(page.locator(".training-chart").nth(2)).to_contain_text("0.7")


def test_another_run_of_texts_beside_it(opened: Open) -> None:
    page = opened()
    options = page.get_by_label("Beside it").locator("option")
    expect(options).to_have_text(["no other run", "Toy lstm-toy-chinese"])
    page.get_by_label("Beside it").select_option("lstm-toy-chinese")
    expect(page.locator(".training-text")).to_have_count(2)
    page.locator(".player-slider").fill("1")
    expect_text(page, PAGE[:20] + written(1, PAGE))
    expect(page.locator(".training-text").nth(1)).to_contain_text("床前明月光")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(page, "document.documentElement.scrollWidth === 390")


def test_pictures_are_not_offered_texts(opened: Open, site: Site, page: Page) -> None:
    opened()
    page.goto(f"{site.url}/texts/?{urlencode({'view': 'training', 'model': 'pictures', 'lang': 'en'})}")
    expect(page.locator(".training-tile").first).to_be_attached(timeout=60_000)
    expect(page.locator(".training-controls option")).to_have_text(["no other run"])


def test_a_moments_text_as_a_file(opened: Open, tmp_path: Path) -> None:
    page = opened(step="10")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download this text").click()
    waiting.value.save_as(tmp_path / "text.txt")
    assert waiting.value.suggested_filename == "lstm-toy-step-10.txt"
    assert (tmp_path / "text.txt").read_bytes().decode() == PAGE[:20] + written(1, PAGE)
