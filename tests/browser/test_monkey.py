"""The page under a monkey: nothing is reported as wrong, and nothing of what was left is held on to."""

from __future__ import annotations

import shutil
from pathlib import Path

import monkey as monkey_module
import pytest
from conftest import VIEWPORT
from monkey import Monkey, detached
from playwright.sync_api import Browser, Page
from site_server import Site
from waiting import wait_until

from explorer.catalog import SHIPPED
from explorer.cli.export import write_site

MODELS = ("vae-thumbs-b1", "cgan-digits", "gan-digits", "lab-ring-sgd", "lstm-melodies", "rgan-ecg", "rnn-shakespeare")
HOME = "cgan-digits"
ACTIONS = 100
MOST = 10
"""Nodes out of the document that a view may have at hand; a view that is held on to has hundreds."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkpoints = tmp_path_factory.mktemp("monkey") / "checkpoints"
    for name in MODELS:
        shutil.copytree(SHIPPED / name, checkpoints / name)
    out = tmp_path_factory.mktemp("monkey-site") / "site"
    write_site(out, checkpoints)
    return out


@pytest.mark.parametrize("seed", [1, 2])
def test_a_page_stands_a_monkey(browser: Browser, site: Site, folder: Path, seed: int) -> None:
    page = browser.new_page(viewport=VIEWPORT, accept_downloads=False)
    monkey = Monkey(page, site.mount("monkey", folder), MODELS, seed)
    try:
        monkey.visit()
        monkey.act(ACTIONS)
        monkey.go_home(HOME)
        assert not monkey.errors, "\n".join(monkey.errors)
        assert detached(page, MOST) <= MOST, monkey.log
    finally:
        page.context.close()


def test_what_is_held_on_to_is_counted(
    browser: Browser, site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monkey_module, "ATTEMPTS", 1)  # what is held for ever need not be waited for
    page: Page = browser.new_page(viewport=VIEWPORT)
    try:
        page.goto(f"{site.mount('monkey', folder)}?model={HOME}")
        wait_until(page, "document.querySelector('.view:not([aria-busy])')")
        page.evaluate("window.held = document.querySelector('#explorer-model')")
        Monkey(page, "", MODELS, 0).go_home("gan-digits")
        assert detached(page, MOST) > MOST
    finally:
        page.context.close()
