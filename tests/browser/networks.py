"""Run torch modules in the page: through safetensors and the layer list, as checkpoints travel."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Page
from safetensors.torch import save_file
from site_server import Site
from torch import Tensor, nn

from explorer.graph.layers import export_layers

RUN = """async ({url, cases}) => {
  const { openSafetensors } = await import("/browser/runtime/safetensors.js");
  const { loadKernels } = await import("/browser/runtime/kernels.js");
  const { createNetwork } = await import("/browser/runtime/network.js");
  const kernels = await loadKernels();
  const file = await openSafetensors(url);
  const numbers = (text) => new Float32Array(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)).buffer);
  const text = (array) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    let characters = "";
    for (let i = 0; i < bytes.length; i += 4096) characters += String.fromCharCode(...bytes.subarray(i, i + 4096));
    return btoa(characters);
  };
  const tensors = await file.read(file.tensors.keys());
  return cases.map(({ graph, inputs }) => {
    try {
      const network = createNetwork(kernels, graph, tensors);
      return inputs.map((input) => text(network.run(numbers(input))));
    } catch (error) {
      return String(error);
    }
  });
}"""
"""The outputs of each case, or why it has none."""


def make_graph(module: nn.Sequential, x: Tensor, name: str) -> dict[str, Any]:
    """The graph of ``module``, whose tensors are called ``<name>.…``, for inputs x (N, …)."""
    with torch.no_grad():
        output = module(x[:1])
    return {"input": list(x.shape[1:]), "output": list(output.shape[1:]), "layers": export_layers(module, name)}


def state_of(module: nn.Sequential, name: str) -> dict[str, Tensor]:
    """The module's float32 tensors as a checkpoint would hold them."""
    return {f"{name}.{key}": tensor for key, tensor in module.state_dict().items() if tensor.is_floating_point()}


def run_in_page(
    page: Page, site: Site, folder: Path, cases: Mapping[str, tuple[nn.Sequential, Tensor]]
) -> dict[str, Tensor | str]:
    """The page's outputs (N, …) for each case's inputs (N, …), or why it has none; one file and one call for all."""
    names = {f"network{i}": case for i, case in enumerate(cases)}
    tensors = {key: tensor for name, case in names.items() for key, tensor in state_of(cases[case][0], name).items()}
    save_file(tensors or {"none": torch.zeros(1)}, folder / "module.safetensors")
    url = site.mount("module", folder) + "module.safetensors"
    sent = []
    for name, case in names.items():
        module, x = cases[case]
        inputs = [base64.b64encode(row.numpy().tobytes()).decode() for row in x.flatten(1).contiguous()]
        sent.append({"graph": make_graph(module, x, name), "inputs": inputs})
    found: dict[str, Tensor | str] = {}
    for (case, (_, x)), asked, rows in zip(
        cases.items(), sent, page.evaluate(RUN, {"url": url, "cases": sent}), strict=True
    ):
        if isinstance(rows, str):
            found[case] = rows
            continue
        values = [np.frombuffer(base64.b64decode(row), np.float32) for row in rows]
        found[case] = torch.from_numpy(np.stack(values)).reshape(len(x), *asked["graph"]["output"])
    return found
