"""The model of Tang poems that ships: what it has learnt of their form, and which units tell of it."""

from __future__ import annotations

import json
from pathlib import Path

from explorer.checkpoints import read_config, read_header, read_tensors
from explorer.datasets.texts.pingshui import tones_of
from explorer.metrics.poems import QUATRAIN, RULES, poem_metrics
from explorer.probes.marks import MARKS
from explorer.training.language.analysis import TITLES
from explorer.training.language.poems import only_tones, verse_metrics, verse_remark

FOLDER = Path(__file__).parents[1] / "checkpoints" / "lstm-tang"
VERSE = ("couplet_position", "verse_position", "second_verse", "rhyme_place", "oblique_tone")


def test_it_keeps_the_tones_and_hardly_rhymes() -> None:
    metrics = read_config(FOLDER).metrics
    assert {name for name in metrics if name.removesuffix("_floor").removesuffix("_chance") in RULES} == {
        f"{name}{end}" for name in RULES for end in ("", "_floor", "_chance")
    }
    assert metrics["quatrain_share"]["count"] >= 1000
    assert metrics["quatrain_share"]["value"] > 0.98
    assert metrics["rhyme_share"]["value"] < 0.1 < 0.95 < metrics["rhyme_share_floor"]["value"]
    for name in ("tone_alternation_share", "tone_opposition_share", "tone_agreement_share"):
        assert metrics[name]["low"] > metrics[f"{name}_chance"]["high"]
        assert abs(metrics[name]["value"] - metrics[f"{name}_floor"]["value"]) < 0.05
    assert only_tones(metrics)
    said = verse_remark(metrics)
    assert "It has learnt the pattern of tones (格律), and hardly to rhyme (押韵)." in said
    assert said in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_a_model_that_rhymes_is_not_said_to_know_tones_alone() -> None:
    metrics = read_config(FOLDER).metrics
    assert not only_tones({**metrics, "rhyme_share": metrics["rhyme_share_floor"]})
    assert not only_tones({**metrics, "tone_alternation_share": metrics["tone_alternation_share_chance"]})
    assert verse_remark({}) == ""


def test_its_vocabulary_has_tones() -> None:
    vocabulary = read_config(FOLDER).arguments["vocabulary"][3:]
    assert sum(bool(tones_of(character)) for character in vocabulary) > 0.95 * len(vocabulary)


def test_some_unit_tells_each_mark_of_verse_better_than_chance() -> None:
    found = json.loads(read_header(FOLDER / "marks.safetensors")[1]["marks"])["marks"]
    scores = read_tensors(FOLDER / "marks.safetensors")
    for name in VERSE:
        middle = 0.5 if found[name]["kind"] == "binary" else 0
        strength = (scores[f"score.{name}"] - middle).abs().max().item()
        assert found[name]["chance"] < 0.1
        assert strength > 0.4, name


def test_every_mark_has_a_title() -> None:
    assert set(TITLES) == set(MARKS)


def test_texts_without_quatrains_are_not_measured_as_verse() -> None:
    config = read_config(FOLDER)
    page = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))["page"]
    assert verse_metrics(None, "No verse.\n\nNone.\n") == {}  # type: ignore[arg-type]
    assert QUATRAIN.search(page)
    assert poem_metrics(page, page)["rhyme_share"].value > 0.9
    assert config.metrics["rhyme_share"]["unit"] == poem_metrics(page, page)["rhyme_share"].unit
