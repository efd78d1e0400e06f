"""README and docs/ are short where they must be, lead somewhere, and say what checkpoints and registries hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import names as benchmarks
from explorer.catalog import SHIPPED, checkpoints
from explorer.checkpoints import read_json
from explorer.datasets import every_dataset

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
DOCUMENTS = [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]
LONGEST = {"README.md": 150, "docs/architecture.md": 150}
"""Lines that a reader is asked for at first."""
LINK = re.compile(r"!?\[[^]]*\]\(([^)#]+)\)")
NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?(?: %)?")
"""A value as a table says it, with its sign."""
COUNT = re.compile(r"([\d,]+) (?:images|characters)")
BRACKETS = re.compile(r"\[[^]]*\]|\([^)]*\)")
"""Intervals, and floors with theirs."""
P_VALUE = re.compile(r"p (?:= [\d.]+|[\d.]+ to [\d.]+)")
"""Of one test, or the range over several."""
INTERVAL = re.compile(rf"({NUMBER.pattern}) \[({NUMBER.pattern}), ({NUMBER.pattern})\]")
"""A value with its 95 % interval; in per cent where the value is."""
METRICS = {
    "ELBO": "elbo",
    "reconstruction": "reconstruction",
    "KL": "kl",
    "mean squared error": "mean_squared_error",
    "mutual information gap": "mutual_information_gap",
    "disentanglement": "disentanglement",
    "Fréchet": "frechet",
    "precision": "precision",
    "recall": "recall",
    "MMD²": "mmd2",
    "longest copied run": "longest_copied_run",
}
"""What a table calls a metric, which it says as ``value [low, high] (floor [low, high])``.

Only what has no interval is said without one, and the floor may be left out.
"""
BOUNDS = ("value", "low", "high")
NAMES = [config.name for config in checkpoints()]


def rows(document: str) -> list[list[str]]:
    """The cells of all rows of a page's tables, heads left out."""
    lines = (DOCS / document).read_text(encoding="utf-8").splitlines()
    bodies = [line for before, line in pairwise(lines) if before.startswith("|") and line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in bodies]


def bullets(document: str) -> list[str]:
    """The items of all lists of a page, a line each."""
    text = (DOCS / document).read_text(encoding="utf-8")
    return [" ".join(part.split()) for part in re.findall(r"^- ((?:.+\n)+?)(?=- |\n|\Z)", text, re.MULTILINE)]


def first_name(text: str) -> str:
    """What is quoted first."""
    return re.findall(r"`([^`]+)`", text)[0]


def quoted(cell: str) -> str:
    found = re.findall(r"`([^`]+)`", cell)
    assert len(found) == 1, cell
    return str(found[0])


def measured(config: dict[str, Any]) -> Iterator[float]:
    """Every number that a model's config has of its metrics, and its negative: bounds are said of a loss, too."""
    for entry in config["metrics"].values():
        for key in ("value", "low", "high"):
            yield from (entry[key], -entry[key])


def said(text: str, value: float) -> bool:
    """Whether a text is a value, rounded to as many decimals as it gives."""
    percent, digits = text.endswith(" %"), text.removesuffix(" %").replace("−", "-")
    decimals = len(digits.partition(".")[2])
    return float(digits) == round(100 * value if percent else value, decimals)


@pytest.mark.parametrize("document", LONGEST)
def test_what_is_read_first_is_short(document: str) -> None:
    assert len((REPOSITORY / document).read_text(encoding="utf-8").splitlines()) <= LONGEST[document]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert not [link for link in links if not (document.parent / link).exists()]
    assert links or document.name != "README.md"


