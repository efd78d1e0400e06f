"""Threads for networks alone, so that files never wait for a network to be computed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from explorer.ui.errors import RequestError

T = TypeVar("T")
THREADS = max(1, (os.cpu_count() or 1) - 1)
"""One core is left to files and to the event loop."""
MOST_HELD = 256 * 2**20
"""Bytes of rows that wait for their turn, of all visitors together."""


class Pool:
    """A few threads, and the rows that wait for them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "network")
        self._held = 0

    async def run(self, function: Callable[[], T]) -> T:
        """What the function returns, in its turn."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Keep room for ``size`` bytes.

        Raises:
            RequestError: 503 if there is none left.
        """
        if self._held + size > MOST_HELD:
            raise RequestError(503, "server.busy", "too much is waiting to be computed; please try again in a moment")
        self._held += size
        try:
            yield
        finally:
            self._held -= size
