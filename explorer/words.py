"""The words of the page for what Python draws: one catalogue of translations, shared with the browser."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from explorer.errors import ExplorerError

FOLDER = Path(__file__).with_name("browser") / "translations"
LANGUAGES = ("en", "zh")
PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}")
"""``{name}``, or ``{name|form|forms}`` for a word beside the number, as in explorer/browser/i18n.js."""


class WordsError(ExplorerError):
    """A language or a key that the catalogue lacks."""


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """All words of one language, by key.

    Args:
        language: a BCP 47 tag, of which the first part counts: ``zh`` and ``zh-TW`` are Chinese.

    Raises:
        WordsError: naming the languages there are.
    """
    primary = re.split("[-_]", language.lower())[0]
    if primary not in LANGUAGES:
        raise WordsError(f"languages are {', '.join(LANGUAGES)}, got {language!r}")
    words: dict[str, str] = json.loads((FOLDER / f"{primary}.json").read_text(encoding="utf-8"))
    return words


def word(language: str, key: str, **values: object) -> str:
    """The text of ``key``, with ``values`` where it has their names in braces; other names stay as they are.

    Raises:
        WordsError: if the catalogue has no such key.
    """
    words = catalogue(language)
    if key not in words:
        raise WordsError(f"the {language} catalogue has no key {key!r}")

    def filled(found: re.Match[str]) -> str:
        name, one, other = found.groups()
        if name not in values:
            return found[0]
        value = str(values[name])
        if other is None:
            return value
        return str(one if value == "1" else other)

    return PLACEHOLDER.sub(filled, words[key])
