"""Whether a ``graph.json`` is the model that it says it is: a few random inputs, through both."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from explorer.graph.interpreter import CELLS, TOKENS, Tensors, run
from explorer.graph.layers import GraphError, Layer
from explorer.graph.network import FORMAT, Network

INPUTS, STEPS = 8, 6
"""Random inputs a network, and steps of each where a recurrent cell reads them."""
TOLERANCE = 1e-8
"""Of the largest number that the model gives, or of 1: both compute in float64."""


def compare(content: Any, model: Any) -> None:
    """Refuse a graph that computes something else than the model.

    Args:
        content: of ``graph.json``.
        model: a module with the method ``networks``; stays as it is.

    Raises:
        GraphError: naming the graph, and the largest difference, or what else is wrong with it.
    """
    exact = deepcopy(model).double().eval()
    networks: dict[str, Network] = exact.networks()
    graphs = content.get("graphs") if isinstance(content, dict) and content.get("format") == FORMAT else None
    if not isinstance(graphs, dict) or set(graphs) != set(networks):
        raise GraphError(f"expected format {FORMAT} and the graphs {', '.join(networks)}")
    source = torch.Generator().manual_seed(0)
    for name, network in networks.items():
        try:
            _compare(graphs[name], network, exact.state_dict(), source)
        except GraphError as error:
            raise GraphError(f"graph {name}: {error}") from error


@torch.no_grad()
def _compare(graph: Any, network: Network, tensors: Tensors, source: torch.Generator) -> None:
    shapes = {"input": list(network.input), "output": list(network.output)}
    if not isinstance(graph, dict) or {key: graph.get(key) for key in shapes} != shapes:
        raise GraphError(f"expected {shapes}")
    layers = graph.get("layers")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise GraphError("expected a list of layers")
    x = _inputs(network, tensors, source)
    expected, found = network.run(x), run(layers, tensors, x)
    if found.shape != expected.shape:
        raise GraphError(f"expected outputs {tuple(expected.shape[1:])}, got {tuple(found.shape[1:])}")
    difference, scale = float((found - expected).abs().max()), max(1.0, float(expected.abs().max()))
    if not difference <= TOLERANCE * scale:  # NaN is a difference, too
        raise GraphError(f"it is not what the model computes; the largest difference is {difference:.3g}")


def _inputs(network: Network, tensors: Tensors, source: torch.Generator) -> Tensor:
    """Standard normal numbers, or tokens; what is drawn follows from the model, never from the file."""
    steps = (STEPS,) if any(layer["op"] in CELLS for layer in network.layers) else ()
    shape = (INPUTS, *steps, *network.input)
    first = network.layers[0]
    if first["op"] not in TOKENS:
        return torch.randn(shape, generator=source, dtype=torch.float64)
    return torch.randint(_vocabulary(first, tensors), shape, generator=source, dtype=torch.float64)


def _vocabulary(first: Layer, tensors: Tensors) -> int:
    """How many tokens there are."""
    return int(first["size"]) if first["op"] == "one_hot" else len(tensors[first["weight"]])
