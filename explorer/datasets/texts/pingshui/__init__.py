"""平水韵: the 106 rhymes that regular verse is held to, and with them the tone of every character.

The sounds are those of Middle Chinese: 斜, 家 and 花 rhyme (下平聲六麻), and 白 is oblique (入聲), both
unlike today. Written down in the thirteenth century, it describes what the poets of Tang did. Its table here has both
scripts. A character may have several rhymes, and so both tones, as 看 has: by its meaning, or since one simplified
form stands for several characters. Which of them a poem means is not decided here.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("table.json")
RHYMES = 106
LEVEL, OBLIQUE = "level", "oblique"


def rhymes_of(character: str) -> frozenset[str]:
    """The names of a character's rhymes, such as 上平聲十五刪; empty where the table lacks the character."""
    return _table().get(character, frozenset())


def tones_of(character: str) -> frozenset[str]:
    """The tones that a character can be read in: level (平), oblique (仄: 上, 去 or 入), both, or empty as above."""
    return frozenset(LEVEL if name[1] == "平" else OBLIQUE for name in rhymes_of(character))


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, characters in json.loads(TABLE.read_text(encoding="utf-8"))["rhymes"].items():
        for character in characters:
            found.setdefault(character, set()).add(name)
    return {character: frozenset(names) for character, names in found.items()}
