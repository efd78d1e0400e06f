"""The page's shell on an exported site: what the address asks for, languages, themes, tabs, failures."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from links import query
from playwright.sync_api import Page, expect
from site_server import Site
from waiting import wait_until

from explorer.catalog import survey
from explorer.cli.export import write_site
from explorer.probes.samples import latent
from tests.test_translations import CATALOGUES

MODEL = "vae-digits-2d"
OTHER = "oracle-digits-16d"
HOSTILE = "<img src=x onerror=window.hacked=1>"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "site"
    write_site(out, survey().folder)
    return out


@pytest.fixture
def opened(page: Page, site: Site, folder: Path) -> Open:
    """Open the exported page with a query; returns once the view stands."""
    address = site.mount("page", folder)

    def go(**query: str) -> Page:
        page.goto(f"{address}?{urlencode(query)}")
        expect(page.locator(".sheet .tile").first).to_be_visible()
        return page

    return go


def test_without_a_query_the_first_model_opens_in_the_first_view(opened: Open) -> None:
    page = opened()
    expect(page.get_by_role("tab", selected=True)).to_have_text("Sample")
    expect(page.locator(".messages .message")).to_have_count(0)
    assert query(page)["model"] == page.locator("#explorer-model").input_value()


@pytest.mark.parametrize("asked", ["nothing-like-this", HOSTILE, "__proto__"])
def test_unknown_model_is_named_with_those_that_exist(opened: Open, asked: str) -> None:
    page = opened(model=asked, lang="en")
    message = page.locator(".messages .message p")
    expect(message).to_have_count(1)
    expect(message).to_contain_text(asked)
    expect(message).to_contain_text(MODEL)
    assert page.evaluate("window.hacked") is None
    assert page.locator(".explorer img").count() == 0


def test_an_endless_name_is_cut_short(opened: Open) -> None:
    page = opened(model="x" * 5000, lang="en")
    assert len(page.locator(".messages .message p").inner_text()) < 400


@pytest.mark.parametrize("asked", ["nowhere", HOSTILE, "__proto__"])
def test_unknown_view_is_named_with_those_that_exist(opened: Open, asked: str) -> None:
    page = opened(view=asked, model=MODEL, lang="en")
    message = page.locator(".messages .message p")
    expect(message).to_contain_text(asked)
    expect(message).to_contain_text("sample, latent")
    assert page.evaluate("window.hacked") is None
    assert query(page)["view"] == "sample"


def test_unknown_language_is_named(opened: Open) -> None:
    page = opened(lang=HOSTILE)
    expect(page.locator(".messages .message p")).to_contain_text("expected en or zh")
    assert page.evaluate("window.hacked") is None


def test_messages_can_be_dismissed(opened: Open) -> None:
    page = opened(model="none", lang="en")
    page.get_by_role("button", name="Dismiss this message").click()
    expect(page.locator(".messages .message")).to_have_count(0)


def test_language_switch_changes_every_word_and_keeps_the_state(opened: Open) -> None:
    page = opened(model=MODEL, lang="en", seed="41", count="16")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("tab", selected=True)).to_have_text(CATALOGUES["zh"]["page.view_sample"])
    assert query(page) == {"view": "sample", "model": MODEL, "lang": "zh", "seed": "41", "count": "16"}
    text = page.locator(".explorer").inner_text()
    title = next(config.title for config in survey().configs if config.name == MODEL)
    english = {
        value
        for key, value in CATALOGUES["en"].items()
        if value != CATALOGUES["zh"][key] and "{" not in value and len(value) > 3 and value not in title["zh"]
    }
    assert [value for value in english if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)] == []
    labels = page.locator(".explorer [aria-label], .explorer [title]").evaluate_all(
        "nodes => nodes.flatMap((node) => [node.ariaLabel, node.title]).filter(Boolean)"
    )
    assert [label for label in labels if not re.search(r"[\u4e00-\u9fff]", label)] == []
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert CATALOGUES["zh"]["page.name"] in page.title()


def test_the_browsers_language_is_the_default(page: Page, site: Site, folder: Path) -> None:
    site.mount("page", folder)
    page.goto(f"{site.url}/blank")
    chosen = page.evaluate(
        """async () => {
          const { chooseLanguage } = await import("/page/browser/i18n.js");
          return [
            [undefined, "zh-TW"], [undefined, "de-DE"], ["en", "zh-CN"], ["zh", "en-US"], ["xx", "zh"],
            ["zh-TW", "en"], ["zh-Hant-HK", "en"], ["ZH_cn", "en"], ["en-GB", "zh"], ["zhx", "en"], ["", "zh-Hans"],
          ].map(([requested, browser]) => chooseLanguage(requested, browser));
        }"""
    )
    assert chosen == ["zh", "en", "en", "zh", "zh", "zh", "zh", "zh", "en", "en", "zh"]


@pytest.mark.parametrize(("asked", "tag"), [("zh-TW", "zh-CN"), ("zh-CN", "zh-CN"), ("zh", "zh-CN"), ("en-GB", "en")])
def test_a_link_may_ask_for_any_kind_of_a_language(opened: Open, asked: str, tag: str) -> None:
    page = opened(model=MODEL, lang=asked)
    language = asked[:2]
    expect(page.get_by_role("tab", selected=True)).to_have_text(CATALOGUES[language]["page.view_sample"])
    assert page.locator("html").get_attribute("lang") == tag
    expect(page.locator(".message")).to_have_count(0)


def test_a_word_beside_a_number_has_the_form_that_goes_with_it(page: Page, site: Site, folder: Path) -> None:
    site.mount("page", folder)
    said = page.evaluate(
        """async () => {
          const { createTranslator, joined } = await import("/page/browser/i18n.js");
          const t = createTranslator({
            "a.notes": "{n} {n|note is|notes are} left", "words.list": "{before}, {after}",
            "words.sentences": "{before} {after}",
          }, "en");
          const lists = [["a", "b", "c"], ["{a}"], []].map((words) => joined("list", words, t));
          return [...[1, 2, 0, "1", "1.0", "1,001"].map((n) => t("a.notes", { n })), ...lists,
            joined("sentences", ["A.", "", "B."], t)];
        }"""
    )
    assert said == [
        "1 note is left",
        *("2 notes are left", "0 notes are left", "1 note is left", "1.0 notes are left", "1,001 notes are left"),
        *("a, b, c", "{a}", "", "A. B."),
    ]


def test_a_missing_word_or_value_is_an_error(page: Page, site: Site, folder: Path) -> None:
    site.mount("page", folder)
    errors = page.evaluate(
        """async () => {
          const { createTranslator } = await import("/page/browser/i18n.js");
          const t = createTranslator({ "a.b": "{n} of {m}" }, "en");
          const fails = (act) => { try { return act(); } catch (error) { return error.message; } };
          const wrong = [() => t("a.c"), () => t("a.b", { n: 1 }), () => t("toString")];
          return [t("a.b", { n: 1, m: "{n}" }), ...wrong.map(fails)];
        }"""
    )
    assert errors[0] == "1 of {n}"
    assert "a.c" in errors[1]
    assert "{m}" in errors[2]
    assert "toString" in errors[3]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_follows_query_system_and_surrounding_page(opened: Open, theme: str) -> None:
    other = {"light": "dark", "dark": "light"}[theme]
    page = opened(model=MODEL)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    expect(page.locator(".explorer")).to_have_attribute("data-theme", theme)
    page = opened(model=MODEL, __theme=other)
    expect(page.locator(".explorer")).to_have_attribute("data-theme", other)
    assert query(page)["__theme"] == other


def test_a_dark_class_on_the_body_makes_the_page_dark(opened: Open) -> None:
    page = opened(model=MODEL)
    page.emulate_media(color_scheme="light")
    page.evaluate("document.body.classList.add('dark')")
    expect(page.locator(".explorer")).to_have_attribute("data-theme", "dark")


def test_each_view_keeps_its_own_state(opened: Open) -> None:
    page = opened(model=MODEL, lang="en", seed="77", count="16")
    page.get_by_role("tab", name="Sample").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Latent space")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Latent space")).to_be_focused()
    expect(page.locator(".view[aria-busy]")).to_have_count(0)
    there = query(page)
    assert there["view"] == "latent"
    assert "seed" not in there
    page.get_by_role("tab", name="Sample").click()
    expect(page.locator(".stage-name")).to_have_text("Seed 77")
    assert query(page) == {"view": "sample", "model": MODEL, "lang": "en", "seed": "77", "count": "16"}


def test_a_sample_opens_in_the_latent_space(opened: Open) -> None:
    page = opened(model=MODEL, lang="en", seed="7")
    page.get_by_role("link", name="Open in Latent space").click()
    expect(page.get_by_role("tab", selected=True)).to_have_text("Latent space")
    expect(page.locator(".view[aria-busy]")).to_have_count(0)
    expect(page.locator(".messages .message")).to_have_count(0)
    shown = [float(value) for value in query(page)["z"].split(",")]
    assert shown == pytest.approx([float(value) for value in latent(7, 2)], abs=1e-3)


def test_changing_the_model_keeps_what_means_the_same(opened: Open) -> None:
    page = opened(model=MODEL, seed="12", x="13.5", pick="1")
    page.locator("#explorer-model").select_option(OTHER)
    expect(page.locator(".z-list li")).to_have_count(16)
    after = query(page)
    assert (after["model"], after["seed"], after["pick"]) == (OTHER, "12", "1")
    assert "x" not in after


LATE = """
let mounts = 0;
export async function mount(root, { model }, host) {
  mounts += 1;
  const late = mounts === 1;
  if (late) await new Promise((resolve) => (window.release = resolve));
  host.emit("state", { [late ? "late" : "early"]: "yes" });
  host.onUpdate(() => (window.told = [...(window.told ?? []), late]));
  root.textContent = model.name;
  if (late) window.done = true;
  return { destroy() {} };
}"""


def test_a_view_that_comes_late_is_not_heard(page: Page, site: Site, folder: Path) -> None:
    """It was left before it stood: the address and the theme are the next one's."""
    page.route("**/browser/views/sample.js", lambda route: route.fulfill(body=LATE, content_type="text/javascript"))
    page.emulate_media(color_scheme="light")
    page.goto(f"{site.mount('page', folder)}?model={MODEL}&lang=en")
    wait_until(page, "window.release !== undefined")
    page.locator("#explorer-model").select_option(OTHER)
    expect(page.locator(".view-body")).to_have_text(OTHER)
    page.evaluate("window.release()")
    wait_until(page, "window.done")
    page.emulate_media(color_scheme="dark")
    wait_until(page, "window.told !== undefined")
    assert page.evaluate("window.told") == [False]
    wait_until(page, "location.search.includes('early')")
    assert "late" not in query(page)


