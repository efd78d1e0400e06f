"""Three hundred damaged checkpoint folders, at random by a seed: each is left out in one line, or opens."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from explorer.catalog import SHIPPED, open_checkpoint, survey
from explorer.checkpoints import sha256
from explorer.cli import app
from explorer.errors import ExplorerError
from explorer.ui.app import build
from tests.conditional_toys import conditional_toy
from tests.toys import toy_checkpoint

COUNT, SEED = 300, 13
SOURCES = ("toy", "cgan-toy", "lab-ring-sgd", "rgan-sines", "lstm-melodies", "classifier-digits", "gru-shakespeare")
MARK = "a value to be put in as text"
WRONG = [
    *(
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1",
        "2",
        '"2"',
        "2.5",
        "1e999",
        "NaN",
        "-Infinity",
        "9" * 400,
        "1" + "0" * 17,
    ),
    *(
        '""',
        '"\\ud800"',
        '"<img src=x>"',
        '"line\\nbreak"',
        f'"{"x" * 5000}"',
        "[]",
        "{}",
        "[[]]",
        '["a"]',
        "[1, 2, 3]",
    ),
    *('{"en": 1}', '{"value": "x"}', "[" * 50_000, f"[{'1,' * 400}1]", "[" * 900 + "]" * 900, '{"0": {"0": null}}'),
]
"""Values as JSON has them, or as it cannot."""
FILES = ("model.safetensors", "graph.json", "config.json", "README.md", "history.json", "map.safetensors")


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all entries of parsed JSON."""
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    found = [(*path, key) for key, _ in children]
    return found + [place for key, value in list(children) for place in places(value, (*path, key))]


