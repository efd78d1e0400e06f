"""Folders as systems have them: odd names, links, the Hub's cache, another user's files, clones with other ends."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from explorer.catalog import SHIPPED, find, open_checkpoint, survey
from explorer.checkpoints import CheckpointError, sha256
from explorer.cli import app
from explorer.errors import LONGEST, ExplorerError, one_line
from explorer.ui.app import build
from tests.toys import toy_checkpoint

ROOT = Path(__file__).resolve().parent.parent
NAMES = [
    "a#b",
    "a?b",
    "100%25",
    "%2e%2e",
    "back\\slash",
    "a b",
    "'quoted\"",
    "&amp;",
    "两个",
    "é😀",
    "x" * 200,
    "+",
    "~",
]
NOBODY = 65534


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_checkpoint(tmp_path_factory.mktemp("checkpoints") / "toy")


def renamed(toy: Path, folder: Path) -> Path:
    """A copy of the toy under the name of ``folder``."""
    shutil.copytree(toy, folder)
    text = (toy / "config.json").read_text()
    name = folder.name.replace("\\", "\\\\").replace('"', '\\"')
    (folder / "config.json").write_text(text.replace('"name": "toy"', f'"name": "{name}"', 1))
    return folder


@contextmanager
def another_user() -> Iterator[None]:
    """As a user who may read only what everyone may."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_names_of_any_characters_are_served_under_their_address(toy: Path, tmp_path: Path) -> None:
    for name in NAMES:
        renamed(toy, tmp_path / name)

    async def serve() -> None:
        transport = httpx.ASGITransport(build(tmp_path))  # starlette's client would decode addresses twice
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            entries = (await client.get("/catalog.json")).json()["checkpoints"]
            assert sorted(entry["name"] for entry in entries) == sorted(NAMES)
            for entry in entries:
                served = await client.get(f"/{entry['url']}model.safetensors")
                assert served.content == (toy / "model.safetensors").read_bytes(), entry

    with ThreadPoolExecutor(1) as other:  # this thread has a loop already where browser tests ran before
        other.submit(lambda: asyncio.run(serve())).result()


def test_an_export_of_any_name_is_found_under_its_address(toy: Path, tmp_path: Path) -> None:
    renamed(toy, tmp_path / "checkpoints" / "a#b")
    result = CliRunner().invoke(
        app, ["export", "--out", str(tmp_path / "site"), "--checkpoints", str(tmp_path / "checkpoints")]
    )
    assert result.exception is None
    assert (tmp_path / "site" / "checkpoints" / "a#b" / "config.json").is_file()
    assert '"url": "checkpoints/a%23b/"' in (tmp_path / "site" / "catalog.json").read_text()


def test_a_name_that_is_no_text_is_left_out_in_words(toy: Path, tmp_path: Path) -> None:
    shutil.copytree(toy, tmp_path / "toy")
    shutil.copytree(toy, tmp_path / os.fsdecode(b"b\xff"))
    shutil.copytree(toy, tmp_path / "two\nlines")
    with TestClient(build(tmp_path)) as client:
        catalogue = client.get("/catalog.json").json()
    assert [entry["name"] for entry in catalogue["checkpoints"]] == ["toy"]
    assert [problem["name"] for problem in catalogue["problems"]] == ["b\ufffd", "two lines"]
    assert all("expected name" in problem["message"] for problem in catalogue["problems"])
    result = CliRunner().invoke(app, ["list", "--checkpoints", str(tmp_path)])
    assert (result.exception, result.stdout.split()[0], result.stderr.count("\n")) == (None, "toy", 2)


def test_links_and_the_hub_s_cache_are_followed(toy: Path, tmp_path: Path) -> None:
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "0123abc"
    blobs.mkdir()
    (snapshot / "toy").mkdir(parents=True)
    for path in toy.iterdir():
        blob = blobs / sha256(path)
        shutil.copyfile(path, blob)
        (snapshot / "toy" / path.name).symlink_to(Path("../../..") / "blobs" / blob.name)
    linked = renamed(toy, tmp_path / "elsewhere" / "linked")
    (snapshot / "linked").symlink_to(linked)
    with TestClient(build(snapshot)) as client:
        entries = client.get("/catalog.json").json()["checkpoints"]
        assert [entry["name"] for entry in entries] == ["linked", "toy"]
        for entry in entries:
            for name in ("config.json", "model.safetensors", "thumbnails.webp"):
                served = client.get(f"/{entry['url']}{name}")
                assert (served.status_code, served.content) == (200, (snapshot / entry["name"] / name).read_bytes())


def test_a_link_to_nowhere_or_in_a_circle_is_left_out(toy: Path, tmp_path: Path) -> None:
    shutil.copytree(toy, tmp_path / "toy")
    for name, target in (("gone", "nowhere"), ("circle", "config.json")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").symlink_to(target)
    (tmp_path / "self").symlink_to("self")
    found = survey(tmp_path)
    assert [config.name for config in found.configs] == ["toy"]
    assert sorted(found.problems) == ["circle", "gone"]


def test_files_of_another_user_are_left_out(toy: Path, open_folder: Path) -> None:
    for name in ("good", "config", "weights", "closed"):
        renamed(toy, open_folder / name)
    for path in open_folder.rglob("*.safetensors"):
        path.chmod(0o644)
    (open_folder / "config" / "config.json").chmod(0)
    (open_folder / "weights" / "model.safetensors").chmod(0)
    (open_folder / "closed").chmod(0)
    with another_user():
        found = survey(open_folder)
        result = CliRunner().invoke(app, ["list", "--checkpoints", str(open_folder)])
    (open_folder / "closed").chmod(0o755)
    assert [config.name for config in found.configs] == ["good"]
    assert sorted(found.problems) == ["closed", "config", "weights"]
    assert all("cannot be read (Permission denied)" in message for message in found.problems.values())
    assert result.exception is None
    assert result.stdout.startswith("good ")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "graph.json", "map.safetensors"])
def test_a_pointer_of_git_lfs_is_named(toy: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "toy"))
    (folder / name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    with pytest.raises(CheckpointError, match=rf"toy/{name}: is a Git LFS pointer.*git lfs pull"):
        open_checkpoint(folder)


def test_a_clone_that_would_change_line_ends_keeps_bytes(tmp_path: Path) -> None:
    source, clone = tmp_path / "source", tmp_path / "clone"
    for name in ("lstm-tang", "vae-digits-2d"):
        shutil.copytree(SHIPPED / name, source / "checkpoints" / name)
    shutil.copyfile(ROOT / ".gitattributes", source / ".gitattributes")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a", "-c", "core.autocrlf=false"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, "-C", str(source), *words], check=True)
    subprocess.run(["git", "clone", "-q", "-c", "core.autocrlf=true", str(source), str(clone)], check=True)
    found = survey(clone / "checkpoints")
    assert (len(found.configs), found.problems) == (2, {})


def test_a_message_is_one_short_line_whatever_it_quotes() -> None:
    for quoted in ("x" * 5000, "two\r\n  lines\u2028three", "bell\a escape\x1b[31m", "\ud800", "", "汉字"):
        message = str(ExplorerError(f"the beginning {quoted} the end"))
        assert len(message) <= LONGEST < 300
        assert re.fullmatch(r"the beginning .* the end", message)
        assert message.isprintable()
        message.encode()
    assert one_line("two  spaces stay") == "two  spaces stay"


def test_an_unknown_name_of_any_length_still_lists_the_known(toy: Path) -> None:
    with pytest.raises(CheckpointError, match="there are: toy"):
        find("x" * 5000, toy.parent)
