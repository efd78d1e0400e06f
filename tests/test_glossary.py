"""One term a concept: no text that the page can show uses a word that docs/glossary.md rejects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from explorer.catalog import SHIPPED
from explorer.datasets import every_dataset
from explorer.families.registry import FAMILIES
from explorer.training.language.analysis import TITLES
from explorer.training.planar.command import DATA_NAMES, LOSS_NAMES
from explorer.words import LANGUAGES, catalogue

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
OWN_COPY = "model.safetensors"
"""Weights keep the config that they were saved with, which nobody is shown."""

TERMS, REJECTED = {"en": 1, "zh": 2}, {"en": 3, "zh": 4}
"""Columns of the tables."""


def rows() -> list[list[str]]:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if row[0] not in ("concept", "---")]


@cache
def rejected(language: str) -> re.Pattern[str]:
    words = [word for row in rows() for word in re.findall(r"`([^`]+)`", row[REJECTED[language]])]
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)


def described(value: Any) -> Iterator[tuple[str, str]]:
    """Every text by language within a value as JSON has it: ``{"en": …, "zh": …}`` at any depth."""
    if isinstance(value, list):
        for each in value:
            yield from described(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in LANGUAGES:
                texts = each if isinstance(each, list) else [each]
                yield from ((key, text) for text in texts if isinstance(text, str))
            else:
                yield from described(each)


def shipped() -> Iterator[tuple[str, tuple[str, str]]]:
    """The texts within the files of checkpoints, with the file that each is of."""
    for folder in sorted(path for path in SHIPPED.iterdir() if path.is_dir()):
        for path in sorted(folder.iterdir()):
            contents: list[Any] = []
            if path.name in ("config.json", "texts.json"):
                contents = [json.loads(path.read_text(encoding="utf-8"))]
            elif path.suffix == ".safetensors" and path.name != OWN_COPY:
                with safe_open(path, "np") as file:
                    contents = [json.loads(entry) for entry in (file.metadata() or {}).values() if entry[:1] in "[{"]
            for content in contents:
                yield from ((f"{folder.name}/{path.name}", found) for found in described(content))


def texts() -> list[tuple[str, str, str]]:
    """Place, language and text of all that a visitor can read."""
    declared = [
        *(dataset.title for dataset in every_dataset().values()),
        *(title for family in FAMILIES.values() for title in (family.title, family.plural)),
        *(*DATA_NAMES.values(), *LOSS_NAMES.values(), *TITLES.values()),
    ]
    return [
        *((key, language, text) for language in LANGUAGES for key, text in catalogue(language).items()),
        *(("a title in Python", language, text) for language, text in described(declared)),
        *((place, language, text) for place, (language, text) in shipped()),
    ]


def test_no_text_uses_a_rejected_word() -> None:
    found = [
        (place, match[0], text)
        for place, language, text in texts()
        if (match := rejected(language).search(text)) is not None
    ]
    assert found == []


def test_texts_of_every_kind_are_read() -> None:
    places = {place for place, _, _ in texts()}
    for place in ("page.name", "a title in Python", "lab-grid/config.json", "lab-grid/timeline.safetensors"):
        assert place in places
    assert {"lstm-tang/marks.safetensors", "lstm-tang/texts.json", "gan-fashion/map.safetensors"} <= places


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_term_is_one_concepts_and_is_not_rejected(language: str) -> None:
    terms = [row[TERMS[language]] for row in rows()]
    filled = [term for term in terms if term]
    assert len(filled) == len(set(filled)) > 40
    assert [term for term in filled if rejected(language).search(term)] == []


def test_every_row_has_both_languages_and_rejects_in_code() -> None:
    for row in rows():
        assert len(row) == 5, row
        assert all(row[TERMS[language]] for language in LANGUAGES) or row[0] == "spelling"
        for language in LANGUAGES:
            assert re.fullmatch(r"(`[^`]+`(, `[^`]+`)*)?", row[REJECTED[language]]), row


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "重构误差的下限"), ("zh", "把您的图片上传"), ("en", "No decision line in sight")]
)
def test_a_rejected_word_is_seen_within_a_text(language: str, text: str) -> None:
    assert rejected(language).search(text)
