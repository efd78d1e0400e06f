"""One network of a model, as the page runs it and as the model itself does (an entry of ``graph.json``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from explorer.graph.layers import Layer

FORMAT = 1


@dataclass(frozen=True)
class Network:
    """A layer list, and what of the model it says it is."""

    input: tuple[int, ...]
    """Shape of one input, or of one step's where a recurrent cell is among the layers."""
    output: tuple[int, ...]
    """Shape of one output, or of one step's."""
    layers: list[Layer]
    run: Callable[[Tensor], Tensor]
    """The model's own way: (N, *input) → (N, *output), with a recurrent cell (N, T, *input) → (N, T, *output)."""


class HasNetworks(Protocol):
    """What every family is, so that the page can run it."""

    def networks(self) -> dict[str, Network]:
        """The networks that the page may run, by the name of their graph."""
        ...


def graph_json(model: HasNetworks) -> dict[str, Any]:
    """The content of ``graph.json``."""
    graphs = {
        name: {"input": list(network.input), "output": list(network.output), "layers": network.layers}
        for name, network in model.networks().items()
    }
    return {"format": FORMAT, "graphs": graphs}
