"""The static site: complete, and careful with what already lies where it is written."""

from __future__ import annotations

import errno
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.catalog import SHIPPED, survey
from explorer.checkpoints import read_config, write_config
from explorer.cli import app
from explorer.cli import export as module
from explorer.cli.export import write_site
from explorer.errors import ExplorerError
from explorer.families.registry import FAMILIES
from explorer.ui.files import BROWSER, plotly_js


@pytest.fixture
def one_checkpoint(tmp_path: Path) -> Path:
    """A folder of checkpoints that holds a copy of one shipped model."""
    name = survey(SHIPPED).configs[0].name
    shutil.copytree(SHIPPED / name, tmp_path / "checkpoints" / name)
    return tmp_path / "checkpoints"


def test_site_holds_page_catalogue_and_unchanged_checkpoints(tmp_path: Path) -> None:
    out = tmp_path / "site"
    result = CliRunner().invoke(app, ["export", "--out", str(out)])
    assert result.exit_code == 0
    shipped = survey(SHIPPED)
    assert str(len(shipped.configs)) in result.stdout
    catalog = json.loads((out / "catalog.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in catalog["checkpoints"]] == [config.name for config in shipped.configs]
    assert catalog["families"] == {name: family.plural for name, family in FAMILIES.items()}
    for entry, config in zip(catalog["checkpoints"], shipped.configs, strict=True):
        for file in ("config.json", *config.files):
            assert (out / entry["url"] / file).read_bytes() == (SHIPPED / config.name / file).read_bytes()
    for file in re.findall(r'(?:src|href)="(browser/[^"]+)"', (out / "index.html").read_text(encoding="utf-8")):
        assert (out / file).is_file()
    assert (out / "browser" / "plotly.min.js").read_bytes() == plotly_js().read_bytes()


def test_every_module_that_a_script_imports_is_there(tmp_path: Path, one_checkpoint: Path) -> None:
    write_site(tmp_path / "site", one_checkpoint)
    missing = []
    for script in (tmp_path / "site" / "browser").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        for target in re.findall(r"""(?:from\s+|^import\s+|[^.\w{]import\()["'](\.[^"']+)["']""", text, re.MULTILINE):
            missing += [] if (script.parent / target).is_file() else [(script.name, target)]
    assert missing == []


def test_site_holds_no_python_and_no_c(tmp_path: Path, one_checkpoint: Path) -> None:
    write_site(tmp_path / "site", one_checkpoint)
    endings = {path.suffix for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert endings <= {".html", ".js", ".css", ".json", ".wasm", ".safetensors", ".webp", ".md"}


def test_an_export_is_replaced_and_its_old_checkpoints_go(tmp_path: Path, one_checkpoint: Path) -> None:
    out = tmp_path / "site"
    write_site(out, one_checkpoint)
    (out / "checkpoints" / "gone").mkdir()
    write_site(out, one_checkpoint)
    assert not (out / "checkpoints" / "gone").exists()


@pytest.mark.parametrize("place", ["", "site/checkpoints", "site", ".."])
def test_an_export_over_its_source_is_refused_and_nothing_goes(
    tmp_path: Path, one_checkpoint: Path, place: str
) -> None:
    """The checkpoints inside the export, the export inside the checkpoints, or both the same."""
    out, checkpoints = one_checkpoint / place, one_checkpoint
    if place == "site/checkpoints":  # an earlier export, and its own checkpoints as the source
        out, checkpoints = tmp_path / "site", tmp_path / "site" / "checkpoints"
        write_site(out, one_checkpoint)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ExplorerError, match="overlaps"):
        write_site(out, checkpoints)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_export_over_what_a_link_stands_for_is_refused(tmp_path: Path, one_checkpoint: Path) -> None:
    write_site(tmp_path / "site", one_checkpoint)
    (tmp_path / "links").mkdir()
    for folder in (tmp_path / "site" / "checkpoints").iterdir():
        (tmp_path / "links" / folder.name).symlink_to(folder)
    with pytest.raises(ExplorerError, match="overlaps"):
        write_site(tmp_path / "site", tmp_path / "links")
    assert survey(tmp_path / "links").problems == {}


def test_an_export_that_fails_leaves_the_old_one_whole(
    tmp_path: Path, one_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    write_site(out, one_checkpoint)
    (out / "mine.txt").write_text("kept")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    copies = 0

    def full(source: Path, target: Path) -> None:
        nonlocal copies
        copies += 1
        if copies > 40:
            raise OSError(errno.ENOSPC, "No space left on device")
        target.write_bytes(source.read_bytes())

    monkeypatch.setattr(module.shutil, "copyfile", full)
    for place in (out, tmp_path / "new"):
        copies = 0
        with pytest.raises(OSError, match="No space left"):
            write_site(place, one_checkpoint)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in out.iterdir()) == sorted({path.relative_to(out).parts[0] for path in before})
    assert not (tmp_path / "new").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, one_checkpoint: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("precious")
    with pytest.raises(ExplorerError, match="expected a new or empty folder, or an earlier export"):
        write_site(tmp_path / "thesis", one_checkpoint)
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


def test_a_file_in_the_way_is_named(tmp_path: Path, one_checkpoint: Path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(ExplorerError, match="expected a folder, found a file"):
        write_site(tmp_path / "site", one_checkpoint)


def test_no_checkpoint_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(ExplorerError, match="expected at least one checkpoint folder"):
        write_site(tmp_path / "site", tmp_path / "none")
    assert not (tmp_path / "site").exists()


def test_a_tampered_checkpoint_is_an_error_and_nothing_is_written(tmp_path: Path, one_checkpoint: Path) -> None:
    graph = next(one_checkpoint.glob("*/graph.json"))
    graph.write_text(graph.read_text() + " ")
    with pytest.raises(ExplorerError, match=r"graph.json: expected sha256"):
        write_site(tmp_path / "site", one_checkpoint)
    assert not (tmp_path / "site").exists()


def test_a_graph_that_is_not_its_model_is_an_error_and_nothing_is_written(tmp_path: Path, one_checkpoint: Path) -> None:
    (graph,) = one_checkpoint.glob("*/graph.json")
    content = json.loads(graph.read_text())
    layers = content["graphs"]["decoder"]["layers"]
    layers.pop([layer["op"] for layer in layers].index("relu"))
    graph.write_text(json.dumps(content))
    write_config(graph.parent, read_config(graph.parent))
    with pytest.raises(ExplorerError, match=r"graph.json: graph decoder: .* the largest difference is"):
        write_site(tmp_path / "site", one_checkpoint)
    assert not (tmp_path / "site").exists()


def test_the_template_allows_no_script_but_its_own() -> None:
    policy = re.search(r'content="(default-src[^"]+)"', (BROWSER / "index.html").read_text(encoding="utf-8"))
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy[1]
