"""``explorer export``: the page and its checkpoints as plain files that any file server can offer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer


def export(
    out: Annotated[Path, typer.Option(help="A new or empty folder, or an earlier export to replace.")],
    name: Annotated[str | None, typer.Argument(help="With --int8: the checkpoint whose decoder it is.")] = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="Write one decoder with 8-bit linear layers, and what that gains and costs.")
    ] = False,
    checkpoints: Annotated[Path | None, typer.Option(help="Folder of checkpoints, if not the shipped one.")] = None,
) -> None:
    """Write the page as a static site: no Python, no server of our own. Or, with --int8, one model's small decoder."""
    from explorer import catalog
    from explorer.errors import ExplorerError

    if int8 != (name is not None):
        raise ExplorerError(
            "--int8 takes the NAME of a checkpoint; without --int8 the whole page is written, and no NAME"
        )
    if name is not None:
        _export_int8(name, checkpoints or catalog.SHIPPED, out)
        return
    count = write_site(out, checkpoints or catalog.SHIPPED)
    typer.echo(f"{out}: the page and {count} checkpoints; serve the folder with any file server")


def _export_int8(name: str, checkpoints: Path, out: Path) -> None:
    import torch

    from explorer import catalog
    from explorer.cli.quantised import export_int8
    from explorer.families.graphs import check_graph

    torch.set_num_threads(1)
    checkpoint = catalog.open_checkpoint(catalog.find(name, checkpoints))
    check_graph(checkpoint.folder, checkpoint.model)
    report = export_int8(checkpoint, out)
    size, quality = report["bytes"], report["quality"]
    typer.echo(f"{out}: {len(report['quantised_layers'])} linear layers of {name}'s decoder in 8 bits")
    typer.echo(
        f"bytes          float32 {size['float32']}, as shipped {size['as_shipped']}, int8 {size['int8']} "
        f"({size['int8'] / size['float32']:.2f} of float32)"
    )
    for count, taken in report["milliseconds"].items():
        words = f"{taken['float32']:.3f} ms before, {taken['int8']:.3f} ms after"
        typer.echo(f"{count:>3} at once    {words} ({taken['float32'] / taken['int8']:.2f} times as quick)")
    for key, words in (("elbo_change", "ELBO"), ("picture_difference", "pictures")):
        found = quality[key]
        typer.echo(
            f"{words:14} {found['value']:+.3g} [{found['low']:+.3g}, {found['high']:+.3g}] {found['unit']}, "
            f"mean of {found['count']} held-out images"
        )


def write_site(out: Path, checkpoints: Path) -> int:
    """Write the static site to ``out``; returns the number of checkpoints in it.

    Raises:
        ExplorerError: if a checkpoint is broken or its graph is not its model, if there is none, or if ``out`` holds
            files that are no export, or overlaps the checkpoints.
    """
    from explorer.catalog import open_checkpoint, survey
    from explorer.errors import ExplorerError
    from explorer.families.graphs import check_graph
    from explorer.ui.files import BROWSER, page_files

    found = survey(checkpoints)
    if found.problems:
        raise ExplorerError("; ".join(found.problems.values()))
    if not found.configs:
        raise ExplorerError(f"{checkpoints}: expected at least one checkpoint folder")
    _check_room(out, [checkpoints, *(checkpoints / config.name for config in found.configs)])
    for config in found.configs:
        check_graph(checkpoints / config.name, open_checkpoint(checkpoints / config.name).model)
    with _replacing(out) as new:
        for name, source in page_files().items():
            _copy(source, new / "browser" / name)
        for config in found.configs:
            for name in ("config.json", *config.files):
                _copy(checkpoints / config.name / name, new / "checkpoints" / config.name / name)
        _copy(BROWSER / "index.html", new / "index.html")
        catalogue = json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n"
        (new / "catalog.json").write_text(catalogue, encoding="utf-8")
    return len(found.configs)


def _check_room(out: Path, sources: list[Path]) -> None:
    """Refuse to write over what an export did not write, or over what is exported.

    Raises:
        ExplorerError: naming the folder.
    """
    from explorer.errors import ExplorerError

    if out.exists() and not out.is_dir():
        raise ExplorerError(f"{out}: expected a folder, found a file")
    target = out.resolve()
    for source in (path.resolve() for path in sources):
        if target == source or target in source.parents or source in target.parents:
            raise ExplorerError(
                f"--out {out} overlaps {source}, which is to be exported: choose a folder apart from it"
            )
    if out.is_dir() and any(out.iterdir()) and not (out / "catalog.json").is_file():
        raise ExplorerError(f"{out}: expected a new or empty folder, or an earlier export")


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """A new folder in ``out``, whose entries take the place of those of their names once they are all complete."""
    before = out.exists()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(dir=out, prefix=".new-") as new, TemporaryDirectory(dir=out, prefix=".old-") as old:
            yield Path(new)
            for path in sorted(Path(new).iterdir()):
                if (out / path.name).exists():
                    (out / path.name).rename(Path(old) / path.name)
                path.rename(out / path.name)
    except BaseException:
        if not before:
            shutil.rmtree(out, ignore_errors=True)
        raise


def _copy(source: Path, target: Path) -> None:
    """Copy a file's bytes; whoever serves the folder may read it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
