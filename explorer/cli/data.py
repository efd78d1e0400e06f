"""``explorer data``: which data sets there are, and fetching them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from explorer.datasets import Dataset

app = typer.Typer(help="The data sets that models are trained on.", no_args_is_help=True)

COLUMNS = ("name", "title", "size", "kind", "licence", "download", "here")
DETAILS = ("name", "title", "version", "licence", "attribution", "source", "megabytes")


@app.command("list")
def list_datasets(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the data sets, and say which are on this machine."""
    from explorer.datasets import every_dataset

    entries = [describe(dataset) for dataset in every_dataset().values()]
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
    from explorer.datasets import every_dataset, find_any

    if every == bool(names):
        raise typer.BadParameter("name the data sets to fetch, or give --all")
    for dataset in [find_any(name) for name in names or every_dataset()]:
        if not dataset.is_here():
            what = f"{dataset.megabytes:g} MB to download; {dataset.attribution}; {dataset.licence}"
            typer.echo(f"{dataset.name}: {what}", err=True)
        typer.echo(f"{dataset.name}: {'ready' if dataset.fetch() else 'already here'}")


def describe(dataset: Dataset[Any]) -> dict[str, Any]:
    """Everything about a data set, as JSON values."""
    from explorer.datasets import ImageDataset, SequenceDataset, TextDataset

    entry = {key: getattr(dataset, key) for key in DETAILS} | {"kind": "", "sha256": dataset.sha256}
    match dataset:
        case ImageDataset():
            shape = dict(zip(("channels", "height", "width"), dataset.shape, strict=True))
            entry |= {"kind": "images", "images": dataset.counts, "shape": shape}
        case TextDataset():
            entry |= {"kind": "text", "characters": dataset.characters, "split": dataset.split}
        case SequenceDataset():
            kind = dataset.sequence["kind"]
            entry |= {"kind": kind, "sequences": dataset.counts, "sequence": dataset.sequence}
    return entry | {"here": dataset.is_here()}


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
