"""``explorer data``: which data sets there are, and fetching them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from explorer.datasets import Dataset, SequenceDataset, TextDataset

app = typer.Typer(help="The data sets that models are trained on.", no_args_is_help=True)

COLUMNS = ("name", "title", "size", "kind", "licence", "download", "here")
DETAILS = ("name", "title", "version", "licence", "attribution", "source", "megabytes")


@app.command("list")
def list_datasets(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the data sets, and say which are on this machine."""
    from explorer.datasets import DATASETS, SEQUENCES, TEXTS

    entries = [
        *map(describe, DATASETS.values()),
        *map(describe_text, TEXTS.values()),
        *map(describe_sequences, SEQUENCES.values()),
    ]
    if as_json:
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    rows = [COLUMNS, *map(table_row, entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command("get")
def get_datasets(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="Data sets to fetch.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Fetch all data sets.")] = False,
) -> None:
    """Download and prepare data sets. Interrupted, it can simply be run again."""
    from explorer.datasets import (
        DATASETS,
        SEQUENCES,
        TEXTS,
        fetch,
        fetch_sequences,
        fetch_text,
        is_here,
        sequences_are_here,
        text_is_here,
    )
    from explorer.errors import ExplorerError

    if every == bool(names):
        raise typer.BadParameter("name the data sets to fetch, or give --all")
    known: dict[str, Dataset | TextDataset | SequenceDataset] = {**DATASETS, **TEXTS, **SEQUENCES}
    ways = {
        **dict.fromkeys(DATASETS, (fetch, is_here)),
        **dict.fromkeys(TEXTS, (fetch_text, text_is_here)),
        **dict.fromkeys(SEQUENCES, (fetch_sequences, sequences_are_here)),
    }
    unknown = [name for name in names or [] if name not in known]
    if unknown:
        raise ExplorerError(f"there is no data set '{unknown[0]}'; there are: {', '.join(known)}")
    for name in names or known:
        (get, here), dataset = ways[name], known[name]
        if not here(name):
            what = f"{dataset.megabytes:g} MB to download; {dataset.attribution}; {dataset.licence}"
            typer.echo(f"{name}: {what}", err=True)
        typer.echo(f"{name}: {'ready' if get(name) else 'already here'}")


def describe(dataset: Dataset) -> dict[str, Any]:
    """Everything about a set of images, as JSON values."""
    from explorer.datasets import is_here

    return {key: getattr(dataset, key) for key in DETAILS} | {
        "kind": "images",
        "sha256": dataset.sha256,
        "images": dataset.counts,
        "shape": dict(zip(("channels", "height", "width"), dataset.shape, strict=True)),
        "here": is_here(dataset.name),
    }


def describe_text(dataset: TextDataset) -> dict[str, Any]:
    """Everything about a text, as JSON values."""
    from explorer.datasets import text_is_here

    return {key: getattr(dataset, key) for key in DETAILS} | {
        "kind": "text",
        "sha256": dataset.sha256,
        "characters": dataset.characters,
        "split": dataset.split,
        "here": text_is_here(dataset.name),
    }


def describe_sequences(dataset: SequenceDataset) -> dict[str, Any]:
    """Everything about a set of signals or melodies, as JSON values."""
    from explorer.datasets import sequences_are_here

    return {key: getattr(dataset, key) for key in DETAILS} | {
        "kind": dataset.sequence["kind"],
        "sha256": dataset.sha256,
        "sequences": dataset.counts,
        "sequence": dataset.sequence,
        "here": sequences_are_here(dataset.name),
    }


def table_row(entry: dict[str, Any]) -> tuple[str, ...]:
    """The cells of one data set, in the order of COLUMNS."""
    counts = entry[{"images": "images", "text": "characters"}.get(entry["kind"], "sequences")]
    sizes = [f"{count:,} {split.replace('_', ' ')}" for split, count in (counts or {}).items()]
    kind = entry["kind"]
    if entry["kind"] == "images":
        shape = entry["shape"]
        kind = f"{shape['height']} × {shape['width']} {'grey' if shape['channels'] == 1 else 'RGB'}"
    return (
        entry["name"],
        entry["title"]["en"],
        " + ".join(sizes) or "this Python's",
        kind,
        entry["licence"],
        f"{entry['megabytes']:g} MB" if entry["megabytes"] else "nothing",
        "yes" if entry["here"] else "no",
    )