def test_a_model_that_fails_leaves_the_page_alive(opened: Open, folder: Path, tmp_path: Path, site: Site) -> None:
    broken = tmp_path / "site"
    shutil.copytree(folder, broken)
    graph = broken / "checkpoints" / MODEL / "graph.json"
    graph.write_text("{")
    page = opened(model=OTHER, lang="en")
    page.goto(f"{site.mount('broken', broken)}?model={MODEL}&lang=en")
    message = page.locator(".messages .message p")
    expect(message).to_contain_text(f"“{MODEL}” could not be opened")
    expect(message).to_contain_text("graph.json")
    page.locator("#explorer-model").select_option(OTHER)
    expect(page.locator(".sheet .tile").first).to_be_visible()
    expect(page.locator(".messages .message")).to_have_count(0)


def test_checkpoints_that_were_left_out_are_named(folder: Path, tmp_path: Path, site: Site, page: Page) -> None:
    shutil.copytree(folder, tmp_path / "site")
    catalog = tmp_path / "site" / "catalog.json"
    content = json.loads(catalog.read_text())
    content["problems"] = [{"name": HOSTILE, "message": "config.json: expected format 1"}]
    catalog.write_text(json.dumps(content))
    page.goto(f"{site.mount('partial', tmp_path / 'site')}?lang=en")
    expect(page.locator(".messages .message p")).to_contain_text("expected format 1")
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [('{"checkpoints": []}', "lists none"), ("{", "could not be read"), ("[]", "could not be read")],
)
def test_an_unreadable_catalogue_is_one_clear_message(
    folder: Path, tmp_path: Path, site: Site, page: Page, content: str, said: str
) -> None:
    shutil.copytree(folder, tmp_path / "site")
    (tmp_path / "site" / "catalog.json").write_text(content)
    page.goto(f"{site.mount('unreadable', tmp_path / 'site')}?lang=en")
    expect(page.get_by_role("alert")).to_contain_text(said)


