"""Every word that a visitor reads exists in both languages, is used, and comes from the catalogue."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from explorer.words import word

PACKAGE = Path(__file__).parents[1] / "explorer"
BROWSER = PACKAGE / "browser"
SCRIPTS = sorted(BROWSER.rglob("*.js"))
CATALOGUES = {
    language: json.loads((BROWSER / "translations" / f"{language}.json").read_text(encoding="utf-8"))
    for language in ("en", "zh")
}

PLACEHOLDER = re.compile(r"\{(\w+)(?:\|[^|{}]*\|[^|{}]*)?\}")
FORMS = re.compile(r"\{\w+\|")
CALL = re.compile(r"""\bt\(\s*(["'`])([^"'`]+)\1""")
KEY = r"[a-z][a-z_]*\.[a-zA-Z_][a-zA-Z_0-9]*"
QUOTED = re.compile(rf"""["'`]({KEY})["'`]""")
PREFIX = re.compile(r"""["'`]([a-z][a-z_]*\.[a-z_]*)(?:\$\{|\{)""")
"""A key that ends in a name from the data, as in t(`attribute.${name}`) and f"attribute.{name}"."""

LITERALS = (
    re.compile(r"""\.(?:textContent|innerText|title|placeholder|ariaLabel|alt|label)\s*=\s*(["'`])(.*?)\1"""),
    re.compile(r"""setAttribute\(\s*["'](?:title|aria-label|placeholder|alt)["']\s*,\s*(["'`])(.*?)\1"""),
    re.compile(r"""\b(?:title|placeholder|alt|["']aria-label["'])\s*:\s*(["'`])(.*?)\1"""),
    re.compile(r"""\belement\(\s*["']\w+["']\s*,\s*\{[^{}]*\}\s*,\s*(["'`])(.*?)\1"""),
    re.compile(r"""\.(?:append|replaceChildren|fillText)\(\s*(["'`])(.*?)\1"""),
)
WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")


def sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in [*SCRIPTS, *sorted(PACKAGE.rglob("*.py"))]}


def literals(script: str) -> list[str]:
    """Text that a script shows without asking the catalogue: translation keys and interpolations do not count."""
    found = [match[2] for pattern in LITERALS for match in pattern.finditer(script)]
    bare = {text: re.sub(r"\$\{[^}]*\}", "", text) for text in found}
    return [text for text in found if WORD.search(bare[text]) and not re.fullmatch(KEY, text)]


def test_languages_have_the_same_keys() -> None:
    assert set(CATALOGUES["en"]) == set(CATALOGUES["zh"])


@pytest.mark.parametrize("language", CATALOGUES)
def test_catalogue_is_flat_sorted_and_filled(language: str) -> None:
    catalogue = CATALOGUES[language]
    assert list(catalogue) == sorted(catalogue)
    assert [key for key in catalogue if not re.fullmatch(KEY, key)] == []
    assert [key for key, text in catalogue.items() if not (isinstance(text, str) and text.strip())] == []


def test_languages_have_the_same_placeholders() -> None:
    english, chinese = CATALOGUES["en"], CATALOGUES["zh"]
    counts = {
        key: [Counter(set(PLACEHOLDER.findall(text))) for text in (english[key], chinese[key])] for key in english
    }
    assert {key: both for key, both in counts.items() if both[0] != both[1]} == {}


COUNTED = re.compile(r"\{(\w+)\} (?:[a-z-]+ ){0,2}?([a-z]+s)\b")
VERBS = {"is", "has", "goes", "comes", "holds", "reaches", "stands", "this", "its", "axes", "bytes", "where", "shares"}
NEVER_ONE = {"limit", "nats", "value", "error", "most", "planned", "bits", "height", "megapixels", "strength"} | {
    *("threshold", "scale", "prior", "aggregated", "distance", "seconds", "length", "row")
}
"""Bounds, and numbers that are not counted: no word beside them is in the plural for their sake."""


def uncounted(text: str) -> list[str]:
    """Plurals beside a number that may be one, without the form for one."""
    return [
        match[0] for match in COUNTED.finditer(text) if match[1] not in NEVER_ONE and not VERBS & set(match[0].split())
    ]


def test_what_may_be_one_is_counted_right_in_english() -> None:
    assert {key: found for key, text in CATALOGUES["en"].items() if (found := uncounted(text))} == {}
    assert uncounted("{count} held-out notes") == ["{count} held-out notes"]
    assert uncounted("{count} held-out {count|note|notes}; {name} goes on; {limit} nats") == []


def test_chinese_has_one_form_for_all_numbers() -> None:
    assert [key for key, text in CATALOGUES["zh"].items() if FORMS.search(text)] == []


def test_python_counts_as_the_page_does() -> None:
    assert [word("en", "about.dimensions", count=count) for count in (1, 2, "1.0")] == [
        *("1 latent dimension", "2 latent dimensions", "1.0 latent dimensions")
    ]
    assert word("zh-TW", "about.dimensions", count=1) == CATALOGUES["zh"]["about.dimensions"].replace("{count}", "1")
    assert word("en", "page.unloadable") == CATALOGUES["en"]["page.unloadable"]


HAN = r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff60]"
LATIN_MARK = re.compile(rf"{HAN} ?[,;:!?]|{HAN}\.(?!\w)|[,;:!?.] ?{HAN}|\.\.\.|{HAN} ?\([^)]*{HAN}")
"""A mark of English sentences beside a Chinese character or mark."""


def test_chinese_sentences_have_chinese_marks() -> None:
    chinese = CATALOGUES["zh"]
    assert {key: found[0] for key, text in chinese.items() if (found := LATIN_MARK.search(text))} == {}
    assert {key: text for key, text in chinese.items() if re.search(r"[\d}] %|[。，；：！？、] (?=\S)", text)} == {}
    for wrong in ("平面图. 真实点", "维度,", "种子: 3", "（见下）.", "图 (下)"):
        assert LATIN_MARK.search(wrong)
    assert not LATIN_MARK.search("取值 0.5，单位为 Hz；文件 a.json；N(0, I)、D(x)")


def test_chinese_is_chinese() -> None:
    same = [key for key, text in CATALOGUES["en"].items() if text == CATALOGUES["zh"][key]]
    words = {key for key in same if len(re.findall(r"[A-Za-z]{3,}", PLACEHOLDER.sub("", CATALOGUES["en"][key]))) > 1}
    assert words == {"lab.activation_leaky_relu"}, "a name that Chinese writes in Latin letters is no sentence"


def test_every_key_that_is_asked_for_exists() -> None:
    asked = {
        match[2]: path.name
        for path, text in sources().items()
        if path.suffix == ".js"
        for match in CALL.finditer(text)
        if "$" not in match[2]
    }
    assert asked
    assert {key: place for key, place in asked.items() if key not in CATALOGUES["en"]} == {}


def test_every_key_is_used() -> None:
    texts = sources().values()
    quoted = {key for text in texts for key in QUOTED.findall(text)}
    prefixes = tuple({prefix for text in texts for prefix in PREFIX.findall(text)})
    unused = [key for key in CATALOGUES["en"] if key not in quoted and not key.startswith(prefixes)]
    assert unused == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(BROWSER).as_posix())
def test_no_script_shows_words_of_its_own(path: Path) -> None:
    assert literals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "script",
    [
        'node.textContent = "Hello there";',
        "button.setAttribute('aria-label', 'Close');",
        'element("p", { class: "note" }, "Drag me")',
        'element("input", { title: `Seed ${n}` })',
        'context.fillText("Loss", 0, 0)',
    ],
)
def test_the_check_sees_words(script: str) -> None:
    assert literals(script)


def test_the_check_lets_numbers_and_keys_pass() -> None:
    assert (
        literals('node.textContent = `${a} × ${b}`; element("p", {}, t("page.name")); x = { title: "page.name" };')
        == []
    )
