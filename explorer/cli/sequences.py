"""What models of sequences draw, as tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint

MOST = 10_000
"""Sequences that are drawn at once."""


def write_sequences(
    checkpoint: Checkpoint,
    out: Path | None,
    as_json: bool,
    seed: int,
    count: int,
    label: str | None,
    temperature: float | None,
) -> None:
    """Sequences of the seeds from ``seed`` on: a table (.csv) or arrays (.npz); the same rows to the screen as JSON.

    A row of a signal is the sequence's seed, the time in seconds and the value; of a melody, the seed, start and
    in quarter notes, and the MIDI number (0 for a rest).

    Raises:
        ExplorerError: if nothing says where to, or an option is one that the model does not take.
    """
    import csv

    import numpy as np

    from explorer.cli.output import ending
    from explorer.errors import ExplorerError

    if out is None and not as_json:
        raise ExplorerError("say where to with --out FILE.csv or --out FILE.npz, or print the rows with --json")
    kind = None if out is None else ending(out, (".csv", ".npz"))
    if not 1 <= count <= MOST:
        raise ExplorerError(f"--count must be from 1 to {MOST}, got {count}")
    columns, rows = _rows(checkpoint, list(range(seed, seed + count)), label, temperature)
    if as_json:
        typer.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows]))
    if out is not None and kind == ".npz":
        table = np.array(rows, np.float64).reshape(-1, len(columns))
        np.savez(out, allow_pickle=False, **{name: table[:, index] for index, name in enumerate(columns)})
    elif out is not None:
        with out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])


def _rows(
    checkpoint: Checkpoint, seeds: list[int], label: str | None, temperature: float | None
) -> tuple[tuple[str, ...], list[tuple[float, ...]]]:
    """The names of the columns, and one row for each sample or note."""
    import torch

    from explorer.cli.output import refuse_options
    from explorer.families.notes import NoteModel
    from explorer.probes.samples import parse_label
    from explorer.probes.sequences import labels, trace_sequences
    from explorer.traces.sequences import Signals

    model, condition = checkpoint.model, checkpoint.config.condition
    if isinstance(model, NoteModel):
        refuse_options(checkpoint, label=label)
        chosen = None
    else:
        refuse_options(checkpoint, temperature=temperature, **({} if condition else {"label": label}))
        chosen = labels(seeds, condition["shares"] if condition else None)
        if condition and label is not None:
            chosen = torch.from_numpy(parse_label(label, condition["values"])).expand(len(seeds), -1)
    trace = trace_sequences(model, seeds, chosen, 1.0 if temperature is None else temperature)
    if isinstance(trace, Signals):
        pairs = zip(trace.seeds.tolist(), trace.values.tolist(), strict=True)
        seconds = trace.seconds.tolist()
        return ("seed", "seconds", "value"), [
            (seed, second, value) for seed, row in pairs for second, value in zip(seconds, row, strict=True)
        ]
    columns = (trace.seed, trace.start, trace.duration, trace.midi)
    return ("seed", "start", "duration", "midi"), list(zip(*(each.tolist() for each in columns), strict=True))
