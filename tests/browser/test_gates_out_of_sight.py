"""Panels that are out of sight are not drawn: what they still do there must not take the new text for the old one."""

from __future__ import annotations

from pathlib import Path

import pytest
from gates_page import drawn
from gates_panel import open_panel, serve_toys
from playwright.sync_api import Page, expect
from recurrent_toys import PAGE
from site_server import Site
from waiting import wait_until

LEAVE = """(changes) => {
  reading.set(changes);
  window.away = true;
  reading.set({ text: "on" });
}"""


@pytest.fixture(scope="module", autouse=True)
def _toys(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("toys")
    serve_toys(site, folder, "lstm-toy")


def test_the_model_writes_on_from_the_text_that_it_was_asked_for(page: Page) -> None:
    open_panel(page, "intervene", "lstm-toy", text=PAGE[:200], cursor=10)
    page.evaluate(LEAVE, {"cursor": 150})
    wait_until(page, "panel.comparison.written?.before.characters.length === 300")
    expect(page.locator(".intervene-context").first).to_have_text(PAGE[111:151])


def test_more_of_what_was_found_is_of_the_text_that_was_searched(page: Page) -> None:
    state = {"span": "20-20", "quantity": "hidden"}
    open_panel(page, "find", "lstm-toy", text=PAGE[:200], state=state, quantity="hidden")
    page.locator(".find-threshold input").fill("0.05")
    expect(page.locator(".find-matches h3")).to_contain_text("0.05")
    list_of_windows = page.locator(".find-matches-list").first.locator(".find-window")
    expect(list_of_windows).to_have_count(5)
    page.evaluate(LEAVE, {})
    page.locator(".find-matches button.button").first.click()
    expect(list_of_windows).not_to_have_count(5)
    number = int(list_of_windows.nth(5).locator(".find-window-go").inner_text())
    assert number > len("on")
    framed = list_of_windows.nth(5).locator(".find-cell-framed").first
    assert framed.inner_text().strip("\u00a0") == PAGE[number - 1].strip()


def test_the_path_on_the_map_ends_with_its_text(page: Page) -> None:
    open_panel(page, "states-map", "lstm-toy", text=PAGE[:300], cursor=20)
    wait_until(page, "panel.opened?.path.upTo(20).length === 21")
    page.evaluate(LEAVE, {"cursor": 250})
    page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    drawn(page)
    assert page.evaluate("panel.opened.path.upTo(250).length") == 0


def test_a_text_that_is_scrolled_before_it_is_drawn_waits_for_that(page: Page) -> None:
    open_panel(page, "heat-text", "lstm-toy", text=PAGE[:300] * 4)
    page.evaluate(LEAVE, {})
    page.locator(".across-flow").evaluate("(node) => { node.scrollTop = 40; node.dispatchEvent(new Event('scroll')); }")
    drawn(page)
    page.evaluate("window.away = false; reading.set({ text: 'one' })")
    expect(page.locator(".across-says")).to_contain_text("e")
