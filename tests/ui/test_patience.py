"""Strangers at the door: uploads, requests that never end, clients that go away, and many networks at once."""

from __future__ import annotations

import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from explorer.ui import inference, patience, pool
from explorer.ui.app import SERVER, build
from tests.serving import serving
from tests.toys import toy_checkpoint

ROW = struct.pack("<3f", 0, 0, 0)
HEAD = "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
WAITS = 30.0
"""Seconds after which a test gives up; it never waits so long where the server keeps its promise."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints")
    toy_checkpoint(folder / "toy")
    return folder


@pytest.fixture
def port(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server whose patience is short."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(patience, "BODY_SECONDS", 0.3)
    with serving(build(folder), **SERVER, timeout_keep_alive=1) as port:
        yield port


def connected(port: int, sent: str | bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=WAITS)
    connection.sendall(sent.encode() if isinstance(sent, str) else sent)
    return connection


def received(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    with connection:
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def healthy(port: int) -> bool:
    return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=WAITS).status_code == 200


@pytest.fixture(scope="module")
def client(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The app, with a place of its own for what Gradio keeps of uploads."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        with TestClient(build(folder)) as client:
            yield client


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/upload/",
        "/gradio_api/upload?upload_id=1",
        "//gradio_api/upload",
        "/gradio_api/queue/join",
        "/gradio_api/run/predict",
        "/gradio_api/component_server",
        "/login",
        "/",
        "/checkpoints/toy/config.json",
    ],
)
def test_nothing_is_taken_where_no_route_needs_it(client: TestClient, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        files = {"files": ("a.png", b"x" * 1000)}
        answer = client.request(method, f"http://testserver{path}", files=files, follow_redirects=True)
        assert answer.status_code == 405, method
        assert "no uploads" in answer.json()["error"]["message"]
    assert not [each for each in Path(os.environ["GRADIO_TEMP_DIR"]).rglob("*") if each.is_file()]


def test_no_endpoint_asks_for_a_file(client: TestClient) -> None:
    """Whoever adds one has to say how many bytes visitors may leave behind, all together, and who sweeps them."""
    assert client.get("/config").json()["dependencies"] == []


@pytest.mark.parametrize(
    "sent", ["", "GET / HT", "GET /healthz HTTP/1.1\r\nHost: x\r\n", "POST /api/decode/toy HTTP/1.1\r\n"]
)
def test_a_head_that_never_ends_is_hung_up_on(port: int, sent: str) -> None:
    connection = connected(port, sent)
    assert healthy(port)
    assert received(connection) == b""


def test_the_second_head_of_a_connection_has_to_end_too(port: int) -> None:
    connection = connected(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n")
    answer = received(connection)
    assert answer.count(b"HTTP/1.1 200") == 1


def test_a_body_that_never_ends_is_refused_in_words(port: int) -> None:
    connection = connected(port, HEAD.format(path="/api/decode/toy", length=12) + "abcd")
    assert healthy(port)
    head, body = received(connection).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 408")
    assert json.loads(body)["error"]["key"] == "server.too_slow"


def test_a_body_that_nobody_reads_does_not_keep_the_connection(port: int) -> None:
    connection = connected(port, HEAD.format(path="/gradio_api/upload", length=10**9) + "abcd")
    assert received(connection).startswith(b"HTTP/1.1 405")


def test_a_client_that_goes_away_writes_nothing(port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(5):
        connected(port, HEAD.format(path="/api/decode/toy", length=12) + "abcd").close()
    connection = connected(port, HEAD.format(path="/api/decode/toy", length=12) + "abcd")
    assert received(connection).startswith(b"HTTP/1.1 408")  # by then the others have been noticed
    assert healthy(port)
    assert not caplog.records


def test_files_come_while_every_network_is_busy(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty visitors ask for 64 rows each; until they are answered, the files of the page are read as ever."""
    go_on, compute = threading.Event(), inference._run
    monkeypatch.setattr(inference, "_run", lambda *rows: go_on.wait(WAITS) and compute(*rows))
    address = f"http://127.0.0.1:{port}"
    with ThreadPoolExecutor(60) as visitors, httpx.Client(timeout=WAITS) as client:
        rows = ROW * inference.MOST_ROWS
        asked = [
            visitors.submit(httpx.post, f"{address}/api/decode/toy", content=rows, timeout=WAITS) for _ in range(60)
        ]
        try:
            for path in ("catalog.json", "checkpoints/toy/model.safetensors", "checkpoints/toy/graph.json", "config"):
                assert client.get(f"{address}/{path}").status_code == 200
            assert not any(each.done() for each in asked)
        finally:
            go_on.set()
        assert {each.result().status_code for each in asked} == {200}


def test_more_rows_than_may_wait_are_refused_in_words(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_HELD", len(ROW) - 1)
    answer = client.post("/api/decode/toy", content=ROW)
    monkeypatch.setattr(pool, "MOST_HELD", len(ROW))
    again = [client.post("/api/decode/toy", content=ROW).status_code for _ in range(3)]
    assert (answer.status_code, answer.json()["error"]["key"]) == (503, "server.busy")
    assert again == [200, 200, 200]
