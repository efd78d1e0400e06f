"""Training in the page against the reference loop in plain torch, from the same seed: weights, losses, moments."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from planar_page import as_page_state, in_page
from playwright.sync_api import Page
from torch import nn

from explorer.families.choices import LOSSES
from explorer.families.planar_gan import is_spectral, weight_of
from explorer.families.planar_settings import PlanarSettings
from explorer.training.planar.loop import DivergedError, Game, State

TRAINABLE = [loss for loss in LOSSES if loss != "wasserstein_penalty"]
NORMALISATIONS = [("none", "none"), ("batch", "batch"), ("none", "spectral")]
RATES = {"sgd": 0.05, "momentum": 0.01, "rmsprop": 0.0002, "adam": 0.001}
ACTIVATIONS = {"sgd": "relu", "momentum": "leaky_relu", "rmsprop": "tanh", "adam": "relu"}
EARLY, LATE = 20, 200
SEEDS = range(3, 8)
"""Of the proof: one run's distance to another's is a matter of luck, their mean is not."""
FLOOR = 2e-6
"""Below this, distances are rounding that nothing has magnified."""

TRAIN = """const { createEngine } = await load("engine");
  const engine = createEngine(kernels, argument.settings);
  return argument.iterations.map((goal) => {
    while (engine.iteration < goal) engine.iterate();
    return engine.state();
  });"""

Vector = NDArray[np.float64]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """These networks are too small to share among threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def make_settings(**changes: Any) -> PlanarSettings:
    small = {"generator": {"widths": [8, 7]}, "discriminator": {"widths": [7, 8]}, "batch": 30, "seed": 3}
    return PlanarSettings.from_json({**small, **changes})


def combination(loss: str, normalisation: tuple[str, str], optimiser: str, seed: int = 3) -> PlanarSettings:
    """One of everything that the page trains, with uneven widths and batch.

    Batch normalisation goes with tanh here: it magnifies rounding until, sooner or later, a point falls on the other
    side of a kink of ReLU, and then one run is off by orders of magnitude while another is not.
    """
    activation = "tanh" if "batch" in normalisation else ACTIVATIONS[optimiser]
    rate = {"kind": optimiser, "learning_rate": RATES[optimiser]}
    return make_settings(
        seed=seed,
        loss=loss,
        clip=0.1,
        generator={"widths": [8, 7], "activation": activation, "normalisation": normalisation[0]},
        discriminator={"widths": [7, 8], "activation": activation, "normalisation": normalisation[1]},
        optimisers={"generator": rate, "discriminator": rate},
        noise={"kind": "gaussian" if optimiser == "sgd" else "uniform", "dimensions": 2},
    )


def determined(settings: PlanarSettings) -> dict[str, NDArray[np.bool_]]:
    """Which entries of the two flat states follow from the mathematics.

    A bias before batch normalisation has no influence, so that its gradient is zero but for rounding; adaptive
    optimisers divide that by its own size, and rounding decides where the bias and its running mean go. The same holds
    for the generator's last bias where the discriminator normalises what it is given.
    """
    model = Game(settings).model
    masks = {name: _determined(getattr(model, name)) for name in ("generator", "discriminator")}
    if settings.discriminator.normalisation == "batch":
        masks["generator"][-2:] = False
    return masks


def _determined(network: nn.Sequential) -> NDArray[np.bool_]:
    marks: list[bool] = []
    layers = list(network)
    for layer, following in zip(layers, [*layers[1:], None], strict=True):
        if isinstance(layer, nn.Linear):
            free = isinstance(following, nn.BatchNorm1d)
            marks += [True] * weight_of(layer).numel() + [not free] * layer.bias.numel()
            if is_spectral(layer):
                marks += [True] * (layer.out_features + layer.in_features)
        elif isinstance(layer, nn.BatchNorm1d):
            marks += [True] * 2 * layer.num_features + [False] * layer.num_features + [True] * layer.num_features
    return np.array(marks)


