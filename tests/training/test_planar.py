"""Adversarial training in the plane: updates by hand, resumed bit for bit, stopped in words, repeated from its card."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.datasets.planar import real_points
from explorer.families.planar_gan import flat_state, linears, load_flat_state, noise, weight_of
from explorer.families.planar_settings import PlanarSettingsError
from explorer.training.planar.loop import DivergedError, Game, State
from explorer.training.planar.recording import COLUMNS, moments, record, timeline_tensors
from tests.training.toy_planar import EXPLOSIVE, optimisers, settings


def same(one: State, other: State) -> bool:
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return all(torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in pairs)


def linear_game(loss: str) -> Game:
    """Two linear maps under plain SGD, whose gradients are written down easily."""
    plain = {"widths": []}
    chosen = settings(
        data="moons", generator=plain, discriminator=plain, loss=loss, optimisers=optimisers("sgd", 0.1), seed=2
    )
    return Game(chosen, torch.float64)


def test_a_discriminator_update_by_hand() -> None:
    """Least squares, D(x) = w·x + b: ∂L/∂w = E[(D(x) − 1)x] + E[D(G(z))G(z)], on the batches of draw 0."""
    game = linear_game("least_squares")
    w, b = (
        part.detach().numpy().copy() for part in (game.model.discriminator[0].weight, game.model.discriminator[0].bias)
    )
    a, c = (part.detach().numpy().copy() for part in (game.model.generator[0].weight, game.model.generator[0].bias))
    real = real_points("moons", 2, 13, 16, 0).astype(float)
    fake = noise(game.settings.noise, 2, 14, 16, 0).astype(float) @ a.T + c
    real_error, fake_error = real @ w[0] + b - 1, fake @ w[0] + b
    gradient = (real_error[:, None] * real).mean(0) + (fake_error[:, None] * fake).mean(0)
    slope = real_error.mean() + fake_error.mean()
    game.step_discriminator()
    np.testing.assert_allclose(
        game.model.discriminator[0].weight.detach().numpy()[0], w[0] - 0.1 * gradient, rtol=1e-12
    )
    np.testing.assert_allclose(game.model.discriminator[0].bias.detach().numpy(), b - 0.1 * slope, rtol=1e-12)
    game.step_generator()
    state = game.state()
    assert state.losses is not None
    assert state.gradient_norms is not None
    assert state.outputs is not None
    loss = 0.5 * (real_error**2).mean() + 0.5 * (fake_error**2).mean()
    assert state.losses.discriminator == pytest.approx(loss)
    assert state.gradient_norms.discriminator == pytest.approx(np.hypot(np.linalg.norm(gradient), slope))
    assert (state.outputs.real, state.outputs.fake) == pytest.approx(((real_error + 1).mean(), fake_error.mean()))


def test_a_generator_update_by_hand() -> None:
    """Hinge, G(z) = Az + c: L = −E[w·G(z) + b], so ∂L/∂c = −w and ∂L/∂A = −w E[z]ᵀ, on draw 0 of the noise."""
    game = linear_game("hinge")
    a, c = (part.detach().numpy().copy() for part in (game.model.generator[0].weight, game.model.generator[0].bias))
    w = game.model.discriminator[0].weight.detach().numpy()[0].copy()
    z = noise(game.settings.noise, 2, 15, 16, 0).astype(float)
    game.step_generator()
    np.testing.assert_allclose(game.model.generator[0].bias.detach().numpy(), c + 0.1 * w, rtol=1e-12)
    moved = a + 0.1 * np.outer(w, z.mean(0))
    np.testing.assert_allclose(game.model.generator[0].weight.detach().numpy(), moved, rtol=1e-12)
    assert (game.generator_updates, game.discriminator_updates, game.iteration) == (1, 0, 0)


def test_the_second_update_has_batches_of_its_own() -> None:
    game = linear_game("wasserstein_penalty")
    game.iterate()
    first = game.state().outputs
    load_flat_state(game.model.discriminator, torch.zeros(3, dtype=torch.float64))
    game.step_discriminator()
    assert first != game.state().outputs
    assert game.discriminator_updates == 2


def test_the_gradient_penalty_of_a_linear_critic_by_hand() -> None:
    """∇D = w everywhere, so the penalty is (‖w‖ − 1)², whatever the points between."""
    game = linear_game("wasserstein_penalty")
    w = game.model.discriminator[0].weight.detach().numpy()[0].copy()
    game.iterate()
    state = game.state()
    assert state.losses is not None
    assert state.outputs is not None
    distance = state.outputs.fake - state.outputs.real
    assert state.losses.discriminator == pytest.approx(distance + 10 * (np.linalg.norm(w) - 1) ** 2)


def test_clipping_bounds_weights_and_biases_of_the_critic_alone() -> None:
    game = Game(settings(loss="wasserstein_clip", clip=0.03))
    game.iterate()
    for layer in linears(game.model.discriminator):
        assert weight_of(layer).abs().max() <= 0.03
        assert layer.bias.abs().max() <= 0.03
    assert flat_state(game.model.generator).abs().max() > 0.1


@pytest.mark.parametrize("normalisation", ["none", "batch", "spectral"])
def test_the_generators_update_leaves_the_discriminators_weights(normalisation: str) -> None:
    """Only what D keeps of the batches that it has seen may move."""
    game = Game(settings(discriminator={"widths": [6], "normalisation": normalisation}))
    before = flat_state(game.model.discriminator)
    weights = [weight_of(layer).detach().clone() for layer in linears(game.model.discriminator)]
    game.step_generator()
    assert all(
        torch.equal(weight_of(layer), w) for layer, w in zip(linears(game.model.discriminator), weights, strict=True)
    )
    assert torch.equal(before, flat_state(game.model.discriminator)) == (normalisation == "none")


def test_steps_per_iteration() -> None:
    game = Game(settings(discriminator_steps=3, generator_steps=2))
    game.iterate()
    assert (game.iteration, game.discriminator_updates, game.generator_updates) == (1, 3, 2)


@pytest.mark.parametrize("kind", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("normalisation", ["none", "batch", "spectral"])
def test_a_run_taken_up_from_a_state_goes_on_bit_for_bit(kind: str, normalisation: str) -> None:
    chosen = settings(
        generator={"widths": [6], "normalisation": "batch"},
        discriminator={"widths": [6], "normalisation": normalisation},
        optimisers=optimisers(kind),
    )
    game = Game(chosen)
    for _ in range(4):
        game.iterate()
    other = Game(chosen, state=game.state())
    assert same(game.state(), other.state())
    for _ in range(4):
        game.iterate()
        other.iterate()
    assert same(game.state(), other.state())


def test_the_state_is_a_copy() -> None:
    game = Game(settings())
    state = game.state()
    kept = state.generator.clone()
    game.iterate()
    assert torch.equal(state.generator, kept)
    assert state.losses is None


def test_double_precision_starts_alike_and_stays_close() -> None:
    single, double = Game(settings()), Game(settings(), torch.float64)
    assert torch.equal(flat_state(single.model.generator).double(), flat_state(double.model.generator))
    for _ in range(20):
        single.iterate()
        double.iterate()
    torch.testing.assert_close(single.state().generator.double(), double.state().generator, rtol=1e-4, atol=1e-5)
    assert single.state().generator.dtype == torch.float32
    assert double.state().generator_optimiser.dtype == torch.float64


def test_a_run_that_diverges_says_when() -> None:
    game = Game(EXPLOSIVE)

    def train() -> None:
        for _ in range(50):
            game.iterate()

    with pytest.raises(DivergedError, match=r"iteration \d+ is not finite") as stopped:
        train()
    assert stopped.value.iteration == game.iteration + 1
    assert stopped.value.network in ("discriminator", "generator")


def test_a_diverged_run_keeps_everything_before() -> None:
    recording = record(EXPLOSIVE, 50)
    assert recording.stopped is not None
    assert recording.states[-1].iteration == recording.rows[-1][0] == recording.stopped - 1
    assert all(torch.isfinite(state.generator).all() for state in recording.states)


@pytest.mark.parametrize("change", [{"discriminator_steps": 0}, {"generator_steps": 0}])
def test_a_recorded_run_trains_both(change: dict[str, int]) -> None:
    with pytest.raises(PlanarSettingsError, match="both networks"):
        record(settings(**change), 5)
    with pytest.raises(PlanarSettingsError, match="at least 1 iteration"):
        record(settings(), 0)


@pytest.mark.parametrize("total", [1, 2, 50, 300, 20_000])
def test_moments_run_from_start_to_end(total: int) -> None:
    chosen = moments(total)
    assert (chosen[0], chosen[-1]) == (0, total)
    assert chosen == sorted(set(chosen))
    assert len(chosen) >= min(total + 1, 20)


def test_the_timeline_is_what_the_run_was() -> None:
    recording = record(settings(discriminator_steps=2), 60)
    tensors = timeline_tensors(recording)
    assert tensors["iteration"].tolist() == moments(60)
    assert tensors["discriminator_updates"].tolist() == [2 * step for step in moments(60)]
    game = Game(recording.settings)
    for number in range(1, 61):
        game.iterate()
        if number in moments(60):
            row, state = moments(60).index(number), game.state()
            assert torch.equal(tensors["generator"][row], state.generator)
            assert torch.equal(tensors["discriminator.optimiser"][row], state.discriminator_optimiser)
    assert state.losses is not None
    assert tensors["losses"][-1].tolist() == pytest.approx([state.losses.discriminator, state.losses.generator])
    assert "generator.optimiser" not in timeline_tensors(record(settings(optimisers=optimisers("sgd")), 3))


def test_rows_are_means_since_the_row_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.training.planar.recording.ROWS", 2)
    recording = record(settings(), 6)
    every = []
    game = Game(settings())
    for _ in range(6):
        game.iterate()
        state = game.state()
        assert state.losses is not None
        assert state.outputs is not None
        every.append((state.losses.discriminator, state.outputs.fake))
    assert [row[0] for row in recording.rows] == [3, 6]
    found = [[row[COLUMNS.index(name)] for name in ("discriminator_loss", "fake_output")] for row in recording.rows]
    np.testing.assert_allclose(found, [np.mean(every[:3], 0), np.mean(every[3:], 0)], rtol=1e-4)
