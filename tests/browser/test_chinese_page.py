"""The shipped models on a page in Chinese: what is read, aloud too, is Chinese sentences in the right words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from site_server import Site
from waiting import wait_until

from explorer.catalog import SHIPPED
from explorer.cli.export import write_site
from tests.test_glossary import rejected
from tests.test_translations import LATIN_MARK

SAID = """() => {
  const code = (node) => node.parentElement.closest("pre, code, textarea, .inside-code");
  const walker = document.createTreeWalker(document.querySelector(".explorer"), NodeFilter.SHOW_TEXT);
  const said = [];
  while (walker.nextNode()) if (!code(walker.currentNode)) said.push(walker.currentNode.textContent);
  for (const name of ["aria-label", "aria-valuetext", "title", "placeholder"])
    for (const node of document.querySelectorAll(`.explorer [${name}]`)) said.push(node.getAttribute(name));
  return [...new Set(said)].filter((text) => text.trim());
}"""
FORMULA = re.compile(r"∂损失\(")
MODELS = {
    "lab": "lab-gaussians-collapse",
    "gates": "lstm-shakespeare",
    "sequences": "rgan-ecg",
    "latent": "vae-thumbs-b1",
    "sample": "cgan-digits",
    "training": "vae-digits-2d",
}
"""A model for each view. That of melodies and that of texts share their words with these."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported page over the models that are looked at here."""
    few = tmp_path_factory.mktemp("chinese")
    for name in MODELS.values():
        (few / "models" / name).parent.mkdir(exist_ok=True)
        (few / "models" / name).symlink_to(SHIPPED / name)
    write_site(few / "site", few / "models")
    return few / "site"


def wrong(text: str) -> str | None:
    """What does not belong into a Chinese text."""
    found = LATIN_MARK.search(FORMULA.sub("", text)) or rejected("zh").search(text) or re.search(r"\d %", text)
    return found and found[0]


@pytest.mark.parametrize("view", MODELS)
def test_what_a_chinese_page_says_is_chinese_throughout(page: Page, site: Site, folder: Path, view: str) -> None:
    address = site.mount("chinese", folder)
    asked = {"sequences": "sample"}.get(view, view)
    page.goto(f"{address}?model={MODELS[view]}&view={asked}&lang=zh-Hans")
    expect(page.locator(".explorer .view")).not_to_have_attribute("aria-busy", "true")
    page.locator(".about-open").click()
    expect(page.locator(".about .metrics table")).to_be_visible()
    wait_until(page, "() => document.querySelectorAll('.view canvas, .view button').length > 4")
    for tab in page.locator(".view [role=tab]").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
    said = page.evaluate(SAID)
    assert len(said) > 40
    assert {text: mark for text in said if (mark := wrong(text))} == {}
    assert page.locator("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize(
    "text", ["平面图. 512 个真实点", "维度: 0.5", "95 % 区间", "把图片导出", "种子 1, 种子 2", "窄 (正常)"]
)
def test_what_does_not_belong_is_seen(text: str) -> None:
    assert wrong(text)
