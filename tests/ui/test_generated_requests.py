"""Five thousand requests that nobody would send in good faith: each is answered, none by an error of ours."""

from __future__ import annotations

import http.client
import logging
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.catalog import open_checkpoint
from explorer.ui.app import SERVER, build
from explorer.ui.files import page_version
from tests.serving import serving
from tests.toys import toy_checkpoint
from tests.ui.generated import Generated, generated

COUNT, SEED, WAITS = 5000, 20, 60.0


def answer(port: int, request: Generated) -> tuple[int, bytes]:
    """Status and body; a server that does not answer is an error after :data:`WAITS` seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAITS) as connection:
        connection.sendall(request.sent())
        response = http.client.HTTPResponse(connection, method=request.method)
        response.begin()
        return response.status, response.read(200_000)


def test_each_is_answered_none_by_an_error_of_ours(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    toy_checkpoint(tmp_path / "checkpoints" / "toy")
    (tmp_path / "checkpoints" / "cut").mkdir()
    (tmp_path / "checkpoints" / "cut" / "config.json").write_text('{"format":')
    (tmp_path / "runs" / "gan").mkdir(parents=True)
    (tmp_path / "runs" / "gan" / "run.json").write_text("[]")
    model: Any = open_checkpoint(tmp_path / "checkpoints" / "toy").model
    caplog.set_level(logging.ERROR)
    decoded = 0
    with serving(build(tmp_path / "checkpoints", tmp_path / "runs"), **SERVER) as port:
        for number, request in enumerate(generated(COUNT, SEED, page_version(), model.latent_size)):
            status, body = answer(port, request)
            assert 100 <= status < 500, (number, status, request, body[:500])
            assert b"Traceback" not in body, (number, request)
            assert b"root:" not in body, (number, request)
            if request.rows is not None:
                rows = torch.from_numpy(np.frombuffer(request.rows, "<f4").copy().reshape(-1, model.latent_size))
                expected = model.decode(rows).numpy()
                np.testing.assert_array_equal(np.frombuffer(body, "<f4"), expected.ravel(), err_msg=str(number))
                decoded += 1
    assert decoded > 100
    assert not [record.getMessage() for record in caplog.records]