def distance(found: Any, expected: Any) -> float:
    """‖found − expected‖ / ‖expected‖, 0 for two empty ones."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert found.shape == expected.shape
    return float(np.linalg.norm(found - expected) / max(np.linalg.norm(expected), 1e-30))


def iterate(game: Game, goal: int) -> None:
    while game.iteration < goal:
        game.iterate()


def reference(settings: PlanarSettings, dtype: torch.dtype, iterations: list[int]) -> list[State]:
    game = Game(settings, dtype)
    states = []
    for goal in iterations:
        iterate(game, goal)
        states.append(game.state())
    return states


def page_numbers(state: dict[str, Any]) -> Vector:
    """Losses, gradient norms and mean outputs of the last updates."""
    pairs = (state["losses"], state["gradientNorms"])
    rows = [(pair["discriminator"], pair["generator"]) for pair in pairs]
    return np.array([*rows, (state["outputs"]["real"], state["outputs"]["fake"])])


def losses(state: dict[str, Any]) -> Vector:
    return np.array([state["losses"]["discriminator"], state["losses"]["generator"]])


def errors(
    found: dict[str, Any],
    expected: State,
    masks: dict[str, NDArray[np.bool_]],
    logged: Callable[[dict[str, Any]], Vector] = page_numbers,
) -> list[float]:
    """Distances of both networks and of the ``logged`` numbers to those of the reference."""
    networks = [
        distance(np.array(found[name])[mask], getattr(expected, name).numpy()[mask]) for name, mask in masks.items()
    ]
    return [*networks, distance(logged(found), logged(as_page_state(expected)))]


def ratios(runtime: Page, settings: PlanarSettings, goals: list[int], enough: float = 1) -> list[float]:
    """How many times further from float64 the page is than torch's float32 at the last of ``goals``.

    The first goal has to be met within 1e-4, by weights and losses; three times torch's own distance where that is
    more. After the last, two equally good runs are not equally far off: adversarial training magnifies rounding, most
    with batch normalisation and clipping. Torch's float32 is not asked where its floor alone keeps all ratios within
    ``enough``: they are bounds then.
    """
    page = in_page(runtime, TRAIN, {"settings": settings.as_json(), "iterations": goals})
    exact = reference(settings, torch.float64, goals)
    masks = determined(settings)
    last = page[-1]
    assert [last[name] for name in ("iteration", "discriminatorUpdates", "generatorUpdates")] == [goals[-1]] * 3
    early, ours = errors(page[0], exact[0], masks, losses), errors(last, exact[-1], masks)
    bounds = [max(our, FLOOR) / FLOOR for our in ours]
    if max(early) <= 1e-4 and max(bounds) <= enough:
        return bounds
    single = [as_page_state(state) for state in reference(settings, torch.float32, goals)]
    torch_early, torchs = errors(single[0], exact[0], masks, losses), errors(single[-1], exact[-1], masks)
    assert max(early) <= max(1e-4, 3 * max(torch_early)), f"{settings}: {early}, torch {torch_early}"
    return [max(our, FLOOR) / max(their, FLOOR) for our, their in zip(ours, torchs, strict=True)]


@pytest.mark.parametrize("normalisation", NORMALISATIONS, ids="-".join)
@pytest.mark.parametrize("loss", TRAINABLE)
def test_training_agrees_with_torch(runtime: Page, loss: str, normalisation: tuple[str, str]) -> None:
    """After 20 iterations by every optimiser; after 200 by one, each optimiser in its turn."""
    turn = list(RATES)[(TRAINABLE.index(loss) + NORMALISATIONS.index(normalisation)) % len(RATES)]
    for optimiser in RATES:
        goals = [EARLY, LATE] if optimiser == turn else [EARLY]
        assert max(ratios(runtime, combination(loss, normalisation, optimiser), goals, enough=10)) <= 10


@pytest.mark.proof
@pytest.mark.parametrize("optimiser", RATES)
@pytest.mark.parametrize("normalisation", NORMALISATIONS, ids="-".join)
@pytest.mark.parametrize("loss", TRAINABLE)
def test_training_stays_as_near_as_torch(
    runtime: Page, loss: str, normalisation: tuple[str, str], optimiser: str
) -> None:
    """After 200 iterations the page is no further from float64 than three times what torch's float32 is: over seeds."""
    each = [ratios(runtime, combination(loss, normalisation, optimiser, seed), [EARLY, LATE]) for seed in SEEDS]
    assert np.exp(np.log(each).mean()) <= 3


@pytest.mark.parametrize("optimiser", RATES)
def test_a_run_of_torch_goes_on_in_the_page(runtime: Page, optimiser: str) -> None:
    """Weights, moments and counters mean the same on both sides."""
    settings = combination("non_saturating", ("none", "spectral"), optimiser)
    middle, end = reference(settings, torch.float32, [50, 60])
    found = in_page(
        runtime,
        """const { createEngine } = await load("engine");
        const engine = createEngine(kernels, argument.settings, typed(argument.state));
        for (let i = 0; i < 10; i++) engine.iterate();
        return engine.state();""",
        {"settings": settings.as_json(), "state": as_page_state(middle)},
    )
    expected = as_page_state(end)
    for name in ("generator", "discriminator", "generatorOptimiser", "discriminatorOptimiser"):
        assert distance(found[name], expected[name]) <= 2e-5, name
    assert found["discriminatorUpdates"] == 60


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_batch_normalisation_with_rectifiers(runtime: Page, activation: str, optimiser: str) -> None:
    chosen = combination("non_saturating", ("batch", "batch"), optimiser)
    networks = {
        name: dataclasses.replace(getattr(chosen, name), activation=activation)
        for name in ("generator", "discriminator")
    }
    settings = dataclasses.replace(chosen, **networks)
    (found,) = in_page(runtime, TRAIN, {"settings": settings.as_json(), "iterations": [10]})
    (expected,) = reference(settings, torch.float64, [10])
    assert max(errors(found, expected, determined(settings))) <= 1e-4


