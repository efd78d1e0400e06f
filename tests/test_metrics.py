from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from explorer.catalog import SHIPPED
from explorer.errors import ExplorerError
from explorer.families.oracle import Oracle
from explorer.families.vae import VAE
from explorer.metrics import likelihood
from explorer.metrics.likelihood import (
    active_dimensions,
    binarised,
    estimate,
    evidence_metrics,
    importance_weighted_bound,
)


def test_an_estimate_by_hand() -> None:
    """Mean 3, sample variance 2.5 of 1…5: half width 1.96 √(2.5 / 5)."""
    found = estimate(torch.tensor([1.0, 2, 3, 4, 5]), "nats")
    assert found.value == 3
    assert found.high - found.value == pytest.approx(1.96 * np.sqrt(0.5))
    assert found.value - found.low == pytest.approx(1.96 * np.sqrt(0.5))
    assert (found.count, found.unit) == (5, "nats")


@pytest.mark.parametrize("values", [[], [1.0], [1.0, float("nan")], [1.0, float("inf")]])
def test_an_estimate_of_nothing_is_an_error(values: list[float]) -> None:
    with pytest.raises(ExplorerError, match="at least two finite"):
        estimate(torch.tensor(values), "nats")


def test_metrics_of_the_oracle_agree_with_its_exact_evidence() -> None:
    images = np.random.default_rng(0).integers(0, 256, (300, 1, 3, 3), dtype=np.uint8)
    model = Oracle((1, 3, 3), 4).eval()
    model.fit(torch.from_numpy(images).float() / 255)
    metrics = evidence_metrics(model, images, seed=0, draws=3)
    assert metrics["importance_weighted_bound"].value == pytest.approx(metrics["log_evidence"].value, abs=1e-4)
    assert metrics["elbo"].value == pytest.approx(metrics["log_evidence"].value, abs=1e-6)
    assert evidence_metrics(model, images, seed=5, draws=None) == {
        name: value for name, value in metrics.items() if name != "importance_weighted_bound"
    }
    assert metrics["reconstruction"].value - metrics["kl"].value == pytest.approx(metrics["elbo"].value, abs=1e-4)
    assert metrics["elbo"].count == 300


@pytest.mark.parametrize(("name", "kl", "least"), [("vae-digits-2d-b0", 73.3, 41.6), ("vae-digits-2d", 7.20, 7.19)])
def test_a_kl_is_more_than_codes_tell(name: str, kl: float, least: float) -> None:
    """E KL(q(z|x) ‖ r) is the information plus KL(q(z) ‖ r): of Gaussians r, that with the codes' moments is best."""
    stored = load_file(SHIPPED / name / "map.safetensors")
    mean, log_variance = stored["mean"].astype(float), stored["log_variance"].astype(float)
    own = np.cov(mean.T, bias=True) + np.diag(np.exp(log_variance).mean(0))
    to_prior = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(1).mean()
    to_own = 0.5 * (np.linalg.slogdet(own)[1] - log_variance.sum(1).mean())
    assert (to_prior, to_own) == pytest.approx((kl, least), abs=0.05)
    said = (SHIPPED.parent / "docs" / "models.md").read_text(encoding="utf-8")
    assert f"{kl:g}" in said
    assert f"{least:g}" in said


def test_reconstruction_error_by_hand() -> None:
    """A decoder that always says 0.5 errs by ¼ on black and white pixels."""
    model = Oracle((1, 2, 2), 1).eval()
    model.set_parameters(torch.zeros(4, 1), torch.full((4,), 0.5), 1.0)
    images = np.array([[[[0, 255], [255, 0]]]] * 3, np.uint8)
    assert evidence_metrics(model, images, 0, 2)["mean_squared_error"].value == pytest.approx(0.25)


def test_active_dimensions_by_hand() -> None:
    mean = np.stack([np.linspace(-1, 1, 50), np.full(50, 7.0), np.linspace(-0.05, 0.05, 50)], 1)
    assert active_dimensions(mean) == 1


def test_binarised_images_are_black_or_white_as_often_as_their_grey_says() -> None:
    grey = np.tile(np.array([0, 51, 128, 255], np.uint8), (20_000, 1)).reshape(-1, 1, 2, 2)
    drawn = binarised(grey)
    assert drawn.dtype == np.uint8
    assert set(np.unique(drawn)) == {0, 255}
    share = (drawn == 255).mean(axis=0).ravel()
    assert (share[0], share[3]) == (0, 1)
    # Four standard errors of 20,000 draws.
    np.testing.assert_allclose(share, np.array([0, 51, 128, 255]) / 255, atol=4 * np.sqrt(0.25 / 20_000))


def test_binarised_images_follow_from_the_seed_and_not_from_how_many_there_are() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (50, 1, 4, 4), dtype=np.uint8)
    np.testing.assert_array_equal(binarised(grey)[:20], binarised(grey[:20]))
    assert (binarised(grey, 1) != binarised(grey)).any()


@pytest.mark.parametrize("decoded", [1, 40, 10_000])
def test_the_bound_in_pieces_is_the_family_s_own(decoded: int, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = VAE([1, 4, 4], 3, widths=(8,), decoder_widths=(8,)).double().eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(5, 1, 4, 4, generator=generator, dtype=torch.float64)
    epsilon = torch.randn(7, 5, 3, generator=generator, dtype=torch.float64)
    monkeypatch.setattr(likelihood, "DECODED", decoded)
    found = importance_weighted_bound(model, x, epsilon)
    torch.testing.assert_close(found, model.importance_weighted_bound(x, epsilon))


def test_thousands_of_draws_tighten_towards_the_exact_evidence() -> None:
    """A posterior that is too wide by half leaves a gap that draws close, and never a bound above the evidence."""
    images = np.random.default_rng(0).integers(0, 256, (32, 1, 3, 3), dtype=np.uint8)
    model = Oracle((1, 3, 3), 4).eval()
    model.fit(torch.from_numpy(images).float() / 255)
    wide = evidence_with_wider_posterior(model, images)
    gaps = [wide[draws] for draws in (1, 10, 5000)]
    assert gaps[0] > 0.1
    assert gaps == sorted(gaps, reverse=True)
    assert abs(gaps[2]) < 0.01


def evidence_with_wider_posterior(model: Oracle, images: np.ndarray) -> dict[int, float]:  # type: ignore[type-arg]
    """Exact evidence minus the bound, mean nats per image, for each number of draws."""
    encode = model.encode
    model.encode = lambda x: (encode(x)[0], encode(x)[1] + 0.8)  # type: ignore[method-assign]
    found = {draws: evidence_metrics(model, images, 3, draws) for draws in (1, 10, 5000)}
    return {
        draws: each["log_evidence"].value - each["importance_weighted_bound"].value for draws, each in found.items()
    }