def test_copy_link_restores_what_is_shown(opened: Open) -> None:
    page = opened(model=MODEL, lang="en", seed="5")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".copy-link")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(link).query) == {"view": ["sample"], "model": [MODEL], "lang": ["en"], "seed": ["5"]}


def test_without_a_clipboard_the_link_is_shown(opened: Open) -> None:
    page = opened(model=MODEL, lang="en")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".copy-link-text")).to_have_value(re.compile(f"model={MODEL}"))


def test_nothing_that_is_not_shown_is_fetched(opened: Open, site: Site) -> None:
    site.requests.clear()
    page = opened(model=MODEL, lang="en")
    page.wait_for_timeout(300)
    fetched = {urlsplit(path).path.removeprefix("/page/") for path in site.requests}
    unwanted = ("latent.js", "about.js", "map.safetensors", "thumbnails.webp", "zh.json", "timeline.safetensors")
    assert [path for path in fetched if path.endswith(unwanted)] == []


def test_the_view_does_not_jump_while_it_loads(opened: Open) -> None:
    page = opened(model=MODEL, lang="en")
    shift = page.evaluate(
        """() => new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
            .observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 500);
        })"""
    )
    assert shift < 0.01


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_wider_than_the_screen(opened: Open, language: str) -> None:
    page = opened(model=OTHER, lang=language, compare="1")
    expect(page.locator(".judged")).to_be_visible()
    for width in (1280, 960, 768, 390, 360):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
