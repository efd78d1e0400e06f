"""A family is added as docs/adding-a-family.md says, in a copy of the package: its code, one line of a list, a model.

The copy is then used as a visitor uses it: listed, sampled, evaluated, exported, and opened in the page.
"""

from __future__ import annotations

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
from conftest import REPOSITORY
from PIL import Image
from playwright.sync_api import Page, expect
from site_server import Site

NAME, FAMILY = "pattern-digits-2d", "pattern"
REGISTRY = Path("families") / "registry.py"
DRIVER = """
import runpy, sys
from pathlib import Path

import torch

import explorer
from explorer import datasets
from tests.training.toy_run import toy_split

assert Path(explorer.__file__).is_relative_to(Path(__file__).parent), explorer.__file__
torch.set_num_threads(1)
datasets.load = lambda name, split: toy_split()
if sys.argv[1].endswith(".py"):
    runpy.run_path(sys.argv[1], run_name="__main__")
else:
    from explorer.cli import main

    main()
"""
"""Runs a script, or a command, of the copy; toy images stand for the data set."""
Run = Callable[..., str]


def blocks() -> list[str]:
    """The pieces of code in the document, in order: the module, its line in the list, the script that makes a model."""
    text = (REPOSITORY / "docs" / "adding-a-family.md").read_text(encoding="utf-8")
    found = [dedent(piece) for piece in re.findall(r"^ *```python\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)]
    assert len(found) == 3
    return found


def registered(text: str, line: str) -> str:
    """The list of families with the new one in front of the last, and its module imported."""
    text, imports = re.subn(r"^(from explorer\.families import )", rf"\g<1>{FAMILY}, ", text, flags=re.MULTILINE)
    text, entries = re.subn(r"^( +)(classifier\.FAMILY,\n)", rf"\g<1>{line}\g<1>\g<2>", text, flags=re.MULTILINE)
    assert (imports, entries) == (1, 1)
    return text


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with the new family."""
    root = tmp_path_factory.mktemp("adding")
    package = root / "explorer"
    shutil.copytree(REPOSITORY / "explorer", package, ignore=shutil.ignore_patterns("__pycache__"))
    module, line, script = blocks()
    (package / "families" / f"{FAMILY}.py").write_text(module, encoding="utf-8")
    (package / REGISTRY).write_text(registered((package / REGISTRY).read_text(), line))
    (root / "make_pattern.py").write_text(script, encoding="utf-8")
    (root / "driver.py").write_text(DRIVER)
    return root


@pytest.fixture(scope="module")
def run(copy: Path) -> Run:
    """Runs a command of the copy, or its script; returns what it said."""

    def run(*words: object) -> str:
        path = os.pathsep.join(map(str, (copy, REPOSITORY)))
        done = subprocess.run(
            [sys.executable, "driver.py", *map(str, words)],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("make_pattern.py")
    return run


def test_one_file_of_what_there_was_is_changed(copy: Path) -> None:
    files = {path.relative_to(REPOSITORY / "explorer") for path in (REPOSITORY / "explorer").rglob("*.*")}
    kept = [path for path in files if "__pycache__" not in path.parts and (REPOSITORY / "explorer" / path).is_file()]
    assert len(kept) > 300
    changed = [
        path
        for path in kept
        if not filecmp.cmp(REPOSITORY / "explorer" / path, copy / "explorer" / path, shallow=False)
    ]
    assert changed == [REGISTRY]


def test_it_is_listed(run: Run) -> None:
    said = run("list", "--checkpoints", "runs")
    assert said.startswith(NAME)
    assert f" {FAMILY} " in said
    assert "8×8×1" in said
    assert "2 dimensions" in said


def test_it_is_sampled(run: Run, copy: Path) -> None:
    run("sample", NAME, "--checkpoints", "runs", "--count", 4, "--out", "sheet.png")
    with Image.open(copy / "sheet.png") as picture:
        assert min(picture.size) >= 16
        assert np.ptp(np.asarray(picture)) > 0
    again = run("sample", NAME, "--checkpoints", "runs", "--count", 4, "--json")
    assert run("sample", NAME, "--checkpoints", "runs", "--count", 4, "--json") == again


def test_it_is_evaluated(run: Run, copy: Path) -> None:
    found = json.loads(run("evaluate", NAME, "--checkpoints", "runs", "--count", 40, "--write", "--json"))
    metrics = found["metrics"]
    assert metrics["importance_weighted_bound"]["value"] >= metrics["elbo"]["value"]
    assert metrics["elbo"]["count"] == 40
    assert metrics["mean_squared_error"]["high"] < 0.1  # it has learnt where the square is
    card = (copy / "runs" / NAME / "README.md").read_text(encoding="utf-8")
    assert "One hidden layer: soft pictures" in card
    assert card.count("| elbo |") == 1


def test_it_is_exported_and_opened_in_the_page(run: Run, copy: Path, site: Site, page: Page) -> None:
    assert "1 checkpoints" in run("export", "--checkpoints", "runs", "--out", "site")
    catalog = json.loads((copy / "site" / "catalog.json").read_text(encoding="utf-8"))
    assert catalog["families"][FAMILY] == {"en": "Pattern models", "zh": "图案模型"}
    address = site.mount("adding", copy / "site")
    for language, words in catalog["families"][FAMILY].items():
        page.goto(f"{address}?lang={language}&model={NAME}")
        expect(page.locator(".sheet .tile").first).to_be_visible()
        expect(page.locator("#explorer-model optgroup")).to_have_attribute("label", words)
        expect(page.locator("#explorer-model")).to_have_value(NAME)
        expect(page.locator(".messages .message")).to_have_count(0)
    assert page.get_by_role("tab").count() == 2
    page.get_by_role("tab", name="潜空间").click()
    expect(page.get_by_role("tab", selected=True)).to_have_text("潜空间")
    expect(page.locator(".view canvas").first).to_be_visible()
