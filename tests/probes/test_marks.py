"""Marks of texts, written out by hand below each character."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.datasets.texts.tang import COUPLET
from explorer.probes import marks
from explorer.probes.marks import MARKS, Mark


def drawn(mark: Mark) -> str:
    """Labels as digits; a point for no label."""
    return "".join("." if value == -1 else str(value) for value in mark.values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "bc" d', "00111000"),
        ("a “bc” d", "00111000"),
        ('"a" "b"', "1100110"),
        ("“a “b” c", "11111000"),  # the innermost closing mark ends it: quotations are not nested
        ('"a”b', "1100"),
        ("”a", "00"),
        ("it's 'b'", "00000000"),
        ('"a\nb" c', "1111000"),
        ('"a\n\nb" c', "1110011" + "1"),
        ('"a\n  \n"b', "111000" + "11"),
        ("", ""),
    ],
)
def test_quotes(text: str, expected: str) -> None:
    assert drawn(marks.inside_quotes(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a(b)c", "01100"),
        ("a(b[c]d)e", "011111100"),
        ("(a]b)c", "111100"),
        ("([a)b]c)d", "111111100"),
        ("a)b(c", "00011"),
        ("(a\nb)c", "111100"),
        ("(a\n\nb)c", "1110000"),
        ("{x}", "110"),
        ("f(')')g", "0110000"),  # a bracket in a string is a bracket
    ],
)
def test_brackets(text: str, expected: str) -> None:
    assert drawn(marks.inside_brackets(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n    b c\n  d", "00....4444..2"),
        ("\ta\n  \tb", ".88...8"),
        ("    \n\nx", "......0"),
        ("  ", ".."),
    ],
)
def test_indentation(text: str, expected: str) -> None:
    assert drawn(marks.indentation(text)) == expected


def test_line_position_and_end() -> None:
    text = "ab\n\ncde"
    assert drawn(marks.line_position(text)) == "1200123"
    assert drawn(marks.line_end(text)) == "011000."
    assert drawn(marks.line_position("\n")) == "0"
    assert drawn(marks.line_end("x")) == "."
    assert len(marks.line_end("").values) == 0


def test_long_lines_stay_in_range() -> None:
    assert marks.line_position("x" * 40_000).values[-1] == 32_767
    assert marks.indentation(" " * 40_000 + "x").values[-1] == 32_767


def test_vowels() -> None:
    assert drawn(marks.vowel("Yes, É 3ü!")) == "010..1.." + "1."
    assert drawn(marks.vowel("霜")) == "0"


def test_couplet_positions() -> None:
    couplet = "忆昔娇妃在紫宸，铅华不御得天真。"
    places = [1, 2, 3, 4, 5, 6, 7, -1, 8, 9, 10, 11, 12, 13, 14, -1]
    text = f"{couplet}\n{couplet}\n\n得天真。\n{couplet}x\n"
    expected = [*places, -1, *places, -1, -1, *[-1] * 5, *[-1] * 18]
    assert marks.couplet_position(text).values.tolist() == expected


def test_places_in_a_couplet_s_lines() -> None:
    text = "忆昔娇妃在紫宸，铅华不御得天真。\n得天真。\n"
    rest = "." * 6
    assert drawn(marks.verse_position(text)) == "1234567.1234567." + rest
    assert drawn(marks.second_verse(text)) == "0000000.1111111." + rest
    assert drawn(marks.rhyme_place(text)) == "0000000.0000001." + rest
    assert marks.rhyme_place(text).period == marks.couplet_position(text).period == 14
    assert marks.line_position(text).period == 0


def test_tones_are_those_of_the_rhymes() -> None:
    assert drawn(marks.oblique_tone("白日依山尽，黄河入海流。看a溪\n")) == "11001.00110....."[:16]


def test_couplets_are_those_of_the_data_set() -> None:
    for text in (
        "忆昔娇妃在紫宸，铅华不御得天真。",
        "忆昔娇妃在紫宸，铅华不御得天真",
        "忆昔娇妃在紫□，铅华不御得天真。",
    ):
        assert (COUPLET.fullmatch(text) is None) == (marks.couplet_position(text).values == -1).all()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("KING JOHN.\nNow, say.\n\nCHATILLON.\nThus, after.\n", ["KING JOHN.", "CHATILLON."]),
        ("Alb. and Corn.\nDear sir, forbear!\n", ["Alb. and Corn."]),
        ("\nP. King.\nFull.\n", ["P. King."]),
        ("ACT I.\n\nSCENE. A room.\n", []),
        ("He came.\nSo did I.\nNone.\n", ["He came."]),
        ("First line,\nHe went.\nNo.\n", []),
        ("[Exit Ghost.]\nWe.\n\nExit, all.\nWe.\n", []),
        (f"{'A' * 40}.\nWe.\n", []),
        ("ALL.", []),
    ],
)
def test_speakers(text: str, names: list[str]) -> None:
    mark = marks.speaker_line(text)
    inside = "".join(character if value else "|" for character, value in zip(text, mark.values, strict=True))
    assert [part for part in inside.split("|") if part] == names


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("text", ["", "\n", "\r\n\x0b\u2028\ud800", "x" * 70_000, '([{"“' * 20_000])
def test_every_mark_has_a_label_for_each_character(name: str, text: str) -> None:
    mark = MARKS[name](text)
    assert mark.name == name
    assert mark.values.shape == (len(text),)
    assert mark.values.dtype == np.int16
    if len(text):
        assert mark.values.min() >= -1
        assert mark.kind == "graded" or mark.values.max() <= 1
