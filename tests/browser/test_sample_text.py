"""The Sample view of models that write: texts as Python writes them, settings, pausing, files and links."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from links import query
from playwright.sync_api import Page, expect
from recurrent_toys import PAGE, toy_language, toy_model
from site_server import Site
from typer.testing import CliRunner
from waiting import wait_until

from explorer.cli import app
from explorer.cli.export import write_site
from explorer.probes.writing import write

PROMPT = PAGE[:20]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two character models."""
    folder = tmp_path_factory.mktemp("writing") / "checkpoints"
    for name in ("lstm-toy", "gru-toy"):
        toy_language(folder / name, name)
    return folder


@pytest.fixture
def opened(page: Page, site: Site, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Sample view with a query; returns once all is written."""
    if "writing" not in site.folders:
        out = tmp_path_factory.mktemp("writing") / "site"
        write_site(out, folder)
        site.mount("writing", out)

    def go(**query: str) -> Page:
        entries = {"view": "sample", "model": "lstm-toy", "lang": "en", "count": "60", **query}
        page.goto(f"{site.url}/writing/?{urlencode(entries)}")
        return finished(page)

    return go


def finished(page: Page) -> Page:
    expect(page.locator(".written-toggle")).to_have_text("Write as much again", timeout=60_000)
    return page


def texts(page: Page) -> list[str]:
    """What is written now; after an input, wait with ``expect_texts``."""
    return page.locator(".written-text").evaluate_all("(nodes) => nodes.map((node) => node.textContent)")


def expect_texts(page: Page, expected: list[str]) -> None:
    """Wait until just these are written."""
    wait_until(
        page,
        """(expected) => {
          const texts = [...document.querySelectorAll(".written-text")].map((node) => node.textContent);
          return JSON.stringify(texts) === JSON.stringify(expected);
        }""",
        arg=expected,
    )


def test_seeds_side_by_side_write_what_python_writes(opened: Open) -> None:
    page = opened(columns="3", seed="41", temperature="0.9", topk="9", topp="0.95")
    expected = [write(toy_model("lstm-toy"), PROMPT, 60, seed, 0.9, 9, 0.95) for seed in (41, 42, 43)]
    assert texts(page) == [each.text for each in expected]
    expect(page.locator(".written-column h3")).to_have_text(["Seed 41", "Seed 42", "Seed 43"])
    bits = (
        page.locator(".written-text")
        .first.locator("span")
        .evaluate_all("(all) => all.map((each) => Number(each.dataset.bits))")
    )
    assert bits == pytest.approx(expected[0].surprise.tolist(), abs=0.006)
    said = page.locator(".written-column .note").first.inner_text()
    assert f"{expected[0].surprise.mean():.2f} bits" in said


def test_colours_grow_with_surprise(opened: Open) -> None:
    page = opened(columns="1")
    painted = page.locator(".written-text span").evaluate_all(
        "(all) => all.map((each) => [Number(each.dataset.bits), each.style.background])"
    )
    shares = [(bits, int(style.split(")")[1].split("%")[0])) for bits, style in painted]
    for bits, share in shares:
        assert share == pytest.approx(min(bits, 8) / 8 * 60, abs=0.6)


def test_the_command_writes_the_same(opened: Open, folder: Path) -> None:
    prompt = 'It\'s a "line"\n-- of two'
    page = opened(columns="1", seed="5", temperature="1.2", topk="7", prompt=prompt)
    command = shlex.split(page.locator(".python").text_content() or "")
    assert command[:2] == ["explorer", "sample"]
    result = CliRunner().invoke(app, [*command[1:], "--checkpoints", str(folder)])
    assert result.exit_code == 0, result.output
    assert result.stdout == prompt + texts(page)[0] + "\n"


def test_a_setting_writes_anew_and_is_kept_in_the_link(opened: Open) -> None:
    page = opened(columns="1")
    before = texts(page)
    page.get_by_label("Temperature").fill("0")
    page.get_by_label("Prompt", exact=True).fill("The gates")
    expect(page.locator(".written-prompt")).to_have_text("The gates")
    expect_texts(page, [write(toy_model("lstm-toy"), "The gates", 60, 0, 0.0).text])
    assert texts(page) != before
    kept = query(page)
    assert (kept["temperature"], kept["prompt"], kept["count"], kept["columns"]) == ("0", "The gates", "60", "1")
    assert "seed" not in kept
    after = texts(page)
    page.reload()
    finished(page)
    assert texts(page) == after
    page.locator("#explorer-model").select_option("gru-toy")
    page.wait_for_url("**model=gru-toy*")
    expect(page.locator(".written-prompt")).to_have_text("The gates")
    assert query(page)["temperature"] == "0"


def test_pausing_going_on_and_writing_more(opened: Open) -> None:
    page = opened(columns="2")
    page.get_by_label("Speed").select_option("slow")
    toggle = page.locator(".written-toggle")
    expect(toggle).to_have_text("Pause")
    toggle.click()
    expect(toggle).to_have_text("Continue")
    paused = texts(page)
    assert 0 < len(paused[0]) < 60
    page.wait_for_timeout(300)
    assert texts(page) == paused
    page.get_by_label("Speed").select_option("fast")
    toggle.click()
    whole = [write(toy_model("lstm-toy"), PROMPT, 120, seed, 0.7).text for seed in (0, 1)]
    expect_texts(page, [text[:60] for text in whole])
    finished(page)
    toggle.click()
    expect(page.locator(".written-column .note").first).to_contain_text("120 characters")
    expect_texts(page, whole)
    assert query(page)["count"] == "120"


def test_what_cannot_be_written_is_refused_and_the_texts_stay(opened: Open) -> None:
    page = opened(columns="1", temperature="NaN", topk="-1", seed="9007199254740991")
    expect(page.locator(".view-body .messages .message")).to_have_count(2)
    before = texts(page)
    assert before == [write(toy_model("lstm-toy"), PROMPT, 60, 2**53 - 1, 0.7).text]
    page.get_by_label("Characters", exact=True).fill("1e9")
    expect(page.locator(".written-count .complaint")).to_contain_text("whole number from 1 to 5000")
    page.get_by_label("Prompt", exact=True).fill("a" * 1001)
    expect(page.locator(".written-prompt-field .complaint")).to_contain_text("up to 1000 characters")
    assert texts(page) == before
    page.get_by_label("Seeds side by side").select_option("3")
    expect(page.locator(".written-column")).to_have_count(1)  # there is no larger seed


def test_hostile_prompts_are_text(opened: Open) -> None:
    prompt = "<img src=x onerror=alert(1)>\u202e\U0001f600"
    page = opened(columns="1", prompt=prompt)
    assert page.locator(".written-prompt").text_content() == prompt
    expect(page.locator(".written img")).to_have_count(0)


def test_files_and_the_step_by_step_view(opened: Open, tmp_path: Path) -> None:
    page = opened(columns="1", seed="3")
    whole = PROMPT + texts(page)[0]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download (.txt)").click()
    waiting.value.save_as(tmp_path / "text.txt")
    assert waiting.value.suggested_filename == "lstm-toy-seed-3.txt"
    assert (tmp_path / "text.txt").read_bytes().decode() == whole
    page.get_by_role("button", name="Step through it").click()
    expect(page.locator("textarea")).to_have_value(whole, timeout=60_000)


def test_it_fits_a_phone(opened: Open) -> None:
    page = opened(columns="4")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(page, "document.documentElement.scrollWidth === 390")
