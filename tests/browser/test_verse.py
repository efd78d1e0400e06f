"""What is said of a model that writes poems: on its card and below what it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from recurrent_toys import toy_language
from site_server import Site

from explorer.checkpoints import read_config, write_config
from explorer.cli.export import write_site

Open = Callable[..., Page]


def share(value: float, count: int = 1000) -> dict[str, Any]:
    return {
        "value": value,
        "low": max(0, value - 0.02),
        "high": min(1, value + 0.02),
        "count": count,
        "unit": "share of quatrains",
    }


LEARNT = {
    "rhyme_share": share(0.06),
    "rhyme_share_floor": share(0.975, 937),
    "rhyme_share_chance": share(0.05),
    "tone_alternation_share": share(0.85, 900),
    "tone_alternation_share_floor": share(0.86),
    "tone_alternation_share_chance": share(0.02),
}


@pytest.fixture
def opened(page: Page, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Sample view of a model: one that rhymes, one that does not, and one that writes no verse."""
    if "verse" not in site.folders:
        folder = tmp_path_factory.mktemp("verse") / "checkpoints"
        for name, metrics in (
            ("pattern-lstm-toy", LEARNT),
            ("rhyming-lstm-toy", {**LEARNT, "rhyme_share": share(0.9)}),
            ("gru-toy", {}),
        ):
            written = toy_language(folder / name, name.removeprefix("pattern-").removeprefix("rhyming-"))
            config = read_config(written)
            write_config(written, replace(config, metrics=config.metrics | metrics))
        out = tmp_path_factory.mktemp("verse") / "site"
        write_site(out, folder)
        site.mount("verse", out)

    def go(**query: str) -> Page:
        page.goto(f"{site.url}/verse/?{urlencode({'view': 'sample', 'lang': 'en', 'count': '5', **query})}")
        expect(page.locator(".written-text").first).not_to_be_empty(timeout=60_000)
        return page

    return go


def test_rhymes_and_tones_are_told_beside_real_poems_and_chance(opened: Open) -> None:
    page = opened(model="pattern-lstm-toy")
    said = page.locator(".view-body")
    expect(said).to_contain_text(
        "Of 1000 quatrains that this model wrote at temperature 1, lines 2 and 4 rhyme in 6.0 % "
        "(real poems 97.5 %, by chance 5.0 %); of 900, level and oblique tones alternate in all four lines in 85.0 % "
        "(real poems 86.0 %, by chance 2.0 %)."
    )
    expect(said).to_contain_text("It has learnt the pattern of tones (格律), and hardly to rhyme (押韵).")


def test_what_is_learnt_is_said_only_where_it_was_measured(opened: Open) -> None:
    page = opened(model="rhyming-lstm-toy", lang="zh")
    expect(page.locator(".view-body")).to_contain_text("第二、四句押韵的占 90.0%（真实诗作 97.5%，随机水平 5.0%）")
    expect(page.locator(".view-body")).not_to_contain_text("它学会了格律")
    page = opened(model="gru-toy")
    expect(page.locator(".view-body .note").last).to_be_visible()
    expect(page.locator(".view-body")).not_to_contain_text("quatrains")


def test_the_card_has_a_column_for_chance(opened: Open) -> None:
    page = opened(model="pattern-lstm-toy")
    page.get_by_role("button", name="Model card").click()
    heads = page.locator(".metrics thead th")
    expect(heads).to_have_count(7)
    assert heads.all_inner_texts()[3:5] == ["real", "by chance"]
    rows = page.locator(".metrics tbody tr")
    cells = rows.filter(has_text="tones alternate within lines").locator("td")
    assert cells.all_inner_texts() == [
        *("tones alternate within lines", "0.85", "0.83 … 0.87", "0.86 (0.84 … 0.88)", "0.02 (0 … 0.04)"),
        *("900", "share of quatrains"),
    ]
    assert rows.filter(has_text="bits per character").first.locator("td").all_inner_texts()[3:5] == ["–", "–"]
    expect(page.locator(".metrics")).to_contain_text("put together of parts of different poems")
