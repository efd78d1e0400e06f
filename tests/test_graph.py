"""The layer list as it is run without the page, and a ``graph.json`` that is not its model."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from explorer.catalog import SHIPPED, build, checkpoints, open_checkpoint
from explorer.checkpoints import CheckpointError
from explorer.families.graphs import check_graph, write_graph
from explorer.families.vae import VAE
from explorer.graph.interpreter import run
from explorer.graph.layers import Attention, GraphError, Residual, export_layers
from explorer.graph.network import Network
from tests.test_conformance import SMALL

CONVOLUTIONAL = {"image": [1, 8, 8], "latent": 3, "network": "conv", "widths": [4, 5], "decoder_widths": [5, 4, 4]}
OTHERS = {
    "vae-conv": ("vae", {**CONVOLUTIONAL, "batch_norm": True, "residual_blocks": 1}),
    "gan-conditional": ("gan", {**SMALL["gan"], "classes": 3, "attention": True}),
    "rnn": ("recurrent", {**SMALL["recurrent"], "cell": "rnn", "layers": 2}),
    "gru-one-hot": ("recurrent", {**SMALL["recurrent"], "cell": "gru", "embedding_size": None}),
    "lstm-tied": ("recurrent", {**SMALL["recurrent"], "tied": True}),
    "gru-gan": ("recurrent_gan", {**SMALL["recurrent_gan"], "cell": "gru", "layers": 2, "classes": 2}),
    "together": ("recurrent_gan", {**SMALL["recurrent_gan"], "minibatch_features": 2}),
    "planar-spectral": (
        "planar_gan",
        {**SMALL["planar_gan"], "discriminator": {"widths": [6], "normalisation": "spectral"}},
    ),
    "planar-batch": ("planar_gan", {**SMALL["planar_gan"], "generator": {"widths": [6], "normalisation": "batch"}}),
}
MODELS = {**{family: (family, arguments) for family, arguments in SMALL.items()}, **OTHERS}


def toy(family: str, arguments: dict[str, Any]) -> nn.Module:
    """A model whose every tensor matters: none is zero, or one, as fresh ones are."""
    torch.manual_seed(4)
    model = build(family, arguments).eval().requires_grad_(False)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point() and not name.endswith(("_u", "_v")):
            tensor.add_(0.3 * torch.rand_like(tensor))
    return model


@pytest.fixture
def vae(tmp_path: Path) -> tuple[Path, VAE]:
    folder = tmp_path / "toy"
    folder.mkdir()
    model = toy("vae", {**CONVOLUTIONAL, "batch_norm": True})
    assert isinstance(model, VAE)
    write_graph(folder, model)
    return folder, model


def change(folder: Path, by: Callable[[dict[str, Any]], Any]) -> None:
    content = json.loads((folder / "graph.json").read_text())
    by(content["graphs"])
    (folder / "graph.json").write_text(json.dumps(content))


def index(layers: list[dict[str, Any]], op: str) -> int:
    return [layer["op"] for layer in layers].index(op)


def drop(op: str) -> Callable[[dict[str, Any]], Any]:
    return lambda graphs: graphs["decoder"]["layers"].pop(index(graphs["decoder"]["layers"], op))


def swap_norm_and_activation(graphs: dict[str, Any]) -> None:
    layers = graphs["decoder"]["layers"]
    at = index(layers, "batch_norm")
    layers[at : at + 2] = layers[at : at + 2][::-1]


def set_field(graph: str, op: str, /, **fields: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda graphs: graphs[graph]["layers"][index(graphs[graph]["layers"], op)].update(fields)


@pytest.mark.parametrize("name", MODELS)
def test_every_family_s_graph_is_its_model(name: str, tmp_path: Path) -> None:
    write_graph(tmp_path, toy(*MODELS[name]))


@pytest.mark.parametrize("name", [config.name for config in checkpoints()])
def test_every_shipped_graph_is_its_model(name: str) -> None:
    checkpoint = open_checkpoint(SHIPPED / name)
    check_graph(checkpoint.folder, checkpoint.model)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (drop("relu"), r"graph decoder: it is not what the model computes; the largest difference is \d"),
        (drop("batch_norm"), "graph decoder: it is not what the model computes; the largest difference is"),
        (swap_norm_and_activation, "graph decoder: it is not what the model computes"),
        (set_field("encoder", "leaky_relu", negative_slope=0.1), "graph encoder: it is not what the model computes"),
        (set_field("encoder", "batch_norm", eps=1e-3), "graph encoder: it is not what the model computes"),
        (set_field("encoder", "conv2d", weight="encoder.3.weight"), "graph encoder: layer 0 cannot be run"),
        (set_field("encoder", "conv2d", stride=1), "graph encoder: layer 7 cannot be run as it is described"),
        (set_field("decoder", "conv_transpose2d", stride=1), "graph decoder: expected outputs"),
        (
            set_field("decoder", "relu", op="softplus"),
            "graph decoder: layer . cannot be run .*softplus",
        ),
        (set_field("decoder", "linear", weight="secret"), "graph decoder: layer 0 cannot be run"),
        (lambda graphs: graphs.pop("encoder"), "expected format 1 and the graphs encoder, decoder"),
        (lambda graphs: graphs["decoder"].update(input=[4]), r"graph decoder: expected .*\[3\]"),
        (lambda graphs: graphs["decoder"].update(layers=[3]), "graph decoder: expected a list of layers"),
    ],
)
def test_a_graph_that_is_not_its_model_is_refused(vae: tuple[Path, VAE], by: Callable[..., Any], said: str) -> None:
    folder, model = vae
    check_graph(folder, model)
    change(folder, by)
    with pytest.raises(CheckpointError, match=f"toy/graph.json: {said}"):
        check_graph(folder, model)


@pytest.mark.parametrize("content", ["[]", '{"format": 2, "graphs": {}}', '{"format": 1, "graphs": 3}'])
def test_a_file_that_is_no_graph_is_refused(vae: tuple[Path, VAE], content: str) -> None:
    folder, model = vae
    (folder / "graph.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"toy/graph.json: expected format 1 and the graphs encoder, decoder"):
        check_graph(folder, model)


def test_attention_is_compared_too(tmp_path: Path) -> None:
    model = toy("gan", {**SMALL["gan"], "attention": True})
    write_graph(tmp_path, model)
    change(tmp_path, drop("attention"))
    with pytest.raises(CheckpointError, match="the largest difference"):
        check_graph(tmp_path, model)


def test_states_of_cells_are_compared_too(tmp_path: Path) -> None:
    """From the zero state, one step would not see what is done with the state."""
    model = toy("recurrent", {**SMALL["recurrent"], "layers": 2})
    write_graph(tmp_path, model)
    change(tmp_path, lambda graphs: graphs["language"]["layers"][2].update(weight_hh="recurrent.0.weight_hh_l0"))
    with pytest.raises(CheckpointError, match="graph language: it is not what the model computes"):
        check_graph(tmp_path, model)


class Doubled(VAE):
    """Its networks are said to compute something else than the layers that are exported."""

    def networks(self) -> dict[str, Network]:
        networks = super().networks()
        decoder = networks["decoder"]
        twice = Network(decoder.input, decoder.output, decoder.layers, lambda z: 2 * self.decode(z))
        return {**networks, "decoder": twice}


def test_a_model_that_the_page_would_run_wrongly_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="graph decoder: it is not what the model computes"):
        write_graph(tmp_path, Doubled(**CONVOLUTIONAL))  # type: ignore[arg-type]


def test_comparing_leaves_the_model_as_it_is(vae: tuple[Path, VAE]) -> None:
    folder, model = vae
    before = deepcopy(model.state_dict())
    check_graph(folder, model)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert next(model.parameters()).dtype == torch.float32


@pytest.mark.parametrize(
    "layer",
    [
        nn.ReLU(),
        nn.LeakyReLU(0.3),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.SiLU(),
        nn.Flatten(),
        nn.PixelShuffle(2),
        nn.Upsample(scale_factor=2),
        nn.Conv2d(4, 3, 3, 2, 1, bias=False),
        nn.ConvTranspose2d(4, 2, 4, 2, 1),
        nn.BatchNorm2d(4),
        Residual(nn.Conv2d(4, 4, 3, padding=1), nn.ReLU()),
        Attention(4),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_is_run_as_torch_runs_it(layer: nn.Module) -> None:
    torch.manual_seed(5)
    module = nn.Sequential(layer).double().eval().requires_grad_(False)
    for tensor in module.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand_like(tensor) + 0.2)
    tensors = {f"network.{name}": tensor for name, tensor in module.state_dict().items()}
    x = torch.randn(2, 4, 6, 6, dtype=torch.float64)
    torch.testing.assert_close(run(export_layers(module, "network"), tensors, x), module(x))


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(GraphError, match="layer 0 cannot be run"):
        run([{"op": "softmax"}], {}, torch.zeros(1, 2))
