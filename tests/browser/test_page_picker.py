"""The picker and the card of the page where the catalogue holds models of every kind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from site_server import Site

from explorer.catalog import survey
from explorer.cli.export import write_site
from tests.conditional_toys import NAME as CONDITIONAL
from tests.conditional_toys import conditional_toy
from tests.test_translations import CATALOGUES

MODEL = "vae-digits-2d"
HOSTILE = "<img src=x onerror=window.hacked=1>"
Open = Callable[..., Page]


PLANAR = {"capabilities": ["GeneratesPoints", "Discriminates"], "family": "planar_gan", "image": None}
CARD_ONLY = {"name": "judge", "capabilities": ["Classifies"], "family": "classifier", "latent_size": None}


@pytest.fixture
def crowded(tmp_path: Path, site: Site, page: Page) -> Open:
    """A site that also lists a GAN, three planar runs, a classifier and a model of a family that nobody knows."""
    write_site(tmp_path / "site", survey().folder)
    checkpoint = conditional_toy(tmp_path / "site" / "checkpoints" / CONDITIONAL)
    shutil.copytree(checkpoint.folder, tmp_path / "site" / "checkpoints" / "judge")
    config = tmp_path / "site" / "checkpoints" / "judge" / "config.json"
    blind = {**CARD_ONLY, "likelihood": None, "priors": [], "condition": None}
    config.write_text(json.dumps(json.loads(config.read_text()) | blind))
    catalog = tmp_path / "site" / "catalog.json"
    content = json.loads(catalog.read_text())
    toy = {
        "name": CONDITIONAL,
        "title": checkpoint.config.title,
        "family": "gan",
        "capabilities": checkpoint.config.capabilities,
        "image": checkpoint.config.image,
        "latent_size": 3,
        "url": f"checkpoints/{CONDITIONAL}/",
    }
    runs = [{**toy, **PLANAR, "name": f"lab-{n}", "url": f"checkpoints/lab-{n}/"} for n in range(3)]
    judge = {**toy, **CARD_ONLY, "title": {"en": "Judge", "zh": "评判"}, "url": "checkpoints/judge/"}
    content["checkpoints"] += [toy, *runs, judge, {**toy, "name": "odd", "family": HOSTILE}]
    catalog.write_text(json.dumps(content))
    address = site.mount("crowded", tmp_path / "site")

    def go(**query: str) -> Page:
        page.goto(f"{address}?{urlencode({'lang': 'en', **query})}")
        expect(page.locator("#explorer-model")).to_be_visible()
        return page

    return go


def test_the_picker_groups_models_and_offers_the_lab_once(crowded: Open) -> None:
    page = crowded(model=CONDITIONAL)
    groups = page.locator("#explorer-model").evaluate(
        """(picker) => [...picker.children].map((node) =>
          [node.label, [...node.querySelectorAll("option")].map((each) => each.value)])"""
    )
    shown = dict(groups)
    assert list(shown)[-1] == CATALOGUES["en"]["page.lab"]
    assert CONDITIONAL in shown["Generative adversarial networks"]
    assert shown[HOSTILE] == ["odd"]
    assert MODEL in shown["Variational autoencoders"]
    offered = [name for _, names in groups for name in names]
    assert "judge" not in offered
    assert not [name for name in offered if name.startswith("lab-")]
    assert (page.locator("#explorer-model > option").get_attribute("value") or "").startswith("lab-")
    assert page.evaluate("window.hacked") is None


def test_a_model_without_a_view_is_opened_by_its_link_and_shows_its_card(crowded: Open) -> None:
    page = crowded(model="judge")
    expect(page.locator(".about .metrics table")).to_be_visible()
    expect(page.locator(".view")).to_contain_text("Its card says what it is")
    expect(page.locator("#explorer-model")).to_have_value("judge")
    expect(page.locator(".messages .message")).to_have_count(0)
    expect(page.locator(".about .facts")).not_to_contain_text("null")


def test_a_card_shows_measures_with_sample_size_interval_and_floor(crowded: Open) -> None:
    page = crowded(model=CONDITIONAL)
    page.get_by_role("button", name="Model card").click()
    rows = page.locator(".metrics tbody tr")
    expect(rows).to_have_count(2)  # the floor is no row of its own
    assert rows.first.locator("td").all_inner_texts() == [
        CATALOGUES["en"]["measure.frechet"],
        "9.5",
        "9 … 10",
        "1.5 (1 … 2)",
        "2000 beside 8000",
        "squared feature units",
    ]
    assert rows.last.locator("td").all_inner_texts() == ["classes covered", "4", "–", "–", "2000", "classes"]
    expect(page.locator(".facts")).to_contain_text("4 classes, corner")
