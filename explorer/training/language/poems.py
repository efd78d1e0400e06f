"""What a character model of poems is measured by beside its bits: whether what it writes rhymes and keeps the tones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.families.recurrent import LanguageModel
from explorer.metrics.poems import CHANCE_ENDING, FLOOR_ENDING, poem_metrics, quatrains
from explorer.probes.writing import write
from explorer.traces.measures import Estimate

WRITTEN, SEED = 36_000, 0
"""Characters, about a thousand quatrains: what ``explorer sample NAME --count 36000 --seed 0 --prompt ""`` writes."""
RULES = {
    "rhyme_share": "lines 2 and 4 rhyme",
    "first_line_rhyme_share": "lines 1 and 2 rhyme",
    "tone_alternation_share": "level and oblique tones alternate in all four lines",
    "tone_opposition_share": "tones are opposite within both couplets",
    "tone_agreement_share": "tones of lines 2 and 3 are the same",
}


def verse_metrics(model: LanguageModel, held_out: str) -> dict[str, Estimate]:
    """The measures of :mod:`explorer.metrics.poems`; none where the held-out text has no quatrain."""
    if not quatrains(held_out)[0]:
        return {}
    return poem_metrics(write(model, "", WRITTEN, SEED).text, held_out)


def only_tones(metrics: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether tones alternate as often as in real poems, as far as can be told, and less than half as many rhyme."""
    rhyme, tones = "rhyme_share", "tone_alternation_share"
    return bool(
        metrics[tones]["high"] >= metrics[tones + FLOOR_ENDING]["low"]
        and metrics[rhyme]["high"] < metrics[rhyme + FLOOR_ENDING]["low"] / 2
    )


def verse_remark(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """What a card says of them; empty where there are none."""
    if "rhyme_share" not in metrics:
        return ""

    def share(name: str) -> str:
        value, floor, chance = (metrics[name + ending]["value"] for ending in ("", FLOOR_ENDING, CHANCE_ENDING))
        return f"{value:.1%} (held-out poems {floor:.1%}, by chance {chance:.1%})"

    form = metrics["quatrain_share"]
    sentences = [
        f"Of {form['count']:,} poems that it wrote, {form['value']:.1%} are quatrains. Of these, "
        + "; ".join(f"{words}: {share(name)}" for name, words in RULES.items())
        + ".",
        "It has learnt the pattern of tones (格律), and hardly to rhyme (押韵)." if only_tones(metrics) else "",
        "Rhymes and tones are by 平水韵, tones those of characters 2, 4 and 6; poems with a character there that its "
        "table lacks are left out. Chance is lines, or for tones within a line characters, from different poems of its "
        "own.",
    ]
    return " ".join(filter(None, sentences))
