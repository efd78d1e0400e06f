"""Binary routes for models with a layer that the page lacks: little-endian float32 rows in, float32 rows out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from fastapi import APIRouter, Request, Response
from torch import Tensor

from explorer.catalog import Checkpoint, find, open_checkpoint
from explorer.checkpoints import CheckpointError
from explorer.errors import ExplorerError
from explorer.protocols import Conditional, Decodes, Encodes
from explorer.ui.errors import RequestError
from explorer.ui.pool import Pool

MOST_ROWS = 64


class Models:
    """The checkpoints of a folder, each opened once, when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: dict[str, Checkpoint] = {}
        self._lock = threading.Lock()

    def open(self, name: str) -> Checkpoint:
        """The checkpoint called ``name``.

        Raises:
            RequestError: 404 for a name that is not there, 409 for a folder that does not keep the contract.
        """
        with self._lock:
            if name not in self._opened:
                try:
                    folder = find(name, self._folder)
                except CheckpointError as error:
                    raise RequestError(404, "server.model_unknown", str(error), asked=name[:60]) from error
                try:
                    self._opened[name] = open_checkpoint(folder)
                except ExplorerError as error:
                    raise RequestError(409, "server.model_broken", str(error), model=name) from error
            return self._opened[name]


def inference_routes(models: Models) -> APIRouter:
    """``POST /api/decode/<name>`` and ``POST /api/encode/<name>``."""
    router, pool = APIRouter(prefix="/api"), Pool()

    @router.post("/decode/{name}")
    async def decode(name: str, request: Request) -> Response:
        return await _answer(models, pool, name, request, _decode)

    @router.post("/encode/{name}")
    async def encode(name: str, request: Request) -> Response:
        return await _answer(models, pool, name, request, _encode)

    return router


Network = tuple[tuple[int, ...], Callable[[Tensor], Tensor]]
"""The shape of one input row, and what maps rows (N, …) to rows."""
Runner = Callable[[Checkpoint], Network]


def _decode(checkpoint: Checkpoint) -> Network:
    model = checkpoint.model
    if not isinstance(model, Decodes):
        raise RequestError(404, "server.cannot", "this model does not decode", action="decode")
    size = model.latent_size
    if checkpoint.config.condition is None:
        return (size,), model.decode
    assert isinstance(model, Conditional)
    return (size + model.classes,), lambda rows: model.decode(rows[:, :size], rows[:, size:])


def _encode(checkpoint: Checkpoint) -> Network:
    model = checkpoint.model
    if not isinstance(model, Encodes):
        raise RequestError(404, "server.cannot", "this model does not encode", action="encode")
    return checkpoint.model.image_shape, lambda x: torch.cat(model.encode(x), 1)


async def _answer(models: Models, pool: Pool, name: str, request: Request, runner: Runner) -> Response:
    try:
        checkpoint = await pool.run(lambda: models.open(name))
        shape, run = runner(checkpoint)
        most = 4 * MOST_ROWS * int(np.prod(shape))
        with pool.holding(most if (said := _said_length(request)) is None else min(most, said)):
            rows = parse_rows(await _body(request, most), shape)
            answer = await pool.run(lambda: _run(run, rows))
    except RequestError as error:
        return error.response()
    return Response(answer, media_type="application/octet-stream")


def _said_length(request: Request) -> int | None:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdecimal() else None


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise RequestError(413, "server.too_long", f"expected at most {most} bytes ({MOST_ROWS} rows)", most=most)
    return bytes(body)


def parse_rows(body: bytes, shape: tuple[int, ...]) -> Tensor:
    """Finite float32 rows of ``shape`` (…) as a tensor (N, …), N at least one.

    Raises:
        RequestError: 400, saying what was expected.
    """
    row = 4 * int(np.prod(shape))
    if not body or len(body) % row:
        message = f"expected a whole number of rows of {row} bytes (float32 {list(shape)}), got {len(body)} bytes"
        raise RequestError(400, "server.wrong_length", message, row=row, found=len(body))
    rows = np.frombuffer(body, "<f4").astype(np.float32).reshape(-1, *shape)
    if not np.isfinite(rows).all():
        raise RequestError(400, "server.not_finite", "expected finite numbers, got NaN or infinity")
    return torch.from_numpy(rows)


@torch.inference_mode()
def _run(run: Callable[[Tensor], Tensor], rows: Tensor) -> bytes:
    result = run(rows)
    if not torch.isfinite(result).all():
        message = "the input lies so far out that the network overflows: expected numbers nearer to zero"
        raise RequestError(400, "server.result_not_finite", message)
    return result.numpy().astype("<f4").tobytes()
