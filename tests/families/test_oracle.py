"""Probabilistic PCA against closed forms, and every evidence number against probabilistic PCA."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from explorer.catalog import SHIPPED
from explorer.checkpoints import read_config
from explorer.families.errors import FamilyError
from explorer.families.latent_gaussian import kl_to_standard_normal
from explorer.families.oracle import Oracle

PIXELS, LATENT, SCALE = 6, 2, 0.3


@pytest.fixture
def oracle() -> Oracle:
    generator = torch.Generator().manual_seed(0)
    basis, _ = torch.linalg.qr(torch.randn(PIXELS, LATENT, generator=generator, dtype=torch.float64))
    model = Oracle((1, 2, 3), LATENT).double()
    model.set_parameters(
        basis * torch.tensor([1.5, 0.7], dtype=torch.float64), torch.linspace(-1, 1, PIXELS).double(), SCALE
    )
    return model


@pytest.fixture
def x() -> Tensor:
    return torch.randn(5, 1, 2, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def joint(oracle: Oracle) -> tuple[Tensor, Tensor]:
    decoder = oracle.decoder[0]
    covariance = decoder.weight @ decoder.weight.T + SCALE**2 * torch.eye(PIXELS, dtype=torch.float64)
    return decoder.bias, covariance


def test_evidence_is_the_marginal_gaussian(oracle: Oracle, x: Tensor) -> None:
    mean, covariance = joint(oracle)
    expected = MultivariateNormal(mean, covariance).log_prob(x.flatten(1))
    torch.testing.assert_close(oracle.log_evidence(x), expected, rtol=1e-10, atol=1e-10)


def test_encoder_is_the_conditional_gaussian(oracle: Oracle, x: Tensor) -> None:
    """Posterior of a joint Gaussian by the general formula, with a full covariance matrix."""
    weight = oracle.decoder[0].weight
    offset, covariance = joint(oracle)
    gain = weight.T @ torch.linalg.inv(covariance)
    spread = torch.eye(LATENT, dtype=torch.float64) - gain @ weight
    mean, log_variance = oracle.encode(x)
    torch.testing.assert_close(mean, (x.flatten(1) - offset) @ gain.T, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(torch.diag(log_variance[0].exp()), spread, rtol=1e-10, atol=1e-10)


def test_importance_weights_are_constant_so_the_bound_is_exact(oracle: Oracle, x: Tensor) -> None:
    """With the exact posterior p(x, z)/q(z|x) = p(x) for every z: the bound equals the evidence at any K, any draw."""
    for draws in (1, 3):
        epsilon = torch.randn(draws, 5, LATENT, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
        bound = oracle.importance_weighted_bound(x, epsilon)
        torch.testing.assert_close(bound, oracle.log_evidence(x), rtol=1e-10, atol=1e-10)


def test_expected_elbo_is_the_evidence(oracle: Oracle, x: Tensor) -> None:
    """E over ε of a quadratic is exact with the 2L sigma points ±√L e_d."""
    points = math.sqrt(LATENT) * torch.eye(LATENT, dtype=torch.float64)
    elbo = torch.stack([oracle.evidence(x, point.expand(5, -1)).elbo for point in [*points, *-points]]).mean(0)
    torch.testing.assert_close(elbo, oracle.log_evidence(x), rtol=1e-10, atol=1e-10)


def test_terms_in_closed_form_are_the_mean_over_draws(oracle: Oracle, x: Tensor) -> None:
    with torch.no_grad():
        oracle.encoder[1].bias += torch.tensor([0.3, -0.2, 0.4, 0.1], dtype=torch.float64)  # not the exact posterior
    points = math.sqrt(LATENT) * torch.eye(LATENT, dtype=torch.float64)
    terms = [oracle.evidence(x, point.expand(5, -1)) for point in [*points, *-points]]
    exact = oracle.expected_evidence(x)
    mean = torch.stack([each.reconstruction for each in terms]).mean(0)
    torch.testing.assert_close(exact.reconstruction, mean, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(exact.kl_per_dimension, terms[0].kl_per_dimension)
    assert (exact.elbo < oracle.log_evidence(x)).all()


def test_the_oracle_that_ships_prints_no_bound_above_its_evidence() -> None:
    metrics = read_config(SHIPPED / "oracle-digits-16d").metrics
    assert "importance_weighted_bound" not in metrics
    for end in ("value", "low", "high"):
        assert metrics["elbo"][end] == pytest.approx(metrics["log_evidence"][end], abs=1e-6)
    assert metrics["elbo"]["value"] <= metrics["log_evidence"]["value"]


def test_a_wrong_posterior_bounds_from_below_and_more_draws_tighten(oracle: Oracle, x: Tensor) -> None:
    with torch.no_grad():
        oracle.encoder[1].bias[:LATENT] += 0.8
    epsilon = torch.randn(512, 5, LATENT, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    single = torch.stack([oracle.evidence(x, draw).elbo for draw in epsilon]).mean()
    few = torch.stack([oracle.importance_weighted_bound(x, part) for part in epsilon.split(8)]).mean()
    exact = oracle.log_evidence(x).mean()
    assert single < few < exact


def test_kl_in_closed_form() -> None:
    """KL(N(1, 2²) ‖ N(0, 1)) = ½(1 + 4 − 1 − ln 4)."""
    kl = kl_to_standard_normal(torch.tensor(1.0), torch.tensor(math.log(4.0)))
    assert kl.item() == pytest.approx(0.5 * (4 - math.log(4)), rel=1e-6)


def test_fit_recovers_the_generating_model(oracle: Oracle) -> None:
    generator = torch.Generator().manual_seed(4)
    z = torch.randn(200_000, LATENT, generator=generator, dtype=torch.float64)
    noise = torch.randn(200_000, PIXELS, generator=generator, dtype=torch.float64)
    data = oracle.decode(z).flatten(1) + SCALE * noise
    fitted = Oracle((1, 2, 3), LATENT).double()
    fitted.fit(data.reshape(-1, 1, 2, 3))
    assert fitted.scale.item() == pytest.approx(SCALE, rel=0.01)
    for found, true in zip(joint(fitted), joint(oracle), strict=False):
        torch.testing.assert_close(found, true, atol=0.03, rtol=0.03)


def test_fit_is_a_maximum_of_the_likelihood(oracle: Oracle) -> None:
    data = oracle.decode(torch.randn(400, LATENT, generator=torch.Generator().manual_seed(5), dtype=torch.float64))
    data = data + 0.2 * torch.randn(data.shape, generator=torch.Generator().manual_seed(6), dtype=torch.float64)
    fitted = Oracle((1, 2, 3), LATENT).double()
    fitted.fit(data)
    best = fitted.log_evidence(data).mean()
    weight, bias, scale = fitted.decoder[0].weight.clone(), fitted.decoder[0].bias.clone(), fitted.scale.item()
    for change in (0.97, 1.03):
        for arguments in (
            (weight * change, bias, scale),
            (weight, bias, scale * change),
            (weight, bias + change - 1, scale),
        ):
            fitted.set_parameters(*arguments)
            assert fitted.log_evidence(data).mean() < best


def test_columns_that_are_not_orthogonal_are_refused() -> None:
    model = Oracle((1, 2, 2), 2)
    with pytest.raises(FamilyError, match="orthogonal"):
        model.set_parameters(torch.ones(4, 2), torch.zeros(4), 1.0)


@pytest.mark.parametrize("latent", [0, 4, 9])
def test_impossible_latent_sizes_are_refused(latent: int) -> None:
    with pytest.raises(FamilyError, match="from 1 to 3"):
        Oracle((1, 2, 2), latent)
