"""Routes of runs that still train: what a half-written folder gives, and what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from fastapi import FastAPI
from fastapi.testclient import TestClient

from explorer.catalog import Survey
from explorer.checkpoints import write_tensors
from explorer.ui import runs as module
from explorer.ui.files import file_routes
from explorer.ui.runs import Runs, run_routes

DESCRIPTION: dict[str, Any] = {
    "format": 1,
    "name": "gan",
    "title": {"en": "A GAN", "zh": "一个 GAN"},
    "family": "gan",
    "image": {"channels": 1, "height": 8, "width": 8},
    "latent_size": 3,
    "condition": None,
    "total": 100,
    "tile": {"height": 8, "width": 8, "columns": 3, "count": 6},
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder with two rows and one moment."""
    folder = tmp_path / "runs" / "gan"
    (folder / "state" / "moments").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(DESCRIPTION))
    (folder / "history.jsonl").write_text('{"step": 10, "loss": 1.5}\n{"step": 20, "loss": NaN}\n')
    write_tensors(folder / "state" / "moments" / "00000010.safetensors", {"samples": torch.zeros(4, dtype=torch.uint8)})
    return folder


@pytest.fixture
def client(run: Path) -> Iterator[TestClient]:
    followed = Runs(run.parent)
    app = FastAPI()
    app.include_router(run_routes(followed))
    app.include_router(file_routes(Survey(run.parent, (), {}), "version", followed))
    with TestClient(app) as client:
        yield client


def test_the_catalogue_lists_runs_that_train(client: TestClient, run: Path) -> None:
    (entry,) = client.get("/catalog.json").json()["checkpoints"]
    assert entry["name"] == "runs/gan"
    assert entry["url"] == "runs/gan/"
    assert entry["title"] == {"en": "A GAN · training now", "zh": "一个 GAN · 训练中"}
    assert entry["capabilities"] == ["Follows"]
    (run / "config.json").write_text("{}")
    (entry,) = client.get("/catalog.json").json()["checkpoints"]
    assert entry["title"]["en"] == "A GAN · finished"


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"name": "other"},
        {"title": "A GAN"},
        {"image": None},
        {"latent_size": 0},
        {"total": True},
        {"tile": {"height": 8}},
    ],
)
def test_a_broken_description_is_named_and_hides_no_other_run(
    client: TestClient, run: Path, changes: dict[str, Any]
) -> None:
    good = run.parent / "good"
    good.mkdir()
    (good / "run.json").write_text(json.dumps({**DESCRIPTION, "name": "good"}))
    (run / "run.json").write_text(json.dumps({**DESCRIPTION, **changes}))
    catalogue = client.get("/catalog.json").json()
    assert [entry["name"] for entry in catalogue["checkpoints"]] == ["runs/good"]
    (problem,) = catalogue["problems"]
    assert problem["name"] == "gan"
    assert f"gan/run.json: the entry {next(iter(changes))}" in problem["message"]
    assert client.get("/runs/gan/run.json").status_code == 409


def replace(path: Path, content: str | None) -> None:
    """Put a file of that content in the place of a file; None puts a directory, "fifo" what nobody writes to."""
    path.unlink()
    if content is None:
        path.mkdir()
    elif content == "fifo":
        os.mkfifo(path)
    else:
        path.write_text(content)


STRANGE = {
    "directory": None,
    "fifo": "fifo",
    "surrogate": json.dumps({**DESCRIPTION, "title": {"en": "\ud800", "zh": "x"}}),
    "digits": json.dumps(DESCRIPTION).replace('"total": 100', f'"total": {"9" * 400}'),
    "endless": json.dumps(DESCRIPTION).replace('"total": 100', '"total": 1e999'),
    "constant": json.dumps(DESCRIPTION).replace('"condition": null', '"condition": NaN'),
    "nested": json.dumps(DESCRIPTION).replace('"condition": null', f'"condition": {"[" * 50_000}'),
    "list": "[1]",
}


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_a_strange_description_leaves_out_its_run_alone(client: TestClient, run: Path, content: str | None) -> None:
    (run.parent / "good").mkdir()
    (run.parent / "good" / "run.json").write_text(json.dumps({**DESCRIPTION, "name": "good"}))
    replace(run / "run.json", content)
    catalogue = client.get("/catalog.json").json()
    assert [entry["name"] for entry in catalogue["checkpoints"]] == ["runs/good"]
    (problem,) = catalogue["problems"]
    assert problem["name"] == "gan"
    assert problem["message"].startswith("gan/run.json: ")
    assert len(problem["message"]) <= 300
    assert client.get("/runs/gan/run.json").status_code == 409


@pytest.mark.parametrize("content", [None, "fifo", '{"step": 1, "loss": ' + "9" * 400 + "}\n", "[" * 50_000 + "\n"])
def test_a_strange_log_is_refused_by_name(client: TestClient, run: Path, content: str | None) -> None:
    replace(run / "history.jsonl", content)
    response = client.get("/runs/gan/progress")
    assert response.status_code == 409
    assert "gan/history.jsonl: expected" in response.json()["error"]["message"]
    assert [entry["name"] for entry in client.get("/catalog.json").json()["checkpoints"]] == ["runs/gan"]


