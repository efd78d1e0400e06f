"""``explorer analyse``: what a finished model's folder says beside its training, written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def analyse(
    name: Annotated[str, typer.Argument(help="A checkpoint; see `explorer list`.")],
    checkpoints: Annotated[
        Path | None, typer.Option("--checkpoints", help="Folder of checkpoints, if not the shipped one.")
    ] = None,
) -> None:
    """Write anew what a model's folder says beside its training, without training it.

    Of a character model: its units, its memory and its states. Of a model with an encoder: how often moving latents
    towards an attribute gives pictures that have it, and what else that changes; and where the data set is drawn from
    a table, how near these come to the same pictures drawn with it (which takes Node.js).
    """
    import torch

    from explorer import catalog
    from explorer.checkpoints import read_config
    from explorer.training.language.analysis import analyse as analyse_language
    from explorer.training.vae.attributes import analyse_attributes

    torch.set_num_threads(1)
    shelf = checkpoints or catalog.SHIPPED
    folder = catalog.find(name, shelf)
    if "Writes" in read_config(folder).capabilities:
        analyse_language(folder)
    else:
        analyse_attributes(folder, shelf)
    typer.echo(f"{folder} is analysed")
