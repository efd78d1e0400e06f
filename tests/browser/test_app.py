"""The app as a visitor meets it: ``python app.py`` in a process of its own, opened in Chromium."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY, watch
from playwright.sync_api import Browser, Page, Request, expect
from waiting import wait_until

from tests.serving import free_port

SECONDS_TO_START = 120
MODEL = "vae-digits-2d"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the running app; it must end on its own when asked to."""
    port, log = free_port(), tmp_path_factory.mktemp("app") / "log"
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=REPOSITORY,
            env={**os.environ, "PORT": str(port)},
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(f"{url}/healthz", process, log)
        assert url in log.read_text(), "the app says where it serves"
        yield url
    finally:
        process.terminate()
        process.wait(30)
    assert "Traceback" not in log.read_text(), log.read_text()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, f"no answer within {SECONDS_TO_START} s: {log.read_text()}"
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def visit(browser: Browser, app: str) -> Iterator[tuple[Page, list[str]]]:
    """A page and the requests that it has made; console errors, exceptions and failed requests fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=app)
    page = context.new_page()
    wrong, requests = watch(page), list[str]()
    page.on("request", lambda request: requests.append(request.url))
    page.on(
        "response",
        lambda response: wrong.append(f"{response.status} {response.url}") if response.status >= 400 else None,
    )
    page.on("requestfailed", lambda request: wrong.append(f"failed {request.url}") if is_ours(request) else None)
    yield page, requests
    context.close()
    assert not wrong, f"the page reported: {wrong}"


def is_ours(request: Request) -> bool:
    """Gradio's heartbeat ends with the page, and a chart that was left is no longer wanted."""
    return "/gradio_api/" not in request.url


def open_view(page: Page, view: str, **query: str) -> None:
    entries = "&".join(f"{key}={value}" for key, value in {"view": view, "model": MODEL, **query}.items())
    page.goto(f"/?{entries}")
    page.wait_for_selector(f".explorer .view-{view} canvas", timeout=60_000)
    page.wait_for_selector(".explorer .view:not([aria-busy])")


@pytest.mark.parametrize(("view", "selector"), [("sample", ".stage canvas"), ("latent", ".latent-layer-moving")])
def test_a_drag_asks_the_server_for_nothing(visit: tuple[Page, list[str]], view: str, selector: str) -> None:
    page, requests = visit
    open_view(page, view, lang="en")
    page.wait_for_load_state("networkidle")
    box = page.locator(f".explorer .view-{view} {selector}").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.evaluate("performance.clearMeasures()")
    before = len(requests)
    page.mouse.move(*middle)
    page.mouse.down()
    for step in range(1, 31):
        page.mouse.move(middle[0] + 2 * step, middle[1] + step)
    page.mouse.up()
    wait_until(page, f"performance.getEntriesByName('explorer:{view}').length >= 10")
    assert [url for url in requests[before:] if "heartbeat" not in url] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("language", "name"), [("en", "Generative Model Explorer"), ("zh", "生成模型探索器")])
@pytest.mark.parametrize("view", ["sample", "latent"])
def test_every_view_opens_in_both_languages_and_themes(
    visit: tuple[Page, list[str]], view: str, language: str, name: str, theme: str
) -> None:
    page, _ = visit
    open_view(page, view, lang=language, __theme=theme)
    assert page.locator(".explorer h1").inner_text() == name
    assert page.locator(".explorer").get_attribute("data-theme") == theme
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out sideways"


def test_a_page_of_phone_width_fits(visit: tuple[Page, list[str]]) -> None:
    page, _ = visit
    page.set_viewport_size({"width": 390, "height": 844})
    for view in ("sample", "latent"):
        open_view(page, view, lang="zh")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_charts_of_the_model_card_open_large_with_the_plotly_that_the_server_has(
    visit: tuple[Page, list[str]],
) -> None:
    page, requests = visit
    open_view(page, "sample", lang="zh", __theme="dark")
    page.click(".explorer .about-open")
    chart = page.locator(".explorer .about .chart").filter(has=page.get_by_role("heading", name="损失", exact=True))
    expect(chart.locator("canvas")).to_have_attribute("aria-label", re.compile("损失：.+ 至 .+"))
    assert not [url for url in requests if "plotly" in url.lower()], "plotly.js waits until it is asked for"
    chart.locator(".chart-menu > summary").click()
    chart.get_by_role("button", name="放大查看").click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    expect(page.locator("dialog .main-svg").first).to_be_visible()
    assert len([url for url in requests if url.endswith("/plotly.min.js")]) == 1
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "query", "words"),
    [
        ("en-US", "", "The page could not be loaded"),
        ("zh-TW", "", "页面无法加载"),
        ("en-US", "?lang=zh-Hant", "页面无法加载"),
        ("zh-CN", "?lang=en-GB", "The page could not be loaded"),
    ],
)
def test_a_page_that_cannot_be_loaded_says_so(browser: Browser, app: str, locale: str, query: str, words: str) -> None:
    context = browser.new_context(base_url=app, locale=locale)
    page = context.new_page()
    page.route("**/browser/*/page.js", lambda route: route.abort())
    page.goto(f"/{query}")
    wait_until(page, f"document.querySelector('.explorer-page')?.textContent.includes('{words}')")
    context.close()


def test_an_unknown_model_in_the_address_is_named_and_the_page_goes_on(visit: tuple[Page, list[str]]) -> None:
    page, _ = visit
    page.goto("/?model=nobody&lang=en")
    page.wait_for_selector(".explorer .message")
    assert MODEL in page.locator(".explorer .message").inner_text()
    page.wait_for_selector(".explorer .view canvas")
