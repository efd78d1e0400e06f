"""Run torch modules in the page: through safetensors and the layer list, as checkpoints travel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from playwright.sync_api import Page
from safetensors.torch import save_file
from site_server import Site
from torch import Tensor, nn

from explorer.graph.layers import export_layers

RUN = """async ({url, graph, inputs}) => {
  const { openSafetensors } = await import("/browser/runtime/safetensors.js");
  const { loadKernels } = await import("/browser/runtime/kernels.js");
  const { createNetwork } = await import("/browser/runtime/network.js");
  const file = await openSafetensors(url);
  const network = createNetwork(await loadKernels(), graph, await file.read(file.tensors.keys()));
  return inputs.map((input) => Array.from(network.run(Float32Array.from(input))));
}"""


def make_graph(module: nn.Sequential, x: Tensor) -> dict[str, Any]:
    """The graph of ``module``, whose tensors are called ``network.…``, for inputs x (N, …)."""
    with torch.no_grad():
        output = module(x[:1])
    return {"input": list(x.shape[1:]), "output": list(output.shape[1:]), "layers": export_layers(module, "network")}


def save_module(module: nn.Sequential, file: Path) -> None:
    """Write the module's float32 tensors as a checkpoint would hold them."""
    state = {f"network.{name}": tensor for name, tensor in module.state_dict().items() if tensor.is_floating_point()}
    save_file(state or {"none": torch.zeros(1)}, file)


def run_in_page(page: Page, site: Site, folder: Path, module: nn.Sequential, x: Tensor) -> Tensor:
    """The page's outputs (N, …) for inputs x (N, …)."""
    save_module(module, folder / "module.safetensors")
    url = site.mount("module", folder) + "module.safetensors"
    graph = make_graph(module, x)
    rows = page.evaluate(RUN, {"url": url, "graph": graph, "inputs": x.flatten(1).tolist()})
    return torch.tensor(rows).reshape(len(x), *graph["output"])
