"""Every layer of the page against its torch module, on random weights and shapes.

All cases travel in one file and one call: the writing and fetching of one each would cost more than the comparing.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from networks import run_in_page
from playwright.sync_api import Page
from site_server import Site
from torch import Tensor, nn

from explorer.graph.layers import Residual

TOLERANCE = 1e-5
Case = tuple[nn.Sequential, tuple[int, ...]]
"""A module and the shape of its inputs."""
CONVOLUTIONS = [(1, 12), (3, 5), (5, 33), (12, 1), (33, 3)]
MANY_CHANNELS = [(8, 8), (12, 33), (33, 12), (64, 20)]
"""Even outputs and many channels: the sizes for which the page multiplies less."""
ACTIVATIONS = [nn.ReLU(), nn.LeakyReLU(0.2), nn.LeakyReLU(1.5), nn.Sigmoid(), nn.Tanh(), nn.SiLU()]
SMOOTH = [nn.Sigmoid(), nn.Tanh(), nn.SiLU()]


def scrambled_batch_norm(module: nn.BatchNorm1d | nn.BatchNorm2d) -> nn.Module:
    """Random statistics, as after training; fresh ones would make the layer the identity."""
    assert module.running_mean is not None
    assert module.running_var is not None
    nn.init.normal_(module.running_mean)
    nn.init.uniform_(module.running_var, 0.2, 2)
    nn.init.uniform_(module.weight, 0.5, 1.5)
    nn.init.normal_(module.bias)
    return module


def linear() -> Iterator[tuple[str, Case]]:
    for (inputs, outputs), bias in itertools.product(
        [(1, 1), (3, 5), (12, 33), (33, 60), (64, 31), (7, 784)], [True, False]
    ):
        yield f"linear-{inputs}-{outputs}-{bias}", (nn.Sequential(nn.Linear(inputs, outputs, bias)), (inputs,))


def convolutions() -> Iterator[tuple[str, Case]]:
    for (inputs, outputs), kernel, padding in itertools.product(CONVOLUTIONS, [1, 3, 4, 5], [0, 1, 2]):
        for stride in (1, 2):
            module = nn.Conv2d(inputs, outputs, kernel, stride, padding)
            yield f"conv2d-{inputs}-{outputs}-{kernel}-{stride}-{padding}", (nn.Sequential(module), (inputs, 7, 13))
        for stride in (1, 2, 3):
            transposed = nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding)
            name = f"conv_transpose2d-{inputs}-{outputs}-{kernel}-{stride}-{padding}"
            yield name, (nn.Sequential(transposed), (inputs, 5, 6))
    both = nn.Sequential(nn.Conv2d(3, 9, 3, bias=False), nn.ConvTranspose2d(9, 2, 4, 2, 1, bias=False))
    yield "convolutions-without-bias", (both, (3, 9, 5))


def winograd() -> Iterator[tuple[str, Case]]:
    for (inputs, outputs), (kernel, stride, padding), height in itertools.product(
        MANY_CHANNELS, [(2, 1, 0), (3, 1, 1), (3, 1, 0), (4, 2, 1), (4, 2, 3)], [4, 6, 16]
    ):
        grown = 1 if kernel == 2 else 0
        module = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.LeakyReLU(0.2))
        name = f"winograd-{inputs}-{outputs}-{kernel}-{stride}-{padding}-{height}"
        yield name, (module, (inputs, stride * height + grown, stride * 18 + grown))
    for (inputs, outputs), height in itertools.product(MANY_CHANNELS, [2, 7, 16]):
        transposed = nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1), nn.ReLU())
        yield f"winograd-transposed-{inputs}-{outputs}-{height}", (transposed, (inputs, height, 8))


def activations() -> Iterator[tuple[str, Case]]:
    for activation in ACTIVATIONS:
        yield f"{activation}-first", (nn.Sequential(activation), (3, 5, 3))
        yield f"{activation}-after-linear", (nn.Sequential(nn.Linear(9, 13), activation), (9,))
        convolved = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), activation, nn.Conv2d(6, 2, 3))
        yield f"{activation}-after-convolution", (convolved, (3, 6, 5))
        twice = nn.Sequential(nn.Linear(9, 13), activation, nn.LeakyReLU(0.1), nn.Linear(13, 2))
        yield f"{activation}-twice", (twice, (9,))


def batch_norms() -> Iterator[tuple[str, Case]]:
    def two() -> nn.Module:
        return scrambled_batch_norm(nn.BatchNorm2d(6, eps=0.1))

    one = scrambled_batch_norm(nn.BatchNorm1d(9, eps=0.1))
    yield "batch-norm-first", (nn.Sequential(two(), nn.ReLU()), (6, 4, 3))
    yield "batch-norm-linear", (nn.Sequential(nn.Linear(5, 9), one, nn.ReLU()), (5,))
    reshaped = nn.Sequential(nn.Linear(5, 72), nn.Unflatten(1, (6, 4, 3)), two(), nn.ReLU())
    yield "batch-norm-linear-across-reshape", (reshaped, (5,))
    yield "batch-norm-conv2d", (nn.Sequential(nn.Conv2d(3, 6, 4, 2, 1), two(), nn.LeakyReLU(0.2)), (3, 8, 6))
    yield "batch-norm-transposed", (nn.Sequential(nn.ConvTranspose2d(3, 6, 4, 2, 1), two(), nn.ReLU()), (3, 5, 4))
    yield "batch-norm-after-relu", (nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), two(), nn.Tanh()), (3, 8, 6))


def arrangements() -> Iterator[tuple[str, Case]]:
    for factor in (1, 2, 3):
        shuffle = nn.Sequential(nn.Conv2d(2, 3 * factor**2, 3, padding=1), nn.PixelShuffle(factor), nn.Sigmoid())
        yield f"pixel-shuffle-{factor}", (shuffle, (2, 5, 3))
        upsample = nn.Sequential(nn.Upsample(scale_factor=factor), nn.Conv2d(5, 3, 3, padding=1))
        yield f"upsampling-{factor}", (upsample, (5, 3, 4))
    flat = nn.Sequential(nn.Conv2d(3, 5, 3), nn.Flatten(), nn.Linear(5 * 4 * 2, 24), nn.Unflatten(1, (2, 4, 3)))
    yield "flatten-and-reshape", (flat, (3, 6, 4))
    yield "flatten", (nn.Sequential(nn.Flatten()), (3, 2, 2))


def residuals() -> Iterator[tuple[str, Case]]:
    norm = scrambled_batch_norm(nn.BatchNorm2d(8))
    inner = Residual(nn.ReLU(), nn.Conv2d(5, 5, 1))
    block = Residual(nn.Conv2d(5, 8, 3, padding=1), norm, nn.SiLU(), nn.Conv2d(8, 5, 3, padding=1), inner)
    picture = nn.Sequential(nn.Conv2d(3, 5, 5, padding=2), block, nn.ReLU(), nn.Conv2d(5, 1, 4))
    yield "residual-of-pictures", (picture, (3, 6, 7))
    vector = nn.Sequential(Residual(nn.ReLU(), nn.Linear(7, 7)), Residual(nn.Linear(7, 7)), nn.LeakyReLU(0.3))
    yield "residual-of-vectors", (vector, (7,))


def cases() -> dict[str, Case]:
    torch.manual_seed(11)
    families = (linear, convolutions, winograd, activations, batch_norms, arrangements, residuals)
    return {name: (module.eval(), shape) for family in families for name, (module, shape) in family()}


CASES = cases()


def inputs(name: str, shape: tuple[int, ...]) -> Tensor:
    """Three inputs from −1 to 1 that no other case has."""
    return torch.rand(3, *shape, generator=torch.Generator().manual_seed(zlib.crc32(name.encode()))) * 2 - 1


@pytest.fixture(scope="module")
def outputs(
    _shared: tuple[Page, list[str]], site: Site, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Tensor | str]:
    """What the page makes of every case."""
    given = {name: (module, inputs(name, shape)) for name, (module, shape) in CASES.items()}
    return run_in_page(_shared[0], site, tmp_path_factory.mktemp("layers"), given)


@pytest.mark.parametrize("name", CASES)
def test_the_page_s_layers_are_torch_s(outputs: dict[str, Tensor | str], name: str) -> None:
    module, shape = CASES[name]
    with torch.no_grad():
        expected = module(inputs(name, shape))
    actual = outputs[name]
    assert isinstance(actual, Tensor), actual
    assert actual.shape == expected.shape
    assert torch.isfinite(actual).all()
    scale = expected.abs().clamp(min=1)
    assert ((actual - expected).abs() / scale).max() <= TOLERANCE


@pytest.mark.parametrize("function", SMOOTH, ids=str)
def test_activations_over_their_whole_range(runtime: Page, site: Site, tmp_path: Path, function: nn.Module) -> None:
    x = torch.cat(
        [torch.linspace(-200, 200, 4001), torch.linspace(-0.5, 0.5, 1001), torch.tensor([0.0, 1e-30, 1e30, -1e30])]
    )
    output = run_in_page(runtime, site, tmp_path, {"function": (nn.Sequential(function), x[None])})["function"]
    assert isinstance(output, Tensor)
    torch.testing.assert_close(output[0].double(), function(x.double()), rtol=7e-7, atol=1e-8)
