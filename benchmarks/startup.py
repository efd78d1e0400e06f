"""``python app.py`` until the page answers, against an empty Gradio app that imports torch."""

from __future__ import annotations

import statistics

from benchmarks.server import APP, running

RUNS = 5
EMPTY = """
import os
import torch
import gradio
with gradio.Blocks() as blocks:
    pass
blocks.launch(server_port=int(os.environ["PORT"]), quiet=True)
"""


def main() -> None:
    times: dict[str, list[float]] = {"python app.py": [], "empty Gradio app with torch": []}
    for _ in range(RUNS):  # in turns, so that both meet the same load on the machine
        for name, arguments in zip(times, (APP, ("-c", EMPTY)), strict=True):
            with running(arguments) as server:
                times[name].append(server.seconds)
    print("| until / answers | median s | fastest | slowest |\n|---|---|---|---|")
    for name, seconds in times.items():
        print(f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} |")
    ours, empty = times.values()
    ratios = [mine / other for mine, other in zip(ours, empty, strict=True)]
    print(f"\nratio (median of {RUNS} pairs): {statistics.median(ratios):.2f}; aim: at most 1.25")