@pytest.mark.parametrize("widths", [[], [1], [128, 128], [5, 4, 3, 2, 1]], ids=str)
@pytest.mark.parametrize("batch", [2, 16, 257])
def test_any_shape_of_network_and_batch(runtime: Page, widths: list[int], batch: int) -> None:
    settings = make_settings(
        generator={"widths": widths, "activation": "leaky_relu"},
        discriminator={"widths": widths, "activation": "tanh"},
        batch=batch,
        noise={"kind": "gaussian", "dimensions": 1},
    )
    (found,) = in_page(runtime, TRAIN, {"settings": settings.as_json(), "iterations": [10]})
    (expected,) = reference(settings, torch.float64, [10])
    for name in ("generator", "discriminator"):
        assert distance(found[name], getattr(expected, name)) <= 2e-5


@pytest.mark.parametrize(
    "normalisation",
    list(itertools.product(["none", "batch"], ["none", "batch", "spectral"])),
    ids="-".join,
)
def test_a_run_repeats_and_a_fork_continues_it_bit_for_bit(runtime: Page, normalisation: tuple[str, str]) -> None:
    settings = combination("non_saturating", normalisation, "adam").as_json()
    straight, again, forked = in_page(
        runtime,
        """const { createEngine } = await load("engine");
        const run = (iterations, state) => {
          const engine = createEngine(kernels, argument, state);
          for (let i = 0; i < iterations; i++) engine.iterate();
          return engine.state();
        };
        return [run(40), run(40), run(23, run(17))];""",
        settings,
    )
    assert straight == again == forked


def test_single_updates_make_an_iteration(runtime: Page) -> None:
    """Two updates of D and one of G move what an iteration moves, but its counter."""
    settings = {**combination("hinge", ("batch", "spectral"), "momentum").as_json(), "discriminator_steps": 2}
    whole, single = in_page(
        runtime,
        """const { createEngine } = await load("engine");
        const [whole, single] = [createEngine(kernels, argument), createEngine(kernels, argument)];
        whole.iterate();
        single.stepDiscriminator();
        single.stepDiscriminator();
        single.stepGenerator();
        return [whole.state(), single.state()];""",
        settings,
    )
    assert whole.pop("iteration") == 1
    assert single.pop("iteration") == 0
    assert whole == single


def test_explained_steps_are_those_of_the_engine(runtime: Page) -> None:
    settings = dataclasses.replace(combination("non_saturating", ("none", "none"), "adam"), discriminator_steps=2)
    steps, before, after = in_page(
        runtime,
        """const { createEngine } = await load("engine");
        const { createEvaluator } = await load("evaluate");
        const engine = createEngine(kernels, argument);
        for (let i = 0; i < 5; i++) engine.iterate();
        const before = engine.state();
        const steps = createEvaluator(kernels, argument).explain(before);
        engine.iterate();
        return [steps, before, engine.state()];""",
        settings.as_json(),
    )
    kinds = ["noise", "generate", "discriminate", "losses", "gradients", "update"]
    networks = ["discriminator", "discriminator", "generator"]
    assert [(step["network"], step["kind"]) for step in steps] == list(itertools.product(networks, kinds))
    last = steps[-1]
    assert {key: value for key, value in last["state"].items() if key != "iteration"} == {
        key: value for key, value in after.items() if key != "iteration"
    }
    assert last["loss"] == after["losses"]["generator"]
    assert last["gradientNorm"] == after["gradientNorms"]["generator"]
    assert [len(steps[0][name]) for name in ("noise", "real")] == [60, 60]
    assert "loss" not in steps[2]
    assert "pointGradients" not in steps[-3]
    game = Game(settings, torch.float64)
    iterate(game, 5)
    game.step_discriminator()
    game.step_discriminator()
    fake = torch.tensor(last["fake"], dtype=torch.float64).reshape(-1, 2).requires_grad_(True)
    loss = nn.functional.softplus(-game.model.discriminate(fake)).sum()
    (gradient,) = torch.autograd.grad(loss, fake)
    assert distance(last["pointGradients"], -gradient.flatten()) <= 1e-4
    assert before["iteration"] == 5


def test_a_diverged_run_says_where(runtime: Page) -> None:
    """Plain SGD on squared errors overflows where the reference does, but for rounding at the brink."""
    settings = make_settings(
        loss="least_squares",
        optimisers={"discriminator": {"kind": "sgd", "learning_rate": 10}},
        discriminator={"widths": [32, 32], "activation": "leaky_relu"},
    )
    message = in_page(
        runtime,
        """const { createEngine } = await load("engine");
        const engine = createEngine(kernels, argument);
        try {
          for (let i = 0; i < 500; i++) engine.iterate();
          return null;
        } catch (error) {
          return [error.key, error.values];
        }""",
        settings.as_json(),
    )
    game = Game(settings)
    with pytest.raises(DivergedError) as expected:
        iterate(game, 500)
    assert message is not None
    assert message[0] == "lab.error_diverged"
    assert message[1]["network"] == expected.value.network
    assert abs(int(message[1]["iteration"]) - expected.value.iteration) <= 1
