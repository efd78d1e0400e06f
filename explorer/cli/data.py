"""``explorer data``: which data sets there are, and fetching them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from explorer.datasets import Dataset

app = typer.Typer(help="The data sets that models are trained on.", no_args_is_help=True)

COLUMNS = ("name", "title", "images", "shape", "licence", "download", "here")


@app.command("list")
def list_datasets(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the data sets, and say which are on this machine."""
    from explorer.datasets import DATASETS

    if as_json:
        typer.echo(json.dumps([describe(dataset) for dataset in DATASETS.values()], ensure_ascii=False, indent=2))
        return
    rows = [COLUMNS, *(table_row(dataset) for dataset in DATASETS.values())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command("get")
def get_datasets(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="Data sets to fetch.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Fetch all data sets.")] = False,
) -> None:
    """Download and prepare data sets. Interrupted, it can simply be run again."""
    from explorer.datasets import DATASETS, fetch, find_dataset, is_here

    if every == bool(names):
        raise typer.BadParameter("name the data sets to fetch, or give --all")
    for dataset in list(DATASETS.values()) if every else [find_dataset(name) for name in names or []]:
        if not is_here(dataset.name):
            what = f"{dataset.megabytes:g} MB to download; {dataset.attribution}; {dataset.licence}"
            typer.echo(f"{dataset.name}: {what}", err=True)
        typer.echo(f"{dataset.name}: {'ready' if fetch(dataset.name) else 'already here'}")


def describe(dataset: Dataset) -> dict[str, Any]:
    """Everything about a data set, as JSON values."""
    from explorer.datasets import is_here

    keys = ("name", "title", "version", "licence", "attribution", "source", "megabytes", "sha256")
    shape = dict(zip(("channels", "height", "width"), dataset.shape, strict=True))
    return {key: getattr(dataset, key) for key in keys} | {
        "images": dataset.counts,
        "shape": shape,
        "here": is_here(dataset.name),
    }


def table_row(dataset: Dataset) -> tuple[str, ...]:
    """The cells of one data set, in the order of COLUMNS."""
    from explorer.datasets import is_here

    channels, height, width = dataset.shape
    return (
        dataset.name,
        dataset.title["en"],
        " + ".join(f"{count:,} {split}" for split, count in dataset.counts.items()),
        f"{height} × {width} {'grey' if channels == 1 else 'RGB'}",
        dataset.licence,
        f"{dataset.megabytes:g} MB",
        "yes" if is_here(dataset.name) else "no",
    )
