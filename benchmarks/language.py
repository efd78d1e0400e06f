"""Training character models: characters per second of a whole run, and of the bare fused loop beside it, one thread.

Both make the same updates of the same model in turns of some seconds; figures are medians over the turns. Ours has the
streams, the carried state, clipping, the learning rate's schedule, the log and the checks; the bare loop has the fused
kernels, the loss and the optimiser alone, over batches that lie ready. Moments of the timeline, which cost some tenths
of a second each and come about sixty times in a run of any length, are timed beside it. Memory is the peak of each in a
process of its own.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F

from explorer.families.recurrent import START, LanguageModel
from explorer.training.language.recorder import LanguageRecorder
from explorer.training.language.run import LanguageRun
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.steps import Carried, Streams, build, optimiser, train_steps, vocabulary

TURNS = 5
SECONDS = 3.0
WAYS = ("ours", "bare")
SETTINGS = LanguageSettings("names", batch=16, length=64, steps=100_000)
CELLS = {"lstm": 256, "gru": 300, "rnn": 520}
LETTERS = "".join(map(chr, range(33, 116)))


def text(characters: int = 200_000) -> str:
    """Random letters and spaces, in lines: what is read does not change how long it takes."""
    source = torch.Generator().manual_seed(0)
    return "".join(
        (LETTERS + " \n")[i] for i in torch.randint(len(LETTERS) + 2, (characters,), generator=source).tolist()
    )


def steps(way: str, settings: LanguageSettings, folder: Path) -> Iterator[None]:
    """Updates, one at a time, in one of :data:`WAYS`."""
    read = text()
    model = build(settings, vocabulary(read, 1))
    updates = optimiser(model, settings)
    tokens = model.encode_text(read)
    if way == "bare":
        yield from _bare(model, updates, Streams(tokens, settings, model.tokens[START]))
        return
    carried = Carried(model, settings.batch)
    recorder = LanguageRecorder(folder / "moments", settings.steps, "\n", read)
    recorder.moments = []
    run = LanguageRun(settings, folder, carried, updates, recorder)
    for step in train_steps(carried, updates, tokens, settings):
        run.follow(step)
        yield


def _bare(model: LanguageModel, updates: torch.optim.Optimizer, streams: Streams) -> Iterator[None]:
    batches = [streams.batch(number)[:2] for number in range(1, streams.steps + 1)]
    while True:
        for inputs, targets in batches:
            logits, _ = model(inputs)
            loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
            updates.zero_grad()
            loss.backward()
            updates.step()
            yield


def rate(make: Iterator[None], seconds: float) -> float:
    """Updates per second of CPU time."""
    started, count = time.process_time(), 0
    while time.process_time() - started < seconds:
        next(make)
        count += 1
    return count / (time.process_time() - started)


def peak(way: str, settings: LanguageSettings) -> float:
    """Peak memory in MB of twenty updates in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (way, settings))


def _peak(way: str, settings: LanguageSettings) -> float:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        making = steps(way, settings, Path(folder))
        for _ in range(20):
            next(making)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def moment(settings: LanguageSettings, folder: Path) -> float:
    """Seconds of CPU time that one moment of the timeline takes."""
    read = text()
    recorder = LanguageRecorder(folder / "moments", settings.steps, "\n", read)
    model = build(settings, vocabulary(read, 1))
    return median_seconds(lambda: recorder.record(0, model, 0.0))


def median_seconds(do: Callable[[], None]) -> float:
    """Of CPU time, over some turns."""
    taken = []
    for _ in range(TURNS):
        started = time.process_time()
        do()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def main() -> None:
    """Print a table: characters per second, their ratio, memory, and what a moment costs."""
    torch.set_num_threads(1)
    print("| cell | characters/s | bare fused loop | ratio | peak MB | bare MB | a moment |")
    print("|---|---|---|---|---|---|---|")
    for cell, hidden_size in CELLS.items():
        settings = replace(SETTINGS, cell=cell, hidden_size=hidden_size)  # type: ignore[arg-type]
        size = settings.batch * settings.length
        with tempfile.TemporaryDirectory() as folder:
            making = {way: steps(way, settings, Path(folder)) for way in WAYS}
            for way in WAYS:
                rate(making[way], 0.5)
            rates: dict[str, list[float]] = {way: [] for way in WAYS}
            for _ in range(TURNS):
                for way in WAYS:
                    rates[way].append(size * rate(making[way], SECONDS))
            pairs = zip(rates["ours"], rates["bare"], strict=True)
            ratio = statistics.median(ours / bare for ours, bare in pairs)
            ours, bare = (statistics.median(rates[way]) for way in WAYS)
            used = [peak(way, settings) for way in WAYS]
            cost = moment(settings, Path(folder))
        print(
            f"| {cell} {hidden_size} | {ours:,.0f} | {bare:,.0f} | {ratio:.2f} | {used[0]:.0f} | {used[1]:.0f} "
            f"| {cost:.2f} s |",
            flush=True,
        )


if __name__ == "__main__":
    main()
