"""``explorer app``: serve the page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def app(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: this machine only.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; default 7860.")] = None,
    checkpoints: Annotated[Path | None, typer.Option(help="Folder of checkpoints, if not the shipped one.")] = None,
    runs: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of runs to follow while they train.")
    ] = None,
) -> None:
    """Serve the page."""
    from explorer.catalog import SHIPPED
    from explorer.errors import ExplorerError
    from explorer.ui.app import serve

    try:
        (host or "").encode("idna")
    except UnicodeError as error:
        raise ExplorerError(f"--host is the name or number of this machine, got {host!r:.80}") from error
    serve(host, port, checkpoints or SHIPPED, runs)
