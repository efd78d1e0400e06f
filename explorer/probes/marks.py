"""What each character of a text is: labels that units of a character model are compared with.

A label belongs to what has been read up to and with its character, as a unit's state does: an opening quotation mark is
inside the quotation already, the closing one no longer. Everything is found by simple rules in the characters alone:
no rule knows the grammar of a language, and a bracket in a string of Python code counts as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.datasets.texts.pingshui import OBLIQUE, tones_of

UNLABELLED = -1
LARGEST = 32_767
TAB = 8
BRACKETS = {")": "(", "]": "[", "}": "{"}
HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
COUPLET = re.compile(f"^{HAN}{{7}}，{HAN}{{7}}。$", re.MULTILINE)
PLACES = 14
"""Han characters of a couplet: two lines of seven."""
SPEAKER = re.compile(r"(?<![^\n]\n)^[A-Z][^\n,;:!?\"\[\]()]{0,38}\.$(?=\n[^\n])", re.MULTILINE)
"""The first line of a paragraph, of at most 40 characters, that ends in a full stop and is not the paragraph's last."""


@dataclass(frozen=True)
class Mark:
    """One label for each character of a text of T characters."""

    name: str
    kind: Literal["binary", "graded"]
    values: NDArray[np.int16]
    """(T,): 0 or 1 if binary, 0 or more if graded, −1 where the character has no label."""
    period: int = 0
    """Labels after which the same ones come again, all through the text, as verse has them; 0 for no such form."""


def inside_quotes(text: str) -> Mark:
    """1 within double quotation marks, straight or curly; an empty line ends what was left open.

    Single ones are left alone: they are also apostrophes.
    """
    values, inside = _zeros(text), False
    for start, line in _lines(text):
        inside = inside and bool(line.strip())
        for place, character in enumerate(line, start):
            if character in '"“”':
                inside = character == "“" or (character == '"' and not inside)
            values[place] = inside
    return Mark("inside_quotes", "binary", values)


def inside_brackets(text: str) -> Mark:
    """1 within round, square or curly brackets, nested or not; an empty line ends what was left open.

    A closing bracket that does not match the innermost open one is passed over.
    """
    values, opened = _zeros(text), list[str]()
    for start, line in _lines(text):
        if not line.strip():
            opened = []
        for place, character in enumerate(line, start):
            if character in BRACKETS.values():
                opened.append(character)
            elif opened and BRACKETS.get(character) == opened[-1]:
                opened.pop()
            values[place] = bool(opened)
    return Mark("inside_brackets", "binary", values)


def indentation(text: str) -> Mark:
    """The columns that the line's text is indented by; a tab goes to the next multiple of eight.

    White space before the text has no label, since it may go on, nor has an empty line.
    """
    values = _zeros(text) + np.int16(UNLABELLED)
    for start, line in _lines(text):
        inner = line.lstrip(" \t")
        if inner.strip():
            depth = len(line[: len(line) - len(inner)].expandtabs(TAB))
            values[start + len(line) - len(inner) : start + len(line)] = min(depth, LARGEST)
    return Mark("indentation", "graded", values)


def line_position(text: str) -> Mark:
    """Characters since the line began: 0 for a line feed, 1 for the first character after it; 32,767 at most."""
    values = _zeros(text)
    for start, line in _lines(text):
        values[start : start + len(line)] = np.minimum(np.arange(1, len(line) + 1), LARGEST)
        if line.endswith("\n"):
            values[start + len(line) - 1] = 0
    return Mark("line_position", "graded", values)


def line_end(text: str) -> Mark:
    """1 where the next character is a line feed; the last character has no label."""
    ends = [character == "\n" for character in text[1:]]
    return Mark("line_end", "binary", np.array([*ends, UNLABELLED][: len(text)], np.int16))


def vowel(text: str) -> Mark:
    """1 for a, e, i, o and u, also with accents or as capitals, 0 for the other letters; the rest has no label."""
    kinds = {character: _vowel(character) for character in set(text)}
    return Mark("vowel", "binary", np.array([kinds[character] for character in text], np.int16))


def couplet_position(text: str) -> Mark:
    """Which of the 14 Han characters of its couplet (1 to 14) a character is, where a line is seven，seven。

    Punctuation has no label, nor has any other line.
    """
    return _of_couplets(text, "couplet_position", "graded", np.arange(1, PLACES + 1))


def verse_position(text: str) -> Mark:
    """Which of the seven characters of its line of verse, half a couplet, a character is, 1 to 7; else as above."""
    return _of_couplets(text, "verse_position", "graded", np.arange(PLACES) % 7 + 1)


def second_verse(text: str) -> Mark:
    """1 in a couplet's second line (对句), whose tones and words answer the first's (出句): 0; the rest as above."""
    return _of_couplets(text, "second_verse", "binary", np.arange(PLACES) // 7)


def rhyme_place(text: str) -> Mark:
    """1 for the last character of a couplet, where verse rhymes, 0 for the 13 before it; the rest as above."""
    return _of_couplets(text, "rhyme_place", "binary", np.arange(PLACES) // (PLACES - 1))


def oblique_tone(text: str) -> Mark:
    """1 for a character of oblique tone (仄) in 平水韵, 0 for a level one (平).

    One that can be read in both tones has no label, nor has one that the table lacks.
    """
    tones = {character: tones_of(character) for character in set(text)}
    labels = {character: int(OBLIQUE in found) if len(found) == 1 else UNLABELLED for character, found in tones.items()}
    return Mark("oblique_tone", "binary", np.array([labels[character] for character in text], np.int16))


def speaker_line(text: str) -> Mark:
    """1 within a speaker's name, full stop included, where a play has it on a line of its own after an empty line."""
    values = _zeros(text)
    for match in SPEAKER.finditer(text):
        values[match.start() : match.end()] = 1
    return Mark("speaker_line", "binary", values)


MARKS: dict[str, Callable[[str], Mark]] = {
    "inside_quotes": inside_quotes,
    "inside_brackets": inside_brackets,
    "indentation": indentation,
    "line_position": line_position,
    "line_end": line_end,
    "vowel": vowel,
    "couplet_position": couplet_position,
    "verse_position": verse_position,
    "second_verse": second_verse,
    "rhyme_place": rhyme_place,
    "oblique_tone": oblique_tone,
    "speaker_line": speaker_line,
}
"""Every mark by its name."""


def _zeros(text: str) -> NDArray[np.int16]:
    return np.zeros(len(text), np.int16)


def _of_couplets(text: str, name: str, kind: Literal["binary", "graded"], labels: NDArray[np.int64]) -> Mark:
    """Labels (14,) for the Han characters of every couplet, where a line is seven，seven。"""
    values = _zeros(text) + np.int16(UNLABELLED)
    for match in COUPLET.finditer(text):
        values[match.start() + np.delete(np.arange(PLACES + 1), PLACES // 2)] = labels
    return Mark(name, kind, values, PLACES)


def _lines(text: str) -> Iterable[tuple[int, str]]:
    """Where each line begins, and the line with the line feed that ends it."""
    start = 0
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        yield start, line
        start += len(line)


def _vowel(character: str) -> int:
    if not character.isalpha():
        return UNLABELLED
    return int(unicodedata.normalize("NFD", character.lower())[0] in "aeiou")