def put(content: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value


def entry_replaced(folder: Path, choose: random.Random) -> None:
    content = json.loads((folder / "config.json").read_text())
    tops = choose.choice(sorted(content))
    put(content, choose.choice([(tops,), *places(content[tops], (tops,))]), MARK)
    (folder / "config.json").write_text(json.dumps(content).replace(f'"{MARK}"', choose.choice(WRONG)))


def entry_removed(folder: Path, choose: random.Random) -> None:
    content = json.loads((folder / "config.json").read_text())
    *outer, last = choose.choice(places(content))
    inner = content
    for key in outer:
        inner = inner[key]
    del inner[last]
    (folder / "config.json").write_text(json.dumps(content))


def entry_added(folder: Path, choose: random.Random) -> None:
    content = json.loads((folder / "config.json").read_text())
    content[choose.choice(["arguments", "files", "metrics", "versions"])][choose.choice(["x", "", "../x"])] = MARK
    (folder / "config.json").write_text(json.dumps(content).replace(f'"{MARK}"', choose.choice(WRONG)))


def some_file(folder: Path, choose: random.Random) -> Path:
    return folder / choose.choice([name for name in FILES if (folder / name).exists()])


def file_cut(folder: Path, choose: random.Random) -> None:
    path = some_file(folder, choose)
    data = path.read_bytes()
    path.write_bytes(data[: choose.randrange(len(data))])


def file_scrambled(folder: Path, choose: random.Random) -> None:
    path = some_file(folder, choose)
    data = bytearray(path.read_bytes())
    for _ in range(choose.choice([1, 4, 100])):
        data[choose.randrange(len(data))] = choose.randrange(256)
    path.write_bytes(data)


def header_scrambled(folder: Path, choose: random.Random) -> None:
    path = folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    for _ in range(choose.choice([1, 3])):
        data[choose.randrange(200)] = choose.choice(b'0123456789[]{},:"F')
    path.write_bytes(data)


def file_replaced(folder: Path, choose: random.Random) -> None:
    path = some_file(folder, choose)
    path.unlink()
    match choose.randrange(7):
        case 0:
            path.mkdir()
        case 1:
            os.mkfifo(path)
        case 2:
            path.symlink_to("nowhere")
        case 3:
            path.symlink_to(path.name)
        case 4:
            path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        case 5:
            path.write_text(choose.choice(WRONG))
        case _:
            pass


def weights_changed(folder: Path, choose: random.Random) -> None:
    path = folder / "model.safetensors"
    tensors = load_file(path)
    name = choose.choice(sorted(tensors))
    match choose.randrange(4):
        case 0:
            tensors[name] = tensors[name].float() * float("nan")
        case 1:
            tensors[name] = tensors[name].flatten()[:1].clone()
        case 2:
            del tensors[name]
        case _:
            tensors[name] = tensors[name].int()
    save_file(tensors, path)


def graph_changed(folder: Path, choose: random.Random) -> None:
    path = folder / "graph.json"
    content = json.loads(path.read_text())
    put(content, choose.choice(places(content)), MARK)
    path.write_text(json.dumps(content).replace(f'"{MARK}"', choose.choice(WRONG)))


DAMAGES: list[Callable[[Path, random.Random], None]] = [
    *[entry_replaced] * 8,
    *(entry_removed, entry_added, file_cut, file_scrambled, header_scrambled, file_replaced),
    *(weights_changed, graph_changed),
]


def damage(source: Path, folder: Path, choose: random.Random) -> None:
    """A copy of a checkpoint with one damage, half of them with hashes that agree: by a hostile author."""
    folder.mkdir()
    for path in source.iterdir():
        if path.name == "config.json":
            content = json.loads(path.read_text())
            (folder / "config.json").write_text(json.dumps({**content, "name": folder.name}))
        elif path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    choose.choice(DAMAGES)(folder, choose)
    if choose.random() < 0.5:
        try:
            content = json.loads((folder / "config.json").read_text())
            hashes = {name: sha256(folder / name) for name in content["files"] if (folder / name).is_file()}
            (folder / "config.json").write_text(json.dumps({**content, "files": hashes}))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            pass  # there is no longer a configuration to put them into


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = tmp_path_factory.mktemp("whole")
    toy_checkpoint(whole / "toy")
    conditional_toy(whole / "cgan-toy")
    folder = tmp_path_factory.mktemp("damaged")
    choose = random.Random(SEED)
    for number in range(COUNT):
        name = SOURCES[number % len(SOURCES)]
        source = whole / name if (whole / name).exists() else SHIPPED / name
        damage(source, folder / f"damaged-{number}", choose)
    toy_checkpoint(folder / "good")
    return folder


def is_one_line(message: str) -> bool:
    return 0 < len(message) <= 300 and message.isprintable()


def test_each_is_left_out_in_one_line_or_opens(damaged: Path) -> None:
    found = survey(damaged)
    names = [config.name for config in found.configs]
    assert "good" in names
    assert len(names) + len(found.problems) == sum(os.path.lexists(each / "config.json") for each in damaged.iterdir())
    assert len(found.problems) > COUNT / 2
    assert all(map(is_one_line, found.problems.values()))
    refused = [str(error) for error in map(refusal, (damaged / name for name in names)) if error]
    assert all(map(is_one_line, refused))


def refusal(folder: Path) -> ExplorerError | None:
    """Why a folder does not open, though its files are as its configuration says: a number that is none."""
    try:
        open_checkpoint(folder)
    except ExplorerError as error:
        return error
    return None


def test_what_serves_is_served_and_the_rest_is_said(damaged: Path) -> None:
    with TestClient(build(damaged)) as client:
        catalogue = client.get("/catalog.json")
        assert catalogue.status_code == 200
        for entry in catalogue.json()["checkpoints"]:
            assert client.get(f"/{entry['url']}config.json").status_code == 200
            assert client.get(f"/{entry['url']}model.safetensors").status_code == 200
            assert client.post(f"/api/decode/{entry['name']}", content=bytes(12)).status_code < 500
        for problem in catalogue.json()["problems"]:
            assert client.get(f"/checkpoints/{problem['name']}/config.json").status_code == 404
            assert client.post(f"/api/decode/{problem['name']}", content=bytes(12)).status_code in (404, 409)


def test_the_list_has_what_serves_and_names_the_rest(damaged: Path) -> None:
    result = CliRunner().invoke(app, ["list", "--checkpoints", str(damaged)])
    assert result.exception is None
    found = survey(damaged)
    assert [line.split()[0] for line in result.stdout.splitlines()] == sorted(each.name for each in found.configs)
    assert result.stderr.splitlines() == [f"left out: {message}" for message in found.problems.values()]
