"""The page's kernels against eager torch on one thread, layer by layer, on every shipped checkpoint's networks.

A layer is one with weights and all that follows it up to the next (batch norm, activation, reshape). Both run the same
layers on the same input, in turns; times are medians over all turns. Multiply-adds are those of the direct method.
"""

from __future__ import annotations

import itertools
import json
import statistics
import time
from dataclasses import dataclass
from typing import Any

import torch
from playwright.sync_api import Page
from torch import Tensor, nn

from benchmarks.page import blank_page
from explorer.catalog import SHIPPED, checkpoints, open_checkpoint

ROUNDS = 5
SECONDS_PER_TURN = 0.1
WEIGHTED = ("linear", "conv2d", "conv_transpose2d", "residual")

PREPARE = """async ({url, graph}) => {
  const { openSafetensors } = await import("/browser/runtime/safetensors.js");
  const { loadKernels } = await import("/browser/runtime/kernels.js");
  const { createNetwork } = await import("/browser/runtime/network.js");
  const file = await openSafetensors(url);
  const names = [...file.tensors.keys()].filter((name) => JSON.stringify(graph).includes(`"${name}"`));
  window.network = createNetwork(await loadKernels(), graph, await file.read(names));
  return window.network.bytes;
}"""
"""Make the network and tell the bytes of its memory."""

TURN = """({input, milliseconds}) => {
  const values = Float32Array.from(input);
  const times = [];
  // The page's clock ticks every 5 µs: time runs of at least 0.2 ms together.
  let runs = 1;
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    const start = performance.now();
    for (let i = 0; i < runs; i++) window.network.run(values);
    const elapsed = performance.now() - start;
    if (elapsed < 0.2) runs *= 2;
    else times.push(elapsed / runs / 1000);
  }
  return times;
}"""
"""Seconds per run, several times."""


@dataclass(frozen=True)
class Piece:
    """Neighbouring layers of a network, with an input for them."""

    name: str
    module: nn.Sequential
    layers: list[dict[str, Any]]
    x: Tensor
    output: list[int]


def pieces(module: nn.Sequential, layers: list[dict[str, Any]], x: Tensor) -> list[Piece]:
    """The network's layers one by one, then all of it."""
    starts = [i for i, layer in enumerate(layers) if layer["op"] in WEIGHTED]
    bounds = [0, *starts[1:], len(layers)]
    found = []
    piece_input = x
    for first, last in itertools.pairwise(bounds):
        part = module[first:last]
        output = part(piece_input)
        weighted = next(layer["op"] for layer in layers[first:last] if layer["op"] in WEIGHTED)
        shapes = " → ".join("×".join(map(str, each.shape[1:])) for each in (piece_input, output))
        found.append(Piece(f"{weighted} {shapes}", part, layers[first:last], piece_input, list(output.shape[1:])))
        piece_input = output
    return [*found, Piece("**whole**", module, layers, x, list(piece_input.shape[1:]))]


def multiplications(module: nn.Module, x: Tensor) -> int:
    """Multiply-adds of the direct method for one input."""
    total = 0

    def count(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        positions = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
        total += layer.weight.numel() * positions[0, 0].numel() if positions.dim() == 4 else layer.weight.numel()  # type: ignore[operator]

    kinds = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    handles = [layer.register_forward_hook(count) for layer in module.modules() if isinstance(layer, kinds)]  # type: ignore[arg-type]
    module(x)
    for handle in handles:
        handle.remove()
    return total


def torch_turn(module: nn.Module, x: Tensor) -> list[float]:
    """Seconds per eager run, for one turn."""
    times = []
    end = time.perf_counter() + SECONDS_PER_TURN
    while (start := time.perf_counter()) < end:
        module(x)
        times.append(time.perf_counter() - start)
    return times


def measure(page: Page, url: str, piece: Piece) -> str:
    """One row of the table."""
    graph = {"input": list(piece.x.shape[1:]), "output": piece.output, "layers": piece.layers}
    memory = page.evaluate(PREPARE, {"url": url, "graph": graph})
    values = piece.x.flatten().tolist()
    in_page: list[float] = []
    in_torch: list[float] = []
    for turn in range(ROUNDS + 1):
        page_times = page.evaluate(TURN, {"input": values, "milliseconds": 1000 * SECONDS_PER_TURN})
        torch_times = torch_turn(piece.module, piece.x)
        if turn > 0:  # The first turn warms up both.
            in_page += page_times
            in_torch += torch_times
    ours, theirs = statistics.median(in_page), statistics.median(in_torch)
    work = multiplications(piece.module, piece.x)
    weights = sum(tensor.numel() * tensor.element_size() for tensor in piece.module.state_dict().values())
    return (
        f"| {piece.name} | {work / 1e6:.2f} | {ours * 1e6:.0f} | {theirs * 1e6:.0f} | {work / ours / 1e9:.1f} "
        f"| {work / theirs / 1e9:.1f} | {theirs / ours:.2f} | {memory / 2**20:.2f} | {weights / 2**20:.2f} |"
    )


PICTURE_NETWORKS = ("encoder", "decoder")
"""What the page runs once a picture; cells have ``benchmarks gates``."""


def network_input(graph: dict[str, Any], classes: int, generator: torch.Generator) -> Tensor:
    """A picture in unit range, or a normal latent, to which a conditional decoder gets the first class, one-hot."""
    shape = graph["input"]
    if len(shape) > 1:
        return torch.rand(1, *shape, generator=generator)
    x = torch.randn(1, *shape, generator=generator)
    if classes:
        x[:, -classes:] = torch.eye(classes)[0]
    return x


@torch.no_grad()
def main() -> None:
    """Print one table for each network of pictures of each shipped checkpoint."""
    torch.set_num_threads(1)
    with blank_page() as page:
        for config in checkpoints():
            model = open_checkpoint(SHIPPED / config.name).model
            graphs = json.loads((SHIPPED / config.name / "graph.json").read_text())["graphs"]
            for part in filter(graphs.__contains__, PICTURE_NETWORKS):
                classes = len(config.condition["values"]) if config.condition and part == "decoder" else 0
                x = network_input(graphs[part], classes, torch.Generator().manual_seed(0))
                print(f"\n### {config.name}: {part}, one input, one thread\n")
                print(
                    "| layer | M multiply-adds | page µs | torch µs | page GMAC/s | torch GMAC/s "
                    "| torch time / page time | page memory MiB | weights MiB |"
                )
                print("|---|" + "---:|" * 8)
                for piece in pieces(getattr(model, part), graphs[part]["layers"], x):
                    print(measure(page, f"/checkpoints/{config.name}/model.safetensors", piece), flush=True)


if __name__ == "__main__":
    main()
