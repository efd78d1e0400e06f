"""Tracing every gate of 10,000 characters, against torch's fused forward pass that keeps none, on one thread.

Four ways through the same text in turns: the fused recurrent layers alone, these and the logits (the model's whole
forward pass), all gates without predictions, and what ``explorer trace`` computes: gates, surprise, likely characters.
Ratios are medians over the turns. Memory is that of the trace, and the most that the process grew while it was made.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from explorer import catalog
from explorer.families.recurrent import LanguageModel
from explorer.probes.gates import all_quantities, trace_gates
from explorer.probes.reading import hidden_states, start_and

CHARACTERS = 10_000
TURNS = 7
MIB = 2**20


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def resident() -> tuple[int, int]:
    """Bytes that the process has in memory, now and at most since :func:`forget_peak` (Linux)."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    now, peak = (1024 * int(fields[name].split()[0]) for name in ("VmRSS", "VmHWM"))
    return now, peak


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def measure(model: LanguageModel, text: str) -> str:
    tokens = start_and(model, text)
    with torch.no_grad():
        inputs = model.embed(tokens)
        ways: tuple[Callable[[], object], ...] = (
            lambda: hidden_states(model, inputs),
            lambda: model(tokens[None]),
            lambda: all_quantities(model, inputs),
            lambda: trace_gates(model, text),
        )
        forget_peak()
        before, _ = resident()
        trace = trace_gates(model, text)
        _, peak = resident()
        size = sum(value.nbytes for value in trace.quantity.values())
        turns = [[seconds(way) for way in ways] for _ in range(TURNS)]
    medians = [statistics.median(column) for column in zip(*turns, strict=True)]
    layers, whole, gates, traced = zip(*turns, strict=True)
    pairs = ((gates, layers), (traced, layers), (traced, whole))
    ratios = [statistics.median(a / b for a, b in zip(*pair, strict=True)) for pair in pairs]
    return (
        "".join(f"{1e6 * median / CHARACTERS:>9.1f}" for median in medians)
        + "".join(f"{ratio:>9.2f}" for ratio in ratios)
        + f"{size / MIB:>9.0f}{(peak - before) / MIB:>9.0f}"
    )


def main() -> None:
    torch.set_num_threads(1)
    print(f"{'':<24}{'microseconds a character':^36}{'ratios':^27}{'MiB':^18}")
    heads = ("layers", "+logits", "gates", "trace", "g/layers", "t/layers", "t/whole", "gates", "grown")
    print(f"{'':<24}" + "".join(f"{head:>9}" for head in heads), flush=True)
    for config in catalog.checkpoints():
        if "Writes" in config.capabilities:
            folder = catalog.SHIPPED / config.name
            page = json.loads((folder / "texts.json").read_text(encoding="utf-8"))["page"]
            text = (page * (CHARACTERS // len(page) + 1))[:CHARACTERS]
            print(f"{config.name:<24}{measure(catalog.open_checkpoint(folder).model, text)}", flush=True)


if __name__ == "__main__":
    main()
