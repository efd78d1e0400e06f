"""Files while the server computes: visitors who ask for networks, beside visitors who fetch what a page needs.

Files are fetched one by one, then by two hundred visitors at once, then one by one while sixty visitors ask for 64
pictures of a decoder of faces each, again as soon as they are answered. The load comes from a process beside the
server's, on the same cores.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

import httpx
import numpy as np

from benchmarks.server import APP, running

MODEL, LATENT, ROWS = "vae-avatars-32d", 32, 64
COMPUTING, FETCHING = 60, 200
SECONDS = 20.0
FILES = ("catalog.json", f"checkpoints/{MODEL}/config.json", f"checkpoints/{MODEL}/graph.json", "healthz")
AIM = 100
"""Milliseconds."""


def main() -> None:
    with running(APP) as server:
        asyncio.run(_measure(server.url))
    print(f"\naim: 95 % of files within {AIM} ms while {COMPUTING} visitors ask for {ROWS} rows each")


async def _measure(url: str) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        print("| files fetched | beside | requests | p50 ms | p95 ms | slowest ms |\n|---|---|---|---|---|---|")
        _tell("one by one", "nothing", await _fetch_for(client, SECONDS / 4))
        await _crowd(client)  # opens the connections, which takes this client longer than the files
        _tell(f"by {FETCHING} at once", "nothing", await _crowd(client))
        computing = [asyncio.create_task(_for_ever(lambda: _decode(client))) for _ in range(COMPUTING)]
        await _decode(client)  # until the model is open
        _tell("one by one", f"{COMPUTING} × {ROWS} rows", await _fetch_for(client, SECONDS))
        for each in computing:
            each.cancel()
        answers = await asyncio.gather(*computing, return_exceptions=True)
        wrong = [each for each in answers if not isinstance(each, asyncio.CancelledError)]
        if wrong:
            raise SystemExit(f"{len(wrong)} of {COMPUTING} visitors were refused, the first by: {wrong[0]!r}")


async def _for_ever(ask: Callable[[], Awaitable[None]]) -> None:
    while True:
        await ask()


async def _decode(client: httpx.AsyncClient) -> None:
    z = np.random.default_rng(0).standard_normal((ROWS, LATENT)).astype("<f4")
    answer = await client.post(f"api/decode/{MODEL}", content=z.tobytes())
    answer.raise_for_status()


async def _fetch_for(client: httpx.AsyncClient, seconds: float) -> list[float]:
    """Milliseconds of each file, fetched one after another."""
    end, times = time.monotonic() + seconds, []
    while time.monotonic() < end:
        times += await _visit(client)
    return times


async def _crowd(client: httpx.AsyncClient) -> list[float]:
    visits = await asyncio.gather(*(_visit(client) for _ in range(FETCHING)))
    return [each for visit in visits for each in visit]


async def _visit(client: httpx.AsyncClient) -> list[float]:
    times = []
    for file in FILES:
        start = time.perf_counter()
        (await client.get(file)).raise_for_status()
        times.append(1000 * (time.perf_counter() - start))
    return times


def _tell(who: str, beside: str, times: list[float]) -> None:
    p50, p95 = statistics.median(times), float(np.quantile(times, 0.95))
    print(f"| {who} | {beside} | {len(times)} | {p50:.1f} | {p95:.1f} | {max(times):.1f} |", flush=True)


if __name__ == "__main__":
    main()
