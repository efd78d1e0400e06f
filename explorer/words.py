"""The words of the page for what Python draws: one catalogue of translations, shared with the browser."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from explorer.errors import ExplorerError

FOLDER = Path(__file__).with_name("browser") / "translations"
LANGUAGES = ("en", "zh")


class WordsError(ExplorerError):
    """A language or a key that the catalogue lacks."""


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """All words of one language, by key.

    Raises:
        WordsError: naming the languages there are.
    """
    if language not in LANGUAGES:
        raise WordsError(f"languages are {', '.join(LANGUAGES)}, got {language!r}")
    words: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return words


def word(language: str, key: str, **values: object) -> str:
    """The text of ``key``, with ``values`` where it has their names in braces.

    Raises:
        WordsError: if the catalogue has no such key.
    """
    words = catalogue(language)
    if key not in words:
        raise WordsError(f"the {language} catalogue has no key {key!r}")
    text = words[key]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
