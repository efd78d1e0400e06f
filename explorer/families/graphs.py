"""``graph.json`` of a model: written from it, and never other than it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explorer.checkpoints import CheckpointError, read_json, write_json
from explorer.graph.comparison import compare
from explorer.graph.layers import GraphError
from explorer.graph.network import graph_json

FILE = "graph.json"


def write_graph(folder: Path, model: Any) -> None:
    """Write ``graph.json`` of a model in evaluation mode, once it was seen to compute what the model does.

    Raises:
        CheckpointError: naming the graph and the largest difference, if it does not.
    """
    write_json(folder / FILE, graph_json(model))
    check_graph(folder, model)


def check_graph(folder: Path, model: Any) -> None:
    """Compare the ``graph.json`` of a folder with its model, over a few random inputs.

    Raises:
        CheckpointError: naming the graph and the largest difference, or what else is wrong with it.
    """
    try:
        compare(read_json(folder / FILE), model)
    except GraphError as error:
        raise CheckpointError(f"{folder.name}/{FILE}: {error}") from error
