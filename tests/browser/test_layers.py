"""Every layer of the page against its torch module, on random weights and shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from networks import run_in_page
from playwright.sync_api import Page
from site_server import Site
from torch import nn

from explorer.graph.layers import Residual

TOLERANCE = 1e-5


def check(runtime: Page, site: Site, folder: Path, module: nn.Sequential, shape: tuple[int, ...]) -> None:
    module.eval()
    x = torch.rand(3, *shape, generator=torch.Generator().manual_seed(5)) * 2 - 1
    with torch.no_grad():
        expected = module(x)
    actual = run_in_page(runtime, site, folder, module, x)
    assert actual.shape == expected.shape
    assert torch.isfinite(actual).all()
    scale = expected.abs().clamp(min=1)
    assert ((actual - expected).abs() / scale).max() <= TOLERANCE


def scrambled_batch_norm(module: nn.BatchNorm1d | nn.BatchNorm2d) -> nn.Module:
    """Random statistics, as after training; fresh ones would make the layer the identity."""
    assert module.running_mean is not None
    assert module.running_var is not None
    nn.init.normal_(module.running_mean)
    nn.init.uniform_(module.running_var, 0.2, 2)
    nn.init.uniform_(module.weight, 0.5, 1.5)
    nn.init.normal_(module.bias)
    return module


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(11)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (3, 5), (12, 33), (33, 60), (64, 31), (7, 784)])
def test_linear(runtime: Page, site: Site, tmp_path: Path, inputs: int, outputs: int, bias: bool) -> None:
    check(runtime, site, tmp_path, nn.Sequential(nn.Linear(inputs, outputs, bias)), (inputs,))


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 12), (3, 5), (5, 33), (12, 1), (33, 3)])
@pytest.mark.parametrize("kernel", [1, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_conv2d(
    runtime: Page, site: Site, tmp_path: Path, inputs: int, outputs: int, kernel: int, stride: int, padding: int
) -> None:
    module = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding))
    check(runtime, site, tmp_path, module, (inputs, 7, 13))


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 12), (3, 5), (5, 33), (12, 1), (33, 3)])
@pytest.mark.parametrize("kernel", [1, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_conv_transpose2d(
    runtime: Page, site: Site, tmp_path: Path, inputs: int, outputs: int, kernel: int, stride: int, padding: int
) -> None:
    module = nn.Sequential(nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding))
    check(runtime, site, tmp_path, module, (inputs, 5, 6))


@pytest.mark.parametrize("height", [4, 6, 16])
@pytest.mark.parametrize(("inputs", "outputs"), [(8, 8), (12, 33), (33, 12), (64, 20)])
@pytest.mark.parametrize(("kernel", "stride", "padding"), [(2, 1, 0), (3, 1, 1), (3, 1, 0), (4, 2, 1), (4, 2, 3)])
def test_winograd_convolutions(
    runtime: Page,
    site: Site,
    tmp_path: Path,
    inputs: int,
    outputs: int,
    kernel: int,
    stride: int,
    padding: int,
    height: int,
) -> None:
    """Even outputs and many channels: the sizes for which the page multiplies less."""
    grown = 1 if kernel == 2 else 0
    module = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.LeakyReLU(0.2))
    check(runtime, site, tmp_path, module, (inputs, stride * height + grown, stride * 18 + grown))


@pytest.mark.parametrize("height", [2, 7, 16])
@pytest.mark.parametrize(("inputs", "outputs"), [(8, 8), (12, 33), (33, 12), (64, 20)])
def test_winograd_transposed_convolutions(
    runtime: Page, site: Site, tmp_path: Path, inputs: int, outputs: int, height: int
) -> None:
    module = nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1), nn.ReLU())
    check(runtime, site, tmp_path, module, (inputs, height, 8))


def test_convolutions_without_bias(runtime: Page, site: Site, tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(3, 9, 3, bias=False), nn.ConvTranspose2d(9, 2, 4, 2, 1, bias=False))
    check(runtime, site, tmp_path, module, (3, 9, 5))


@pytest.mark.parametrize(
    "activation", [nn.ReLU(), nn.LeakyReLU(0.2), nn.LeakyReLU(1.5), nn.Sigmoid(), nn.Tanh(), nn.SiLU()], ids=str
)
@pytest.mark.parametrize("place", ["first", "after linear", "after convolution", "twice"])
def test_activations(runtime: Page, site: Site, tmp_path: Path, activation: nn.Module, place: str) -> None:
    modules: dict[str, tuple[nn.Sequential, tuple[int, ...]]] = {
        "first": (nn.Sequential(activation), (3, 5, 3)),
        "after linear": (nn.Sequential(nn.Linear(9, 13), activation), (9,)),
        "after convolution": (nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), activation, nn.Conv2d(6, 2, 3)), (3, 6, 5)),
        "twice": (nn.Sequential(nn.Linear(9, 13), activation, nn.LeakyReLU(0.1), nn.Linear(13, 2)), (9,)),
    }
    check(runtime, site, tmp_path, *modules[place])


@pytest.mark.parametrize("function", [nn.Sigmoid(), nn.Tanh(), nn.SiLU()], ids=str)
def test_activations_over_their_whole_range(runtime: Page, site: Site, tmp_path: Path, function: nn.Module) -> None:
    x = torch.cat(
        [torch.linspace(-200, 200, 4001), torch.linspace(-0.5, 0.5, 1001), torch.tensor([0.0, 1e-30, 1e30, -1e30])]
    )
    actual = run_in_page(runtime, site, tmp_path, nn.Sequential(function), x[None])[0]
    torch.testing.assert_close(actual.double(), function(x.double()), rtol=7e-7, atol=1e-8)


@pytest.mark.parametrize(
    "place", ["first", "linear", "linear across reshape", "conv2d", "conv_transpose2d", "after relu"]
)
def test_batch_norm(runtime: Page, site: Site, tmp_path: Path, place: str) -> None:
    two = scrambled_batch_norm(nn.BatchNorm2d(6, eps=0.1))
    modules: dict[str, tuple[nn.Sequential, tuple[int, ...]]] = {
        "first": (nn.Sequential(two, nn.ReLU()), (6, 4, 3)),
        "linear": (nn.Sequential(nn.Linear(5, 9), scrambled_batch_norm(nn.BatchNorm1d(9, eps=0.1)), nn.ReLU()), (5,)),
        "linear across reshape": (nn.Sequential(nn.Linear(5, 72), nn.Unflatten(1, (6, 4, 3)), two, nn.ReLU()), (5,)),
        "conv2d": (nn.Sequential(nn.Conv2d(3, 6, 4, 2, 1), two, nn.LeakyReLU(0.2)), (3, 8, 6)),
        "conv_transpose2d": (nn.Sequential(nn.ConvTranspose2d(3, 6, 4, 2, 1), two, nn.ReLU()), (3, 5, 4)),
        "after relu": (nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), two, nn.Tanh()), (3, 8, 6)),
    }
    check(runtime, site, tmp_path, *modules[place])


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_pixel_shuffle_and_upsampling(runtime: Page, site: Site, tmp_path: Path, factor: int) -> None:
    shuffle = nn.Sequential(nn.Conv2d(2, 3 * factor**2, 3, padding=1), nn.PixelShuffle(factor), nn.Sigmoid())
    check(runtime, site, tmp_path, shuffle, (2, 5, 3))
    upsample = nn.Sequential(nn.Upsample(scale_factor=factor), nn.Conv2d(5, 3, 3, padding=1))
    check(runtime, site, tmp_path, upsample, (5, 3, 4))


def test_residual(runtime: Page, site: Site, tmp_path: Path) -> None:
    inner = Residual(nn.ReLU(), nn.Conv2d(5, 5, 1))
    block = Residual(
        nn.Conv2d(5, 8, 3, padding=1),
        scrambled_batch_norm(nn.BatchNorm2d(8)),
        nn.SiLU(),
        nn.Conv2d(8, 5, 3, padding=1),
        inner,
    )
    check(
        runtime,
        site,
        tmp_path,
        nn.Sequential(nn.Conv2d(3, 5, 5, padding=2), block, nn.ReLU(), nn.Conv2d(5, 1, 4)),
        (3, 6, 7),
    )
    vector = nn.Sequential(Residual(nn.ReLU(), nn.Linear(7, 7)), Residual(nn.Linear(7, 7)), nn.LeakyReLU(0.3))
    check(runtime, site, tmp_path, vector, (7,))


def test_flatten_and_reshape_keep_torch_order(runtime: Page, site: Site, tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(3, 5, 3), nn.Flatten(), nn.Linear(5 * 4 * 2, 24), nn.Unflatten(1, (2, 4, 3)))
    check(runtime, site, tmp_path, module, (3, 6, 4))
    check(runtime, site, tmp_path, nn.Sequential(nn.Flatten()), (3, 2, 2))
