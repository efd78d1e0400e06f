"""Whether quatrains rhyme (押韵) and keep the pattern of tones (格律), by the rhymes of 平水韵.

A character that can be read in two ways keeps a rule if one of them does: real poems, and poems whose parts are
shuffled, are measured by the same rule. A poem in which a character that a rule needs is not in the table is left out
of that rule's count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from explorer.datasets.texts.pingshui import LEVEL, OBLIQUE, rhymes_of, tones_of
from explorer.datasets.texts.tang import HAN
from explorer.metrics.proportions import proportion
from explorer.traces.measures import Estimate

QUATRAIN = re.compile(rf"({HAN}{{7}})，({HAN}{{7}})。\n({HAN}{{7}})，({HAN}{{7}})。")
UNIT = "share of quatrains"
PLACES = (1, 3, 5)
"""Characters 2, 4 and 6 of a line, whose tones are bound; 1, 3 and 5 are mostly free (一三五不论，二四六分明)."""
FEWEST = 100
"""Quatrains: fewer say hardly anything of how often a rule is kept."""
ALTERNATING = ((LEVEL, OBLIQUE, LEVEL), (OBLIQUE, LEVEL, OBLIQUE))
FLOOR_ENDING, CHANCE_ENDING = "_floor", "_chance"

Quatrain = Sequence[str]
"""Four lines of seven characters."""


def quatrains(text: str) -> tuple[list[Quatrain], int]:
    """The quatrains of a text of poems with empty lines between them, and how many poems of any form it has.

    What stands after the last empty line is left out, since it may break off; a text without one is one poem.
    """
    parts = text.split("\n\n")
    poems = [part.strip("\n") for part in parts[:-1] or parts]
    return [match.groups() for match in map(QUATRAIN.fullmatch, poems) if match], len(poems)


def rhyme(first: str, second: str) -> bool | None:
    """Whether two lines end in different characters that have a rhyme in common; None where one is not in the table."""
    found = rhymes_of(first[-1]), rhymes_of(second[-1])
    return first[-1] != second[-1] and not found[0].isdisjoint(found[1]) if all(found) else None


def alternate(lines: Iterable[str]) -> bool | None:
    """Whether in every line characters 2, 4 and 6 go from level to oblique and back, or the other way."""
    tones = [[tones_of(line[place]) for place in PLACES] for line in lines]
    if not all(all(line) for line in tones):
        return None
    return all(
        any(all(tone in found for tone, found in zip(pattern, line, strict=True)) for pattern in ALTERNATING)
        for line in tones
    )


def agree(first: str, second: str) -> bool | None:
    """Whether characters 2, 4 and 6 of two lines have the same tones (粘)."""
    tones = [(tones_of(first[place]), tones_of(second[place])) for place in PLACES]
    return all(not one.isdisjoint(other) for one, other in tones) if all(map(all, tones)) else None


def oppose(first: str, second: str) -> bool | None:
    """Whether characters 2, 4 and 6 of two lines have opposite tones (对)."""
    tones = [(tones_of(first[place]), tones_of(second[place])) for place in PLACES]
    return all(len(one | other) == 2 for one, other in tones) if all(map(all, tones)) else None


def both_oppose(poem: Quatrain) -> bool | None:
    """Whether the lines of both couplets have opposite tones."""
    found = oppose(*poem[:2]), oppose(*poem[2:])
    return None if None in found else all(found)


RULES: dict[str, Callable[[Quatrain], bool | None]] = {
    "rhyme_share": lambda poem: rhyme(poem[1], poem[3]),
    "first_line_rhyme_share": lambda poem: rhyme(poem[0], poem[1]),
    "tone_alternation_share": alternate,
    "tone_opposition_share": both_oppose,
    "tone_agreement_share": lambda poem: agree(poem[1], poem[2]),
}
"""What each measure asks of a quatrain: lines 2 and 4 rhyme, so does line 1 (as it may), tones alternate within each
line, are opposite within each couplet, and the same where one couplet follows the other."""
WITHIN_LINES = ("tone_alternation_share",)


def poem_metrics(written: str, held_out: str, seed: int = 0) -> dict[str, Estimate]:
    """How many of the poems that a model wrote are quatrains, and what share of these keeps each of the rules.

    That share is all there is where fewer than :data:`FEWEST` are. Beside each share stands what held-out poems get, as
    its floor, and what comes by chance: of quatrains whose lines are each taken from another of the written ones, or,
    where the rule is about single lines, whose characters are.

    Args:
        written: by the model, poems with empty lines between them.
        held_out: real poems in that form.
        seed: of the shuffles.

    Raises:
        ExplorerError: if a rule can be asked of no held-out poem.
    """
    (found, poems), (real, _) = quatrains(written), quatrains(held_out)
    metrics = {"quatrain_share": proportion(len(found), poems, "share of poems")}
    for name, rule in RULES.items() if len(found) >= FEWEST else ():
        mixed = shuffled(found, name in WITHIN_LINES, seed)
        for ending, each in (("", found), (FLOOR_ENDING, real), (CHANCE_ENDING, mixed)):
            kept = [answer for answer in map(rule, each) if answer is not None]
            metrics[name + ending] = proportion(sum(kept), len(kept), UNIT)
    return metrics


def shuffled(poems: Sequence[Quatrain], single: bool, seed: int) -> list[Quatrain]:
    """As many quatrains, each part of which comes from a poem drawn without replacement, and keeps its place.

    Args:
        poems: to be mixed.
        single: whether the parts are characters, else lines.
        seed: of the draws.
    """
    parts = np.array([[list(line) for line in poem] for poem in poems] if single else poems)
    mixed = np.random.default_rng(seed).permuted(parts, axis=0)
    return [["".join(line) for line in poem] for poem in mixed]