def test_a_row_without_end_is_refused_and_not_asked_for_again(
    client: TestClient, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_PART", 100)
    (run / "history.jsonl").write_text("x" * 200)
    assert client.get("/runs/gan/progress").status_code == 409


def test_a_folder_in_a_moment_s_place_is_refused(client: TestClient, run: Path) -> None:
    (run / "state" / "moments" / "00000020.safetensors").mkdir()
    assert client.get("/runs/gan/moments/00000020.safetensors").status_code == 409


@pytest.mark.parametrize("offset", ["9" * 400, "-1", "1e5", "x"])
def test_any_offset_is_answered(client: TestClient, offset: str) -> None:
    assert client.get(f"/runs/gan/progress?offset={offset}").status_code in (200, 422)


def test_rows_come_from_an_offset_and_a_cut_row_is_waited_for(client: TestClient, run: Path) -> None:
    first = client.get("/runs/gan/progress").json()
    assert first["rows"] == [{"step": 10, "loss": 1.5}, {"step": 20, "loss": None}]
    assert (first["moments"], first["finished"], first["more"]) == ([10], False, False)
    with (run / "history.jsonl").open("a") as log:
        log.write('{"step": 30, "lo')
    again = client.get(f"/runs/gan/progress?offset={first['next']}").json()
    assert (again["rows"], again["next"]) == ([], first["next"])
    with (run / "history.jsonl").open("a") as log:
        log.write('ss": 0.5}\n')
    assert client.get(f"/runs/gan/progress?offset={first['next']}").json()["rows"] == [{"step": 30, "loss": 0.5}]


def test_a_run_that_began_anew_begins_anew(client: TestClient, run: Path) -> None:
    offset = client.get("/runs/gan/progress").json()["next"]
    (run / "history.jsonl").write_text('{"step": 10, "loss": 2}\n')
    assert client.get(f"/runs/gan/progress?offset={offset}").json()["rows"] == [{"step": 10, "loss": 2}]


def test_a_long_log_comes_in_parts(client: TestClient, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_PART", 100)
    (run / "history.jsonl").write_text("".join(f'{{"step": {step}}}\n' for step in range(50)))
    steps, offset, more = [], 0, True
    while more:
        part = client.get(f"/runs/gan/progress?offset={offset}").json()
        steps += [row["step"] for row in part["rows"]]
        offset, more = part["next"], part["more"]
    assert steps == list(range(50))


def test_nothing_new_is_said_in_no_bytes(client: TestClient, run: Path) -> None:
    offset = client.get("/runs/gan/progress").json()["next"]
    first = client.get(f"/runs/gan/progress?offset={offset}")
    headers = {"If-None-Match": first.headers["etag"]}
    again = client.get(f"/runs/gan/progress?offset={offset}", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    write_tensors(run / "state" / "moments" / "00000020.safetensors", {"samples": torch.zeros(4, dtype=torch.uint8)})
    changed = client.get(f"/runs/gan/progress?offset={offset}", headers=headers)
    assert changed.json()["moments"] == [10, 20]


@pytest.mark.parametrize("line", ["not json", "[1]", '{"loss": 1}', '{"step": "x"}', '{"step": 1, "loss": "x"}'])
def test_a_row_that_is_none_is_refused_by_name(client: TestClient, run: Path, line: str) -> None:
    (run / "history.jsonl").write_text(f"{line}\n")
    response = client.get("/runs/gan/progress")
    assert response.status_code == 409
    assert "gan/history.jsonl" in response.json()["error"]["message"]


def test_a_moment_is_served_whole_and_in_parts(client: TestClient, run: Path) -> None:
    path = run / "state" / "moments" / "00000010.safetensors"
    address = "/runs/gan/moments/00000010.safetensors"
    assert client.get(address).content == path.read_bytes()
    part = client.get(address, headers={"Range": "bytes=8-19"})
    assert (part.status_code, part.content) == (206, path.read_bytes()[8:20])


@pytest.mark.parametrize(
    "address",
    [
        "nobody/run.json",
        "nobody/progress",
        "gan/state.safetensors",
        "gan/moments/state.safetensors",
        "gan/moments/00000099.safetensors",
        "gan/moments/..%2f..%2frun.json",
        "..%2fgan/run.json",
        "../gan/run.json",
        ".hidden/run.json",
        "x" * 3000 + "/run.json",
    ],
)
def test_nothing_else_is_served(client: TestClient, run: Path, address: str) -> None:
    (run / "state" / "state.safetensors").write_text("secret")
    (run.parent / ".hidden").mkdir()
    (run.parent / ".hidden" / "run.json").write_text(json.dumps({**DESCRIPTION, "name": ".hidden"}))
    response = client.get(f"/runs/{address}")
    assert response.status_code == 404


def test_links_are_refused_wherever_they_stand(client: TestClient, run: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.safetensors"
    secret.write_text("secret")
    (run / "state" / "moments" / "00000020.safetensors").symlink_to(secret)
    assert client.get("/runs/gan/moments/00000020.safetensors").status_code == 404
    (run.parent / "linked").symlink_to(run)
    assert client.get("/runs/linked/run.json").status_code == 404
    (run / "history.jsonl").unlink()
    (run / "history.jsonl").symlink_to(secret)
    assert client.get("/runs/gan/progress").status_code == 404
