"""What the page draws of a planar GAN, and the data it draws, against Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from planar_page import in_page, relative_error
from playwright.sync_api import Page

from explorer.datasets.planar import real_points, support
from explorer.families.adversarial import generator_loss
from explorer.families.choices import LOSSES
from explorer.families.planar_gan import PlanarGAN, flat_state, noise, state_tensors
from explorer.families.planar_settings import PlanarSettings

DRAWN = [[-0.5, 0.25], [0.75, -1.0], [1.25, 1.25]]
DATA = ["line", "ring", "gaussians", "grid", "spiral", "moons", "disjoint", "drawn"]
TOLERANCE = 1e-5

NETWORKS = {
    "relu": {},
    "leaky": {
        "generator": {"widths": [7], "activation": "leaky_relu"},
        "discriminator": {"widths": [33, 5], "activation": "leaky_relu"},
    },
    "tanh": {
        "generator": {"widths": [16, 16], "activation": "tanh"},
        "discriminator": {"widths": [16, 16], "activation": "tanh"},
    },
    "batch": {
        "generator": {"widths": [12, 9], "normalisation": "batch"},
        "discriminator": {"widths": [9, 12], "normalisation": "batch", "activation": "tanh"},
    },
    "spectral": {"discriminator": {"widths": [17, 8, 3], "normalisation": "spectral", "activation": "leaky_relu"}},
    "linear": {"generator": {"widths": []}, "discriminator": {"widths": []}},
    "deepest": {
        "generator": {"widths": [128] * 5},
        "discriminator": {"widths": [128] * 5},
        "noise": {"kind": "gaussian", "dimensions": 1},
    },
}


def settings_of(**changes: Any) -> dict[str, Any]:
    return PlanarSettings.from_json(changes).as_json()


def test_defaults_are_pythons(runtime: Page) -> None:
    defaults = in_page(runtime, "return (await load('settings')).DEFAULTS;")
    assert defaults == PlanarSettings().as_json()


@pytest.mark.parametrize("data", DATA)
def test_points_and_support_are_pythons(runtime: Page, data: str) -> None:
    settings = settings_of(data=data, points=DRAWN if data == "drawn" else None, seed=2**40 + 3)
    points, target = in_page(
        runtime,
        """const { realPoints, support } = await load("data");
        return [realPoints(argument, 13, 999, 7), support(argument)];""",
        settings,
    )
    expected = support(data, settings["points"])
    assert points == real_points(data, settings["seed"], 13, 999, 7, settings["points"]).reshape(-1).tolist()
    np.testing.assert_allclose(np.reshape(target["points"], (-1, 2)), expected.points, rtol=0, atol=1e-14)
    assert (target["sigma"], target["modes"]) == (expected.sigma, expected.modes)


@pytest.mark.parametrize("kind", ["uniform", "gaussian"])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_noise_is_pythons(runtime: Page, kind: str, dimensions: int) -> None:
    settings = PlanarSettings.from_json({"noise": {"kind": kind, "dimensions": dimensions}, "seed": 5})
    values = in_page(runtime, "return (await load('data')).noise(argument, 15, 333, 4);", settings.as_json())
    assert values == noise(settings.noise, 5, 15, 333, 4).reshape(-1).tolist()


@pytest.mark.parametrize("case", NETWORKS)
def test_initial_states_are_pythons(runtime: Page, case: str) -> None:
    settings = settings_of(seed=11, **NETWORKS[case])
    state = in_page(runtime, "return (await load('initial')).initialState(argument);", settings)
    model = PlanarGAN(**settings)
    assert relative_error(state["generator"], flat_state(model.generator)) <= 1e-7
    assert relative_error(state["discriminator"], flat_state(model.discriminator)) <= 1e-6


def shake(model: PlanarGAN, seed: int) -> PlanarGAN:
    """Move every parameter and buffer away from where it starts, as training would; float64 for the reference."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for network in (model.generator, model.discriminator):
            for tensor in state_tensors(network):
                tensor.mul_(1 + 0.3 * torch.rand(tensor.shape, generator=generator))
    return model.double().eval()


@pytest.mark.parametrize("case", NETWORKS)
def test_everything_drawn_agrees_with_torch(runtime: Page, case: str) -> None:
    """Generated points, D's outputs and both kinds of arrows, in evaluation mode, for every loss."""
    settings = settings_of(**NETWORKS[case])
    model = shake(PlanarGAN(**settings), seed=3)
    rows = np.random.default_rng(0).uniform(-1.25, 1.25, (1111, 2)).astype(np.float32)
    z = noise(model.settings.noise, 0, 16, 600)
    drawn = in_page(
        runtime,
        """const { createEvaluator } = await load("evaluate");
        const { settings, losses } = argument;
        const [points, z] = [Float32Array.from(argument.points), Float32Array.from(argument.z)];
        const state = typed(argument.state);
        const evaluator = createEvaluator(kernels, settings);
        const arrows = losses.map((loss) =>
          createEvaluator(kernels, { ...settings, loss }).gradients(state, points, "generator_loss"));
        return { fake: evaluator.generate(state, z), outputs: evaluator.discriminate(state, points),
          slopes: evaluator.gradients(state, points, "discriminator"), arrows };""",
        {
            "settings": settings,
            "losses": list(LOSSES),
            "points": rows.reshape(-1).tolist(),
            "z": z.reshape(-1).tolist(),
            "state": {name: flat_state(getattr(model, name)).tolist() for name in ("generator", "discriminator")},
        },
    )
    x = torch.from_numpy(rows).double().requires_grad_(True)
    outputs = model.discriminate(x)
    (slopes,) = torch.autograd.grad(outputs.sum(), x, retain_graph=True)
    assert relative_error(drawn["fake"], model.generate(torch.from_numpy(z).double()).detach().flatten()) <= TOLERANCE
    assert relative_error(drawn["outputs"], outputs.detach()) <= TOLERANCE
    assert relative_error(drawn["slopes"], slopes.flatten()) <= TOLERANCE
    for loss, arrows in zip(LOSSES, drawn["arrows"], strict=True):
        (gradient,) = torch.autograd.grad(generator_loss(loss, outputs) * len(rows), x, retain_graph=True)
        assert relative_error(arrows, -gradient.flatten()) <= TOLERANCE, loss


def test_a_batch_of_one_and_none(runtime: Page) -> None:
    """Chunks of any length: none, one, and one more than a chunk holds."""
    lengths = in_page(
        runtime,
        """const { createEvaluator } = await load("evaluate");
        const { initialState } = await load("initial");
        const state = initialState(argument);
        const evaluator = createEvaluator(kernels, argument);
        const every = evaluator.discriminate(state, new Float32Array(2 * 513).fill(0.5));
        const single = evaluator.discriminate(state, new Float32Array(2).fill(0.5));
        const none = evaluator.discriminate(state, new Float32Array(0));
        return [none.length, new Set(every).size, every[0] === single[0]];""",
        settings_of(),
    )
    assert lengths == [0, 1, True]
