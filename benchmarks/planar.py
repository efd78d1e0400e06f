"""Training planar GANs: iterations per second in the page, with snapshots and messages, and in eager torch, one thread.

Both train the same settings in turns, with the other at rest; figures are medians over the turns. Memory is that of the
page's networks, batches and gradients, and of one snapshot.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import torch
from playwright.sync_api import Page

from benchmarks.page import blank_page
from explorer.families.planar_settings import PlanarSettings
from explorer.training.planar.loop import Game

TURNS = 5
SECONDS_PER_TURN = 0.6

LAYOUTS: dict[str, dict[str, Any]] = {
    **{
        f"2-{width}-{width}-2, Adam, batch 256": {
            "generator": {"widths": [width, width]},
            "discriminator": {"widths": [width, width]},
        }
        for width in (16, 32, 64)
    },
    "GAN Lab's: 2-8-8-2, SGD, batch 150, 2 updates of D": {
        "generator": {"widths": [8, 8]},
        "discriminator": {"widths": [8, 8]},
        "batch": 150,
        "discriminator_steps": 2,
        "optimisers": {name: {"kind": "sgd", "learning_rate": 0.1} for name in ("generator", "discriminator")},
    },
}

OPEN = """async (settings) => {
  const { startLive } = await import("/browser/runtime/planar/live.js");
  const { createEngine } = await import("/browser/runtime/planar/engine.js");
  const { loadKernels } = await import("/browser/runtime/kernels.js");
  window.run = startLive(settings);
  const state = window.run.state(0);
  const snapshot = Object.values(state).filter(ArrayBuffer.isView).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { engine: createEngine(await loadKernels(), window.run.settings).bytes, snapshot };
}"""

TURN = """(milliseconds) => new Promise((resolve) => {
  const { run } = window;
  let first = null;
  const stop = run.onChange(() => {
    const now = { time: performance.now(), iteration: run.state(run.length - 1).iteration };
    // The first message tells of training that began before it.
    if (first === null) return run.running && now.iteration > 0 && (first = now);
    if (now.time - first.time < milliseconds) return;
    stop();
    run.pause();
    resolve((1000 * (now.iteration - first.iteration)) / (now.time - first.time));
  });
  run.play();
})"""
"""Iterations per second."""


def torch_turn(game: Game) -> float:
    """Iterations per second."""
    start, iteration = time.perf_counter(), game.iteration
    while (elapsed := time.perf_counter() - start) < SECONDS_PER_TURN:
        game.iterate()
    return (game.iteration - iteration) / elapsed


def compare(page: Page, name: str, changes: dict[str, Any]) -> None:
    settings = PlanarSettings.from_json(changes)
    memory = page.evaluate(OPEN, settings.as_json())
    game = Game(settings)
    page.evaluate(TURN, 1000 * SECONDS_PER_TURN)
    torch_turn(game)
    turns = [(page.evaluate(TURN, 1000 * SECONDS_PER_TURN), torch_turn(game)) for _ in range(TURNS)]
    page.evaluate("window.run.destroy()")
    ours, torchs = (statistics.median(column) for column in zip(*turns, strict=True))
    ratio = statistics.median(our / their for our, their in turns)
    engine, snapshot = memory["engine"] / 2**20, memory["snapshot"] / 2**10
    print(
        f"{name:<52}{ours:>9.0f} /s {torchs:>7.0f} /s{ratio:>7.1f} ×{engine:>7.2f} MiB {snapshot:>6.1f} KiB", flush=True
    )


def main() -> None:
    torch.set_num_threads(1)
    print(f"{'':<52}{'page':>9}    {'torch':>7}   {'ratio':>8}{'memory':>10}{'snapshot':>12}")
    with blank_page() as page:
        for name, changes in LAYOUTS.items():
            compare(page, name, changes)
