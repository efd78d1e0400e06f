"""The rhymes of 平水韵, by characters whose rhyme and tone every handbook names."""

from __future__ import annotations

import json

import pytest

from explorer.datasets.store import DatasetError
from explorer.datasets.texts.pingshui import RHYMES, TABLE, rhymes_of, tones_of
from explorer.datasets.texts.pingshui.build import make_table


@pytest.mark.parametrize(
    ("characters", "rhyme"),
    [
        ("流楼", "下平聲十一尤"),
        ("关还山", "上平聲十五刪"),
        ("斜家花", "下平聲六麻"),  # in today's Mandarin 斜 rhymes with neither
        ("石白", "入聲十一陌"),
        ("東东", "上平聲一東"),
    ],
)
def test_characters_stand_in_their_rhyme(characters: str, rhyme: str) -> None:
    assert all(rhyme in rhymes_of(character) for character in characters)


def test_tones_are_of_middle_chinese() -> None:
    assert tones_of("天") == {"level"}
    assert [tones_of(character) for character in "白一国出"] == [{"oblique"}] * 4  # level in today's Mandarin
    assert tones_of("看") == {"level", "oblique"}
    assert tones_of("，") == tones_of("a") == tones_of("\ud800") == frozenset()


def test_a_simplified_character_has_the_rhymes_of_all_that_it_stands_for() -> None:
    assert rhymes_of("后") >= {"上聲二十五有", "去聲二十六宥"}
    assert rhymes_of("发") >= rhymes_of("發") | rhymes_of("髮")


def test_the_table_has_all_rhymes_and_its_notice() -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    tones = [name[:2].rstrip("聲") for name in table["rhymes"]]
    assert len(tones) == RHYMES
    assert {tone: tones.count(tone) for tone in tones} == {"上平": 15, "下平": 15, "上": 29, "去": 30, "入": 17}
    assert "Copyright (c) 2024 rbnyng" in table["licence"]


def test_a_table_is_made_of_the_package_in_both_scripts() -> None:
    names = [f"上聲{number}" for number in range(RHYMES - 1)]
    content = {"ping": {"上平聲部": {"上平聲一東": ["東，Public"]}}, "ze": {"上聲部": {name: ["董"] for name in names}}}
    table = make_table(content, lambda character: {"東": "东"}.get(character, character))
    assert table["上平聲一東"] == "东東"
    assert table["上聲7"] == "董"
    with pytest.raises(DatasetError, match="the package has 1 rhymes, 106 expected"):
        make_table({"ping": content["ping"]}, str)
