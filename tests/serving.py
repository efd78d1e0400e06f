"""A server in a thread of this process, for tests that need a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(app: FastAPI, **settings: Any) -> Iterator[int]:
    """Its port, until the block ends."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, **{"log_level": "warning", **settings}))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)  # uvicorn tells nobody that it has started: it is looked at, as seldom as costs nothing
    assert server.started
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()
