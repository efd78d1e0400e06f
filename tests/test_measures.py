"""What the page knows of measures: one table, with words in both languages, for whatever ships."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

REPOSITORY = Path(__file__).parents[1]
BROWSER = REPOSITORY / "explorer" / "browser"
CHECKPOINTS = sorted((REPOSITORY / "checkpoints").glob("*/config.json"))
LANGUAGES = ("en", "zh")
SAME_IN_ALL_LANGUAGES = {"", "Hz", "p"}
FLOOR, CHANCE = "_floor", "_chance"
ROWS = "kl_per_dimension"
"""Numbers of dimensions, which are no measure of the model as a whole."""

ASK = """
import { readFileSync } from "node:fs";
import { MEASURES, baseName, measureName, measureReading, unitName } from "./measures.js";
import { createTranslator } from "./i18n.js";
const asked = JSON.parse(readFileSync(0, "utf8"));
const answers = {};
for (const language of ["en", "zh"]) {
  const t = createTranslator(JSON.parse(readFileSync(`translations/${language}.json`, "utf8")), language);
  answers[language] = asked.map(([name, unit]) => [measureName(name, t), measureReading(name, t), unitName(unit, t)]);
}
process.stdout.write(JSON.stringify({ table: MEASURES, bases: asked.map(([name]) => baseName(name)), answers }));
"""


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Every measure of every card and timeline: its units, its values, and which way the timelines call better."""
    found: dict[str, dict[str, Any]] = {}

    def tell(name: str, unit: str, values: list[float], best: str | None = None) -> None:
        entry = found.setdefault(name, {"units": set(), "values": [], "best": set()})
        entry["units"].add(unit)
        entry["values"] += values
        entry["best"] |= {best} - {None}

    for path in CHECKPOINTS:
        for name, metric in json.loads(path.read_text())["metrics"].items():
            tell(name.removesuffix(FLOOR).removesuffix(CHANCE), metric["unit"], [metric["value"]])
        timeline = path.with_name("timeline.safetensors")
        if not timeline.exists():
            continue
        with safe_open(timeline, "np") as file:
            described = json.loads((file.metadata() or {}).get("timeline", "{}"))
            for name, measure in described.get("measures", {}).items():
                if name != ROWS:
                    tell(name, measure["unit"], file.get_tensor(f"measure.{name}").tolist(), measure["best"])
    return found


@cache
def known() -> dict[str, Any]:
    """What ``measures.js`` says of them."""
    asked = json.dumps([[name, unit] for name, each in shipped().items() for unit in sorted(each["units"])])
    node = str(Path(sys.executable).with_name("node"))
    command = [node, "--input-type=module", "--eval", ASK]
    answer = subprocess.run(command, cwd=BROWSER, input=asked, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(answer))


def pairs() -> list[tuple[str, str]]:
    return [(name, unit) for name, each in shipped().items() for unit in sorted(each["units"])]


def entry_of(index: int) -> dict[str, Any]:
    return dict(known()["table"][known()["bases"][index]])


def plain(unit: str) -> str:
    """A unit without the numbers and names that stand in it in files."""
    unit = re.sub(r", K = \d+$", "", re.sub(r"^of \d+ modes$", "of modes", unit))
    return re.sub(
        r"^share of images whose [\w ]+ is named rightly$", "share of images whose attribute is named rightly", unit
    )


def test_every_shipped_measure_stands_in_the_table_with_its_unit() -> None:
    assert len(pairs()) > 50
    bases, table = known()["bases"], known()["table"]
    assert [name for (name, _), base in zip(pairs(), bases, strict=True) if base not in table] == []
    units = {name: (plain(unit), entry_of(i)["unit"]) for i, (name, unit) in enumerate(pairs())}
    assert {name: both for name, both in units.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_measure_has_a_name_a_reading_and_a_unit_in_words(language: str) -> None:
    for (name, unit), (title, reading, said) in zip(pairs(), known()["answers"][language], strict=True):
        assert title, name
        assert len(reading) > 12, name
        if language == "zh" and unit not in SAME_IN_ALL_LANGUAGES:
            assert said != unit
            assert re.search(r"[\u4e00-\u9fff]", said), said
    titles = {title for title, _, _ in known()["answers"][language]}
    assert len(titles) == len(shipped()), "two measures are called the same"


def test_directions_and_ranges_are_those_of_the_files() -> None:
    for i, (name, _) in enumerate(pairs()):
        entry, found = entry_of(i), shipped()[name]
        assert entry["best"] in ("high", "low", "real", "none")
        if entry["best"] in ("high", "low"):
            assert found["best"] <= {entry["best"]}, name
        low, high = entry.get("range", (float("-inf"), float("inf")))
        assert all(low <= value <= high for value in found["values"]), name


def test_distances_errors_and_codes_are_better_short_and_models_are_to_pass_their_tests() -> None:
    """Of what stands on cards alone, no file says which way is better."""
    best = {name: entry["best"] for name, entry in known()["table"].items()}
    short = re.compile(r".*_distance|frechet|frechet_change|mmd2|.*_error|bits_per_\w+|perplexity")
    assert {name for name, way in best.items() if way == "low"} == set(filter(short.fullmatch, best))
    assert {way for name, way in best.items() if name.endswith("_p_value")} == {"high"}


def test_what_falls_over_orders_of_magnitude_stands_on_a_logarithmic_axis() -> None:
    assert {name for name, entry in known()["table"].items() if entry.get("log")} == {"frechet", "gradient_norm"}
    assert min(value for name in ("frechet", "gradient_norm") for value in shipped()[name]["values"]) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_a_unit_stay_in_its_words(language: str) -> None:
    units = {unit: said for (_, unit), (_, _, said) in zip(pairs(), known()["answers"][language], strict=True)}
    draws = {unit: said for unit, said in units.items() if ", K = " in unit}
    modes = {unit: said for unit, said in units.items() if unit.startswith("of ")}
    assert draws
    assert all(re.findall(r"K = \d+", said) == re.findall(r"K = \d+", unit) for unit, said in draws.items())
    assert modes
    assert all(re.findall(r"\d+", said) == re.findall(r"\d+", unit) for unit, said in modes.items())


def test_no_entry_and_no_words_of_measures_are_unused() -> None:
    table = known()["table"]
    assert set(table) == set(known()["bases"])
    words = json.loads((BROWSER / "translations" / "en.json").read_text(encoding="utf-8"))
    expected = {f"measure.{name}{ending}" for name in table for ending in ("", "_reading")} | {"measure.accuracy_of"}
    assert {key for key in words if key.startswith("measure.")} == expected
    assert {key for key in words if key.startswith("measure_best.")} == {
        f"measure_best.{each}" for each in ("high", "low", "none", "real")
    }
