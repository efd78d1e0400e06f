"""Rhyme and tones of poems that are known by heart, and of some that break one rule each."""

from __future__ import annotations

import pytest

from explorer.errors import ExplorerError
from explorer.metrics import poems
from explorer.metrics.poems import (
    FEWEST,
    agree,
    alternate,
    both_oppose,
    oppose,
    poem_metrics,
    quatrains,
    rhyme,
    shuffled,
)

FRONTIER = ("秦时明月汉时关", "万里长征人未还", "但使龙城飞将在", "不教胡马度阴山")
HILLS = ("远上寒山石径斜", "白云生处有人家", "停车坐爱枫林晚", "霜叶红于二月花")
UNRHYMED = (*HILLS[:3], "霜叶红于二月山")


def written(*found: tuple[str, ...]) -> str:
    """Poems as the data set has them."""
    return "".join(f"{poem[0]}，{poem[1]}。\n{poem[2]}，{poem[3]}。\n\n" for poem in found)


@pytest.mark.parametrize("poem", [FRONTIER, HILLS])
def test_what_is_known_by_heart_keeps_every_rule(poem: tuple[str, ...]) -> None:
    assert {name: rule(poem) for name, rule in poems.RULES.items()} == dict.fromkeys(poems.RULES, True)


def test_lines_rhyme_by_the_sounds_of_their_time() -> None:
    assert rhyme("白日依山尽黄河", "石径斜") is False
    assert rhyme("黄河入海流", "更上一层楼") is True
    assert rhyme("石径斜", "有人家") is True
    assert rhyme("有人家", "石径家") is False  # a word does not rhyme with itself
    assert rhyme("有人家", "石径溪") is None  # the table writes 谿


def test_tones_alternate_at_the_places_that_are_bound() -> None:
    assert alternate(["白日依山尽白日"]) is True  # 日 oblique, 山 level, 白 oblique: 白 is level in today's Mandarin
    assert alternate(["山日山山山日山"]) is True  # places 1, 3 and 5 are free
    assert alternate(["日山日山日日日"]) is False
    assert alternate(["日山日看日山日"]) is True  # 看 may be read as oblique
    assert alternate(["日山日看日日日"]) is False
    assert alternate(["日山日日日山日", "日山日山日日日"]) is False
    assert alternate(["日溪日日日山日"]) is None


def test_tones_of_two_lines_are_opposite_or_the_same() -> None:
    assert oppose("山日山山山日山", "日山日日日山日") is True
    assert agree("山日山山山日山", "日山日日日山日") is False
    assert agree("山日山山山日山", "日日日山日日日") is True
    assert oppose("山日山山山日山", "日日日山日日日") is False
    assert oppose("山日山看山日山", "日山日看日山日") is True  # one of the two readings
    assert agree("山溪山山山日山", "日日日山日日日") is None
    assert both_oppose((*HILLS[:3], HILLS[2])) is False
    assert both_oppose((*HILLS[:3], "霜溪红于二月花")) is None


def test_quatrains_are_found_among_other_poems() -> None:
    text = written(FRONTIER, HILLS) + "远上寒山石径斜，白云生处有人家。\n\n" + written(FRONTIER)[:20]
    assert quatrains(text) == ([FRONTIER, HILLS], 3)
    assert quatrains("今天天气很好。\n") == ([], 1)
    assert quatrains("") == ([], 1)


def test_shares_stand_beside_real_poems_and_chance() -> None:
    model = written(*[FRONTIER, UNRHYMED] * 100, *[HILLS] * 50)
    found = poem_metrics(model + "远上寒山。\n\n", written(*[HILLS] * 150, *[UNRHYMED] * 50))
    assert (found["quatrain_share"].value, found["quatrain_share"].count) == (pytest.approx(250 / 251), 251)
    assert (found["rhyme_share"].value, found["rhyme_share"].count) == (0.6, 250)
    assert found["rhyme_share_floor"].value == 0.75
    # Line 2 ends in 还 or 家, line 4 in 山 or 花: 0.4 · 0.8 + 0.6 · 0.2.
    assert found["rhyme_share_chance"].value == pytest.approx(0.44, abs=0.1)
    assert found["rhyme_share"].low < 0.6 < found["rhyme_share"].high
    assert found["tone_alternation_share"].value == 1
    assert found["tone_alternation_share_chance"].value < 0.8
    assert set(found) == {"quatrain_share"} | {
        f"{name}{end}" for name in poems.RULES for end in ("", "_floor", "_chance")
    }


def test_few_quatrains_tell_of_their_form_alone() -> None:
    few = written(*[HILLS] * (FEWEST - 1))
    assert set(poem_metrics(few, few)) == {"quatrain_share"}
    assert poem_metrics("No poem.\n", few)["quatrain_share"].value == 0
    with pytest.raises(ExplorerError, match="a share needs 0 to N of N ≥ 1 trials, got 0 of 0"):
        poem_metrics(few + written(HILLS), "No poem.\n")


def test_shuffled_poems_keep_the_place_of_each_part() -> None:
    known = [tuple(f"{chr(0x4E00 + 7 * number + place)}" * 7 for place in range(4)) for number in range(60)]
    lines = shuffled(known, single=False, seed=0)
    for place in range(4):
        column = [poem[place] for poem in known]
        assert sorted(poem[place] for poem in lines) == sorted(column)
        assert [poem[place] for poem in lines] != column
    characters = shuffled(known, single=True, seed=0)
    assert any(len(set(line)) > 1 for poem in characters for line in poem)
    assert sorted(poem[2][5] for poem in characters) == sorted(poem[2][5] for poem in known)
    assert shuffled(known, single=True, seed=0) == characters
