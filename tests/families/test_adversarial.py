"""The adversarial losses against closed forms, hand-computed values and the papers' optima."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from explorer.families.adversarial import (
    THRESHOLDS,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    real_gradient_penalty,
)
from explorer.families.choices import LOSSES, Loss

REAL = torch.tensor([2.0, -1.0], dtype=torch.float64)
FAKE = torch.tensor([0.5, -3.0], dtype=torch.float64)


def log_sigmoid(value: float) -> float:
    return -math.log1p(math.exp(-value))


D_BY_HAND: dict[Loss, float] = {
    "minimax": -(log_sigmoid(2) + log_sigmoid(-1)) / 2 - (log_sigmoid(-0.5) + log_sigmoid(3)) / 2,
    "non_saturating": -(log_sigmoid(2) + log_sigmoid(-1)) / 2 - (log_sigmoid(-0.5) + log_sigmoid(3)) / 2,
    "least_squares": 0.5 * (1 + 4) / 2 + 0.5 * (0.25 + 9) / 2,
    "hinge": (0 + 2) / 2 + (1.5 + 0) / 2,
    "wasserstein_clip": -1.25 - 0.5,
    "wasserstein_penalty": -1.25 - 0.5,
}
G_BY_HAND: dict[Loss, float] = {
    "minimax": (log_sigmoid(-0.5) + log_sigmoid(3)) / 2,
    "non_saturating": -(log_sigmoid(0.5) + log_sigmoid(-3)) / 2,
    "least_squares": 0.5 * (0.25 + 16) / 2,
    "hinge": 1.25,
    "wasserstein_clip": 1.25,
    "wasserstein_penalty": 1.25,
}


@pytest.mark.parametrize("kind", LOSSES)
def test_losses_by_hand(kind: Loss) -> None:
    assert discriminator_loss(kind, REAL, FAKE).item() == pytest.approx(D_BY_HAND[kind], abs=1e-12)
    assert generator_loss(kind, FAKE).item() == pytest.approx(G_BY_HAND[kind], abs=1e-12)


def test_every_loss_has_a_threshold_or_says_that_it_has_none() -> None:
    assert set(THRESHOLDS) == set(LOSSES) == set(D_BY_HAND)


def test_blind_discriminator_pays_twice_log_two() -> None:
    """Goodfellow et al. 2014, theorem 1: at the optimum D = ½ everywhere and the value is −ln 4."""
    nothing = torch.zeros(4, dtype=torch.float64)
    assert discriminator_loss("minimax", nothing, nothing).item() == pytest.approx(math.log(4))


def test_saturating_gradient_vanishes_where_the_other_does_not() -> None:
    """∂L_G/∂l is −σ(l) for minimax, −σ(−l) for non-saturating: ibid., section 3."""
    for kind, expected in (("minimax", -1 / (1 + math.exp(10))), ("non_saturating", -1 / (1 + math.exp(-10)))):
        output = torch.tensor([-10.0], dtype=torch.float64, requires_grad=True)
        generator_loss(kind, output).backward()  # type: ignore[arg-type]
        assert output.grad is not None
        assert output.grad.item() == pytest.approx(expected, rel=1e-9)


def test_gradient_penalty_of_a_linear_critic() -> None:
    """D(x) = ⟨w, x⟩ has the gradient w everywhere: the penalty is (‖w‖ − 1)², whatever the points."""
    weight = torch.tensor([3.0, 4.0], dtype=torch.float64, requires_grad=True)
    points, mix = torch.randn(2, 5, 2, dtype=torch.float64), torch.rand(5, dtype=torch.float64)
    penalty = gradient_penalty(lambda x: x @ weight, points[0], points[1], mix)
    assert penalty.item() == pytest.approx(16.0)
    penalty.backward()
    assert weight.grad is not None
    torch.testing.assert_close(weight.grad, 2 * 4.0 * torch.tensor([0.6, 0.8], dtype=torch.float64))


def test_gradient_penalty_is_taken_between_real_and_fake() -> None:
    """D(x) = ½x² has the gradient x: with u = ¾, between 2 and 6, x̂ = 3 and the penalty is 4."""

    def critic(x: Tensor) -> Tensor:
        return 0.5 * x.square().sum(1)

    real, fake = torch.full((1, 1), 2.0, dtype=torch.float64), torch.full((1, 1), 6.0, dtype=torch.float64)
    mix = torch.tensor([0.75], dtype=torch.float64)
    assert gradient_penalty(critic, real, fake, mix).item() == pytest.approx(4.0)


def test_real_gradient_penalty_by_hand() -> None:
    """D(x) = ½‖x‖² on (3, 4): ½·25 (Mescheder et al. 2018, eq. 9)."""
    point = torch.tensor([[3.0, 4.0]], dtype=torch.float64)
    assert real_gradient_penalty(lambda x: 0.5 * x.square().sum(1), point).item() == pytest.approx(12.5)