def test_readme_leads_to_every_page_and_shows_every_picture() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    pages = [path.relative_to(REPOSITORY).as_posix() for path in (*DOCS.glob("*.md"), *DOCS.glob("pictures/*"))]
    linked = text + (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert not [page for page in pages if page not in linked]


def test_decisions_are_numbered_one_by_one() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").iterdir())
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_model_that_ships_is_named_and_no_other() -> None:
    patterns = [quoted(name) for name, *_ in rows("models.md") if name.startswith("`")]
    assert all(any(fnmatch(name, pattern) for name in NAMES) for pattern in patterns)
    assert sorted(name for name in NAMES for pattern in patterns if fnmatch(name, pattern)) == sorted(NAMES)


@pytest.mark.parametrize("row", [row for row in rows("models.md") if "*" not in row[0]], ids=lambda row: row[0])
def test_what_is_said_of_a_model_is_what_was_measured(row: list[str]) -> None:
    name, _, steps, minutes, held_out = row
    config = read_json(SHIPPED / quoted(name) / "config.json")
    training, metrics, values = config["training"], config["metrics"], list(measured(config))
    assert int(steps.replace(",", "")) == training["steps"]
    assert int(minutes) == round(training["seconds"] / 60)
    numbers = NUMBER.findall(COUNT.sub("", held_out))
    assert numbers
    assert not [each for each in numbers if not any(said(each, value) for value in values)]
    for words, metric in METRICS.items():
        value = rf"({NUMBER.pattern})"
        said_so = rf"{value}(?: \[{value}, {value}\])?"
        for found in re.findall(rf"{words} {said_so}(?: \w+)?(?: \({said_so}\))?", held_out):
            meant = [metrics[metric][key] for key in BOUNDS]
            meant += [metrics[f"{metric}_floor"][key] if found[3] else None for key in BOUNDS]
            assert all(said(text, each) for text, each in zip(found, meant, strict=True) if text), (words, found)
    counts = {entry["count"] for entry in metrics.values()}
    assert {int(count.replace(",", "")) for count in COUNT.findall(held_out)} <= counts


@pytest.mark.parametrize("row", [row for row in rows("models.md") if "*" not in row[0]], ids=lambda row: row[0])
def test_no_figure_of_a_table_stands_without_its_interval(row: list[str]) -> None:
    metrics = read_json(SHIPPED / quoted(row[0]) / "config.json")["metrics"]
    exact = [entry["value"] for entry in metrics.values() if entry["low"] == entry["high"]]
    text = P_VALUE.sub("", COUNT.sub("", row[-1]))
    outside = BRACKETS.sub(lambda part: "·" * len(part[0]), text)
    bare = [found[0] for found in NUMBER.finditer(outside) if not text[found.end() :].startswith(" [")]
    assert not [number for number in bare if not any(said(number, value) for value in exact)]


@pytest.mark.parametrize("part", [part for part in bullets("models.md") if INTERVAL.search(part)], ids=first_name)
def test_what_a_bullet_says_with_an_interval_is_a_metric_of_a_model_that_it_names(part: str) -> None:
    names = [name for name in re.findall(r"`([^`]+)`", part) if name in NAMES]
    entries = [entry for name in names for entry in read_json(SHIPPED / name / "config.json")["metrics"].values()]
    for texts in INTERVAL.findall(part):
        percent = " %" if texts[0].endswith(" %") else ""
        numbers = [text if text.endswith(percent) else text + percent for text in texts]
        # A loss is the negative of a gain, whose bounds change places.
        mirrored = [{"value": -each["value"], "low": -each["high"], "high": -each["low"]} for each in entries]
        assert any(
            all(said(text, entry[key]) for text, key in zip(numbers, BOUNDS, strict=True))
            for entry in entries + mirrored
        ), texts


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_how_long_its_training_took(name: str) -> None:
    training = read_json(SHIPPED / name / "config.json")["training"]
    said = re.findall(r"^(\d+) steps in (\d+) s on ", (SHIPPED / name / "README.md").read_text(encoding="utf-8"), re.M)
    assert said == [(str(training["steps"]), f"{training['seconds']:.0f}")]


def test_the_labs_runs_took_as_long_as_is_said() -> None:
    (row,) = (row for row in rows("models.md") if "*" in row[0])
    names = [name for name in NAMES if fnmatch(name, quoted(row[0]))]
    seconds = [read_json(SHIPPED / name / "config.json")["training"]["seconds"] for name in names]
    count, shortest, longest = re.findall(r"\d+", f"{row[1]} {row[-1]}")
    assert (int(count), int(shortest), int(longest)) == (len(names), round(min(seconds)), round(max(seconds) / 60))


def test_every_data_set_is_named_with_its_licence_and_no_other() -> None:
    named = {quoted(name): licence for name, _, licence, _ in rows("data.md")}
    assert named == {name: dataset.licence for name, dataset in every_dataset().items()}


def test_every_measurement_names_a_benchmark_that_there_is() -> None:
    commands = re.findall(r"`python -m benchmarks ([^`]+)`", (DOCS / "measured.md").read_text(encoding="utf-8"))
    assert sorted(commands) == benchmarks()
