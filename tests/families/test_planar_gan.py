"""Planar GANs: settings refused in words, networks as described, first weights from the seed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.datasets.planar import SIGMAS
from explorer.families.planar_gan import (
    PlanarGAN,
    flat_state,
    linears,
    load_flat_state,
    noise,
    shown_output,
    state_tensors,
    trainable,
    weight_of,
)
from explorer.families.planar_settings import DATA, Noise, PlanarSettings, PlanarSettingsError
from explorer.graph.layers import export_layers
from explorer.philox import normals, uniforms
from explorer.protocols import capabilities

NORMALISATIONS = ["none", "batch", "spectral"]


def model(**settings: Any) -> PlanarGAN:
    return PlanarGAN(**settings)


def test_settings_survive_json() -> None:
    given = {
        "data": "drawn",
        "points": [[0.5, -1], [0, 0.25]],
        "generator": {"widths": [3], "activation": "tanh"},
        "optimisers": {"generator": {"kind": "sgd", "learning_rate": 0.5}},
        "seed": 2**53 - 1,
    }
    settings = PlanarSettings.from_json(given)
    assert PlanarSettings.from_json(settings.as_json()) == settings
    assert settings.as_json()["generator"] == {"widths": [3], "activation": "tanh", "normalisation": "none"}
    assert settings.optimisers.discriminator.kind == "adam"


def test_every_distribution_can_be_chosen() -> None:
    assert set(DATA) == set(SIGMAS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ([], "an object"),
        ({"colour": "red"}, "keys among data"),
        ({"data": "circle"}, "data is one of line"),
        ({"data": "drawn"}, "1 to 2000 points"),
        ({"data": "drawn", "points": []}, "1 to 2000 points"),
        ({"data": "drawn", "points": [[0, 0]] * 2001}, "1 to 2000 points"),
        ({"data": "drawn", "points": [[0, 1.3]]}, r"-1.25 to 1.25"),
        ({"data": "drawn", "points": [[0, math.nan]]}, r"-1.25 to 1.25"),
        ({"data": "drawn", "points": [[0]]}, "pair"),
        ({"data": "ring", "points": [[0, 0]]}, "'drawn' only"),
        ({"noise": {"dimensions": 3}}, "noise: dimensions is a whole number from 1 to 2"),
        ({"noise": {"dimensions": True}}, "whole number"),
        ({"noise": "uniform"}, "noise: expected an object"),
        ({"generator": {"widths": [16] * 6}}, "0 to 5 hidden layers"),
        ({"generator": {"widths": 16}}, "0 to 5 hidden layers"),
        ({"generator": {"widths": [129]}}, "generator: each width is a whole number from 1 to 128"),
        ({"generator": {"widths": [2.0]}}, "whole number"),
        ({"generator": {"normalisation": "spectral"}}, "none or batch"),
        ({"discriminator": {"activation": "gelu"}}, "activation is one of relu"),
        ({"loss": "kl"}, "loss is one of minimax"),
        ({"loss": ["hinge"]}, "loss is one of minimax"),
        ({"clip": 0}, "clip is a number above 0"),
        ({"penalty": -1}, "penalty is a number from 0"),
        (
            {"optimisers": {"generator": {"learning_rate": 0}}},
            "optimisers.generator: learning_rate is a number above 0",
        ),
        ({"optimisers": {"generator": {"learning_rate": math.inf}}}, "learning_rate"),
        ({"optimisers": {"discriminator": {"beta1": 1}}}, "beta1 is a number from 0 to below 1"),
        ({"optimisers": {"critic": {}}}, "generator, discriminator"),
        ({"discriminator_steps": 11}, "from 0 to 10"),
        ({"discriminator_steps": 0, "generator_steps": 0}, "nothing would be trained"),
        ({"batch": 1}, "batch is a whole number from 2 to 1024"),
        ({"seed": 2**53}, "seed is a whole number"),
        ({"loss": "wasserstein_penalty", "discriminator": {"normalisation": "batch"}}, "gradient penalty"),
    ],
)
def test_impossible_settings_are_refused_in_words(change: Any, words: str) -> None:
    with pytest.raises(PlanarSettingsError, match=words) as refused:
        PlanarSettings.from_json(change)
    assert len(str(refused.value)) < 400


def test_networks_are_the_described_chains() -> None:
    chosen = model(
        noise={"dimensions": 1},
        generator={"widths": [5, 4], "activation": "leaky_relu", "normalisation": "batch"},
        discriminator={"widths": [3], "activation": "tanh"},
    )
    kinds = [type(layer) for layer in chosen.generator]
    assert kinds == [nn.Linear, nn.BatchNorm1d, nn.LeakyReLU, nn.Linear, nn.BatchNorm1d, nn.LeakyReLU, nn.Linear]
    assert [(layer.in_features, layer.out_features) for layer in linears(chosen.generator)] == [(1, 5), (5, 4), (4, 2)]
    assert [type(layer) for layer in chosen.discriminator] == [nn.Linear, nn.Tanh, nn.Linear]
    assert chosen.generator[2].negative_slope == 0.2
    assert chosen.generate(torch.zeros(7, 1)).shape == (7, 2)
    assert chosen.discriminate(torch.zeros(7, 2)).shape == (7,)


def test_without_hidden_layers_both_are_linear() -> None:
    chosen = model(generator={"widths": []}, discriminator={"widths": []})
    assert len(chosen.generator) == len(chosen.discriminator) == 1


def test_capabilities() -> None:
    assert capabilities(model()) == ["Discriminates", "GeneratesPoints"]


def test_first_weights_are_the_uniforms_of_their_streams_in_flat_order() -> None:
    chosen = model(generator={"widths": [3]}, discriminator={"widths": [2]}, seed=5)
    for network, stream in ((chosen.generator, 10), (chosen.discriminator, 11)):
        flat = flat_state(network)
        bounds = np.concatenate(
            [
                np.full(layer.out_features * (layer.in_features + 1), layer.in_features**-0.5)
                for layer in linears(network)
            ]
        )
        expected = (2 * uniforms(5, stream, len(flat)) - 1) * bounds
        np.testing.assert_array_equal(flat.numpy(), expected.astype(np.float32))


def test_batch_normalisation_starts_as_the_identity() -> None:
    chosen = model(generator={"widths": [3], "normalisation": "batch"}).eval()
    layer = chosen.generator[1]
    assert [tensor.tolist() for tensor in state_tensors(chosen.generator)[2:6]] == [[1] * 3, [0] * 3, [0] * 3, [1] * 3]
    x = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(layer(x), x / math.sqrt(1 + 1e-5))


def test_spectral_vectors_start_near_the_largest_singular_value() -> None:
    chosen = model(discriminator={"widths": [16, 16], "normalisation": "spectral"}, seed=3).eval()
    draws = normals(3, 12, 16 + 16 + 1)
    for layer in linears(chosen.discriminator):
        exact = torch.linalg.matrix_norm(weight_of(layer), 2)
        assert torch.linalg.matrix_norm(layer.weight, 2).item() == pytest.approx(1, abs=0.02)
        u, v = (layer.parametrizations.weight[0]._u, layer.parametrizations.weight[0]._v)
        assert (u @ weight_of(layer) @ v).item() == pytest.approx(exact.item(), rel=0.02)
    last = linears(chosen.discriminator)[-1].parametrizations.weight[0]
    assert last._u.item() == np.sign(draws[-1]), "one output leaves only the sign of its draw"


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_flat_state_is_everything_that_a_network_is(normalisation: str) -> None:
    settings: dict[str, Any] = {"discriminator": {"widths": [4, 3], "normalisation": normalisation}}
    chosen, other = model(**settings, seed=1), model(**settings, seed=2)
    x = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    for _ in range(3):  # running statistics and power vectors move
        chosen.discriminate(x)
    load_flat_state(other.discriminator, flat_state(chosen.discriminator))
    assert torch.equal(chosen.eval().discriminate(x), other.eval().discriminate(x))
    sizes = {"none": 2 * 4 + 4 + 12 + 3 + 3 + 1}
    sizes |= {"batch": sizes["none"] + 4 * (4 + 3), "spectral": sizes["none"] + (4 + 2) + (3 + 4) + (1 + 3)}
    assert len(flat_state(chosen.discriminator)) == sizes[normalisation]
    assert {id(tensor) for tensor in trainable(chosen.discriminator)} == {
        id(parameter) for parameter in chosen.discriminator.parameters()
    }


def test_a_state_of_another_size_is_refused() -> None:
    with pytest.raises((ValueError, RuntimeError), match=r"split|sum"):
        load_flat_state(model().generator, torch.zeros(5))


def test_noise_is_the_stream_in_its_range() -> None:
    uniform = noise(Noise("uniform", 2), 4, 14, 6, 9)
    np.testing.assert_array_equal(uniform.reshape(-1), (2 * uniforms(4, 14, 12, 9) - 1).astype(np.float32))
    gaussian = noise(Noise("gaussian", 1), 4, 14, 5, 9)
    np.testing.assert_array_equal(gaussian[:, 0], normals(4, 14, 5, 9).astype(np.float32))


def test_only_logits_are_shown_as_probabilities() -> None:
    raw = torch.tensor([0.0, 2.0])
    assert shown_output("minimax", raw).tolist() == shown_output("non_saturating", raw).tolist()
    assert shown_output("minimax", raw)[1].item() == pytest.approx(1 / (1 + math.exp(-2)))
    for loss in ("least_squares", "hinge", "wasserstein_clip", "wasserstein_penalty"):
        assert torch.equal(shown_output(loss, raw), raw)


def test_generator_runs_in_the_page() -> None:
    assert [layer["op"] for layer in export_layers(model().generator, "generator")] == ["linear", "relu"] * 2 + [
        "linear"
    ]
