"""docs/format.md names every family, file, view and layer that there is, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

from explorer.checkpoints import COMMON, FILES
from explorer.cli.quantised import REPORT, WEIGHTS
from explorer.families.registry import FAMILIES
from explorer.graph.interpreter import OPS
from explorer.protocols import CAPABILITIES

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "docs" / "format.md").read_text(encoding="utf-8")
REGISTRY = REPOSITORY / "explorer" / "browser" / "page" / "registry.js"
BESIDE = {"catalog.json", "run.json", "history.jsonl", WEIGHTS, REPORT}
"""Files that are described there and are in no checkpoint folder."""


def rows(first: str) -> list[list[str]]:
    """The cells of the table whose head begins with ``first``."""
    match = re.search(rf"^\| {first} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert match is not None, first
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in match[1].splitlines()]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def views() -> list[tuple[str, list[str]]]:
    """Id and needs of each view, as the page's registry has them."""
    script = REGISTRY.read_text(encoding="utf-8")
    entries = re.findall(r'\bid: "(\w+)",.*?\bneeds: (\[(?:[^][]|\[[^]]*\])*\])', script, re.DOTALL)
    return [(name, re.findall(r'"(\w+)"', needs)) for name, needs in entries]


def test_every_file_is_named_and_no_other() -> None:
    assert sorted(name for row in rows("file") for name in quoted(row[0])) == sorted(FILES)
    assert [quoted(row[0])[0] for row in rows("file")][: len(COMMON)] == list(COMMON)


def test_every_family_is_named_with_its_files_and_no_other() -> None:
    named = [(*quoted(row[0]), row[1], quoted(row[2])) for row in rows("family")]
    assert named == [(name, family.plural["en"], list(family.files)) for name, family in FAMILIES.items()]


def test_every_view_is_named_with_what_it_needs_and_no_other() -> None:
    found = views()
    assert {"sample", "latent", "gates", "lab", "training"} <= {name for name, _ in found}
    assert [(*quoted(row[0]), quoted(row[1])) for row in rows("view")] == found


def test_every_layer_is_named_and_no_other() -> None:
    assert sorted(name for row in rows("op") for name in quoted(row[0])) == sorted(OPS)


def test_every_capability_that_a_view_needs_is_one() -> None:
    assert {need for _, needs in views() for need in needs} <= {*CAPABILITIES, "Timeline", "Follows"}


def test_no_unknown_file_is_spoken_of() -> None:
    spoken = set(re.findall(r"`([\w-]+\.(?:safetensors|jsonl?|webp|md))`", TEXT))
    assert spoken - {*FILES, *BESIDE} == set()
    assert spoken >= BESIDE
