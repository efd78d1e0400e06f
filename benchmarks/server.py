"""Servers in processes of their own, timed from their start to their first answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
APP = ("app.py",)
SECONDS_TO_START = 120


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    seconds: float
    """From the start of the process until ``/`` answered."""


@contextmanager
def running(arguments: tuple[str, ...]) -> Iterator[Server]:
    """Run ``python`` with the arguments, the port in the environment's ``PORT``, until the block ends."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(url):
            if process.poll() is not None or time.monotonic() - start > SECONDS_TO_START:
                raise SystemExit(f"python {' '.join(arguments)}: no answer at {url}")
            time.sleep(0.02)
        yield Server(url, time.monotonic() - start)
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
